"""From tones to notes as people play them: dynamics, swing, small unevenness, an ending."""

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from mrcmv.corpus.composer.orchestration import Seat, no_overlap
from mrcmv.corpus.composer.score import DRUM_CHANNEL, Meter, Note, Part, Tone
from mrcmv.corpus.composer.style import Style

JITTER_S = {"drums": 0.003, "synthetic": 0.002, "player": 0.008}
"""Standard deviation of a player's timing, in seconds."""

SUSTAINED = {
    *range(16, 24),
    *range(40, 45),
    *range(48, 55),
    *range(56, 80),
    *range(80, 104),
    110,
    111,
}
"""General MIDI programs whose notes can swell while they sound."""


TRIM_DB = {
    0: 4, 1: 4, 4: -2, 7: 2, 8: 2, 9: 2, 10: 5, 12: 3, 13: 5, 15: 4, 22: 1, 24: 3, 25: 4, 26: -1,
    27: -2, 28: 3, 30: -1, 38: -3, 42: -3, 44: 5, 45: 5, 46: 2, 47: 7, 57: -7, 58: -6, 60: -1,
    78: -4, 79: -6, 80: -3, 81: -4, 84: -7, 87: -7, 90: -6, 91: -4, 97: -7, 98: -2, 101: -4,
    104: 4, 105: 2, 106: 6, 108: 4, 112: 3, 116: 4, 117: 6,
}  # fmt: skip
"""Decibels to add to a program so that all play about as loud: measured on one held triad."""


KIT_TRIM_DB = {0: 3, 8: -4, 25: 2, 40: -4, 48: 2}
"""The same for drum kits, measured on kick and snare."""


def volume(value: int, trim_db: float) -> int:
    """Controller 7 changed by some decibels (its curve is 40 dB a decade)."""
    return min(127, round(value * 10 ** (trim_db / 40)))


def swung(beat: float, style: Style, meter: Meter) -> float:
    """Move a beat position by the style's swing: the middle of each unit comes late."""
    if style.swing == 0.5 or meter.n_steps != 4:
        return beat
    unit = style.swing_beats
    whole, into = divmod(beat / unit, 1.0)
    late = into * 2 * style.swing if into < 0.5 else 1 - (1 - into) * 2 * (1 - style.swing)
    return (whole + late) * unit


def velocity(accent: float, energy: float, rng: Random) -> int:
    """MIDI velocity of a tone: the energy sets the level, the accent shapes it."""
    value = (44.0 + 78.0 * energy) * (0.35 + 0.72 * accent) + rng.gauss(0.0, 2.5)
    return min(127, max(12, round(value)))


def close(tones: Sequence[Tone], last_bar: float, n_beats: int) -> list[Tone]:
    """End together: in the last bar only its first beat is struck, and that rings."""
    found = []
    for tone in tones:
        if tone.start > last_bar + 0.3:
            continue
        if tone.start >= last_bar - 1e-6:
            tone = replace(tone, beats=float(n_beats))
        found.append(tone)
    return found


def expression(energy: Sequence[float], meter: Meter) -> tuple[tuple[float, int], ...]:
    """Controller 11 for sustained instruments: the energy, with a swell in each four bars."""
    phrase = 4.0 * meter.n_beats
    low, high = min(energy), max(energy)
    found = []
    for n in range(2 * len(energy)):
        beat = n / 2
        now = (energy[int(beat)] - low) / (high - low + 1e-9)
        swell = math.sin(math.pi * (beat % phrase) / phrase)
        opening = min(1.0, 0.55 + 0.45 * beat / (2 * meter.n_beats))
        found.append((beat, round((74 + 34 * now + 15 * swell) * opening)))
    return tuple(found)


def player(
    chair: Seat, channel: int, tones: Sequence[Tone], style: Style, meter: Meter,
    energy: Sequence[float], beat_s: float, seed: int,
) -> Part:  # fmt: skip
    """One instrument's part, as played."""
    layer = chair.layer
    rng = Random(f"{seed}/perform/{layer.name}")
    kind = "player" if style.ritardando else "synthetic"
    notes = _notes(tones, style, meter, energy, JITTER_S[kind] / beat_s, rng)
    sustained = chair.program in SUSTAINED
    loud = volume(layer.volume, TRIM_DB.get(chair.program, 0))
    return Part(
        layer.name, chair.program, channel, loud, layer.pan, layer.reverb, layer.chorus, notes,
        expression(energy, meter) if sustained else (),
    )  # fmt: skip


def drummer(
    tones: Sequence[Tone], style: Style, meter: Meter, energy: Sequence[float], beat_s: float,
    seed: int,
) -> Part:  # fmt: skip
    """The drum kit's part, as played."""
    rng = Random(f"{seed}/perform/drums")
    notes = _notes(tones, style, meter, energy, JITTER_S["drums"] / beat_s, rng)
    reverb = round(60 * style.room)
    loud = volume(style.kit_volume, KIT_TRIM_DB.get(style.kit, 0))
    return Part("drums", style.kit, DRUM_CHANNEL, loud, 64, reverb, 0, notes)


def _notes(
    tones: Sequence[Tone], style: Style, meter: Meter, energy: Sequence[float], jitter: float,
    rng: Random,
) -> tuple[Note, ...]:  # fmt: skip
    found = []
    last_bar = float(len(energy) - meter.n_beats)
    for tone in no_overlap(close(tones, last_bar, meter.n_beats)):
        level = energy[min(len(energy) - 1, int(tone.start + 0.05))]
        start = max(0.0, swung(tone.start, style, meter) + rng.gauss(0.0, jitter))
        found.append(Note(start, tone.beats, tone.pitch, velocity(tone.accent, level, rng)))
    return tuple(sorted(found, key=lambda note: (note.start, note.pitch)))
