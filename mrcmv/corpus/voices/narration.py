"""Somebody speaks over a take, and everything about it is written down."""

from dataclasses import dataclass, replace

import numpy as np

from mrcmv.corpus.footage.take import Take
from mrcmv.corpus.voices.booth import Booth, banded, draw_booth, heard_in
from mrcmv.corpus.voices.commentary import Spoken, comment
from mrcmv.corpus.voices.mood import Mood, draw_habit, manner_of, pace_of
from mrcmv.corpus.voices.speaker import (
    KINDS,
    RATE_HZ,
    Manner,
    Speaker,
    Utterance,
    VoiceSource,
    Word,
)
from mrcmv.types import Floats, Sound, Span

GREETS = 0.4
"""How often a narration opens with a greeting; the others are as if cut out of a longer one."""
BEGINS_S = (0.2, 2.5)
LOUDEST = 0.98
"""Peaks of a track above this turn the whole track down."""


@dataclass(frozen=True)
class Line:
    """A line of the transcript; times in seconds from the start of the take."""

    span: Span
    kind: str
    text: str
    words: tuple[Word, ...]
    manner: Manner


@dataclass(frozen=True, eq=False)
class Narration:
    """A take's voice-over. `dry` as spoken, `voice` as its booth's microphone heard it (what a
    clip has); both mono at 48 kHz, as long as the take.

    Shape: samples `(1, n)`; arousal `(floor(duration_s),)`: of the line spoken in each second,
    −2.2 to 2.2, NaN where nobody speaks.
    """

    speaker: Speaker
    mood: Mood
    booth: Booth
    dry: Sound
    voice: Sound
    lines: tuple[Line, ...]
    arousal: Floats

    @property
    def speech_s(self) -> float:
        """For how long somebody speaks."""
        return sum(line.span.duration_s for line in self.lines)


def narrate(
    take: Take,
    source: VoiceSource,
    speaker: Speaker,
    mood: Mood,
    rng: np.random.Generator,
    booth: Booth | None = None,
) -> Narration:
    """Speak over a take, in a mood; the same generator state gives the same samples.

    booth None draws one. A take of less than two seconds has no lines.

    Raises:
        MrcmvError: what the source needs is not installed or was not fetched.
    """
    booth = booth or draw_booth(rng)
    habit = draw_habit(mood, rng)
    said: list[str] = []

    def say(kind: str, what: str, action: float) -> Utterance:
        manner = manner_of(mood, habit, action, rng)
        utterance = source.say(speaker, kind, what, manner, rng, said)
        said.append(utterance.text)
        return replace(utterance, sound=banded(utterance.sound))

    pace = replace(pace_of(mood), begin_s=float(rng.uniform(*BEGINS_S)))
    kinds = KINDS if rng.random() < GREETS else tuple(kind for kind in KINDS if kind != "open")
    action = np.nan_to_num(take.seconds["action"])
    spoken = comment(take.moments, action, take.duration_s, say, kinds, pace=pace)
    dry = laid_out(spoken, take.duration_s)
    heard = heard_in(booth, dry)
    heard = heard * min(1.0, LOUDEST / max(float(np.abs(heard).max(initial=0.0)), 1e-9))
    lines = tuple(_line(each) for each in spoken)
    return Narration(
        speaker=speaker,
        mood=mood,
        booth=booth,
        dry=Sound(dry[np.newaxis], RATE_HZ),
        voice=Sound(heard.astype(np.float32)[np.newaxis], RATE_HZ),
        lines=lines,
        arousal=arousal_by_second(lines, int(take.duration_s)),
    )


def laid_out(spoken: tuple[Spoken, ...], duration_s: float) -> Floats:
    """The lines in their places, peaks under full scale. Shape: `(n,)` at 48 kHz."""
    track = np.zeros(round(duration_s * RATE_HZ), np.float32)
    for line in spoken:
        start = round(line.start_s * RATE_HZ)
        samples = line.utterance.sound.mono[: len(track) - start]
        track[start : start + len(samples)] += samples
    held: Floats = track * np.float32(min(1.0, LOUDEST / max(np.abs(track).max(initial=0), 1e-9)))
    return held


def arousal_by_second(lines: tuple[Line, ...], n_seconds: int) -> Floats:
    """The arousal of the line that has most of each second; NaN where none has a tenth of it.

    Shape: `(n_seconds,)`.
    """
    arousal = np.full(n_seconds, np.nan, np.float32)
    share = np.full(n_seconds, 0.1)
    for line in lines:
        for second in range(int(line.span.start_s), min(n_seconds, int(line.span.end_s) + 1)):
            inside = min(second + 1.0, line.span.end_s) - max(float(second), line.span.start_s)
            if inside > share[second]:
                arousal[second], share[second] = line.manner.arousal, inside
    return arousal


def _line(spoken: Spoken) -> Line:
    utterance = spoken.utterance
    words = tuple(
        Word(word.text, spoken.start_s + word.start_s, spoken.start_s + word.end_s)
        for word in utterance.words
    )
    return Line(spoken.span, spoken.kind, utterance.text, words, utterance.manner)
