"""Which window of which piece an editor takes for each clip.

Clips are dealt with one after another. Each editor feels the mismatch of every window through
their own weights and a moment's whim, and takes the least among what is still free: a piece is
used a bounded number of times, and its uses may have to lie apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.corpus.editor.mind import WEIGHTS, Editor, mismatch
from mrcmv.types import WINDOW_S, Floats

ALTERNATIVES = 20
"""Of a clip's nearest windows; what lies beyond is no alternative."""
COMPOSED, REAL = 0, 1
"""Where music comes from, as a pool numbers it."""


@dataclass(frozen=True, eq=False)
class Pool:
    """The windows that can be taken, one row each.

    Shape: features `(m, axes)` standardised; piece `(m,)` the piece's number; start_s `(m,)`;
    origin `(m,)`, `REAL` or `COMPOSED`.
    """

    features: Floats
    piece: np.ndarray
    start_s: Floats
    origin: np.ndarray

    def only(self, rows: np.ndarray) -> "Pool":
        """Some of the windows. Shape: (k,) row numbers."""
        return Pool(self.features[rows], self.piece[rows], self.start_s[rows], self.origin[rows])


TOO_LITTLE = "there is not enough music for so many clips: allow more uses"


@dataclass(frozen=True)
class Choice:
    """What was taken for a clip (a row of the pool), and the mismatch as that editor felt it."""

    row: int
    felt: float


def choose(
    targets: Floats,
    editors: list[Editor],
    origins: np.ndarray,
    pool: Pool,
    rng: np.random.Generator,
    most_uses: int,
    apart_s: float = WINDOW_S,
) -> list[Choice]:
    """A window for each clip, in the order given.

    `origins` says from which origin each clip's music is to come: real and composed music are
    dealt, never preferred; where one has run out, the other serves. Two uses of a piece start at
    least `apart_s` apart: by default they never overlap; at 0 the same window may be used again.
    Shape: targets `(n, axes)`, origins `(n,)`.

    Raises:
        ValueError: the pool ran out of windows.
    """
    uses = np.zeros(int(pool.piece.max()) + 1, int)
    free = np.ones(len(pool.piece), bool)
    chosen = []
    for point, editor, origin in zip(targets, editors, origins, strict=True):
        if not free.any():
            raise ValueError(TOO_LITTLE)
        own = free & (pool.origin == origin)
        open_ = own if own.any() else free
        felt = feel(point, pool.features, editor, rng)
        row = int(np.where(open_, felt, np.inf).argmin())
        chosen.append(Choice(row, float(felt[row])))
        same = pool.piece == pool.piece[row]
        uses[pool.piece[row]] += 1
        if uses[pool.piece[row]] >= most_uses:
            free &= ~same
        free &= ~(same & (np.abs(pool.start_s - pool.start_s[row]) < apart_s))
    return chosen


def choose_best(
    targets: Floats,
    editors: Sequence[Editor],
    origins: np.ndarray,
    pool: Pool,
    rng: np.random.Generator,
    most_uses: int,
    quota: Mapping[int, int],
) -> list[tuple[int, Choice]]:
    """The best fitting of all clips, each with its window, as many of each origin as `quota` says.

    The best pair of clip and window comes first, and so on: nobody takes scraps only for being
    late. How good a window is is told beside the nearest `ALTERNATIVES` that the clip could have
    had: clips for which there is little music of their kind, of either origin, count as others do.
    Uses are bounded and never overlap, and origins are dealt, as in `choose`.
    Shape: targets `(m, axes)`, origins `(m,)` → as many (clip, choice) as the quotas sum to.

    Raises:
        ValueError: the pool ran out of windows.
    """
    felt = np.stack(
        [feel(point, pool.features, one, rng) for point, one in zip(targets, editors, strict=True)]
    )
    felt[origins[:, np.newaxis] != pool.origin[np.newaxis]] = np.inf
    nearest = np.sort(felt, axis=1)[:, :ALTERNATIVES]
    reach = np.where(np.isfinite(nearest), nearest, 0.0).max(axis=1)
    open_ = felt / np.maximum(reach, 1e-9)[:, np.newaxis]
    uses = np.zeros(int(pool.piece.max()) + 1, int)
    chosen = []
    left = dict(quota)
    for _ in range(sum(quota.values())):
        open_[[left[origin] == 0 for origin in origins.tolist()]] = np.inf
        clip, row = (int(at) for at in np.unravel_index(open_.argmin(), open_.shape))
        if not np.isfinite(open_[clip, row]):
            raise ValueError(TOO_LITTLE)
        chosen.append((clip, Choice(row, float(felt[clip, row]))))
        left[int(pool.origin[row])] -= 1
        open_[clip] = np.inf
        same = pool.piece == pool.piece[row]
        uses[pool.piece[row]] += 1
        near = np.abs(pool.start_s - pool.start_s[row]) < WINDOW_S
        open_[:, same if uses[pool.piece[row]] >= most_uses else same & near] = np.inf
    return chosen


def feel(point: Floats, features: Floats, editor: Editor, rng: np.random.Generator) -> Floats:
    """The mismatch of each window as an editor feels it at this moment. Shape: `(m,)`."""
    weights = (WEIGHTS * np.array(editor.taste)).astype(np.float32)
    apart = mismatch(point[np.newaxis], features, weights)[0]
    felt: Floats = (apart * np.exp(rng.normal(0.0, editor.noise, len(apart)))).astype(np.float32)
    return felt
