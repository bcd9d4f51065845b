"""What is written down while a shot is played, and what each second of it came to."""

from typing import Any

import numpy as np

from mrcmv.corpus.footage.doors import Ears, door_spots, in_sight
from mrcmv.corpus.footage.goals import WANTED
from mrcmv.corpus.footage.navigation import Level
from mrcmv.corpus.footage.take import SECONDS
from mrcmv.corpus.footage.truth import Truth, truth_of
from mrcmv.corpus.footage.view import TICS_HZ, Thing, View
from mrcmv.types import Bytes, Floats

REACH = 72.0
"""A thing that vanishes nearer than this, in map units, was picked up."""
CRAWL = 1.2
"""Slower than this, in map units a tic, is standing; the slowest style walks at 4."""
BLAST = 2000.0
"""An explosion farther away than this is neither seen nor heard."""


class Witness:
    """Keeps the numbers of every step, and the events that only a look at all things shows."""

    def __init__(self, level: Level, state: Any, things: dict[int, Thing], n_steps: int) -> None:
        self.level = level
        self.rows: list[tuple[float, ...]] = []
        self.names: dict[int, str] = {}
        self.found: dict[int, str] = {}
        self.resting: list[bool] = []
        self.explosions = np.zeros(n_steps, dtype=np.float32)
        self.doors_seen = np.zeros(n_steps, dtype=np.float32)
        self.doors_heard = np.zeros(n_steps, dtype=np.float32)
        self.motion = np.zeros(n_steps, dtype=np.float32)
        self._ears = Ears(level)
        self._spots = door_spots(level)
        self._things = things
        self._trail: list[tuple[float, float]] = []
        self._blown = blown(state)
        self._small: Floats | None = None

    def see(self, view: View, row: tuple[float, ...], picture: Bytes, *, resting: bool) -> None:
        """Write down a step: its numbers, the nearest monster, the change of the picture.

        resting: the player means to stand still.
        """
        self.resting.append(resting)
        foes = [t for t in view.seen if t.category == "Monster"]
        if foes:
            near = min(foes, key=lambda t: (t.x - view.x) ** 2 + (t.y - view.y) ** 2)
            self.names[view.tic] = near.name
        step = len(self.rows)
        self.rows.append(row)
        self._trail.append((view.x, view.y))
        small = shrunk(picture)
        if self._small is not None:
            self.motion[step] = np.abs(small - self._small).mean()
        self._small = small

    def look_round(self, view: View, state: Any, things: dict[int, Thing]) -> None:
        """Look at all things: what was picked up since the last look, what has exploded."""
        step = len(self.rows) - 1
        trail = np.array(self._trail)
        for number, thing in self._things.items():
            if thing.category in WANTED and number not in things:
                gap = np.hypot(trail[:, 0] - thing.x, trail[:, 1] - thing.y).min()
                if gap < REACH:
                    self.found[view.tic] = thing.name
        self._things, self._trail = things, self._trail[-1:]
        gone = blown(state)
        for number in gone.keys() - self._blown.keys():
            x, y = gone[number]
            self.explosions[step] += np.hypot(x - view.x, y - view.y) < BLAST
        self._blown = gone

    def listen(self, view: View) -> None:
        """Look for doors in the picture, listen for doors that someone passes."""
        step = len(self.rows) - 1
        seen = in_sight(self.level, self._spots, view.x, view.y, view.angle_deg)
        self.doors_seen[step] = seen.sum()
        self.doors_heard[step] = self._ears.hear(view)

    def stuck(self, stride: int) -> Floats:
        """1 for each second in which the player wants to move and does not. Shape: `(seconds,)`."""
        truth = self.truth(stride)
        resting = np.repeat(np.array(self.resting, dtype=np.float32), stride)
        slow = truth.per_second(truth.speed_u, "mean") < CRAWL
        return np.asarray(slow & (truth.per_second(resting, "mean") < 0.5), dtype=np.float32)

    def truth(self, stride: int) -> Truth:
        """The take tic by tic; what happens within a step stands on its first tic."""
        rows = np.repeat(np.array(self.rows, dtype=np.float32), stride, axis=0)
        return truth_of(rows, self.names, self.found)

    def seconds(self, truth: Truth, n_seconds: int, stride: int) -> dict[str, Floats]:
        """What each second came to, by the names of `SECONDS`. Shape: `(n_seconds,)` each."""
        step_second = np.arange(len(self.rows)) * stride // TICS_HZ
        values = {
            "action": truth.action(),
            "motion": by_second(self.motion, step_second, "mean"),
            "shots": truth.per_second(truth.shots),
            "hits": truth.per_second(truth.hits),
            "damage": truth.per_second(truth.taken),
            "kills": truth.per_second(truth.kills),
            "health": truth.per_second(truth.health, "mean"),
            "monsters": truth.per_second(truth.seen, "mean"),
            "explosions": by_second(self.explosions, step_second, "sum"),
            "pickups": truth.per_second(truth.finds),
            "doors_seen": by_second(self.doors_seen, step_second, "max"),
            "doors_heard": by_second(self.doors_heard, step_second, "sum"),
        }
        return {name: values[name][:n_seconds].astype(np.float32) for name in SECONDS}


def shrunk(picture: Bytes) -> Floats:
    """A picture's green, 0–1, thinned to about 45 rows. Shape: `(h, w, 3)` → `(~45, ~80)`."""
    every = max(1, picture.shape[0] // 45)
    green = picture[every // 2 :: every, every // 2 :: every, 1]
    return np.asarray(green, dtype=np.float32) / np.float32(255)


def by_second(values: Floats, second: Any, how: str) -> Floats:
    """The `sum`, `mean` or `max` of the steps of each second. Shape: `(steps,)` → `(seconds,)`."""
    first = np.flatnonzero(np.diff(second, prepend=-1))
    if how == "max":
        return np.maximum.reduceat(values, first).astype(np.float32)
    total = np.add.reduceat(values, first)
    length = np.diff(first, append=len(values)) if how == "mean" else 1.0
    return np.asarray(total / length, dtype=np.float32)


def blown(state: Any) -> dict[int, tuple[float, float]]:
    """What is exploding or has exploded, and where: barrels that are dead, rockets that stand."""
    return {
        o.id: (o.position_x, o.position_y)
        for o in state.objects
        if o.name == "DeadExplosiveBarrel"
        or (o.name == "Rocket" and o.velocity_x == o.velocity_y == o.velocity_z == 0)
    }
