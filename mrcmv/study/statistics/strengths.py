"""One strength for each method out of votes over changing sets: Bradley and Terry with ties.

**Conventions.** `shown` (n, m) says which of m methods stood in a vote's slots, `chosen` (n,) is
the number of the one that was chosen, or m for "neutral" and "no preference". "All bad" compares
nothing and has no place here. Strengths are logarithms and add up to 0; the chance that i is chosen
over j is 1 / (1 + exp(βj − βi)).

**Model.** Of a set S: P(i) ∝ exp βi, P(tie) ∝ δ · exp(mean of β in S). Of two this is Davidson's
(1970); of more it is the Davidson–Luce model (Firth, Kosmidis and Turner 2019) with ties between
all of the set alone, and without ties Luce's choice (1959). The likelihood is concave: Newton's
method finds the one maximum. evalica's `newman` has the same maximum of pairs (δ = 2ν), but no
errors and no sets of three, so it is the tests' oracle here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.study.statistics.clusters import (
    Alternative,
    Interval,
    Names,
    Numbers,
    Places,
    crossed_spread,
    t_interval,
    t_p,
)

N_STEPS = 100


@dataclass(frozen=True, eq=False)
class Strengths:
    """Strengths (m,) with their covariance (m, m) over other raters and clips, which leads, and
    that of independent votes. `tie`: δ. `identified`: that every method lost and won, directly or
    in a chain; otherwise a strength is infinite and all is NaN."""

    strengths: Numbers
    covariance: Numbers
    naive: Numbers
    freedom: float
    tie: float
    n: int
    identified: bool


@dataclass(frozen=True)
class Difference:
    """By how much one strength is above another, with p that it is not."""

    value: float
    interval: Interval
    p: float
    p_naive: float


def strengths_of(shown: ArrayLike, chosen: ArrayLike, raters: Names, clips: Names) -> Strengths:
    """Fit the strengths. Shape: shown (n, m) bool, chosen (n,) of 0 to m, raters n, clips n.

    Raises:
        ValueError: fewer than two methods, a set of one, or a choice that was not shown.
    """
    sets, picks = _checked(shown, chosen)
    n, m = sets.shape
    if not _identified(sets, picks):
        nothing = np.full((m, m), np.nan)
        return Strengths(nothing[0], nothing, nothing, float("nan"), float("nan"), n, False)
    tied = bool((picks == m).any())
    design = _design(sets, tied)
    theta, scores, inverse = _maximum(design, _allowed(sets, tied), picks)
    spread = crossed_spread(scores @ inverse, raters, clips)
    basis = _basis(m)
    k = m - 1
    return Strengths(
        basis @ theta[:k], basis @ spread.covariance[:k, :k] @ basis.T,
        basis @ inverse[:k, :k] @ basis.T, spread.freedom,
        float(np.exp(theta[k])) if tied else 0.0, n, True,
    )  # fmt: skip


def difference_of(
    told: Strengths, one: int, other: int, alternative: Alternative = "two-sided"
) -> Difference:
    """Strength of method `one` less that of `other`, over other raters and clips."""
    sign = np.zeros(len(told.strengths))
    sign[one], sign[other] = 1.0, -1.0
    value = float(sign @ told.strengths)
    error, alone = (float(np.sqrt(sign @ c @ sign)) for c in (told.covariance, told.naive))
    return Difference(
        value, t_interval(value, error, told.freedom),
        t_p(value, error, told.freedom, alternative), t_p(value, alone, 1e9, alternative),
    )  # fmt: skip


def _basis(m: int) -> Numbers:
    """m − 1 directions whose strengths add up to 0. Shape: (m, m − 1), orthonormal."""
    centred = np.eye(m) - 1 / m
    return np.linalg.svd(centred)[0][:, : m - 1]


def _design(sets: Places, tied: bool) -> Numbers:
    """What each way to vote has in its logarithm. Shape: (n, m + 1, m − 1 + tied)."""
    n, m = sets.shape
    ways = np.concatenate(
        [np.broadcast_to(np.eye(m), (n, m, m)), (sets / sets.sum(axis=1, keepdims=True))[:, None]],
        axis=1,
    )
    told = ways @ _basis(m)
    if not tied:
        return told
    last = np.zeros((n, m + 1, 1))
    last[:, m] = 1.0
    return np.concatenate([told, last], axis=2)


def _allowed(sets: Places, tied: bool) -> np.ndarray:
    return np.concatenate([sets > 0, np.full((len(sets), 1), tied)], axis=1)


def _maximum(
    design: Numbers, allowed: np.ndarray, picks: Places
) -> tuple[Numbers, Numbers, Numbers]:
    """Newton's steps, halved where they overshoot. Returns θ (k,), each vote's score (n, k) and
    the inverse information (k, k)."""
    rows = np.arange(len(picks))
    theta = np.zeros(design.shape[2])
    best = -np.inf
    step = theta
    for _ in range(N_STEPS):
        logits = np.where(allowed, design @ theta, -np.inf)
        peak = logits.max(axis=1, keepdims=True)
        weights = np.exp(logits - peak)
        total = weights.sum(axis=1, keepdims=True)
        reached = float((logits - peak - np.log(total))[rows, picks].sum())
        if reached < best - 1e-9:
            step = step / 2
            theta = theta - step
            continue
        best = reached
        chance = weights / total
        mean = np.einsum("nw,nwk->nk", chance, design)
        scores = design[rows, picks] - mean
        inverse = np.linalg.pinv(
            np.einsum("nw,nwj,nwk->jk", chance, design, design) - mean.T @ mean, hermitian=True
        )
        step = inverse @ scores.sum(axis=0)
        if np.abs(step).max() < 1e-10:
            break
        theta = theta + step
    return theta, scores, inverse


def _identified(sets: Places, picks: Places) -> bool:
    """Ford's condition (1957): no group of methods that the others never beat."""
    from scipy.sparse.csgraph import connected_components

    m = sets.shape[1]
    beats = np.zeros((m, m))
    for row, pick in zip(sets, picks, strict=True):
        if pick < m:
            beats[pick] += row
        else:
            beats += np.outer(row, row)
    return int(connected_components(beats > 0, connection="strong")[0]) == 1


def _checked(shown: ArrayLike, chosen: ArrayLike) -> tuple[Places, Places]:
    sets, picks = np.asarray(shown, bool).astype(np.int64), np.asarray(chosen, np.int64)
    if sets.ndim != 2 or sets.shape[1] < 2 or picks.shape != (len(sets),) or len(sets) == 0:
        raise ValueError(f"votes over two methods or more are wanted: {sets.shape}, {picks.shape}")
    if (sets.sum(axis=1) < 2).any():
        raise ValueError("a comparison shows two methods at least")
    everything = np.concatenate([sets, np.ones((len(sets), 1), np.int64)], axis=1)
    if (picks < 0).any() or (picks > sets.shape[1]).any():
        raise ValueError("a choice is the number of a method, or one past the last for a tie")
    if not everything[np.arange(len(sets)), picks].all():
        raise ValueError("a method was chosen that was not shown")
    return sets, picks
