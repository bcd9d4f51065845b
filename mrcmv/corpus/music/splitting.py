"""Which pieces train, validate and test, so that nothing recorded together is on two sides.

Real music is split by whole packages; packages that share an artist stay together. Composed music
is split by seed, each mood's seeds in the same shares, so that the three splits hold real and
composed pieces in about one proportion and every mood is in each.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Literal

from mrcmv.corpus.music.piece import Piece

Split = Literal["train", "validation", "test"]

LEAST_TEST = 100
"""Real tracks for test, where there are enough of them."""
VALIDATION_SHARE = 0.12
TEST_SHARE = 0.35
"""Of the real tracks: test needs many tracks behind its galleries, training many hours."""
JOINED = r"\s*(?:[&;,]|\band\b|\baka\b|\bfeat\b\.?)\s*"
"""What stands between the names of several artists."""
NOBODY = {"", "others", "various", "various artists"}
"""Names that tie no packages together."""


def suggest_split(pieces: Sequence[Piece]) -> dict[str, Split]:
    """A split of every piece by its id; the same for the same pieces in any order.

    With fewer than `LEAST_TEST` real tracks outside the largest group test gets what there is.
    """
    real = [piece for piece in pieces if piece.origin == "real"]
    split: dict[str, Split] = {}
    sides = _sides({group: len(members) for group, members in _groups(real).items()})
    for group, members in _groups(real).items():
        split |= {piece.piece_id: sides[group] for piece in members}
    shares = _shares(Counter(split.values()))
    composed = [piece for piece in pieces if piece.origin == "composed"]
    return split | _dealt(composed, shares)


def _groups(real: Iterable[Piece]) -> dict[str, list[Piece]]:
    """Pieces by the first name of the packages that must stay together."""
    packages: dict[str, set[str]] = defaultdict(set)
    members: dict[str, list[Piece]] = defaultdict(list)
    for piece in real:
        name = piece.package.split(" ")[0]
        members[name].append(piece)
        for artist in set(re.split(JOINED, piece.artist.casefold().strip())) - NOBODY:
            packages[artist].add(name)
    leader = {name: name for name in members}
    for together in packages.values():
        for one, other in combinations(sorted(together), 2):
            old, new = sorted((leader[one], leader[other]), reverse=True)
            leader = {name: new if at == old else at for name, at in leader.items()}
    grouped: dict[str, list[Piece]] = defaultdict(list)
    for name in sorted(members):
        grouped[leader[name]] += members[name]
    return grouped


def _sides(sizes: dict[str, int]) -> dict[str, Split]:
    """A split for each group of packages.

    The largest group trains. Each next one, by size, goes where most is missing of what is wanted,
    the last ones where there would be nothing.
    """
    total = sum(sizes.values())
    wanted: dict[Split, float] = {
        "test": max(TEST_SHARE * total, min(LEAST_TEST, total - max(sizes.values(), default=0))),
        "validation": VALIDATION_SHARE * total,
    }
    wanted["train"] = total - sum(wanted.values())
    sides: dict[str, Split] = {}
    for n_done, group in enumerate(sorted(sizes, key=lambda name: (-sizes[name], name))):
        empty = [side for side in wanted if side not in sides.values()]
        open_to = empty if len(sizes) - n_done <= len(empty) else list(wanted)
        side: Split = max(open_to, key=lambda name: wanted[name]) if sides else "train"
        sides[group] = side
        wanted[side] -= sizes[group]
    return sides


def _shares(counts: Counter[Split]) -> dict[Split, float]:
    """What part of the real tracks each split has; a usual part where one has none."""
    if len(counts) < 3:
        rest = 1 - TEST_SHARE - VALIDATION_SHARE
        return {"train": rest, "validation": VALIDATION_SHARE, "test": TEST_SHARE}
    return {side: n / counts.total() for side, n in sorted(counts.items())}


def _dealt(composed: Iterable[Piece], shares: dict[Split, float]) -> dict[str, Split]:
    """Whole albums dealt out by mood and seed, each to the split that lacks most of its share."""
    by_album: dict[str, list[Piece]] = defaultdict(list)
    for piece in sorted(composed, key=lambda piece: (piece.title, piece.piece_id)):
        by_album[piece.album].append(piece)
    owed = dict.fromkeys(shares, 0.0)
    dealt: dict[str, Split] = {}
    for members in by_album.values():
        owed = {side: owed[side] + shares[side] * len(members) for side in shares}
        side = max(shares, key=lambda name: owed[name])
        owed[side] -= len(members)
        dealt |= {piece.piece_id: side for piece in members}
    return dealt
