"""A study's files on disk: its clips, their tags, and results that were made elsewhere."""

from dataclasses import dataclass
from pathlib import Path

from mrcmv.catalog import table
from mrcmv.catalog.adding import SUFFIXES
from mrcmv.errors import StudyError
from mrcmv.study import Study
from mrcmv.study.parts import ClipFolder, Method

VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v")
"""The kinds of files that a folder of clips is searched for."""


@dataclass(frozen=True)
class Listed:
    """A clip as the study names it, its file, and the tags that a search under tags gets."""

    name: str
    file: Path
    tags: tuple[str, ...] = ()


def clips_of(study: Study, beside: Path) -> tuple[Listed, ...]:
    """The clips of a study whose file lies in the folder `beside`, in order.

    Raises:
        StudyError: a clip or the folder is missing, or there are not as many as the study says.
        CatalogError: the table of tags cannot be read.
    """
    if isinstance(study.clips, str):
        raise StudyError(
            f"The raters of {study.id} bring their own clips: there is nothing to build for it."
        )
    if isinstance(study.clips, ClipFolder):
        return _of_folder(study.clips, beside)
    listed = tuple(Listed(one.file, beside / one.file, one.tags) for one in study.clips)
    for one in listed:
        if not one.file.is_file():
            raise StudyError(
                f"The clip {one.name} of the study is missing: there is no {one.file}."
            )
    return listed


def _of_folder(clips: ClipFolder, beside: Path) -> tuple[Listed, ...]:
    files = _files(beside / clips.folder, VIDEOS, "the study's clips")
    if not files:
        raise StudyError(f"There is no clip in {beside / clips.folder}: put mp4 files into it.")
    if clips.count is not None and clips.count != len(files):
        raise StudyError(
            f"{beside / clips.folder} holds {len(files)} clips, and the study says {clips.count} "
            "(clips.count)."
        )
    tags = _tags(beside / clips.tags, {file.name for file in files}) if clips.tags else {}
    return tuple(Listed(file.name, file, tags.get(file.name, ())) for file in files)


def _tags(path: Path, names: set[str]) -> dict[str, tuple[str, ...]]:
    """Each clip's tags, from a table with the columns `file` and `tags`."""
    if not path.is_file():
        raise StudyError(f"The clips' tags are missing: there is no {path} (clips.tags).")
    rows = {row["file"]: table.split_tags(row.get("tags", "")) for row in table.read(path).rows}
    if strange := sorted(set(rows) - names):
        raise StudyError(f"{path} speaks of {strange[0]}, which is none of the study's clips.")
    return rows


def made_elsewhere(method: Method, clips: tuple[Listed, ...], beside: Path) -> dict[str, Path]:
    """The file of a method with a folder for each clip, by the clip's name: that of the same stem.

    Raises:
        StudyError: the folder, or a clip's file in it, is missing, or there are several.
    """
    folder = beside / str(method.folder)
    by_stem: dict[str, list[Path]] = {}
    for file in _files(folder, (*VIDEOS, *SUFFIXES), f"the files of the method {method.name}"):
        by_stem.setdefault(file.stem, []).append(file)
    stems = [clip.file.stem for clip in clips]
    found: dict[str, Path] = {}
    for clip in clips:
        stem = clip.file.stem
        files = by_stem.get(stem, [])
        if stems.count(stem) > 1:
            raise StudyError(
                f"Two clips are called {stem}: which of them {folder} means can't be told. "
                "Rename one."
            )
        if len(files) != 1:
            several = f"several files {stem}.*" if files else f"no file {stem}.* (video or sound)"
            raise StudyError(
                f"The method {method.name} has {several} in {folder} for the clip {clip.name}."
            )
        found[clip.name] = files[0]
    return found


def _files(folder: Path, suffixes: tuple[str, ...], what: str) -> list[Path]:
    """The files of these kinds in a folder, in order of their names."""
    if not folder.is_dir():
        raise StudyError(f"There is no folder {folder}, where {what} are meant to be.")
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in suffixes and not file.name.startswith(".") and file.is_file()
    )
