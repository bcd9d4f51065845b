"""Mean opinion scores: ratings of 1 to 5, averaged.

**Conventions.** `ratings` (n,) of one method, with the rater and the clip of each. The interval
that leads is over other raters and other clips; `naive` takes each rating for a rater of its own
(Student's t, as SciPy's).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.study.statistics.clusters import (
    COVERAGE,
    Interval,
    Names,
    Numbers,
    Spread,
    clustered_spread,
    crossed_spread,
    numbered,
    t_interval,
)

BOUNDS = (1.0, 5.0)


@dataclass(frozen=True)
class Opinion:
    """A mean opinion score, four times as sure: `crossed` leads."""

    mean: float
    n: int
    n_raters: int
    n_clips: int
    crossed: Interval
    by_raters: Interval
    by_clips: Interval
    naive: Interval


def opinion(ratings: ArrayLike, raters: Names, clips: Names) -> Opinion:
    """The MOS of one method. Shape: ratings (n,) of 1 to 5, raters n, clips n.

    Raises:
        ValueError: no ratings, one outside 1 to 5, or not as many names.
    """
    told = np.asarray(ratings, np.float64)
    if told.ndim != 1 or len(told) == 0 or not ((told >= 1) & (told <= 5)).all():
        raise ValueError("ratings of 1 to 5 are wanted, and one at least")
    mean = float(told.mean())
    parts = (told - mean)[:, np.newaxis] / len(told)
    counts = [int(numbered(names, len(told)).max()) + 1 for names in (raters, clips)]
    return Opinion(
        mean, len(told), counts[0], counts[1],
        crossed=_interval(mean, crossed_spread(parts, raters, clips)),
        by_raters=_interval(mean, clustered_spread(parts, raters)),
        by_clips=_interval(mean, clustered_spread(parts, clips)),
        naive=_naive(told),
    )  # fmt: skip


def _interval(mean: float, spread: Spread) -> Interval:
    return t_interval(mean, float(spread.errors[0]), spread.freedom, BOUNDS)


def _naive(ratings: Numbers) -> Interval:
    from scipy.stats import ttest_1samp

    if len(ratings) < 2:
        return Interval(float("nan"), float("nan"))
    if np.ptp(ratings) == 0:
        return Interval(float(ratings[0]), float(ratings[0]))
    told = ttest_1samp(ratings, 0).confidence_interval(COVERAGE)
    low, high = np.clip([told.low, told.high], *BOUNDS)
    return Interval(float(low), float(high))
