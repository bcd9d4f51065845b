"""Many arrays in one file: written one behind the other, read at any place without loading.

**Conventions.** All arrays of a file have rows of one kind (`Layout`) and any number of them.
`NAME.rows` holds the rows; the first line of `NAME.jsonl` says what a row is, each further line
names an array, where it lies and what is known of it. A line is written when its rows are on disk,
so a writer that was stopped goes on behind the last whole line. The file is mapped into memory.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from mrcmv.errors import MediaError

Array = NDArray[Any]
Named = tuple[str, Mapping[str, Any], Array]
"""A name, what is known of it, and its rows."""


@dataclass(frozen=True)
class Layout:
    """What a row is: `dtype` as numpy writes it (`|u1`, `<f2`), its shape, and who made it:
    rows of another maker are made anew."""

    dtype: str
    row: tuple[int, ...]
    maker: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "row", tuple(self.row))  # JSON knows lists only

    @property
    def row_bytes(self) -> int:
        return int(np.dtype(self.dtype).itemsize * np.prod(self.row, dtype=int))


@dataclass(frozen=True)
class Entry:
    """An array of a file: `n` rows from `start` on, and what is known of it."""

    name: str
    start: int
    n: int
    facts: dict[str, Any] = field(default_factory=dict)


class ArrayFile:
    """A file of arrays to read from. What it maps is not sent to another process: it is opened
    there anew.

    Raises:
        MediaError: there is none of that name, or it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.with_suffix(".jsonl").open(encoding="utf-8") as file:
                lines = [line for line in file if line.endswith("\n")]
            self.layout = Layout(**json.loads(lines[0]))
            self.entries = {one.name: one for one in (Entry(**json.loads(x)) for x in lines[1:])}
            n_bytes = path.with_suffix(".rows").stat().st_size
        except FileNotFoundError:
            raise MediaError(f"There is no {path}: nothing was written there yet.") from None
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise MediaError(f"{path}.jsonl is damaged ({error}): delete it.") from error
        self.n_rows = max((one.start + one.n for one in self.entries.values()), default=0)
        if n_bytes < self.n_rows * self.layout.row_bytes:
            raise MediaError(f"{path}.rows is damaged (its length): delete it.")
        self._rows: Array | None = None

    def __reduce__(self) -> tuple[type["ArrayFile"], tuple[Path]]:
        return ArrayFile, (self.path,)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def read(self, name: str, start: int = 0, n: int | None = None) -> Array:
        """Rows of an array, as mapped: copy what is kept. Shape: → `(n, *row)`.

        Raises:
            MediaError: there is no such array, or it has fewer rows.
        """
        one = self.entries.get(name)
        if one is None:
            raise MediaError(f"{self.path} holds no {name}.")
        end = one.n if n is None else start + n
        if not 0 <= start <= end <= one.n:
            raise MediaError(f"{name} of {self.path} has {one.n} rows, not {start} to {end}.")
        return self.rows[one.start + start : one.start + end]

    @property
    def rows(self) -> Array:
        """All rows, as mapped; an array begins at its `Entry.start`. Shape: `(n_rows, *row)`."""
        if self._rows is None:
            shape = (self.n_rows, *self.layout.row)
            self._rows = (
                np.memmap(self.path.with_suffix(".rows"), self.layout.dtype, "r", shape=shape)
                if self.n_rows
                else np.zeros(shape, self.layout.dtype)
            )
        return self._rows


def arrays_of(path: Path, layout: Layout) -> ArrayFile | None:
    """What was written there in this layout; None if nothing was, or it is damaged."""
    try:
        found = ArrayFile(path)
    except MediaError:
        return None
    return found if found.layout == layout else None


def append_arrays(
    path: Path, layout: Layout, arrays: Iterable[Named], *, anew: bool = False
) -> ArrayFile:
    """Write arrays behind those that lie there; what lies there in another layout is dropped.

    anew: all that lies there is dropped.

    Raises:
        MediaError: an array has other rows or a name that is taken, nothing can be written, or
            another process is writing there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=0):
            _append(path, layout, arrays, None if anew else arrays_of(path, layout))
    except Timeout:
        raise MediaError(
            f"Another process is writing to {path}: wait for it to end, then do this again."
        ) from None
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror or error}.") from error
    return ArrayFile(path)


def _append(path: Path, layout: Layout, arrays: Iterable[Named], had: ArrayFile | None) -> None:
    names, at = (set(had.entries), had.n_rows) if had else (set(), 0)
    if had is None:
        path.with_suffix(".jsonl").write_text(json.dumps(asdict(layout)) + "\n")
        path.with_suffix(".rows").write_bytes(b"")
    else:
        _cut_unfinished(path, had)
    with path.with_suffix(".rows").open("ab") as rows, path.with_suffix(".jsonl").open(
        "a", encoding="utf-8"
    ) as lines:  # fmt: skip
        for name, facts, array in arrays:
            if array.shape[1:] != layout.row or name in names:
                raise MediaError(f"{name} {array.shape} does not go into {path}: {layout.row}")
            rows.write(np.ascontiguousarray(array, layout.dtype).tobytes())
            rows.flush()
            lines.write(json.dumps(asdict(Entry(name, at, len(array), dict(facts)))) + "\n")
            lines.flush()
            names.add(name)
            at += len(array)


def _cut_unfinished(path: Path, had: ArrayFile) -> None:
    """Drop what a writer that was stopped had begun: rows without a line, half a line."""
    with path.with_suffix(".rows").open("r+b") as rows:
        rows.truncate(had.n_rows * had.layout.row_bytes)
    index = path.with_suffix(".jsonl")
    text = index.read_bytes()
    if not text.endswith(b"\n"):
        index.write_bytes(text[: text.rfind(b"\n") + 1])
