"""Mastering: equaliser, loudness, a look-ahead limiter, fades."""

import numpy as np
from numpy.typing import NDArray

from mrcmv import media
from mrcmv.corpus.composer.score import Score
from mrcmv.types import Floats, Sound

TARGET_LUFS = -16.0
CEILING_DBTP = -3.0
"""Two decibels under what is promised, since a lossy codec overshoots."""

LOW_HZ, HIGH_HZ = 120.0, 5000.0
MOST_LOW, LEAST_HIGH = 0.25, 0.012
"""Shares of the whole power, as the equaliser's one-pole filters see them."""

WIDEST = 0.4
"""Most power of the channels' difference, as a share of their mean's."""

RIDE_RATIO = 2.0

BLOCK = 32
"""Samples that the limiter takes together: it reaches twelve milliseconds."""

FADE_IN_S = 0.02
FADE_OUT_S = 2.5


def master(sound: Sound, score: Score) -> Sound:
    """Equalised, faded, at −16 LUFS with its true peak at most at the ceiling."""
    samples = equalise(sound.samples, sound.rate_hz)
    samples = ride(narrow(samples, sound.rate_hz), sound.rate_hz)
    samples = trim_tail(samples, sound.rate_hz, score.duration_s)
    samples = fade(samples, sound.rate_hz)
    return Sound(level(samples, sound.rate_hz), sound.rate_hz)


def equalise(samples: Floats, rate_hz: int) -> Floats:
    """Nothing below 28 Hz; then two shelves that hold boom back and lift what is dull.

    Both are set by the piece's own balance: the lows are at most `MOST_LOW` of its power, unless
    that asks for more than 9 dB; the highs at least `LEAST_HIGH`, with 2 to 9 dB of lift.
    """
    from scipy.signal import butter, sosfilt

    clean = sosfilt(butter(2, 28.0, "highpass", fs=rate_hz, output="sos"), samples, axis=1)
    low = sosfilt(butter(1, LOW_HZ, "lowpass", fs=rate_hz, output="sos"), clean, axis=1)
    high = sosfilt(butter(1, HIGH_HZ, "highpass", fs=rate_hz, output="sos"), clean, axis=1)
    power = float(np.mean(clean**2)) + 1e-12
    low_share, high_share = (float(np.mean(band**2)) / power + 1e-9 for band in (low, high))
    low_gain = min(1.0, max(0.35, (MOST_LOW / low_share) ** 0.5))
    high_gain = min(2.8, max(1.25, (LEAST_HIGH / high_share) ** 0.5))
    shaped: Floats = (clean + (low_gain - 1) * low + (high_gain - 1) * high).astype(np.float32)
    return shaped


def narrow(samples: Floats, rate_hz: int) -> Floats:
    """Keep the difference of the channels under their mean, so that a mono sum loses nothing.

    Below 120 Hz both channels carry the same.
    """
    from scipy.signal import butter, sosfilt

    middle, side = samples.mean(axis=0), (samples[0] - samples[1]) / 2
    side = sosfilt(butter(2, 120.0, "highpass", fs=rate_hz, output="sos"), side)
    share = float(np.mean(side**2)) / (float(np.mean(middle**2)) + 1e-12)
    side = side * min(1.0, (WIDEST / max(share, 1e-12)) ** 0.5)
    narrowed: Floats = np.stack([middle + side, middle - side]).astype(np.float32)
    return narrowed


def ride(samples: Floats, rate_hz: int, ratio: float = RIDE_RATIO) -> Floats:
    """Bring quiet and loud stretches nearer together, slowly, as a hand on a fader would.

    Under a video an opening 20 dB below the climax is lost: distances from the middle level of
    three-second stretches become as many times smaller as the ratio says.
    """
    hop = rate_hz // 10
    n_hops = samples.shape[1] // hop
    power = (samples[:, : n_hops * hop] ** 2).mean(axis=0).reshape(n_hops, hop).mean(axis=1)
    window = np.hanning(32)[1:-1]
    padded = np.pad(power, 15, mode="edge")
    smooth = np.convolve(padded, window / window.sum(), mode="same")[15:-15]
    level_db = 10 * np.log10(smooth + 1e-9)
    middle_db = float(np.percentile(level_db, 60))
    gain_db = np.clip((middle_db - level_db) * (1 - 1 / ratio), -6.0, 9.0)
    times = (np.arange(n_hops) + 0.5) * hop
    gain = 10 ** (np.interp(np.arange(samples.shape[1]), times, gain_db) / 20)
    ridden: Floats = (samples * gain).astype(np.float32)
    return ridden


def trim_tail(samples: Floats, rate_hz: int, duration_s: float) -> Floats:
    """Cut where the last chord has died away (−60 dB under the loudest), with its fade."""
    level_of = np.abs(samples).max(axis=0)
    audible = np.nonzero(level_of > 1e-3 * level_of.max())[0]
    end = int(audible[-1]) + rate_hz // 4 if len(audible) else samples.shape[1]
    return samples[:, : min(samples.shape[1], max(end, round(duration_s * rate_hz)))]


def fade(samples: Floats, rate_hz: int) -> Floats:
    """A short fade in and a longer one out, both raised cosines."""
    shaped = samples.copy()
    for n, at_end in ((round(FADE_IN_S * rate_hz), False), (round(FADE_OUT_S * rate_hz), True)):
        ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n)).astype(np.float32)
        if at_end:
            shaped[:, -n:] *= ramp[::-1]
        else:
            shaped[:, :n] *= ramp
    return shaped


def level(samples: Floats, rate_hz: int) -> Floats:
    """Gain to the loudness target, limited to the ceiling, until both are met."""
    gain_db = TARGET_LUFS - media.loudness_lufs(Sound(samples, rate_hz))
    for _ in range(4):
        limited = limit(samples * np.float32(10 ** (gain_db / 20)), rate_hz)
        missing_db = TARGET_LUFS - media.loudness_lufs(Sound(limited, rate_hz))
        if abs(missing_db) < 0.1:
            break
        gain_db += missing_db
    return limited


def limit(
    samples: Floats, rate_hz: int, ceiling_dbtp: float = CEILING_DBTP, oversampling: int = 4
) -> Floats:
    """Hold the oversampled peak under the ceiling with a gain that is down before the peak.

    The gain is one of blocks of `BLOCK` samples, a line between their middles.
    """
    from scipy.ndimage import minimum_filter1d
    from scipy.signal import resample_poly

    ceiling = 10 ** (ceiling_dbtp / 20)
    n = samples.shape[1]
    dense = resample_poly(samples, oversampling, 1, axis=1) if oversampling > 1 else samples
    peaks: NDArray[np.float32] = np.maximum.reduceat(
        np.abs(dense).max(axis=0), np.arange(0, oversampling * n, oversampling * BLOCK)
    )
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    if wanted.min() >= 1.0:
        return samples
    reach = round(0.012 * rate_hz / BLOCK)
    held = minimum_filter1d(wanted, 2 * (reach + 1) + 1)
    window = np.hanning(2 * reach + 3)[1:-1]
    gain = np.convolve(np.pad(held, reach, mode="edge"), window / window.sum(), mode="valid")
    middles = (np.arange(len(gain)) + 0.5) * BLOCK
    limited: Floats = samples * np.interp(np.arange(n), middles, gain).astype(np.float32)
    return limited
