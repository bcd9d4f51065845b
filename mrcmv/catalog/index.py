"""The index: what was measured of each track's windows, by the sound that was heard (`heard_id`).

One file holds it, and one more for each space of embeddings. A file names what made it; under
another maker's name, or damaged, it counts as empty and is made anew. A track that is removed and
added again is known at once.

Conventions: a track's rows have shape `(n_windows, width)` float32, column 0 the window's start
and column 1 its duration in seconds; the maker says what the others are.
"""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mrcmv.catalog import storage
from mrcmv.catalog.table import WHOLE
from mrcmv.types import Floats, Track

DIGEST_BYTES = 32


def unsung_by(track: Track) -> str:
    """The backend that takes a song's singing out for the index; empty where all is heard."""
    return "" if track.song == WHOLE else track.song


def heard_id(track: Track) -> str:
    """The sound that the index hears of a track: its content hash, and of a song without its
    singing also what took that out. So a song that is heard another way is measured anew."""
    backend = unsung_by(track)
    return f"{track.content_hash}-{backend}" if backend else track.content_hash


class Index:
    """Rows by `heard_id` in the file `path`, made by `maker`. Reads again what others wrote."""

    def __init__(self, path: Path, maker: str, width: int) -> None:
        self.path = path
        self.maker = maker
        self.width = width
        self._stamp: storage.Stamp | None = None
        self._rows: dict[str, Floats] = {}

    @property
    def rows(self) -> Mapping[str, Floats]:
        """The rows of every track known."""
        now = storage.stamp(self.path)
        if now != self._stamp:
            self._rows = read_rows(self.path, self.maker, self.width)
            self._stamp = now
        return self._rows

    def update(self, rows: Mapping[str, Floats]) -> None:
        """Add rows to the file; what other processes added meanwhile stays."""
        with storage.lock(self.path.parent, "index"):
            write_rows(self.path, self.maker, {**self.rows, **rows})


def read_rows(path: Path, maker: str, width: int) -> dict[str, Floats]:
    """The rows in a file; none when it is absent, damaged, or of another maker or width."""
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    arrays_bytes = data[DIGEST_BYTES:]
    if _digest(arrays_bytes) != data[:DIGEST_BYTES]:
        return {}
    with np.load(io.BytesIO(arrays_bytes), allow_pickle=False) as arrays:
        if str(arrays["maker"]) != maker:
            return {}
        hashes, counts, rows = arrays["hashes"], arrays["counts"], arrays["rows"]
    if rows.shape != (counts.sum(), width):
        return {}
    parts = np.split(rows, np.cumsum(counts)[:-1])
    return {str(name): part for name, part in zip(hashes, parts, strict=True)}


def write_rows(path: Path, maker: str, rows: Mapping[str, Floats]) -> None:
    """Replace the file by these rows, sorted by hash: equal rows give an equal file.

    The file is a digest of what follows, then NumPy arrays (npz): maker, hashes, counts, rows.
    """
    names = sorted(rows)
    arrays = io.BytesIO()
    np.savez_compressed(
        arrays,
        maker=np.array(maker),
        hashes=np.array(names, dtype=np.str_),
        counts=np.array([len(rows[name]) for name in names], dtype=np.int64),
        rows=np.concatenate([rows[name] for name in names]).astype(np.float32),
    )
    data = arrays.getvalue()
    storage.replace(path, lambda file: file.write(_digest(data) + data))


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest()
