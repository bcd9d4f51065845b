"""Whether the right stretch of the right track is found: video-music moment retrieval.

**Conventions.** The true track is given; of its windows the nearest to the query is what was
found. Windows are spans of 32 s, so what lies 8 s beside the truth overlaps it by 24 of 40 s (IoU
0.6), 16 s beside it by 16 of 48 (0.33): R1@0.5 asks for a window at most 8 s off (10.7 s without
a grid). Windows that lie equally far count by their mean.

**Metrics.** `Found.iou` (its mean is mIoU) and `Found.hit` (IoU ≥ 0.5: R1@0.5) of each query, as
in temporal grounding (Gao et al., ICCV 2017, "R@1, IoU=0.5").
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mrcmv.evaluation.ranking import Numbers
from mrcmv.types import WINDOW_S

LEAST_IOU = 0.5


@dataclass(frozen=True, eq=False)
class Found:
    """How well the window fits that was found in each query's track. Shape: `(n,)` each, 0–1."""

    iou: Numbers
    hit: Numbers


def iou(one_s: ArrayLike, other_s: ArrayLike, length_s: float = WINDOW_S) -> Numbers:
    """Overlap over union of spans of one length, by their starts in seconds. Shapes broadcast."""
    apart_s = np.abs(np.asarray(one_s, np.float64) - np.asarray(other_s, np.float64))
    shared_s = np.maximum(0.0, length_s - apart_s)
    return np.asarray(shared_s / (2 * length_s - shared_s), np.float64)


def find_moments(
    distances: ArrayLike, truth: ArrayLike, piece: ArrayLike, start_s: ArrayLike
) -> Found:
    """The nearest window within each query's true piece, against the true one.

    Shape: distances (n, m), truth (n,) of columns; of each column: piece (m,), start_s (m,).

    Raises:
        ValueError: shapes that do not go together, or a NaN.
    """
    far, true, pieces, starts_s = _checked(distances, truth, piece, start_s)
    within = np.where(pieces[np.newaxis] == pieces[true][:, np.newaxis], far, np.inf)
    first = within == within.min(axis=1, keepdims=True)
    first &= pieces[np.newaxis] == pieces[true][:, np.newaxis]
    return _of(first, true, starts_s)


def chance_moments(truth: ArrayLike, piece: ArrayLike, start_s: ArrayLike) -> Found:
    """The same for one who draws a window of the true piece. Shape: as `find_moments`."""
    true = np.asarray(truth)
    nothing = np.zeros((len(true), len(np.asarray(piece))))
    return find_moments(nothing, true, piece, start_s)


def _of(first: np.ndarray, true: np.ndarray, starts_s: Numbers) -> Found:
    """Means over what was found. Shape: first (n, m) of bool."""
    fits = iou(starts_s[np.newaxis], starts_s[true][:, np.newaxis])  # (n, m)
    n = first.sum(axis=1)
    return Found(
        (fits * first).sum(axis=1) / n,
        ((fits >= LEAST_IOU) & first).sum(axis=1) / n,
    )


def _checked(
    distances: ArrayLike, truth: ArrayLike, piece: ArrayLike, start_s: ArrayLike
) -> tuple[Numbers, np.ndarray, np.ndarray, Numbers]:
    far, true = np.asarray(distances, np.float64), np.asarray(truth)
    pieces, starts_s = np.asarray(piece), np.asarray(start_s, np.float64)
    m = far.shape[1] if far.ndim == 2 else -1
    if true.shape != far.shape[:1] or pieces.shape != (m,) or starts_s.shape != (m,):
        raise ValueError(
            f"distances (n, m), n truths, m pieces and m starts wanted: {far.shape}, {true.shape}, "
            f"{pieces.shape}, {starts_s.shape}"
        )
    if np.isnan(far).any() or np.isnan(starts_s).any():
        raise ValueError("a distance or a start is NaN")
    return far, true, pieces, starts_s
