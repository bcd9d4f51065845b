"""How loud a sound is at each moment, and stretches of it."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mrcmv import media
from mrcmv.types import Curve, Floats, Sound, Span

HOP_S = 0.05
FLOOR_DB = -90.0
BANDS_HZ = (40.0, 20_000.0)
N_BANDS = 160
N_FFT = 4096

Mask = NDArray[np.bool_]


def level_db(sound: Sound, hop_s: float = HOP_S) -> Curve:
    """RMS of each stretch of `hop_s` over all channels, in dB of full scale, −90 at least.

    Shape: `(channels, n)` → `(floor(duration_s / hop_s),)`.
    """
    block = round(hop_s * sound.rate_hz)
    n = sound.samples.shape[1] // block
    cut = sound.samples[:, : n * block].reshape(len(sound.samples), n, block)
    power = np.square(cut, dtype=np.float64).mean(axis=(0, 2))
    values = np.maximum(10 * np.log10(power + 1e-12), FLOOR_DB).astype(np.float32)
    return Curve(values, sound.rate_hz / block)


def inside(curve: Curve, spans: Iterable[Span], wider_s: float = 0.0) -> Mask:
    """Which values of a curve lie in one of the spans, each made wider at both ends. Shape: (n,).

    A negative `wider_s` makes spans narrower. A value counts by the middle of its stretch.
    """
    middles = curve.times_s + 0.5 / curve.rate_hz
    mask = np.zeros(len(middles), bool)
    for span in spans:
        mask |= (middles >= span.start_s - wider_s) & (middles < span.end_s + wider_s)
    return mask


def longest_s(mask: Mask, rate_hz: float) -> float:
    """The longest run of true values, in seconds. Shape: (n,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    runs = edges[1::2] - edges[::2]
    return float(runs.max(initial=0)) / rate_hz


def cut_out(sound: Sound, spans: Sequence[Span]) -> Sound:
    """The spans of a sound, one behind the other. Shape: (channels, n) → (channels, m)."""
    places = [
        slice(max(0, round(s.start_s * sound.rate_hz)), max(0, round(s.end_s * sound.rate_hz)))
        for s in spans
    ]
    parts = [sound.samples[:, place] for place in places]
    nothing = sound.samples[:, :0]
    return Sound(np.concatenate([nothing, *parts], axis=1), sound.rate_hz)


def loudness_in(sound: Sound, spans: Sequence[Span]) -> float:
    """Integrated loudness of the spans of a sound, in LUFS; −inf where there are none."""
    return media.loudness_lufs(cut_out(sound, spans))


def log_bands_db(sound: Sound) -> tuple[Floats, Floats]:
    """A sound's power in bands of equal musical width over time, in dB, and their middles in Hz.

    Shape: `(channels, n)` → `(160, frames)`, one frame each 1024 samples; `(160,)`.
    """
    from scipy import signal

    frequencies, _, power = signal.spectrogram(
        sound.mono, sound.rate_hz, nperseg=N_FFT, noverlap=N_FFT - 1024, scaling="spectrum"
    )
    edges = np.geomspace(*BANDS_HZ, N_BANDS + 1)
    place = np.clip(np.searchsorted(frequencies, edges), 1, len(frequencies) - 1)
    bands = [power[low : max(high, low + 1)].mean(axis=0) for low, high in pairwise(place.tolist())]
    shown: Floats = (10 * np.log10(np.stack(bands) + 1e-12)).astype(np.float32)
    return shown, np.sqrt(edges[:-1] * edges[1:]).astype(np.float32)
