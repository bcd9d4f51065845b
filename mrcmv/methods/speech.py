"""How something is said: pace, pitch, loudness and effort of a voice-over, whatever its level.

Conventions: everything is measured inside the spans of speech, and nothing depends on gain.
Pitch is in semitones over 100 Hz.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv import media
from mrcmv.media.pitch import HOP_S, RATE_HZ, pitch_hz
from mrcmv.types import Floats, Sound, Span

N_FFT = 512
SYLLABLE_DIP_DB = 2.0
"""Syllable nuclei are peaks with a dip of at least this on both sides (de Jong and Wempe 2009)."""
SYLLABLE_DEPTH_DB = 25.0
"""Peaks farther below the loud ones are breath and room."""
LEAST_SPEECH_S = 0.5
"""Less speech than this says nothing of how it is said."""


@dataclass(frozen=True)
class Prosody:
    """How a stretch of speech is said.

    pace in syllables a second of speech; pitch the median, range from the 10th to the 90th
    percentile, movement the mean absolute change a second while voiced; level_range from the
    20th to the 95th percentile of the level, in dB; effort the level above 1 kHz relative to
    that below, in dB (a raised voice is brighter).
    """

    pace_hz: float
    pitch_st: float
    pitch_range_st: float
    pitch_movement_st_s: float
    level_range_db: float
    effort_db: float


def prosody(voice: Sound, spans: Sequence[Span]) -> Prosody | None:
    """Measure a voice inside spans (seconds from its start); None if too little is said.

    Shape: voice.samples (channels, n).
    """
    mono = media.resample(Sound(voice.mono[np.newaxis], voice.rate_hz), RATE_HZ).mono
    power = _frame_powers(mono)
    said = _inside(spans, len(power)) & (power.sum(axis=1) > 0)
    if said.sum() * HOP_S < LEAST_SPEECH_S:
        return None
    level_db = 10 * np.log10(_band(power, 300, 3300) + 1e-20)
    loud_db = float(np.percentile(level_db[said], 95))
    heard = said & (level_db > loud_db - SYLLABLE_DEPTH_DB)
    pitch_st, movement = _melody(mono, loud_db, heard)
    if len(pitch_st) == 0:
        return None
    median, low, high = np.percentile(pitch_st, (50, 10, 90))
    low_db, high_db = np.percentile(level_db[heard], (20, 95))
    bright, dull = (_band(power, *edges)[heard].sum() for edges in ((1000, 5000), (80, 1000)))
    return Prosody(
        pace_hz=_n_syllables(level_db, heard) / (float(said.sum()) * HOP_S),
        pitch_st=float(median),
        pitch_range_st=float(high - low),
        pitch_movement_st_s=movement,
        level_range_db=float(high_db - low_db),
        effort_db=float(10 * np.log10((bright + 1e-20) / (dull + 1e-20))),
    )


def _frame_powers(mono: Floats) -> Floats:
    """Power spectra every 10 ms. Shape: (n,) → (frames, 257)."""
    import scipy.fft

    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    padded = np.pad(mono, N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[:: round(HOP_S * RATE_HZ)]
    spectrum = scipy.fft.rfft(frames * window, axis=1)
    power: Floats = spectrum.real**2 + spectrum.imag**2
    return power


def _band(power: Floats, low_hz: float, high_hz: float) -> Floats:
    """The power between two frequencies. Shape: (frames, 257) → (frames,)."""
    first, last = (round(edge * N_FFT / RATE_HZ) for edge in (low_hz, high_hz))
    band: Floats = power[:, first:last].sum(axis=1)
    return band


def _inside(spans: Sequence[Span], n_frames: int) -> np.ndarray:
    """Which frames lie inside the spans. Shape: (frames,) bool."""
    said = np.zeros(n_frames, bool)
    for span in spans:
        said[max(0, round(span.start_s / HOP_S)) : max(0, round(span.end_s / HOP_S))] = True
    return said


def _n_syllables(level_db: Floats, heard: np.ndarray) -> int:
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import find_peaks

    smooth = uniform_filter1d(level_db, round(0.05 / HOP_S))
    peaks, _ = find_peaks(smooth, prominence=SYLLABLE_DIP_DB, distance=round(0.08 / HOP_S))
    return int(heard[peaks].sum())


def _melody(mono: Floats, loud_db: float, heard: np.ndarray) -> tuple[Floats, float]:
    """The pitches of the voiced frames, in semitones over 100 Hz, and their movement in st/s.

    Pitches farther than an octave from the middle are errors of the octave or another sound.
    """
    gain = 10 ** (-loud_db / 20)
    found_hz = pitch_hz(mono * gain)
    n_frames = min(len(found_hz), len(heard))
    voiced = heard[:n_frames] & (found_hz[:n_frames] > 0)
    pitch_st = np.zeros(n_frames)
    pitch_st[voiced] = 12 * np.log2(found_hz[:n_frames][voiced] / 100.0)
    if not voiced.any():
        return np.zeros(0, np.float32), 0.0
    voiced &= np.abs(pitch_st - np.median(pitch_st[voiced])) < 12.0
    both = voiced[1:] & voiced[:-1]
    steps = np.abs(np.diff(pitch_st))[both]
    steps = steps[steps < 2.0]
    movement = float(steps.mean() / HOP_S) if len(steps) else 0.0
    return pitch_st[voiced].astype(np.float32), movement
