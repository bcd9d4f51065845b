"""What of a store may leave its machine, and an empty store filled from it again.

Segments are immutable files, which nobody can erase from: so what a withdrawal erases is in none
of them. No `people`, no `comments`, no `answers`, and no salt, which must be able to die.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, and_, false, func, insert, not_, or_, select

from mrcmv.errors import StudyError
from mrcmv.study.store import ledger as chain
from mrcmv.study.store.opening import Database
from mrcmv.study.store.schema import ledger, secrets, studies
from mrcmv.study.store.segments import TABLES, History, Key, Shipped
from mrcmv.study.tokens import new_key

Known = Mapping[Key, str]
"""The hash of each row that segments hold."""


class Shippable:
    """A store as shipping sees it. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes(self, known: Known) -> tuple[Shipped, ...]:
        """The rows that are not as known, all from one state of the store."""
        heads = heads_of(known)
        with self._database.reading() as connection:
            found = [row for name in TABLES for row in _rows(connection, name, heads)]
        return tuple(row for row in found if known.get(row.key) != row.hash)

    def replay(self, history: History) -> bool:
        """Fill an empty store with what segments hold; whether there was anything to do.

        A store that is not empty stays as it is. It must have every row of the chain that was
        shipped: then it is the one that shipped them, and perhaps further on.

        Raises:
            StudyError: the store holds something else, or what was replayed is no whole chain.
        """
        if not history.rows:
            return False
        with self._database.writing() as connection:
            if connection.execute(select(studies.c.id).limit(1)).first():
                _check_continues(connection, history)
                return False
            for table in TABLES.values():
                if rows := _insertable(table, history):
                    connection.execute(insert(table), rows)
            _check_whole(connection)
        return True

    def waiting(self, heads: Mapping[str, int]) -> tuple[int, str | None]:
        """How many rows each study's chain has after these numbers; when the oldest came (ISO)."""
        n_rows, since = 0, None
        with self._database.reading() as connection:
            for study in connection.scalars(select(studies.c.id)).all():
                query = select(func.count(), func.min(ledger.c.at)).where(
                    ledger.c.study == study, ledger.c.number > heads.get(study, 0)
                )
                count, oldest = connection.execute(query).one()
                n_rows += count
                since = min((one for one in (since, oldest) if one), default=None)
        return n_rows, since


def heads_of(keys: Iterable[Key]) -> dict[str, int]:
    """The last number of each study's chain among rows with these keys."""
    heads: dict[str, int] = {}
    for table, *key in keys:
        if table == "ledger":
            heads[key[0]] = max(heads.get(key[0], 0), int(key[1]))
    return heads


def _rows(connection: Connection, name: str, heads: Mapping[str, int]) -> Iterator[Shipped]:
    """A table's rows as they are shipped; of the chain, those after `heads`."""
    table = TABLES[name]
    query = select(table).order_by(*table.primary_key)
    if table is ledger:
        known = (
            and_(ledger.c.study == study, ledger.c.number <= last) for study, last in heads.items()
        )
        query = query.where(not_(or_(false(), *known)))
    for row in connection.execute(query):
        fields = dict(row._mapping)
        if table is secrets:
            fields["token_key"] = fields["token_key"].hex()
            # The salt must be able to die. Only whether there is one is told.
            fields["salt"] = fields["salt"] is not None
        yield Shipped(name, fields)


def _insertable(table: Table, history: History) -> list[dict[str, Any]]:
    """A table's rows in order, for an empty store. Where there was a salt, there is a new one."""
    rows = [dict(row.fields) for row in history.rows.values() if row.table == table.name]
    if table is ledger:
        return sorted(rows, key=lambda fields: (fields["study"], fields["number"]))
    if table is secrets:
        for fields in rows:
            fields["token_key"] = bytes.fromhex(fields["token_key"])
            fields["salt"] = new_key() if fields["salt"] else None
    return rows


def _check_whole(connection: Connection) -> None:
    for study in connection.scalars(select(studies.c.id)).all():
        verdict = chain.verify(connection, study)
        if not verdict.is_whole:
            raise StudyError(
                f"The segments hold no whole chain of the study {study}: {verdict.why}. "
                "Restore them from the dataset's history, then start again."
            )


def _check_continues(connection: Connection, history: History) -> None:
    """Raise StudyError where a chain row that was shipped is not in this store."""
    here = {
        (row.study, row.number): row.hash
        for row in connection.execute(select(ledger.c.study, ledger.c.number, ledger.c.hash))
    }
    for row in history.rows.values():
        if row.table != "ledger":
            continue
        study, number = row.fields["study"], row.fields["number"]
        if here.get((study, number)) != row.fields["hash"]:
            raise StudyError(
                "The database of the studies here lacks votes that its segments hold (row "
                f"{number} of {study}), and the two are not mixed: move the "
                "database away to start from the segments, or name another dataset."
            )
