"""Segments: what a store ships of itself, as immutable files, and what they say together.

A segment is one file of JSON lines: a head (its name, the segment it follows, damaged ones it does
without), the rows that changed since that segment, and the SHA-256 of all before. A row is an
upsert by primary key; rows of the chain are only ever new. Together they hold one state of the
database, as a transaction saw it.

Segments form a line. Where two processes shipped at once it forks: the branch whose chain rows the
other one has too gives way. If both have rows of their own, nothing is replayed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mrcmv.errors import StudyError
from mrcmv.study.store.schema import assignments, ledger, raters, secrets, studies

FORMAT = 1
"""A new number wherever these tables change: segments of another one are refused."""
TABLES = {table.name: table for table in (studies, secrets, raters, assignments, ledger)}
"""What is shipped, in the order in which rows may be inserted."""

Key = tuple[str, ...]
"""Table and primary key."""


@dataclass(frozen=True)
class Shipped:
    """A row as segments hold it: its table's name and plain fields."""

    table: str
    fields: Mapping[str, Any]

    @property
    def key(self) -> Key:
        columns = TABLES[self.table].primary_key
        return (self.table, *(str(self.fields[column.name]) for column in columns))

    @cached_property
    def text(self) -> str:
        return _text({"table": self.table, "row": self.fields})

    @cached_property
    def hash(self) -> str:
        return _sha256(self.text.encode())


@dataclass(frozen=True)
class Segment:
    """A file's content. `previous`: the segment it follows; `without`: damaged ones left out."""

    name: str
    previous: str | None
    rows: tuple[Shipped, ...]
    without: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        head = {
            "format": FORMAT,
            "segment": self.name,
            "previous": self.previous,
            "without": self.without,
        }
        body = "".join(f"{line}\n" for line in (_text(head), *(row.text for row in self.rows)))
        return f"{body}{_tail(body.encode())}\n".encode()


@dataclass(frozen=True)
class History:
    """What segments say together: each row's last state, and the segment that comes last.

    `names`: all that there are. `left_out`: what could not be read, and stood last. `gave_way`:
    what a second process shipped beside the others, and without a chain row of its own.
    """

    rows: Mapping[Key, Shipped] = field(default_factory=dict)
    last: str | None = None
    names: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()
    gave_way: tuple[str, ...] = ()

    @property
    def known(self) -> dict[Key, str]:
        return {key: row.hash for key, row in self.rows.items()}


def read(files: Iterable[tuple[str, bytes]]) -> History:
    """What these files (name without suffix, content) say together. One may be given twice.

    Raises:
        StudyError: one before the last is damaged or missing, two processes have shipped other
            votes at once, or another version of the app wrote them.
    """
    given = [(name, data, parse(name, data)) for name, data in files]
    sound = {segment.name: segment for _, _, segment in given if segment}
    forgiven = {name for segment in sound.values() for name in segment.without}
    segments = {name: one for name, one in sound.items() if name not in forgiven}
    damaged = {name for name, _, segment in given if not segment} - set(sound) - forgiven
    for name in sorted(damaged):
        if any(later > name for later in segments):
            raise _broken(name, "is damaged")
    rows: dict[Key, Shipped] = {}
    line = tuple(_line(segments))
    for segment in line:
        for row in segment.rows:
            if row.table == "ledger" and rows.get(row.key, row) != row:
                raise _forked(segment.name, line[-1].name)
            rows[row.key] = row
    return History(
        rows,
        line[-1].name if line else None,
        frozenset(sound) | damaged | forgiven,
        tuple(sorted(damaged)),
        tuple(sorted(set(segments) - {one.name for one in line})),
    )


def parse(name: str, data: bytes) -> Segment | None:
    """A file's segment; None where the file is not what was written.

    Raises:
        StudyError: another version of the app wrote it.
    """
    body, _, tail = data.removesuffix(b"\n").rpartition(b"\n")
    body += b"\n"
    if tail != _tail(body).encode():
        return None
    head, *lines = (json.loads(line) for line in body.splitlines())
    if head["format"] != FORMAT:
        raise StudyError(
            f"The segment of votes {name} was written by another version of the app "
            f"(format {head['format']}, this one reads {FORMAT}): start that version."
        )
    rows = tuple(Shipped(line["table"], line["row"]) for line in lines)
    return Segment(head["segment"], head["previous"], rows, tuple(head["without"]))


def _line(segments: Mapping[str, Segment]) -> Iterator[Segment]:
    """The segments one after the other, without branches that give way."""
    after: dict[str | None, list[Segment]] = {}
    for name in sorted(segments):
        segment = segments[name]
        if segment.previous is not None and segment.previous not in segments:
            raise _broken(segment.previous, "is missing")
        after.setdefault(segment.previous, []).append(segment)
    last = None
    while branches := after.get(last):
        last = _fullest(branches, after).name
        yield segments[last]


def _fullest(branches: list[Segment], after: Mapping[str | None, list[Segment]]) -> Segment:
    """The branch that has all chain rows of the others; of equal ones, that which ends last."""
    held = [(*_held(branch, after), branch) for branch in branches]
    most, _, found = max(held, key=lambda one: (len(one[0]), one[1]))
    for votes, _, branch in held:
        if not votes <= most:
            raise _forked(branch.name, found.name)
    return found


def _held(branch: Segment, after: Mapping[str | None, list[Segment]]) -> tuple[set[str], str]:
    """The chain rows of a segment and of all that follow it; the last of their names."""
    votes: set[str] = set()
    names: list[str] = []
    ahead = [branch]
    while ahead:
        segment = ahead.pop()
        names.append(segment.name)
        votes |= {row.text for row in segment.rows if row.table == "ledger"}
        ahead += after.get(segment.name, [])
    return votes, max(names)


def _forked(one: str, other: str) -> StudyError:
    return StudyError(
        "Two processes have shipped different votes at once, one from the segment "
        f"{min(one, other)} on, one from {max(one, other)} on: keep a copy, remove one of the two "
        "with all later ones of its process from the dataset, then start again."
    )


def _broken(name: str, how: str) -> StudyError:
    return StudyError(
        f"The segment of votes {name} {how}, and later ones follow it: restore that file from "
        "the dataset's history, then start again."
    )


def _text(value: object) -> str:
    """JSON in one line of ASCII: one text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _tail(body: bytes) -> str:
    return _text({"sha256": _sha256(body)})


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
