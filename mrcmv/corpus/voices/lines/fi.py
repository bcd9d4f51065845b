"""What is said in Finnish."""

TEXT = """
[open]
no niin, täällä ollaan taas
tervetuloa takaisin, jatketaan
katsotaan, mitä täällä on
uusi kartta, uusi onni
ovi on auki, mennään sisään
hyvä, aloitetaan
[quiet]
täällä ei taida olla ketään
katsotaan tuon kulman taakse
luulen, että se on tuolla päin
jossain täällä on varmasti nappi
onpa täällä hiljaista
tuolla on pimeämpää
tässä huoneessa ei ole vielä käyty
[idle]
aamulla kahvi oli taas kamalaa
ulkona sataa, joten tämä on siihen hyvä ilta
veljeni ei koskaan päässyt tästä paikasta
joskus pitäisi puhdistaa tämä näppäimistö
tämän jälkeen keitän teetä
[busy]
eteenpäin, eteenpäin
tuolta tulee lisää
vasemmalle ja taas oikealle
lataan ja jatkan
älä jää paikallesi
niitä tulee joka puolelta
[spotted]
tuolla on {what}
katso, {what}
varo, {what}
jokin liikkuu tuolla
siellä ne ovat
ai, saatiin vieraita
[fight]
nyt se alkaa
tulta
sitten taistellaan
siitä saat
tästä tulee riita
[kill]
osui
yksi vähemmän
tuo ei enää nouse
ja vielä yksi
seuraava
se oli siinä
[hurt]
au
se sattui
minuun osui
mistä tuo tuli
ei selkään
[low]
elämä on melkein lopussa
tarvitsen pian ensiapua
vielä yksi osuma ja olen mennyttä
tämä näyttää pahalta
minun on päästävä pois täältä
[find]
oho, {what}
{what}, sitä tarvitsin
tässä on {what}
otan tämän mukaan
tätä tarvitaan myöhemmin
[win]
luulen, että siinä olivat kaikki
huone on meidän
valmis, ja olen yhä pystyssä
no niin, hengitetään vähän
ketään ei ole jäljellä
[calls]
hei | oi | vau | joo | anna mennä | hah | ei ei ei | voi ei | ohhoh | mitä | hyvä
[asides]
no | siis | hm | selvä | katsotaan | niin | minusta | rehellisesti | jaa | joka tapauksessa
[shouts]
anna mennä | joo joo joo | uskomatonta | mikä laukaus | nopeammin | tämä on hullua | uudestaan
ei tänään
[tails]
mutta ei ole kiire | saa nähdä | kuten aina | sanoisin | ei mitään erikoista | rauhassa vain
suunnilleen | minulle se sopii
[foe]
zombi | ampuja | sotilas | joku
[beast]
hirviö | demoni | jotain isoa
[health]
ensiapulaukku | vähän terveyttä
[armour]
haarniska | liivi
[ammo]
ammuksia | laatikko patruunoita
[weapon]
haulikko | uusi ase
[item]
jotain hyödyllistä | pikkujuttu
"""
