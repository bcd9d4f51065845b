"""What passes between the game and the player in a tic: what it sees, what it does."""

import math
from dataclasses import dataclass

TICS_HZ = 35
"""The game's clock: pictures, sound blocks and decisions a second."""


@dataclass(frozen=True)
class Thing:
    """Something on the level that has a place."""

    number: int
    name: str
    category: str
    x: float
    y: float
    z: float


@dataclass(frozen=True)
class View:
    """What the player knows in one tic. Angles in degrees, counter-clockwise from east."""

    tic: int
    x: float
    y: float
    z: float
    angle_deg: float
    pitch_deg: float
    weapon: int
    ammo: int
    seen: tuple[Thing, ...]
    things: tuple[Thing, ...]
    health: float = 100.0


@dataclass(frozen=True)
class Move:
    """What the player does in one tic; turn and look in degrees, forward and side as deltas."""

    turn_deg: float = 0.0
    look_deg: float = 0.0
    forward: float = 0.0
    side: float = 0.0
    attack: bool = False
    use: bool = False
    slot: int | None = None


def wrap(angle_deg: float) -> float:
    """An angle brought to −180 … 180 degrees."""
    return (angle_deg + 180.0) % 360.0 - 180.0


def far_from(view: View, thing: Thing) -> float:
    """How far a thing is, seen from above, in map units."""
    return math.hypot(thing.x - view.x, thing.y - view.y)


def bearing(view: View, x: float, y: float) -> float:
    """The direction to a point, in degrees counter-clockwise from east."""
    return math.degrees(math.atan2(y - view.y, x - view.x))
