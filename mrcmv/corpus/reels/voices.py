"""Lines of a split's speakers: dry, and with all of their band.

The pairs' own voices end at 7 kHz and were heard through a booth (`voices.booth`). A separator
needs them as they were spoken, and draws rooms and bands for itself. Speakers are those that the
corpus deals to the split, by family: of three recorded people two are training's, and the third is
kept for the test, so validation hears synthetic ones alone. Training has as many lines again of
people drawn by chance (`voices.invented`), so that its few families are not all it knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.dubs import Cast
from mrcmv.corpus.build.plan import DEAL, deal, stream
from mrcmv.corpus.build.sizes import Split
from mrcmv.corpus.build.workers import cast_of
from mrcmv.corpus.reels.codecs import perhaps_coded
from mrcmv.corpus.voices.mood import draw_habit, draw_mood, manner_of
from mrcmv.corpus.voices.prompts import HELD_OUT
from mrcmv.corpus.voices.speaker import KINDS, Speaker
from mrcmv.types import Sound

RATE_HZ = 44_100
LINES = 12
"""Lines that a speaker says in one mood."""
SESSION_S = 22.0
"""About how long they last."""
HUMAN_SHARE = 0.35
"""Of a split's lines, where it has recorded speakers: there are few of them, each heard often."""


@dataclass(frozen=True)
class Session:
    """A speaker in a mood. `split` is whose."""

    speaker_id: str
    split: Split
    number: int
    seed: int


Line = tuple[str, dict[str, str], Sound]
"""Name, facts, and the sound: mono at `RATE_HZ`."""


def speakers_of(cast: Cast) -> dict[Split, list[Speaker]]:
    """Who may speak in which split, by the corpus's own deal."""
    own = [speaker for _, speaker in cast.values()]
    dealt = deal([one.family for one in own], DEAL, [HELD_OUT])
    by_split: dict[Split, list[Speaker]] = {"train": [], "validation": [], "test": []}
    for speaker in own:
        by_split[dealt[speaker.family]].append(speaker)
    return by_split


def sessions_of(split: Split, speakers: Sequence[Speaker], n: int, seed: int) -> list[Session]:
    """`n` sessions of a split: families of synthetic speakers in turn, and recorded ones."""
    rng = stream(seed, "reels", "voices", split)
    human = [one for one in speakers if one.origin == "human"]
    families: dict[str, list[Speaker]] = {}
    for one in speakers:
        if one.origin != "human":
            families.setdefault(one.family, []).append(one)
    order = [str(name) for name in rng.permutation(sorted(families))]
    sessions, n_synthetic = [], 0
    for number in range(n):
        recorded = bool(human) and int((number + 1) * HUMAN_SHARE) > int(number * HUMAN_SHARE)
        pool = human if recorded else families[order[n_synthetic % len(order)]]
        n_synthetic += not recorded
        one = pool[int(rng.integers(len(pool)))]
        sessions.append(Session(one.speaker_id, split, number, int(rng.integers(2**31))))
    return sessions


def invented_sessions(speakers: Sequence[Speaker], n: int, seed: int) -> list[Session]:
    """`n` sessions more of training, by people drawn by chance, in turn."""
    rng = stream(seed, "reels", "voices", "invented")
    return [
        Session(speakers[at % len(speakers)].speaker_id, "train", n + at, int(rng.integers(2**31)))
        for at in range(n)
    ]


def speak(session: Session, folder: Path, sources: tuple[str, ...]) -> list[Line]:
    """What a session's speaker says. `folder` holds what the sources have fetched.

    Raises:
        MrcmvError: what the source needs is not installed or was not fetched.
    """
    source, speaker = _cast(folder, sources)[session.speaker_id]
    rng = np.random.default_rng(session.seed)
    mood = draw_mood(rng)
    habit = draw_habit(mood, rng)
    said: list[str] = []
    lines: list[Line] = []
    for number in range(LINES):
        manner = manner_of(mood, habit, float(rng.beta(1.5, 2.5)), rng)
        utterance = source.say(speaker, str(rng.choice(KINDS)), "", manner, rng, said)
        said.append(utterance.text)
        dry, codec = perhaps_coded(media.resample(utterance.sound, RATE_HZ), rng)
        facts = {
            "kind": "human" if speaker.origin == "human" else "synthetic",
            "speaker": speaker.speaker_id,
            "family": speaker.family,
            "language": speaker.language,
            "session": f"{session.split}-{session.number:05d}",
            "codec": codec,
        }
        lines.append((f"{facts['session']}-{number:02d}", facts, dry))
    return lines


_cast = cache(cast_of)
"""One cast a process."""
