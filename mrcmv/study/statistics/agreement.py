"""Whether raters agree with each other, and with themselves.

**Conventions.** Answers are numbers: of a choice the method's (nominal), of a rating the rating
(ordinal). A unit is what several raters answered: a clip with its set of methods, or a stimulus.

**Metrics.** Krippendorff's α (2018): 1 of perfect agreement, 0 of what chance gives, by evalica.
Low α does not spoil a preference: tastes differ. It says how far another rater's vote can be told.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.study.statistics.clusters import COVERAGE, Interval, Names, Numbers, numbered
from mrcmv.study.statistics.shares import wilson

N_DRAWS = 400
LEVELS = ("nominal", "ordinal", "interval")


@dataclass(frozen=True)
class Agreement:
    """α with its interval over other clips; NaN where no unit has two answers."""

    alpha: float
    interval: Interval
    n: int
    n_units: int
    n_raters: int


@dataclass(frozen=True)
class Retest:
    """Answers that a rater gave twice: how many were the same, how many chance makes the same
    (the product of each answer's frequencies, as in Cohen's κ), and α between first and second."""

    same: float
    interval: Interval
    chance: float
    alpha: float
    n: int
    n_raters: int


def krippendorff_alpha(
    answers: ArrayLike, units: Names, raters: Names, level: str, clips: Names | None = None
) -> Agreement:
    """Agreement between raters. Shape: answers (n,), units n, raters n, clips n.

    The interval draws clips again (units where clips are not given), 400 times: percentiles. A
    rater's second answer to a unit is left out.

    Raises:
        ValueError: no answers, not as many names, or no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"no such level of measurement: {level!r}, there are {LEVELS}")
    told = np.asarray(answers, np.float64)
    unit, rater = (numbered(names, len(told)) for names in (units, raters))
    clip = unit if clips is None else numbered(clips, len(told))
    table = np.full((int(rater.max()) + 1, int(unit.max()) + 1), np.nan)
    table[rater[::-1], unit[::-1]] = told[::-1]  # of two, the first stays
    of_clip = np.zeros(table.shape[1], np.int64)
    of_clip[unit] = clip
    interval = _interval(table, of_clip, level)
    return Agreement(_alpha(table, level), interval, len(told), table.shape[1], table.shape[0])


def retest(first: ArrayLike, second: ArrayLike, raters: Names, level: str) -> Retest:
    """Agreement of raters with themselves. Shape: (n,), (n,), raters n.

    Raises:
        ValueError: no pairs, or not as many of each.
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    n_raters = int(numbered(raters, len(a)).max()) + 1
    if a.shape != b.shape:
        raise ValueError(f"each first answer needs its second: {a.shape}, {b.shape}")
    same = int((a == b).sum())
    chance = sum(float((a == value).mean() * (b == value).mean()) for value in np.unique(a))
    alpha = _alpha(np.stack([a, b]), level)
    return Retest(same / len(a), wilson(same, len(a)), chance, alpha, len(a), n_raters)


def _alpha(table: Numbers, level: str) -> float:
    """Shape: (raters, units), NaN where a rater gave no answer."""
    import evalica
    import pandas as pd

    paired = table[:, np.isfinite(table).sum(axis=0) >= 2]
    values = paired[np.isfinite(paired)]
    if len(values) == 0 or np.ptp(values) == 0:
        return float("nan")  # nothing to compare, or nothing that could differ
    return float(evalica.alpha(pd.DataFrame(paired), distance=level).alpha)


def _interval(table: Numbers, of_clip: np.ndarray, level: str) -> Interval:
    n_clips = int(of_clip.max()) + 1
    if n_clips < 2:
        return Interval(float("nan"), float("nan"))
    columns = [np.flatnonzero(of_clip == clip) for clip in range(n_clips)]
    rng = np.random.default_rng(0)
    drawn = [
        _alpha(table[:, np.concatenate([columns[clip] for clip in picks])], level)
        for picks in rng.integers(n_clips, size=(N_DRAWS, n_clips))
    ]
    tail = 50 * (1 - COVERAGE)
    if not np.isfinite(drawn).any():
        return Interval(float("nan"), float("nan"))
    low, high = np.nanpercentile(drawn, [tail, 100 - tail])
    return Interval(float(low), float(high))
