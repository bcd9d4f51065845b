"""How intense music is, whatever level it was mastered at.

Energy is the logistic of a weighted sum of five things that can be heard, each standardised by
`REFERENCE`: how many onsets a second (half of the weight), how fast the bass moves, how noisy
the sound is (drums, distortion), how steadily its level is held, and how much of it lies above
4 kHz. 0.5 is middling; 0.1 is calm, 0.9 fierce.
"""

from dataclasses import astuple, dataclass

import numpy as np

from mrcmv.catalog import rhythm
from mrcmv.catalog.spectra import FRAME_RATE_HZ, Spectra, band_centres_hz
from mrcmv.types import Floats

BASS_HZ = 160.0
TREBLE_HZ = 4000.0


@dataclass(frozen=True)
class Activity:
    """What energy is made of.

    bass_rise in natural-log units a frame; noise the spectrum's flatness, 0–1; held_db the mean
    level below the track's loud frames; treble_db the share above 4 kHz.
    """

    onset_rate_hz: float
    bass_rise: float
    noise: float
    held_db: float
    treble_db: float


REFERENCE = (Activity(4.8, 0.29, 0.15, -4.6, -15.3), Activity(1.4, 0.14, 0.09, 2.4, 4.7))
"""Medians and standard deviations over 208 windows of 35 pieces in 35 moods by the project's
composer (`mrcmv.corpus.composer`, its presets at seed 1)."""
WEIGHTS = Activity(2.0, 0.8, 0.6, 0.4, 0.2)
STEEPNESS = 2.5
"""Spreads the reference's windows over about 0.1–0.9."""


def activity(part: Spectra, loud: float) -> Activity:
    """Measure a stretch of a track. loud: `rhythm.level` of the whole track."""
    centres_hz = band_centres_hz()
    strength = rhythm.onset_strength(part.mel, loud)
    bass = rhythm.onset_strength(part.mel[:, centres_hz < BASS_HZ], loud)
    frames = part.mel.mean(axis=1)
    bands = part.mel.mean(axis=0)
    # The floor keeps a silent frame, whose bands are equal, from counting as noise.
    flatness = np.exp(np.log(part.mel + 1e-5 * loud).mean(axis=1)) / (frames + 1e-2 * loud)
    treble = bands[centres_hz > TREBLE_HZ].sum() / max(float(bands.sum()), 1e-12)
    return Activity(
        onset_rate_hz=len(rhythm.onset_frames(strength)) * FRAME_RATE_HZ / len(part.mel),
        bass_rise=float(bass.mean()),
        noise=float(flatness.mean()),
        held_db=float((10 * np.log10(frames / loud + 1e-5)).mean()),
        treble_db=float(10 * np.log10(treble + 1e-6)),
    )


def energy(measured: Activity) -> float:
    """One number between 0 and 1."""
    middle, spread, weights = (np.array(astuple(one)) for one in (*REFERENCE, WEIGHTS))
    standard: Floats = np.clip((np.array(astuple(measured)) - middle) / spread, -3.0, 3.0)
    total = float(standard @ weights) / float(weights.sum())
    return float(1.0 / (1.0 + np.exp(-STEEPNESS * total)))
