"""What a simulated editor goes by, and how it weighs what it hears and sees.

**Conventions.** A clip's first 32 s and a window of music become points on the same `AXES`. Each
side is standardised: 0 is the middle of the training split, 1 one spread above (`Scale`). The
clip's point is the sum of what its voice says and what its picture says, each times its share, so
a reader of both knows the target, and a reader of one knows a part of it:

arousal   how aroused the voice is and how fierce the game, half and half ↔ energy of the music
pace      how fast this person speaks, for them ↔ tempo
colour    how lively the melody of the voice is and how light the picture ↔ brightness of the
          music beyond what its energy brings
contour   where in the 32 s voice and game rise, by quarters of 8 s ↔ loudness of the music there
"""

from dataclasses import dataclass

import numpy as np

from mrcmv.types import Floats

N_QUARTERS = 4
AXES = ("arousal", "pace", "colour", *(f"contour_{n}" for n in range(1, N_QUARTERS + 1)))

VOICE_SHARE = np.array([0.75, 1.0, 0.8, 0.65, 0.65, 0.65, 0.65], np.float32)
PICTURE_SHARE = np.array([0.6, 0.0, 0.6, 0.6, 0.6, 0.6, 0.6], np.float32)
"""How much of the target each modality says, by axis."""
WEIGHTS = np.array([1.0, 0.8, 0.6, 0.3, 0.3, 0.3, 0.3], np.float32)
"""How much a mismatch on each axis disturbs the average editor."""


@dataclass(frozen=True)
class Editor:
    """One person's taste: how much more each axis matters to them, and how often they waver.

    `taste` are factors on `WEIGHTS`, by axis; `noise` is the standard deviation of the logarithm
    of what a mismatch feels like: at 0 the nearest window always wins.
    """

    name: str
    taste: tuple[float, ...]
    noise: float


NOISE = 0.22
"""How much all editors waver."""
EDITORS = (
    Editor("average", (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), NOISE),
    Editor("energy first", (1.4, 0.9, 0.8, 0.9, 0.9, 0.9, 0.9), NOISE),
    Editor("on the beat", (0.9, 1.5, 0.9, 0.8, 0.8, 0.8, 0.8), NOISE),
    Editor("colourist", (0.9, 0.9, 1.5, 0.9, 0.9, 0.9, 0.9), NOISE),
    Editor("dramatist", (0.9, 0.8, 0.9, 1.6, 1.6, 1.6, 1.6), NOISE),
)


def target(voice: Floats, picture: Floats) -> Floats:
    """Where the ideal music lies. Shape: (…, axes), (…, axes) → (…, axes)."""
    point: Floats = (VOICE_SHARE * voice + PICTURE_SHARE * picture).astype(np.float32)
    return point


def mismatch(targets: Floats, windows: Floats, weights: Floats = WEIGHTS) -> Floats:
    """How far each window lies from each target. Shape: (n, axes), (m, axes) → (n, m)."""
    apart = targets[:, np.newaxis] - windows[np.newaxis]
    far: Floats = (apart**2 @ weights).astype(np.float32)
    return far


@dataclass(frozen=True, eq=False)
class Scale:
    """Turns measured values into standard ones, by their place among a reference's.

    Shape: reference `(n,)`, sorted. A value's rank among them becomes the quantile of the normal
    distribution, so both sides of the match have mean 0 and spread 1 on every axis, whatever
    their units; beyond the reference's ends it stays at the end.
    """

    reference: Floats

    @classmethod
    def of(cls, values: Floats) -> "Scale":
        """A scale from a reference's values. Raises ValueError without any."""
        if len(values) == 0:
            raise ValueError("a scale needs values")
        return cls(np.sort(np.asarray(values, np.float32)))

    def __call__(self, values: Floats) -> Floats:
        """Shape: (n,) → (n,)."""
        from scipy.special import ndtri

        values = np.asarray(values, np.float32)
        below = np.searchsorted(self.reference, values, side="left")
        upto = np.searchsorted(self.reference, values, side="right")
        n = len(self.reference)
        rank = np.clip((below + upto) / 2, 0.5, n - 0.5)
        standard: Floats = ndtri(rank / n).astype(np.float32)
        return standard


def quarters(values: Floats) -> Floats:
    """The course of a curve: means of its four quarters, less the mean of all.

    Shape: (n,), n ≥ 4 → (4,).
    """
    parts = np.array([part.mean() for part in np.array_split(values, N_QUARTERS)])
    course: Floats = (parts - parts.mean()).astype(np.float32)
    return course
