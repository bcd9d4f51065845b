"""The score: what the composer writes and everything after it only reads.

**Conventions** time inside a score is in beats from its start (a dotted quarter is one beat where
the meter counts three steps a beat); seconds come from the tempo map alone. Pitches are MIDI
numbers (60 = C4), keys are pitch classes (C = 0).
"""

from bisect import bisect_right
from dataclasses import dataclass

from mrcmv.corpus.composer.moods import Mood

DRUM_CHANNEL = 9


@dataclass(frozen=True)
class Meter:
    """`n_beats` a bar, each of `n_steps` steps: 4/4 is (4, 4), 3/4 is (3, 4), 12/8 is (4, 3)."""

    n_beats: int
    n_steps: int

    @property
    def step(self) -> float:
        """Length of a step, in beats."""
        return 1.0 / self.n_steps


@dataclass(frozen=True)
class Tone:
    """A note as an instrument's part thinks of it. `accent` is relative to the dynamics, 0–1."""

    start: float
    beats: float
    pitch: int
    accent: float = 0.7


@dataclass(frozen=True)
class Note:
    """A note as it is played: humanised, with its MIDI velocity (1–127). Times in beats."""

    start: float
    beats: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    """One instrument: its General MIDI program, its place in the room, and its notes.

    volume, reverb, chorus and pan (64 is the middle) are MIDI controller values, 0–127;
    `expression` are (beat, value) pairs of controller 11.
    """

    name: str
    program: int
    channel: int
    volume: int
    pan: int
    reverb: int
    chorus: int
    notes: tuple[Note, ...]
    expression: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True)
class Section:
    """A stretch of the form. `energy` (start, end) runs in a line between its two values, 0–1.

    `lift` is how full this section is beside the others of the same piece, 0–1.
    """

    name: str
    start_bar: int
    n_bars: int
    lift: float
    energy: tuple[float, float]

    @property
    def end_bar(self) -> int:
        return self.start_bar + self.n_bars


@dataclass(frozen=True)
class Score:
    """A whole piece and all that is true of it.

    `tempo_map` holds (beat, microseconds a beat), in order, the first at beat 0; `energy` has
    one value for each beat, 0–1.
    """

    seed: int
    mood: Mood
    style: str
    meter: Meter
    key: int
    mode: str
    tempo_map: tuple[tuple[float, int], ...]
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    energy: tuple[float, ...]

    @property
    def tempo_bpm(self) -> float:
        """The tempo of the piece before its last slowing down, in beats a minute."""
        return 60e6 / self.tempo_map[0][1]

    @property
    def n_beats(self) -> int:
        return self.sections[-1].end_bar * self.meter.n_beats

    def time_s(self, beat: float) -> float:
        """Seconds from the start of the piece to a beat."""
        seconds = 0.0
        last = bisect_right([start for start, _ in self.tempo_map], beat) - 1
        for (start, tempo), (end, _) in zip(
            self.tempo_map[:last], self.tempo_map[1 : last + 1], strict=True
        ):
            seconds += (end - start) * tempo / 1e6
        start, tempo = self.tempo_map[max(last, 0)]
        return seconds + (beat - start) * tempo / 1e6

    @property
    def beat_times_s(self) -> tuple[float, ...]:
        return tuple(self.time_s(beat) for beat in range(self.n_beats))

    @property
    def duration_s(self) -> float:
        """Seconds to the end of the last bar; the sound's tail comes after it."""
        return self.time_s(self.n_beats)
