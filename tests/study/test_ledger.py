"""The chain: append-only by the database's own rules, and every break found where it is."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from mrcmv.errors import StudyError
from mrcmv.study.store import Store, sqlite_url
from mrcmv.study.store.schema import metadata
from tests.study.scenes import arrive, locked, vote

KEEPS = ("DROP TRIGGER ledger_keeps", "DROP TRIGGER ledger_holds", "DROP TRIGGER ledger_grows")


@pytest.fixture
def file(folder: Path) -> Path:
    """A SQLite file with one study, one rater and three votes: rows 1 to 4."""
    path = folder / "votes.sqlite"
    store = Store(sqlite_url(path))
    me = arrive(store, locked(store))
    for slot in range(3):
        vote(store, me, slot=slot)
    store.close()
    return path


def by_hand(path: Path, *statements: str) -> None:
    """What someone does who has the file, a shell and no respect for triggers."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def verdict(path: Path, receipts: dict[int, str] | None = None):
    store = Store(sqlite_url(path))
    try:
        return store.verify("three", receipts)
    finally:
        store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET content = '{}' WHERE number = 2",
        "UPDATE ledger SET hash = 'x'",
        "DELETE FROM ledger WHERE number = 4",
        "DELETE FROM ledger",
    ],
)
def test_the_database_refuses_to_change_votes(store: Store, statement: str):
    me = arrive(store, locked(store))
    for slot in range(3):
        vote(store, me, slot=slot)
    with pytest.raises(StudyError, match="append-only"), store._database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert store.verify("three").is_whole
    assert len(store.rows("three")) == 3


def test_postgresql_refuses_to_empty_the_ledger(store: Store):
    if store._database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    vote(store, arrive(store, locked(store)))
    with pytest.raises(StudyError, match="append-only"), store._database.writing() as connection:
        connection.exec_driver_sql("TRUNCATE ledger")
    assert store.verify("three").n_rows == 2


@pytest.mark.parametrize("number", [2, 5, 9])
def test_a_row_cannot_be_replaced_in_sqlite(file: Path, number: int):
    with pytest.raises(sqlite3.IntegrityError, match="grows by its next number"):
        by_hand(
            file,
            "INSERT OR REPLACE INTO ledger SELECT study, "
            f"{number}, kind, at, rater, assignment, idempotency, '{{}}', previous, hash "
            "FROM ledger WHERE number = 2",
        )
    assert verdict(file).is_whole


@pytest.mark.parametrize(
    ("statement", "number", "why"),
    [
        ("UPDATE ledger SET content = replace(content, 'slot\":1', 'slot\":0') WHERE number = 3",
         3, "not what was hashed"),
        ("UPDATE ledger SET at = '2020-01-01T00:00:00.000Z' WHERE number = 2", 2, "not what was"),
        ("UPDATE ledger SET kind = 'correction' WHERE number = 4", 4, "not what was hashed"),
        ("UPDATE ledger SET rater = 'someone' WHERE number = 3", 3, "rater is not the hashed"),
        ("UPDATE ledger SET previous = hash WHERE number = 3", 3, "does not follow"),
        ("DELETE FROM ledger WHERE number = 2", 2, "row 2 is missing|missing"),
        ("DELETE FROM ledger WHERE number = 1", 1, "missing"),
    ],
)  # fmt: skip
def test_a_break_is_found_where_it_is(file: Path, statement: str, number: int, why: str):
    assert verdict(file).is_whole
    by_hand(file, *KEEPS, statement)
    found = verdict(file)
    assert not found.is_whole
    assert found.broken_at == number
    assert any(part in found.why for part in why.split("|"))


def test_a_vote_cut_off_at_the_end_is_missed_by_its_trial_and_its_receipt(file: Path):
    store = Store(sqlite_url(file))
    head = store.verify("three")
    store.close()
    by_hand(file, *KEEPS, "DELETE FROM ledger WHERE number = 4")
    assert "3 trials are voted on, and 2 votes" in verdict(file).why
    by_hand(file, "UPDATE assignments SET state = 'lapsed' WHERE trial = 2")
    assert verdict(file).is_whole
    assert "receipts are missing" in verdict(file, {4: head.head}).why


def test_a_chain_hashed_anew_has_other_receipts(file: Path):
    assert "another hash" in verdict(file, {3: "0" * 64}).why
    assert verdict(file, {3: "0" * 64}).broken_at == 3


def test_a_changed_study_is_found(file: Path):
    by_hand(file, "UPDATE studies SET design = replace(design, '\"alpha\":0.05', '\"alpha\":0.5')")
    assert "not the one that was locked" in verdict(file).why


def test_the_exported_chain_can_be_walked_alone(file: Path, tmp_path: Path):
    import hashlib

    store = Store(sqlite_url(file))
    store.export("three", tmp_path, ["csv"])
    head = store.verify("three").head
    store.close()
    previous = "0" * 64
    for line in (tmp_path / "chain.jsonl").read_text().splitlines():
        row = json.loads(line)
        said = row.pop("hash")
        assert row["previous"] == previous
        text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert previous == said
    assert previous == head


def test_migrations_make_the_tables_that_the_code_knows(store: Store):
    with store._database.reading() as connection:
        context = MigrationContext.configure(connection)
        found = [step for step in compare_metadata(context, metadata) if "alembic" not in str(step)]
    assert found == []


def test_opening_again_keeps_everything(open_store: Callable[[], Store]):
    first = open_store()
    vote(first, arrive(first, locked(first)))
    again = open_store()
    assert again.verify("three") == first.verify("three")
    assert again.studies() == ("three",)


def test_a_database_of_a_newer_app_is_not_touched(file: Path):
    by_hand(file, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StudyError, match="newer version"):
        Store(sqlite_url(file))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "no usable URL"),
        ("nonsense", "no usable URL"),
        ("sqlite://", "belong on a disk"),
        ("sqlite:///:memory:", "belong on a disk"),
        ("mysql://x/y", "SQLite or PostgreSQL"),
        ("postgresql://127.0.0.1:1/none", "refuses"),
        ("sqlite:////proc/none/s.sqlite", "cannot be made"),
    ],
)
def test_a_url_that_cannot_be_used_is_told(url: str, words: str):
    with pytest.raises(StudyError, match=words):
        Store(url)


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    path = tmp_path / "letter.sqlite"
    path.write_bytes(b"Dear reader, " * 1000)
    with pytest.raises(StudyError, match="not a database"):
        Store(sqlite_url(path))


def test_sqlite_writes_ahead_and_waits_for_the_disk(file: Path):
    store = Store(sqlite_url(file))
    with store._database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    with store._database.writing(durable=False) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
    with store._database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    store.close()
