"""Scales, chords and voicings: the arithmetic of pitch, with no taste in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

MODES: dict[str, tuple[int, ...]] = {
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
}
"""Semitones above the tonic, darkest first."""

KEY_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def is_major(mode: str) -> bool:
    """Whether the mode's third is major."""
    return MODES[mode][2] == 4


@dataclass(frozen=True)
class Scale:
    """Seven notes on a key. An index counts scale steps from the tonic at MIDI pitch `key`."""

    key: int
    mode: str

    def pitch(self, index: int) -> int:
        """The MIDI pitch of a scale index: 0 is the lowest tonic, 7 an octave above it."""
        return self.key + MODES[self.mode][index % 7] + 12 * (index // 7)

    def index(self, pitch: int) -> int:
        """The scale index nearest to a pitch; of two equally near, the lower."""
        octave = (pitch - self.key) // 12
        around = range(7 * octave - 1, 7 * octave + 9)
        return min(around, key=lambda index: (abs(self.pitch(index) - pitch), index))


@dataclass(frozen=True)
class Chord:
    """Pitch classes from the root up, sounding for `beats` from `start`.

    `altered` maps a scale's pitch class to the chord's own, where the chord leaves the scale
    (the leading note of a minor key's dominant); melodies follow it.
    """

    degree: int
    tones: tuple[int, ...]
    start: float
    beats: float
    altered: dict[int, int] = field(default_factory=dict, hash=False)

    @property
    def root(self) -> int:
        return self.tones[0]

    @property
    def end(self) -> float:
        return self.start + self.beats

    def nearest(self, pitch: int) -> int:
        """The chord tone nearest to a pitch; of two equally near, the lower."""
        around = [p for p in range(pitch - 6, pitch + 7) if p % 12 in self.tones]
        return min(around, key=lambda p: (abs(p - pitch), p))


def stack(scale: Scale, degree: int, size: int) -> tuple[int, ...]:
    """Thirds of the scale on a degree (0 is the tonic): pitch classes, root first."""
    return tuple(scale.pitch(degree + 2 * step) % 12 for step in range(size))


def close_voicings(tones: Sequence[int], low: int, high: int) -> list[tuple[int, ...]]:
    """All close positions and their drop-2 forms with every pitch in [low, high], ascending."""
    found = set()
    for bottom in range(low, high + 1):
        if bottom % 12 not in tones:
            continue
        above = sorted((tone - bottom) % 12 for tone in tones)
        close = tuple(bottom + step for step in above)
        found.add(close)
        if len(close) >= 3:
            found.add(tuple(sorted((*close[:-2], close[-2] - 12, close[-1]))))
    return sorted(v for v in found if v[0] >= low and v[-1] <= high)


def movement(before: Sequence[int], after: Sequence[int]) -> float:
    """How far the voices move, in semitones; each voice goes to its neighbour in order."""
    longest = max(len(before), len(after))
    first = list(before) + [before[-1]] * (longest - len(before))
    second = list(after) + [after[-1]] * (longest - len(after))
    return float(sum(abs(a - b) for a, b in zip(first, second, strict=True)))


def lead_voices(chords: Sequence[Chord], low: int, high: int) -> list[tuple[int, ...]]:
    """A voicing for each chord so that all voices together move least (shortest path).

    The first chord starts near the middle of the range. Each voicing stays in [low, high].
    """
    middle = (low + high) / 2
    layers = [close_voicings(c.tones, low, high) for c in chords]
    costs = [abs(sum(v) / len(v) - middle) for v in layers[0]]
    back: list[list[int]] = []
    for before, after in pairwise(layers):
        steps, new = [], []
        for voicing in after:
            drift = 0.2 * abs(sum(voicing) / len(voicing) - middle)
            ways = [c + movement(b, voicing) for c, b in zip(costs, before, strict=True)]
            best = min(range(len(ways)), key=ways.__getitem__)
            steps.append(best)
            new.append(ways[best] + drift)
        back.append(steps)
        costs = new
    at = min(range(len(costs)), key=costs.__getitem__)
    path = [at]
    for steps in reversed(back):
        path.append(steps[path[-1]])
    return [layer[i] for layer, i in zip(layers, reversed(path), strict=True)]
