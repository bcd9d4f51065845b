"""What is said in Romanian."""

TEXT = """
[open]
bun, iată-ne din nou
bine ați revenit, mergem mai departe
să vedem ce este pe aici
hartă nouă, noroc nou
ușa este deschisă, intrăm
gata, începem
[quiet]
se pare că nu este nimeni
să ne uităm după colț
cred că este pe aici
trebuie să fie un buton pe undeva
ce liniște este aici
acolo este mai întuneric
în camera asta nu am fost încă
[idle]
cafeaua de azi dimineață a fost groaznică
afară plouă, deci este o seară bună pentru asta
fratele meu nu a trecut niciodată de locul ăsta
într-o zi trebuie să curăț tastatura
după asta îmi fac un ceai
[busy]
înainte, înainte
mai vin câțiva de acolo
la stânga și iar la dreapta
reîncarc și merg mai departe
nu sta pe loc
vin din toate părțile
[spotted]
acolo este {what}
uite, {what}
atenție, {what}
se mișcă ceva acolo
iată-i
avem musafiri
[fight]
acum începe
foc
atunci ne luptăm
ține asta
o să fie scandal
[kill]
l-am lovit
unul mai puțin
ăsta nu se mai ridică
și încă unul
următorul
gata cu el
[hurt]
au
asta a durut
sunt lovit
de unde a venit asta
nu pe la spate
[low]
mai am foarte puțină viață
am nevoie repede de o trusă medicală
încă o lovitură și sunt mort
nu arată bine
trebuie să plec de aici
[find]
o, {what}
{what}, îmi trebuia
aici este {what}
asta o iau cu mine
o să ne trebuiască mai târziu
[win]
cred că aceștia au fost toți
camera este a noastră
gata, și încă stau în picioare
bun, respirăm puțin
nu a mai rămas nimeni
[calls]
hei | o | măi | da | haide | ha | nu nu nu | vai | frate | uau | ce
[asides]
ei bine | deci | hm | bine | să vedem | păi | eu cred | sincer | așa | oricum
[shouts]
haide haide | da da da | incredibil | ce lovitură | mai repede | ce nebunie | încă o dată
nu astăzi
[tails]
dar nu ne grăbim | vom vedea | ca întotdeauna | aș zice | nimic deosebit | cu calm
mai mult sau mai puțin | mie îmi convine
[foe]
un zombi | un trăgător | un soldat | cineva
[beast]
un monstru | un demon | ceva mare
[health]
o trusă medicală | puțină viață
[armour]
o armură | o vestă
[ammo]
niște muniție | o cutie de cartușe
[weapon]
o pușcă | o armă nouă
[item]
ceva folositor | un lucru mic
"""
