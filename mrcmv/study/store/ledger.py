"""The hash chain: append, find, verify.

A row's hash is SHA-256 over canonical JSON of its study, number, kind, time, content and of the
hash of the row before; the first row's `previous` is 64 zeros. The content is stored as the text
that was hashed, so no database can change its digits. Rows are never changed or removed: the
tables have triggers for that, and who goes around them breaks the chain.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.engine import Row

from mrcmv.study.reading import canonical, digest
from mrcmv.study.store.schema import assignments, ledger, studies

Kind = Literal["lock", "vote", "correction", "exclude", "include", "withdraw"]
START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """What is to be appended; a vote's rater, assignment and key are in its content too."""

    kind: Kind
    content: Mapping[str, Any]
    rater: str | None = None
    assignment: str | None = None
    idempotency: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Of a chain's walk: whole or not; where it breaks first (a number) and why."""

    is_whole: bool
    n_rows: int
    head: str
    broken_at: int | None = None
    why: str = ""


def iso(now_s: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC, to the millisecond: `2026-03-01T12:00:00.250Z`."""
    moment = datetime.fromtimestamp(now_s, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def row_hash(study: str, number: int, kind: str, at: str, content: str, previous: str) -> str:
    """The hash of a row. `content` is canonical JSON, as stored."""
    envelope = {
        "study": study,
        "number": number,
        "kind": kind,
        "at": at,
        "content": content,
        "previous": previous,
    }
    return digest(canonical(envelope))


def append(connection: Connection, study: str, entry: Entry, now_s: float) -> tuple[int, str]:
    """Add a row; its number and hash. The caller holds the study's lock (`keys.lock_study`)."""
    last = connection.execute(
        select(ledger.c.number, ledger.c.hash)
        .where(ledger.c.study == study)
        .order_by(ledger.c.number.desc())
        .limit(1)
    ).first()
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    content, at = canonical(entry.content), iso(now_s)
    found = row_hash(study, number, entry.kind, at, content, previous)
    connection.execute(
        insert(ledger).values(
            study=study,
            number=number,
            kind=entry.kind,
            at=at,
            rater=entry.rater,
            assignment=entry.assignment,
            idempotency=entry.idempotency,
            content=content,
            previous=previous,
            hash=found,
        )
    )
    return number, found


def verify(
    connection: Connection, study: str, receipts: Mapping[int, str] | None = None
) -> Verdict:
    """Walk a study's chain. `receipts`: hashes by number that raters hold, which must be in it."""
    previous, n_rows = START, 0
    locked: str | None = None
    query = select(ledger).where(ledger.c.study == study).order_by(ledger.c.number)
    for row in connection.execute(query):
        if why := _broken(row, n_rows + 1, previous):
            return Verdict(False, n_rows, previous, n_rows + 1, why)
        if receipts and receipts.get(row.number, row.hash) != row.hash:
            return Verdict(False, n_rows, previous, row.number, "a receipt has another hash")
        previous, n_rows = row.hash, n_rows + 1
        if row.kind == "lock":
            locked = json.loads(row.content)["hash"]
    if receipts and max(receipts) > n_rows:
        return Verdict(False, n_rows, previous, n_rows + 1, "rows that have receipts are missing")
    why = _unlike_the_lock(connection, study, locked) or _unlike_assignments(connection, study)
    return Verdict(not why, n_rows, previous, None, why)


def _broken(row: Row[Any], number: int, previous: str) -> str:
    """What is wrong with a row that should come next; empty if nothing."""
    if row.number != number:
        return f"row {number} is missing"
    if row.previous != previous:
        return "it does not follow the row before"
    found = row_hash(row.study, row.number, row.kind, row.at, row.content, row.previous)
    if found != row.hash:
        return "its content is not what was hashed"
    content = json.loads(row.content)
    for name in ("rater", "assignment", "idempotency"):
        if getattr(row, name) != content.get(name):
            return f"its {name} is not the hashed one"
    return ""


def _unlike_the_lock(connection: Connection, study: str, locked: str | None) -> str:
    """Whether the stored study is the one that was locked; what not, in words."""
    row = connection.execute(select(studies).where(studies.c.id == study)).first()
    if row is None:
        return "" if locked is None else "the study itself is missing"
    found = digest(row.design + "\n" + row.stimuli)
    return "" if found == row.hash == locked else "the study is not the one that was locked"


def _unlike_assignments(connection: Connection, study: str) -> str:
    """Whether every trial that counts as voted on has its vote."""
    voted = select(func.count()).where(
        assignments.c.study == study, assignments.c.state.in_(("voted", "released"))
    )
    votes = select(func.count()).where(ledger.c.study == study, ledger.c.kind == "vote")
    n_voted, n_votes = connection.scalar(voted), connection.scalar(votes)
    return "" if n_voted == n_votes else f"{n_voted} trials are voted on, and {n_votes} votes exist"
