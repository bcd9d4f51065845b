"""How near stems are to the true ones.

**Conventions.** Sounds are `(channels, n)` of one shape; all channels together are one signal, the
mean is not taken out. Figures are decibels, more is better but for `false_voice_db`. A figure of a
silent truth is NaN: there is nothing to be near to. A silent estimate has found nothing: its SDR
is 0, its SI-SDR `LOWEST_DB`, which is also the least that any SI-SDR counts as.

**Metrics.** `sdr_db`: power of the truth over power of the error (SNR; museval's SDR forgives a
filter, this does not). `si_sdr_db`: the same with the truth at the level that suits the estimate
best (Le Roux et al. 2019, eq. 3). `improvement_db`: SI-SDR of the estimate less that of the mix.
`false_voice_db`: power of the voice stem beside the mix, for mixes in which nobody speaks.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrcmv.types import Floats

LOWEST_DB = -30.0
HIGHEST_DB = 100.0
SILENT = 1e-10
"""Power below which a sound is silent."""


def sdr_db(found: Floats, truth: Floats) -> float:
    """Power of the truth over that of the error, in dB. Shape: `(channels, n)` twice."""
    _validate(found, truth)
    wanted = truth.astype(np.float64)
    return _ratio_db(_power(wanted), _power(found - wanted), _power(wanted))


def si_sdr_db(found: Floats, truth: Floats) -> float:
    """The same, whatever the level of either, in dB. Shape: `(channels, n)` twice."""
    _validate(found, truth)
    heard, wanted = found.astype(np.float64), truth.astype(np.float64)
    if _power(wanted) < SILENT:
        return float("nan")
    if _power(heard) < SILENT:
        return LOWEST_DB
    scaled = wanted * ((heard * wanted).sum() / (wanted**2).sum())
    return max(LOWEST_DB, _ratio_db(_power(scaled), _power(heard - scaled), _power(wanted)))


def improvement_db(found: Floats, truth: Floats, mix: Floats) -> float:
    """By how much an estimate is nearer than the mix, in SI-SDR. Shape: `(channels, n)` each."""
    return si_sdr_db(found, truth) - si_sdr_db(mix, truth)


def false_voice_db(voice: Floats, mix: Floats) -> float:
    """Power of a voice stem beside the mix that has no voice in it, in dB; −100 at least.

    Shape: `(channels, n)` twice.
    """
    _validate(voice, mix)
    return max(-HIGHEST_DB, _ratio_db(_power(voice), _power(mix), _power(mix)))


def _validate(one: Floats, other: Floats) -> None:
    """Raises ValueError: the two are not of one shape, or not finite."""
    if one.shape != other.shape or one.ndim != 2:
        raise ValueError(f"sounds of one shape (channels, n) wanted: {one.shape}, {other.shape}")
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise ValueError("a sound holds what is no number")


def _power(samples: NDArray[np.floating[Any]]) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0


def _ratio_db(over: float, under: float, reference: float) -> float:
    """NaN beside silence; within ±100 dB."""
    if reference < SILENT:
        return float("nan")
    ratio = max(over, 1e-30) / max(under, 1e-30)
    return float(np.clip(10 * np.log10(ratio), -HIGHEST_DB, HIGHEST_DB))
