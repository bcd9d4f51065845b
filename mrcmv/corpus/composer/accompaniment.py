"""What chord instruments play: pads, arpeggios, ostinati, strums, stabs.

Each pattern is a function `(passage, low, high, rng) -> tones` with all its pitches in
[low, high]. It gets the same random stream in every section, so a riff stays the piece's riff.
"""

from collections.abc import Callable, Sequence
from random import Random

from mrcmv.corpus.composer.passages import Passage
from mrcmv.corpus.composer.score import Tone
from mrcmv.corpus.composer.theory import Chord, lead_voices

Pattern = Callable[[Passage, int, int, Random], list[Tone]]


def _ladder(chord: Chord, low: int, high: int) -> list[int]:
    """Every pitch of the chord in the range, from below."""
    return [pitch for pitch in range(low, high + 1) if pitch % 12 in chord.tones]


def _steps(chord: Chord, every: float) -> list[float]:
    """The beats inside a chord, `every` so many beats."""
    return [chord.start + i * every for i in range(round(chord.beats / every))]


def pad(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Held chords; the voices move as little as they can, common tones are tied over."""
    voicings = lead_voices(passage.chords, low, high)
    return [
        Tone(chord.start, chord.beats, pitch, 0.6)
        for chord, voicing in zip(passage.chords, voicings, strict=True)
        for pitch in voicing
    ]


def drone(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """The tonic and its fifth, held through the section, renewed every four bars."""
    tonic = low + (passage.scale.key - low) % 12
    pitches = [p for p in (tonic, tonic + 7) if p <= high]
    every = 4 * passage.meter.n_beats
    found, at = [], passage.start
    while at < passage.end:
        beats = min(every, passage.end - at)
        found += [Tone(at, beats, pitch, 0.6) for pitch in pitches]
        at += beats
    return found


def _rate(passage: Passage, slow: float = 0.3, fast: float = 0.72) -> float:
    """Beats between the notes of a running figure: quicker with energy."""
    if passage.meter.n_steps == 3:
        return 1.0 if passage.energy < slow - 0.1 else 1 / 3
    return 1.0 if passage.energy < slow - 0.15 else 0.5 if passage.energy < fast else 0.25


def _arpeggio(passage: Passage, low: int, high: int, order: Sequence[int]) -> list[Tone]:
    every = _rate(passage)
    voicings = lead_voices(passage.chords, low, high)
    found = []
    for chord, voicing in zip(passage.chords, voicings, strict=True):
        ladder = sorted({*voicing, *(p + 12 for p in voicing if p + 12 <= high)})
        for i, beat in enumerate(_steps(chord, every)):
            pitch = ladder[order[i % len(order)] % len(ladder)]
            accent = 0.78 if abs(beat % 1.0) < 1e-6 else 0.6
            found.append(Tone(beat, min(2.0, chord.end - beat), pitch, accent))
    return found


def arp_up(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A rising arpeggio that starts again with each turn."""
    return _arpeggio(passage, low, high, (0, 1, 2, 3, 4, 5))


def arp_wave(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """An arpeggio up and down."""
    return _arpeggio(passage, low, high, (0, 1, 2, 3, 4, 3, 2, 1))


def broken(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A broken chord of the piece's own order."""
    order = [0, 2, 1, 3, 2, 4, 1, 3]
    head, tail = order[:1], order[1:]
    rng.shuffle(tail)
    return _arpeggio(passage, low, high, head + tail)


def sparkle(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A few high chord notes here and there, ringing."""
    found = []
    for chord in passage.chords:
        ladder = _ladder(chord, low, high)
        for beat in _steps(chord, 1.0):
            if rng.random() < 0.3 + 0.35 * passage.energy:
                late = rng.choice((0.0, 0.0, 1 / passage.meter.n_steps))
                found.append(Tone(beat + late, 2.0, rng.choice(ladder), rng.uniform(0.45, 0.75)))
    return found


def roll(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Each chord spread upwards like a harp's, ringing to its end."""
    found = []
    for chord in passage.chords:
        ladder = _ladder(chord, low, high)[: 6 if passage.energy < 0.5 else 9]
        for i, pitch in enumerate(ladder):
            start = chord.start + 0.12 * i
            found.append(Tone(start, max(0.5, chord.end - start), pitch, 0.55 + 0.03 * i))
    return found


def ostinato(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A one-bar riff on root, fifth, octave and a neighbour, following the chords."""
    every = 1 / 3 if passage.meter.n_steps == 3 else 0.5 if passage.energy < 0.6 else 0.25
    n_notes = round(passage.meter.n_beats / every)
    riff = [0] + [rng.choice((0, 0, 1, 2, 2, 3, 4)) for _ in range(n_notes - 1)]
    found = []
    for bar in passage.bars:
        for i, rung in enumerate(riff):
            beat = bar + i * every
            chord = passage.chord_at(beat)
            root = low + (chord.root - low) % 12
            scale, base = passage.scale, passage.scale.index(root)
            pitch = (root, scale.pitch(base + 2), scale.pitch(base + 4), root + 12)[min(rung, 3)]
            if rung == 4:
                pitch = scale.pitch(base + 1)
            pitch += chord.altered.get(pitch % 12, pitch % 12) - pitch % 12
            accent = 0.9 if i == 0 else 0.72 if abs(beat % 1.0) < 1e-6 else 0.55
            found.append(Tone(beat, 0.7 * every, pitch if pitch <= high else pitch - 12, accent))
    return found


def pulse(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Repeated chords, soft and even."""
    every = 1 / 3 if passage.meter.n_steps == 3 else 0.5 if passage.energy > 0.35 else 1.0
    voicings = lead_voices(passage.chords, low, high)
    return [
        Tone(beat, 0.6 * every, pitch, 0.75 if abs(beat % 1.0) < 1e-6 else 0.55)
        for chord, voicing in zip(passage.chords, voicings, strict=True)
        for beat in _steps(chord, every)
        for pitch in voicing
    ]


def _rhythmic(
    passage: Passage, low: int, high: int, hits: Sequence[tuple[float, float, float]]
) -> list[Tone]:
    """Chords on (beat of the bar, length, accent), voice-led."""
    voicings = dict(zip(passage.chords, lead_voices(passage.chords, low, high), strict=True))
    return [
        Tone(bar + beat, beats, pitch, accent)
        for bar in passage.bars
        for beat, beats, accent in hits
        if beat < passage.meter.n_beats
        for pitch in voicings[passage.chord_at(bar + beat)]
    ]


def stabs(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Short chords on a syncopated figure."""
    figures = (
        ((0, 0.4, 1.0), (1.5, 0.4, 0.85), (3, 0.3, 0.8)),
        ((0, 0.4, 1.0), (0.75, 0.3, 0.8), (2.5, 0.4, 0.9)),
        ((0.5, 0.3, 0.85), (2, 0.4, 1.0), (3.5, 0.3, 0.9)),
    )
    if passage.meter.n_steps == 3:
        return _rhythmic(passage, low, high, ((0, 0.3, 1.0), (5 / 3, 0.3, 0.85), (3, 0.3, 0.8)))
    return _rhythmic(passage, low, high, rng.choice(figures))


def offbeat(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """The `pah` of oom-pah: chords after the bass."""
    if passage.meter.n_beats == 3:
        return _rhythmic(passage, low, high, ((1, 0.4, 0.7), (2, 0.4, 0.65)))
    if passage.meter.n_steps == 3:
        return _rhythmic(passage, low, high, tuple((beat + 2 / 3, 0.25, 0.7) for beat in range(4)))
    every = (1, 3) if passage.energy < 0.6 else (0.5, 1.5, 2.5, 3.5)
    return _rhythmic(passage, low, high, tuple((beat, 0.35, 0.7) for beat in every))


def comp(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A relaxed keyboard figure, a little ahead of the beat here and there."""
    figures = (
        ((0, 2.2, 0.75), (2.5, 1.4, 0.6)),
        ((0, 1.4, 0.75), (1.5, 1.9, 0.65), (3.5, 0.5, 0.5)),
        ((0, 0.4, 0.6), (0.5, 1.4, 0.65), (2, 1.9, 0.7)),
    )
    return _rhythmic(passage, low, high, rng.choice(figures))


def strum(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A strummed guitar: down on the beats, up between them, strings one after another."""
    down_up = {
        3: ((0, "d"), (1, "d"), (1.5, "u"), (2, "d"), (2.5, "u")),
        4: ((0, "d"), (1, "d"), (1.5, "u"), (2.5, "u"), (3, "d"), (3.5, "u")),
    }[min(4, max(3, passage.meter.n_beats))]
    if passage.meter.n_steps == 3:
        down_up = tuple(
            (b + s, d) for b in range(passage.meter.n_beats) for s, d in ((0, "d"), (2 / 3, "u"))
        )
    found = []
    for bar in passage.bars:
        for beat, way in down_up:
            chord = passage.chord_at(bar + beat)
            ladder = _ladder(chord, low, high)[:5]
            strings = ladder if way == "d" else list(reversed(ladder[2:]))
            accent = 0.75 if way == "d" else 0.55
            for i, pitch in enumerate(strings):
                length = 0.9 if way == "d" else 0.45
                found.append(Tone(bar + beat + 0.018 * i, length, pitch, accent - 0.02 * i))
    return found


def power(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Power chords (root, fifth, octave): chugging low notes between open accents.

    In contrasting sections only the open chords are left, held until the next one.
    """
    meter = passage.meter
    n_steps = meter.n_steps * meter.n_beats
    accents = sorted({0, *rng.sample(range(2, n_steps, 2), 3)})
    chugs = 1 if passage.energy > 0.8 or meter.n_steps == 3 else 2
    held = passage.section.name.startswith(("B", "break"))
    found = []
    for bar in passage.bars:
        for step in range(n_steps):
            beat = bar + step * meter.step
            root = low + (passage.chord_at(beat).root - low) % 12
            if step in accents:
                after = min([a for a in accents if a > step] or [n_steps])
                beats = (after - step) * meter.step * 0.95 if held else 1.6 * meter.step
                shape = [p for p in (root, root + 7, root + 12) if p <= high]
                found += [Tone(beat, beats, pitch, 0.95) for pitch in shape]
            elif not held and step % chugs == 0:
                found.append(Tone(beat, 0.5 * chugs * meter.step, root, 0.65))
    return found


def cluster(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Neighbouring semitones, held, creeping up or down: for fear."""
    found = []
    at = passage.start
    base = rng.randint(low, high - 4)
    while at < passage.end:
        beats = min(passage.end - at, float(rng.choice((3, 4, 6))))
        shape = sorted(rng.sample(range(5), 2 if passage.energy < 0.35 else 3))
        found += [Tone(at, beats, base + step, rng.uniform(0.45, 0.8)) for step in shape]
        base = min(high - 4, max(low, base + rng.choice((-2, -1, 1, 2))))
        at += beats
    return found


def tick(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """One note like a clock's, a neighbour on the last beat of every other bar."""
    tonic = low + (passage.scale.key - low) % 12
    every = 1 / 3 if passage.meter.n_steps == 3 else 0.5 if passage.energy > 0.5 else 1.0
    n_notes = round((passage.end - passage.start) / every)
    found = []
    for i in range(n_notes):
        beat = passage.start + i * every
        turn = (beat - passage.start) % (2 * passage.meter.n_beats) >= 2 * passage.meter.n_beats - 1
        pitch = min(high, tonic + (1 if turn and passage.tension > 0.5 else 0))
        found.append(Tone(beat, 0.4 * every, pitch, 0.75 if abs(beat % 1.0) < 1e-6 else 0.55))
    return found


PATTERNS: dict[str, Pattern] = {
    pattern.__name__: pattern
    for pattern in (
        pad, drone, arp_up, arp_wave, broken, sparkle, roll, ostinato, pulse, stabs, offbeat,
        comp, strum, power, cluster, tick,
    )
}  # fmt: skip
