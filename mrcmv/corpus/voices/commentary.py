"""The commentator: which line is said when, how fiercely, so that there is room between lines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.corpus.footage.moments import PRIORITY, moments
from mrcmv.corpus.footage.take import Moment
from mrcmv.corpus.footage.truth import Truth
from mrcmv.corpus.voices.espeak import Utterance
from mrcmv.types import Floats, Span

NAMES = {
    "Zombieman": "zombie",
    "ShotgunGuy": "shotgunner",
    "ChaingunGuy": "gunner",
    "DoomImp": "serpent",
    "Demon": "flesh worm",
    "Spectre": "shadow worm",
    "LostSoul": "dead flare",
    "Cacodemon": "trilobite",
    "HellKnight": "pain bringer",
    "BaronOfHell": "pain lord",
    "Arachnotron": "spider",
    "Revenant": "dark soldier",
    "HealthBonus": "health vial",
    "ArmorBonus": "piece of armour",
    "GreenArmor": "light armour",
    "BlueArmor": "heavy armour",
    "Stimpack": "stim pack",
    "Medikit": "med kit",
    "Clip": "few rounds",
    "ClipBox": "box of rounds",
    "Shell": "handful of shells",
    "ShellBox": "box of shells",
    "RocketAmmo": "rocket",
    "RocketBox": "box of rockets",
    "RocketLauncher": "missile launcher",
    "Shotgun": "shotgun",
    "Chaingun": "chain gun",
    "SuperShotgun": "double barrelled shotgun",
    "Backpack": "backpack",
}
"""What a player calls the things that the engine names."""

Book = Mapping[str, Sequence[str]]
"""Kind of moment → lines; `{what}` stands for the thing. `quiet` and `busy` fill silences."""


@dataclass(frozen=True)
class Pace:
    """least_s and most_s of silence between lines; react_s from a moment to the word on it.

    A moment older than stale_s is let pass, and no filler begins when one comes within wait_s:
    the commentator was there when it was played.
    """

    least_s: float = 1.0
    most_s: float = 2.6
    react_s: float = 0.35
    stale_s: float = 1.6
    wait_s: float = 2.0


@dataclass(frozen=True, eq=False)
class Spoken:
    """A line in its place."""

    start_s: float
    kind: str
    intensity: float
    utterance: Utterance

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.start_s + self.utterance.words[-1].end_s)


def comment(
    truth: Truth,
    book: Book,
    say: Callable[[str, float], Utterance],
    rng: np.random.Generator,
    *,
    pace: Pace | None = None,
    base: float = 0.0,
    swing: float = 1.0,
) -> tuple[Spoken, ...]:
    """Speak over a take: lines on its moments, fillers when nothing is said for long.

    A line's intensity is `base` + `swing` × the action around it (0–1), clipped to 0–1.
    `say` speaks a text at an intensity.
    """
    pace = pace or Pace()
    happened = moments(truth)
    action = truth.action()
    left: dict[str, list[str]] = {}
    spoken: list[Spoken] = []
    now, free = 0.8, 0.0
    opened = False
    while now < truth.duration_s - 1.0:
        moment = None if not opened and "open" in book else _pressing(happened, now, pace, book)
        kind = moment.kind if moment else _filler(opened, now - free, pace, action, now, book)
        if moment is None and opened and _coming(happened, now, pace, book):
            kind = None
        if kind is None or (spoken and now - free < pace.least_s):
            now += 0.1
            continue
        intensity = float(np.clip(base + swing * _around(action, now), 0.0, 1.0))
        text = _line(kind, moment, book, left, rng)
        utterance = say(text, intensity)
        length_s = utterance.words[-1].end_s
        if now + length_s > truth.duration_s - 0.3:
            now += 0.1
            continue
        spoken.append(Spoken(now, kind, intensity, utterance))
        if moment is not None and kind == "find":  # nobody is surprised twice by the same thing
            happened = tuple(m for m in happened if (m.kind, m.what) != (kind, moment.what))
        opened = True
        free = now = now + length_s
    return tuple(spoken)


def speech_share(spoken: Sequence[Spoken], duration_s: float) -> float:
    """The share of the time in which somebody speaks, 0–1."""
    return sum(line.span.duration_s for line in spoken) / duration_s


def _pressing(happened: Sequence[Moment], now: float, pace: Pace, book: Book) -> Moment | None:
    """The most pressing moment that is fresh enough to speak of."""
    fresh = [
        m for m in happened if pace.react_s <= now - m.time_s <= pace.stale_s and m.kind in book
    ]
    return min(fresh, key=lambda m: (PRIORITY.index(m.kind), -m.time_s), default=None)


def _coming(happened: Sequence[Moment], now: float, pace: Pace, book: Book) -> bool:
    """Whether something worth a line is about to happen."""
    return any(m.kind in book and -pace.react_s < m.time_s - now < pace.wait_s for m in happened)


def _filler(
    opened: bool, silence_s: float, pace: Pace, action: Floats, now: float, book: Book
) -> str | None:
    if not opened and "open" in book:
        return "open"
    if silence_s < pace.most_s:
        return None
    return "busy" if _around(action, now) > 0.35 and "busy" in book else "quiet"


def _line(
    kind: str,
    moment: Moment | None,
    book: Book,
    left: dict[str, list[str]],
    rng: np.random.Generator,
) -> str:
    """A line of the kind that was not said yet (all again when all were)."""
    name = NAMES.get(moment.what, "") if moment else ""
    fitting = [line for line in book[kind] if name or "{what}" not in line]
    unsaid = [line for line in fitting if line in left.get(kind, fitting)]
    if not unsaid:
        last = left.pop(f"last {kind}")[0]
        unsaid = [line for line in fitting if line != last] or fitting
        left[kind] = list(book[kind])
    line = str(rng.choice(unsaid))
    left[kind] = [other for other in left.get(kind, list(book[kind])) if other != line]
    left[f"last {kind}"] = [line]
    return line.format(what=name)


def _around(action: Floats, now: float) -> float:
    """The action in the two seconds around a time."""
    second = int(now)
    near = action[max(0, second - 1) : second + 2]
    return float(near.mean()) if len(near) else 0.0
