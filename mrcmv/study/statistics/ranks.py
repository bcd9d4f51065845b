"""Whether ratings of one method tend to be higher than those of another.

**Conventions.** Two samples of ratings, (n,) and (m,). `superiority` is the chance that a rating of
the first is above one of the second, ties counted half: U / (n m). The effect is the rank-biserial
correlation 2 · superiority − 1 (Cureton 1956): −1 to 1, 0 of equals.

**Metrics.** `mann_whitney` is the test that the sound-effects paper prints (figure 3), one-sided:
exact where that is affordable, with ties, else normal with tie and continuity correction. It takes
each rating for a rater of its own. `clustered` asks the same of the same U when raters and clips
are what was drawn: the error of U by placements (DeLong, DeLong and Clarke-Pearson 1988), summed by
cluster (Obuchowski 1997). That one leads.
"""

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.study.statistics.clusters import (
    Alternative,
    Interval,
    Names,
    Numbers,
    crossed_spread,
    t_interval,
    t_p,
)

EXACT_UP_TO = 60
"""Ratings of both together; of more, the normal approximation is close and exact is slow."""


@dataclass(frozen=True)
class RankTest:
    """U, its superiority and effect, p; `method` is `exact` or `asymptotic`."""

    u: float
    superiority: float
    effect: float
    p: float
    method: str
    n: int
    m: int


@dataclass(frozen=True)
class ClusteredRankTest:
    """Superiority with its interval and p over other raters and clips."""

    superiority: float
    interval: Interval
    effect: float
    p: float
    freedom: float


def mann_whitney(
    one: ArrayLike, other: ArrayLike, alternative: Alternative = "greater", method: str = "auto"
) -> RankTest:
    """Mann and Whitney's U (1947) of independent ratings. Shape: (n,), (m,).

    method: `exact` counts all ways to deal the ranks out, mid-ranks of ties included; `asymptotic`
    is SciPy's; `auto` is exact up to 60 ratings.

    Raises:
        ValueError: an empty sample or NaN, no such alternative or method.
    """
    from scipy.stats import mannwhitneyu

    a, b = _checked(one), _checked(other)
    if alternative not in ("greater", "two-sided") or method not in ("auto", "exact", "asymptotic"):
        raise ValueError(f"no such test: {alternative}, {method}")
    if method == "auto":
        method = "exact" if len(a) + len(b) <= EXACT_UP_TO else "asymptotic"
    told: Any = mannwhitneyu(a, b, alternative=alternative, method="asymptotic")
    u = float(told.statistic)
    p = _exact_p(a, b, alternative) if method == "exact" else float(told.pvalue)
    superiority = u / (len(a) * len(b))
    same = np.ptp(np.concatenate([a, b])) == 0  # SciPy's z is 0 / 0 there
    return RankTest(u, superiority, 2 * superiority - 1, 1.0 if same else p, method, len(a), len(b))


def clustered_mann_whitney(
    one: ArrayLike,
    other: ArrayLike,
    raters: tuple[Names, Names],
    clips: tuple[Names, Names],
    alternative: Alternative = "greater",
) -> ClusteredRankTest:
    """U of ratings that come several from a rater, several from a clip. Shape: (n,), (m,), names
    n and m.

    Where every rating of the one is above all of the other, nothing varies: p is then that of as
    many equal signs as there are raters, or clips if fewer.

    Raises:
        ValueError: an empty sample or NaN, not as many names as ratings.
    """
    a, b = _checked(one), _checked(other)
    above = (a[:, np.newaxis] > b) + 0.5 * (a[:, np.newaxis] == b)  # (n, m)
    superiority = float(above.mean())
    parts = np.concatenate(
        [(above.mean(axis=1) - superiority) / len(a), (above.mean(axis=0) - superiority) / len(b)]
    )
    everyone, everywhere = (np.concatenate([*map(np.asarray, side)]) for side in (raters, clips))
    spread = crossed_spread(parts[:, np.newaxis], everyone, everywhere)
    error = float(spread.errors[0])
    p = t_p(superiority - 0.5, error, spread.freedom, alternative)
    if error == 0:
        p = _sign_p(superiority, spread.freedom + 1, alternative)
    interval = t_interval(superiority, error, spread.freedom, (0.0, 1.0))
    return ClusteredRankTest(superiority, interval, 2 * superiority - 1, p, spread.freedom)


def holm(p: ArrayLike) -> Numbers:
    """p values corrected for being several (Holm 1979). Shape: (k,) → (k,).

    Of all that stay below 0.05, one or more is wrong in 5 % of such families at most. NaN stays
    NaN and is not counted.
    """
    told = np.array(p, np.float64)
    known = np.flatnonzero(np.isfinite(told))
    order = known[np.argsort(told[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    told[order] = np.minimum(1.0, np.maximum.accumulate(told[order] * factors))
    return told


def _exact_p(one: Numbers, other: Numbers, alternative: Alternative) -> float:
    """p over all C(n + m, n) ways to deal the ranks out, ties included."""
    _, at = np.unique(np.concatenate([one, other]), return_inverse=True)
    each = np.bincount(at)
    twice = np.cumsum(each) * 2 - each + 1  # twice the mid-rank of each value: a whole number
    ways = _ways(each, twice, len(one))
    share = ways / ways.sum()
    sum_of_ranks = int(twice[at[: len(one)]].sum())
    above, below = share[sum_of_ranks:].sum(), share[: sum_of_ranks + 1].sum()
    if alternative == "greater":
        return float(min(1.0, above))
    return float(min(1.0, 2 * min(above, below)))


def _ways(each: np.ndarray, ranks: np.ndarray, n: int) -> Numbers:
    """In how many ways n of the ratings have each sum of ranks. Shape: (values,) → (sums,).

    One value after the other: k of its ratings go to the sample, in comb(each, k) ways.
    """
    total = int(sum(np.repeat(ranks, each)))
    ways = np.zeros((n + 1, total + 1))
    ways[0, 0] = 1.0
    for many, rank in zip(each.tolist(), ranks.tolist(), strict=True):
        more = np.zeros_like(ways)
        for k in range(min(many, n) + 1):
            shift = k * rank
            more[k:, shift:] += comb(many, k) * ways[: n + 1 - k, : total + 1 - shift]
        ways = more
    told: Numbers = ways[n]
    return told


def _sign_p(superiority: float, groups: float, alternative: Alternative) -> float:
    if superiority == 0.5 or not np.isfinite(groups):
        return 1.0
    tail = 0.5**groups
    if alternative == "greater":
        return float(tail if superiority > 0.5 else 1.0)
    return float(min(1.0, 2 * tail))


def _checked(values: ArrayLike) -> Numbers:
    told = np.asarray(values, np.float64)
    if told.ndim != 1 or len(told) == 0 or np.isnan(told).any():
        raise ValueError("a sample is one rating or more, none of them NaN")
    return told
