"""Where a player goes next, by its style: after monsters, away from them, to things, to corners."""

from collections.abc import Set

import numpy as np

from mrcmv.corpus.footage.navigation import Cells, Level, Ways
from mrcmv.corpus.footage.styles import Style
from mrcmv.corpus.footage.view import View, far_from

WANTED = frozenset({"Health", "Armor", "Ammo", "Weapon", "Powerup", "Key"})
"""Kinds of things that are worth a walk."""
FARTHEST = 6000.0
"""No walk is longer than this, in map units."""
SAME_FLOOR = 200.0
"""Things higher or lower than this, in map units, are on another floor."""


def choose_goal(
    style: Style,
    level: Level,
    view: View,
    found: Ways,
    visited: Set[int],
    rng: np.random.Generator,
) -> int | None:
    """The cell to go to: monsters for the hunter, distance for the one who flees, else things and
    far corners. None when nothing is within reach."""
    if style.hunt:
        prey = cells_with(frozenset({"Monster"}), level, view, found, visited, near=0.0)
        if prey and (style.fire > 0 or found.cost[prey[0]] > 500):
            return prey[0]
    if style.flee:
        return away(level, view, found)
    things = cells_with(WANTED, level, view, found, visited, near=120.0)
    if things:
        thing = things[0] if style.hunt else int(rng.choice(things[:4]))
        if rng.random() < 0.75:
            return thing
    return corner(level, found, rng)


def cells_with(
    categories: Set[str], level: Level, view: View, found: Ways, visited: Set[int], near: float
) -> list[int]:
    """Unvisited cells with such things in them, the nearest first."""
    cells = [
        level.cell(thing.x, thing.y)
        for thing in view.things
        if thing.category in categories and abs(thing.z - view.z) < SAME_FLOOR
    ]
    fresh = [cell for cell in cells if near < found.cost[cell] < FARTHEST and cell not in visited]
    return sorted(fresh, key=lambda cell: float(found.cost[cell]))


def away(level: Level, view: View, found: Ways) -> int | None:
    """The cell within reach that lies farthest from the monsters near by."""
    foes = [t for t in view.things if t.category == "Monster" and far_from(view, t) < 2000]
    cells = reach(level, found, 600.0, 3000.0)
    if len(cells) == 0:
        return None
    points = level.points(cells)
    dread = np.zeros(len(cells))
    for foe in foes:
        dread += 1.0 / (100.0 + np.hypot(points[:, 0] - foe.x, points[:, 1] - foe.y))
    return int(cells[np.argmin(dread)])


def corner(level: Level, found: Ways, rng: np.random.Generator) -> int | None:
    """Some cell a good walk away."""
    cells = reach(level, found, 500.0, 2500.0)
    return int(rng.choice(cells)) if len(cells) else None


def reach(level: Level, found: Ways, near: float, far: float) -> Cells:
    """Cells between two walking distances, with room around them. Shape: `(n,)`."""
    roomy = (level.clearance.ravel() > 48.0) & (found.cost > near) & (found.cost < far)
    return np.flatnonzero(roomy)
