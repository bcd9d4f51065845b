"""A passage: one section with all that an instrument needs to know to play in it."""

from bisect import bisect_right
from dataclasses import dataclass

from mrcmv.corpus.composer.score import Meter, Section
from mrcmv.corpus.composer.theory import Chord, Scale


@dataclass(frozen=True)
class Passage:
    """A section, its chords (absolute beats) and the energy it is played with (its mean, 0–1)."""

    section: Section
    chords: tuple[Chord, ...]
    meter: Meter
    scale: Scale
    tension: float
    last: bool = False

    @property
    def start(self) -> float:
        return float(self.section.start_bar * self.meter.n_beats)

    @property
    def end(self) -> float:
        return float(self.section.end_bar * self.meter.n_beats)

    @property
    def energy(self) -> float:
        return sum(self.section.energy) / 2

    @property
    def bars(self) -> list[float]:
        """The beat on which each bar starts."""
        n_bars = self.section.n_bars
        return [self.start + bar * self.meter.n_beats for bar in range(n_bars)]

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at a beat; the nearest one outside the section."""
        at = bisect_right([chord.start for chord in self.chords], beat + 1e-6) - 1
        return self.chords[max(0, at)]

    def progress(self, beat: float) -> float:
        """How far into the section a beat lies, 0–1."""
        return (beat - self.start) / (self.end - self.start)
