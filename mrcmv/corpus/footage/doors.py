"""Doors: which are in sight, and which are heard."""

import numpy as np
from scipy import ndimage

from mrcmv.corpus.footage.navigation import CELL, Doubles, Flags, Level
from mrcmv.corpus.footage.view import TICS_HZ, Thing, View, far_from

SIGHT = 1400.0
"""A door farther away than this, in map units, is a dot in the picture."""
HEARING = 1200.0
"""Doom plays no sound that comes from farther away, in map units."""
HALF_VIEW_DEG = 45.0
STAYS_OPEN = 4 * TICS_HZ
"""Tics that a door stays open after someone has passed."""


def door_spots(level: Level) -> Doubles:
    """The middles of the doors that were shut when the level began. Shape: `(n, 2)`."""
    numbers, n = ndimage.label(level.doors & level.open, structure=np.ones((3, 3)))
    middles = ndimage.center_of_mass(numbers > 0, numbers, np.arange(1, n + 1))
    rows_columns = np.array(middles, dtype=np.float64).reshape(-1, 2)
    spots: Doubles = (rows_columns[:, ::-1] + 0.5) * CELL + np.array(level.origin)
    return spots


def in_sight(level: Level, spots: Doubles, x: float, y: float, angle_deg: float) -> Flags:
    """Which doors lie in the picture with no wall and no other door before them.

    Heights are left out: a door behind a low window counts. Shape: `(n, 2)` → `(n,)`.
    """
    offset = spots - np.array([x, y])
    far = np.hypot(offset[:, 0], offset[:, 1])
    aside = np.degrees(np.arctan2(offset[:, 1], offset[:, 0])) - angle_deg
    seen: Flags = np.asarray(np.abs((aside + 180) % 360 - 180) < HALF_VIEW_DEG) & (far < SIGHT)
    shut = (level.clearance == 0) | level.doors
    for i in np.flatnonzero(seen):
        steps = np.arange(2 * CELL, far[i] - 3 * CELL, CELL)[:, np.newaxis]
        points = np.array([x, y]) + steps * offset[i] / max(far[i], 1.0)
        cells = ((points - np.array(level.origin)) / CELL).astype(int)
        rows = np.clip(cells[:, 1], 0, shut.shape[0] - 1)
        columns = np.clip(cells[:, 0], 0, shut.shape[1] - 1)
        seen[i] = not shut[rows, columns].any()
    return seen


class Ears:
    """Hears doors: one that was shut when the level began has to open before anyone stands in it.

    The engine could tell every ceiling that moves, but only with all lines of all sectors in each
    state, which on a large map takes longer than the game itself.
    """

    def __init__(self, level: Level) -> None:
        self._level = level
        self._numbers = ndimage.label(level.doors & level.open, structure=np.ones((3, 3)))[
            0
        ].ravel()
        self._silent_until: dict[int, int] = {}

    def hear(self, view: View) -> int:
        """How many doors near by have someone in them, not counting those that opened of late."""
        those = [(t.x, t.y) for t in view.things if t.category == "Monster" and near(view, t)]
        found = 0
        for x, y in [(view.x, view.y), *those]:
            number = int(self._numbers[self._level.cell(x, y)])
            if number and view.tic >= self._silent_until.get(number, view.tic):
                found += 1
            if number:
                self._silent_until[number] = view.tic + STAYS_OPEN
        return found


def near(view: View, thing: Thing) -> bool:
    """Whether a thing is within earshot."""
    return far_from(view, thing) < HEARING
