"""Segments: what of a store is shipped, and a store that is filled from it again."""

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from mrcmv.errors import StudyError, VoteRefused
from mrcmv.study.store import Session, Store, sqlite_url
from mrcmv.study.store import segments as format_of
from mrcmv.study.store.schema import metadata, people, raters, secrets
from mrcmv.study.store.segments import TABLES, Segment, Shipped, read
from tests.study.scenes import Clock, arrive, ballot, locked, make_study, new_key, vote

SCHEMAS = itertools.count()
File = tuple[str, bytes]


@pytest.fixture
def open_empty(url: str, folder: Path, clock: Clock, request) -> Iterator[Callable[[], Store]]:
    """Opens one more empty database, of the same kind as the test's."""
    opened: list[Store] = []

    def open_one() -> Store:
        number = next(SCHEMAS)
        there = sqlite_url(folder / f"empty-{number}.sqlite")
        if url.startswith("postgresql"):
            import psycopg

            server = request.getfixturevalue("postgres")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE SCHEMA shipped_{number}")
            there = f"{server}/postgres?options=-csearch_path%3Dshipped_{number}"
        opened.append(Store(there, clock))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@dataclass
class Ship:
    """Cuts segments of a store, each after the one before."""

    store: Store
    run: str = "a"
    files: list[File] = field(default_factory=list)
    known: dict = field(default_factory=dict)
    last: str | None = None

    def cut(self, without: tuple[str, ...] = ()) -> tuple[Shipped, ...]:
        rows = self.store.shippable().changes(self.known)
        name = f"{len(self.files):04d}-{self.run}"
        self.files.append((name, Segment(name, self.last, rows, without).to_bytes()))
        self.known |= {row.key: row.hash for row in rows}
        self.last = name
        return rows

    def other(self, store: Store) -> "Ship":
        """A second process that has begun with what is shipped now."""
        return Ship(store, "b", list(self.files), dict(self.known), self.last)


def replayed(store: Store, files: list[File]) -> Store:
    assert store.shippable().replay(read(files))
    return store


@dataclass
class Scene:
    """A study in full swing, a segment after each step: who is where."""

    ship: Ship
    working: Session
    finished: Session
    withdrawn: Session
    excluded: Session


BUSY = {
    "n_clips": 2,
    "corrections": True,
    "training": {"count": 1, "pass_mark": 0},
    "catch": {"count": 1},
    "repeats": {"count": 1, "gap": 1},
    "questions": [{"id": "why", "text": "Why?"}],
    "completion": {"platform": "own"},
}
PERSON = {
    "participant": "PLATFORM-ID-77",
    "parameters": (("SESSION", "PARAMETER-77"),),
    "address": "203.0.113.77",
    "agent": "AGENT-77",
}
COMMENT, ANSWER = "COMMENT-77", "ANSWER-77"


def play(store: Store, clock: Clock) -> Scene:
    ship = Ship(store)
    study = locked(store, make_study(**BUSY))
    ship.cut()
    finished = arrive(store, study, **PERSON)
    for _ in range(5):
        clock.pass_s(3)
        vote(store, finished, slot=1, comment=COMMENT)
        ship.cut()
    store.answer(finished.code, {"why": ANSWER})
    withdrawn, excluded, working = (arrive(store, study, address="1.1.1.1") for _ in range(3))
    for one in (withdrawn, excluded, working):
        clock.pass_s(1)
        vote(store, one, slot=0, comment=COMMENT)
    ship.cut()
    store.withdraw(withdrawn.code)
    store.exclude(study.id, excluded.rater, "too fast")
    ship.cut()
    return Scene(ship, working, finished, withdrawn, excluded)


def test_a_replayed_store_is_as_before(
    store: Store, clock: Clock, open_empty: Callable[[], Store], tmp_path: Path
):
    scene = play(store, clock)
    mine = ballot(store.trial(scene.working.code), slot=2)
    receipt = store.vote(scene.working.code, mine)
    trial = store.trial(scene.working.code)
    scene.ship.cut()
    again = replayed(open_empty(), scene.ship.files)
    assert again.rows("three") == store.rows("three") != ()
    assert again.status("three") == store.status("three")
    assert again.study("three") == store.study("three")
    assert again.verify("three") == store.verify("three")
    assert again.verify("three", {receipt.number: receipt.hash}).is_whole
    for code in (scene.working.code, scene.finished.code, scene.excluded.code):
        assert again.resume(code) == store.resume(code)
    assert again.resume(scene.finished.code).completion_code
    assert again.trial(scene.working.code) == trial
    assert replace(again.vote(scene.working.code, mine), change_token="", is_replay=False) == (
        replace(receipt, change_token="")
    )
    change = replace(mine, key=new_key(), slot=0, token=receipt.change_token)
    assert again.correct(scene.working.code, change).number == receipt.number + 1
    next_one = again.vote(scene.working.code, ballot(trial))
    assert next_one.number == receipt.number + 2
    assert again.verify("three").is_whole


def test_nothing_that_a_withdrawal_erases_is_in_any_byte(store: Store, clock: Clock):
    scene = play(store, clock)
    with store._database.reading() as connection:
        secret = connection.execute(select(secrets)).one()
        hashed = [row for row in connection.scalars(select(people.c.address_hash)) if row]
    assert len(hashed) == 3
    words = [str(PERSON[name]) for name in ("participant", "address", "agent")]
    words += ["PARAMETER-77", "SESSION", COMMENT, ANSWER, "1.1.1.1", *hashed]
    words += [secret.salt.hex(), base64.b64encode(secret.salt).decode(), scene.working.code]
    shipped = b"".join(data for _, data in scene.ship.files)
    assert secret.token_key.hex().encode() in shipped
    for word in words:
        assert word.encode() not in shipped, word
        assert word.lower().encode() not in shipped.lower(), word
    assert secret.salt not in shipped


def test_a_withdrawn_rater_stays_withdrawn(
    store: Store, clock: Clock, open_empty: Callable[[], Store]
):
    scene = play(store, clock)
    again = replayed(open_empty(), scene.ship.files)
    with pytest.raises(VoteRefused) as refusal:
        again.resume(scene.withdrawn.code)
    assert refusal.value.reason == "unknown-code"
    assert scene.withdrawn.rater not in {row.rater for row in again.rows("three")}
    assert again.status("three").n_withdrawn == 1
    with again._database.reading() as connection:
        query = select(raters.c.code_hash).where(raters.c.id == scene.withdrawn.rater)
        assert connection.scalars(query).all() == [None]


def test_each_first_few_segments_are_the_store_of_that_time(folder: Path, clock: Clock):
    store = Store(sqlite_url(folder / "one.sqlite"), clock)
    ship, study, then = Ship(store), locked(store), []
    me = arrive(store, study)
    for _ in range(4):
        ship.cut()
        then.append((store.verify("three"), store.rows("three"), store.resume(me.code)))
        vote(store, me)
    for number, (verdict, rows, session) in enumerate(then):
        path = folder / f"first-{number}.sqlite"
        again = replayed(Store(sqlite_url(path), clock), ship.files[: number + 1])
        assert (again.verify("three"), again.rows("three")) == (verdict, rows)
        assert again.resume(me.code) == session


def test_doubles_and_the_order_of_files_change_nothing(
    store: Store, clock: Clock, open_empty: Callable[[], Store]
):
    files = play(store, clock).ship.files
    assert read([*reversed(files), *files]) == read(files)
    renamed = [*files, ("0003-a copy", files[3][1])]
    again = replayed(open_empty(), renamed)
    assert again.rows("three") == store.rows("three")


def test_only_what_changed_is_shipped_and_rows_of_the_chain_once(store: Store, clock: Clock):
    scene = play(store, clock)
    assert scene.ship.cut() == ()
    numbers = [
        row.fields["number"]
        for _, data in scene.ship.files
        for row in format_of.parse("", data).rows
        if row.table == "ledger"
    ]
    assert numbers == list(range(1, store.verify("three").n_rows + 1))
    vote(store, scene.working)
    changed = {row.table for row in scene.ship.cut()}
    assert changed == {"raters", "assignments", "ledger"}


def simple(store: Store) -> tuple[Ship, Session]:
    """Three segments, a vote in each of the last two."""
    ship = Ship(store)
    me = arrive(store, locked(store))
    ship.cut()
    for _ in range(2):
        vote(store, me)
        ship.cut()
    return ship, me


@pytest.fixture
def lone(folder: Path, clock: Clock) -> Iterator[Store]:
    """A store in SQLite, where the database is not what a test is about."""
    one = Store(sqlite_url(folder / "lone.sqlite"), clock)
    yield one
    one.close()


def spoilt(data: bytes) -> list[bytes]:
    """What a torn or damaged file may be."""
    torn = [data[:cut] for cut in (0, 1, len(data) // 2, data.rindex(b"\n", 0, -1), len(data) - 9)]
    flipped = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in (0, 40, len(data) - 9)]
    return [*torn, *flipped, data.replace(b'"step":', b'"Step":'), data[data.index(b"\n") + 1 :]]


def test_a_damaged_last_segment_is_reported_and_left_out(lone: Store):
    ship, _ = simple(lone)
    for data in spoilt(ship.files[-1][1]):
        history = read([*ship.files[:-1], (ship.files[-1][0], data)])
        assert history.left_out == (ship.files[-1][0],)
        assert history.last == ship.files[-2][0]
        assert history.rows == read(ship.files[:-1]).rows
    assert read([*ship.files, (ship.files[-1][0], b"torn")]) == read(ship.files)


def test_a_damaged_segment_before_the_last_refuses(lone: Store):
    ship, _ = simple(lone)
    for number in (0, 1):
        for data in spoilt(ship.files[number][1]):
            files = [*ship.files]
            files[number] = (files[number][0], data)
            with pytest.raises(StudyError, match=f"{files[number][0]} is damaged.*restore"):
                read(files)


@pytest.mark.parametrize("number", [0, 1])
def test_a_missing_segment_refuses(lone: Store, number: int):
    ship, _ = simple(lone)
    with pytest.raises(StudyError, match=f"{ship.files[number][0]} is missing"):
        read(ship.files[:number] + ship.files[number + 1 :])


def test_what_was_left_out_once_stays_out(lone: Store, folder: Path, clock: Clock):
    ship, me = simple(lone)
    name, data = ship.files.pop()
    torn = (name, data[:-20])
    history = read([*ship.files, torn])
    again = replayed(Store(sqlite_url(folder / "again.sqlite"), clock), [*ship.files, torn])
    on = Ship(again, "b", [*ship.files, torn], history.known, history.last)
    vote(again, me)
    on.cut(without=history.left_out)
    for files in (on.files, [*on.files, (name, data)]):
        found = read(files)
        assert found.left_out == ()
        assert found.last == on.last
        assert len([key for key in found.rows if key[0] == "ledger"]) == 3


def two(lone: Store, folder: Path, clock: Clock) -> tuple[Ship, Ship, Session]:
    """Two processes that ship on from the same segment."""
    one, me = simple(lone)
    again = replayed(Store(sqlite_url(folder / "again.sqlite"), clock), one.files)
    return one, one.other(again), me


def test_two_processes_with_votes_of_their_own_are_refused(lone: Store, folder: Path, clock: Clock):
    one, other, me = two(lone, folder, clock)
    vote(lone, me, slot=0)
    one.cut()
    vote(other.store, me, slot=1)
    other.cut()
    vote(other.store, me, slot=1)
    other.cut()
    both = [*one.files, *other.files]
    with pytest.raises(StudyError, match=r"different votes at once.* 0003-a .* 0003-b .*remove"):
        read(both)
    # As told: the votes of one of the two are taken away.
    assert read(one.files).last == "0003-a"
    assert read(other.files).last == "0004-b"


def test_two_processes_from_the_start_are_refused(lone: Store, folder: Path, clock: Clock):
    one, _ = simple(lone)
    clock.pass_s(60)
    other = Ship(Store(sqlite_url(folder / "again.sqlite"), clock), "b")
    locked(other.store)
    other.cut()
    with pytest.raises(StudyError, match="at once"):
        read([*one.files, *other.files])


@pytest.mark.parametrize("votes_first", [True, False])
def test_a_second_process_without_votes_gives_way(
    lone: Store, folder: Path, clock: Clock, votes_first: bool
):
    one, other, me = two(lone, folder, clock)
    with_votes, without = (one, other) if votes_first else (other, one)
    vote(with_votes.store, me)
    with_votes.cut()
    without.store.trial(me.code)
    arrive(without.store, make_study())
    without.cut()
    history = read([*one.files, *other.files])
    assert (history.last, history.gave_way) == (with_votes.last, (without.last,))
    again = replayed(Store(sqlite_url(folder / "third.sqlite"), clock), [*one.files, *other.files])
    assert again.rows("three") == with_votes.store.rows("three")
    assert again.status("three").raters == with_votes.store.status("three").raters


def test_two_processes_of_one_database_are_no_fork(lone: Store, folder: Path, clock: Clock):
    one, me = simple(lone)
    other = one.other(lone)
    vote(lone, me, slot=0)
    one.cut()
    vote(lone, me, slot=1)
    other.cut()
    history = read([*one.files, *other.files])
    assert (history.last, history.gave_way) == ("0003-b", ("0003-a",))
    again = replayed(Store(sqlite_url(folder / "third.sqlite"), clock), [*one.files, *other.files])
    assert again.rows("three") == lone.rows("three")


def test_two_rows_with_one_number_are_refused_in_one_line_too(lone: Store):
    ship, _ = simple(lone)
    vote_row = next(row for row in read(ship.files).rows.values() if row.key[-1] == "3")
    forged = Shipped("ledger", {**vote_row.fields, "at": "2026-01-01T00:00:00.000Z"})
    name = "0009-c"
    with pytest.raises(StudyError, match="at once"):
        read([*ship.files, (name, Segment(name, ship.last, (forged,)).to_bytes())])


def test_a_chain_that_was_tampered_with_fills_nothing(
    store: Store, open_empty: Callable[[], Store]
):
    ship, _ = simple(store)
    name, data = ship.files[-1]
    segment = format_of.parse(name, data)
    assert segment is not None
    rows = tuple(
        row
        if row.table != "ledger"
        else Shipped(
            "ledger",
            {**row.fields, "content": row.fields["content"].replace('"slot":0', '"slot":1')},
        )
        for row in segment.rows
    )
    assert rows != segment.rows
    forged = [*ship.files[:-1], (name, replace(segment, rows=rows).to_bytes())]
    empty = open_empty()
    with pytest.raises(StudyError, match=r"no whole chain.*not what was hashed"):
        empty.shippable().replay(read(forged))
    assert empty.studies() == ()
    assert replayed(empty, ship.files).verify("three").is_whole


def test_the_same_store_goes_on_from_where_it_is(store: Store):
    ship, me = simple(store)
    vote(store, me)
    before = (store.rows("three"), store.verify("three"))
    assert store.shippable().replay(read(ship.files)) is False
    assert (store.rows("three"), store.verify("three")) == before
    assert store.shippable().replay(read([])) is False


@pytest.mark.parametrize("n_votes", [0, 1, 3])
def test_another_store_is_never_mixed_with_segments(
    store: Store, clock: Clock, open_empty: Callable[[], Store], n_votes: int
):
    ship, _ = simple(store)
    clock.pass_s(1)
    other = open_empty()
    me = arrive(other, locked(other))
    for _ in range(n_votes):
        vote(other, me)
    before = other.verify("three")
    with pytest.raises(StudyError, match="lacks votes that its segments hold"):
        other.shippable().replay(read(ship.files))
    assert other.verify("three") == before


def test_a_store_behind_its_segments_is_refused(store: Store, open_empty: Callable[[], Store]):
    ship, _ = simple(store)
    behind = replayed(open_empty(), ship.files[:2])
    with pytest.raises(StudyError, match="row 3 of three"):
        behind.shippable().replay(read(ship.files))


def salt_of(store: Store) -> bytes | None:
    with store._database.reading() as connection:
        return connection.scalar(select(secrets.c.salt))


def test_a_salt_is_new_after_a_replay_and_a_destroyed_one_stays_so(
    store: Store, open_empty: Callable[[], Store]
):
    ship, _ = simple(store)
    again = replayed(open_empty(), ship.files)
    salt = salt_of(again)
    assert salt
    assert salt != salt_of(store)
    arrive(again, make_study(), address="1.2.3.4")
    store.destroy_salt("three")
    ship.cut()
    assert salt_of(replayed(open_empty(), ship.files)) is None


def test_what_waits_is_counted_from_the_oldest(store: Store, clock: Clock):
    shippable = store.shippable()
    assert shippable.waiting({}) == (0, None)
    me = arrive(store, locked(store))
    clock.pass_s(60)
    first = vote(store, me)
    clock.pass_s(60)
    vote(store, me)
    for later in ("after", "zuletzt"):
        locked(store, make_study(id=later))
    assert shippable.waiting({"three": 1}) == (4, first.at)
    assert shippable.waiting({"three": 1, "after": 1, "zuletzt": 1}) == (2, first.at)
    assert shippable.waiting({"three": 3, "after": 1, "zuletzt": 1}) == (0, None)
    assert shippable.waiting({})[0] == 5


def test_another_format_is_refused(lone: Store, monkeypatch: pytest.MonkeyPatch):
    ship, _ = simple(lone)
    monkeypatch.setattr(format_of, "FORMAT", 2)
    with pytest.raises(StudyError, match="another version of the app"):
        read(ship.files)


def test_a_segment_is_lines_of_json_whatever_a_study_says(folder: Path, clock: Clock):
    store = Store(sqlite_url(folder / "odd.sqlite"), clock)
    locked(store, make_study(title="Which\u2028music?\x85 ü\t🎵"))
    ship = Ship(store)
    ship.cut()
    data = ship.files[0][1]
    assert data.isascii()
    assert all(json.loads(line) for line in data.split(b"\n")[:-1])
    again = replayed(Store(sqlite_url(folder / "again.sqlite"), clock), ship.files)
    assert again.study("three") == store.study("three")


def test_a_change_of_the_tables_changes_the_format():
    """Fails when a shipped table changes: then raise FORMAT, and write the new columns here."""
    columns = {name: " ".join(column.name for column in table.c) for name, table in TABLES.items()}
    assert format_of.FORMAT == 1
    assert columns == {
        "studies": "id hash locked_s design stimuli",
        "secrets": "study token_key salt",
        "raters": "id study code_hash language consent consent_version step progress begun_s "
        "seen_s finished_s withdrawn_s is_excluded",
        "assignments": "id study rater trial kind clip slots cell place repeat_of state watch "
        "leased_s expires_s open_s",
        "ledger": "study number kind at rater assignment idempotency content previous hash",
    }
    assert set(metadata.tables) - set(TABLES) == {"people", "comments", "answers"}
