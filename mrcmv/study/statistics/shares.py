"""How often a method was chosen, against chance.

**Conventions.** `chosen` (n,) says of each vote that chose a method whether it chose this one.
`chance` is what a rater who can't tell the methods apart would reach: 1 / number of slots. Votes
for "no preference" and "all bad" are no choices: they are counted beside, never here, since chance
says nothing of them.

**Metrics.** One share three times: as if votes were independent (Wilson 1927, exact binomial), with
raters drawn again (bootstrap), and with raters and clips drawn. The last leads: it is Wilson's with
as many votes as the spread is worth, n / design effect, and Student's t (Franco and others, 2019),
so that its interval holds chance exactly when its test does not reject it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.study.statistics.clusters import (
    COVERAGE,
    Alternative,
    Interval,
    Names,
    Numbers,
    crossed_spread,
    numbered,
    ratio_bootstrap,
    t_p,
    wald_p,
)


@dataclass(frozen=True)
class CrossedShare:
    """A share's interval and p over other raters and clips.

    `design_effect`: how many votes of these raters on these clips are worth one independent vote.
    """

    interval: Interval
    p: float
    design_effect: float
    freedom: float


@dataclass(frozen=True)
class Share:
    """A share with its chance and three intervals; `crossed` leads."""

    value: float
    chance: float
    n: int
    n_chosen: int
    n_raters: int
    n_clips: int
    wilson: Interval
    by_raters: Interval
    p_binomial: float
    crossed: CrossedShare


def share(
    chosen: ArrayLike,
    raters: Names,
    clips: Names,
    chance: ArrayLike = np.nan,
    alternative: Alternative = "two-sided",
) -> Share:
    """A method's share of the choices. Shape: chosen (n,) bool, raters n, clips n, chance () or
    (n,).

    Chances that differ by vote (slots of 2 and of 3) count by their mean. Without a chance level
    (NaN) nothing is tested.

    Raises:
        ValueError: no votes, or not as many raters and clips as votes.
    """
    own = np.asarray(chosen, bool).astype(np.float64)
    n_raters, n_clips = (int(numbered(names, len(own)).max()) + 1 for names in (raters, clips))
    n, n_chosen, level = len(own), int(own.sum()), _level(chance)
    return Share(
        n_chosen / n, level, n, n_chosen, n_raters, n_clips,
        wilson(n_chosen, n), ratio_bootstrap(own, np.ones(n), raters),
        binomial_p(n_chosen, n, level, alternative),
        crossed_share(own, raters, clips, level, alternative),
    )  # fmt: skip


def crossed_share(
    chosen: ArrayLike,
    raters: Names,
    clips: Names,
    chance: ArrayLike = np.nan,
    alternative: Alternative = "two-sided",
) -> CrossedShare:
    """What leads of `share`: Wilson's interval and the score test that it inverts, of n / design
    effect votes, by Student's t. Shape: as `share`.

    All votes alike have no spread: then each rater, or clip if fewer, counts as one vote.
    """
    own = np.asarray(chosen, bool).astype(np.float64)
    effect, freedom = _design_effect(own, raters, clips)
    worth, value, level = len(own) / effect, float(own.mean()), _level(chance)
    interval = _score_interval(value, worth, _quantile(freedom))
    p = float("nan")
    if 0 < level < 1 and np.isfinite(worth):
        p = t_p(value - level, float(np.sqrt(level * (1 - level) / worth)), freedom, alternative)
    return CrossedShare(interval, p, effect, freedom)


def wilson(n_chosen: int, n: int) -> Interval:
    """Wilson's interval of a share of independent votes (1927, eq. 3)."""
    if not 0 <= n_chosen <= n or n == 0:
        raise ValueError(f"{n_chosen} of {n} is no share")
    return _score_interval(n_chosen / n, n, _quantile(np.inf))


def binomial_p(
    n_chosen: int, n: int, chance: float, alternative: Alternative = "two-sided"
) -> float:
    """Exact binomial test of independent votes, by SciPy; NaN without a chance level."""
    from scipy.stats import binomtest

    if not 0 < chance < 1:
        return float("nan")
    return float(binomtest(n_chosen, n, chance, alternative=alternative).pvalue)


def chi_square_p(counts: ArrayLike, expected: ArrayLike | None = None) -> float:
    """χ² of independent votes against equal (or expected) counts, by SciPy. Shape: (k,), (k,).

    Raises:
        ValueError: fewer than two counts, or no votes.
    """
    from scipy.stats import chisquare

    told = np.asarray(counts, np.float64)
    if told.ndim != 1 or len(told) < 2 or told.sum() <= 0:
        raise ValueError(f"two counts or more, and one vote at least, are wanted: {told}")
    wanted = np.full(len(told), told.mean()) if expected is None else np.asarray(expected, float)
    return float(chisquare(told, wanted).pvalue)


def equal_shares_p(chosen: ArrayLike, chance: ArrayLike, raters: Names, clips: Names) -> float:
    """p that all shares are at chance, with raters and clips drawn: what χ² is for independent
    votes. Shape: chosen (n, k), one 1 a row; chance (k,) or (n, k).

    NaN with fewer than k groups of raters or of clips.
    """
    excess = np.asarray(chosen, np.float64) - np.asarray(chance, np.float64)
    means = excess.mean(axis=0)
    return wald_p(means, crossed_spread((excess - means) / len(excess), raters, clips))


def _design_effect(own: Numbers, raters: Names, clips: Names) -> tuple[float, float]:
    """How many times the variance of independent votes, 1 at least; degrees of freedom."""
    n = len(own)
    numbered(raters, n)
    value = float(own.mean())
    spread = crossed_spread((own - value)[:, np.newaxis] / n, raters, clips)
    if not np.isfinite(spread.freedom):
        return float("nan"), float("nan")
    alone = value * (1 - value) / n
    if alone == 0:  # all the same: as if each rater, or clip, had one vote
        return n / (spread.freedom + 1), spread.freedom
    return max(1.0, float(spread.covariance[0, 0]) / alone), spread.freedom


def _quantile(freedom: float) -> float:
    from scipy.special import ndtri, stdtrit

    at = (1 + COVERAGE) / 2
    return float(ndtri(at) if np.isinf(freedom) else stdtrit(freedom, at))


def _score_interval(value: float, n: float, z: float) -> Interval:
    middle = (value + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(value * (1 - value) / n + z**2 / (4 * n**2))
    low, high = np.clip([middle - reach, middle + reach], 0.0, 1.0)
    return Interval(float(low), float(high))


def _level(chance: ArrayLike) -> float:
    return float(np.asarray(chance, np.float64).mean())
