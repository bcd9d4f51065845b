"""Who plays a shot of Doom against whom: tempers, weapons and monsters, by the shot's chance."""

from dataclasses import replace

import numpy as np

from mrcmv.corpus.footage.engine import Scene
from mrcmv.corpus.footage.pictures import drawn_size
from mrcmv.corpus.footage.styles import STYLES, Style
from mrcmv.corpus.footage.take import Shot

TEMPERS = {
    "idle": Style("idle", hold=True, turn_deg=3.0, fire=0.0, noticed=False),
    "explore": replace(STYLES["explore"], watch_s=0.8, alert=True, deft=True),
    "sneak": replace(STYLES["sneak"], watch_s=3.0, alert=True, deft=True),
    "hold": replace(STYLES["hold"], lure_s=4.0, alert=True),
    "advance": replace(STYLES["advance"], alert=True, deft=True),
    "flee": replace(STYLES["flee"], deft=True),
    "rampage": replace(STYLES["rampage"], alert=True, deft=True),
}
"""Styles that a plan may name, the calmest first."""
CROWD = {"idle": 1, "explore": 1, "sneak": 4, "hold": 7, "advance": 5, "flee": 5, "rampage": 9}
"""How many monsters are put near the way; what the level has of its own comes on top."""
EASY = 1
"""Doom's lowest skill: half the damage and the fewest monsters, else most of a fight is red."""
KINDS = ("Zombieman", "ShotgunGuy", "DoomImp", "Demon", "ChaingunGuy", "Cacodemon", "HellKnight")
GUNS = ((3, 2), (4, 3), (5, 4), (6, 4))
"""Weapons of those who fight, best first: shotgun, chaingun, rockets, plasma."""


def tempers_of(shot: Shot) -> dict[str, Style]:
    """The shot's styles, with the weapons that this shot's chance gives them."""
    rng = np.random.default_rng([shot.seed, 1])
    light, heavy = GUNS[rng.integers(0, 2)], GUNS[rng.integers(0, 4)]
    arms = {"hold": light, "advance": light, "flee": light, "rampage": heavy}
    return {
        name: replace(TEMPERS[name], weapons=arms.get(name, (2,)))
        for name in dict.fromkeys(name for _, name in shot.plan)
    }


def scene_of(shot: Shot) -> Scene:
    """The stage of a shot: everything that any of its styles needs is there from the start."""
    rng = np.random.default_rng([shot.seed, 2])
    tempers = tempers_of(shot)
    first = tempers[shot.plan[0][1]]
    arms = [slot for style in (first, *tempers.values()) for slot in style.weapons]
    kinds = rng.choice(KINDS, size=max(CROWD[name] for name in tempers))
    names, counts = np.unique(kinds, return_counts=True)
    stage = replace(
        first,
        weapons=tuple(dict.fromkeys(arms)),
        monsters=tuple((str(name), int(n)) for name, n in zip(names, counts, strict=True)),
        own=bool(rng.random() < 0.6),
        skill=EASY,
    )
    place = int(rng.integers(1 << 30))
    wad, level = shot.place.split("/")
    width, height, _ = drawn_size(shot)
    return Scene(
        wad, level, stage, shot.duration_s, shot.seed, place=place, width=width, height=height
    )
