"""The way of a rater: each step in its turn, training passed or out, what may be answered."""

from random import Random

import pytest

from mrcmv.errors import VoteRefused
from mrcmv.study import session
from mrcmv.study.ballots import Ballot, allowed_answers, check_ballot, known_answer_given
from mrcmv.study.rules import Tally, check_answers, why_over
from mrcmv.study.tokens import (
    check_token,
    hash_code,
    make_token,
    new_code,
    own_completion_code,
    read_token,
    salted,
)
from tests.study.scenes import make_study

FULL = make_study(
    sound_check={"tries": 2},
    training={"count": 2, "pass_mark": 2, "attempts": 2},
    questions=[
        {"id": "age", "text": "Age?", "kind": "number"},
        {"id": "edits", "text": "Edit?", "kind": "choice", "choices": ["y", "n"], "required": True},
    ],
)
RANDOM = Random(1)


def reason(call, *values) -> str:
    with pytest.raises(VoteRefused) as refusal:
        call(*values)
    assert str(refusal.value).endswith(".")
    return refusal.value.reason


def test_a_session_passes_through_all_steps():
    now = session.begin(FULL, RANDOM)
    assert now.step == "sound-check"
    now = session.after_sound_check(now, FULL, now.n_tones, RANDOM)
    assert (now.step, now.kind) == ("training", "training")
    for _ in range(2):
        now = session.after_vote(now, FULL, True)
    assert now.step == "trials"
    for number in range(4):
        assert now.trial == 2 + number
        now = session.after_vote(now, FULL, None)
    assert now.step == "questions"
    assert session.after_questions(now).step == "finished"
    assert session.from_json(session.to_json(now)) == now


def test_steps_that_a_study_does_not_have_are_passed_over():
    study = make_study(n_clips=1)
    now = session.begin(study, RANDOM)
    assert now.step == "trials"
    assert session.after_vote(now, study, None).step == "finished"


def test_who_hears_wrong_tries_again_and_is_out_then():
    now = session.begin(FULL, RANDOM)
    again = session.after_sound_check(now, FULL, 9, RANDOM)
    assert (again.step, again.tries) == ("sound-check", 1)
    assert session.after_sound_check(again, FULL, 9, RANDOM).step == "screened-out"


def test_who_fails_the_training_gets_another_and_is_out_then():
    now = session.after_sound_check(
        begun := session.begin(FULL, RANDOM), FULL, begun.n_tones, RANDOM
    )
    for right in (True, False):
        now = session.after_vote(now, FULL, right)
    assert (now.step, now.attempt, now.n_right) == ("training", 2, 0)
    out = session.after_vote(session.after_vote(now, FULL, True), FULL, False)
    assert out.step == "screened-out"
    on = session.after_vote(session.after_vote(now, FULL, True), FULL, True)
    assert (on.step, on.trial) == ("trials", 4)


def test_no_step_comes_before_its_turn():
    now = session.begin(FULL, RANDOM)
    assert reason(session.after_vote, now, FULL, None) == "out-of-turn"
    assert reason(session.after_questions, now) == "out-of-turn"
    assert reason(lambda: now.kind) == "out-of-turn"


def test_a_token_is_good_for_its_rater_and_its_time_only():
    key = bytes(32)
    token = make_token(key, "a" * 32, "rater", 1000.0)
    assert check_token(key, token, "rater", 999.0) == "a" * 32
    assert reason(check_token, key, token, "rater", 1000.0) == "expired"
    assert reason(check_token, key, token, "other", 999.0) == "forged"
    assert reason(check_token, bytes(31) + b"x", token, "rater", 999.0) == "forged"
    later = token.replace(".1000.", ".9000.")
    assert reason(check_token, key, later, "rater", 999.0) == "forged"


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c", "a.١.c", "a.-1.c", "x" * 300, None, 5, "a.1.\ud800"]
)
def test_what_is_no_token_is_forged(text):
    assert reason(check_token, bytes(32), text, "rater", 0.0) == "forged"


def test_a_token_names_no_method():
    assert read_token(make_token(bytes(32), "0" * 32, "r", 1.0)).assignment == "0" * 32


def test_receipt_codes_forgive_how_they_are_typed():
    code = new_code()
    assert len(code.replace("-", "")) == 16
    assert hash_code(f" {code.lower().replace('-', ' ')} ") == hash_code(code)
    assert hash_code("O0I1-L") == hash_code("00111")
    assert len({new_code() for _ in range(1000)}) == 1000


def test_hashes_depend_on_the_salt_and_codes_on_the_key():
    assert salted(b"a", "1.2.3.4") != salted(b"b", "1.2.3.4")
    assert own_completion_code(b"a", "r") == own_completion_code(b"a", "r")
    assert own_completion_code(b"a", "r") != own_completion_code(b"b", "r")


BEST = make_study().question
PAIR = make_study(question={"kind": "pairwise", "text": "?"}).question
FIVE = make_study(question={"kind": "mos", "text": "?", "together": True}).question


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (BEST, {"slot": 2}),
        (BEST, {"answer": "none"}),
        (BEST, {"answer": "all-bad"}),
        (PAIR, {"answer": "neutral"}),
        (FIVE, {"ratings": (1, 5, 3)}),
        (BEST, {"slot": 0, "comment": "x" * 2000}),
    ],
)
def test_what_a_question_allows(question, answer):
    check_ballot(question, Ballot("t", "k" * 8, **answer), 3)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (BEST, {}),
        (BEST, {"slot": 3}),
        (BEST, {"slot": -1}),
        (BEST, {"slot": True}),
        (BEST, {"slot": "0"}),
        (BEST, {"slot": 0, "answer": "none"}),
        (BEST, {"answer": "neutral"}),
        (BEST, {"ratings": (1, 2, 3)}),
        (BEST, {"slot": 0, "comment": 5}),
        (PAIR, {"answer": "all-bad"}),
        (PAIR, {"slot": 0, "comment": "no free text here"}),
        (FIVE, {"ratings": (1, 2)}),
        (FIVE, {"ratings": (1, 2, 6)}),
        (FIVE, {"ratings": (1, 2, True)}),
        (FIVE, {"slot": 0}),
    ],
)
def test_what_no_question_allows(question, answer):
    assert reason(check_ballot, question, Ballot("t", "k" * 8, **answer), 3) == "bad-answer"


def test_keys_and_texts_have_their_lengths():
    for key in ("short", "x" * 65, "has space", "", None):
        assert reason(check_ballot, BEST, Ballot("t", key, slot=0), 3) == "bad-key"
    long = Ballot("t", "k" * 8, slot=0, comment="x" * 2001)
    assert reason(check_ballot, BEST, long, 3) == "too-long"


def test_answers_that_a_study_does_not_offer_are_not_allowed():
    bare = make_study(question={"kind": "best-of-n", "text": "?", "no_preference": False}).question
    assert allowed_answers(bare) == ("all-bad",)
    assert allowed_answers(FIVE) == ()


def test_a_known_answer_is_the_sound_one_or_a_poor_rating():
    broken = (True, False, True)
    assert known_answer_given(broken, Ballot("t", "k", slot=1))
    assert not known_answer_given(broken, Ballot("t", "k", slot=0))
    assert not known_answer_given(broken, Ballot("t", "k", answer="all-bad"))
    assert known_answer_given((True,), Ballot("t", "k", ratings=(2,)))
    assert not known_answer_given((True,), Ballot("t", "k", ratings=(3,)))
    assert known_answer_given(broken, Ballot("t", "k", ratings=(1, 1, 2)))


def test_answers_after_the_trials_have_to_fit():
    check_answers(FULL.questions, {"edits": 1, "age": 30})
    assert reason(check_answers, FULL.questions, {}) == "unanswered"
    for wrong in ({"edits": 2}, {"edits": True}, {"edits": "y"}, {"age": "old", "edits": 0}):
        assert reason(check_answers, FULL.questions, wrong) == "bad-answer"
    for wrong in ({"age": float("nan"), "edits": 0}, {"name": "x", "edits": 0}):
        assert reason(check_answers, FULL.questions, wrong) == "bad-answer"


@pytest.mark.parametrize(
    ("stop", "tally", "words"),
    [
        ({}, Tally(6, 30, 2), "every cell"),
        ({}, Tally(5, 99, 99), None),
        ({"raters": 2}, Tally(0, 5, 2), "raters"),
        ({"votes": 5}, Tally(0, 5, 0), "votes"),
        ({"targets": False, "votes": 9}, Tally(6, 8, 0), None),
        ({"until": "2020-01-01T00:00:00Z"}, Tally(0, 0, 0), "ended"),
        ({"until": "2099-01-01T00:00:00Z"}, Tally(0, 0, 0), None),
    ],
)
def test_a_study_stops_by_whichever_rule_comes_first(stop, tally, words):
    from datetime import UTC, datetime

    study = make_study(stop=stop)
    why = why_over(study.stop, study.votes_a_cell, tally, datetime(2026, 1, 1, tzinfo=UTC))
    assert why is None if words is None else words in why
