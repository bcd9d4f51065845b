"""What is said in English."""

TEXT = """
[open]
right, here we are again
okay, let us see what is in here
welcome back, this is the next level
all set, weapon loaded, in we go
so, new map, new luck
let us get started then
here goes, I have not been in this one before
back in the old halls, and this time we finish it
good, the door is open, let us have a look
same place, another try
[quiet]
nobody in here, it seems
let us look behind that corner
this way, I think
I can hear something, but I see nothing
there must be a switch somewhere
I like how still it is in here
down there it gets darker
we have not been in this room yet
that door was closed before
slowly now, one step and then look
the map says left, so left it is
where did all of them go
it goes on behind that pillar
[idle]
I had a terrible coffee this morning, and I still think of it
somebody built all of these walls by hand, imagine that
my brother never got past this place
I should really clean that keyboard one day
did I tell you that I finished the other one yesterday
it is raining outside, so this is a good evening for it
the light in here is rather pretty, if you look at it for a while
I will make some tea after this one
[busy]
keep moving, keep moving
more of them, over there
left, and right again
reload, and on with it
behind me, behind me
do not stand still now
they come from everywhere
up the stairs, up the stairs
I need a bit of room here
go on, go on, go on
[spotted]
there is {what}
look, {what}, straight ahead
I see {what}
watch out, {what}
something moves over there
there they are
oh, company
wait, who is that
{what}, right in front of us
one of them, by the door
[fight]
here it comes
open fire
that is a fight, then
take this
so you want trouble
let us do this
shooting now
get him, get him
[kill]
got him
one less
down he goes
that was {what}
and another one
hit, next one
stay down
gone
that one is done
never saw it coming
out of my way
too slow for me
[hurt]
ouch
that hurt
I am hit
where did that come from
not in the back
they got me there
hey, that was my arm
who shot that
[low]
my health is getting low
I need a med kit, soon
one more hit and I am gone
that is not much health any more
I have to get out of here
careful, I am nearly dead
[find]
oh, {what}
{what}, good, I needed that
I will take {what}
look at that, {what}
there is something on the floor
thank you, that comes with me
and picked up
we will need that later
[win]
clear, I think that was all of them
that is the whole room
done, and I am still standing
okay, breathe, it is over
nobody left in here
and that is how it is done
[calls]
hey | oh | wow | yes | come on | ha | whoa | no no no | man | oh boy | damn | look at that
what | go
[asides]
well | so | hm | okay | right | you see | I think | let me see | anyway | now | alright then
honestly
[shouts]
come on | yes yes yes | let's go | unbelievable | what a shot | this is madness | again, again
faster | did you see that | not today | go go go
[tails]
but there is no hurry | we will see | as always | I would say | nothing special
let us take our time | that is fine by me | we have all evening | it is what it is
more or less | if I remember it right
[foe]
a zombie | a gunner | a soldier | somebody | one of them
[beast]
a monster | a demon | a beast | something big | one of those worms
[health]
a med kit | a health pack | some health
[armour]
some armour | a vest | a shield
[ammo]
some ammo | a box of shells | a few rounds
[weapon]
a shotgun | a new weapon | a big gun
[item]
something useful | a little extra | something shiny
"""
