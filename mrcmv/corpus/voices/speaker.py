"""Who speaks, and what every source of voices yields."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from mrcmv.progress import Hook, silent
from mrcmv.types import Sound

RATE_HZ = 48000

KINDS = (
    "open",
    "quiet",
    "idle",
    "busy",
    "spotted",
    "fight",
    "kill",
    "hurt",
    "low",
    "find",
    "win",
)
"""Kinds of lines. `open` begins; `quiet`, `idle` and `busy` fill silences; the others follow a
moment of the footage."""


@dataclass(frozen=True)
class Speaker:
    """A voice of the corpus. Splits are by `family`: speakers who may sound alike share one."""

    speaker_id: str
    family: str
    language: str
    origin: Literal["synthetic", "human"]
    source: str
    licence: str


@dataclass(frozen=True)
class Manner:
    """How one line is spoken, each from about −2 to 2 around the speaker's own middle (0).

    arousal raises rate, pitch, pitch range, level and effort together, as people do; the others
    are this person's own departure from that in this line. `cues` says by how much.
    """

    arousal: float = 0.0
    pace: float = 0.0
    pitch: float = 0.0
    melody: float = 0.0
    level: float = 0.0


@dataclass(frozen=True)
class Word:
    """A word as it was spoken, in seconds from the start of its sound."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Utterance:
    """A spoken line: mono sound at 48 kHz (dry, unless it was recorded in a booth), its words
    with their times, and the manner that was asked for."""

    text: str
    sound: Sound
    words: tuple[Word, ...]
    manner: Manner = field(default_factory=Manner)


class VoiceSource(Protocol):
    """A way to get speech."""

    @property
    def name(self) -> str: ...

    def gather(self, hook: Hook = silent) -> None:
        """Fetch what the source needs, if anything; what is there already is kept.

        Raises:
            MrcmvError: it is not installed or cannot be reached.
        """
        ...

    def speakers(self) -> tuple[Speaker, ...]:
        """All of them, in an order that does not change from run to run.

        Raises:
            MrcmvError: what the source needs is not installed or was not fetched.
        """
        ...

    def say(
        self,
        speaker: Speaker,
        kind: str,
        what: str,
        manner: Manner,
        rng: np.random.Generator,
        said: Collection[str] = (),
    ) -> Utterance:
        """Speak a line of a kind (one of KINDS) about a thing (the game's name for it, or ""),
        in a manner. What is in `said` is not said again while something else is left."""
        ...
