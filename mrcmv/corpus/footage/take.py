"""What every source of footage yields, whatever game it plays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mrcmv.types import Bytes, Floats, Sound

SECONDS = (
    "action",
    "motion",
    "shots",
    "hits",
    "damage",
    "kills",
    "health",
    "monsters",
    "explosions",
    "pickups",
    "doors_seen",
    "doors_heard",
)
"""What is known of each second. `action` (how fierce, 0–1) and `motion` (mean absolute change of
the picture from frame to frame, 0–1) every source gives; what a game does not have is NaN."""

Sink = Callable[[Bytes], None]
"""Takes each picture `(height, width, 3)` uint8 as it comes."""


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, which kind, and to whom or what (the game's name for it)."""

    time_s: float
    kind: str
    what: str = ""


@dataclass(frozen=True)
class Shot:
    """What is to be recorded. `plan`: styles of play with the second at which each begins.

    `place` is the source's name for a map or level: splits are by place.
    """

    source: str
    place: str
    plan: tuple[tuple[float, str], ...]
    duration_s: float
    seed: int
    width: int = 640
    height: int = 360


@dataclass(frozen=True, eq=False)
class Take:
    """A recorded shot: its sound (stereo, in step with the pictures) and its truth.

    Shape: `seconds[name]` is `(floor(duration_s),)`, for each name of `SECONDS`.
    """

    shot: Shot
    sound: Sound
    seconds: Mapping[str, Floats]
    moments: tuple[Moment, ...]
    n_frames: int

    @property
    def duration_s(self) -> float:
        return self.shot.duration_s


class Source(Protocol):
    """A game that can be recorded."""

    @property
    def name(self) -> str: ...

    @property
    def fps(self) -> float:
        """Pictures a second that `record` hands on."""
        ...

    @property
    def places(self) -> tuple[str, ...]:
        """Maps or levels that make usable footage."""
        ...

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles of play that a plan may name, the calmest first."""
        ...

    def record(self, shot: Shot, sink: Sink) -> Take:
        """Play a shot. The same shot gives the same take.

        Raises:
            TakeEnded: the game ended before the shot did.
            MrcmvError: what the game needs is not installed.
        """
        ...
