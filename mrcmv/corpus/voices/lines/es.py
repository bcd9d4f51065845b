"""What is said in Spanish."""

TEXT = """
[open]
bueno, aquí estamos otra vez
vamos a ver qué hay por aquí
bienvenidos de nuevo, seguimos
mapa nuevo, suerte nueva
la puerta está abierta, entramos
venga, empezamos
[quiet]
parece que no hay nadie
vamos a mirar detrás de esa esquina
creo que es por aquí
tiene que haber un botón en alguna parte
qué silencio hay aquí
allí abajo está más oscuro
en esta sala todavía no hemos estado
[idle]
el café de esta mañana estaba malísimo
está lloviendo, así que es buen día para esto
mi hermano nunca pasó de este sitio
un día tengo que limpiar este teclado
después de esto me hago un té
[busy]
sigue, sigue, no pares
hay más por allí
a la izquierda y otra vez a la derecha
recargo y sigo
no te quedes quieto
vienen de todas partes
[spotted]
ahí hay {what}
mira, {what}
cuidado, {what}
algo se mueve por allí
ahí están
vaya, tenemos visita
[fight]
ahí viene
fuego
pues a pelear
toma esto
aquí hay lío
[kill]
le di
uno menos
ese no se levanta
y otro más
el siguiente
al suelo
[hurt]
ay
eso dolió
me han dado
de dónde vino eso
por la espalda no
[low]
me queda muy poca vida
necesito un botiquín ya
un golpe más y estoy muerto
esto pinta mal
tengo que salir de aquí
[find]
oh, {what}
{what}, qué bien me viene
aquí hay {what}
esto me lo llevo
lo vamos a necesitar luego
[win]
creo que eran todos
la sala es nuestra
listo, y sigo en pie
bueno, a respirar
ya no queda nadie
[calls]
eh | oh | guau | sí | vamos | ja | no no no | madre mía | hombre | anda | qué
[asides]
bueno | pues | a ver | en fin | ya | mira | yo creo | entonces | de acuerdo | la verdad
[shouts]
vamos vamos | sí sí sí | increíble | qué tiro | más rápido | qué locura | otra vez | hoy no
[tails]
pero no hay prisa | ya veremos | como siempre | diría yo | nada especial | con calma
más o menos | me parece bien
[foe]
un zombi | un tirador | un soldado | alguien
[beast]
un monstruo | un demonio | algo grande
[health]
un botiquín | un poco de vida
[armour]
una armadura | un chaleco
[ammo]
munición | una caja de cartuchos
[weapon]
una escopeta | un arma nueva
[item]
algo útil | una cosita
"""
