"""Harmony: progressions for a mode and a section, from pools of such that work."""

from random import Random

from mrcmv.corpus.composer.score import Meter, Section
from mrcmv.corpus.composer.theory import Chord, Scale, is_major, stack

Degrees = tuple[str, ...]
"""Degrees of the scale from 1; `+` makes the third major (a minor key's dominant)."""

POOLS: dict[str, dict[str, tuple[str, ...]]] = {
    "major": {
        "A": ("1 5 6 4", "1 4 6 5", "1 6 4 5", "1 3 4 5", "6 4 1 5", "1 4 1 5", "1 2 4 1"),
        "B": ("4 5 3 6", "6 3 4 1", "4 1 2 5", "2 5 1 6", "6 5 4 5", "4 5 6 5"),
        "build": ("2 4 5 5", "4 5 4 5", "6 4 5 5"),
    },
    "lydian": {
        "A": ("1 2 1 2", "1 2 6 5", "1 7 6 2", "1 5 2 1"),
        "B": ("6 2 1 1", "3 6 2 2", "6 7 1 2"),
        "build": ("2 2 3 3", "6 6 2 2"),
    },
    "mixolydian": {
        "A": ("1 7 4 1", "1 7 1 7", "1 4 7 4", "1 5 4 1"),
        "B": ("4 7 1 1", "7 4 1 5", "6 7 1 1"),
        "build": ("4 4 7 7", "6 6 7 7"),
    },
    "dorian": {
        "A": ("1 4 1 4", "1 7 4 1", "1 3 4 7", "1 2 1 7"),
        "B": ("3 7 4 1", "7 4 1 1", "3 4 1 2"),
        "build": ("4 4 5 5", "7 7 4 4"),
    },
    "aeolian": {
        "A": ("1 6 3 7", "1 4 6 5", "1 7 6 7", "1 3 7 6", "1 6 4 5+", "1 5 6 4"),
        "B": ("6 7 1 1", "4 7 3 6", "3 7 4 1", "6 3 4 5+"),
        "build": ("4 4 5 5+", "6 6 7 7", "4 6 5+ 5+"),
    },
    "harmonic minor": {
        "A": ("1 4 5 1", "1 6 2 5", "1 5 1 5", "1 6 4 5"),
        "B": ("4 1 6 5", "6 4 5 5", "4 5 1 6"),
        "build": ("4 4 5 5", "6 6 5 5"),
    },
    "phrygian": {
        "A": ("1 1 2 1", "1 2 1 1", "1 7 2 1", "1 1 3 2"),
        "B": ("6 2 1 1", "3 2 1 1", "4 1 2 1"),
        "build": ("2 2 3 3", "4 3 2 2"),
    },
    "phrygian dominant": {
        "A": ("1 2 1 1", "1 1 7 1", "1 4 2 1", "1 1 2 1"),
        "B": ("4 1 2 1", "7 6 2 1", "4 2 7 1"),
        "build": ("2 2 7 7", "4 4 2 2"),
    },
}

JAZZ: dict[bool, dict[str, tuple[str, ...]]] = {
    True: {
        "A": ("2 5 1 6", "4 3 2 1", "1 6 2 5", "4 5 3 6"),
        "B": ("4 3 6 2", "3 6 2 5", "6 2 5 1"),
        "build": ("2 3 4 5",),
    },
    False: {
        "A": ("1 4 7 3", "1 6 2 5+", "4 7 3 6", "1 7 6 5+"),
        "B": ("6 7 1 1", "4 1 6 5+", "6 2 5+ 1"),
        "build": ("4 4 5+ 5+",),
    },
}


class Harmony:
    """The progressions of one piece: the same section name always gets the same chords."""

    def __init__(self, scale: Scale, flavour: str, size: int, rng: Random) -> None:
        pool = JAZZ[is_major(scale.mode)] if flavour == "jazz" else POOLS[scale.mode]
        self.scale = scale
        self.size = size
        self.chosen = {name: tuple(rng.choice(pool[name]).split()) for name in pool}
        self.ending: Degrees = ("4", "5" if scale.mode != "aeolian" else "5+", "1")
        if scale.mode in ("phrygian", "phrygian dominant", "lydian", "dorian", "mixolydian"):
            self.ending = ("4" if "dor" in scale.mode or "mixo" in scale.mode else "2", "1", "1")

    def chord(self, symbol: str, start: float, beats: float) -> Chord:
        """The chord of a symbol such as `4` or `5+`."""
        degree = int(symbol.rstrip("+")) - 1
        tones = stack(self.scale, degree, self.size)
        altered = {}
        if symbol.endswith("+") and (tones[1] - tones[0]) % 12 == 3:
            altered = {tones[1]: (tones[1] + 1) % 12}
            tones = (tones[0], altered[tones[1]], *tones[2:])
        return Chord(degree, tones, start, beats, altered)

    def section(self, section: Section, meter: Meter, bars_per_chord: int) -> tuple[Chord, ...]:
        """Chords that fill the section; its last one leads on, the piece's last one closes."""
        n_chords = max(1, section.n_bars // bars_per_chord)
        symbols = self._symbols(section.name, n_chords)
        beats = section.n_bars * meter.n_beats / n_chords
        first = section.start_bar * meter.n_beats
        return tuple(
            self.chord(symbol, first + i * beats, beats) for i, symbol in enumerate(symbols)
        )

    def _symbols(self, name: str, n_chords: int) -> Degrees:
        kind = name.rstrip("'")
        pool = {"intro": "A", "outro": "A", "break": "B"}.get(kind, kind)
        cycle = self.chosen[pool]
        symbols = (cycle * (n_chords // len(cycle) + 1))[:n_chords]
        if kind == "outro":
            ending = self.ending[-n_chords:]
            return (*symbols[: n_chords - len(ending)], *ending)
        if kind == "A" and n_chords >= 8:
            return (*symbols[:-1], self.ending[1] if self.ending[1] != "1" else symbols[-1])
        return symbols
