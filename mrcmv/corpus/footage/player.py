"""A player that walks, looks, fights and flees on its own, in a given style.

It sees what the engine tells (who is in the picture, where things lie) and answers each tic with
a `Move`. View and legs are apart, as with mouse and keys: it can look at a monster and walk
elsewhere.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from mrcmv.corpus.footage.goals import FARTHEST, choose_goal
from mrcmv.corpus.footage.navigation import Cells, Level, block, ways
from mrcmv.corpus.footage.styles import Style
from mrcmv.corpus.footage.view import TICS_HZ, Move, Thing, View, bearing, far_from, wrap

AHEAD = 6
"""Cells that the legs aim ahead on the path; the eyes look three times as far."""
FIGHT_RANGE = 1400.0


@dataclass
class Player:
    """Keeps a goal, a path to it and a steady hand between tics.

    stride: for how many tics each move is held.
    """

    level: Level
    style: Style
    rng: np.random.Generator
    path: Cells = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    _pause_until: int = 0
    _visited: set[int] = field(default_factory=set)
    _turning: float = 0.0
    _side: float = 1.0
    _target: int | None = None
    _sighted: int = 0
    _still: int = 0
    _last: tuple[float, float] = (0.0, 0.0)
    _sway: float = 0.0
    _looked: int = -1000
    _used: int = -1000
    _lured: int = 0
    health: float = 100.0
    hurt: int = -1000
    """The tic of the last wound."""
    _whole: Level | None = None
    _look_deg: float = 0.0
    stride: int = 1
    resting: bool = False
    """Whether it means to stand still now: at a goal, before a monster, or by its style."""

    def change(self, style: Style) -> None:
        """Take on another temper, on the spot."""
        self.style = style
        self.path = self.path[:0]
        self._pause_until = self._still = 0

    def act(self, view: View) -> Move:
        """Decide on one tic, or on `stride` of them."""
        if view.health < self.health:
            self.hurt = view.tic
        self.health = view.health
        foe = self._foe(view)
        self._plan(view, foe)
        gaze_deg, pitch_deg = self._gaze(view, foe)
        turn = self._steady(wrap(gaze_deg - view.angle_deg))
        forward, side = self._legs(view, foe)
        use = self._unstick(view, forward, side)
        return Move(
            turn_deg=turn,
            look_deg=float(np.clip(0.15 * (pitch_deg - view.pitch_deg), -2.0, 2.0)),
            forward=forward,
            side=side,
            attack=self._fires(view, foe) or self._lures(view),
            use=use,
            slot=self._slot(view),
        )

    def under_fire(self, tic: int, within_s: float = 2.0) -> bool:
        """Whether it was wounded of late and has a monster in sight."""
        return self._target is not None and tic - self.hurt < within_s * TICS_HZ

    def _foe(self, view: View) -> Thing | None:
        """The monster to look at: the one already in mind if still seen, else the nearest."""
        foes = [t for t in view.seen if t.category == "Monster" and far_from(view, t) < FIGHT_RANGE]
        kept = [t for t in foes if t.number == self._target]
        foe = kept[0] if kept else min(foes, key=lambda t: far_from(view, t), default=None)
        if foe is None:
            self._target = None
        elif foe.number != self._target:
            self._target, self._sighted = foe.number, view.tic
        return foe

    def _plan(self, view: View, foe: Thing | None) -> None:
        """Choose a goal when there is none, or when the hunt or the flight asks for another."""
        here = self.level.cell(view.x, view.y)
        self._visited.add(here)
        urgent = (self.style.hunt or self.style.flee) and view.tic % (TICS_HZ * 2) == 0
        arrived = len(self.path) < 2
        if self.style.hold or view.tic < self._pause_until or not (arrived or urgent):
            return
        if arrived and view.tic > 0 and self.style.pause_s > 0 and not self._was_paused(view.tic):
            pause_s = self.style.pause_s * self.rng.uniform(0.5, 1.2)
            self._pause_until = view.tic + int(pause_s * TICS_HZ)
            return
        start = self.level.nearest_open(view.x, view.y)
        found = ways(self.level, start, FARTHEST)
        goal = choose_goal(self.style, self.level, view, found, self._visited, self.rng)
        self.path = found.path(goal) if goal is not None else self.path[:0]
        if goal is None and self._whole is not None:
            self.level, self._whole = self._whole, None  # walled in by its own memory: forget it

    def _was_paused(self, tic: int) -> bool:
        return 0 <= tic - self._pause_until < 3

    def _ahead(self, view: View, n_cells: int) -> tuple[float, float] | None:
        """The point n cells ahead on the path; what lies behind is dropped."""
        if len(self.path) < 2:
            return None
        points = self.level.points(self.path[: 4 * AHEAD])
        nearest = int(np.argmin((points[:, 0] - view.x) ** 2 + (points[:, 1] - view.y) ** 2))
        self.path = self.path[nearest:]
        point = self.level.points(self.path[: n_cells + 1])[-1]
        return float(point[0]), float(point[1])

    def _gaze(self, view: View, foe: Thing | None) -> tuple[float, float]:
        """Where to look: at the foe, along the path, or around."""
        looks = self.style.fire > 0 or (self.style.hunt and not self._bored(view))
        if foe is not None and looks and not self._runs(view) and not self._waits(view):
            far = max(far_from(view, foe), 1.0)
            return bearing(view, foe.x, foe.y), math.degrees(math.atan2(foe.z - view.z, far))
        if self.style.alert and (behind := self._culprit(view)) is not None:
            return bearing(view, behind.x, behind.y), 0.0
        self._sway = 0.98 * self._sway + self.rng.normal(0, 0.8)
        if view.tic < self._pause_until or self.style.hold or len(self.path) < 2:
            return self._around(view) + self._sway, 0.0
        point = self._ahead(view, 3 * AHEAD)
        if point is None or math.dist(point, (view.x, view.y)) < 24:
            return self._around(view) + self._sway, 0.0
        return bearing(view, *point) + self._sway, 0.0

    def _culprit(self, view: View) -> Thing | None:
        """The nearest monster, for a second after a wound that came from out of sight."""
        if view.tic - self.hurt > TICS_HZ:
            return None
        foes = [t for t in view.things if t.category == "Monster" and far_from(view, t) < 700]
        return min(foes, key=lambda t: far_from(view, t), default=None)

    def _around(self, view: View) -> float:
        """The most open direction that is not behind; a new one every two seconds."""
        if view.tic - self._looked > 2 * TICS_HZ:
            self._looked = view.tic
            angles = np.arange(0.0, 360.0, 15.0)
            far = np.minimum(self.level.sight(view.x, view.y, angles), 900.0)
            turned = np.abs((angles - view.angle_deg + 180.0) % 360.0 - 180.0)
            liking = far * np.exp(-(((turned - 50.0) / 60.0) ** 2)) + 0.3 * far
            self._look_deg = float(angles[np.argmax(liking * self.rng.uniform(0.7, 1.0, 24))])
        return self._look_deg

    def _runs(self, view: View) -> bool:
        """Whether one who flees looks to the front now (and not back to shoot)."""
        if self._boxed_in(view):
            return False
        return self.style.flee and view.tic % (TICS_HZ * 4) < TICS_HZ * 2.6

    def _steady(self, error_deg: float) -> float:
        """Turn as a hand does: speed up, slow down, never jump. Returns degrees, left positive."""
        most = self.style.turn_deg
        wanted = float(np.clip(0.22 * error_deg, -most, most))
        change = most * self.stride / 3
        self._turning += float(np.clip(wanted - self._turning, -change, change))
        return self._turning

    def _legs(self, view: View, foe: Thing | None) -> tuple[float, float]:
        """Forward and side deltas: along the path, sideways in a fight."""
        speed = self.style.speed
        self.resting = self.style.hold
        if foe is not None and self.style.strafe > 0 and not self.style.flee:
            beside = view.angle_deg - 90.0 * self._side
            walled = self.level.sight(view.x, view.y, np.array([beside]), 80.0)[0] < 48.0
            if self.rng.random() < (8.0 if walled else 1.2) * self.stride / TICS_HZ:
                self._side = -self._side
            far = far_from(view, foe)
            forward = speed * (0.9 if far > 500 else (0.15 if far > 180 else -0.6))
            if self.style.hold:
                forward = 0.0
            elif far > 500:
                forward, _ = self._along(view, speed)
            return forward, self._side * speed * self.style.strafe
        if view.tic < self._pause_until or self.style.hold or self._watches(view, foe):
            self.resting = True
            return 0.0, 0.0
        return self._along(view, speed)

    def _watches(self, view: View, foe: Thing | None) -> bool:
        """Whether one who does not shoot stands and looks at a monster."""
        if foe is None or self.style.fire > 0 or far_from(view, foe) >= 420:
            return False
        return not self._bored(view)

    def _bored(self, view: View) -> bool:
        """Whether the monster in mind has been watched for long enough."""
        return view.tic - self._sighted >= self.style.watch_s * TICS_HZ

    def _along(self, view: View, speed: float) -> tuple[float, float]:
        point = self._ahead(view, AHEAD)
        if point is None:
            return 0.0, 0.0
        off = math.radians(wrap(bearing(view, *point) - view.angle_deg))
        slow = 0.4 if abs(off) > 1.2 and self.style.speed < 30 else 1.0
        return speed * slow * math.cos(off), -speed * slow * math.sin(off)

    def _fires(self, view: View, foe: Thing | None) -> bool:
        if foe is None or self.style.fire <= 0 or view.tic - self._sighted < 8:
            return False
        error = abs(wrap(bearing(view, foe.x, foe.y) - view.angle_deg))
        on_aim = error < math.degrees(math.atan2(26.0, max(far_from(view, foe), 40.0))) + 1.0
        return bool(on_aim and (self.rng.random() < self.style.fire or self._boxed_in(view)))

    def _boxed_in(self, view: View) -> bool:
        """Whether a deft one cannot get on for a monster: then it shoots its way out."""
        if not self.style.deft or self._still < 4:
            return False
        return any(t.category == "Monster" and far_from(view, t) < 90 for t in view.seen)

    def _lures(self, view: View) -> bool:
        """Whether to shoot into the air: what hears it comes."""
        quiet = view.tic - max(self._sighted, self._lured)
        if quiet < self.style.lure_s * TICS_HZ or self._target is not None:
            return False
        self._lured = view.tic
        return True

    def _slot(self, view: View) -> int | None:
        """Ask for the best weapon now and then; the engine ignores what is not owned."""
        best = self.style.weapons[0]
        return best if view.weapon != best and (view.tic - 5) % TICS_HZ < self.stride else None

    def _unstick(self, view: View, forward: float, side: float) -> bool:
        """Press use at doors and when nothing moves; give the path up when that does not help."""
        moved = math.dist((view.x, view.y), self._last)
        self._last = (view.x, view.y)
        wants = math.hypot(forward, side) > 5.0
        self._still = self._still + self.stride if wants and moved < 1.5 * self.stride else 0
        at_door = self._at_door()
        if self._still > TICS_HZ * (2.6 if at_door else 1.0):
            self._give_up(view)
            self.path = self.path[:0]
            self._pause_until = view.tic
            self._side = -self._side
            self._still = 0
        # pressing again while a door opens would shut it
        if self._still < 5 or view.tic - self._used < 2.7 * TICS_HZ:
            return False
        self._used = view.tic
        return True

    def _give_up(self, view: View) -> None:
        """Count the spot ahead as a wall; a door that stays shut, the whole of it."""
        self._whole = self._whole or self.level
        point = self._ahead(view, 3) or (view.x, view.y)
        foes = [t for t in view.things if t.category == "Monster" and far_from(view, t) < 90]
        ahead = [t for t in foes if math.dist((t.x, t.y), point) < 70]
        if self.style.deft and ahead and not self._at_door():
            radius = max(24.0, min(far_from(view, t) for t in ahead) - 6.0)
            self.level = block(self.level, np.array([(t.x, t.y) for t in ahead]), radius)
            return
        self.level = block(self.level, np.array([point]), 110.0 if self._at_door() else 28.0)

    def _at_door(self) -> bool:
        return bool(self.level.doors.ravel()[self.path[: 2 * AHEAD]].any())

    def _waits(self, view: View) -> bool:
        """Whether a deft one stands before a door: to open it, it must be looked at."""
        waits = self.style.deft and self._still > 2 and self._at_door()
        return waits and not self._boxed_in(view)
