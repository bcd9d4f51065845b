"""What is said in Portuguese."""

TEXT = """
[open]
bom, aqui estamos de novo
vamos ver o que tem por aqui
bem-vindos de volta, vamos continuar
mapa novo, sorte nova
a porta está aberta, vamos entrar
certo, vamos começar
[quiet]
parece que não tem ninguém
vamos olhar atrás daquele canto
acho que é por aqui
deve ter um botão em algum lugar
que silêncio aqui dentro
lá embaixo está mais escuro
nesta sala ainda não estivemos
[idle]
o café de hoje cedo estava horrível
está chovendo lá fora, então é um bom dia para isso
meu irmão nunca passou deste lugar
um dia eu preciso limpar este teclado
depois disso vou fazer um chá
[busy]
continua, continua
tem mais deles ali
à esquerda e de novo à direita
recarrego e sigo
não fica parado
eles vêm de todos os lados
[spotted]
ali está {what}
olha, {what}
cuidado, {what}
alguma coisa se mexe ali
lá estão eles
opa, temos visita
[fight]
lá vem
fogo
então vamos lutar
toma essa
vai ter confusão
[kill]
peguei
um a menos
esse não levanta mais
e mais um
o próximo
no chão
[hurt]
ai
essa doeu
fui atingido
de onde veio isso
pelas costas não
[low]
estou com pouca vida
preciso de um kit médico, já
mais um golpe e eu morro
a coisa está feia
tenho que sair daqui
[find]
ah, {what}
{what}, era o que eu precisava
aqui tem {what}
isso eu levo
vamos precisar disso depois
[win]
acho que eram todos
a sala é nossa
pronto, e ainda estou de pé
bom, vamos respirar
não sobrou ninguém
[calls]
ei | oh | nossa | sim | vamos | ah | não não não | caramba | rapaz | opa | puxa
[asides]
bom | então | vamos ver | enfim | pois é | olha | eu acho | certo | na verdade | tudo bem
[shouts]
vamos vamos | sim sim sim | incrível | que tiro | mais rápido | que loucura | de novo | hoje não
[tails]
mas não tem pressa | vamos ver | como sempre | eu diria | nada de especial | com calma
mais ou menos | por mim tudo bem
[foe]
um zumbi | um atirador | um soldado | alguém
[beast]
um monstro | um demônio | uma coisa grande
[health]
um kit médico | um pouco de vida
[armour]
uma armadura | um colete
[ammo]
munição | uma caixa de cartuchos
[weapon]
uma espingarda | uma arma nova
[item]
alguma coisa útil | uma coisinha
"""
