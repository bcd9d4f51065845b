"""Ridge regression on a few numbers, its penalty chosen on validation; and rank correlation.

**Conventions.** Rows are things, columns numbers. Columns are standardised by the rows trained
on and cut at five spreads; what could not be measured (NaN) counts as the mean. A penalty is a
share of the number of rows trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.types import Floats

PENALTIES = tuple(float(penalty) for penalty in np.geomspace(0.01, 100.0, 13))
MOST = 5.0
N_DRAWS = 1000


@dataclass(frozen=True, eq=False)
class Standard:
    """Shape: middle and spread (columns,)."""

    middle: Floats
    spread: Floats

    @classmethod
    def of(cls, values: Floats) -> "Standard":
        known = np.isfinite(values)
        n = np.maximum(known.sum(axis=0), 1)
        middle = np.where(known, values, 0.0).sum(axis=0, dtype=np.float64) / n
        spread = np.sqrt((np.where(known, values - middle, 0.0) ** 2).sum(axis=0) / n)
        return cls(middle.astype(np.float32), np.where(spread > 1e-6, spread, np.inf))

    def __call__(self, values: Floats) -> Floats:
        """Shape: (n, columns) → (n, columns)."""
        scaled = (np.where(np.isfinite(values), values, self.middle) - self.middle) / self.spread
        cut: Floats = np.clip(scaled, -MOST, MOST).astype(np.float32)
        return cut


@dataclass(frozen=True, eq=False)
class Ridge:
    """Shape: weights (columns, targets), offset (targets,), penalties (targets,)."""

    standard: Standard
    weights: Floats
    offset: Floats
    penalties: Floats

    def __call__(self, values: Floats) -> Floats:
        """Shape: (n, columns) → (n, targets)."""
        told: Floats = (self.standard(values) @ self.weights + self.offset).astype(np.float32)
        return told


def fit(
    x: Floats, y: Floats, train: np.ndarray, validation: np.ndarray,
    penalties: Sequence[float] = PENALTIES,
) -> Ridge:  # fmt: skip
    """The ridge of each target, with the penalty that errs least on validation.

    Shape: x (n, columns), y (n, targets); train and validation are row numbers.
    """
    standard = Standard.of(x[train])
    scaled, offset = standard(x[train]).astype(np.float64), y[train].mean(axis=0)
    left, size, right = np.linalg.svd(scaled, full_matrices=False)
    turned = left.T @ (y[train] - offset)
    weights = np.stack(
        [
            right.T @ ((size / (size**2 + penalty * len(train)))[:, np.newaxis] * turned)
            for penalty in penalties
        ]
    )  # (penalties, columns, targets)
    looked = standard(x[validation])
    error = np.stack([((looked @ w + offset - y[validation]) ** 2).mean(axis=0) for w in weights])
    best = error.argmin(axis=0)
    chosen = weights[best, :, np.arange(y.shape[1])].T
    return Ridge(
        standard,
        chosen.astype(np.float32),
        offset.astype(np.float32),
        np.array(penalties, np.float32)[best],
    )


def by_kind(values: Floats, kinds: np.ndarray, train: np.ndarray) -> Floats:
    """Numbers, standardised, with a copy for each kind of thing on that kind's own scale, 0 for the
    others: a ridge then learns what holds for all and what holds for one kind.

    Shape: values (n, columns), kinds (n,) of str → (n, columns·(1 + kinds) + kinds).
    """
    scaled = within(values, kinds, train)
    parts = [Standard.of(values[train])(values)]
    for name in sorted(set(kinds.tolist())):
        own = (kinds == name)[:, np.newaxis].astype(np.float32)
        parts += [scaled * own, own]
    return np.concatenate(parts, axis=1)


def within(values: Floats, kinds: np.ndarray, train: np.ndarray) -> Floats:
    """Each kind standardised by its own rows of the training. Shape: (n, columns) → the same."""
    scaled = np.zeros_like(values)
    for name in np.unique(kinds):
        own = kinds == name
        reference = np.intersect1d(np.flatnonzero(own), train)
        standard = Standard.of(values[reference if len(reference) else own])
        scaled[own] = standard(values[own])
    return scaled


def spearman(x: Floats, y: Floats, seed: int = 0) -> tuple[float, float, float]:
    """The rank correlation and its 95 % interval by the bootstrap. 0 where one is constant.

    Shape: (n,), (n,).
    """
    from scipy.stats import rankdata

    def correlation(a: Floats, b: Floats) -> Floats:
        one, other = (rankdata(v, axis=-1) for v in (a, b))
        one, other = (v - v.mean(axis=-1, keepdims=True) for v in (one, other))
        norm = np.sqrt((one**2).sum(axis=-1) * (other**2).sum(axis=-1))
        told: Floats = (one * other).sum(axis=-1) / np.maximum(norm, 1e-9)
        return told

    drawn = np.random.default_rng(seed).integers(0, len(x), (N_DRAWS, len(x)))
    low, high = np.percentile(correlation(x[drawn], y[drawn]), (2.5, 97.5))
    return float(correlation(x, y)), float(low), float(high)


def balanced_accuracy(
    score: Floats, label: np.ndarray, threshold: float, groups: np.ndarray, seed: int = 0
) -> tuple[float, float, float]:
    """Mean share of each class that is told right, in percent, with its 95 % interval.

    A score at the threshold counts half. The interval is a bootstrap over groups, as what lies in
    one group is told alike. Shape: (n,), (n,) of bool, (n,).
    """
    right = np.where(label, score > threshold, score < threshold) + 0.5 * (score == threshold)
    _, group = np.unique(groups, return_inverse=True)
    n = int(group.max()) + 1
    told, asked = (
        np.stack([np.bincount(group, values * own, n) for own in (label, ~label)], axis=1)
        for values in (right, np.ones(len(label)))
    )  # (groups, classes)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), N_DRAWS)
    drawn = drawn[((drawn @ asked) > 0).all(axis=1)]
    low, high = np.percentile(100 * ((drawn @ told) / (drawn @ asked)).mean(axis=1), (2.5, 97.5))
    return 100 * float((told.sum(axis=0) / asked.sum(axis=0)).mean()), float(low), float(high)
