"""Means over queries and training seeds, how sure they are, and differences between methods.

**Conventions.** A method's values of a figure are `(seeds, queries)`: the same queries in the same
order for each seed and each method. Seeds of two methods are not paired: number 1 of one network
has nothing to do with number 1 of another. A method that draws nothing has one row. Queries may
belong to groups (the clips over one take share their picture): then groups are drawn, not queries.

**What is uncertain.** Another test would have other queries, another training other seeds, and both
are crossed. The spread over queries comes from the bootstrap (Efron 1979; whole groups: Field and
Welsh 2007), the same 2,000 draws for all methods, so that differences are paired, and holds for any
statistic of the queries. Two to five seeds cannot be drawn from in that way: three values resampled
are a third too narrow. So the spread of the seeds is added as in an analysis of variance of two
crossed random factors (Searle, Casella and McCulloch 1992): the variance of their figures over
their number, less what of it is the queries' reaction to the seed and has been counted by the
bootstrap. Interval and p come from Student's t with Satterthwaite's degrees of freedom (1946):
few where the seeds are what varies, many where the queries are. With one seed of a network its
spread is not known and not in the interval: `Estimate.n_seeds` says so. On queries alone,
randomisation, the bootstrap and t agree (Smucker, Allan and Carterette, CIKM 2007).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.evaluation.intervals import COVERAGE, N_DRAWS
from mrcmv.evaluation.ranking import Numbers

Statistic = Callable[[Numbers, Numbers], Numbers]
"""Of values (n,) and how often each was drawn (draws, n) → (draws,)."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; NaN bounds where one query leaves nothing to go by.

    `error`: the standard error; `freedom`: degrees of freedom; `n`: queries; `n_groups`: what was
    drawn; `n_seeds`: the fewest of
    the methods. `p`: two-sided, that it is 0; NaN of a
    figure that is no difference.
    """

    value: float
    low: float
    high: float
    error: float
    freedom: float
    n: int
    n_groups: int
    n_seeds: int
    p: float = float("nan")


def mean(values: Numbers, drawn: Numbers) -> Numbers:
    """Shape: (n,), (draws, n) → (draws,)."""
    told: Numbers = (drawn @ values) / drawn.sum(axis=1)
    return told


def median(values: Numbers, drawn: Numbers) -> Numbers:
    """The median, of an even number the mean of the middle two. Shape: (n,), (draws, n)."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(drawn[:, order], axis=1)
    total = upto[:, -1]
    lower = (upto < np.floor((total + 1) / 2)[:, np.newaxis]).sum(axis=1)
    upper = (upto < np.floor(total / 2 + 1)[:, np.newaxis]).sum(axis=1)
    middle: Numbers = (values[order][lower] + values[order][upper]) / 2
    return middle


def correlation_with(other: ArrayLike) -> Statistic:
    """Spearman's ρ of the values with another number of the queries; 0 where one is constant.

    Shape: other (n,).
    """
    truth = np.asarray(other, np.float64)

    def spearman(values: Numbers, drawn: Numbers) -> Numbers:
        total = drawn.sum(axis=1, keepdims=True)
        one, two = (_places(side, drawn) - (total + 1) / 2 for side in (values, truth))
        across = (drawn * one * two).sum(axis=1)
        spread = (drawn * one**2).sum(axis=1) * (drawn * two**2).sum(axis=1)
        rho: Numbers = across / np.sqrt(np.maximum(spread, 1e-12))
        return np.clip(rho, -1.0, 1.0)

    return spearman


def share_of_correlation(other: ArrayLike, oracle: ArrayLike) -> Statistic:
    """ρ with another number of the queries, over the ρ that an oracle's values have with it.

    Shape: other, oracle (n,).
    """
    rho, most = correlation_with(other), np.asarray(oracle, np.float64)

    def share(values: Numbers, drawn: Numbers) -> Numbers:
        ceiling = rho(most, drawn)
        told: Numbers = rho(values, drawn) / np.where(np.abs(ceiling) > 1e-9, ceiling, np.inf)
        return told

    return share


def mean_where(chosen: ArrayLike) -> Statistic:
    """The mean over some of the queries. Shape: chosen (n,) of bool, at least one of them."""
    weight = np.asarray(chosen, np.float64)

    def told(values: Numbers, drawn: Numbers) -> Numbers:
        own = drawn * weight
        mean: Numbers = (own @ values) / np.maximum(own.sum(axis=1), 1e-9)
        return mean

    return told


def estimate(
    values: ArrayLike,
    statistic: Statistic = mean,
    *,
    groups: Sequence[str] | None = None,
    bounds: tuple[float, float] = (-np.inf, np.inf),
    n_draws: int = N_DRAWS,
) -> Estimate:
    """A method's figure over queries and seeds. Shape: values (seeds, n), groups n names.

    The figure is the statistic of each seed, averaged. bounds: what the figure can be; the
    interval is cut there.

    Raises:
        ValueError: no such shape, NaN, or not a group for each query.
    """
    own = _checked(values)
    counts, n_groups = _draws(own.shape[1], groups, n_draws)
    told = _joined([_Part(own, statistic, counts)], n_groups, 1.0)
    return _with_interval(told, own.shape[1], n_groups, len(own), bounds, tested=False)


def difference(
    one: ArrayLike,
    other: ArrayLike,
    statistic: Statistic = mean,
    *,
    groups: Sequence[str] | None = None,
    n_draws: int = N_DRAWS,
) -> Estimate:
    """By how much one method's figure is above another's, on the same queries, with p.

    Shape: (seeds, n), (other seeds, n), groups n names.

    Raises:
        ValueError: as `estimate`, or not the same number of queries.
    """
    a, b = _checked(one), _checked(other)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"a paired difference is of the same queries: {a.shape[1]} against {b.shape[1]}"
        )
    counts, n_groups = _draws(a.shape[1], groups, n_draws)
    told = _joined([_Part(a, statistic, counts), _Part(b, statistic, counts)], n_groups, -1.0)
    bounds = (-np.inf, np.inf)
    return _with_interval(told, a.shape[1], n_groups, min(len(a), len(b)), bounds, tested=True)


class _Part:
    """A method's figure: of the test as it is, of each draw, and of each seed."""

    def __init__(self, values: Numbers, statistic: Statistic, counts: Numbers) -> None:
        once = np.ones((1, values.shape[1]))
        self.by_seed = np.array([float(statistic(row, once)[0]) for row in values])
        self.drawn = np.stack([statistic(row, counts) for row in values])  # (seeds, draws)

    @property
    def n(self) -> int:
        return len(self.by_seed)

    @property
    def seeds(self) -> float:
        """The variance of the mean over seeds that their figures show."""
        return float(self.by_seed.var(ddof=1)) / self.n if self.n > 1 else 0.0

    @property
    def reaction(self) -> float:
        """What of it is the queries' reaction to the seed: were the seeds equal but for that, the
        mean's variance over draws would be smaller than one seed's by just so much."""
        if self.n < 2:
            return 0.0
        alone = float(self.drawn.var(axis=1, ddof=1).mean())
        together = float(self.drawn.mean(axis=0).var(ddof=1))
        return max(0.0, alone - together) / (self.n - 1)


@dataclass(frozen=True)
class _Joined:
    value: float
    variance: float
    freedom: float


def _joined(parts: Sequence[_Part], n_groups: int, sign: float) -> _Joined:
    """One figure, or (sign −1) the difference of two."""
    signs = (1.0, sign)[: len(parts)]
    value = sum(s * float(part.by_seed.mean()) for s, part in zip(signs, parts, strict=True))
    if n_groups < 2:
        return _Joined(value, float("nan"), float("nan"))
    drawn = sum(s * part.drawn.mean(axis=0) for s, part in zip(signs, parts, strict=True))
    queries = float(np.var(drawn, ddof=1)) * n_groups / (n_groups - 1)
    terms = [(queries, n_groups - 1)]
    for part in parts:
        if (own := part.seeds - part.reaction) > 0:
            terms.append((own, part.n - 1))
    variance = sum(term for term, _ in terms)
    below = sum(term**2 / freedom for term, freedom in terms)
    return _Joined(value, variance, variance**2 / below if below > 0 else float(n_groups - 1))


def _with_interval(
    told: _Joined, n: int, n_groups: int, n_seeds: int, bounds: tuple[float, float], tested: bool
) -> Estimate:
    from scipy.special import stdtr, stdtrit

    error = float(np.sqrt(told.variance))
    reach = float(stdtrit(told.freedom, (1 + COVERAGE) / 2)) * error
    p = float("nan")
    if tested and error > 0:
        p = float(2 * stdtr(told.freedom, -abs(told.value) / error))
    elif tested and error == 0:
        p = 1.0 if told.value == 0 else 0.0
    low, high = np.clip([told.value - reach, told.value + reach], *bounds)
    if error == 0 and np.isfinite(bounds).all() and told.value in bounds:
        # All at one end, of how many? The exact bound of a share (Clopper and Pearson 1934).
        beyond = (bounds[1] - bounds[0]) * (1 - ((1 - COVERAGE) / 2) ** (1 / n_groups))
        low, high = max(bounds[0], low - beyond), min(bounds[1], high + beyond)
    return Estimate(
        told.value, float(low), float(high), error, told.freedom, n, n_groups, n_seeds, p
    )


def _draws(n: int, groups: Sequence[str] | None, n_draws: int) -> tuple[Numbers, int]:
    """How often each query is in each draw. Shape: → (draws, n). The same on each call."""
    if groups is not None and len(groups) != n:
        raise ValueError(f"{n} queries have {len(groups)} groups")
    return _drawn(n, None if groups is None else tuple(groups), n_draws)


@lru_cache(maxsize=4)
def _drawn(n: int, groups: tuple[str, ...] | None, n_draws: int) -> tuple[Numbers, int]:
    names = np.arange(n) if groups is None else np.asarray(groups)
    _, group = np.unique(names, return_inverse=True)
    n_groups = int(group.max()) + 1
    rng = np.random.default_rng(0)
    counts = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), n_draws)
    told = counts[:, group].astype(np.float64)
    told.flags.writeable = False  # it is kept
    return told, n_groups


def _places(values: Numbers, drawn: Numbers) -> Numbers:
    """Mid-ranks of each value within each draw. Shape: (n,), (draws, n) → (draws, n)."""
    _, level = np.unique(values, return_inverse=True)
    order = np.argsort(level, kind="stable")
    starts = np.searchsorted(level[order], np.arange(level.max() + 1))
    weight = np.add.reduceat(drawn[:, order], starts, axis=1)  # (draws, levels)
    upto = np.cumsum(weight, axis=1)
    places: Numbers = (upto - weight + (weight + 1) / 2)[:, level]
    return places


def _checked(values: ArrayLike) -> Numbers:
    told = np.asarray(values, np.float64)
    if told.ndim != 2 or told.size == 0:
        raise ValueError(f"values (seeds, queries) wanted: {told.shape}")
    if np.isnan(told).any():
        raise ValueError("a value is NaN")
    return told
