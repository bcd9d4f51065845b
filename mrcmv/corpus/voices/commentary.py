"""The commentator: which line is said when, how fiercely, so that there is room between lines."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.corpus.footage.moments import PRIORITY
from mrcmv.corpus.footage.take import Moment
from mrcmv.corpus.voices.speaker import Utterance
from mrcmv.types import Floats, Span

Say = Callable[[str, str, float], Utterance]
"""Speaks a line of a kind, about a thing (the game's name for it, or ""), at an intensity."""

BUSY, STILL = 0.35, 0.15
"""Action above which a silence is broken busily, and below which by idle talk."""


@dataclass(frozen=True)
class Pace:
    """begin_s: before it nobody speaks. least_s and most_s of silence between lines; react_s from
    a moment to the word on it.

    A moment older than stale_s is let pass, and no filler begins when one comes within wait_s:
    the commentator was there when it was played. hurry: the share by which full action shortens
    the silences. retry_s: after a line that no longer fits before the end, how soon another is
    tried.
    """

    begin_s: float = 0.8
    least_s: float = 1.0
    most_s: float = 2.6
    react_s: float = 0.35
    stale_s: float = 1.6
    wait_s: float = 2.0
    hurry: float = 0.0
    retry_s: float = 0.1


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
    happened: Sequence[Moment],
    action: Floats,
    duration_s: float,
    say: Say,
    kinds: Collection[str],
    *,
    pace: Pace | None = None,
    base: float = 0.0,
    swing: float = 1.0,
) -> tuple[Spoken, ...]:
    """Speak over a take: lines on its moments, fillers when nothing is said for long.

    A line's intensity is `base` + `swing` × the action around it (0–1), clipped to 0–1. Only
    lines of `kinds` are asked of `say`.

    Shape: action `(floor(duration_s),)`.
    """
    pace = pace or Pace()
    spoken: list[Spoken] = []
    now, free = pace.begin_s, 0.0
    while now < duration_s - 1.0:
        around = _around(action, now)
        hurry = 1.0 - pace.hurry * around
        moment = _pressing(happened, now, pace, kinds) if spoken or "open" not in kinds else None
        kind = moment.kind if moment else _filler(spoken, now - free, hurry, pace, around, kinds)
        if moment is None and spoken and _coming(happened, now, pace, kinds):
            kind = None
        if kind is None or (spoken and now - free < pace.least_s * hurry):
            now += 0.1
            continue
        intensity = float(np.clip(base + swing * around, 0.0, 1.0))
        utterance = say(kind, moment.what if moment else "", intensity)
        length_s = utterance.words[-1].end_s
        if now + length_s > duration_s - 0.3:
            now += pace.retry_s
            continue
        spoken.append(Spoken(now, kind, intensity, utterance))
        if moment is not None and kind == "find":  # nobody is surprised twice by the same thing
            happened = tuple(m for m in happened if (m.kind, m.what) != (kind, moment.what))
        free = now = now + length_s
    return tuple(spoken)


def speech_share(spoken: Sequence[Spoken], duration_s: float) -> float:
    """The share of the time in which somebody speaks, 0–1."""
    return sum(line.span.duration_s for line in spoken) / duration_s


def _pressing(
    happened: Sequence[Moment], now: float, pace: Pace, kinds: Collection[str]
) -> Moment | None:
    """The most pressing moment that is fresh enough to speak of."""
    fresh = [
        m for m in happened if pace.react_s <= now - m.time_s <= pace.stale_s and m.kind in kinds
    ]
    return min(fresh, key=lambda m: (PRIORITY.index(m.kind), -m.time_s), default=None)


def _coming(happened: Sequence[Moment], now: float, pace: Pace, kinds: Collection[str]) -> bool:
    """Whether something worth a line is about to happen."""
    return any(m.kind in kinds and -pace.react_s < m.time_s - now < pace.wait_s for m in happened)


def _filler(
    spoken: Sequence[Spoken],
    silence_s: float,
    hurry: float,
    pace: Pace,
    around: float,
    kinds: Collection[str],
) -> str | None:
    """What breaks a silence, if it was long enough: of two quiet lines one is idle talk."""
    if not spoken and "open" in kinds:
        return "open"
    if silence_s < pace.most_s * hurry:
        return None
    if around > BUSY and "busy" in kinds:
        return "busy"
    talked = "idle" in kinds and around < STILL and spoken and spoken[-1].kind == "quiet"
    return "idle" if talked else "quiet"


def _around(action: Floats, now: float) -> float:
    """The action in the two seconds around a time."""
    second = int(now)
    near = action[max(0, second - 1) : second + 2]
    return float(near.mean()) if len(near) else 0.0
