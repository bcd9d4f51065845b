"""What is said in Polish."""

TEXT = """
[open]
no dobrze, znowu tu jesteśmy
witam ponownie, gramy dalej
zobaczmy, co tu mamy
nowa mapa, nowe szczęście
drzwi są otwarte, więc wchodzimy
dobra, zaczynamy
[quiet]
chyba nikogo tu nie ma
zajrzyjmy za ten róg
myślę, że to w tę stronę
gdzieś tu musi być przycisk
strasznie tu cicho
tam dalej robi się ciemniej
w tym pokoju jeszcze nie byliśmy
[idle]
kawa dziś rano była okropna
na dworze pada, więc to dobry wieczór na granie
mój brat nigdy nie przeszedł tego miejsca
kiedyś muszę wyczyścić tę klawiaturę
potem zrobię sobie herbatę
[busy]
dalej, dalej
tam jest ich więcej
w lewo i znowu w prawo
przeładować i naprzód
tylko nie stać w miejscu
idą ze wszystkich stron
[spotted]
tam jest {what}
patrz, {what}
uwaga, {what}
coś się tam rusza
są tutaj
o, mamy gości
[fight]
zaczyna się
ognia
no to walczymy
masz za swoje
będą kłopoty
[kill]
mam go
jeden mniej
ten już nie wstanie
i jeszcze jeden
następny
po nim
[hurt]
au
to bolało
dostałem
skąd to przyszło
tylko nie w plecy
[low]
mam bardzo mało zdrowia
potrzebuję apteczki, szybko
jeszcze jeden strzał i po mnie
to źle wygląda
muszę stąd uciekać
[find]
o, {what}
{what}, to się przyda
tu leży {what}
to biorę ze sobą
to będzie potrzebne później
[win]
chyba to już wszyscy
pokój jest nasz
gotowe, a ja wciąż stoję
dobra, chwila oddechu
nikogo już nie ma
[calls]
hej | o | rany | tak | dawaj | ha | nie nie nie | kurczę | człowieku | ojej | co
[asides]
no | więc | hm | dobrze | zobaczmy | cóż | myślę, że tak | szczerze mówiąc | tak
w każdym razie
[shouts]
dawaj dawaj | tak tak tak | niesamowite | co za strzał | szybciej | to szaleństwo | jeszcze raz
nie dzisiaj
[tails]
ale nie ma pośpiechu | zobaczymy | jak zawsze | powiedziałbym | nic takiego | powoli
mniej więcej | mnie to pasuje
[foe]
zombi | strzelec | żołnierz | ktoś
[beast]
potwór | demon | coś dużego
[health]
apteczka | trochę zdrowia
[armour]
pancerz | kamizelka
[ammo]
amunicja | pudełko nabojów
[weapon]
strzelba | nowa broń
[item]
coś przydatnego | drobiazg
"""
