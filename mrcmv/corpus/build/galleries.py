"""Who competes with whom: music for each pair, the test's galleries, and the large one.

A gallery of n windows holds the truths of n test pairs and nothing else, up to three windows a
piece, so that knowing the piece does not name the window. The galleries share no piece. The large
gallery adds windows of the same pieces and of all others of the test split.
"""

from collections.abc import Sequence

import numpy as np

from mrcmv.corpus.build.plan import stream
from mrcmv.corpus.build.sizes import Size
from mrcmv.corpus.editor.choosing import COMPOSED, REAL, TOO_LITTLE, Pool, choose_best
from mrcmv.corpus.editor.mind import Editor
from mrcmv.types import WINDOW_S, Floats

MOST_A_PIECE = 3
MOST_A_PIECE_LARGE = 8
PIECES_A_QUERY = 0.5
"""Pieces in a gallery for each of its queries. No more than half: an oracle that knows the piece
alone stays under 50 % at 1; many enough that the last clip still finds music that fits."""


def capacity(pool: Pool) -> np.ndarray:
    """How many windows of each piece fit without overlap. Shape: (pieces,)."""
    room = np.zeros(int(pool.piece.max()) + 1, int)
    for piece, start_s in zip(pool.piece.tolist(), pool.start_s.tolist(), strict=True):
        room[piece] = max(room[piece], int(start_s // WINDOW_S) + 1)
    return room


def deal_pieces(
    pool: Pool, n_galleries: int, n_queries: int, real_share: float, rng: np.random.Generator
) -> list[np.ndarray]:
    """The pieces of each gallery: disjoint, real and composed in the share asked for.

    Only pieces with room for three windows are dealt. Where there are too few of an origin, all
    of them are dealt evenly.
    """
    room = capacity(pool)
    origin = np.zeros(len(room), int)
    origin[pool.piece] = pool.origin
    n_pieces = round(PIECES_A_QUERY * n_queries)
    n_real = round(real_share * n_pieces)
    dealt: list[list[int]] = [[] for _ in range(n_galleries)]
    for number, wanted in ((REAL, n_real), (COMPOSED, n_pieces - n_real)):
        fit = rng.permutation(np.flatnonzero((room >= MOST_A_PIECE) & (origin == number)))
        each = min(wanted, len(fit) // n_galleries)
        for gallery in range(n_galleries):
            dealt[gallery] += fit[gallery * each : (gallery + 1) * each].tolist()
    return [np.array(sorted(pieces), int) for pieces in dealt]


def choose_within(
    pieces: np.ndarray,
    targets: Floats,
    editors: Sequence[Editor],
    pool: Pool,
    rng: np.random.Generator,
    n: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The n clips that find the best music among a gallery's own pieces, and the pool's rows they
    take; real and composed music in the share of the pieces. Shape: (n,), (n,).

    Raises:
        ValueError: there is less room than clips.
    """
    if len(pieces) == 0:
        raise ValueError(TOO_LITTLE)
    rows = np.flatnonzero(np.isin(pool.piece, pieces))
    real_share = float(np.mean([pool.origin[pool.piece == piece][0] == REAL for piece in pieces]))
    quota = {REAL: round(n * real_share)}
    quota[COMPOSED] = n - quota[REAL]
    origins = np.where(rng.random(len(targets)) < real_share, REAL, COMPOSED)
    inside = pool.only(rows)
    taken = choose_best(targets, editors, origins, inside, rng, MOST_A_PIECE, quota)
    clips = np.array([clip for clip, _ in taken])
    return clips, rows[[choice.row for _, choice in taken]]


def enlarge(truths: np.ndarray, pool: Pool, n: int, rng: np.random.Generator) -> np.ndarray:
    """A gallery of n rows: the truths, then fillers of either origin in the truths' share.

    At most eight windows a piece, the least overlapping first. Shape: (t,) → (n,) or as many as
    there are.
    """
    share = float((pool.origin[truths] == REAL).mean())
    used = np.bincount(pool.piece[truths], minlength=int(pool.piece.max()) + 1)
    fillers: list[int] = []
    for origin, wanted in ((REAL, round(n * share)), (COMPOSED, n - round(n * share))):
        missing = wanted - int((pool.origin[truths] == origin).sum())
        others = np.setdiff1d(np.flatnonzero(pool.origin == origin), truths)
        # Whole windows before half-overlapping ones before the rest.
        order = np.lexsort((rng.random(len(others)), pool.start_s[others] % WINDOW_S > 0))
        for row in others[order].tolist():
            if missing <= 0:
                break
            if used[pool.piece[row]] < MOST_A_PIECE_LARGE:
                used[pool.piece[row]] += 1
                fillers.append(row)
                missing -= 1
    return np.concatenate([truths, np.array(fillers, int)])


def large_gallery(truths: np.ndarray, pool: Pool, size: Size, seed: int) -> np.ndarray:
    """The large gallery of a build: the test's truths first. Shape: (t,) → (size.n_large,)."""
    return enlarge(truths, pool, size.n_large, stream(seed, "large"))
