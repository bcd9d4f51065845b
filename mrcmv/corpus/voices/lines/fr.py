"""What is said in French."""

TEXT = """
[open]
bon, nous revoilà
allez, on y retourne
voyons voir ce qu'il y a ici
nouvelle carte, nouvelle chance
la porte est ouverte, on entre
c'est parti, doucement
[quiet]
il n'y a personne ici
on va regarder derrière ce coin
je crois que c'est par là
il doit y avoir un bouton quelque part
c'est bien calme par ici
là-bas il fait plus sombre
on n'a pas encore vu cette salle
[idle]
ce matin le café était vraiment mauvais
dehors il pleut, c'est le temps idéal pour jouer
mon frère n'a jamais passé cet endroit
il faudrait que je nettoie ce clavier un jour
après ça je me fais un thé
[busy]
on avance, on avance
il y en a d'autres là-bas
à gauche, puis à droite
je recharge et je continue
il ne faut pas rester là
ils arrivent de partout
[spotted]
voilà {what}
regarde, {what}
attention, {what}
ça bouge là-bas
les voilà
tiens, de la visite
[fight]
c'est parti
feu à volonté
tu veux te battre, d'accord
prends ça
ça va chauffer
[kill]
touché
un de moins
celui-là est tombé
et encore un
au suivant
il ne se relèvera pas
[hurt]
aïe
ça fait mal
je suis touché
d'où ça vient
pas dans le dos
[low]
je n'ai presque plus de vie
il me faut des soins, et vite
encore un coup et je suis mort
ça va mal pour moi
il faut que je sorte d'ici
[find]
oh, {what}
{what}, ça va me servir
tiens, {what}
je prends ça
on en aura besoin plus tard
[win]
je crois que c'était le dernier
la salle est à nous
c'est fini, et je suis encore debout
bon, on respire
plus personne ici
[calls]
hé | oh | ouah | oui | allez | ha | non non non | mince | la vache | quoi | oh là là
[asides]
bon | alors | hum | enfin | voyons | tu vois | je pense | voilà | eh bien | d'accord
[shouts]
allez allez | oui oui oui | incroyable | quel tir | plus vite | c'est la folie | encore une fois
pas aujourd'hui
[tails]
mais on a le temps | on verra bien | comme toujours | je dirais | rien de spécial
tranquillement | plus ou moins | ça me va
[foe]
un zombie | un tireur | un soldat | quelqu'un
[beast]
un monstre | un démon | une grosse bête
[health]
une trousse de soins | un peu de vie
[armour]
une armure | un gilet
[ammo]
des munitions | une boîte de cartouches
[weapon]
un fusil | une nouvelle arme
[item]
quelque chose d'utile | un petit bonus
"""
