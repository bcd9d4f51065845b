"""How loud a sound is, by ITU-R BS.1770-4."""

import warnings

import numpy as np

from mrcmv.types import Floats, Sound

BLOCK_S = 0.4
"""Length of a gating block: a shorter sound has no integrated loudness."""

OVERSAMPLING = 4
"""True peak is read at four times the rate (BS.1770-4, annex 2)."""

_CHUNK = 1 << 16
_TAPS_SIDE = 12


def loudness_lufs(sound: Sound) -> float:
    """Integrated loudness in LUFS; minus infinity for silence or less than 0.4 s."""
    import pyloudnorm

    if sound.duration_s < BLOCK_S or not sound.samples.any():
        return float("-inf")
    meter = pyloudnorm.Meter(sound.rate_hz, block_size=BLOCK_S)
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")
        return float(meter.integrated_loudness(sound.samples.T.astype(np.float64)))


def true_peak_dbtp(sound: Sound) -> float:
    """The highest peak between the samples, in dB below full scale; minus infinity for silence."""
    peak = max((_channel_peak(channel) for channel in sound.samples), default=0.0)
    return 20 * float(np.log10(peak)) if peak > 0 else float("-inf")


def _channel_peak(channel: Floats) -> float:
    """Highest magnitude of one channel after fourfold oversampling. Shape: channel `(n,)`.

    Stretches that cannot hold the peak are skipped: the interpolated value is at most the
    largest sample near by times the largest absolute sum of the filter's taps.
    """
    from scipy.signal import upfirdn

    if not channel.size:
        return 0.0
    taps = _interpolator()
    gain = np.abs(taps.reshape(-1, OVERSAMPLING)).sum(axis=0).max()
    best = float(np.abs(channel).max())
    padded = np.pad(channel, 2 * _TAPS_SIDE)
    for start in range(0, channel.size, _CHUNK):
        piece = padded[start : start + _CHUNK + 4 * _TAPS_SIDE]
        if np.abs(piece).max() * gain > best:
            between = upfirdn(taps, piece, up=OVERSAMPLING)
            whole = between[taps.size - 1 : OVERSAMPLING * (piece.size - 1) + 1]
            best = max(best, float(np.abs(whole).max()))
    return best


def _interpolator() -> Floats:
    """A Kaiser-windowed sinc, `OVERSAMPLING` phases of `2 * _TAPS_SIDE` taps each."""
    n = OVERSAMPLING * 2 * _TAPS_SIDE
    position = (np.arange(n) - OVERSAMPLING * _TAPS_SIDE) / OVERSAMPLING
    taps = np.sinc(position) * np.kaiser(n + 1, 6.0)[:-1]
    return taps.astype(np.float32)
