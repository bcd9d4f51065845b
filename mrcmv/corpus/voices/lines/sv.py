"""What is said in Swedish."""

TEXT = """
[open]
jaha, då var vi här igen
välkommen tillbaka, nu fortsätter vi
få se vad som finns här
ny bana, ny lycka
dörren är öppen, så vi går in
bra, då börjar vi
[quiet]
här verkar det inte vara någon
vi tittar bakom hörnet
jag tror att det är åt det hållet
det måste finnas en knapp någonstans
det är väldigt tyst här inne
där borta blir det mörkare
i det här rummet har vi inte varit
[idle]
kaffet i morse var riktigt dåligt
det regnar ute, så det passar bra i kväll
min bror kom aldrig förbi det här stället
jag borde göra rent det här tangentbordet någon gång
efter det här kokar jag lite te
[busy]
fortsätt, fortsätt
det kommer fler där borta
åt vänster och åt höger igen
ladda om och vidare
stå inte still nu
de kommer från alla håll
[spotted]
där är {what}
titta, {what}
se upp, {what}
något rör sig där borta
där är de
oj, vi har sällskap
[fight]
nu kör vi
eld
då blir det strid
ta den här
nu blir det bråk
[kill]
där satt den
en mindre
han reser sig inte igen
och en till
nästa
borta
[hurt]
aj
det gjorde ont
jag är träffad
var kom det ifrån
inte i ryggen
[low]
jag har nästan inget liv kvar
jag behöver en förbandslåda snart
en träff till och jag är död
det här ser illa ut
jag måste bort härifrån
[find]
åh, {what}
{what}, det behövde jag
där ligger {what}
den tar jag med
det behöver vi senare
[win]
jag tror att det var alla
rummet är vårt
klart, och jag står fortfarande
så, nu andas vi lite
ingen kvar här
[calls]
hej | åh | oj | ja | kom igen | ha | nej nej nej | jösses | herregud | wow | va
[asides]
tja | alltså | hm | okej | få se | nå | jag tror | ärligt talat | så | i alla fall
[shouts]
kom igen | ja ja ja | otroligt | vilket skott | fortare | det här är galet | en gång till
inte i dag
[tails]
men vi har tid | vi får se | som vanligt | skulle jag säga | inget särskilt | i lugn och ro
mer eller mindre | det går bra för mig
[foe]
en zombie | en skytt | en soldat | någon
[beast]
ett monster | en demon | något stort
[health]
en förbandslåda | lite hälsa
[armour]
en rustning | en väst
[ammo]
lite ammunition | en låda patroner
[weapon]
ett hagelgevär | ett nytt vapen
[item]
något användbart | en liten sak
"""
