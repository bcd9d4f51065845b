"""Human prompts as a source of voices: fixed recordings, chosen by length and by how lively they
are, moved by manner.

What they say has nothing to do with the game; a network that hears how, not what, does not mind.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from scipy.special import ndtr

from mrcmv.corpus.voices.cues import cues, spoken_part, with_effort
from mrcmv.corpus.voices.liveliness import liveliness
from mrcmv.corpus.voices.packages import (
    RECORDINGS,
    Recording,
    fetch,
    licence,
    transcripts,
    version,
)
from mrcmv.corpus.voices.reshaping import reshaped, word_times
from mrcmv.corpus.voices.speaker import RATE_HZ, Manner, Speaker, Utterance
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook, silent
from mrcmv.types import Sound

HELD_OUT = "prompts-ivrvoice"
"""The family of the Russian prompts: kept whole for test."""
SHIFTS_ST = (-2.0, 0.0, 1.5)
"""Shifts of a whole voice: each makes another person, of the same family."""
MELODY_SPREAD = 1.0
"""About the spread of a manner's melody: what is one spread above is as lively as the 84 %."""
CHOICE = 0.1
"""Among this share of the prompts on either side one is taken at random."""
BYTES_A_SECOND = 8000
"""Of G.722 at 64 kbit/s: a file's size is its length."""
LENGTHS_S = {
    "open": (1.8, 6.0),
    "quiet": (1.5, 5.5),
    "idle": (2.5, 7.0),
    "busy": (0.8, 2.2),
    "spotted": (0.7, 1.8),
    "fight": (0.7, 1.8),
    "kill": (0.6, 1.6),
    "hurt": (0.5, 1.4),
    "low": (1.2, 3.0),
    "find": (0.9, 2.5),
    "win": (1.2, 3.5),
}
"""How long a prompt may be to serve as a line of a kind (what happens fast is told briefly)."""
_LIVELINESS = "liveliness.json"
_NO_SPEECH = re.compile(r"beep|2tone|silence|monkeys|confbridge-(join|leave)|tone-time")
_LISTS = re.compile(r"^(digits|letters|phonetic)/")
"""Numbers and letters are read as parts of a list: half a sentence's melody, over and over."""


@dataclass(frozen=True)
class Prompt:
    """A recorded line. Without a transcript, `text` is the file's name. `lively`: how far its
    pitch moves, in semitones."""

    name: str
    file: Path
    text: str
    duration_s: float
    lively: float = 0.0


class PromptVoices:
    """The recorded prompts below a folder as a source of voices."""

    name = "prompts"

    def __init__(self, folder: Path, recordings: tuple[Recording, ...] = RECORDINGS) -> None:
        self._folder = folder
        self._recordings = {f"{each.language}-{each.person}": each for each in recordings}

    def gather(self, hook: Hook = silent) -> None:
        fetch(self._folder, tuple(self._recordings.values()), hook)
        n_recordings = len(self._recordings)
        for done, (name, recording) in enumerate(self._recordings.items()):
            hook("listening to prompts", name, completed=done, total=n_recordings)
            prompts(self._folder, recording)

    def speakers(self) -> tuple[Speaker, ...]:
        return tuple(
            Speaker(
                speaker_id=f"prompts/{name}/{shift:+.1f}",
                family=f"prompts-{each.person}",
                language=each.language,
                origin="human",
                source=f"Debian {each.sounds} {version(self._folder, each.sounds)}",
                licence=licence(self._folder, each),
            )
            for name, each in self._recordings.items()
            for shift in SHIFTS_ST
        )

    def say(
        self,
        speaker: Speaker,
        kind: str,
        what: str,
        manner: Manner,
        rng: np.random.Generator,
        said: Collection[str] = (),
    ) -> Utterance:
        _, name, shift = speaker.speaker_id.split("/")
        known = prompts(self._folder, self._recordings[name])
        prompt = chosen(known, kind, manner.melody, rng, said)
        wanted = cues(manner)
        raw = reshaped(
            prompt.file, tempo=wanted.rate, pitch_st=wanted.pitch_st, shift_st=float(shift)
        )
        dry = raw[spoken_part(raw)]
        loud = with_effort(dry, wanted.level_db, wanted.tilt_db).astype(np.float32)
        words = word_times(prompt.text, dry)
        return Utterance(prompt.text, Sound(loud[np.newaxis], RATE_HZ), words, manner)


@cache
def prompts(folder: Path, recording: Recording) -> tuple[Prompt, ...]:
    """All prompts of a recording that are speech, by name. How lively they are is measured the
    first time and kept.

    Raises:
        MrcmvError: the package was not fetched, or has no prompts.
    """
    texts = transcripts(folder, recording)
    home = folder / recording.sounds
    version(folder, recording.sounds)
    found = []
    for file in sorted(home.rglob("*.g722")):
        name = str(file.relative_to(home)).split("/sounds/")[-1].partition("/")[2]
        name = name.removesuffix(".g722")
        text = plain(texts.get(name, re.sub(r"[-_/]", " ", name)))
        if text and not _NO_SPEECH.search(name) and not _LISTS.search(name):
            found.append(Prompt(name, file, text, file.stat().st_size / BYTES_A_SECOND))
    if not found:
        raise MrcmvError(f"{home} holds no G.722 prompts: delete it and fetch {recording.sounds}.")
    moves = liveliness({each.name: each.file for each in found}, home / _LIVELINESS)
    return tuple(replace(each, lively=moves[each.name]) for each in found)


def plain(text: str) -> str:
    """A transcript without remarks in brackets and dots that stand for what follows."""
    text = re.sub(r"\[[^]]*\]|\([^)]*\)|<[^>]*>|\.\.+|…", " ", text)
    return " ".join(text.split())


def chosen(
    known: tuple[Prompt, ...],
    kind: str,
    melody: float,
    rng: np.random.Generator,
    said: Collection[str] = (),
) -> Prompt:
    """A prompt of the length that a kind asks for, not said before while there is another, and
    about as lively among these as the melody asks for."""
    shortest, longest = LENGTHS_S[kind]
    fitting = [prompt for prompt in known if shortest <= prompt.duration_s <= longest]
    fresh = [prompt for prompt in fitting if prompt.text not in said]
    pool = sorted(fresh or fitting or known, key=lambda prompt: (prompt.lively, prompt.name))
    wanted = ndtr(melody / MELODY_SPREAD) + rng.uniform(-CHOICE, CHOICE)
    return pool[int(np.clip(wanted * len(pool), 0, len(pool) - 1))]
