"""A study's stimuli as a bundle, put in its place when it is whole; left alone when it is there."""

import hashlib
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

from mrcmv import media
from mrcmv.errors import StudyError
from mrcmv.progress import Hook, silent
from mrcmv.stimuli.gathering import VERSIONS, Asked, Job
from mrcmv.stimuli.levelling import SPREAD_LU, Level, level
from mrcmv.stimuli.soundtracks import Laid, soundtracks
from mrcmv.study.bundle import (
    MEDIA,
    PICTURE,
    STIMULI,
    STUDY,
    Bundle,
    check_hashes,
    read_bundle,
    write_bundle,
)
from mrcmv.study.reading import read_study
from mrcmv.study.stimulus import Stimulus

RATE_HZ = 48_000


def built(job: Job, folder: Path) -> Bundle | None:
    """The bundle in a folder where it is whole and was made of just this; else None."""
    try:
        bundle = read_bundle(folder)
        check_hashes(bundle)
        pictures = bundle.made.get("pictures", {})
        same = all(_sha256(bundle.files[name]) == sha for name, sha in pictures.items())
    except (StudyError, OSError, KeyError):
        return None
    return bundle if same and bundle.made.get("identity") == job.identity else None


def build(job: Job, folder: Path, hook: Hook = silent) -> Bundle:
    """Render the stimuli and put them into the folder, in place of a bundle that was there.

    Nothing is changed there before all is done; names are drawn anew.

    Raises:
        StudyError: a stimulus cannot be made, or the folder holds something else.
        MrcmvError: a clip, a track or a file cannot be used.
    """
    _check_folder(job.study.id, folder)
    with _making(folder) as new:
        (new / MEDIA).mkdir(parents=True)
        made: list[Stimulus] = []
        facts: dict[str, Any] = {}
        chosen: list[dict[str, tuple[str, float]]] = []
        for number, asked in enumerate(job.clips):
            hook("Rendering stimuli", completed=number, total=len(job.clips))
            laid = soundtracks(job, asked, hook)
            stimuli, told = _render(job, asked, laid, new / MEDIA, hook)
            made += stimuli
            facts |= told
            chosen.append({one.source: one.start for one in laid if one.start})
        hook("Rendering stimuli", completed=len(job.clips), total=len(job.clips))
        notes = [*job.notes, *_quiet(job, facts), *_same(chosen)]
        about = _about(job, facts, made, new) | {"notes": notes}
        write_bundle(Bundle(new, job.study, tuple(made), about))
        _same_times(new)
    return read_bundle(folder)


def _check_folder(study: str, folder: Path) -> None:
    """Raise StudyError for a place that is not this study's, before any work."""
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file. Name a folder for the study.")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / STIMULI).is_file():
        raise StudyError(f"{folder} holds other files. Name a new folder for the study.")
    try:
        other = read_study(folder / STUDY).id
    except StudyError:  # damaged: it is built again
        return
    if other != study:
        raise StudyError(f"{folder} holds the study {other}. Name another folder for {study}.")


def _render(
    job: Job, asked: Asked, laid: tuple[Laid, ...], folder: Path, hook: Hook
) -> tuple[list[Stimulus], dict[str, Any]]:
    """A clip's files: its soundtracks, alike, and its picture. The stimuli, and facts by name."""
    names = {one.source: _name() for one in laid}
    sounds = {names[one.source]: one.samples for one in laid}
    levels = level(sounds, job.study.rendering.target_lufs, folder)
    media.fill_alike([one.file for one in levels.values()])
    picture = _name()
    copied = media.write_picture(asked.clip, folder / (picture + PICTURE), hook)
    stimuli, facts = [], {}
    for one in laid:
        name = names[one.source]
        stimuli.append(
            Stimulus(
                name,
                asked.name,
                one.source,
                one.samples.shape[1] / RATE_HZ,
                _sha256(levels[name].file),
                picture,
            )
        )
        facts[name] = _facts(asked, one, levels[name]) | {"picture_copied": copied}
    return stimuli, facts


def _facts(asked: Asked, one: Laid, measured: Level) -> dict[str, Any]:
    return {
        "clip": asked.name,
        "source": one.source,
        **one.made,
        "loudness_lufs": measured.loudness_lufs,
        "true_peak_dbtp": measured.true_peak_dbtp,
        "gain_db": measured.gain_db,
    }


def _about(
    job: Job, facts: dict[str, Any], stimuli: list[Stimulus], folder: Path
) -> dict[str, Any]:
    """How the bundle was made: for its report, and to know it again."""
    pictures = {one.picture + PICTURE for one in stimuli}
    return {
        "identity": job.identity,
        "versions": VERSIONS,
        "weights": dict(job.weights),
        "separation": job.app.settings.separation,
        "n_tracks": job.n_tracks,
        "clips": {
            one.name: {"sha256": one.whole, "duration_s": one.clip.duration_s, "tags": [*one.tags]}
            for one in job.clips
        },
        "pictures": {name: _sha256(folder / MEDIA / name) for name in sorted(pictures)},
        "stimuli": facts,
    }


def _quiet(job: Job, facts: dict[str, Any]) -> Iterator[str]:
    """A sentence for each clip that peaks kept below the loudness asked for."""
    target = job.study.rendering.target_lufs
    for asked in job.clips:
        own = [one["loudness_lufs"] for one in facts.values() if one["clip"] == asked.name]
        lowest = min((one for one in own if one is not None), default=target)
        if lowest < target - SPREAD_LU:
            yield (
                f"{asked.name}: all soundtracks are at {lowest:.1f} LUFS instead of {target:g}, as "
                "the peaks of one allow no more."
            )


def _same(chosen: list[dict[str, tuple[str, float]]]) -> Iterator[str]:
    """A sentence for each two methods that found the same track for a clip."""
    names = list(dict.fromkeys(name for one in chosen for name in one))
    for a, b in combinations(names, 2):
        both = [one for one in chosen if a in one and b in one]
        n_same = sum(one[a][0] == one[b][0] for one in both)
        n_equal = sum(one[a] == one[b] for one in both)
        if n_same:
            equal = f", {n_equal} of them from the same second on" if n_equal else ""
            yield f"{n_same} of {len(both)} clips: {a} and {b} gave the same track{equal}."


def _name() -> str:
    """A name that says nothing and that nobody guesses."""
    return secrets.token_hex(16)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _same_times(folder: Path) -> None:
    """One time of change for all files: servers tell it, and methods are rendered in an order."""
    now_s = int(time.time())
    for file in folder.rglob("*"):
        os.utime(file, (now_s, now_s))


@contextmanager
def _making(folder: Path) -> Iterator[Path]:
    """A new folder beside the place, put into it when the block has ended without an error."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as name:
            # One deeper than bundles lie, so that nobody takes it for one.
            new, old = Path(name) / "new", Path(name) / "old"
            yield new
            if folder.exists():
                folder.replace(old)
            try:
                new.replace(folder)
            except OSError:
                if old.exists():
                    old.replace(folder)
                raise
    except OSError as error:
        raise StudyError(
            f"{folder} cannot be written ({error.strerror or error}). Free some space, or name "
            "another place."
        ) from None
