"""A mean over clips, and how sure one can be of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

N_DRAWS = 2000
COVERAGE = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean with the bounds of its interval and how many values it is of; NaN of none."""

    mean: float
    low: float
    high: float
    n: int


def mean_of(values: Sequence[float], seed: int = 0) -> Mean:
    """The mean of what is a number, with its bootstrap interval (percentiles of 2,000 draws of as
    many clips, with replacement; Efron 1979). One value has no interval."""
    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) == 0:
        return Mean(float("nan"), float("nan"), float("nan"), 0)
    if len(known) == 1:
        return Mean(float(known[0]), float("nan"), float("nan"), 1)
    rng = np.random.default_rng(seed)
    drawn = known[rng.integers(len(known), size=(N_DRAWS, len(known)))].mean(axis=1)
    tail = 50 * (1 - COVERAGE)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return Mean(float(known.mean()), float(low), float(high), len(known))
