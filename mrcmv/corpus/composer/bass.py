"""Bass lines. Each is a function `(passage, low, high, rng) -> tones`, one note at a time."""

from collections.abc import Callable
from random import Random

from mrcmv.corpus.composer.passages import Passage
from mrcmv.corpus.composer.score import Tone

BassLine = Callable[[Passage, int, int, Random], list[Tone]]


def _at(pitch_class: int, low: int) -> int:
    return low + (pitch_class - low) % 12


def _fifth(passage: Passage, beat: float, low: int, high: int) -> int:
    chord = passage.chord_at(beat)
    root = _at(chord.root, low)
    fifth = root + (chord.tones[2] - chord.root) % 12
    return fifth if fifth <= high else fifth - 12


def _approach(passage: Passage, beat: float, low: int, high: int) -> int:
    """The scale step just above or below the root that sounds at `beat`."""
    root = _at(passage.chord_at(beat).root, low)
    scale = passage.scale
    below = scale.pitch(scale.index(root) - 1)
    return below if below >= low else min(high, scale.pitch(scale.index(root) + 1))


def hold(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Roots, held as long as the chord."""
    return [Tone(c.start, c.beats, _at(c.root, low), 0.7) for c in passage.chords]


def fifths(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Root and fifth in turns: oom-pah, country, march."""
    half = 2.0 if passage.meter.n_beats == 4 else float(passage.meter.n_beats)
    found = []
    for bar in passage.bars:
        root = _at(passage.chord_at(bar).root, low)
        found.append(Tone(bar, 0.8, root, 0.85))
        if half < passage.meter.n_beats:
            found.append(Tone(bar + half, 0.8, _fifth(passage, bar + half, low, high), 0.75))
    return found


def drive(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Roots on every half beat, a step towards the next bar's root at its end."""
    every = 1 / 3 if passage.meter.n_steps == 3 else 0.5
    found = []
    for bar in passage.bars:
        n_notes = round(passage.meter.n_beats / every)
        for i in range(n_notes):
            beat = bar + i * every
            last = i == n_notes - 1
            pitch = _at(passage.chord_at(beat).root, low)
            if last:
                pitch = _approach(passage, bar + passage.meter.n_beats, low, high)
            found.append(Tone(beat, 0.85 * every, pitch, 0.9 if i == 0 else 0.7))
    return found


def octaves(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Root and octave in turns on half beats."""
    return [
        Tone(
            tone.start,
            0.7 * tone.beats,
            tone.pitch + 12 if i % 2 and tone.pitch + 12 <= high else tone.pitch,
            tone.accent,
        )
        for i, tone in enumerate(drive(passage, low, high, rng))
    ]


def gallop(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Long, short-short on each beat: hooves."""
    figure: tuple[tuple[float, float], ...]
    if passage.meter.n_steps == 3:
        figure = ((0.0, 0.55), (2 / 3, 0.3))
    else:
        figure = ((0.0, 0.45), (0.5, 0.2), (0.75, 0.2))
    return [
        Tone(
            bar + beat + offset,
            beats,
            _at(passage.chord_at(bar + beat).root, low),
            0.9 - offset / 4,
        )
        for bar in passage.bars
        for beat in range(passage.meter.n_beats)
        for offset, beats in figure
    ]


def walk(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A walking bass: root, chord tones, and a step into the next root."""
    found = []
    for bar in passage.bars:
        chord = passage.chord_at(bar)
        pitch = _at(chord.root, low)
        n_beats = passage.meter.n_beats
        for beat in range(n_beats):
            if beat == n_beats - 1:
                pitch = _approach(passage, bar + n_beats, low, high)
            elif beat:
                tones = [
                    p for p in range(low, high + 1) if p % 12 in passage.chord_at(bar + beat).tones
                ]
                near = [p for p in tones if 0 < abs(p - pitch) <= 7] or tones
                pitch = rng.choice(near)
            found.append(Tone(bar + beat, 0.9, pitch, 0.8 if beat % 2 == 0 else 0.7))
    return found


def syncopated(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A two-bar groove with pushes, octaves and the fifth."""
    slots = [0.0, *sorted(rng.sample((0.75, 1.5, 1.75, 2.0, 2.5, 2.75, 3.25, 3.5), 4))]
    kinds = [0, *(rng.choice((0, 0, 1, 2)) for _ in slots[1:])]
    found = []
    for bar in passage.bars:
        for beat, kind in zip(slots, kinds, strict=True):
            if beat >= passage.meter.n_beats:
                continue
            root = _at(passage.chord_at(bar + beat).root, low)
            octave = root + 12 if root + 12 <= high else root
            pitch = (root, _fifth(passage, bar + beat, low, high), octave)[kind]
            found.append(Tone(bar + beat, 0.4, pitch, 0.9 if beat == 0 else 0.72))
    return found


def lazy(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Root on one, a pick-up before three, the fifth after it: slow and laid back."""
    found = []
    for bar in passage.bars:
        root = _at(passage.chord_at(bar).root, low)
        found.append(Tone(bar, 1.4, root, 0.85))
        if passage.meter.n_beats >= 4:
            late = bar + 2.5
            found.append(Tone(late, 1.0, _at(passage.chord_at(late).root, low), 0.7))
            if rng.random() < 0.4:
                found.append(Tone(bar + 3.5, 0.5, _fifth(passage, late, low, high), 0.6))
    return found


def pedal(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """The tonic whatever the chord says, pulsing on the beats: unease."""
    tonic = _at(passage.scale.key, low)
    every = (
        2.0 if passage.energy < 0.3 else 1.0 if passage.energy < 0.65 else passage.meter.step * 2
    )
    if passage.meter.n_steps == 3 and every < 1.0:
        every = 1 / 3
    n_notes = round((passage.end - passage.start) / every)
    return [
        Tone(passage.start + i * every, 0.8 * every, tonic, 0.85 if i % 4 == 0 else 0.7)
        for i in range(n_notes)
    ]


LINES: dict[str, BassLine] = {
    line.__name__: line
    for line in (hold, fifths, drive, octaves, gallop, walk, syncopated, lazy, pedal)
}
