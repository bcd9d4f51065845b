"""Where the true music comes among the candidates of a gallery.

**Conventions.** Distances are `(n, m)`, a row a query, a column a candidate; less is nearer. Each
query has one true candidate: the window that lies under the clip. Another window of the same track
is none, also where it overlaps: it is what `by_piece` is for, which asks for the track alone.

Of candidates that lie equally far each is as likely to come first, so every figure is its mean over
all orders of equals (McSherry and Najork, ECIR 2008): who says nothing is at chance, not at 100 %.
Recalls and chances are shares (0–1).

**Metrics.** `Ranks.hits` (R@K of a query), `Ranks.reciprocal` (MRR), `Ranks.mean` (for the median
rank); `chance_*`: what a random order reaches, in closed form; `first_apart`: how far the first
match is from the truth in another measure (the paper's "VGGish distance"); `mean_of_first`: a value
of the candidates over the first k matches.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrcmv.types import Floats

Numbers = NDArray[np.float64]
RECALL_AT = (1, 5, 10, 25)
"""The K of the paper's table 1."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """How many candidates lie nearer than the truth, and how many as far (itself included).

    Shape: `(n,)` each.
    """

    nearer: Numbers
    level: Numbers

    @property
    def mean(self) -> Numbers:
        """The mean rank of each truth; 1 is the first. Shape: `(n,)`."""
        placed: Numbers = self.nearer + (self.level + 1) / 2
        return placed

    @property
    def reciprocal(self) -> Numbers:
        """The mean of 1 / rank of each truth. Shape: `(n,)`."""
        most = int((self.nearer + self.level).max(initial=0))
        upto = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, most + 1))])  # harmonic numbers
        last = (self.nearer + self.level).astype(int)
        told: Numbers = (upto[last] - upto[self.nearer.astype(int)]) / self.level
        return told

    def hits(self, k: int) -> Numbers:
        """The chance of each truth to be among the first k. Shape: `(n,)`."""
        within: Numbers = np.clip((k - self.nearer) / self.level, 0.0, 1.0)
        return within


def ranks(distances: ArrayLike, truth: ArrayLike) -> Ranks:
    """Where each query's truth comes. Shape: distances (n, m), truth (n,) of column numbers.

    Raises:
        ValueError: shapes that do not go together, a truth that is no candidate, or a distance
            that is NaN. Infinity is allowed: farther than all others.
    """
    far, true = _checked(distances, truth)
    own = far[np.arange(len(true)), true][:, np.newaxis]
    return Ranks(
        (far < own).sum(axis=1).astype(np.float64), (far == own).sum(axis=1).astype(np.float64)
    )


def by_piece(
    distances: ArrayLike, truth: ArrayLike, piece: ArrayLike
) -> tuple[Numbers, NDArray[np.intp]]:
    """The same gallery with tracks as candidates: a track is as near as its nearest window.

    Shape: (n, m), (n,), piece (m,) → distances (n, pieces), truth (n,).

    Raises:
        ValueError: as `ranks`, or not a piece for each candidate.
    """
    far, true = _checked(distances, truth)
    _, number = np.unique(np.asarray(piece), return_inverse=True)
    if number.shape != (far.shape[1],):
        raise ValueError(f"{far.shape[1]} candidates have {len(number)} pieces")
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(number.max() + 1))
    return np.minimum.reduceat(far[:, order], starts, axis=1), number[true]


def first_apart(distances: ArrayLike, truth: ArrayLike, reference: ArrayLike) -> Numbers:
    """How far each query's first match lies from its truth, 0 where it is the truth.

    Equal first matches count by their mean. Shape: distances (n, m), truth (n,), reference
    (m, numbers): what is known of each candidate, compared by Euclidean distance → (n,).

    The paper's "VGGish distance" is this with features of a VGGish that was trained on AudioSet
    (section 4.3). The reference should share nothing with what is judged.

    Raises:
        ValueError: as `ranks`, or a reference of another length or with NaN.
    """
    far, true = _checked(distances, truth)
    known = np.asarray(reference, np.float64)
    if known.ndim != 2 or len(known) != far.shape[1] or not np.isfinite(known).all():
        raise ValueError(
            f"a reference needs finite numbers ({far.shape[1]}, numbers): {known.shape} given"
        )
    apart = np.empty(len(true))
    for row, (own, at) in enumerate(zip(far, true, strict=True)):
        first = known[own == own.min()]
        apart[row] = np.sqrt(((first - known[at]) ** 2).sum(axis=1)).mean()
    return apart


def mean_of_first(distances: ArrayLike, values: ArrayLike, k: int) -> Numbers:
    """The mean of a value over each query's first k matches (of all, where there are fewer).

    Those that are level at the k-th place share what places are left. Shape: (n, m), values (m,)
    or, where each query has its own, (n, m) → (n,).

    Raises:
        ValueError: k < 1, a NaN, or not a value for each candidate.
    """
    far, told = np.asarray(distances, np.float64), np.asarray(values, np.float64)
    if far.ndim != 2 or told.shape not in (far.shape[1:], far.shape) or k < 1:
        raise ValueError(f"k ≥ 1 and a value a candidate wanted: {far.shape}, {told.shape}, k {k}")
    if np.isnan(far).any() or np.isnan(told).any():
        raise ValueError("a distance or a value is NaN")
    k = min(k, far.shape[1])
    edge = np.partition(far, k - 1, axis=1)[:, k - 1 : k]
    inside, on = far < edge, far == edge
    left = k - inside.sum(axis=1)
    sums = [(which * told).sum(axis=1) for which in (inside, on)]
    mean: Numbers = (sums[0] + left * sums[1] / on.sum(axis=1)) / k
    return mean


def nearest_of_pieces(
    distances: ArrayLike, values: ArrayLike, piece: ArrayLike
) -> tuple[Numbers, Numbers]:
    """How near each track is by its nearest window, and that window's value; of equal ones the
    mean. Shape: (n, m), values (m,), piece (m,) → (n, pieces) twice."""
    far, told = np.asarray(distances, np.float64), np.asarray(values, np.float64)
    _, number = np.unique(np.asarray(piece), return_inverse=True)
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(number.max() + 1))
    nearest = np.minimum.reduceat(far[:, order], starts, axis=1)
    first = far[:, order] == nearest[:, number[order]]
    n = np.add.reduceat(first, starts, axis=1, dtype=np.float64)
    return nearest, np.add.reduceat(first * told[order], starts, axis=1) / n


def chance_recall(n_candidates: int, k: int) -> float:
    """R@K of a random order: k / m, 1 at most."""
    return min(1.0, k / n_candidates)


def chance_median(n_candidates: int) -> float:
    """The median rank of a random order: ranks are uniform on 1…m."""
    return (n_candidates + 1) / 2


def chance_reciprocal(n_candidates: int) -> float:
    """The mean reciprocal rank of a random order: the m-th harmonic number over m."""
    return float((1 / np.arange(1, n_candidates + 1)).sum() / n_candidates)


def chance_apart(truth: ArrayLike, reference: ArrayLike) -> Numbers:
    """`first_apart` of a random order: each truth's mean distance to all candidates, itself too.

    Shape: (n,), (m, numbers) → (n,).
    """
    known, true = np.asarray(reference, np.float64), np.asarray(truth)
    return np.array([np.sqrt(((known - known[at]) ** 2).sum(axis=1)).mean() for at in true])


def distances_between(queries: Floats, candidates: Floats) -> Floats:
    """Squared Euclidean distances of embeddings. Shape: (n, d), (m, d) → (n, m).

    Raises:
        ValueError: two widths.
    """
    if queries.ndim != 2 or candidates.ndim != 2 or queries.shape[1] != candidates.shape[1]:
        raise ValueError(
            f"embeddings of one width wanted: {queries.shape} against {candidates.shape}"
        )
    a, b = queries.astype(np.float64), candidates.astype(np.float64)
    squared = (a**2).sum(axis=1)[:, np.newaxis] - 2 * a @ b.T + (b**2).sum(axis=1)
    apart: Floats = np.maximum(squared, 0.0).astype(np.float32)
    return apart


def _checked(distances: ArrayLike, truth: ArrayLike) -> tuple[Numbers, NDArray[np.intp]]:
    far, true = np.asarray(distances, np.float64), np.asarray(truth)
    if far.ndim != 2 or true.shape != (len(far),) or far.size == 0:
        raise ValueError(
            f"distances (queries, candidates) and a truth a query wanted: {far.shape}, {true.shape}"
        )
    if true.dtype.kind not in "iu" or true.min() < 0 or true.max() >= far.shape[1]:
        raise ValueError(f"a truth is the number of one of the {far.shape[1]} candidates")
    if np.isnan(far).any():
        raise ValueError("a distance is NaN: such a candidate has no rank")
    return far, true.astype(np.intp)
