"""Where in a video speech and music are heard together.

**Conventions.** Everything is counted in whole seconds of the video. The music is judged where
nobody speaks: a gate leaves nothing of it under the words, and a separator some of the words in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.corpus.build.dubs import LEAST_SPEECH_S
from mrcmv.corpus.editor.listening import QUIET_DB, level_db
from mrcmv.types import WINDOW_S, Floats, Sound, Span

LONGEST_S = 90.0
STEP_S = 1.0
"""Between two windows that are looked at."""
MUSIC_DB = -25.0
"""Level from which a second sounds, relative to that of the voice. In the simulated corpus's whole
clips the pauses lie 18 dB and less below the voice, and 32 dB and more where only the microphone's
noise is left in them (n = 5 and 5)."""
LEAST_MUSIC = 0.8
"""How many of a window's seconds without words have to sound."""
LEAST_PAUSES = 2
"""A window with fewer seconds without words is judged by all of its seconds."""
PAUSE_S, SPOKEN_S, TALK_S = 0.1, 0.5, 0.9
"""A second with less speech than the first is a pause; with more than the second it tells the level
of the voice, and with more than the third it is all talk."""


@dataclass(frozen=True, eq=False)
class Course:
    """A video second by second: how much of it is speech (0–1), and the level of its music in dB.

    voice_db: the level of the voice where it speaks. Levels are relative to full scale, −60 at
    least. Shape: speech and music_db (seconds,), the whole seconds of the video.
    """

    speech: Floats
    music_db: Floats
    voice_db: float

    @property
    def pauses(self) -> np.ndarray:
        return self.speech < PAUSE_S

    @property
    def talk(self) -> np.ndarray:
        return self.speech > TALK_S


def course_of(speech: Sequence[Span], voice: Sound, music: Sound, duration_s: float) -> Course:
    """Read speech and music second by second. Both stems last as long as the video."""
    n = int(duration_s)
    seconds = np.arange(n)
    spoken = np.zeros(n, np.float32)
    for span in speech:
        inside = np.minimum(span.end_s, seconds + 1.0) - np.maximum(span.start_s, seconds)
        spoken += np.maximum(inside, 0.0).astype(np.float32)
    level = level_db(voice)[:n]
    voice_db = float(np.median(level[spoken > SPOKEN_S])) if (spoken > SPOKEN_S).any() else QUIET_DB
    return Course(spoken, level_db(music)[:n], voice_db)


def windows(duration_s: float) -> list[Span]:
    """All windows of a video: 32 s, one each second; a shorter video is one window."""
    length_s = min(duration_s, WINDOW_S)
    starts = np.arange(0.0, duration_s - length_s + 1e-6, STEP_S)
    return [Span(float(start_s), float(start_s + length_s)) for start_s in starts]


def stretches(good: Sequence[Span]) -> list[tuple[Span, tuple[float, ...]]]:
    """Good windows, in order, joined: stretches of up to 90 s in which every window is good.

    Returns each stretch with the starts of its windows. No two stretches overlap.
    """
    runs: list[list[Span]] = []
    for window in good:
        run = runs[-1] if runs else None
        follows = run is not None and window.start_s <= run[-1].start_s + STEP_S
        if run and follows and window.end_s - run[0].start_s <= LONGEST_S:
            run.append(window)
        elif not run or window.start_s >= run[-1].end_s:
            runs.append([window])
    return [
        (Span(run[0].start_s, run[-1].end_s), tuple(window.start_s for window in run))
        for run in runs
    ]


def has_speech(course: Course, window: Span) -> bool:
    """Whether a window holds as much speech as a pair of the simulated corpus needs."""
    return bool(course.speech[_seconds(window)].sum() >= LEAST_SPEECH_S)


def has_music(course: Course, window: Span) -> bool:
    """Whether something sounds through a window's pauses."""
    level, pauses = course.music_db[_seconds(window)], course.pauses[_seconds(window)]
    judged = level[pauses] if pauses.sum() >= LEAST_PAUSES else level
    least_db = max(QUIET_DB, course.voice_db + MUSIC_DB)
    return bool((judged > least_db).mean() >= LEAST_MUSIC)


def under_speech_db(course: Course) -> float | None:
    """Level of the music under the words less that in the pauses, in dB; None without either.

    Editors take music down by 3 to 14 dB. Far more than that is a hole that the separation left.
    """
    if not course.talk.any() or not course.pauses.any():
        return None
    under, between = course.music_db[course.talk], course.music_db[course.pauses]
    return round(float(np.median(under) - np.median(between)), 2)


def _seconds(window: Span) -> slice:
    return slice(int(window.start_s), int(window.end_s))
