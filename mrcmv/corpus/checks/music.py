"""Numbers of a window of music: how much begins, how fast it pulses, how bright it is, and when.

**Conventions.** 32 s at 22.05 kHz, mono. Nothing depends on gain. Frames come 43 a second. These
are other measurements than those that the editor goes by (`catalog.measure`): simpler ones, of a
window alone. `level_1` to `level_4`: the level's course by quarters of 8 s, in dB.
"""

from itertools import pairwise

import numpy as np

from mrcmv.corpus.checks.voice import course
from mrcmv.corpus.editor.mind import N_QUARTERS
from mrcmv.types import Floats

RATE_HZ = 22_050
N_FFT, HOP = 1024, 512
FRAME_RATE_HZ = RATE_HZ / HOP
EDGES_HZ = np.geomspace(60.0, 10_500.0, 37)
OFFSET = 0.02
"""Of the mean power of a band, added before the logarithm: a quiet passage's hiss is no onset."""
ONSET = 0.15
LAGS_S = np.geomspace(0.25, 1.3, 9)
"""Edges of what pulses are looked for in: 240 to 46 a minute."""
NAMES = (
    "flux", "flux_high", "bass_flux", "onsets_hz", "pulse", "pulse_octaves",
    *(f"lag_{number}" for number in range(1, len(LAGS_S))),
    "centroid_octaves", "rolloff_octaves", "low_db", "high_db", "flatness_db",
    "level_spread_db", "level_held_db",
    *(f"level_{number}" for number in range(1, N_QUARTERS + 1)),
)  # fmt: skip


def statistics(mono: Floats) -> Floats:
    """Shape: (n,) at 22.05 kHz → (len(NAMES),)."""
    power = _power(mono)
    frequencies = np.fft.rfftfreq(N_FFT, 1 / RATE_HZ)
    edges = np.unique(np.searchsorted(frequencies, EDGES_HZ))
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1] / np.diff(edges)
    logs = np.log(bands + OFFSET * (bands.mean(axis=0, keepdims=True) + 1e-12))
    rise = np.maximum(logs[2:] - logs[:-2], 0.0)
    onsets = rise.mean(axis=1)
    level_db = 10 * np.log10(power.sum(axis=1) + 1e-10)
    loud_db = float(np.percentile(level_db, 95))
    level_db = np.maximum(level_db, loud_db - 50.0)
    spectrum = power.mean(axis=0) + 1e-12
    whole = float(spectrum.sum())
    share = np.cumsum(spectrum) / whole
    mean_bands = bands.mean(axis=0) + 1e-12
    tops = [
        onsets.mean(),
        np.percentile(onsets, 95),
        rise[:, :8].mean(),
        _onset_rate_hz(onsets),
        *_pulse(onsets),
        np.log2((frequencies * spectrum).sum() / whole + 1.0),
        np.log2(frequencies[np.searchsorted(share, 0.85)] + 1.0),
        10 * np.log10(spectrum[frequencies < 200].sum() / whole),
        10 * np.log10(spectrum[frequencies > 4000].sum() / whole),
        10 * (np.log10(mean_bands).mean() - np.log10(mean_bands.mean())),
        level_db.std(),
        level_db.mean() - loud_db,
    ]
    return np.concatenate([tops, course(level_db, np.ones(len(level_db), bool))]).astype(np.float32)


def _power(mono: Floats) -> Floats:
    """Shape: (n,) → (frames, 513)."""
    import scipy.fft

    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    padded = np.pad(mono.astype(np.float32), (0, max(0, 4 * N_FFT - len(mono))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    spectrum = scipy.fft.rfft(frames * window, axis=1)
    power: Floats = spectrum.real**2 + spectrum.imag**2
    return power


def _onset_rate_hz(onsets: Floats) -> float:
    from scipy.signal import find_peaks

    peaks, _ = find_peaks(onsets, prominence=ONSET, distance=3)
    return len(peaks) * FRAME_RATE_HZ / len(onsets)


def _pulse(onsets: Floats) -> list[float]:
    """How well onsets repeat, after how long (octaves over 1 s), and how well in each band of lags.

    The likeliest pulse is the highest peak under a log-normal weight around half a second.
    """
    import scipy.fft

    centred = onsets - onsets.mean()
    size = scipy.fft.next_fast_len(2 * len(centred))
    spectrum = scipy.fft.rfft(centred, size)
    curve = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, size)[: len(centred)]
    curve = curve / (curve[0] + 1e-9)
    lags = np.arange(1, round(LAGS_S[-1] * FRAME_RATE_HZ) + 1)
    octaves = np.log2(lags / FRAME_RATE_HZ)
    weighed = (curve[lags] + 0.5 * curve[2 * lags]) * np.exp(-0.5 * (octaves + 1.0) ** 2)
    weighed[lags < LAGS_S[0] * FRAME_RATE_HZ] = -1.0
    best = int(weighed.argmax())
    edges = np.searchsorted(lags, LAGS_S * FRAME_RATE_HZ)
    parts = [
        float(curve[lags[low : max(high, low + 1)]].max()) for low, high in pairwise(edges.tolist())
    ]
    return [float(curve[lags[best]]), float(octaves[best]), *parts]
