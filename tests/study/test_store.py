"""The store, in SQLite and in PostgreSQL: sessions, trials, votes, refusals."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from mrcmv.errors import VoteRefused
from mrcmv.study.store import Arrival, Offer, Store
from mrcmv.study.watching import Event
from tests.study.scenes import (
    Clock,
    arrive,
    ballot,
    locked,
    make_study,
    new_key,
    vote,
    watch,
)


def refused(call, *values) -> str:
    with pytest.raises(VoteRefused) as refusal:
        call(*values)
    return refusal.value.reason


def n_stored(store: Store, study: str = "three") -> int:
    return len(store.rows(study))


def test_a_whole_session_ends_with_a_code_over_restarts(
    open_store: Callable[[], Store], clock: Clock
):
    first = open_store()
    study = locked(
        first,
        make_study(
            sound_check={"tries": 3},
            training={"count": 1, "pass_mark": 0},
            catch={"count": 1},
            repeats={"count": 1, "gap": 2},
            gate={"share": 0.95},
            questions=[{"id": "why", "text": "Why?"}],
            completion={"platform": "prolific", "code": "C1", "return_url": "https://p.example"},
        ),
    )
    me = arrive(first, study, participant="p1", address="1.2.3.4", agent="Firefox")
    assert me.step == "sound-check"
    session, right = first.check_sound(me.code, me.n_tones)
    assert (session.step, right) == ("training", True)
    for number in range(7):
        store = open_store() if number % 3 == 2 else first
        trial = store.trial(me.code)
        assert trial is not None
        assert store.trial(me.code).slots == trial.slots
        watch(store, me, trial, clock)
        assert store.trial(me.code).gate_is_open
        clock.pass_s(2.5)
        store.vote(me.code, ballot(trial, slot=1, comment="fine"))
    assert first.trial is not None
    assert first.resume(me.code).step == "questions"
    done = first.answer(me.code, {"why": "=1+1"})
    assert (done.step, done.completion_code) == ("finished", "C1")
    assert first.resume(me.code).return_url == "https://p.example"
    rows = first.rows("three")
    kinds = Counter(row.kind for row in rows)
    assert kinds == {"training": 1, "trial": 4, "catch": 1, "repeat": 1}
    assert [row.trial for row in rows] == list(range(7))
    assert {row.decision_s for row in rows} == {2.5}
    again = next(row for row in rows if row.kind == "repeat")
    once = rows[again.repeat_of]
    assert (once.clip, set(once.methods)) == (again.clip, set(again.methods))
    assert once.methods != again.methods
    assert first.verify("three").is_whole


def test_a_trial_tells_neither_methods_nor_kind(store: Store):
    study = locked(store, make_study(catch={"count": 1}, trials=1))
    me = arrive(store, study)
    for _ in range(2):
        trial = store.trial(me.code)
        told = repr(trial)
        for word in (*study.method_names, "silent", "catch", "clip-"):
            assert word not in told
        store.vote(me.code, ballot(trial))


def test_consent_to_another_text_or_language_is_refused(store: Store):
    study = locked(store)
    assert refused(store.begin, "three", Arrival("en", "0" * 64)) == "no-consent"
    from mrcmv.study.reading import consent_hash

    assert refused(store.begin, "three", Arrival("de", consent_hash(study))) == "no-such-language"
    assert store.status("three").raters == ()


def test_a_person_takes_part_once(store: Store):
    study = locked(store)
    arrive(store, study, participant="p1")
    with pytest.raises(VoteRefused) as refusal:
        arrive(store, study, participant="p1")
    assert refusal.value.reason == "already-took-part"
    arrive(store, study, participant="p2")
    arrive(store, study)
    arrive(store, study)


def test_forged_tokens_store_nothing(store: Store):
    study = locked(store)
    me, other = arrive(store, study), arrive(store, study)
    trial, theirs = store.trial(me.code), store.trial(other.code)
    for token in ("", "x.1.y", trial.token[:-1] + "0" * (trial.token[-1] != "0"), theirs.token):
        if token != trial.token:
            wrong = replace(ballot(trial), token=token)
            assert refused(store.vote, me.code, wrong) == "forged"
            assert refused(store.watch, me.code, token, [Event("play", 0, 0)]) == "forged"
    assert refused(store.vote, "AAAA-AAAA-AAAA-AAAA", ballot(trial)) == "unknown-code"
    assert refused(store.vote, None, ballot(trial)) == "unknown-code"
    assert n_stored(store) == 0
    assert store.verify("three").n_rows == 1


def test_replayed_and_expired_tokens_store_nothing(store: Store, clock: Clock):
    study = locked(store)
    me = arrive(store, study)
    trial = store.trial(me.code)
    store.vote(me.code, ballot(trial))
    assert refused(store.vote, me.code, ballot(trial)) == "replayed"
    late = store.trial(me.code)
    clock.pass_s(study.lease_s)
    assert refused(store.vote, me.code, ballot(late)) == "expired"
    assert refused(store.watch, me.code, late.token, []) == "expired"
    fresh = store.trial(me.code)
    assert fresh.token != late.token
    store.vote(me.code, ballot(fresh))
    assert n_stored(store) == 2


def test_votes_out_of_turn_or_unwatched_store_nothing(store: Store, clock: Clock):
    study = locked(store, make_study(gate={"share": 0.95}, sound_check={"tries": 3}))
    me = arrive(store, study)
    assert refused(store.trial, me.code) == "out-of-turn"
    assert refused(store.answer, me.code, {}) == "out-of-turn"
    store.check_sound(me.code, me.n_tones)
    trial = store.trial(me.code)
    assert refused(store.vote, me.code, ballot(trial)) == "not-watched"
    for slot in range(3):
        # All seconds at once: the server's clock has not moved.
        reports = [Event("play", slot, 0), Event("tick", slot, 5), Event("pause", slot, 10)]
        store.watch(me.code, trial.token, reports)
    assert refused(store.vote, me.code, ballot(trial)) == "not-watched"
    watch(store, me, trial, clock)
    assert refused(store.vote, me.code, ballot(trial, slot=3)) == "bad-answer"
    assert n_stored(store) == 0
    store.vote(me.code, ballot(trial))
    assert n_stored(store) == 1


def test_a_retry_gets_the_same_receipt_even_after_the_token_ended(
    open_store: Callable[[], Store], clock: Clock
):
    store = open_store()
    study = locked(store)
    me = arrive(store, study)
    mine = ballot(store.trial(me.code), slot=2)
    first = store.vote(me.code, mine)
    store.trial(me.code)
    clock.pass_s(10 * study.lease_s)
    again = open_store().vote(me.code, mine)
    assert (again.number, again.hash, again.at) == (first.number, first.hash, first.at)
    assert (first.is_replay, again.is_replay) == (False, True)
    assert refused(store.vote, me.code, replace(mine, slot=1)) == "key-reused"
    assert n_stored(store) == 1


def test_two_tabs_have_one_trial_and_one_vote(store: Store):
    study = locked(store)
    me = arrive(store, study)
    one, other = store.trial(me.code), store.trial(me.code)
    assert one.slots == other.slots
    store.vote(me.code, ballot(one, slot=0))
    assert refused(store.vote, me.code, ballot(other, slot=1)) == "replayed"
    assert n_stored(store) == 1


def test_a_correction_is_a_new_row_and_only_of_the_last_vote(store: Store):
    study = locked(store)
    me = arrive(store, study)
    first = vote(store, me, slot=0)
    change = replace(ballot(store.trial(me.code), slot=2), token=first.change_token)
    fixed = store.correct(me.code, change)
    assert fixed.number == first.number + 1
    assert store.correct(me.code, change).number == fixed.number
    assert [row.slot for row in store.rows("three")] == [2]
    vote(store, me, slot=1)
    late = replace(change, key=new_key())
    assert refused(store.correct, me.code, late) == "no-correction"
    assert [row.slot for row in store.rows("three")] == [2, 1]
    assert store.verify("three").is_whole


def test_no_correction_where_the_study_has_none(store: Store):
    study = locked(store, make_study(corrections=False))
    me = arrive(store, study)
    trial = store.trial(me.code)
    assert store.vote(me.code, ballot(trial)).change_token == ""
    assert refused(store.correct, me.code, ballot(trial)) == "no-correction"


def test_who_leaves_frees_the_place_for_the_next(store: Store, clock: Clock):
    study = locked(store, make_study(n_clips=1))
    left = store.trial(arrive(store, study).code)
    other = store.trial(arrive(store, study).code)
    assert left.slots != other.slots
    clock.pass_s(study.lease_s + 1)
    assert store.trial(arrive(store, study).code).slots == left.slots


def test_every_cell_gets_its_votes_in_balanced_slots_and_the_study_closes(
    store: Store, clock: Clock
):
    study = locked(store, make_study(n_clips=3, trials=3))
    for number in range(100):
        if store.status("three").why_over:
            break
        me = arrive(store, study)
        for _ in range(3):
            trial = store.trial(me.code)
            if number % 3 == 1:
                clock.pass_s(study.lease_s + 1)
                break
            store.vote(me.code, ballot(trial))
    assert "every cell has 6 votes" in store.status("three").why_over
    assert refused(arrive, store, study) == "closed"
    counts = Counter(
        (row.clip, method, slot)
        for row in store.rows("three")
        for slot, method in enumerate(row.methods)
    )
    for clip in study.clips:
        for method in study.method_names:
            each = [counts[clip.file, method, slot] for slot in range(3)]
            assert max(each) - min(each) <= 1
    assert store.status("three").results_are_open


def test_a_full_study_takes_nobody_until_someone_leaves(store: Store, clock: Clock):
    study = locked(store, make_study(n_clips=1, votes_a_cell=2))
    for _ in range(2):
        store.trial(arrive(store, study).code)
    assert refused(arrive, store, study) == "full"
    clock.pass_s(study.lease_s + 1)
    arrive(store, study)


def test_pairs_and_ratings_become_rows(store: Store):
    pair = make_study(id="pair", question={"kind": "pairwise", "text": "?"}, trials=1)
    locked(store, pair)
    vote(store, arrive(store, pair), answer="neutral")
    (row,) = store.rows("pair")
    assert (row.answer, row.chosen, len(row.methods)) == ("neutral", None, 2)
    five = make_study(id="five", question={"kind": "mos", "text": "?", "together": True})
    locked(store, five)
    vote(store, arrive(store, five), ratings=(1, 5, 3))
    rows = store.rows("five")
    assert [row.rating for row in rows] == [1, 5, 3]
    assert [row.rated for row in rows] == list(rows[0].methods)
    single = make_study(id="single", question={"kind": "mos", "text": "?"}, trials=3)
    locked(store, single)
    vote(store, arrive(store, single), ratings=(4,))
    assert store.rows("single")[0].rated in single.method_names


def test_raters_clips_are_offered_and_voted_on(store: Store):
    study = locked(store, make_study(id="audition", clips="uploaded", trials=1))
    me = arrive(store, study)
    assert store.trial(me.code) is None
    offers = [Offer("mrcmv", "opaque-01", 3.0), Offer("cmmr", "opaque-02", 3.0)]
    for number in range(3):
        trial = store.offer(me.code, f"hash-{number}", offers)
        assert store.trial(me.code).slots == trial.slots
        store.vote(me.code, ballot(trial, slot=1))
    assert [row.chosen for row in store.rows("audition")] == ["cmmr"] * 3
    assert store.resume(me.code).step == "trials"
    assert refused(store.offer, me.code, "h", [Offer("nobody", "opaque-03", 1.0)]) == "out-of-turn"
