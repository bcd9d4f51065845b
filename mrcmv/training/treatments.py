"""What rooms, microphones and editors do to a sound. Pure functions on float32 arrays at 44.1 kHz.

Stems are changed so that they still sum to what the mix became: by linear filters, or by one gain
for all of them.
"""

import numpy as np
import scipy.fft

from mrcmv.types import Floats

RATE_HZ = 44_100
AIR_FROM_HZ = (2500.0, 6000.0)
"""Band of a voice whose loudness says how much air there is above it."""

OCTAVES_HZ = (62.5, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16_000.0)
"""Where the timbre of a sound is set."""


def power(samples: Floats) -> float:
    """Mean square over channels and time."""
    return float(np.mean(np.square(samples), dtype=np.float64)) if samples.size else 0.0


def frequencies(n_fft: int) -> Floats:
    """Of the bins of a real FFT, in Hz. Shape: `(n_fft // 2 + 1,)`."""
    return (np.arange(n_fft // 2 + 1) * (RATE_HZ / n_fft)).astype(np.float32)


def band(at_hz: Floats, low_hz: float, high_hz: float, order: int = 8) -> Floats:
    """How much a band lets through: Butterworth's magnitude, no phase; 0 or infinity: no edge.

    Shape: `(bins,)` → `(bins,)`, 0–1.
    """
    power = np.ones(len(at_hz))
    if np.isfinite(high_hz):
        power += (at_hz.astype(float) / high_hz) ** (2 * order)
    if low_hz > 0.0:
        power += (low_hz / np.maximum(at_hz, 1e-3)) ** 4
    shaped: Floats = (power**-0.5).astype(np.float32)
    return shaped


def room(rng: np.random.Generator, seconds: float, level_db: float, n_channels: int) -> Floats:
    """An impulse, and behind it noise that falls by 60 dB in `seconds`, `level_db` beside it.

    Shape: → `(n_channels, n)`.
    """
    n = max(2, round(seconds * RATE_HZ))
    tail = rng.standard_normal((n_channels, n), dtype=np.float32)
    tail *= (10 ** (-3 * np.arange(n) / n)).astype(np.float32)
    tail *= np.float32(10 ** (level_db / 20)) / np.sqrt((tail**2).sum(axis=1, keepdims=True))
    tail[:, 0] += 1.0
    return tail


def heard_in(dry: Floats, response: Floats, low_hz: float, high_hz: float) -> Floats:
    """A dry voice in a room through a band. Shape: `(n,)`, `(channels, m)` → `(channels, n)`."""
    size = scipy.fft.next_fast_len(len(dry) + response.shape[1], real=True)
    through = scipy.fft.rfft(response, size) * band(frequencies(size), low_hz, high_hz)
    wet = scipy.fft.irfft(scipy.fft.rfft(dry, size) * through, size)[:, : len(dry)]
    heard: Floats = wet.astype(np.float32)
    return heard


def with_air(voice: Floats, edge_hz: float, level_db: float, rng: np.random.Generator) -> Floats:
    """A voice that ends at an edge, with breath above it: noise as loud as its upper band.

    Recorded and synthetic voices of the corpus end at 8 and 11 kHz; people before a good
    microphone do not. Shape: `(n,)` → `(n,)`.
    """
    n = len(voice)
    size = scipy.fft.next_fast_len(n, real=True)
    at_hz = frequencies(size)
    upper = scipy.fft.irfft(scipy.fft.rfft(voice, size) * band(at_hz, *AIR_FROM_HZ), size)[:n]
    hop = round(0.01 * RATE_HZ)
    blocks = np.pad(upper, (0, -n % hop)).reshape(-1, hop)
    loud = np.sqrt((blocks**2).mean(axis=1))  # (blocks,)
    envelope = np.interp(np.arange(n) / hop - 0.5, np.arange(len(loud)), loud)
    noise = rng.standard_normal(n, dtype=np.float32) * envelope.astype(np.float32)
    falls = band(at_hz, edge_hz, 1.6 * edge_hz, order=2)
    air = scipy.fft.irfft(scipy.fft.rfft(noise, size) * falls, size)[:n]
    aired: Floats = voice + air.astype(np.float32) * np.float32(10 ** (level_db / 20))
    return aired


def coloured(voice: Floats, octaves_db: Floats) -> Floats:
    """Louder or softer by octave, smoothly between, no phase. octaves_db: at `OCTAVES_HZ`.

    Shape: `(n,)`, `(9,)` → `(n,)`.
    """
    n = len(voice)
    size = scipy.fft.next_fast_len(n, real=True)
    octave = np.log2(np.maximum(frequencies(size), OCTAVES_HZ[0]))
    gain_db = np.interp(octave, np.log2(OCTAVES_HZ), octaves_db)
    shaped = scipy.fft.rfft(voice, size) * (10 ** (gain_db / 20)).astype(np.float32)
    colour: Floats = scipy.fft.irfft(shaped, size)[:n].astype(np.float32)
    return colour


def widened(stereo: Floats, width: float) -> Floats:
    """Its side `width` times as loud: 0 is mono, 1 as it was. Shape: `(2, n)` → `(2, n)`."""
    middle, side = stereo.mean(axis=0), (stereo[0] - stereo[1]) * np.float32(0.5 * width)
    return np.stack([middle + side, middle - side])


def panned(stereo: Floats, place: float) -> Floats:
    """Moved to a side, from -1 (left) to 1 (right), at equal power. Shape: `(2, n)` → same."""
    angle = (place + 1.0) * np.pi / 4
    gains = np.sqrt(2.0) * np.array([[np.cos(angle)], [np.sin(angle)]])
    moved: Floats = stereo * gains.astype(np.float32)
    return moved


def low_passed(stems: Floats, high_hz: float) -> Floats:
    """All stems without what lies above, as a codec leaves them. Shape: `(..., n)` → same."""
    n = stems.shape[-1]
    size = scipy.fft.next_fast_len(n, real=True)
    spectra = scipy.fft.rfft(stems, size) * band(frequencies(size), 0.0, high_hz, order=16)
    kept: Floats = scipy.fft.irfft(spectra, size)[..., :n].astype(np.float32)
    return kept


def clipped(stems: Floats, over_db: float) -> Floats:
    """Stems whose sum is clipped `over_db` under its peak; each goes down by the sum's own gain.

    Shape: `(stems, channels, n)` → the same.
    """
    mix = stems.sum(axis=0)
    ceiling = np.abs(mix).max(initial=0.0) * 10 ** (-over_db / 20)
    gain = np.minimum(1.0, ceiling / np.maximum(np.abs(mix), 1e-9)).astype(np.float32)
    held: Floats = stems * gain
    return held


def hiss(rng: np.random.Generator, n: int) -> Floats:
    """Stereo noise of power 1, between white and pink. Shape: → `(2, n)`."""
    size = scipy.fft.next_fast_len(n, real=True)
    spectrum = scipy.fft.rfft(rng.standard_normal((2, size), dtype=np.float32))
    slope = rng.uniform(0.0, 0.5)
    spectrum *= np.maximum(frequencies(size), 50.0) ** -slope
    noise = scipy.fft.irfft(spectrum, size)[:, :n]
    even: Floats = (noise / np.sqrt(power(noise) + 1e-12)).astype(np.float32)
    return even
