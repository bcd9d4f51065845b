"""What is said in Italian."""

TEXT = """
[open]
bene, eccoci di nuovo
vediamo un po' cosa c'è qui
bentornati, si continua
mappa nuova, fortuna nuova
la porta è aperta, entriamo
dai, cominciamo
[quiet]
qui non c'è nessuno
guardiamo dietro quell'angolo
credo che sia da questa parte
ci deve essere un pulsante da qualche parte
che silenzio qui dentro
laggiù è più buio
in questa stanza non siamo ancora stati
[idle]
il caffè di stamattina era terribile
fuori piove, quindi è la serata giusta
mio fratello non ha mai superato questo punto
un giorno devo pulire questa tastiera
dopo mi faccio un tè
[busy]
avanti, avanti
ce ne sono altri laggiù
a sinistra e di nuovo a destra
ricarico e vado avanti
non stare fermo
arrivano da tutte le parti
[spotted]
ecco {what}
guarda, {what}
attenzione, {what}
qualcosa si muove là in fondo
eccoli
oh, abbiamo visite
[fight]
ci siamo
fuoco
allora si combatte
prendi questo
qui si mette male
[kill]
preso
uno di meno
quello non si rialza
e un altro
avanti il prossimo
a terra
[hurt]
ahi
che male
mi hanno colpito
da dove è arrivato
non alle spalle
[low]
ho pochissima vita
mi serve un kit medico, subito
un altro colpo e sono morto
qui si mette male per me
devo uscire di qui
[find]
oh, {what}
{what}, mi serve proprio
qui c'è {what}
questo lo prendo
ci servirà più tardi
[win]
credo che fossero tutti
la stanza è nostra
fatto, e sono ancora in piedi
bene, respiriamo
non c'è più nessuno
[calls]
ehi | oh | mamma mia | sì | forza | ah | no no no | accidenti | caspita | che cosa | dai
[asides]
bene | allora | vediamo | insomma | ecco | guarda | secondo me | va bene | diciamo | comunque
[shouts]
forza forza | sì sì sì | incredibile | che colpo | più veloce | che follia | ancora | non oggi
[tails]
ma non c'è fretta | vedremo | come sempre | direi | niente di speciale | con calma | più o meno
per me va bene
[foe]
uno zombi | un tiratore | un soldato | qualcuno
[beast]
un mostro | un demone | qualcosa di grosso
[health]
un kit medico | un po' di vita
[armour]
un'armatura | un giubbotto
[ammo]
delle munizioni | una scatola di cartucce
[weapon]
un fucile | un'arma nuova
[item]
qualcosa di utile | una cosetta
"""
