"""A preference is a vote as any: on disk before it is thanked for, once, and it can be changed."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from mrcmv.errors import StudyError
from mrcmv.study.store import Store, sqlite_url
from mrcmv.ui.preference import Preferences, Shown, Voter, open_preferences

SHOWN = Shown("run-1", "ab" * 32, 0.0, (("mrcmv", "t1"), ("mrcmv", "t2")), 8.0)
ASKED = {"n": 1, "run": "run-1", "rank": 2}


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(sqlite_url(tmp_path / "studies.sqlite"))
    yield store
    store.close()


@pytest.fixture
def asking(store) -> Preferences:
    return Preferences(store)


def since(seconds: float) -> Shown:
    return replace(SHOWN, since_s=time.monotonic() - seconds)


def test_what_is_thanked_for_is_in_the_export(asking, store, tmp_path):
    voter, reply = asking.vote(Voter(), since(6.0), ASKED)
    assert reply["stored"].startswith("Stored as no. ")
    assert reply["code"] == voter.code
    (row,) = store.rows("audition")
    assert (row.methods, row.slot, row.chosen) == (("mrcmv", "mrcmv"), 1, "mrcmv")
    assert 6.0 <= row.decision_s < 60.0
    store.export("audition", tmp_path / "out", ["csv"])
    assert row.rater in (tmp_path / "out" / "votes.csv").read_text()
    assert store.verify("audition").is_whole


def test_none_of_these_is_an_answer(asking, store):
    _, reply = asking.vote(Voter(), SHOWN, {"n": 1, "run": "run-1", "answer": "all-bad"})
    assert "stored" in reply
    assert store.rows("audition")[0].answer == "all-bad"


def test_another_choice_on_the_same_matches_corrects_the_first(asking, store):
    voter, _ = asking.vote(Voter(), SHOWN, ASKED)
    voter, reply = asking.vote(voter, SHOWN, {**ASKED, "n": 2, "rank": 1})
    assert "stored" in reply
    voter, _ = asking.vote(voter, SHOWN, {**ASKED, "n": 3, "rank": 2})
    assert [row.slot for row in store.rows("audition")] == [1]


def test_the_next_matches_are_another_trial_of_the_same_rater(asking, store):
    voter, _ = asking.vote(Voter(), SHOWN, ASKED)
    asking.vote(voter, replace(SHOWN, run="run-2"), {**ASKED, "run": "run-2", "rank": 1})
    rows = store.rows("audition")
    assert [row.trial for row in rows] == [0, 1]
    assert len({row.rater for row in rows}) == 1


def test_a_later_visit_goes_on_by_its_code_and_a_wrong_code_begins_anew(asking, store):
    voter, _ = asking.vote(Voter(), SHOWN, ASKED)
    later = {**ASKED, "run": "run-2", "code": voter.code}
    asking.vote(Voter(), replace(SHOWN, run="run-2"), later)
    odd = {**ASKED, "run": "run-3", "code": "x" * 500}
    asking.vote(Voter(), replace(SHOWN, run="run-3"), odd)
    raters = [row.rater for row in store.rows("audition")]
    assert len(raters) == 3
    assert len(set(raters)) == 2


def test_a_click_that_comes_twice_at_once_is_one_vote(asking, store):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: asking.vote(Voter(), SHOWN, ASKED), range(16)))
    assert len({reply["stored"] for _, reply in made}) == 1
    assert len(store.rows("audition")) == 1


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        (None, ASKED),
        (SHOWN, {**ASKED, "run": "other"}),
        (SHOWN, {**ASKED, "rank": 0}),
        (SHOWN, {**ASKED, "rank": 3}),
        (SHOWN, {**ASKED, "rank": True}),
        (SHOWN, {**ASKED, "rank": "2"}),
        (SHOWN, {**ASKED, "rank": None, "answer": "none"}),
        (SHOWN, {"n": 1, "run": "run-1"}),
        (SHOWN, {"n": 1, "run": "run-1", "rank": 1, "answer": "all-bad"}),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_not_stored(asking, store, shown, asked):
    _, reply = asking.vote(Voter(), shown, asked)
    assert reply["error"]
    assert "stored" not in reply
    assert store.rows("audition") == ()


def test_methods_are_told_after_the_vote_and_only_where_several_were_compared(asking):
    _, one = asking.vote(Voter(), SHOWN, ASKED)
    assert one["methods"] is None
    several = replace(SHOWN, run="run-2", matches=(("tags", "t1"), ("mrcmv", "t2")))
    _, reply = asking.vote(Voter(), several, {**ASKED, "run": "run-2"})
    assert reply["methods"] == ["At random among tags", "MRCMV"]


def test_nothing_is_thanked_for_when_the_disk_fails(asking, store, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise StudyError("the disk is full")

    monkeypatch.setattr(store, "vote", fail)
    voter, reply = asking.vote(Voter(), SHOWN, ASKED)
    assert "could not be stored" in reply["error"]
    assert "disk" not in reply["error"]
    monkeypatch.undo()
    _, reply = asking.vote(voter, SHOWN, ASKED)
    assert "stored" in reply


def test_where_nothing_can_be_stored_nothing_is_asked(store, monkeypatch):
    assert open_preferences(None) is None

    def fail(*_: object) -> None:
        raise StudyError("read only")

    monkeypatch.setattr(store, "lock", fail)
    assert open_preferences(store) is None
