"""What is said in Norwegian."""

TEXT = """
[open]
ja, da er vi her igjen
velkommen tilbake, nå fortsetter vi
la oss se hva som finnes her
nytt kart, ny lykke
døra er åpen, så vi går inn
bra, da begynner vi
[quiet]
her er det visst ingen
vi ser bak hjørnet
jeg tror det er den veien
det må være en knapp et sted
det er veldig stille her inne
der borte blir det mørkere
i dette rommet har vi ikke vært ennå
[idle]
kaffen i morges var skikkelig dårlig
det regner ute, så det passer bra i kveld
broren min kom aldri forbi dette stedet
jeg burde vaske dette tastaturet en gang
etterpå lager jeg litt te
[busy]
fortsett, fortsett
det kommer flere der borte
til venstre og til høyre igjen
lade om og videre
ikke stå stille nå
de kommer fra alle kanter
[spotted]
der er {what}
se, {what}
pass på, {what}
noe rører seg der borte
der er de
oi, vi har selskap
[fight]
nå går det løs
fyr
da blir det kamp
ta den
nå blir det bråk
[kill]
der satt den
en mindre
han reiser seg ikke igjen
og en til
neste
borte
[hurt]
au
det gjorde vondt
jeg er truffet
hvor kom det fra
ikke i ryggen
[low]
jeg har nesten ikke liv igjen
jeg trenger førstehjelp snart
ett treff til og jeg er død
dette ser ille ut
jeg må vekk herfra
[find]
å, {what}
{what}, det trengte jeg
der ligger {what}
den tar jeg med
det trenger vi senere
[win]
jeg tror det var alle
rommet er vårt
ferdig, og jeg står ennå
så, nå puster vi litt
ingen igjen her
[calls]
hei | å | oi | ja | kom igjen | ha | nei nei nei | jøss | herregud | wow | hva
[asides]
tja | altså | hm | ok | få se | nå | jeg tror | ærlig talt | så | i hvert fall
[shouts]
kom igjen | ja ja ja | utrolig | for et skudd | fortere | dette er galskap | en gang til
ikke i dag
[tails]
men vi har tid | vi får se | som vanlig | vil jeg si | ikke noe spesielt | i ro og mak
mer eller mindre | det er greit for meg
[foe]
en zombie | en skytter | en soldat | noen
[beast]
et monster | en demon | noe stort
[health]
et førstehjelpsskrin | litt helse
[armour]
en rustning | en vest
[ammo]
litt ammunisjon | en eske patroner
[weapon]
en hagle | et nytt våpen
[item]
noe nyttig | en liten ting
"""
