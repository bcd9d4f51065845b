"""Key and mode, from how strong each pitch class is."""

import numpy as np

from mrcmv.types import Floats

MAJOR = np.array([1.0, 0.0, 0.42, 0.0, 0.65, 0.37, 0.0, 0.77, 0.0, 0.40, 0.15, 0.30])
MINOR = np.array([1.0, 0.05, 0.36, 0.65, 0.0, 0.38, 0.0, 0.77, 0.30, 0.10, 0.42, 0.20])
"""How strong each degree is, from the tonic on: Faraldo's profiles of popular music (`bgate`,
2017) with stronger thirds, which keep music in church modes with its own tonic more often."""
ENDING_S = 6.0
ENDING_WEIGHT = 0.1
"""What it adds to a key's correlation that the music ends on its tonic."""
SHARPNESS = 12.0
"""How fast a better correlation of one mode turns into certainty."""


def key_and_major(chroma: Floats, ending: Floats) -> tuple[int, float]:
    """The key's pitch class and the weight of the major mode, 0–1.

    Each of the 24 keys is scored by the correlation of its profile with the chroma, and by how
    strong its tonic is in the ending; the weight is logistic in the difference between the best
    major and the best minor key, so a relative pair that fits equally well gives 0.5.
    Shape: chroma (12,), ending (12,), from C on.
    """
    tonic = ENDING_WEIGHT * ending / max(float(ending.max()), 1e-9)
    major = tonic + np.array([_correlation(chroma, np.roll(MAJOR, key)) for key in range(12)])
    minor = tonic + np.array([_correlation(chroma, np.roll(MINOR, key)) for key in range(12)])
    weight = 1.0 / (1.0 + np.exp(-SHARPNESS * (major.max() - minor.max())))
    best = major if weight >= 0.5 else minor
    return int(np.argmax(best)), float(weight)


def ending(chroma: Floats, rate_hz: float) -> Floats:
    """The pitch classes of the last seconds that sound. Shape: (frames, 12) → (12,)."""
    sounding = np.flatnonzero(chroma.any(axis=1))
    last = int(sounding[-1]) + 1 if len(sounding) else 0
    part: Floats = chroma[max(0, last - round(ENDING_S * rate_hz)) : last].sum(axis=0)
    return part


def _correlation(chroma: Floats, profile: np.ndarray) -> float:
    first, second = chroma - chroma.mean(), profile - profile.mean()
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / norm if norm > 1e-12 else 0.0
