"""Loudness against the ceiling: one gain and a look-ahead limiter, decided on envelopes alone.

The mix is measured once (K-weighted power and true peak of each millisecond). What gain reaches
the target, and what the limiter takes back, is then arithmetic on a few thousand numbers; the
samples are touched once, when the gains are applied. The limiter slows down nothing but peaks:
down within 5 ms ahead of one, up again at a steady 60 dB a second, never by more than
`MAX_REDUCTION_DB`: where that is not enough the whole mix stays quieter.
"""

import numpy as np
from numpy.typing import NDArray

from mrcmv.mixing import meter
from mrcmv.types import Floats

Doubles = NDArray[np.float64]

AHEAD_BLOCKS = 5
"""The limiter's look-ahead, in blocks of 1 ms."""
RELEASE_DB_PER_BLOCK = 0.06
MAX_REDUCTION_DB = 8.0
"""Beyond this a limiter is heard."""


def reduction_db(peaks_db: Doubles, ceiling_db: float) -> Doubles:
    """How far each block is turned down so that no peak exceeds the ceiling.

    Shape: `(blocks,)` → `(blocks,)`, at least 0. Interpolating it between the blocks' middles
    keeps every sample under the ceiling: a block's own need holds one block to either side.
    """
    from scipy import ndimage

    need = np.maximum(peaks_db - ceiling_db, 0.0)
    if not need.any():
        return need
    need = ndimage.maximum_filter1d(need, 2 * (AHEAD_BLOCKS + 1) + 1, mode="constant")
    index = np.arange(len(need)) * RELEASE_DB_PER_BLOCK
    held = np.maximum(np.maximum.accumulate(need + index) - index, 0.0)
    # The mean over values that all meet the need meets it too.
    window = np.hanning(2 * AHEAD_BLOCKS + 3)[1:-1]
    smooth: Doubles = ndimage.convolve1d(held, window / window.sum(), mode="nearest")
    return smooth


def most_gain_db(peaks: Doubles, ceiling_db: float) -> float:
    """The gain at which the limiter takes all that it may off the highest peak, in dB."""
    return ceiling_db + MAX_REDUCTION_DB - meter.decibels(max(peaks.max(initial=0.0), 1e-9))


def gain_to(target_lufs: float | None, powers: Doubles, peaks: Doubles, ceiling_db: float) -> float:
    """The one gain before the limiter that brings a mix to the target, in dB.

    At most `most_gain_db`: where target and ceiling can't both be had, the ceiling wins. Without
    a target, or with nothing to hear, the mix is left as loud as it is. Shape: powers, peaks
    `(blocks,)`, linear.
    """
    most_db = most_gain_db(peaks, ceiling_db)
    loudness = meter.loudness_lufs(powers)
    if target_lufs is None or not np.isfinite(loudness):
        return min(0.0, most_db)
    gain_db = min(target_lufs - loudness, most_db)
    for _ in range(12):
        gains = gains_at(gain_db, peaks, ceiling_db)
        missing = target_lufs - meter.loudness_lufs(powers * 10.0 ** (gains / 10.0))
        if abs(missing) < 0.01:
            break
        gain_db = min(gain_db + missing, most_db)
    return gain_db


def gains_at(gain_db: float, peaks: Doubles, ceiling_db: float) -> Doubles:
    """Gain of each block, in dB: the one gain less what the limiter takes. Shape: `(blocks,)`."""
    peaks_db = 20.0 * np.log10(np.maximum(peaks, 1e-9))
    gains: Doubles = gain_db - reduction_db(peaks_db + gain_db, ceiling_db)
    return gains


def apply_gains(samples: Floats, gains_db: Doubles) -> None:
    """Turn a sound by a gain per block, in place, linear in dB between the blocks' middles."""
    middles = (np.arange(len(gains_db)) + 0.5) * meter.BLOCK
    for where, part in meter.slices(samples):
        position = np.arange(where.start, where.stop)
        part *= (10.0 ** (np.interp(position, middles, gains_db) / 20.0)).astype(np.float32)
