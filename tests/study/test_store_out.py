"""The store, in SQLite and in PostgreSQL: locks, exclusion, withdrawal, what comes out."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from mrcmv.errors import StudyError, VoteRefused
from mrcmv.study.store import Store
from tests.study.scenes import (
    arrive,
    locked,
    make_stimuli,
    make_study,
    vote,
)


def refused(call, *values) -> str:
    with pytest.raises(VoteRefused) as refusal:
        call(*values)
    return refusal.value.reason


def test_a_study_is_locked_from_its_first_rater(store: Store):
    study = locked(store)
    first = store.lock(study, make_stimuli(study))
    changed = make_study(title="Which one?")
    assert store.lock(changed, make_stimuli(changed)) != first
    arrive(store, changed)
    assert store.lock(changed, make_stimuli(changed))
    with pytest.raises(StudyError, match="title would change"):
        store.lock(study, make_stimuli(study))
    assert store.verify("three").is_whole


def test_a_bundle_that_does_not_fit_is_refused_in_words(store: Store):
    study = make_study(catch={"count": 1})
    whole = make_stimuli(study)
    bad = (
        (whole[:-1], "has no silent"),
        ((), "do not agree|are none"),
        ((*whole, whole[0]), "stands twice"),
        ((replace(whole[0], name="mrcmv.mp4"), *whole[1:]), "no opaque name"),
        ((replace(whole[0], duration_s=0.0), *whole[1:]), "no length"),
    )
    for stimuli, words in bad:
        with pytest.raises(StudyError, match=words):
            store.lock(study, stimuli)
    counted = make_study(clips={"folder": "clips", "count": 3}, trials=2)
    with pytest.raises(StudyError, match="3 clips, and there are 2"):
        store.lock(counted, make_stimuli(counted, ["a", "b"]))


def test_exclusions_are_logged_marked_and_refilled(store: Store):
    study = locked(store)
    me, other = arrive(store, study), arrive(store, study)
    vote(store, me)
    vote(store, other)
    with pytest.raises(StudyError, match="no rater"):
        store.exclude("three", "nobody", "too fast")
    with pytest.raises(StudyError, match="reason"):
        store.exclude("three", me.rater, "  ")
    store.exclude("three", me.rater, "too fast")
    assert {row.rater: row.excluded for row in store.rows("three")} == {
        me.rater: True,
        other.rater: False,
    }
    assert sum(cell.n_votes for cell in store.status("three").cells) == 1
    store.include("three", me.rater, "was no robot")
    assert not any(row.excluded for row in store.rows("three"))
    assert store.verify("three").is_whole


def test_who_fails_too_many_catches_is_excluded(store: Store):
    study = locked(store, make_study(catch={"count": 1, "most_failed": 0}, trials=2))
    me = arrive(store, study)
    for _ in range(3):
        vote(store, me, answer="all-bad")
    rows = store.rows("three")
    assert all(row.excluded for row in rows)
    assert [row.catch_passed for row in rows if row.kind == "catch"] == [False]


def test_a_withdrawal_erases_the_person_and_keeps_the_chain(store: Store, folder: Path):
    study = locked(store, make_study(n_clips=1, questions=[{"id": "why", "text": "Why?"}]))
    me = arrive(store, study, participant="PID-7", address="1.2.3.4", agent="SecretBrowser")
    vote(store, me, slot=0, comment="my dog barks")
    store.answer(me.code, {"why": "I am the mayor"})
    keep = arrive(store, study)
    vote(store, keep, slot=1)
    store.withdraw(me.code)
    assert [row.rater for row in store.rows("three")] == [keep.rater]
    assert store.comments("three") == store.answers("three") == ()
    assert [one["rater"] for one in store.arrivals("three")] == [keep.rater]
    assert refused(store.resume, me.code) == "unknown-code"
    assert store.verify("three").is_whole
    assert store.status("three").n_withdrawn == 1
    for file in folder.glob("studies.sqlite*"):
        data = file.read_bytes()
        for word in (b"my dog barks", b"the mayor", b"PID-7", b"SecretBrowser"):
            assert word not in data
    arrive(store, study, participant="PID-7")


def test_addresses_are_hashed_with_a_salt_that_can_go(store: Store, folder: Path):
    study = locked(store)
    arrive(store, study, address="203.0.113.77")
    with store._database.reading() as connection:
        first = connection.exec_driver_sql("SELECT address_hash FROM people").scalar()
    assert len(first) == 64
    store.destroy_salt("three")
    arrive(store, study, address="203.0.113.77")
    with store._database.reading() as connection:
        found = connection.exec_driver_sql("SELECT address_hash FROM people").scalars().all()
        assert connection.exec_driver_sql("SELECT salt FROM secrets").scalar() is None
    assert sorted(found, key=str) == sorted([first, None], key=str)
    for file in folder.glob("studies.sqlite*"):
        assert b"203.0.113.77" not in file.read_bytes()


def test_every_rater_has_an_own_code_on_mturk(store: Store):
    study = locked(store, make_study(n_clips=1, completion={"platform": "mturk"}))
    codes = set()
    for _ in range(3):
        me = arrive(store, study)
        vote(store, me)
        codes.add(store.resume(me.code).completion_code)
    assert len(codes) == 3
    assert "" not in codes


def test_export_writes_all_files_and_runs_no_formula(store: Store, tmp_path: Path):
    study = locked(store)
    me = arrive(store, study)
    bad = ("=HYPERLINK(1)", "+1", "-1", "@x", "\u22121")
    vote(store, me, slot=1, comment=bad[0])
    for text in bad[1:4]:
        vote(store, me, answer="none", comment=text)
    files = store.export("three", tmp_path / "out")
    assert {file.name for file in files} == {
        "answers.csv", "chain.jsonl", "codebook.md", "comments.csv", "study.json",
        "votes.csv", "votes.jsonl", "votes.parquet",
    }  # fmt: skip
    with (tmp_path / "out/comments.csv").open(newline="", encoding="utf-8") as file:
        assert [row["comment"] for row in csv.DictReader(file)] == [f"'{one}" for one in bad[:4]]
    lines = (tmp_path / "out/votes.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["chosen"] == json.loads(lines[0])["methods"][1]
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(tmp_path / "out/votes.parquet").to_pylist()
    assert [row["answer"] for row in table] == [None, "none", "none", "none"]
    assert table[0]["methods"] == json.loads(lines[0])["methods"]
    with pytest.raises(StudyError, match="not as xlsx"):
        store.export("three", tmp_path, ["xlsx"])


def test_codebook_explains_every_column_of_a_row():
    from dataclasses import fields

    from mrcmv.study.exporting import COLUMNS
    from mrcmv.study.rows import Row

    assert tuple(COLUMNS) == tuple(field.name for field in fields(Row))


def test_hostile_text_is_stored_as_far_as_it_is_text(store: Store):
    study = locked(store)
    me = arrive(store, study, participant="a\0b\ud800", agent="x" * 10_000, address="\ud800")
    vote(store, me, slot=0, comment="a\0b\ud800 ' ; DROP TABLE ledger")
    assert store.comments("three")[0]["comment"] == "ab? ' ; DROP TABLE ledger"


def test_an_unknown_study_is_told(store: Store):
    with pytest.raises(StudyError, match="no study 'x'"):
        store.study("x")
