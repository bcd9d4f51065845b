"""Which maps of Freedoom make footage.

Tried with `python -m mrcmv.corpus.footage.trial maps`: the map starts, the grid of its floor has
somewhere to go, and an explorer walks at least 800 map units in 20 s in two of three seeds.
"""

EVERY = (
    *(f"freedoom1/E{episode}M{level}" for episode in (1, 2, 3, 4) for level in range(1, 10)),
    *(f"freedoom2/MAP{level:02d}" for level in range(1, 33)),
)
"""All maps of Freedoom 1 and 2."""
LEFT_OUT: dict[str, str] = {}
"""Map → why it makes no footage. With ViZDoom 1.3.2's Freedoom all 68 maps do, since a take may
begin anywhere in the largest area whose cells all lead to each other."""
USABLE = tuple(place for place in EVERY if place not in LEFT_OUT)
