"""Results kept on disk and in memory, named by what they were made from."""

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from filelock import FileLock

from mrcmv.errors import CacheError
from mrcmv.types import Sound

V = TypeVar("V")

MAKING = ".making-"
TAG = "CACHEDIR.TAG"
SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n"
"""What marks a folder as a cache for all that search or back up (bford.info/cachedir)."""
LOCK = ".lock"
ABANDONED_S = 24 * 3600.0
"""Locks and half-made entries this old belong to a process that was killed."""


class Cache:
    """A folder of results that are made once. The oldest go when it grows past `max_mb`.

    An entry is written to a temporary file beside its place and then renamed, so a name that
    exists is always a whole result. Two processes that want the same entry make it once.
    """

    def __init__(self, folder: Path, max_mb: int = 4000) -> None:
        self.folder = folder
        self.max_bytes = max_mb * 1_000_000

    def path(self, kind: str, suffix: str, *key: object) -> Path:
        """Where the entry of this kind and key lies, made or not."""
        text = "\x1f".join(repr(part) for part in key)
        name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self.folder / kind / f"{name}{suffix}"

    def make(
        self, kind: str, suffix: str, key: tuple[object, ...], write: Callable[[Path], None]
    ) -> Path:
        """The entry's path; `write(temporary path)` is called only if it does not exist yet.

        Raises:
            CacheError: the folder cannot be written to.
        """
        path = self.path(kind, suffix, *key)
        try:
            if path.exists():
                path.touch()
                return path
            path.parent.mkdir(parents=True, exist_ok=True)
            mark(self.folder)
            lock = path.with_suffix(LOCK)
            try:
                with FileLock(lock):
                    if not path.exists():
                        self._write(path, write)
            finally:
                lock.unlink(missing_ok=True)
        except OSError as error:
            raise CacheError(
                f"{self.folder} cannot be written to ({error.strerror or error}). Free some space, "
                "or choose another folder with MRCMV_DATA_DIR."
            ) from error
        self.prune(keep=path)
        return path

    @staticmethod
    def _write(path: Path, write: Callable[[Path], None]) -> None:
        folder = Path(tempfile.mkdtemp(prefix=MAKING, dir=path.parent))
        try:
            temporary = folder / path.name
            write(temporary)
            temporary.replace(path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def prune(self, keep: Path | None = None) -> None:
        """Remove the entries used longest ago until the rest fits; never `keep`.

        A file with several names counts once, and goes with all of them. What a killed process
        left behind goes too.
        """
        names: dict[tuple[int, int], list[Path]] = defaultdict(list)
        facts: dict[tuple[int, int], tuple[float, int]] = {}
        for path, stat in self._files():
            if path.suffix == LOCK:
                if time.time() - stat.st_mtime > ABANDONED_S:
                    path.unlink(missing_ok=True)
                continue
            names[stat.st_dev, stat.st_ino].append(path)
            facts[stat.st_dev, stat.st_ino] = stat.st_mtime, stat.st_size
        total = sum(size for _, size in facts.values())
        for file, (_, size) in sorted(facts.items(), key=lambda item: item[1]):
            if total <= self.max_bytes:
                return
            if keep not in names[file]:
                for path in names[file]:
                    path.unlink(missing_ok=True)
                total -= size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """The files of the folder. Others write and prune meanwhile: what is gone is left out."""
        for folder, below, files in os.walk(self.folder):
            for name in [name for name in below if name.startswith(MAKING)]:
                below.remove(name)
                self._sweep(Path(folder) / name)
            for name in files:
                if name == TAG:
                    continue
                path = Path(folder) / name
                try:
                    yield path, path.stat()
                except FileNotFoundError:
                    continue

    @staticmethod
    def _sweep(folder: Path) -> None:
        try:
            abandoned = time.time() - folder.stat().st_mtime > ABANDONED_S
        except FileNotFoundError:
            return
        if abandoned:
            shutil.rmtree(folder, ignore_errors=True)


def mark(folder: Path) -> None:
    """Make a folder, marked as one whose files nobody need search or back up."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TAG).write_text(SIGNATURE)


class Memory(Generic[V]):
    """Results kept in memory up to `max_bytes`; the newest is kept whatever its size.

    Of several that ask for the same key at once, one makes the value and the others wait for it.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._making: dict[tuple[object, ...], threading.Lock] = {}
        self._kept: OrderedDict[tuple[object, ...], V] = OrderedDict()

    def get(self, key: tuple[object, ...], make: Callable[[], V]) -> V:
        """The value kept under this key, or a new one from `make()`."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        try:
            with making:
                with self._lock:
                    if key in self._kept:
                        self._kept.move_to_end(key)
                        return self._kept[key]
                return self._keep(key, make())
        finally:
            with self._lock:
                if not making.locked():
                    self._making.pop(key, None)

    def _keep(self, key: tuple[object, ...], value: V) -> V:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > 1 and self._n_bytes() > self.max_bytes:
                self._kept.popitem(last=False)
        return value

    def _n_bytes(self) -> int:
        return sum(n_bytes(value) for value in self._kept.values())


def n_bytes(value: object) -> int:
    """The bytes of all arrays in a dataclass, however deep."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if is_dataclass(value) and not isinstance(value, type):
        return sum(n_bytes(getattr(value, entry.name)) for entry in fields(value))
    return 0


def digest(sound: Sound) -> str:
    """A sound's samples as a name, 32 hex digits."""
    hashed = hashlib.blake2b(digest_size=16)
    for channel in sound.samples:
        hashed.update(np.ascontiguousarray(channel).data)
    return hashed.hexdigest()
