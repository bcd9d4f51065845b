"""The tone of a piece of the corpus: mastering drawn by its seed, as unlike as real ones are.

One mastering over all pieces is a mark that tells them from recorded music: with the starter
catalog's, a linear probe on eight statistics of level, band and width did so.
"""

from dataclasses import dataclass
from random import Random

import numpy as np

from mrcmv import media
from mrcmv.corpus.composer import mastering
from mrcmv.corpus.composer.score import Score
from mrcmv.types import Floats, Sound

LOUDNESS_LUFS = (-13.6, 4.4)
LOUDER_LU = 5.0
LEAST_LUFS, MOST_LUFS = -24.0, -7.0
LOW_DB = (2.5, 2.5)
HIGH_DB = (-6.0, 5.0)
MOST_HIGH_DB = 6.0
WIDTH_DB = (0.0, 3.0)
MONO_SHARE = 0.1
RIDE_RATIOS = (1.0, 2.0)
"""Means and spreads of what is drawn (of the ratios the ends), such that pieces come out like 110
real soundtracks of eleven packages of the training split: −14.4 ± 4.4 LUFS, louder by `LOUDER_LU`
from the calmest to the fiercest, their brightness 2^(10.6 ± 0.7) Hz, the power of their channels'
difference 8 ± 4 dB under their mean's, one in nine mono."""

HIGH_HZ = 3000.0
CEILING_DB = -1.0
"""The codec adds most of that."""


@dataclass(frozen=True)
class Tone:
    """How one piece is mastered: its loudness before the limiter if its energy is middling, two
    shelves, the gain of the channels' difference (none: mono), and how far its loud and quiet
    stretches are brought together."""

    loudness_lufs: float
    low_db: float
    high_db: float
    width: float
    ride_ratio: float

    @classmethod
    def drawn(cls, seed: int) -> "Tone":
        """The tone of a seed, always the same."""
        rng = Random(f"{seed}/tone")
        return cls(
            loudness_lufs=rng.gauss(*LOUDNESS_LUFS),
            low_db=rng.gauss(*LOW_DB),
            high_db=min(MOST_HIGH_DB, rng.gauss(*HIGH_DB)),
            width=0.0 if rng.random() < MONO_SHARE else _gain(rng.gauss(*WIDTH_DB)),
            ride_ratio=rng.uniform(*RIDE_RATIOS),
        )


def finish(sound: Sound, score: Score, tone: Tone) -> Sound:
    """A played score in its tone, its samples under `CEILING_DB`.

    What the limiter takes from the loudest is not given back.
    """
    rate_hz = sound.rate_hz
    samples = mastering.narrow(shelve(sound.samples, rate_hz, tone), rate_hz)
    samples = widen(mastering.ride(samples, rate_hz, tone.ride_ratio), tone.width)
    samples = mastering.trim_tail(samples, rate_hz, score.duration_s)
    samples = mastering.fade(samples, rate_hz)
    wanted_lufs = tone.loudness_lufs + LOUDER_LU * (score.mood.energy - 0.5)
    wanted_lufs = min(MOST_LUFS, max(LEAST_LUFS, wanted_lufs))
    gain_db = wanted_lufs - media.loudness_lufs(Sound(samples, rate_hz))
    louder: Floats = samples * np.float32(_gain(gain_db))
    return Sound(mastering.limit(louder, rate_hz, CEILING_DB, oversampling=1), rate_hz)


def shelve(samples: Floats, rate_hz: int, tone: Tone) -> Floats:
    """Nothing below 28 Hz, then the tone's two shelves.

    Shape: (channels, n) → (channels, n).
    """
    from scipy.signal import butter, sosfilt

    rows = [butter(2, 28.0, "highpass", fs=rate_hz, output="sos")[0]]
    shelves = (
        (butter(1, mastering.LOW_HZ, "lowpass", fs=rate_hz), tone.low_db),
        (butter(1, HIGH_HZ, "highpass", fs=rate_hz), tone.high_db),
    )
    for (above, below), gain_db in shelves:
        rows.append(np.array([*(below + (_gain(gain_db) - 1) * above), 0.0, *below, 0.0]))
    shelved: Floats = sosfilt(np.stack(rows), samples, axis=1).astype(np.float32)
    return shelved


def widen(samples: Floats, width: float) -> Floats:
    """Scale the difference of two channels. Shape: (2, n) → (2, n)."""
    middle, side = samples.mean(axis=0), np.float32(width / 2) * (samples[0] - samples[1])
    return np.stack([middle + side, middle - side])


def _gain(db: float) -> float:
    return float(10 ** (db / 20))
