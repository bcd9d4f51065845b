"""Several methods' best matches side by side, without a word on whose each is until the vote."""

import random
from dataclasses import replace
from pathlib import Path

from mrcmv import methods
from mrcmv.progress import Hook, silent
from mrcmv.services import FindOptions, Services
from mrcmv.types import Found, Match

BLIND = "blind"
"""Stands in the choice of methods for all of `compared`."""
DEPTH = 5
"""So many of a method's matches are looked at for one that no other method has."""


def compared(services: Services) -> tuple[str, ...]:
    """The methods that listen to the music: drawing at random has its place in studies."""
    return tuple(m.name for m in services.known_methods if m.name not in methods.DRAWN)


def find_blind(
    services: Services, path: Path, options: FindOptions, hook: Hook = silent
) -> tuple[Found, tuple[str, ...]]:
    """Each method's best match that none before it has, in an order of chance; and whose each is.

    Raises what a find raises.
    """
    names = list(compared(services))
    random.shuffle(names)  # who comes first keeps a track that two have found
    every = {
        name: services.find(path, replace(options, method=name, top=DEPTH), hook) for name in names
    }
    chosen: list[tuple[Match, str]] = []
    for name, found in every.items():
        taken = {match.track.track_id for match, _ in chosen}
        own = [match for match in found.matches if match.track.track_id not in taken]
        chosen += [(match, name) for match in own[:1]]
    random.shuffle(chosen)
    matches = tuple(replace(match, rank=rank) for rank, (match, _) in enumerate(chosen, start=1))
    told = tuple(dict.fromkeys(note for found in every.values() for note in found.notes))
    first = every[names[0]]
    return replace(first, method=BLIND, matches=matches, notes=told), tuple(n for _, n in chosen)
