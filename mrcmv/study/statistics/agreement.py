"""Whether raters agree with each other, and with themselves.

**Conventions.** Answers are numbers: of a choice the method's (nominal), of a rating the rating
(ordinal). A unit is what several raters answered: a clip with its set of methods, or a stimulus.

**Metrics.** Krippendorff's α (2011): 1 of perfect agreement, 0 of what chance gives, 1 − Dₒ / Dₑ
from coincidences, which add up over units, so that all draws of clips are one product. The tests
hold it against evalica's (which takes milliseconds a draw) and against Krippendorff's example.
Low α does not spoil a preference: tastes differ. It says how far another rater's vote can be told.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.study.statistics.clusters import (
    COVERAGE,
    N_DRAWS,
    Interval,
    Names,
    Numbers,
    Places,
    numbered,
)
from mrcmv.study.statistics.shares import wilson

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

    The interval draws clips again (units where clips are not given): percentiles of 2,000 draws.
    Of two answers of a rater to a unit, the first counts.

    Raises:
        ValueError: no answers, not as many names, or no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"no such level of measurement: {level!r}, there are {LEVELS}")
    told = np.asarray(answers, np.float64)
    unit, rater = (numbered(names, len(told)) for names in (units, raters))
    clip = unit if clips is None else numbered(clips, len(told))
    n_units, n_raters = int(unit.max()) + 1, int(rater.max()) + 1
    first = np.unique(unit * n_raters + rater, return_index=True)[1]
    values, code = np.unique(told, return_inverse=True)
    together = _coincidences(code[first], unit[first], clip[first], len(values))
    alpha = float(_alphas(together.sum(axis=0, keepdims=True), values, level)[0])
    return Agreement(alpha, _interval(together, values, level), len(first), n_units, n_raters)


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
    pairs, both = np.tile(np.arange(len(a)), 2), np.repeat(["first", "second"], len(a))
    alpha = krippendorff_alpha(np.concatenate([a, b]), pairs, both, level).alpha
    return Retest(same / len(a), wilson(same, len(a)), chance, alpha, len(a), n_raters)


def _coincidences(code: Places, unit: Places, clip: Places, n_values: int) -> Numbers:
    """How often two values were given to one unit, of raters paired with each other, by clip.
    Shape: three of (n,) → (clips, values, values)."""
    counts = np.zeros((int(unit.max()) + 1, n_values))
    np.add.at(counts, (unit, code), 1.0)
    many = counts.sum(axis=1)
    weight = np.where(many > 1, 1 / np.maximum(many - 1, 1), 0.0)
    pairs = np.einsum("ua,ub,u->uab", counts, counts, weight)
    diagonal = np.arange(n_values)
    pairs[:, diagonal, diagonal] -= counts * weight[:, np.newaxis]
    of_clip = np.zeros(len(counts), np.int64)
    of_clip[unit] = clip
    told = np.zeros((int(clip.max()) + 1, n_values, n_values))
    np.add.at(told, of_clip, pairs)
    return told


def _alphas(together: Numbers, values: Numbers, level: str) -> Numbers:
    """Shape: (draws, values, values), (values,) → (draws,); NaN where nothing differs."""
    given = together.sum(axis=2)  # (draws, values)
    if level == "ordinal":
        at = np.cumsum(given, axis=1) - given / 2  # mid-ranks: their distance is the metric
    else:
        at = np.broadcast_to(values, given.shape)
    apart = at[:, :, np.newaxis] - at[:, np.newaxis, :]
    apart = (apart != 0) * 1.0 if level == "nominal" else apart**2
    seen = (together * apart).sum(axis=(1, 2))
    n = given.sum(axis=1)
    by_chance = np.einsum("da,db,dab->d", given, given, apart)
    with np.errstate(divide="ignore", invalid="ignore"):
        told: Numbers = np.where(by_chance > 0, 1 - (n - 1) * seen / by_chance, np.nan)
    return told


def _interval(together: Numbers, values: Numbers, level: str) -> Interval:
    """Shape: (clips, values, values), (values,)."""
    n = len(together)
    if n < 2:
        return Interval(float("nan"), float("nan"))
    counts = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), N_DRAWS)
    drawn = _alphas(np.tensordot(counts, together, axes=1), values, level)
    if not np.isfinite(drawn).any():
        return Interval(float("nan"), float("nan"))
    tail = 50 * (1 - COVERAGE)
    low, high = np.nanpercentile(drawn, [tail, 100 - tail])
    return Interval(float(low), float(high))
