"""Where a player can walk on a Doom level: a grid of its floor, and the shortest ways over it.

The engine tells each sector's floor and ceiling height and its lines. From those comes a grid of
cells with a floor height, a distance to the nearest wall, and a graph whose edges are the steps a
marine can take (up 24 units at most, 56 units of headroom, down any drop).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph

CELL = 16.0
"""Side of a cell, in map units (a marine is 32 wide and 56 high)."""
STEP_UP = 24.0
HEADROOM = 56.0
BODY = 20.0
"""Least distance of a body's middle from a wall, in map units."""
ELBOW_ROOM = 64.0
"""Nearer to a wall than this, a way costs more: paths keep to the middle of rooms."""

Doubles = NDArray[np.float64]
Cells = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Line(Protocol):
    """One side of a sector, as the engine tells it."""

    x1: float
    y1: float
    x2: float
    y2: float
    is_blocking: bool


class Sector(Protocol):
    """An area of one floor and one ceiling height."""

    floor_height: float
    ceiling_height: float
    lines: Sequence[Any]


@dataclass(frozen=True, eq=False)
class Level:
    """A walkable grid. Shape: floor, clearance, open `(rows, columns)`; graph `(cells, cells)`."""

    origin: tuple[float, float]
    floor: Doubles
    clearance: Doubles
    open: Flags
    doors: Flags
    graph: Any

    def cell(self, x: float, y: float) -> int:
        """The number of the cell that holds a point (clipped to the grid)."""
        rows, columns = self.open.shape
        column = int(min(max((x - self.origin[0]) / CELL, 0), columns - 1))
        row = int(min(max((y - self.origin[1]) / CELL, 0), rows - 1))
        return row * int(columns) + column

    def points(self, cells: Cells) -> Doubles:
        """The middles of cells, in map units. Shape: `(n,)` → `(n, 2)`."""
        rows, columns = np.divmod(cells, self.open.shape[1])
        corner = np.array(self.origin) + CELL / 2
        middles: Doubles = np.stack([columns, rows], axis=1) * CELL + corner
        return middles

    def nearest_open(self, x: float, y: float) -> int:
        """The open cell nearest to a point."""
        cells = np.flatnonzero(self.open)
        offsets = self.points(cells) - np.array([x, y])
        return int(cells[np.argmin((offsets**2).sum(axis=1))])

    def sight(self, x: float, y: float, angles_deg: Doubles, most: float = 1600.0) -> Doubles:
        """How far one sees before a wall, in each direction. Shape: `(n,)` → `(n,)`."""
        rows, columns = self.open.shape
        steps = np.arange(CELL, most, CELL)
        away = np.radians(angles_deg)[:, np.newaxis]
        column = ((x + np.cos(away) * steps - self.origin[0]) / CELL).astype(int)
        row = ((y + np.sin(away) * steps - self.origin[1]) / CELL).astype(int)
        off = (column < 0) | (column >= columns) | (row < 0) | (row >= rows)
        clear = self.clearance[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
        hit = off | (clear == 0)
        first = np.where(hit.any(axis=1), hit.argmax(axis=1), len(steps) - 1)
        far: Doubles = steps[first]
        return far


@dataclass(frozen=True, eq=False)
class Ways:
    """All shortest ways from one cell. Shape: cost, before `(cells,)`; cost is inf out of reach."""

    start: int
    cost: Doubles
    before: Cells

    def path(self, goal: int) -> Cells:
        """The cells from the start to the goal, both included; empty when out of reach."""
        if not np.isfinite(self.cost[goal]):
            return np.empty(0, dtype=np.int64)
        cells = [goal]
        while cells[-1] != self.start:
            cells.append(int(self.before[cells[-1]]))
        return np.array(cells[::-1], dtype=np.int64)


def survey(sectors: Sequence[Any]) -> Level:
    """Turn a level's sectors into a walkable grid."""
    ends = np.array(
        [(line.x1, line.y1, line.x2, line.y2) for sector in sectors for line in sector.lines],
        dtype=np.float64,
    )
    low = ends.reshape(-1, 2).min(axis=0) - CELL
    columns, rows = np.ceil((ends.reshape(-1, 2).max(axis=0) + CELL - low) / CELL).astype(int)
    floor = np.full((rows, columns), np.nan)
    ceiling = np.full((rows, columns), np.nan)
    for sector in sectors:
        inside = _inside(sector, low, rows, columns)
        floor[inside] = sector.floor_height
        ceiling[inside] = sector.ceiling_height
    doors = ceiling - floor < 8  # a closed door: its ceiling lies on its floor
    walls = _walls(sectors, low, (rows, columns)) | (np.isnan(floor))
    clearance = ndimage.distance_transform_edt(~walls) * CELL
    room = np.where(doors, HEADROOM, ceiling - floor)
    walkable = (clearance >= BODY) & (room >= HEADROOM)
    graph = _steps(walkable, floor, np.where(doors, floor + 128, ceiling), clearance, doors)
    return Level((float(low[0]), float(low[1])), floor, clearance, walkable, doors, graph)


def ways(level: Level, start: int, limit: float = np.inf) -> Ways:
    """The shortest ways from one cell to all others (Dijkstra); beyond the limit, out of reach."""
    search: Any = csgraph.dijkstra  # its stubs do not know sparse arrays of unknown type
    cost, before = search(level.graph, indices=start, return_predecessors=True, limit=limit)
    return Ways(start, cost, before.astype(np.int64))


def homeland(level: Level, start: int) -> Cells:
    """The roomy cells of an area in which every cell leads to every other: the start's own, or
    the largest where the start's is small (a cell that opens by a switch, a pit). Shape: `(n,)`."""
    _, area = csgraph.connected_components(level.graph, directed=True, connection="strong")
    roomy = level.clearance.ravel() > ELBOW_ROOM
    sizes = np.bincount(area[roomy], minlength=area.max() + 1)
    mine = area[start] if 4 * sizes[area[start]] > sizes.max() else int(sizes.argmax())
    return np.flatnonzero(roomy & (area == mine))


def block(level: Level, points: Doubles, radius: float) -> Level:
    """The level with round obstacles in it: pillars, spots where someone got stuck.

    Shape: points `(n, 2)`.
    """
    cells = np.flatnonzero(level.open)
    middles = level.points(cells)
    opened = level.open.copy()
    for point in points:
        near = ((middles - point) ** 2).sum(axis=1) < radius**2
        opened.ravel()[cells[near]] = False
    keep = sparse.diags(opened.ravel().astype(np.float64))
    graph = (level.graph @ keep).tocsr()
    graph.eliminate_zeros()
    return replace(level, open=opened, graph=graph)


def _inside(sector: Any, low: Doubles, rows: int, columns: int) -> Flags:
    """Which cell middles lie in a sector, by the even-odd rule along each row."""
    inside = np.zeros((rows, columns), dtype=bool)
    middles_x = low[0] + (np.arange(columns) + 0.5) * CELL
    for line in sector.lines:
        if line.y1 == line.y2:
            continue
        bottom, top = sorted((line.y1, line.y2))
        first = max(0, int(np.ceil((bottom - low[1]) / CELL - 0.5)))
        last = min(rows, int(np.ceil((top - low[1]) / CELL - 0.5)))
        for row in range(first, last):
            y = low[1] + (row + 0.5) * CELL
            x = line.x1 + (y - line.y1) * (line.x2 - line.x1) / (line.y2 - line.y1)
            inside[row] ^= middles_x > x
    return inside


def _walls(sectors: Sequence[Any], low: Doubles, shape: tuple[int, int]) -> Flags:
    """The cells that a wall runs through: blocking lines, and steps too high both ways."""
    sides: dict[tuple[tuple[float, float], ...], list[Any]] = {}
    blocking: set[tuple[tuple[float, float], ...]] = set()
    for sector in sectors:
        for line in sector.lines:
            key = tuple(sorted([(line.x1, line.y1), (line.x2, line.y2)]))
            sides.setdefault(key, []).append(sector)
            if line.is_blocking:
                blocking.add(key)
    walls = np.zeros(shape, dtype=bool)
    for key, beside in sides.items():
        if key not in blocking and not _too_high(beside):
            continue
        (x1, y1), (x2, y2) = key
        n = int(np.hypot(x2 - x1, y2 - y1) / (CELL / 2)) + 2
        columns = ((np.linspace(x1, x2, n) - low[0]) / CELL).astype(int)
        rows = ((np.linspace(y1, y2, n) - low[1]) / CELL).astype(int)
        walls[rows, columns] = True
    return walls


def _too_high(beside: Sequence[Any]) -> bool:
    """Whether nobody can cross from one side to the other, in either direction."""
    if len(beside) < 2:
        return True
    one, other = beside[0], beside[1]
    shut = any(s.ceiling_height - s.floor_height < 8 for s in (one, other))
    if shut:
        return bool(abs(one.floor_height - other.floor_height) > STEP_UP)
    gap = min(one.ceiling_height, other.ceiling_height) - max(one.floor_height, other.floor_height)
    return bool(gap < HEADROOM)


def _steps(
    walkable: Flags, floor: Doubles, ceiling: Doubles, clearance: Doubles, doors: Flags
) -> Any:
    """The directed graph of the steps between neighbouring cells, weighted by comfort."""
    rows, columns = walkable.shape
    numbers = np.arange(rows * columns).reshape(rows, columns)
    tight = np.maximum(0.0, ELBOW_ROOM - clearance) / ELBOW_ROOM
    comfort = 1.0 + 3.0 * tight + np.where(doors, 6.0, 0.0)
    starts, ends, weights = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, rows - down), slice(max(0, -right), columns - max(0, right)))
        b = (slice(down, rows), slice(max(0, right), columns + min(0, right)))
        for one, other in ((a, b), (b, a)):
            gap = np.minimum(ceiling[one], ceiling[other]) - np.maximum(floor[one], floor[other])
            can = walkable[one] & walkable[other] & (gap >= HEADROOM)
            can &= floor[other] - floor[one] <= STEP_UP
            starts.append(numbers[one][can])
            ends.append(numbers[other][can])
            weights.append(comfort[other][can] * np.hypot(down, right) * CELL)
    return sparse.csr_matrix(
        (np.concatenate(weights), (np.concatenate(starts), np.concatenate(ends))),
        shape=(rows * columns, rows * columns),
    )
