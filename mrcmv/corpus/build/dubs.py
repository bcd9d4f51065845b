"""Speaking over the takes of a plan: the clean voice, its transcript, and what it says to an
editor."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.manifest import read_record, write_record
from mrcmv.corpus.build.plan import Dub, stream
from mrcmv.corpus.build.takes import TakeRecord
from mrcmv.corpus.editor.listening import read_voice
from mrcmv.corpus.footage.take import Shot, Take
from mrcmv.corpus.voices.mood import draw_mood
from mrcmv.corpus.voices.narration import Line, Narration, narrate
from mrcmv.corpus.voices.speaker import Speaker, VoiceSource
from mrcmv.inputs import VOICE_HZ, levelled
from mrcmv.types import WINDOW_S, Floats, Sound

VOICE_KBPS = 40
"""Opus for all alike. Whoever needs a voice at 48 kHz without loss has it spoken again
(`speak_over`): that gives the same samples."""
LEAST_SPEECH_S = 3.0
"""With less in the first 32 s there is no voice-over to go by."""


@dataclass(frozen=True)
class DubRecord:
    """What is known of a dub. `voice`: its file, relative to the corpus; `reading`: what it says
    on each axis of the editor's, not standardised; `usable`: somebody speaks in the window."""

    pair_id: str
    take_id: str
    split: str
    speaker_id: str
    family: str
    language: str
    voice: str
    speech_s: float
    usable: bool
    mood: dict[str, float]
    booth: dict[str, float]
    reading: list[float]
    lines: list[dict[str, Any]]


Cast = Mapping[str, tuple[VoiceSource, Speaker]]
"""Speaker id → who that is and what makes them speak."""


def speak_over(dub: Dub, take: TakeRecord, cast: Cast) -> Narration:
    """The narration of a dub; the same each time it is asked for."""
    source, speaker = cast[dub.speaker_id]
    rng = stream(dub.seed, "dub")
    return narrate(as_take(take), source, speaker, draw_mood(rng), rng)


def make_dub(dub: Dub, take: TakeRecord, cast: Cast, folder: Path) -> DubRecord:
    """Speak a dub below `folder`, once."""
    stamp = folder / "voices" / f"{dub.pair_id}.json"
    if (kept := read_record(stamp)) is not None:
        return DubRecord(**kept)
    told = speak_over(dub, take, cast)
    file = folder / "voices" / f"{dub.pair_id}.opus"
    media.write_sound(levelled(told.voice), file, VOICE_KBPS)
    early = sum(_inside(line) for line in told.lines)
    record = DubRecord(
        pair_id=dub.pair_id,
        take_id=dub.take_id,
        split=dub.split,
        speaker_id=dub.speaker_id,
        family=told.speaker.family,
        language=told.speaker.language,
        voice=str(file.relative_to(folder)),
        speech_s=round(told.speech_s, 3),
        usable=early >= LEAST_SPEECH_S,
        mood={name: round(value, 5) for name, value in vars(told.mood).items()},
        booth={name: round(float(value), 5) for name, value in vars(told.booth).items()},
        reading=reading_of(told).tolist(),
        lines=[_row(line) for line in told.lines],
    )
    write_record(record, stamp)
    return record


def reading_of(told: Narration) -> Floats:
    """What a narration says on each axis, not standardised. Shape: (axes,)."""
    lengths = np.array([line.span.duration_s for line in told.lines] or [1.0])
    manners = [line.manner for line in told.lines]
    pace, melody = (
        float(np.average([getattr(m, name) for m in manners], weights=lengths)) if manners else 0.0
        for name in ("pace", "melody")
    )
    return read_voice(held(told.arousal), pace, melody)


def held(arousal: Floats) -> Floats:
    """Arousal through the silences: between two lines it goes from one to the other.

    Shape: (seconds,) with NaN in silence → (seconds,).
    """
    known = np.flatnonzero(np.isfinite(arousal))
    if len(known) == 0:
        return np.zeros_like(arousal)
    filled: Floats = np.interp(np.arange(len(arousal)), known, arousal[known]).astype(np.float32)
    return filled


def as_take(record: TakeRecord) -> Take:
    """A recorded take for those who speak over it: its truth without its sound."""
    plan = tuple((float(start_s), str(style)) for start_s, style in record.plan)
    shot = Shot(record.source, record.place, plan, record.duration_s, record.seed)
    nothing = Sound(np.zeros((2, 0), np.float32), VOICE_HZ)
    seconds = {name: record.second(name) for name in record.seconds}
    return Take(shot, nothing, seconds, record.happened, 0)


def _inside(line: Line) -> float:
    return max(0.0, min(line.span.end_s, WINDOW_S) - line.span.start_s)


def _row(line: Line) -> dict[str, Any]:
    return {
        "start_s": round(line.span.start_s, 3),
        "end_s": round(line.span.end_s, 3),
        "kind": line.kind,
        "text": line.text,
        "manner": {name: round(value, 4) for name, value in vars(line.manner).items()},
        "words": [
            {"text": w.text, "start_s": round(w.start_s, 3), "end_s": round(w.end_s, 3)}
            for w in line.words
        ],
    }
