"""What else than the method decides a vote: the slot, the place in the session, one rater.

**Conventions.** `slots` (n,) are the chosen ones, from 0; `positions` (n,) count a rater's trials.
Tests draw raters again, since habits are a rater's own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.study.statistics.clusters import (
    Interval,
    Names,
    Numbers,
    clustered_spread,
    numbered,
    t_interval,
    t_p,
    wald_p,
)
from mrcmv.study.statistics.shares import chi_square_p


@dataclass(frozen=True)
class SlotBias:
    """How often each slot was chosen, (k,), against 1 / k: p over other raters, which leads, and
    χ² of independent votes."""

    shares: tuple[float, ...]
    p: float
    p_naive: float
    n: int
    n_raters: int


@dataclass(frozen=True)
class Trend:
    """Change by the length of a session: the mean of raters' own slopes; p that there is none."""

    value: float
    interval: Interval
    p: float
    n_raters: int


@dataclass(frozen=True)
class Influence:
    """A figure without the one rater who moves it most, and whether that turns the conclusion.

    `values` (raters,) are the figure without each.
    """

    value: float
    without: float
    rater: str
    turns: tuple[str, ...]
    values: tuple[float, ...]


def slot_bias(slots: ArrayLike, n_slots: int, raters: Names) -> SlotBias:
    """Whether slots were chosen equally often. Shape: slots (n,) of 0 to n_slots − 1, raters n.

    Raises:
        ValueError: no votes, fewer than two slots, or a slot that there is not.
    """
    told = np.asarray(slots, np.int64)
    if n_slots < 2 or len(told) == 0 or not ((told >= 0) & (told < n_slots)).all():
        raise ValueError(f"slots of 0 to {n_slots - 1} are wanted, and one vote at least")
    picked = np.eye(n_slots)[told]
    shares = picked.mean(axis=0)
    spread = clustered_spread((picked - shares) / len(told), raters)
    p = wald_p(shares - 1 / n_slots, spread)
    n_raters = int(numbered(raters, len(told)).max()) + 1
    counts = picked.sum(axis=0)
    return SlotBias(tuple(shares.tolist()), p, chi_square_p(counts), len(told), n_raters)


def trend(values: ArrayLike, positions: ArrayLike, raters: Names, clips: Names) -> Trend:
    """How values drift over a session. Shape: values (n,), positions (n,), raters n, clips n.

    What each clip has on average is taken off (clips that all meet early would look like a drift);
    then each rater's least-squares slope, times the length of the longest session; Student's t over
    raters. Raters with one position have no slope. Values: 1 where the method was chosen (order),
    ratings (order), log of decision times (fatigue).
    """
    told, at = np.asarray(values, np.float64), np.asarray(positions, np.float64)
    places, where = numbered(raters, len(told)), numbered(clips, len(told))
    told = told - (np.bincount(where, told) / np.bincount(where))[where]
    own = [places == one for one in range(int(places.max()) + 1)]
    slopes = np.array([_slope(told[mine], at[mine]) for mine in own if np.ptp(at[mine]) > 0])
    slopes = slopes * np.ptp(at)
    n = len(slopes)
    if n < 2:
        nothing = Interval(float("nan"), float("nan"))
        return Trend(float(slopes[0]) if n else float("nan"), nothing, float("nan"), n)
    mean, error = float(slopes.mean()), float(slopes.std(ddof=1) / np.sqrt(n))
    return Trend(mean, t_interval(mean, error, n - 1), t_p(mean, error, n - 1), n)


def leave_one_rater_out(
    figure: Callable[[np.ndarray], tuple[float, float]], raters: Names, level: float = 0.05
) -> Influence:
    """A figure without each rater in turn. figure: mask (n,) of votes → (value, p).

    Of two raters who move it as far, the first by name is told.
    """
    names = np.asarray(raters)
    everyone = np.unique(names)
    value, p = figure(np.ones(len(names), bool))
    if len(everyone) < 2:
        return Influence(value, float("nan"), "", (), ())
    told = [figure(names != one) for one in everyone]
    values = np.array([without for without, _ in told])
    most = int(np.nanargmax(np.abs(values - value))) if np.isfinite(values).any() else 0
    turns = tuple(
        str(one)
        for one, (_, without) in zip(everyone, told, strict=True)
        if np.isfinite(without) and np.isfinite(p) and (without < level) != (p < level)
    )
    return Influence(value, float(values[most]), str(everyone[most]), turns, tuple(values.tolist()))


def _slope(values: Numbers, at: Numbers) -> float:
    centred = at - at.mean()
    return float(centred @ values / (centred @ centred))
