"""Mixes to judge a separator on: by level, by kind of voice, in noise, and without speech."""

from collections.abc import Iterator

from mrcmv.training.mixtures import Mixture, Mixtures, Wanted

LEVELS_DB = (-5.0, 0.0, 10.0, 20.0)
"""Voice over music and effects together."""
NOISE_LEVELS_DB, NOISE_DB = (0.0, 10.0), -15.0
"""Where noise is tried: levels of the voice, and of hiss beside it."""
KINDS = ("synthetic", "human")
HELD_OUT = 2_000_000
"""Key of these mixtures: no other has it."""
CLIP_S = 10.0


def conditions() -> dict[str, Wanted]:
    """What is asked for, by name."""
    all_three = {"voice": True, "music": True, "effects": True, "plain": True}
    asked = {
        f"{kind} {level_db:+.0f} dB": Wanted(**all_three, level_db=level_db, kind=kind)
        for kind in KINDS
        for level_db in LEVELS_DB
    }
    for kind in KINDS:
        for level_db in NOISE_LEVELS_DB:
            asked[f"{kind} {level_db:+.0f} dB in noise"] = Wanted(
                **all_three, level_db=level_db, hiss_db=NOISE_DB, kind=kind
            )
    asked["no speech"] = Wanted(voice=False, plain=True)
    return asked


def possible(mixtures: Mixtures) -> list[str]:
    """The conditions that there are speakers for."""
    return [name for name, wanted in conditions().items() if mixtures.can(wanted)]


def held_out(mixtures: Mixtures, n_each: int) -> Iterator[tuple[str, str, Mixture]]:
    """`(name, condition, mixture)`, `n_each` of each condition, the same ones each time."""
    for row, (condition, wanted) in enumerate(conditions().items()):
        for at in range(n_each if mixtures.can(wanted) else 0):
            mixture = mixtures.draw(HELD_OUT, row, at, wanted=wanted)
            yield f"{condition} {at}", condition, mixture
