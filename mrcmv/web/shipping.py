"""Votes shipped to a private dataset on the Hugging Face Hub, and replayed from it at the start.

For hosts whose disk does not outlive a restart (a Space). The database stays on local disk. Every
few minutes what has changed becomes a segment in a local folder, which is pushed. A push that
fails is tried again with the next one, and shows in the status until it has succeeded.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from mrcmv.errors import StudyError
from mrcmv.study.store import Store
from mrcmv.study.store.ledger import iso
from mrcmv.study.store.segments import History, Segment, parse, read
from mrcmv.study.store.shipping import heads_of

SUFFIX = ".jsonl"
LONGEST_ERROR = 300


@dataclass(frozen=True)
class ShippingStatus:
    """How far the dataset is behind the database.

    `n_waiting`: rows of the chain that are in no pushed segment, the oldest from `waiting_since`
    (ISO 8601). `error`: why the last push failed, or what is wrong with the dataset; empty if
    nothing. `left_out`: segments found at the start that were not replayed.
    """

    dataset: str
    n_waiting: int
    waiting_since: str | None
    error: str
    left_out: tuple[str, ...]


class Scheduler(Protocol):
    """Pushes in the background until it is stopped."""

    def push_to_hub(self) -> Any: ...
    def stop(self) -> None: ...


class Hub(Protocol):
    """Where segments are shipped to."""

    name: str

    def check(self) -> None:
        """Raises StudyError where the place is public or cannot be written."""

    def fetch(self) -> list[tuple[str, bytes]]:
        """All segments there: names without suffix, contents."""

    def names(self) -> set[str]:
        """The names of all segments there."""

    def schedule(self, folder: Path, around: Callable[[Callable[[], Any]], Any]) -> Scheduler:
        """Push the folder from now on. Each push is handed to `around`, which calls it.

        A push returns None where there was nothing to push.
        """


class Shipping:
    """One process's shipping of one store: `replay` before anything else, `start`, `close`.

    `folder`: local, for segments until the Hub has them. `clock` gives seconds since 1970.
    """

    def __init__(
        self, store: Store, hub: Hub, folder: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._hub, self._folder, self._clock = store.shippable(), hub, folder, clock
        self._run, self._n_written = uuid4().hex, 0
        self._history = History()
        self._last: str | None = None
        self._known: dict[tuple[str, ...], str] = {}
        self._mine: set[str] = set()
        self._pushed: dict[str, int] = {}
        self._error = self._other = ""
        self._scheduler: Scheduler | None = None
        self._shipping = threading.Lock()

    def replay(self) -> None:
        """Fetch what was shipped, and fill the store with it if that is empty.

        Segments of this disk that a killed process did not push count too, and will be pushed.

        Raises:
            StudyError: the dataset is public, unreachable or not writable; its segments are
                damaged or forked; the store holds votes, and others than the segments.
        """
        self._hub.check()
        there = self._hub.fetch()
        here = contents(self._folder)
        history = read([*there, *here])
        self._store.replay(history)
        for name, _ in set(there) & set(here):
            _path(self._folder, name).unlink(missing_ok=True)
        for part in self._folder.rglob("*.part"):
            part.unlink()
        self._last, self._known = history.last, history.known
        pushed = (parse(name, data) for name, data in there)
        rows = (row for one in pushed if one for row in one.rows)
        self._pushed = heads_of(row.key for row in rows if history.rows.get(row.key) == row)
        self._history = replace(history, rows={})

    def start(self) -> None:
        """Push now and from now on, in the background. Raises StudyError where that fails."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._scheduler = self._hub.schedule(self._folder, self._ship)
        except Exception as error:  # whatever the library raises
            raise StudyError(
                f"Votes cannot be shipped to {self._hub.name} ({said(error)}): start again when it "
                "can be reached."
            ) from error

    def close(self) -> None:
        """Push the last votes and stop. Call it before the interpreter ends: then is too late.

        Raises:
            StudyError: the last push failed.
        """
        if self._scheduler is None:
            return
        scheduler, self._scheduler = self._scheduler, None
        try:
            scheduler.push_to_hub()
        except Exception as error:
            n_waiting = self.status().n_waiting
            raise StudyError(
                f"The last votes did not reach {self._hub.name} ({said(error)}): {n_waiting} rows "
                "are on this disk alone, and the next start on it ships them."
            ) from error
        finally:
            scheduler.stop()

    def status(self) -> ShippingStatus:
        """How far the dataset is behind. Raises StudyError where the database cannot be read."""
        n_waiting, since = self._store.waiting(self._pushed)
        left_out = self._history.left_out + self._history.gave_way
        error = self._error or self._other
        return ShippingStatus(self._hub.name, n_waiting, since, error, left_out)

    def _ship(self, push: Callable[[], Any]) -> Any:
        """Write what has changed, then push; what goes wrong shows in the status."""
        with self._shipping:
            try:
                self._write()
                heads = heads_of(self._known)
                done = push()
                self._pushed = heads
                if done is not None:
                    self._look_around()
            except Exception as error:
                self._error = said(error)
                raise
            self._error = ""
            return done

    def _write(self) -> None:
        """A segment of all that has changed since the last one, if anything has."""
        rows = self._store.changes(self._known)
        if not rows:
            return
        moment = iso(self._clock()).replace("-", "").replace(":", "")
        name = f"{moment}-{self._run}-{self._n_written + 1:06d}"
        segment = Segment(name, self._last, rows, self._history.left_out)
        _write_whole(_path(self._folder, name), segment.to_bytes())
        self._n_written += 1
        self._known |= {row.key: row.hash for row in rows}
        self._last = name
        self._mine.add(name)

    def _look_around(self) -> None:
        """Whether another process ships to this dataset too."""
        others = self._hub.names() - self._mine - self._history.names
        if others:
            self._other = (
                f"Another process ships votes to {self._hub.name} too (its segment "
                f"{max(others)}): stop one of the two, or the next start may refuse their votes."
            )


def _path(folder: Path, name: str) -> Path:
    """A segment's file: a folder a day, since the Hub takes no more than 10,000 files in one."""
    return folder / name[:8] / (name + SUFFIX)


def _write_whole(path: Path, data: bytes) -> None:
    """The file is there with all its bytes, on the disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    for folder in (path.parent, path.parent.parent):
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def contents(folder: Path) -> list[tuple[str, bytes]]:
    """The segments in a folder: names without suffix, contents."""
    return [(file.stem, file.read_bytes()) for file in sorted(folder.rglob(f"*{SUFFIX}"))]


def said(error: Exception) -> str:
    """An error in one line that is no page."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= LONGEST_ERROR else words[:LONGEST_ERROR] + " …"
