"""Measures sound files once: what was measured is kept by what the file holds."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.corpus.music.listening import SHORTEST_S, Heard, listen
from mrcmv.corpus.music.spectrum import RATE_HZ, level_db
from mrcmv.corpus.music.twins import Landmarks, landmarks
from mrcmv.errors import MediaError
from mrcmv.progress import Hook, silent

VERSION = 1
"""Raise it when `spectrum`, `listening` or `twins` measure something else."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What a file measures, or why it can't be: then `problem` says so and the rest is empty."""

    file: Path
    content_hash: str
    heard: Heard
    fingerprint: Landmarks
    problem: str = ""


def measure_all(
    files: Sequence[Path], folder: Path, hook: Hook = silent, n_workers: int | None = None
) -> list[Measured]:
    """Measure files, in their order; what is known in `folder` is not measured again.

    Raises:
        MediaError: a file is not there.
    """
    store = _Store(folder)
    hashes = [media.content_hash(file) for file in files]
    pending = {digest: file for file, digest in zip(files, hashes, strict=True)}
    unknown = [(file, digest) for digest, file in pending.items() if not store.knows(digest)]
    n_workers = min(n_workers or os.cpu_count() or 1, max(1, len(unknown)))
    for n_done, one in enumerate(_measured(unknown, n_workers)):
        store.keep(one)
        hook("Listening to sounds", one.file.name, completed=n_done + 1, total=len(unknown))
    return [store.get(file, digest) for file, digest in zip(files, hashes, strict=True)]


def measure(known: tuple[Path, str]) -> Measured:
    """Decode and measure one file, given with its content hash."""
    file, digest = known
    nothing = np.zeros((0, 2), np.int32)
    try:
        sound = media.read_sound(file, rate_hz=RATE_HZ, n_channels=1)
    except MediaError as error:
        return Measured(file, digest, Heard(0.0), nothing, str(error))
    if sound.duration_s < SHORTEST_S:
        return Measured(file, digest, Heard(sound.duration_s), nothing)
    levels = level_db(sound.mono)
    return Measured(file, digest, listen(levels, sound.duration_s), landmarks(levels))


def _measured(unknown: Sequence[tuple[Path, str]], n_workers: int) -> Iterator[Measured]:
    if n_workers == 1:
        yield from map(measure, unknown)
        return
    # Decoding holds the interpreter's lock for every packet, so threads would take turns.
    with ProcessPoolExecutor(n_workers) as pool:
        yield from pool.map(measure, unknown)


class _Store:
    """A line of JSON for each file that was measured, and its fingerprint in a file beside.

    A line is appended when its fingerprint is there: a run that is killed loses one file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"version-{VERSION}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._folder / "heard.jsonl"
        lines = self._path.read_text(encoding="utf-8").split("\n") if self._path.exists() else []
        self._rows = dict(_rows(lines))
        if lines and lines[-1]:  # killed while writing: begin on a fresh line
            self._append("\n")

    def knows(self, digest: str) -> bool:
        return digest in self._rows

    def keep(self, one: Measured) -> None:
        if len(one.fingerprint):
            np.save(self._folder / f"{one.content_hash}.npy", one.fingerprint)
        row = {"hash": one.content_hash, "problem": one.problem, **asdict(one.heard)}
        self._append(json.dumps(row) + "\n")
        self._rows[one.content_hash] = row

    def get(self, file: Path, digest: str) -> Measured:
        row = dict(self._rows[digest])
        problem = str(row.pop("problem"))
        del row["hash"]
        place = self._folder / f"{digest}.npy"
        empty = np.zeros((0, 2), np.int32)
        fingerprint = np.load(place) if place.exists() else empty
        heard = Heard(**{name: float(str(value)) for name, value in row.items()})
        return Measured(file, digest, heard, fingerprint, problem)

    def _append(self, text: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text)


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, object]]]:
    for line in lines:
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        yield row["hash"], row
