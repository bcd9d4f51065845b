"""How much moves in a clip window, and how bright it is."""

from dataclasses import dataclass

import numpy as np

from mrcmv.types import Curve, Floats

MOTION_FLOOR = 0.003
FLICKER_FLOOR = 0.0003
"""Added before the logarithm: a menu and a still picture are equally calm."""


@dataclass(frozen=True)
class Look:
    """motion_db: the change of the pixels from picture to picture, in dB of full scale;
    flicker_db: that of the whole picture's brightness (flashes, cuts); brightness: mean grey, 0–1.

    Both are means of decibels: what never rests counts for more than a few jumps.
    """

    motion_db: float
    flicker_db: float
    brightness: float


def look(motion: Curve, brightness: Curve) -> Look:
    """Measure the curves of a clip window. Shape: values (n,) each, at one rate."""
    grey = brightness.values if len(brightness.values) else np.full(1, 0.5, np.float32)
    return Look(
        motion_db=_mean_db(motion.values, MOTION_FLOOR),
        flicker_db=_mean_db(np.abs(np.diff(grey)), FLICKER_FLOOR),
        brightness=float(grey.mean()),
    )


def _mean_db(values: Floats, floor: float) -> float:
    changes = values if len(values) else np.zeros(1, np.float32)
    return float(20 * np.log10(changes + floor).mean())
