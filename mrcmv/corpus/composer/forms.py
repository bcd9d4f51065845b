"""Forms: which sections a piece has, how long they are, and how its energy runs."""

from dataclasses import dataclass
from itertools import product
from math import log2
from random import Random

from mrcmv.corpus.composer.moods import Mood
from mrcmv.corpus.composer.score import Meter, Section

SPREAD = 0.2
"""How far a section's energy may lie from the mood's own."""


@dataclass(frozen=True)
class Plan:
    """A section before it has bars: length (1 full, 0.5 half), lift at its start and end (0–1)."""

    name: str
    units: float
    lift: float
    end_lift: float | None = None


FORMS: dict[str, tuple[Plan, ...]] = {
    "arch": (
        Plan("intro", 0.5, 0.1),
        Plan("A", 1, 0.4),
        Plan("A'", 1, 0.6),
        Plan("B", 1, 0.7),
        Plan("build", 0.5, 0.5, 0.95),
        Plan("A''", 1, 1.0),
        Plan("outro", 0.5, 0.15),
    ),
    "song": (
        Plan("intro", 0.5, 0.25),
        Plan("A", 1, 0.45),
        Plan("B", 1, 0.8),
        Plan("A'", 1, 0.6),
        Plan("break", 0.5, 0.2),
        Plan("B'", 1, 1.0),
        Plan("outro", 0.5, 0.3),
    ),
    "rise": (
        Plan("intro", 0.5, 0.05),
        Plan("A", 1, 0.25),
        Plan("A'", 1, 0.5),
        Plan("B", 1, 0.7),
        Plan("build", 1, 0.6, 1.0),
        Plan("A''", 0.5, 1.0),
        Plan("outro", 0.5, 0.1),
    ),
    "drive": (
        Plan("intro", 0.5, 0.5, 0.8),
        Plan("A", 1, 0.7),
        Plan("B", 1, 0.9),
        Plan("break", 0.5, 0.2),
        Plan("build", 0.5, 0.4, 0.95),
        Plan("A'", 1, 0.9),
        Plan("B'", 1, 1.0),
        Plan("outro", 0.5, 0.5),
    ),
    "drift": (
        Plan("intro", 0.5, 0.15),
        Plan("A", 1, 0.45),
        Plan("B", 1, 0.7),
        Plan("A'", 1, 1.0),
        Plan("break", 0.5, 0.4),
        Plan("outro", 0.5, 0.1),
    ),
}


def choose_form(mood: Mood, rng: Random) -> str:
    """A form that suits: a rise when tense, a drive when fierce, a drift when calm."""
    weights = {
        "arch": 1.0,
        "song": 0.9,
        "rise": 3.0 * max(0.0, mood.tension - 0.4),
        "drive": 4.0 * max(0.0, mood.energy - 0.5),
        "drift": 4.0 * max(0.0, 0.45 - mood.energy),
    }
    return rng.choices(list(weights), list(weights.values()))[0]


def lay_out(form: str, meter: Meter, tempo_bpm: float, duration_s: float) -> list[tuple[Plan, int]]:
    """Give each section whole bars so that the piece lasts about `duration_s`.

    Full sections have 4 to 16 bars (2 where bars are very long), half ones 2 to 8: the pair that
    comes nearest, a half section rather being half as long as a full one.
    """
    plans = FORMS[form]
    bar_s = meter.n_beats * 60.0 / tempo_bpm
    n_full = sum(plan.units == 1 for plan in plans)
    n_half = len(plans) - n_full

    def misfit(pair: tuple[int, int]) -> float:
        full, half = pair
        off_s = (n_full * full + n_half * half) * bar_s - duration_s
        return abs(off_s) + 8.0 * abs(log2(2 * half / full))

    full, half = min(product((2, 4, 6, 8, 12, 16), (2, 4, 6, 8)), key=misfit)
    return [(plan, full if plan.units == 1 else half) for plan in plans]


def sections(mood: Mood, laid_out: list[tuple[Plan, int]]) -> tuple[Section, ...]:
    """The sections with their bars and energies around the mood's own."""

    def energy(lift: float) -> float:
        return min(1.0, max(0.02, mood.energy + SPREAD * (2 * lift - 1.1)))

    found, bar = [], 0
    for plan, n_bars in laid_out:
        last = plan.lift if plan.end_lift is None else plan.end_lift
        lift = (plan.lift + last) / 2
        found.append(Section(plan.name, bar, n_bars, lift, (energy(plan.lift), energy(last))))
        bar += n_bars
    return tuple(found)


def energy_curve(parts: tuple[Section, ...], meter: Meter) -> tuple[float, ...]:
    """One energy a beat: each section's line from its first energy to its last."""
    values: list[float] = []
    for section in parts:
        n_beats = section.n_bars * meter.n_beats
        start, end = section.energy
        values += [start + (end - start) * beat / n_beats for beat in range(n_beats)]
    return tuple(round(value, 4) for value in values)
