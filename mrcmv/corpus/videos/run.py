"""A corpus from a folder of videos, step by step; each video is taken apart once."""

import hashlib
import json
import shutil
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any

from mrcmv.corpus.build.manifest import Row, write_record
from mrcmv.corpus.build.sizes import SPLITS, Split
from mrcmv.corpus.build.tables import Table, write_tables
from mrcmv.corpus.build.workers import each
from mrcmv.corpus.videos.looking import LeftOut, find_videos, look_at, once_each, printable
from mrcmv.corpus.videos.rows import tables_of
from mrcmv.corpus.videos.splitting import families_of, split_videos
from mrcmv.corpus.videos.taking import FOLDERS, Taken, id_of, is_done, landmarks_of, take_apart
from mrcmv.errors import MrcmvError, SeparationError
from mrcmv.progress import Hook, silent
from mrcmv.separation import backend_of
from mrcmv.settings import Settings
from mrcmv.types import Clip

VERSION = "videos-1"
COSTS_S: Mapping[str, float] = {"voice-activity": 4.0}
"""Seconds of one core for a minute of video, by backend, where it was measured."""
MB_PER_MINUTE = 2.5
HOLE_DB = -20.0
"""Music that far down under the words was not ducked by an editor."""
MANY = 40
"""So few videos are looked at sooner than other processes start."""
FEWEST = 3
"""Videos with fewer families than splits leave a split empty."""


def from_videos(
    folder: Path, out: Path, seed: int, *, jobs: int, backend: str, settings: Settings,
    hook: Hook = silent,
) -> Path:  # fmt: skip
    """Make a corpus of the videos below `folder` in a folder of its own below `out`; returns it.

    Videos that cannot be used are told to the hook in a sentence each and counted in
    `figures.json`.

    Raises:
        SeparationError: there is no such backend, or it is not installed.
        MrcmvError: no video can be used, or the corpus cannot be written.
    """
    if missing := backend_of(backend).missing(settings):
        raise SeparationError(f"The backend {backend} is not installed. {missing}")
    place = place_of(folder, out, backend)
    try:
        return _made(folder, place, seed, jobs, backend, settings, hook)
    except BrokenProcessPool:
        raise MrcmvError(
            "A process ended while it worked on a video, likely for lack of memory. What was done "
            f"is kept: start again with fewer than {jobs} jobs (--jobs)."
        ) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise MrcmvError(f"The corpus in {printable(place)} cannot be written: {why}.") from error


def place_of(folder: Path, out: Path, backend: str) -> Path:
    """`OUT/videos-NAME-BACKEND`: another backend hears another voice and another music."""
    return out / f"{VERSION.split('-')[0]}-{printable(folder.resolve().name)}-{backend}"


def _made(
    folder: Path, place: Path, seed: int, jobs: int, backend: str, settings: Settings, hook: Hook
) -> Path:
    files = find_videos(folder, place)
    look = partial(look_at, limits=settings)
    lookers = jobs if len(files) > MANY else 1
    seen = once_each(each(look, files, jobs=lookers, step="Looking at videos", hook=hook))
    clips = [one for one in seen if isinstance(one, Clip)]
    left_out = [one for one in seen if isinstance(one, LeftOut)]
    for one in left_out:
        hook(one.sentence)
    todo = [clip for clip in clips if not is_done(clip, place)]
    hook(announcement(clips, todo, place, backend, jobs))
    for name in FOLDERS:
        (place / name).mkdir(parents=True, exist_ok=True)
    work = partial(take_apart, folder=place, backend=backend, settings=settings)
    workers = max(1, min(jobs, len(todo)))
    made = each(work, clips, jobs=workers, step="Taking videos apart", hook=hook)
    for one in (one for one in made if isinstance(one, LeftOut)):
        left_out.append(one)
        hook(one.sentence)
    taken = [one for one in made if isinstance(one, Taken)]
    if not taken:
        raise MrcmvError(
            f"Of the {len(files)} videos below {printable(folder)} not one can be used: "
            f"{_counted(left_out)}. Give videos with a voice-over and music."
        )
    families = families_of({one.video_id: landmarks_of(one.video_id, place) for one in taken})
    splits = split_videos(families, seed)
    titles = {id_of(clip): printable(clip.path.stem) for clip in clips}
    tables = tables_of(taken, titles, splits, place)
    write_tables(place, tables)
    told = figures_of(taken, left_out, families, tables, seed, backend)
    write_record(told, place / "figures.json")
    for warning in warnings_of(taken, families, backend):
        hook(warning)
    return place


def announcement(
    clips: Sequence[Clip], todo: Sequence[Clip], place: Path, backend: str, jobs: int
) -> str:
    """What is about to be made, and what it takes.

    Raises:
        MrcmvError: the disk has no room for it.
    """
    if not todo:
        return f"{len(clips)} videos, all of them done already."
    minutes = sum(clip.duration_s for clip in todo) / 60
    megabytes = MB_PER_MINUTE * minutes
    above = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
    free = shutil.disk_usage(above).free / 1e6
    if free < megabytes:
        raise MrcmvError(
            f"The corpus takes about {megabytes:.0f} MB, and {printable(above)} has {free:.0f} MB "
            "left. Make room, or give another folder (--out)."
        )
    done = f"{len(clips) - len(todo)} done already, " if len(todo) < len(clips) else ""
    time = f"how long {backend} takes was not measured"
    if cost := COSTS_S.get(backend):
        needed = cost * minutes / 60 / jobs
        time = f"about {needed:.0f} min" if needed >= 1 else "less than a minute"
        time += f" with {jobs} at once on as many free cores"
    return (
        f"{len(clips)} videos ({done}{len(todo)} to do, {minutes:.1f} min long) by the backend "
        f"{backend}: {time}, {megabytes:.0f} MB."
    )


def figures_of(
    taken: Sequence[Taken], left_out: Sequence[LeftOut], families: Mapping[str, str],
    tables: Mapping[Table, Sequence[Row]], seed: int, backend: str,
) -> dict[str, Any]:  # fmt: skip
    """Counts of each split, what was left out and why, and how much music is left under words."""
    under = [one.under_speech_db for one in taken if one.under_speech_db is not None]
    asked = [
        [row["pair_id"], row["gallery"], row["piece_id"], row["music_start_s"]]
        for row in tables["pairs"]
        if row["split"] == "test"
    ]
    return {
        "version": VERSION,
        "seed": seed,
        "backend": backend,
        "test_hash": hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16],
        "counts": {split: _counts(split, tables) for split in SPLITS},
        "n_families": len(set(families.values())),
        "left_out": dict(sorted(Counter(one.kind for one in left_out).items())),
        "music_under_speech_db": {
            "median": round(statistics.median(under), 2) if under else None,
            "n_videos": len(under),
        },
        "oracles": {},
    }


def warnings_of(taken: Sequence[Taken], families: Mapping[str, str], backend: str) -> list[str]:
    """What whoever trains on this corpus must know."""
    told = []
    under = [one.under_speech_db for one in taken if one.under_speech_db is not None]
    if under and (median := statistics.median(under)) < HOLE_DB:
        told.append(
            f"The music of {backend} lies {-median:.0f} dB lower under the words than between "
            "them: holes by which a network can match without listening. To train, choose a "
            "separator (--backend)."
        )
    if (n := len(set(families.values()))) < FEWEST:
        told.append(f"Of {n} different videos not every split gets one: put more there.")
    return told


def _counts(split: Split, tables: Mapping[Table, Sequence[Row]]) -> dict[str, Any]:
    own = {name: [row for row in rows if row["split"] == split] for name, rows in tables.items()}
    return {
        "n_pairs": len(own["pairs"]),
        "n_videos": len(own["pieces"]),
        "n_windows": len(own["windows"]),
        "n_labels": len({row["label"] for row in own["windows"]}),
        "minutes": round(sum(row["duration_s"] for row in own["takes"]) / 60, 2),
        "speech_minutes": round(sum(row["speech_s"] for row in own["pairs"]) / 60, 2),
    }


def _counted(left_out: Sequence[LeftOut]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in Counter(one.kind for one in left_out).items())
