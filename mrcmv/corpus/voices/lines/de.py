"""What is said in German."""

TEXT = """
[open]
so, da wären wir wieder
willkommen zurück, weiter geht's
okay, schauen wir mal, was hier los ist
neue Karte, neues Glück
gut, die Tür ist offen, also rein
dann fangen wir mal an
[quiet]
hier ist wohl niemand
schauen wir mal um die Ecke
ich glaube, wir müssen da lang
irgendwo muss hier ein Schalter sein
es ist ganz schön still hier
da hinten wird es dunkler
in diesem Raum waren wir noch nicht
[idle]
heute morgen war der Kaffee wieder furchtbar
draußen regnet es, also genau das richtige Wetter dafür
mein Bruder ist hier nie weitergekommen
diese Tastatur müsste ich auch mal sauber machen
nachher mache ich mir erst einmal einen Tee
[busy]
weiter, immer weiter
da kommen noch mehr
links, und wieder rechts
nachladen und weiter
nicht stehen bleiben
die kommen von überall
[spotted]
da ist {what}
schau, {what}
Achtung, {what}
da bewegt sich was
da sind sie ja
oh, wir bekommen Besuch
[fight]
jetzt geht's los
Feuer frei
na dann kämpfen wir eben
nimm das
das gibt Ärger
[kill]
erwischt
einer weniger
der steht nicht mehr auf
und noch einer
Treffer, der Nächste
weg ist er
[hurt]
aua
das tat weh
ich bin getroffen
wo kam das denn her
nicht von hinten
[low]
ich habe kaum noch Leben
ich brauche schnell einen Verbandskasten
noch ein Treffer und ich bin weg
das sieht nicht gut aus für mich
ich muss hier raus
[find]
oh, {what}
{what}, das kann ich brauchen
da liegt {what}
das nehme ich mit
das brauchen wir später noch
[win]
das waren alle, glaube ich
der Raum ist sauber
geschafft, und ich stehe noch
erst mal durchatmen
keiner mehr da
[calls]
hey | oh | boah | ja | los | ha | Mensch | nein nein nein | Mann | Wahnsinn | was
[asides]
tja | also | hm | na gut | so | mal sehen | ehrlich gesagt | nun | jedenfalls | ich denke
[shouts]
komm schon | ja ja ja | auf geht's | unglaublich | was für ein Schuss | schneller | los los los
nicht mit mir
[tails]
aber wir haben ja Zeit | mal schauen | wie immer | würde ich sagen | nichts Besonderes
mir soll's recht sein | so ungefähr | ganz in Ruhe
[foe]
ein Zombie | ein Schütze | ein Soldat | jemand
[beast]
ein Monster | ein Dämon | etwas Großes
[health]
ein Verbandskasten | etwas Gesundheit
[armour]
eine Rüstung | eine Weste
[ammo]
etwas Munition | eine Kiste Patronen
[weapon]
eine Schrotflinte | eine neue Waffe
[item]
etwas Nützliches | eine Kleinigkeit
"""
