"""A clip's mood and a person's habits: how each line is said, and how much is said at all."""

from dataclasses import dataclass, replace

import numpy as np

from mrcmv.corpus.voices.commentary import Pace
from mrcmv.corpus.voices.speaker import Manner

USUAL_ACTION = 0.35
ACTION_SPREAD = 0.25
"""Middle and spread of a take's action per second (0–1), so that `swing` counts in those."""
LINE_SPREAD = 0.3
"""How far a line's arousal strays from what the moment asks for."""
MOST = 2.2


@dataclass(frozen=True)
class Mood:
    """How somebody speaks over a clip, each about N(0, 1) except swing.

    arousal: the clip's mood; pace: how fast they talk beyond that; swing: by how much their
    arousal follows the action (0: not at all; 0.5: as people often do; below 0: they whisper in
    a battle); offset: this person's own habit, added to the arousal; talk: how much is said.
    """

    arousal: float = 0.0
    pace: float = 0.0
    swing: float = 0.5
    offset: float = 0.0
    talk: float = 0.0


def draw_mood(rng: np.random.Generator) -> Mood:
    """A mood with the spread that people have: a tenth of them speak against the action."""
    return Mood(
        arousal=float(rng.normal()),
        pace=float(rng.normal(0.0, 0.8)),
        swing=float(rng.normal(0.5, 0.4)),
        offset=float(rng.normal(0.0, 0.4)),
        talk=float(rng.normal()),
    )


def draw_habit(mood: Mood, rng: np.random.Generator) -> Manner:
    """How this person's cues stray from the common ones all through a clip."""
    pace, pitch, melody, level = rng.normal(0.0, (0.5, 0.5, 0.9, 0.5))
    return Manner(0.0, float(mood.pace + 0.5 * pace), float(pitch), float(melody), float(level))


def arousal_at(mood: Mood, action: float) -> float:
    """The vocal arousal that a mood has at an action of 0–1, within ±2.2."""
    lift = mood.swing * (action - USUAL_ACTION) / ACTION_SPREAD
    return float(np.clip(mood.arousal + mood.offset + lift, -MOST, MOST))


def manner_of(mood: Mood, habit: Manner, action: float, rng: np.random.Generator) -> Manner:
    """The manner of one line: the moment's arousal, the person's habit, and chance."""
    stray = rng.normal(0.0, LINE_SPREAD, 5)
    return replace(
        habit,
        arousal=float(np.clip(arousal_at(mood, action) + stray[0], -MOST, MOST)),
        pace=float(np.clip(habit.pace + stray[1], -2, 2)),
        pitch=float(np.clip(habit.pitch + stray[2], -2, 2)),
        melody=float(np.clip(habit.melody + stray[3], -2, 2)),
        level=float(np.clip(habit.level + stray[4], -2, 2)),
    )


def pace_of(mood: Mood) -> Pace:
    """The silences of a mood: shorter when aroused or hasty, and far longer for the taciturn."""
    arousal = float(np.clip(mood.arousal + mood.offset, -2, 2))
    haste = 2.0 ** (-0.3 * arousal - 0.2 * mood.pace)
    quiet = 2.0 ** (-0.5 * float(np.clip(mood.talk, -2.5, 2.5)))
    return Pace(
        least_s=float(np.clip(0.9 * haste * quiet, 0.25, 4.0)),
        most_s=float(np.clip(2.4 * haste * quiet, 0.6, 8.0)),
        hurry=float(np.clip(0.5 * mood.swing, 0.0, 0.6)),
        retry_s=0.7,
    )
