"""Drums: grooves by style and level, fills that lead on, rolls that build.

A groove is a bar as text, one character a step: `X` accent, `x` plain, `o` soft, `.` nothing.
Level 1 is for calm sections, 3 for fierce ones.
"""

from random import Random

from mrcmv.corpus.composer.grooves import GROOVES
from mrcmv.corpus.composer.passages import Passage
from mrcmv.corpus.composer.score import Meter, Tone

SNARE, CRASH = 38, 57
TOMS = (SNARE, SNARE, 50, 48, 47, 45, 43, 41)
FILLS: dict[str, tuple[int, ...]] = {
    "shimmer": (82,),
    "sleigh": (83,),
    "lofi": (SNARE, SNARE, 37),
    "brush": (SNARE,),
    "march": (SNARE,),
    "waltz": (54,),
    "jig": (54,),
    "reel": (54,),
    "comic": (76, 76, 77),
    "hand drums": (60, 61, 62, 63, 64),
    "darbuka": (60, 60, 61, 63),
    "trot": (85, 76, 77),
    "clock": (37, 37, 82, 47, 43, 41),
    "heartbeat": (43, 41, 36),
}
"""What a groove's fills run through, and (the first) what rolls in its builds; else the toms."""
COMPOUND = {"reel": "jig", "epic": "epic compound"}
WALTZ = {"reel": "waltz", "march": "waltz"}
"""Grooves with a bar of their own in 12/8 and in 3/4."""
ACCENTS = {"X": 0.95, "x": 0.74, "o": 0.46}


def level(passage: Passage) -> int:
    """How full the groove is: 0 (none) to 3, from the section's energy and its lift."""
    fullness = 0.45 * passage.energy + 0.6 * passage.section.lift
    return 0 if fullness < 0.2 else 1 if fullness < 0.5 else 2 if fullness < 0.82 else 3


def groove(name: str, meter: Meter, wanted: int) -> dict[int, str]:
    """The bar of a groove at a level, or the fullest it has, fit to the meter."""
    in_meter = {3: COMPOUND, 4: WALTZ if meter.n_beats == 3 else {}}[meter.n_steps]
    levels = GROOVES[in_meter.get(name, name)]
    pattern = levels[min(wanted, len(levels)) - 1]
    n_steps = meter.n_beats * meter.n_steps
    if meter.n_steps == 3 and name not in COMPOUND:
        pattern = {drum: _tripled(bar) for drum, bar in pattern.items()}
    return {drum: (bar * 2)[:n_steps] for drum, bar in pattern.items()}


def _tripled(bar: str) -> str:
    """Beats of four steps as beats of three: the two middle steps become one, the louder."""
    beats = [bar[i : i + 4] for i in range(0, len(bar), 4)]
    return "".join(b[0] + min(b[1:3], key=".oxX"[::-1].index) + b[3] for b in beats)


def drums(passage: Passage, name: str, rng: Random) -> list[Tone]:
    """The drum part of a section: groove, a fill every fourth bar, a crash at its start."""
    wanted = level(passage)
    if wanted == 0 or not name:
        return []
    building = passage.section.name.startswith("build")
    pattern = groove(name, passage.meter, wanted)
    tones: list[Tone] = []
    for n, bar in enumerate(passage.bars):
        filled = fill_beats(passage, n, wanted)
        cut = bar + passage.meter.n_beats - filled
        tones += [t for t in _bar(pattern, bar, passage.meter, rng) if t.start < cut - 1e-6]
        if filled and not building:
            tones += fill(cut, filled, passage.meter, FILLS.get(name, TOMS), rng)
    if building:
        tones += build_roll(passage, FILLS.get(name, TOMS)[0])
    if wanted >= 2 and passage.energy > 0.35 and passage.section.lift >= 0.55:
        tones.append(Tone(passage.start, 2.0, CRASH, 0.85))
    return sorted(tones, key=lambda t: (t.start, t.pitch))


def _bar(pattern: dict[int, str], bar: float, meter: Meter, rng: Random) -> list[Tone]:
    found = []
    for drum, steps in pattern.items():
        for i, mark in enumerate(steps):
            if mark == "." or (mark == "o" and rng.random() < 0.15):
                continue  # soft hits come and go: no two bars are quite the same
            accent = ACCENTS[mark] + rng.uniform(-0.05, 0.05)
            found.append(Tone(bar + i * meter.step, meter.step, drum, accent))
    return found


def fill_beats(passage: Passage, bar: int, wanted: int) -> int:
    """How many beats at the end of a bar are a fill: none, one, or two before a new section."""
    if passage.last:
        return 0
    if bar == passage.section.n_bars - 1:
        return 2 if wanted >= 2 else 1
    return 1 if (bar + 1) % 4 == 0 and wanted >= 2 else 0


def fill(
    start: float, beats: int, meter: Meter, through: tuple[int, ...], rng: Random
) -> list[Tone]:
    """Through a groove's own drums, downwards and louder, with gaps."""
    n_hits = beats * meter.n_steps
    found = []
    for i in range(n_hits):
        if i % meter.n_steps and rng.random() < 0.3:
            continue
        share = i / n_hits
        drum = through[int(share * len(through))]
        found.append(Tone(start + i * meter.step, meter.step, drum, 0.5 + 0.42 * share))
    return found


def build_roll(passage: Passage, drum: int) -> list[Tone]:
    """A roll over the section: beats, then halves, then every step, always louder."""
    steps = passage.meter.n_steps
    found = []
    for i in range(round((passage.end - passage.start) * steps)):
        at = passage.start + i / steps
        share = passage.progress(at)
        every = steps if share < 0.25 else (steps + 1) // 2 if share < 0.7 else 1
        if i % every == 0:
            found.append(Tone(at, 0.2, drum, 0.3 + 0.55 * share))
    return found
