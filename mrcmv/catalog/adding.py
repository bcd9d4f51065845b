"""From files on disk to rows of the table: which files, and what is said of each."""

import filecmp
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mrcmv import media
from mrcmv.cache import TAG
from mrcmv.catalog import storage, table
from mrcmv.catalog.facts import Facts
from mrcmv.errors import CatalogError
from mrcmv.types import Track

SUFFIXES = (".mp3", ".ogg", ".opus", ".flac", ".wav", ".m4a")
"""The kinds of files that a folder is searched for."""


@dataclass(frozen=True)
class Problem:
    """A file that cannot be used, and why, in a sentence."""

    file: Path
    message: str


@dataclass(frozen=True)
class AddReport:
    """What adding did: the new tracks, the files that were there already (with the track that
    each repeats), those among them that are heard another way from now on, and those that cannot
    be used. `note`: a sentence for the user, if one is worth knowing."""

    added: tuple[Track, ...] = ()
    duplicates: tuple[tuple[Path, Track], ...] = ()
    changed: tuple[Track, ...] = ()
    broken: tuple[Problem, ...] = ()
    note: str = ""


def sound_files(paths: Iterable[Path]) -> tuple[list[Path], list[Problem]]:
    """The sound files among and below the paths, in order, each once; and what cannot be added."""
    files: dict[Path, None] = {}
    problems = []
    for path in paths:
        shown = _printable(path)
        if path.is_dir():
            files.update(dict.fromkeys(file.resolve() for file in _below(path)))
        elif not path.exists():
            problems.append(Problem(shown, f"There is no file or folder {shown}."))
        elif path.suffix.lower() not in SUFFIXES:
            kinds = ", ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
            problems.append(Problem(shown, f"{shown.name} is not one of the kinds {kinds}."))
        else:
            files[path.resolve()] = None
    # The table is UTF-8 text: a path with other bytes in it cannot be written there.
    for file in [file for file in files if _printable(file) != file]:
        del files[file]
        shown = _printable(file)
        how = "Rename the file or its folder."
        problems.append(Problem(shown, f"The path {shown} is not valid UTF-8. {how}"))
    return list(files), problems


class Beside:
    """What a `tracks.csv` says of the sound files beside it; each is read once."""

    def __init__(self) -> None:
        self._rows: dict[Path, dict[str, table.Row]] = {}

    def row(self, file: Path) -> table.Row:
        """The row that speaks of a file; nothing where there is none or none can be read."""
        folder = file.parent
        if folder not in self._rows:
            try:
                rows = table.read(folder / table.NAME).rows
            except CatalogError:
                rows = ()
            self._rows[folder] = {row["file"]: row for row in reversed(rows)}
        return self._rows[folder].get(file.name, {})


def describe(file: Path, beside: Beside) -> table.Row:
    """What is known of a sound file: from a `tracks.csv` beside it, its own tags, or its name.

    Raises:
        MediaError: the file is not a sound that can be used.
    """
    row = {**dict.fromkeys(table.COLUMNS, ""), **_from_tags(media.read_tags(file))}
    beside_it = beside.row(file).items()
    row |= {name: text for name, text in beside_it if text and name not in table.HEARD}
    row["title"] = row["title"] or " ".join(file.stem.replace("_", " ").split())
    row["file"] = str(file)
    return row


def track(row: table.Row, file: Path, facts: Facts, *, starter: bool = False) -> Track:
    """The track that a row and its file's facts make."""
    return Track(
        track_id=facts.content_hash[:12],
        file=file,
        title=row.get("title") or file.stem,
        artist=row.get("artist", ""),
        album=row.get("album", ""),
        licence=row.get("licence", ""),
        licence_url=row.get("licence_url", ""),
        source=row.get("source", ""),
        tags=table.split_tags(row.get("tags", "")),
        duration_s=facts.duration_s,
        content_hash=facts.content_hash,
        starter=starter,
        song=row.get("song", "").lower(),
        singing_share=table.split_share(row.get("singing_share", "")),
    )


def song_cells(track: Track) -> table.Row:
    """How a track is heard, as the table keeps it."""
    return {"song": track.song, "singing_share": table.join_share(track.singing_share)}


def read_track(path: Path) -> Track:
    """Any sound file as a track, in a catalog or not.

    Raises:
        MediaError: the file is not a sound that can be used.
    """
    file = path.resolve()
    facts = Facts(media.content_hash(file), media.sound_duration_s(file))
    return track(describe(file, Beside()), file, facts)


def copy_into(folder: Path, file: Path) -> Path:
    """Copy a file into the folder, under a name that is free there; the copy's path.

    A copy of it that lies there already under such a name, as a run that was killed leaves it,
    is not made again.

    Raises:
        CatalogError: the copy cannot be written.
    """
    place = folder / file.name
    number = 1
    try:
        while place.exists():
            if filecmp.cmp(file, place, shallow=False):
                return place
            number += 1
            place = folder / f"{file.stem}-{number}{file.suffix}"
        with file.open("rb") as original:
            storage.replace(place, lambda out: shutil.copyfileobj(original, out))
    except OSError as error:
        raise CatalogError(f"{file} cannot be copied ({error.strerror}).") from None
    return place


def _below(folder: Path) -> list[Path]:
    """The sound files below a folder. Hidden folders and caches hold nobody's music: neither what
    the app itself made nor what a library brought along."""
    found = []
    for here, folders, names in os.walk(folder):
        if (Path(here) / TAG).is_file():
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [file for name in names if _is_wanted(file := Path(here) / name)]
    return sorted(found)


def _is_wanted(file: Path) -> bool:
    # macOS leaves "._name.mp3" beside files on foreign disks; they are no sound.
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()


def _printable(path: Path) -> Path:
    """The path, with any bytes that are not UTF-8 written out: `caf\\xe9.mp3`."""
    return Path(os.fsencode(path).decode("utf-8", errors="backslashreplace"))


def _from_tags(tags: dict[str, str]) -> table.Row:
    def first(*names: str) -> str:
        return next((" ".join(tags[name].split()) for name in names if tags.get(name)), "")

    return {
        "title": first("title"),
        "artist": first("artist", "album_artist", "composer"),
        "album": first("album"),
        "licence": first("licence", "license", "copyright"),
        "licence_url": first("licence_url", "license_url", "url"),
        "source": first("source", "website"),
        "tags": table.join_tags(table.split_tags(first("genre", "mood"))),
    }
