"""How far a statistic of votes can stray when raters and clips, not votes, are what was drawn.

**Conventions.** `raters` and `clips` are n names, one a vote. `parts` (n, k) says what each vote
adds to the error of k statistics, in first order: statistic − truth ≈ the sum of parts.

**Why.** A rater's votes share the rater's taste, the votes on a clip share how lucky each method's
match for it was, and both are crossed. Counted as if each vote stood alone, twenty people with
tastes look like five hundred (docs/study-statistics.md has the false alarms). The covariance here
is that of votes in cells (a rater's votes on one clip are a cell), and what raters and clips add to
it: V = V₀ + (V_raters − V₀)₊ + (V_clips − V₀)₊, each Vg = G / (G − 1) · Σ s sᵀ over the sums of
parts within its G groups (Cameron, Gelbach and Miller 2011, eq. 2.13, where a difference that
would be negative counts as nothing, as by Searle, Casella and McCulloch 1992). Student's t has
G − 1 degrees of freedom of the fewer of raters and clips, as they advise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

COVERAGE = 0.95
N_DRAWS = 2000

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Alternative = Literal["two-sided", "greater"]
Names = Sequence[str] | NDArray[np.str_] | Places


@dataclass(frozen=True)
class Interval:
    """Bounds that hold the truth in 95 of 100 studies; NaN where nothing can be said."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Spread:
    """Covariance of k statistics, (k, k), with Student's degrees of freedom; NaN of one group."""

    covariance: Numbers
    freedom: float

    @property
    def errors(self) -> Numbers:
        """Standard errors. Shape: (k,)."""
        told: Numbers = np.sqrt(np.diag(self.covariance))
        return told


def crossed_spread(parts: ArrayLike, raters: Names, clips: Names) -> Spread:
    """The spread over other raters and other clips. Shape: parts (n, k), raters n, clips n.

    Where all votes are of one clip (one rater), only raters (clips) are drawn.

    Raises:
        ValueError: not as many names as rows.
    """
    told = np.asarray(parts, np.float64)
    sides = [numbered(names, len(told)) for names in (raters, clips)]
    groups = [int(side.max()) + 1 for side in sides]
    drawn = [(side, n) for side, n in zip(sides, groups, strict=True) if n > 1]
    if not drawn:
        return Spread(np.full((told.shape[1],) * 2, np.nan), float("nan"))
    cells = np.unique(sides[0] * groups[1] + sides[1], return_inverse=True)[1]
    base = _of_groups(told, cells)
    total = base + sum(_positive(_of_groups(told, side) - base) for side, _ in drawn)
    return Spread(total, float(min(n for _, n in drawn) - 1))


def clustered_spread(parts: ArrayLike, names: Names) -> Spread:
    """The spread over other raters (or clips) alone. Shape: parts (n, k), names n."""
    told = np.asarray(parts, np.float64)
    places = numbered(names, len(told))
    if places.max() < 1:
        return Spread(np.full((told.shape[1],) * 2, np.nan), float("nan"))
    return Spread(_of_groups(told, places), float(places.max()))


def t_interval(
    value: float, error: float, freedom: float, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> Interval:
    """value ± t · error, cut at what the value can be."""
    from scipy.special import stdtrit

    reach = float(stdtrit(freedom, (1 + COVERAGE) / 2)) * error
    low, high = np.clip([value - reach, value + reach], *bounds)
    return Interval(float(low), float(high))


def t_p(
    value: float, error: float, freedom: float, alternative: Alternative = "two-sided"
) -> float:
    """p that the truth is 0 (`two-sided`), or 0 at most (`greater`); NaN if nothing varies."""
    from scipy.special import stdtr

    if not error > 0 or not np.isfinite(freedom):
        return float("nan")
    t = value / error
    if alternative == "greater":
        return float(stdtr(freedom, -t))
    return min(1.0, 2 * float(stdtr(freedom, -abs(t))))


def wald_p(values: ArrayLike, spread: Spread) -> float:
    """p that k statistics are all 0, by Hotelling's T² (1931). Shape: values (k,).

    Statistics that always add up to the same count once less: the rank is what is tested. NaN with
    too few groups for so many statistics.
    """
    from scipy.special import fdtrc

    told = np.asarray(values, np.float64)
    if not np.isfinite(spread.covariance).all():
        return float("nan")
    rank = int(np.linalg.matrix_rank(spread.covariance, hermitian=True))
    freedom = spread.freedom - rank + 1
    if rank == 0 or freedom < 1:
        return float("nan")
    squared = float(told @ np.linalg.pinv(spread.covariance, hermitian=True) @ told)
    return float(fdtrc(rank, freedom, squared * freedom / (spread.freedom * rank)))


def numbered(names: Names, n: int) -> Places:
    """Each name's number, from 0. Shape: n names → (n,).

    Raises:
        ValueError: not n names, or none.
    """
    if len(names) != n or n == 0:
        raise ValueError(f"a name for each of {n} votes is wanted, and one vote at least")
    told: Places = np.unique(np.asarray(names), return_inverse=True)[1].astype(np.int64)
    return told


def group_sums(values: Numbers, places: Places) -> Numbers:
    """Shape: (n, k), (n,) → (groups, k)."""
    told = np.zeros((int(places.max()) + 1, values.shape[1]))
    np.add.at(told, places, values)
    return told


def ratio_bootstrap(over: ArrayLike, under: ArrayLike, names: Names, seed: int = 0) -> Interval:
    """Interval of Σ over / Σ under when whole raters are drawn again: percentiles of 2,000 draws
    with replacement (Field and Welsh 2007). Shape: over (n,), under (n,), names n.

    NaN with one rater.
    """
    pair = np.stack([np.asarray(over, np.float64), np.asarray(under, np.float64)], axis=1)
    sums = group_sums(pair, numbered(names, len(pair)))
    if len(sums) < 2:
        return Interval(float("nan"), float("nan"))
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), N_DRAWS)
    drawn = counts @ sums
    kept = drawn[drawn[:, 1] > 0]
    tail = 50 * (1 - COVERAGE)
    low, high = np.percentile(kept[:, 0] / kept[:, 1], [tail, 100 - tail])
    return Interval(float(low), float(high))


def _of_groups(parts: Numbers, places: Places) -> Numbers:
    sums = group_sums(parts, places)
    n = len(sums)
    told: Numbers = sums.T @ sums * (n / (n - 1) if n > 1 else 1.0)
    return told


def _positive(matrix: Numbers) -> Numbers:
    """The nearest covariance: negative eigenvalues count as 0."""
    if matrix.shape == (1, 1):
        return np.maximum(matrix, 0.0)
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    told: Numbers = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return told
