"""What is said in Dutch."""

TEXT = """
[open]
zo, daar zijn we weer
welkom terug, we gaan verder
even kijken wat hier te vinden is
nieuwe kaart, nieuw geluk
de deur staat open, dus naar binnen
goed, laten we beginnen
[quiet]
er is hier niemand, geloof ik
even om de hoek kijken
ik denk dat we die kant op moeten
er moet hier ergens een knop zijn
wat is het hier stil
daar achter wordt het donkerder
in deze kamer zijn we nog niet geweest
[idle]
de koffie was vanochtend weer niet te drinken
het regent buiten, dus het is er een goede avond voor
mijn broer is hier nooit voorbij gekomen
ik moet dit toetsenbord eens schoonmaken
hierna zet ik een kopje thee
[busy]
doorlopen, doorlopen
daar komen er nog meer
naar links en weer naar rechts
herladen en verder
niet stil blijven staan
ze komen overal vandaan
[spotted]
daar is {what}
kijk, {what}
pas op, {what}
daar beweegt iets
daar zijn ze
hé, we krijgen bezoek
[fight]
daar gaan we
vuur
dan wordt het vechten
pak aan
dit wordt ruzie
[kill]
raak
weer een minder
die staat niet meer op
en nog een
de volgende
weg is hij
[hurt]
au
dat deed pijn
ik ben geraakt
waar kwam dat vandaan
niet in mijn rug
[low]
ik heb bijna geen leven meer
ik heb snel een verbanddoos nodig
nog een klap en ik ben er geweest
dit ziet er slecht uit
ik moet hier weg
[find]
oh, {what}
{what}, dat kan ik gebruiken
daar ligt {what}
dat neem ik mee
dat hebben we later nodig
[win]
dat waren ze allemaal, denk ik
de kamer is van ons
klaar, en ik sta nog overeind
even ademhalen
er is niemand meer
[calls]
hé | oh | wauw | ja | kom op | ha | nee nee nee | jeetje | man | goh | wat
[asides]
nou | dus | hm | goed | even kijken | tja | ik denk | eerlijk gezegd | zo | in ieder geval
[shouts]
kom op | ja ja ja | ongelooflijk | wat een schot | sneller | dit is waanzin | nog een keer
vandaag niet
[tails]
maar we hebben de tijd | we zien wel | zoals altijd | zou ik zeggen | niets bijzonders
rustig aan | zo ongeveer | ik vind het best
[foe]
een zombie | een schutter | een soldaat | iemand
[beast]
een monster | een demon | iets groots
[health]
een verbanddoos | wat gezondheid
[armour]
een harnas | een vest
[ammo]
wat munitie | een doos patronen
[weapon]
een geweer | een nieuw wapen
[item]
iets nuttigs | iets kleins
"""
