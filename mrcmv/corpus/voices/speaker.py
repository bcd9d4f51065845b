"""Who speaks, and what every source of voices yields."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from mrcmv.types import Floats, Sound

RATE_HZ = 48000


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
    are this person's own departure from that in this line.
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
    """A spoken line: dry mono sound at 48 kHz, its words with their times."""

    text: str
    sound: Sound
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Booth:
    """Where the speaker sits and through what they are heard; one for a whole clip.

    room_s: reverberation time; room_db its level; the band that microphone and codec let through;
    level_db the loudness of the whole, which the builder normalises afterwards.
    """

    room_s: float = 0.25
    room_db: float = -24.0
    low_cut_hz: float = 80.0
    high_cut_hz: float = 9000.0
    noise_db: float = -70.0
    seed: int = 0


class VoiceSource(Protocol):
    """A way to get speech."""

    @property
    def name(self) -> str: ...

    def speakers(self) -> tuple[Speaker, ...]:
        """All of them, in an order that does not change from run to run."""
        ...

    def say(
        self, speaker: Speaker, kind: str, what: str, manner: Manner, rng: np.random.Generator
    ) -> Utterance:
        """Speak a line of a kind (`spotted`, `fight`, `quiet`, …) about a thing, in a manner."""
        ...


def heard_in(booth: Booth, dry: Floats) -> Floats:
    """A clip's whole dry voice track as its microphone hears it. Shape: `(n,)` → `(n,)`."""
    raise NotImplementedError
