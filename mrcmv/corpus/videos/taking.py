"""One video: its sound taken apart, its stretches written in the corpus's formats, once."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.dubs import LEAST_SPEECH_S, VOICE_KBPS
from mrcmv.corpus.build.manifest import read_record, write_record
from mrcmv.corpus.build.takes import FRAMES_HZ, FRAMES_QUALITY, GAME_KBPS
from mrcmv.corpus.encode import pictures_to
from mrcmv.corpus.music import spectrum, twins
from mrcmv.corpus.videos.looking import LeftOut, Reason, printable
from mrcmv.corpus.videos.stretches import (
    course_of,
    has_music,
    has_speech,
    stretches,
    under_speech_db,
    windows,
)
from mrcmv.errors import MrcmvError
from mrcmv.inputs import levelled, window_sound
from mrcmv.separation import separate
from mrcmv.settings import Settings
from mrcmv.types import Clip, Sound, Span, Stems

VERSION = 1
"""Raise it when the same video would be taken apart or cut differently."""
MUSIC_KBPS = 128
FOLDERS = ("videos", "takes", "voices", "music")
UPRIGHT_QUALITY = ("-vf", "scale=180:-2:flags=area", *FRAMES_QUALITY[2:])
"""For pictures that are higher than wide: their short side, too, has 180 px."""

WHY: dict[Reason, str] = {
    "no voice": f"holds no voice-over: less than {LEAST_SPEECH_S:g} s of speech were found in it.",
    "no music": "holds no music that could be found: nothing sounds between the words.",
    "not together": "holds no 32 s with both speech and music.",
}


@dataclass(frozen=True)
class Stretch:
    """A stretch of a video; times are the video's seconds but for those of `speech`, which count
    from its start. Paths are relative to the corpus. `starts_s`: of its windows."""

    take_id: str
    start_s: float
    duration_s: float
    frames: str
    voice: str
    game: str | None
    speech: list[list[float]]
    light: list[float]
    starts_s: list[float]


@dataclass(frozen=True)
class Taken:
    """What is known of a video that was taken apart. `music`: its file, relative to the corpus."""

    version: int
    video_id: str
    duration_s: float
    fps: float
    music: str
    under_speech_db: float | None
    stretches: list[Stretch]


def id_of(clip: Clip) -> str:
    """By its content and not by its name."""
    return clip.content_hash[:12]


def take_apart(clip: Clip, folder: Path, backend: str, settings: Settings) -> Taken | LeftOut:
    """Take a video apart below `folder`, once."""
    stamp = folder / "videos" / f"{id_of(clip)}.json"
    kept = read_record(stamp)
    if kept is None or kept.get("version") != VERSION:
        try:
            made = _taken(clip, folder, backend, settings)
        except MrcmvError as error:
            return LeftOut("unusable", printable(error))
        kept = {"version": VERSION, "why": made} if isinstance(made, str) else asdict(made)
        write_record(kept, stamp)
    if "why" in kept:
        why: Reason = kept["why"]
        return LeftOut(why, f"{printable(clip.path.name)} {WHY[why]}")
    return _remembered(kept)


def is_done(clip: Clip, folder: Path) -> bool:
    """Whether a video was taken apart already, or found to be of no use."""
    kept = read_record(folder / "videos" / f"{id_of(clip)}.json")
    return kept is not None and kept.get("version") == VERSION


def landmarks_of(video_id: str, folder: Path) -> twins.Landmarks:
    """The fingerprint of a video's music."""
    kept: twins.Landmarks = np.load(folder / "videos" / f"{video_id}.npy")
    return kept


def _taken(clip: Clip, folder: Path, backend: str, settings: Settings) -> Taken | Reason:
    whole = Span(0.0, clip.duration_s)
    sound = window_sound(media.read_sound(clip.path), whole)
    stems = separate(sound, backend, settings=settings)
    music = stems.music or stems.rest
    if stems.voice is None or stems.speech_s < LEAST_SPEECH_S:
        return "no voice"
    if music is None or not music.samples.any():
        return "no music"
    course = course_of(stems.speech, stems.voice, music, clip.duration_s)
    sounding = [span for span in windows(clip.duration_s) if has_music(course, span)]
    if not sounding:
        return "no music"
    found = stretches([span for span in sounding if has_speech(course, span)])
    if not found:
        return "not together"
    name = id_of(clip)
    file = folder / "music" / f"{name}.opus"
    media.write_sound(music, file, MUSIC_KBPS)
    low = media.resample(Sound(music.mono[None], music.rate_hz), spectrum.RATE_HZ)
    np.save(folder / "videos" / f"{name}.npy", twins.landmarks(spectrum.level_db(low.mono)))
    made = [
        _write(clip, span, starts_s, f"{name}-{number}", stems, folder)
        for number, (span, starts_s) in enumerate(found)
    ]
    place = str(file.relative_to(folder))
    under_db = under_speech_db(course)
    return Taken(VERSION, name, clip.duration_s, clip.fps, place, under_db, made)


def _write(
    clip: Clip, span: Span, starts_s: tuple[float, ...], name: str, stems: Stems, folder: Path
) -> Stretch:
    """A stretch's files: frames, clean voice and, where it was told apart, the game's sound."""
    frames, voice = folder / "takes" / f"{name}.mp4", folder / "voices" / f"{name}.opus"
    light = _write_frames(clip, span, frames)
    assert stems.voice is not None
    own = window_sound(stems.voice, span)
    media.write_sound(levelled(Sound(own.mono[None], own.rate_hz)), voice, VOICE_KBPS)
    game = folder / "takes" / f"{name}.opus" if stems.effects else None
    if stems.effects and game:
        media.write_sound(window_sound(stems.effects, span), game, GAME_KBPS)
    return Stretch(
        take_id=name,
        start_s=span.start_s,
        duration_s=round(span.duration_s, 3),
        frames=str(frames.relative_to(folder)),
        voice=str(voice.relative_to(folder)),
        game=str(game.relative_to(folder)) if game else None,
        speech=[list(one) for one in _inside(stems.speech, span)],
        light=light,
        starts_s=list(starts_s),
    )


def _write_frames(clip: Clip, span: Span, file: Path) -> list[float]:
    """The network's frames of a stretch; how light each whole second is, 0-1."""
    n = int(span.duration_s * FRAMES_HZ)
    times_s = [span.start_s + number / FRAMES_HZ for number in range(n)]
    mute = replace(clip, audio_codec=None)
    images = media.read_clip(mute, span, times_s).frames.images  # (n, height, width, 3)
    height, width = images.shape[1:3]
    quality = UPRIGHT_QUALITY if height > width else FRAMES_QUALITY
    with pictures_to(file, width, height, FRAMES_HZ, quality) as sink:
        for image in images:
            sink(np.ascontiguousarray(image))
    light = images[:, ::8, ::8].mean(axis=(1, 2, 3)) / 255
    hz = int(FRAMES_HZ)
    return [round(float(light[at : at + hz].mean()), 5) for at in range(0, n - n % hz, hz)]


def _inside(speech: tuple[Span, ...], span: Span) -> list[tuple[float, float]]:
    """The parts of the speech in a stretch, on the seconds of the stretch."""
    cut = [
        (max(one.start_s, span.start_s) - span.start_s, min(one.end_s, span.end_s) - span.start_s)
        for one in speech
    ]
    return [(round(start_s, 3), round(end_s, 3)) for start_s, end_s in cut if end_s > start_s]


def _remembered(kept: dict[str, Any]) -> Taken:
    return Taken(**{**kept, "stretches": [Stretch(**one) for one in kept["stretches"]]})
