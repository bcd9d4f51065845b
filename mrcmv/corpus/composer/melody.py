"""Melodies: motifs that come back changed, laid over the chords.

A motif is two bars of rhythm and steps. Eight bars are a sentence: motif, motif on the new chord,
its first half twice, cadence. Strong beats fall on chord tones; leaps are answered by steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from mrcmv.corpus.composer.passages import Passage
from mrcmv.corpus.composer.score import Meter, Tone

STRAIGHT = {
    (2.0,): (1.6, 0.3),
    (1.0,): (2.0, 1.2),
    (1.5, 0.5): (1.4, 1.0),
    (0.5, 0.5): (0.6, 2.0),
    (0.75, 0.25): (0.2, 0.9),
    (0.5, 0.25, 0.25): (0.0, 0.9),
    (0.25, 0.25, 0.5): (0.0, 0.7),
    (0.5, 1.0, 0.5): (0.3, 1.0),
    (3.0,): (0.7, 0.0),
}
"""Rhythm cells in beats, with their weight where the music is sparse and where it is dense."""

THIRD = 1 / 3
COMPOUND = {
    (2.0,): (1.5, 0.2),
    (1.0,): (2.0, 1.0),
    (2 * THIRD, THIRD): (1.0, 1.6),
    (THIRD, THIRD, THIRD): (0.2, 2.0),
    (1 + 2 * THIRD, THIRD): (0.8, 0.6),
}


@dataclass(frozen=True)
class Motif:
    """`n_beats` of melody: each note's offset, length and step (scale steps from the last note)."""

    n_beats: float
    notes: tuple[tuple[float, float, int], ...]

    def head(self) -> "Motif":
        """Its first half."""
        half = self.n_beats / 2
        return Motif(half, tuple((o, min(b, half - o), s) for o, b, s in self.notes if o < half))

    def inverted(self) -> "Motif":
        """Its steps turned upside down."""
        return replace(self, notes=tuple((o, b, -s) for o, b, s in self.notes))

    def cadence(self) -> "Motif":
        """Its first half, then one long note."""
        head, half = self.head(), self.n_beats / 2
        return Motif(self.n_beats, (*head.notes, (half, 0.8 * half, -1)))

    def ornamented(self, rng: Random) -> "Motif":
        """Some of its longer notes broken by a neighbour note."""
        notes: list[tuple[float, float, int]] = []
        owed = 0
        for offset, beats, step in self.notes:
            if beats >= 1.0 and rng.random() < 0.5:
                side = rng.choice((-1, 1))
                notes += [(offset, beats / 2, step + owed), (offset + beats / 2, beats / 2, side)]
                owed = -side
            else:
                notes.append((offset, beats, step + owed))
                owed = 0
        return replace(self, notes=tuple(notes))


def make_motif(meter: Meter, density: float, rng: Random) -> Motif:
    """A new motif of two bars; `density` 0–1 from long notes to quick ones."""
    total = 2.0 * meter.n_beats
    rhythm = _rhythm(meter, density, total, rng)
    notes: list[tuple[float, float, int]] = []
    leap = 0
    for offset, beats in rhythm:
        step = -(1 if leap > 0 else -1) if abs(leap) >= 2 else _step(rng)
        leap = step
        notes.append((offset, beats, step if notes else 0))
    return Motif(total, tuple(notes))


def _rhythm(meter: Meter, density: float, total: float, rng: Random) -> list[tuple[float, float]]:
    cells = STRAIGHT if meter.n_steps == 4 else COMPOUND
    weights = [a + (b - a) * density for a, b in cells.values()]
    found: list[tuple[float, float]] = []
    at = 0.0
    while at < total - 1e-6:
        cell = rng.choices(list(cells), weights)[0]
        left = total - at
        if sum(cell) > left + 1e-6:
            cell = (left,)
        if found and rng.random() < 0.12 and sum(cell) <= 1.0:
            at += sum(cell)  # a rest: melodies breathe
            continue
        for beats in cell:
            found.append((round(at, 6), beats))
            at += beats
    return found


def _step(rng: Random) -> int:
    return rng.choices((-3, -2, -1, 0, 1, 2, 3, 4), (0.5, 1.2, 3.0, 0.8, 3.0, 1.4, 0.6, 0.3))[0]


def sentence(motif: Motif, n_bars: int, meter: Meter, variant: int, rng: Random) -> list[Motif]:
    """Motifs that fill `n_bars`; variant 0 states them, higher ones vary them."""
    told = motif if variant == 0 else motif.ornamented(rng)
    answer = told if variant != 2 else told.inverted()
    period = [told, answer, motif.head(), told.head(), told.cadence()]
    if n_bars <= 4:
        period = [told, told.cadence()]
    found: list[Motif] = []
    left = float(n_bars * meter.n_beats)
    while left > 1e-6:
        for part in period:
            if part.n_beats <= left + 1e-6:
                found.append(part)
                left -= part.n_beats
        if left > 1e-6 and left < motif.n_beats / 2:
            break
    return found


def sing(motifs: Sequence[Motif], passage: Passage, low: int, high: int) -> list[Tone]:
    """Lay motifs over the passage's chords, every pitch in [low, high] (an octave at least)."""
    scale = passage.scale
    index = scale.index((low + high) // 2)
    at, tones = passage.start, list[Tone]()
    for n, motif in enumerate(motifs):
        for offset, beats, step in motif.notes:
            beat = at + offset
            index = _inside(index + step, scale.index(low) + 1, scale.index(high) - 1)
            chord = passage.chord_at(beat)
            pitch = scale.pitch(index)
            if _is_strong(offset, beats) or (offset == 0 and n == 0):
                pitch = chord.nearest(pitch)
                index = scale.index(pitch)
            pitch += (chord.altered.get(pitch % 12, pitch % 12) - pitch % 12 + 6) % 12 - 6
            tones.append(Tone(beat, beats, pitch, _accent(offset, beat - passage.start, passage)))
        at += motif.n_beats
    return [t if low <= t.pitch <= high else replace(t, pitch=_fold(t.pitch, low)) for t in tones]


def _inside(index: int, low: int, high: int) -> int:
    return 2 * low - index if index < low else 2 * high - index if index > high else index


def _fold(pitch: int, low: int) -> int:
    return low + (pitch - low) % 12


def _is_strong(offset: float, beats: float) -> bool:
    return beats >= 1.0 or abs(offset % 2.0) < 1e-6


def _accent(offset: float, into: float, passage: Passage) -> float:
    """Downbeats are louder, and each four-bar phrase swells to its middle."""
    phrase = 4.0 * passage.meter.n_beats
    arch = 1.0 - abs(2 * (into % phrase) / phrase - 1.0)
    strong = 0.12 if abs(offset % passage.meter.n_beats) < 1e-6 else 0.0
    return 0.66 + 0.16 * arch + strong


def below(tones: Sequence[Tone], passage: Passage, steps: int) -> list[Tone]:
    """A second voice some scale steps under a melody (2 is a third), on chord tones when long."""
    scale = passage.scale
    found = []
    for tone in tones:
        pitch = scale.pitch(scale.index(tone.pitch) - steps)
        if tone.beats >= 1.0:
            pitch = passage.chord_at(tone.start).nearest(pitch)
        found.append(replace(tone, pitch=pitch, accent=0.85 * tone.accent))
    return found


def guide_line(passage: Passage, low: int, high: int) -> list[Tone]:
    """A slow counter-melody: one chord tone a chord, the nearest to the last, thirds first."""
    tones: list[Tone] = []
    pitch = (low + high) // 2
    for chord in passage.chords:
        options = [p for p in range(low, high + 1) if p % 12 in chord.tones[1:]]
        moving = [p for p in options if p != pitch] or options
        pitch = min(moving, key=lambda p: (abs(p - pitch), p))
        half = chord.beats / 2
        tones.append(Tone(chord.start, half, pitch, 0.7))
        step = passage.scale.pitch(passage.scale.index(pitch) + 1)
        tones.append(Tone(chord.start + half, half, min(high, step), 0.6))
    return tones
