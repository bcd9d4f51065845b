"""The editing: which music each pair gets, on standardised axes, and its stretches of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.corpus.build.dubs import DubRecord
from mrcmv.corpus.build.galleries import choose_within, deal_pieces
from mrcmv.corpus.build.plan import stream
from mrcmv.corpus.build.sizes import N_GALLERIES, Size, Split
from mrcmv.corpus.build.takes import TakeRecord
from mrcmv.corpus.editor.choosing import COMPOSED, REAL, Pool, choose, feel
from mrcmv.corpus.editor.listening import read_picture, scales_of, standardise
from mrcmv.corpus.editor.mind import EDITORS, Editor, target
from mrcmv.types import WINDOW_S, Floats

REAL_SHARE = 0.45
"""How much of the music is real where there is enough of it."""
CUT_SHARE = 0.15
"""How many of the longer clips change to a second piece although the first would last."""
LEAST_SECOND_S = 8.0
LEAST_LEAD_S = 0.5
"""What lies before a second piece's window, for the crossfade."""
LEAST_REST_S = 0.5
"""A clip's music may end this much before it."""


@dataclass(frozen=True)
class Segment:
    """A stretch of a clip and the music under it, in seconds."""

    start_s: float
    end_s: float
    piece_id: str
    music_start_s: float


@dataclass(frozen=True, eq=False)
class Readings:
    """What the clips of a split say on each axis, standardised. Shape: (n, axes) each."""

    voice: Floats
    picture: Floats

    @property
    def targets(self) -> Floats:
        return target(self.voice, self.picture)

    def only(self, rows: Sequence[int] | np.ndarray) -> "Readings":
        return Readings(self.voice[rows], self.picture[rows])


@dataclass(frozen=True, eq=False)
class Edited:
    """A split after its editing: pair i took row `rows[i]` of the split's pool.

    `gallery`: the number of each pair's gallery, or −1.
    """

    dubs: tuple[DubRecord, ...]
    readings: Readings
    editors: tuple[Editor, ...]
    rows: np.ndarray
    gallery: np.ndarray


def read_splits(
    dubs: Sequence[DubRecord], takes: Mapping[str, TakeRecord]
) -> dict[str, tuple[tuple[DubRecord, ...], Readings]]:
    """The usable dubs of each split with their readings.

    Scales come from the training split: one for voices, one for each source of footage, as games
    differ in how fierce they can be.
    """
    usable = [dub for dub in dubs if dub.usable]
    voice = np.array([dub.reading for dub in usable], np.float32)
    seen = np.array([picture_of(takes[dub.take_id]) for dub in usable], np.float32)
    source = np.array([takes[dub.take_id].source for dub in usable])
    split = np.array([dub.split for dub in usable])
    train = split == "train"
    heard = standardise(voice, scales_of(voice[train]))
    looked = np.zeros_like(seen)
    for name in np.unique(source):
        own = source == name
        looked[own] = standardise(seen[own], scales_of(seen[own & train]))
    return {
        name: (
            tuple(usable[at] for at in np.flatnonzero(split == name)),
            Readings(heard[split == name], looked[split == name]),
        )
        for name in np.unique(split).tolist()
    }


def picture_of(take: TakeRecord) -> Floats:
    """What a take's picture says on each axis, not standardised. Shape: (axes,)."""
    return read_picture(np.nan_to_num(take.second("action")), take.second("light"))


def edit_freely(
    split: Split, dubs: tuple[DubRecord, ...], readings: Readings, pool: Pool, size: Size,
    seed: int | str,
) -> Edited:  # fmt: skip
    """Music for the pairs of a split without galleries; pieces are used several times."""
    rng = stream(seed, "edit", split)
    editors = tuple(EDITORS[at] for at in rng.integers(len(EDITORS), size=len(dubs)))
    has_real = bool((pool.origin == REAL).any())
    share = REAL_SHARE if has_real else 0.0
    origins = np.where(rng.random(len(dubs)) < share, REAL, COMPOSED)
    taken = choose(readings.targets, list(editors), origins, pool, rng, size.most_uses, apart_s=0.0)
    rows = np.array([choice.row for choice in taken])
    return Edited(dubs, readings, editors, rows, np.full(len(dubs), -1))


def edit_galleries(
    dubs: tuple[DubRecord, ...], readings: Readings, pool: Pool, size: Size, seed: int
) -> Edited:
    """Music for the test's pairs: three galleries, dealt at random, that share no piece.

    There are more pairs than needed: an editor publishes those that find music that fits.

    Raises:
        ValueError: too few usable pairs, or too little music.
    """
    rng = stream(seed, "edit", "test")
    n = size.n_gallery
    if len(dubs) < N_GALLERIES * n:
        raise ValueError(
            f"the test needs {N_GALLERIES * n} pairs in which somebody speaks; {len(dubs)} are"
        )
    editors = [EDITORS[at] for at in rng.integers(len(EDITORS), size=len(dubs))]
    dealt = rng.permutation(np.arange(len(dubs)) % N_GALLERIES)
    pieces = deal_pieces(pool, N_GALLERIES, n, REAL_SHARE, rng)
    clips, rows = np.zeros(N_GALLERIES * n, int), np.zeros(N_GALLERIES * n, int)
    for number in range(N_GALLERIES):
        own = np.flatnonzero(dealt == number)
        tastes = [editors[at] for at in own]
        targets = readings.only(own).targets
        kept, taken = choose_within(pieces[number], targets, tastes, pool, rng, n)
        place = slice(number * n, (number + 1) * n)
        clips[place], rows[place] = own[kept], taken
    order = np.argsort(clips)  # the order of the dubs says nothing of the galleries
    clips, rows = clips[order], rows[order]
    return Edited(
        tuple(dubs[at] for at in clips),
        readings.only(clips),
        tuple(editors[at] for at in clips),
        rows,
        dealt[clips],
    )


def segments_of(
    edited: Edited, at: int, clip_s: float, pool: Pool, piece_ids: Sequence[str],
    lengths_s: Floats, rng: np.random.Generator,
) -> tuple[Segment, ...]:  # fmt: skip
    """The music under a pair's whole clip: its window's piece as far as it goes, then another.

    The window itself is never cut into. lengths_s: of each piece, in the pool's numbering.
    """
    row = int(edited.rows[at])
    piece, start_s = int(pool.piece[row]), float(pool.start_s[row])
    lasts_s = float(lengths_s[piece]) - start_s
    end_s = min(clip_s, lasts_s)
    if clip_s > WINDOW_S + LEAST_SECOND_S and rng.random() < CUT_SHARE:
        end_s = min(end_s, float(rng.uniform(WINDOW_S, clip_s - LEAST_SECOND_S)))
    segments = [Segment(0.0, round(end_s, 2), piece_ids[piece], start_s)]
    felt = feel(edited.readings.targets[at], pool.features, edited.editors[at], rng)
    played = {piece}
    while clip_s - segments[-1].end_s > LEAST_REST_S:
        rest_s = clip_s - segments[-1].end_s
        own = pool.origin == pool.origin[row]
        fresh = own & ~np.isin(pool.piece, list(played))
        room_s = lengths_s[pool.piece] - pool.start_s
        fits = fresh & (pool.start_s >= LEAST_LEAD_S) & (room_s >= rest_s)
        candidates = fits if fits.any() else fresh
        if not candidates.any():
            break
        follows = int(np.where(candidates, felt, np.inf).argmin())
        played.add(int(pool.piece[follows]))
        until_s = round(min(clip_s, segments[-1].end_s + float(room_s[follows])), 2)
        name, from_s = piece_ids[int(pool.piece[follows])], float(pool.start_s[follows])
        segments.append(Segment(segments[-1].end_s, until_s, name, from_s))
    return tuple(segments)
