"""What is said in Czech."""

TEXT = """
[open]
tak, a jsme tu zase
vítejte zpátky, pokračujeme
podíváme se, co tady je
nová mapa, nové štěstí
dveře jsou otevřené, jdeme dovnitř
dobře, začínáme
[quiet]
nikdo tu asi není
podíváme se za ten roh
myslím, že je to tudy
někde tady musí být tlačítko
je tu strašné ticho
tam vzadu je větší tma
v téhle místnosti jsme ještě nebyli
[idle]
ráno byla ta káva zase hrozná
venku prší, takže je na to dobrý večer
můj bratr se přes tohle místo nikdy nedostal
jednou musím vyčistit tu klávesnici
potom si udělám čaj
[busy]
dál, pořád dál
tam jsou další
doleva a zase doprava
nabít a pokračovat
hlavně nezůstat stát
jdou ze všech stran
[spotted]
tam je {what}
hele, {what}
pozor, {what}
něco se tam hýbe
tady jsou
á, máme návštěvu
[fight]
už to začíná
palte
tak budeme bojovat
tady máš
to bude průšvih
[kill]
mám ho
o jednoho míň
ten už nevstane
a ještě jeden
další
je po něm
[hurt]
au
to bolelo
dostal jsem to
odkud to přišlo
jen ne do zad
[low]
mám už málo života
potřebuju lékárničku, rychle
ještě jedna rána a je konec
to nevypadá dobře
musím odsud pryč
[find]
á, {what}
{what}, to se hodí
tady leží {what}
to si vezmu
to budeme potřebovat
[win]
myslím, že to byli všichni
místnost je naše
hotovo, a pořád stojím
tak, teď si oddechneme
nikdo už tu není
[calls]
hej | á | páni | ano | pojď | ha | ne ne ne | sakra | člověče | jé | co
[asides]
no | takže | hm | dobře | uvidíme | tak | myslím | upřímně řečeno | prostě | každopádně
[shouts]
pojď pojď | ano ano ano | neuvěřitelné | to byla rána | rychleji | to je šílené | ještě jednou
dneska ne
[tails]
ale nikam nespěcháme | uvidíme | jako vždycky | řekl bych | nic zvláštního | pomalu | víceméně
mně to nevadí
[foe]
zombie | střelec | voják | někdo
[beast]
příšera | démon | něco velkého
[health]
lékárnička | trochu zdraví
[armour]
brnění | vesta
[ammo]
střelivo | krabice nábojů
[weapon]
brokovnice | nová zbraň
[item]
něco užitečného | drobnost
"""
