"""Who plays what, where: a style's layers over the sections of one piece."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from mrcmv.corpus.composer import melody
from mrcmv.corpus.composer.accompaniment import PATTERNS
from mrcmv.corpus.composer.bass import LINES
from mrcmv.corpus.composer.melody import Motif
from mrcmv.corpus.composer.moods import Mood
from mrcmv.corpus.composer.passages import Passage
from mrcmv.corpus.composer.score import Tone
from mrcmv.corpus.composer.style import Layer, Style

SINGING = ("lead", "double", "harmony")
"""Roles that carry the theme: they wait through openings, builds and the last bars."""


@dataclass(frozen=True)
class Seat:
    """A layer with what the seed chose for it: its pattern and its program."""

    layer: Layer
    play: str
    program: int


def seat(style: Style, mood: Mood, seed: int) -> tuple[Seat, ...]:
    """Choose each layer's pattern and program (brilliance follows the mood); some stay out."""
    found = []
    for layer in style.layers:
        rng = Random(f"{seed}/seat/{layer.name}")
        optional = layer.at > 0.55 and "double" not in layer.plays
        if optional and rng.random() < 0.15:
            continue
        place = mood.brightness * (len(layer.programs) - 1) + rng.gauss(0.0, 0.4)
        program = layer.programs[min(len(layer.programs) - 1, max(0, round(place)))]
        found.append(Seat(layer, rng.choice(layer.plays.split()), program))
    return tuple(found)


def plays_in(chair: Seat, passage: Passage) -> bool:
    """Whether a layer takes part in a section."""
    lift, kind = passage.section.lift, passage.section.name
    if chair.play in SINGING and kind in ("intro", "build"):
        return False
    return chair.layer.at <= lift <= chair.layer.until


def themes(
    passages: Sequence[Passage], seats: Sequence[Seat], mood: Mood, seed: int
) -> list[list[Tone]]:
    """The melody of each section, in the range of the first layer that leads."""
    leads = [chair.layer for chair in seats if chair.play == "lead"]
    if not leads:
        return [[] for _ in passages]
    density = min(1.0, 0.15 + 0.75 * mood.energy)
    motifs = {
        kind: melody.make_motif(passages[0].meter, density * scale, Random(f"{seed}/motif/{kind}"))
        for kind, scale in (("A", 1.0), ("B", 0.7))
    }
    return [_theme(passage, motifs, leads[0], seed) for passage in passages]


def _theme(passage: Passage, motifs: dict[str, Motif], lead: Layer, seed: int) -> list[Tone]:
    name = passage.section.name
    motif = motifs["B" if name.startswith("B") else "A"]
    variant = name.count("'")
    rng = Random(f"{seed}/theme/{name}")
    n_bars = passage.section.n_bars
    line = melody.sentence(motif, n_bars, passage.meter, variant, rng)
    lift = 3 if name.startswith("B") else 0
    return melody.sing(line, passage, lead.low + lift, lead.high)


def into_range(tones: Sequence[Tone], low: int, high: int) -> list[Tone]:
    """Move a line by whole octaves to where it fits best; fold what still sticks out."""
    if not tones:
        return []
    middle = (min(t.pitch for t in tones) + max(t.pitch for t in tones)) / 2
    shift = 12 * round(((low + high) / 2 - middle) / 12)
    moved = [t.pitch + shift for t in tones]
    folded = [p + 12 * -(-(low - p) // 12) if p < low else p for p in moved]
    folded = [p - 12 * -(-(p - high) // 12) if p > high else p for p in folded]
    return [replace(tone, pitch=pitch) for tone, pitch in zip(tones, folded, strict=True)]


def part_in(chair: Seat, passage: Passage, theme: Sequence[Tone], seed: int) -> list[Tone]:
    """The tones of one layer in one section."""
    layer = chair.layer
    rng = Random(f"{seed}/play/{layer.name}")
    if chair.play in ("lead", "double"):
        return into_range(theme, layer.low, layer.high)
    if chair.play == "harmony":
        return into_range(melody.below(theme, passage, 2), layer.low, layer.high)
    if chair.play == "counter":
        return melody.guide_line(passage, layer.low, layer.high)
    if chair.play in STROKES:
        return STROKES[chair.play](passage, layer.low, layer.high, rng)
    play = PATTERNS.get(chair.play) or LINES[chair.play]
    return play(passage, layer.low, layer.high, rng)


def perform_form(
    passages: Sequence[Passage], seats: Sequence[Seat], mood: Mood, seed: int
) -> dict[Seat, list[Tone]]:
    """All tones of all layers; layers that never play are left out."""
    melodies = themes(passages, seats, mood, seed)
    found: dict[Seat, list[Tone]] = {}
    for chair in seats:
        tones: list[Tone] = []
        for i, (passage, theme) in enumerate(zip(passages, melodies, strict=True)):
            if chair.play == "riser":
                if i + 1 < len(passages) and plays_in(chair, passages[i + 1]):
                    tones += riser(passage, passages[i + 1], chair.layer.low)
            elif plays_in(chair, passage):
                tones += part_in(chair, passage, theme, seed)
        if tones:
            found[chair] = tied(tones) if chair.play == "pad" else tones
    return found


def riser(passage: Passage, after: Passage, pitch: int) -> list[Tone]:
    """A sweep through the last bar before a fuller section."""
    if after.section.lift <= passage.section.lift:
        return []
    n_beats = passage.meter.n_beats
    return [Tone(passage.end - n_beats, float(n_beats), pitch, 0.85)]


def thump(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """Big drums and low bells: the first beat, a pick-up, and more with energy."""
    tonic = low + (passage.scale.key - low) % 12
    fifth = tonic - 5 if tonic - 5 >= low else min(high, tonic + 7)
    pick_up = passage.meter.n_beats - rng.choice((0.5, 1.0))
    found = []
    for n, bar in enumerate(passage.bars):
        found.append(Tone(bar, 1.5, tonic, 0.95))
        if n % 2 or passage.energy > 0.6:
            found.append(Tone(bar + pick_up, 0.5, fifth, 0.7))
        if passage.energy > 0.5:
            found.append(Tone(bar + 1.5, 0.5, tonic, 0.7))
        if passage.energy > 0.75:
            found += [Tone(bar + beat, 0.5, fifth, 0.75) for beat in (0.5, 2.0)]
    return found


def strike(passage: Passage, low: int, high: int, rng: Random) -> list[Tone]:
    """A bell on the first beat of every fourth bar."""
    return [
        Tone(bar, 4.0, low + (passage.chord_at(bar).root - low) % 12, 0.8)
        for bar in passage.bars[::4]
    ]


STROKES = {"thump": thump, "strike": strike}


def tied(tones: Sequence[Tone]) -> list[Tone]:
    """Join notes of one pitch that follow on each other without a gap."""
    found: list[Tone] = []
    for tone in sorted(tones, key=lambda t: (t.pitch, t.start)):
        last = found[-1] if found else None
        if last and last.pitch == tone.pitch and abs(last.start + last.beats - tone.start) < 1e-6:
            found[-1] = replace(last, beats=last.beats + tone.beats)
        else:
            found.append(tone)
    return sorted(found, key=lambda t: (t.start, t.pitch))


def no_overlap(tones: Sequence[Tone]) -> list[Tone]:
    """Shorten notes that would still sound when the same pitch is struck again."""
    by_pitch: dict[int, list[Tone]] = {}
    for tone in sorted(tones, key=lambda t: t.start):
        by_pitch.setdefault(tone.pitch, []).append(tone)
    found = []
    for line in by_pitch.values():
        for tone, after in pairwise(line):
            if after.start - tone.start > 0.02:
                found.append(replace(tone, beats=min(tone.beats, after.start - tone.start - 0.01)))
        found.append(line[-1])
    return sorted(found, key=lambda t: (t.start, t.pitch))
