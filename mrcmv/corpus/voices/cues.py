"""The cues by which a voice tells its arousal, and the two that are made on finished samples.

Directions after Juslin and Laukka (2003), table 7: in anger, joy and panic speech is faster,
louder, higher, of wider pitch range and with more high-frequency energy; in sadness and
tenderness all of that is lower. The sizes are this project's choice. Each cue also moves on its
own, so that no single one tells the arousal for certain (Brunswik's lens, as they describe it).
"""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from mrcmv.corpus.voices.speaker import RATE_HZ, Manner
from mrcmv.types import Floats

EASE_DBFS = -24.0
"""RMS level of a line spoken at ease."""
BRIGHT_HZ = 1500.0
"""Effort raises what lies above this."""
LEAST_LEVEL = 0.005
"""What is softer than this share of the peak is not yet the line, or no longer."""


@dataclass(frozen=True)
class Cues:
    """What a manner does to a voice at ease: factors of rate and pitch range, semitones, dB."""

    rate: float
    pitch_st: float
    pitch_range: float
    level_db: float
    tilt_db: float


def cues(manner: Manner) -> Cues:
    """The cues of a manner."""
    arousal = float(np.clip(manner.arousal, -2.5, 2.5))
    return Cues(
        rate=float(np.clip(2 ** (0.12 * arousal + 0.3 * manner.pace), 0.6, 1.8)),
        pitch_st=2.2 * arousal + 1.2 * manner.pitch,
        pitch_range=float(np.clip(2 ** (0.2 * arousal + 0.8 * manner.melody), 0.2, 4.0)),
        level_db=2.5 * arousal + 2.0 * manner.level,
        tilt_db=6.5 * arousal + 2.0 * manner.level,
    )


def spoken_part(raw: Floats, before_s: float = 0.01, after_s: float = 0.02) -> slice:
    """Where in the samples the line is, with a little air around. Shape: raw `(n,)`."""
    voiced = np.flatnonzero(np.abs(raw) > LEAST_LEVEL * max(np.abs(raw).max(), 1e-6))
    first, last = (int(voiced[0]), int(voiced[-1]) + 1) if len(voiced) else (0, len(raw))
    return slice(max(0, first - round(before_s * RATE_HZ)), last + round(after_s * RATE_HZ))


def with_effort(dry: Floats, level_db: float, tilt_db: float) -> Floats:
    """A line at a level (relative to at ease) with its high part raised. Shape: `(n,)` → same."""
    shelf = signal.butter(1, BRIGHT_HZ, "high", fs=RATE_HZ, output="sos")
    tilted = dry + (10 ** (tilt_db / 20) - 1) * signal.sosfilt(shelf, dry)
    level = np.sqrt(np.mean(tilted**2)) + 1e-9
    pushed: Floats = tilted / level * 10 ** ((EASE_DBFS + level_db) / 20)
    return pushed
