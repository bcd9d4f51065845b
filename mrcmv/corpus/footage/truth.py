"""What the engine knew of a take, tic by tic."""

from dataclasses import dataclass, field

import numpy as np

from mrcmv.corpus.footage.view import TICS_HZ
from mrcmv.types import Floats


@dataclass(frozen=True, eq=False)
class Truth:
    """What the engine knew, tic by tic (35 a second); every array has shape `(n,)`.

    shots, hits, kills, finds count events in the tic; dealt and taken are damage; seen is the
    number of living monsters in the picture, nearest_u the distance of the nearest of them
    (inf when none); speed_u is map units a tic, turn_deg degrees a tic. `names` has the kind of
    monster in sight and of the thing found, by tic.
    """

    shots: Floats
    hits: Floats
    dealt: Floats
    taken: Floats
    kills: Floats
    finds: Floats
    health: Floats
    armor: Floats
    weapon: Floats
    seen: Floats
    nearest_u: Floats
    speed_u: Floats
    turn_deg: Floats
    names: dict[int, str] = field(default_factory=dict)
    found: dict[int, str] = field(default_factory=dict)

    @property
    def duration_s(self) -> float:
        return len(self.shots) / TICS_HZ

    def per_second(self, values: Floats, how: str = "sum") -> Floats:
        """One value a second: the `sum` or the `mean` of its tics. Shape: `(n,)` → `(seconds,)`."""
        n = len(values) // TICS_HZ
        seconds = values[: n * TICS_HZ].reshape(n, TICS_HZ)
        whole: Floats = seconds.sum(axis=1) if how == "sum" else seconds.mean(axis=1)
        return whole

    def action(self) -> Floats:
        """How fierce each second is, 0–1: shooting, hurting, monsters near and movement."""
        fight = self.per_second(self.shots) / 4 + self.per_second(self.taken) / 15
        fight = fight + self.per_second(self.dealt) / 60
        near = self.per_second((self.nearest_u < 700).astype(np.float32), "mean")
        pace = self.per_second(self.speed_u, "mean") / 15
        action: Floats = np.clip(0.45 * fight + 0.25 * near + 0.3 * pace, 0, 1).astype(np.float32)
        return action


def truth_of(rows: Floats, names: dict[int, str], found: dict[int, str]) -> Truth:
    """The engine's counters as curves of what happened in each tic. Shape: rows `(n, 12)`."""
    ammo, hits, dealt, taken, kills, health, armor, weapon, seen, near, speed, angle = rows.T
    same = np.diff(weapon, prepend=weapon[:1]) == 0
    finds = np.zeros(len(rows), dtype=np.float32)
    finds[list(found)] = 1
    turn = (np.diff(angle, prepend=angle[:1]) + 180) % 360 - 180
    return Truth(
        shots=((np.diff(ammo, prepend=ammo[:1]) < 0) & same).astype(np.float32),
        hits=_rise(hits),
        dealt=_rise(dealt),
        taken=_rise(taken),
        kills=_rise(kills),
        finds=finds,
        health=health,
        armor=armor,
        weapon=weapon,
        seen=seen,
        nearest_u=near,
        speed_u=speed,
        turn_deg=turn.astype(np.float32),
        names=names,
        found=found,
    )


def _rise(counter: Floats) -> Floats:
    """How much a counter grew in each tic."""
    rise: Floats = np.maximum(np.diff(counter, prepend=counter[:1]), 0).astype(np.float32)
    return rise
