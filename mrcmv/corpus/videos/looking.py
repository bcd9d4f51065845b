"""Which files below a folder are videos that can be used, each content once."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mrcmv import media
from mrcmv.cache import TAG
from mrcmv.errors import MediaError, MrcmvError
from mrcmv.settings import Settings
from mrcmv.types import Clip

SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi")
"""Of what is looked at; what a file really is, its first bytes say."""
SHORTEST_S = 20.0

Reason = Literal["unusable", "short", "no sound", "copy", "no voice", "no music", "not together"]
"""Kinds of reasons, as they are counted."""


@dataclass(frozen=True)
class LeftOut:
    """A video that is not used: the kind of reason, and a sentence that tells it."""

    kind: Reason
    sentence: str


def find_videos(folder: Path, own: Path) -> list[Path]:
    """The videos below a folder by their names' endings, in order.

    Hidden files and folders, caches, and the corpus's `own` folder are passed over.

    Raises:
        MrcmvError: there is no such folder, or no video in it.
    """
    if not folder.is_dir():
        raise MrcmvError(f"{printable(folder)} is not a folder. Give the folder of the videos.")
    found = []
    for here, folders, names in os.walk(folder):
        if (Path(here) / TAG).is_file() or Path(here).resolve() == own.resolve():
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [file for name in names if _is_video(file := Path(here) / name)]
    if not found:
        raise MrcmvError(
            f"No video lies below {printable(folder)}. Put some there ({', '.join(SUFFIXES)}); "
            "docs/datasets.md says how to get the paper's."
        )
    return sorted(found)


def look_at(file: Path, limits: Settings) -> Clip | LeftOut:
    """Probe a video: one with a picture, with sound, and as long as the shortest stretch."""
    try:
        clip = media.probe(file, limits)
    except MediaError as error:
        return LeftOut("unusable", printable(error))
    name = printable(file.name)
    if not clip.has_sound:
        return LeftOut("no sound", f"{name} has no sound: it holds neither voice nor music.")
    if clip.duration_s < SHORTEST_S:
        lasts = f"{name} lasts {clip.duration_s:.1f} s"
        return LeftOut("short", f"{lasts}; the shortest that is used is {SHORTEST_S:g} s.")
    return clip


def once_each(seen: Sequence[Clip | LeftOut]) -> list[Clip | LeftOut]:
    """The same, with all but the first of videos of the same content left out."""
    first: dict[str, Clip] = {}
    told: list[Clip | LeftOut] = []
    for one in seen:
        if isinstance(one, LeftOut) or first.setdefault(one.content_hash, one) is one:
            told.append(one)
            continue
        twin = printable(first[one.content_hash].path.name)
        told.append(LeftOut("copy", f"{printable(one.path.name)} is the same file as {twin}."))
    return told


def printable(text: object) -> str:
    """As text that can be written anywhere: bytes of a name that are not UTF-8 are spelled out."""
    return str(text).encode("utf-8", errors="backslashreplace").decode()


def _is_video(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()
