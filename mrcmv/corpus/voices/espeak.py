"""Lines spoken by espeak-ng: a source of voices, and the commentators of the sample clips."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy import signal

from mrcmv import media
from mrcmv.corpus.voices.booth import Booth, heard_in
from mrcmv.corpus.voices.cues import cues, spoken_part, with_effort
from mrcmv.corpus.voices.grammar import grammar_of, phrase
from mrcmv.corpus.voices.speaker import RATE_HZ, Manner, Speaker, Utterance, Word
from mrcmv.corpus.voices.synthesis import Mark, Synthesised, library_name, synthesise
from mrcmv.corpus.voices.variants import BRIGHTER_DB, FAMILIES, FORMANTS_ST, VOICES
from mrcmv.progress import Hook, silent
from mrcmv.types import Floats, Sound

FAMILY = "espeak-"
ST_PER_PITCH = 0.24
"""espeak's pitch goes through two octaves from 0 to 99."""
FASTEST_WPM, SLOWEST_WPM = 290, 95
"""Beyond these espeak-ng swallows syllables, or stretches them until they hum."""


@dataclass(frozen=True)
class Voice:
    """A speaker: an espeak-ng voice (`language+variant`) and how it speaks when at ease.

    pitch and pitch_range are espeak's 0–99, rate_wpm words a minute, formant a shift of the
    whole voice in semitones (it makes another person of the same variant).
    """

    name: str
    pitch: int = 40
    pitch_range: int = 45
    rate_wpm: int = 160
    formant: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """How one line is spoken; volume_db and tilt_db (above 1.5 kHz) relative to at ease."""

    rate_wpm: int
    pitch: int
    pitch_range: int
    volume_db: float
    tilt_db: float


class EspeakVoices:
    """espeak-ng as a source of voices: languages × variants × formants."""

    name = "espeak"
    data: Path | None = None
    """The folder of espeak-ng's data, where not the installed one."""

    def gather(self, hook: Hook = silent) -> None:
        library_name()

    def speakers(self) -> tuple[Speaker, ...]:
        return _speakers()

    def say(
        self,
        speaker: Speaker,
        kind: str,
        what: str,
        manner: Manner,
        rng: np.random.Generator,
        said: Collection[str] = (),
    ) -> Utterance:
        grammar = grammar_of(speaker.language)
        text = phrase(grammar, speaker.speaker_id, kind, what, manner.arousal, rng, said)
        voice = at_ease(speaker)
        delivery = in_manner(voice, manner)
        made = _spoken(text, voice, delivery, int(rng.integers(2**31)), self.data)
        stretch = 2.0 ** (voice.formant / 12.0)
        raw = Sound(made.samples[np.newaxis], round(made.rate_hz * stretch))
        dry, words = _line(text, made, media.resample(raw, RATE_HZ).mono, stretch)
        brighter_db = BRIGHTER_DB.get(speaker.family.removeprefix(FAMILY), 0.0)
        loud = with_effort(dry, delivery.volume_db, delivery.tilt_db + brighter_db)
        return Utterance(text, Sound(loud.astype(np.float32)[np.newaxis], RATE_HZ), words, manner)


def at_ease(speaker: Speaker) -> Voice:
    """How a speaker of the source talks when at ease: drawn once from the speaker's name."""
    name, formant = speaker.speaker_id.removeprefix("espeak/").rsplit("/", 1)
    digest = hashlib.sha256(speaker.speaker_id.encode()).hexdigest()
    rng = np.random.default_rng(int(digest[:12], 16))
    return Voice(
        name,
        pitch=int(np.clip(rng.normal(46, 6), 32, 60)),
        pitch_range=int(np.clip(rng.normal(38, 5), 25, 50)),
        rate_wpm=int(np.clip(rng.normal(168, 12), 140, 195)),
        formant=float(formant),
    )


def in_manner(voice: Voice, manner: Manner) -> Delivery:
    """How a voice says a line in a manner, within what espeak-ng does well."""
    wanted = cues(manner)
    stretch = 2.0 ** (voice.formant / 12.0)
    rate_wpm = voice.rate_wpm * wanted.rate / stretch  # the shift of formants hurries it again
    return Delivery(
        rate_wpm=round(float(np.clip(rate_wpm, SLOWEST_WPM, FASTEST_WPM))),
        pitch=int(np.clip(voice.pitch + wanted.pitch_st / ST_PER_PITCH, 0, 99)),
        pitch_range=int(np.clip(voice.pitch_range * wanted.pitch_range, 5, 99)),
        volume_db=wanted.level_db,
        tilt_db=wanted.tilt_db,
    )


def deliver(voice: Voice, intensity: float) -> Delivery:
    """How a sample clip's commentator says a line, from 0 (calm) to 1 (fierce)."""
    push = float(np.clip(intensity, 0.0, 1.0))
    return Delivery(
        rate_wpm=round(voice.rate_wpm * (0.85 + 0.55 * push)),
        pitch=int(np.clip(voice.pitch - 6 + 34 * push, 0, 99)),
        pitch_range=int(np.clip(voice.pitch_range * (0.55 + 1.15 * push), 5, 99)),
        volume_db=-4.0 + 10.0 * push,
        tilt_db=-2.0 + 7.0 * push,
    )


def speak(text: str, voice: Voice, delivery: Delivery, booth: Booth | None = None) -> Utterance:
    """Speak a line into a booth, whose room rings on after it.

    Raises:
        MrcmvError: espeak-ng is not installed, or does not have the voice.
    """
    booth = booth or Booth()
    made = _spoken(text, voice, delivery)
    stretch = 2.0 ** (voice.formant / 12.0)
    raw = signal.resample(made.samples, int(len(made.samples) * RATE_HZ / (made.rate_hz * stretch)))
    dry, words = _line(text, made, raw, stretch)
    loud = with_effort(dry, delivery.volume_db, delivery.tilt_db)
    heard = heard_in(booth, np.pad(loud, (0, int(booth.room_s * RATE_HZ))))
    fade = np.minimum(1.0, np.arange(len(heard))[::-1] / (0.02 * RATE_HZ))
    wet: Floats = (heard * fade).astype(np.float32)
    return Utterance(text, Sound(wet[np.newaxis], RATE_HZ), words)


@cache
def _speakers() -> tuple[Speaker, ...]:
    return tuple(
        Speaker(
            speaker_id=f"espeak/{voice}+{variant}/{formant:+.1f}",
            family=FAMILY + family,
            language=language,
            origin="synthetic",
            source="espeak-ng",
            licence="GPL-3.0-or-later (the program; its speech is free)",
        )
        for language, voices in VOICES.items()
        for voice in voices
        for family, variants in FAMILIES.items()
        for variant in variants
        for formant in FORMANTS_ST
    )


def _spoken(
    text: str, voice: Voice, delivery: Delivery, seed: int = 0, data: Path | None = None
) -> Synthesised:
    return synthesise(
        text, voice.name, delivery.rate_wpm, delivery.pitch, delivery.pitch_range, seed, data=data
    )


def _line(
    text: str, made: Synthesised, raw: Floats, stretch: float
) -> tuple[Floats, tuple[Word, ...]]:
    """The line with the silence around it cut away, and when its words are.

    Shape: raw `(n,)` at 48 kHz, `stretch` × faster than made.
    """
    part = spoken_part(raw)
    dry: Floats = raw[part]
    words = _words(text, made.marks, part.start / RATE_HZ, len(dry) / RATE_HZ, stretch)
    return dry, words


def _words(
    text: str, marks: tuple[Mark, ...], offset_s: float, end_s: float, stretch: float
) -> tuple[Word, ...]:
    """espeak's marks as words; a word ends where the next begins. A mark of no letters (there is
    one now and then at the end) is none."""
    marks = tuple(mark for mark in marks if text[mark.place - 1 :][: mark.length].strip())
    starts = [min(max(0.0, mark.start_s / stretch - offset_s), end_s) for mark in marks]
    ends = [*starts[1:], end_s]
    return tuple(
        Word(text[mark.place - 1 :][: mark.length], start, end)
        for mark, start, end in zip(marks, starts, ends, strict=True)
    )
