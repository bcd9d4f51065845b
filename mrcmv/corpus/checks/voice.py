"""Numbers of a voice, from its sound alone: how high, how fast, how loud, how bright, and when.

**Conventions.** The first 32 s count; a shorter sound is repeated until it is that long, as the
network's input is. Nothing depends on gain. A frame lasts 10 ms; it counts as speech when it lies
less than 25 dB under the loud ones. Levels are in dB, pitches in semitones over 100 Hz. `*_1` to
`*_4` are the course by quarters of 8 s: the mean there less the mean of all, 0 where nobody speaks.
"""

import numpy as np

from mrcmv.corpus.editor.mind import N_QUARTERS
from mrcmv.media.pitch import HOP_S, RATE_HZ, pitch_hz
from mrcmv.types import WINDOW_S, Floats, Sound

N_FFT = 512
SPEECH_DB = 25.0
DIP_DB = 2.0
"""A syllable is a peak of the level with a dip of this on both sides (de Jong and Wempe 2009)."""
COURSES = ("pitch", "level", "tilt", "speech")
NAMES = (
    "pitch_st", "pitch_low_st", "pitch_high_st", "pitch_spread_st", "pitch_movement_st_s",
    "voiced_share", "syllables_hz", "level_spread_db", "level_mean_db", "tilt_db", "high_db",
    "speech_share", "phrases_hz",
    *(f"{name}_{number}" for name in COURSES for number in range(1, N_QUARTERS + 1)),
)  # fmt: skip


def statistics(voice: Sound) -> Floats:
    """Shape: voice.samples (channels, n) at 16 kHz → (len(NAMES),); NaN where nobody speaks."""
    if voice.rate_hz != RATE_HZ:
        raise ValueError(f"expected a voice at {RATE_HZ} Hz, got {voice.rate_hz}")
    mono = np.resize(voice.mono, round(WINDOW_S * RATE_HZ))
    power = _power(mono)
    level_db = _smooth(_db(_band(power, 100, 4000)))
    loud_db = float(np.percentile(level_db, 97))
    said = level_db > loud_db - SPEECH_DB
    if loud_db < -100 or said.sum() < 50:
        return np.full(len(NAMES), np.nan, np.float32)
    pitch_st, voiced = _pitches(mono * 10 ** (-(loud_db - 20) / 20), said)
    tilt_db = _db(_band(power, 1000, 4000)) - _db(_band(power, 100, 1000))
    low, middle, high = np.percentile(pitch_st[voiced], (10, 50, 90)) if voiced.any() else (0,) * 3
    steps = np.abs(np.diff(pitch_st))[voiced[1:] & voiced[:-1]]
    tops = [
        middle,
        low - middle,
        high - middle,
        pitch_st[voiced].std() if voiced.any() else 0.0,
        steps[steps < 2.0].mean() / HOP_S if (steps < 2.0).any() else 0.0,
        voiced.sum() / said.sum(),
        _n_syllables(level_db, said) / (said.sum() * HOP_S),
        level_db[said].std(),
        level_db[said].mean() - loud_db,
        tilt_db[said].mean(),
        float(_db(_band(power, 4000, 7500)[said].mean() / _band(power, 100, 4000)[said].mean())),
        said.mean(),
        (np.diff(said.astype(int)) == 1).sum() / WINDOW_S,
    ]
    courses = [
        course(pitch_st, voiced), course(level_db, said), course(tilt_db, said),
        course(said.astype(np.float32), np.ones_like(said)),
    ]  # fmt: skip
    return np.concatenate([np.array(tops), *courses]).astype(np.float32)


CURVES = (
    "speech_share", "level_db", "pitch_st", "movement_st_s", "voiced_share", "syllables_hz",
    "tilt_db", "level_spread_db", "pitch_spread_st", "high_db",
)  # fmt: skip
LEAST_SHARE = 0.1
"""Of a second: with less speech in it, nothing can be said of how it is spoken."""


def curves(voice: Sound) -> Floats:
    """The same for each whole second of a sound of any length, as far as it is known; NaN where
    too little is said.

    Shape: voice.samples (channels, n) at 16 kHz → (seconds, len(CURVES)).
    """
    if voice.rate_hz != RATE_HZ:
        raise ValueError(f"expected a voice at {RATE_HZ} Hz, got {voice.rate_hz}")
    each = round(1 / HOP_S)
    n = voice.samples.shape[1] // RATE_HZ
    told = np.full((n, len(CURVES)), np.nan, np.float32)
    told[:, 0] = 0.0
    if n == 0:
        return told
    power = _power(voice.mono[: n * RATE_HZ])
    level_db = _smooth(_db(_band(power, 100, 4000)))
    loud_db = float(np.percentile(level_db, 97))
    if loud_db < -100:
        return told
    said = level_db > loud_db - SPEECH_DB
    pitch_st, voiced = _pitches(voice.mono[: n * RATE_HZ] * 10 ** (-(loud_db - 20) / 20), said)
    tilt_db = _db(_band(power, 1000, 4000)) - _db(_band(power, 100, 1000))
    high_db = _db(_band(power, 4000, 7500)) - _db(_band(power, 100, 4000))
    steps = np.abs(np.diff(pitch_st, prepend=pitch_st[:1]))
    moves = voiced & np.roll(voiced, 1) & (steps < 2.0)
    level_db = level_db - loud_db
    for second in range(n):
        at = slice(second * each, (second + 1) * each)
        told[second] = _of_a_second(
            level_db[at], pitch_st[at], steps[at], tilt_db[at], high_db[at], said[at], voiced[at],
            moves[at],
        )  # fmt: skip
    return told


def _of_a_second(
    level_db: Floats, pitch_st: Floats, steps: Floats, tilt_db: Floats, high_db: Floats,
    said: np.ndarray, voiced: np.ndarray, moves: np.ndarray,
) -> list[float]:  # fmt: skip
    """The curves' values there, in their order. Shape: a value a frame, each."""
    share = float(said.mean())
    if share < LEAST_SHARE:
        return [share] + [np.nan] * (len(CURVES) - 1)
    known = {
        "speech_share": share,
        "level_db": level_db[said].mean(),
        "voiced_share": voiced.sum() / said.sum(),
        "syllables_hz": _n_syllables(level_db, said) / (said.sum() * HOP_S),
        "tilt_db": tilt_db[said].mean(),
        "level_spread_db": level_db[said].std(),
        "high_db": high_db[said].mean(),
    }
    if voiced.any():
        known |= {"pitch_st": pitch_st[voiced].mean(), "pitch_spread_st": pitch_st[voiced].std()}
    if moves.any():
        known["movement_st_s"] = steps[moves].mean() / HOP_S
    return [float(known.get(name, np.nan)) for name in CURVES]


def course(values: Floats, counts: np.ndarray) -> Floats:
    """Means of what counts in each quarter, less the mean of all. Shape: (n,), (n,) → (4,)."""
    if not counts.any():
        return np.zeros(N_QUARTERS, np.float32)
    middle = float(values[counts].mean())
    parts = zip(np.array_split(values, N_QUARTERS), np.array_split(counts, N_QUARTERS), strict=True)
    return np.array([v[c].mean() - middle if c.any() else 0.0 for v, c in parts], np.float32)


def _power(mono: Floats) -> Floats:
    """Power spectra every 10 ms. Shape: (n,) → (n // 160, 257)."""
    import scipy.fft

    hop = round(HOP_S * RATE_HZ)
    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    padded = np.pad(mono.astype(np.float32), N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::hop][: len(mono) // hop]
    spectrum = scipy.fft.rfft(frames * window, axis=1)
    power: Floats = spectrum.real**2 + spectrum.imag**2
    return power


def _band(power: Floats, low_hz: float, high_hz: float) -> Floats:
    first, last = (round(edge * N_FFT / RATE_HZ) for edge in (low_hz, high_hz))
    band: Floats = power[:, first:last].sum(axis=1)
    return band


def _db(power: Floats) -> Floats:
    level: Floats = 10 * np.log10(power + 1e-12)
    return level


def _smooth(level_db: Floats) -> Floats:
    from scipy.ndimage import uniform_filter1d

    smooth: Floats = uniform_filter1d(level_db, 5)
    return smooth


def _pitches(mono: Floats, said: np.ndarray) -> tuple[Floats, np.ndarray]:
    """Semitones of each frame, and which are voiced; errors of an octave are none."""
    found_hz = pitch_hz(mono.astype(np.float32))[: len(said)]
    voiced = said & (found_hz > 0)
    pitch_st = (12 * np.log2(np.where(found_hz > 0, found_hz, 100.0) / 100.0)).astype(np.float32)
    if voiced.any():
        voiced &= np.abs(pitch_st - np.median(pitch_st[voiced])) < 12.0
    return pitch_st, voiced


def _n_syllables(level_db: Floats, said: np.ndarray) -> int:
    from scipy.signal import find_peaks

    peaks, _ = find_peaks(level_db, prominence=DIP_DB, distance=8)
    return int(said[peaks].sum())
