"""The rater's endpoints by direct calls: the page is skipped, and every rule is met anyway."""

import json
import threading
from collections import Counter
from collections.abc import Callable

import pytest

from mrcmv.study.refusals import REASONS
from tests.web.conftest import Answer, House

Open = Callable[..., House]


def forged(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    mine, other = house.begin()["code"], house.begin()["code"]
    return house, house.post("vote", house.ballot(other), mine)


def expired(open_house: Open) -> tuple[House, Answer]:
    house = open_house(lease_s=600)
    code = house.begin()["code"]
    ballot = house.ballot(code)
    house.clock.pass_s(600)
    return house, house.post("vote", ballot, code)


def replayed(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    code = house.begin()["code"]
    ballot = house.ballot(code)
    assert house.post("vote", ballot, code)[0] == 200
    return house, house.post("vote", ballot | {"key": "key-00000002"}, code)


def key_reused(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    code = house.begin()["code"]
    house.vote(code)
    return house, house.post("vote", house.ballot(code), code)


def bad_key(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    code = house.begin()["code"]
    return house, house.post("vote", house.ballot(code, key="no key"), code)


def out_of_turn(open_house: Open) -> tuple[House, Answer]:
    house = open_house(questions=[{"id": "why", "text": "Why?"}])
    return house, house.post("answer", {"answers": {}}, house.begin()["code"])


def not_watched(open_house: Open) -> tuple[House, Answer]:
    house = open_house(gate={"share": 0.95})
    code = house.begin()["code"]
    return house, house.post("vote", house.ballot(code), code)


def bad_answer(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    code = house.begin()["code"]
    return house, house.post("vote", house.ballot(code, slot=3), code)


def too_long(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    code = house.begin()["code"]
    return house, house.post("vote", house.ballot(code, comment="x" * 2001), code)


def bad_event(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    code = house.begin()["code"]
    event = {"kind": "fly", "slot": 0, "position_s": 0.0}
    return house, house.post(
        "watch", {"token": house.trial(code)["token"], "events": [event]}, code
    )


def unknown_code(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    ballot = house.ballot(house.begin()["code"])
    return house, house.post("vote", ballot, "0000-0000-0000-0000")


def no_consent(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    return house, house.post("begin", house.arrival(consent="0" * 64))


def no_such_language(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    return house, house.post("begin", house.arrival(language="fa"))


def already_took_part(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    person = {"parameters": {"PROLIFIC_PID": "5f1"}}
    house.begin(**person)
    return house, house.post("begin", house.arrival(**person))


def closed(open_house: Open) -> tuple[House, Answer]:
    house = open_house(stop={"votes": 1})
    house.vote(house.begin()["code"])
    return house, house.post("begin", house.arrival())


def full(open_house: Open) -> tuple[House, Answer]:
    house = open_house(n_clips=1, votes_a_cell=1)
    house.trial(house.begin()["code"])
    return house, house.post("begin", house.arrival())


def no_correction(open_house: Open) -> tuple[House, Answer]:
    house = open_house()
    code = house.begin()["code"]
    change = house.vote(code)["change_token"]
    house.vote(code, key="key-00000002")
    body = {"token": change, "key": "key-00000003", "slot": 1}
    return house, house.post("correct", body, code)


def unanswered(open_house: Open) -> tuple[House, Answer]:
    house = open_house(n_clips=1, questions=[{"id": "age", "text": "Age?", "required": True}])
    code = house.begin()["code"]
    house.vote(code)
    return house, house.post("answer", {"answers": {}}, code)


REFUSED: dict[str, Callable[[Open], tuple[House, Answer]]] = {
    one.__name__.replace("_", "-"): one
    for one in (
        *(forged, expired, replayed, key_reused, bad_key, out_of_turn, not_watched, bad_answer),
        *(too_long, bad_event, unknown_code, no_consent, no_such_language, already_took_part),
        *(closed, full, no_correction, unanswered),
    )
}
TOLD_AS_ANSWER = {"sound-not-heard"}
"""Not a refusal: the sound check answers that it was wrong."""


@pytest.mark.parametrize("reason", REFUSED)
def test_a_direct_call_that_breaks_a_rule_is_refused_and_stores_nothing(
    reason, open_house, monkeypatch
):
    stored_before: list[list[tuple]] = []
    post = House.post

    def noted(self: House, *request) -> Answer:
        stored_before.append(self.stored())
        return post(self, *request)

    monkeypatch.setattr(House, "post", noted)
    house, (status, said) = REFUSED[reason](open_house)
    assert 400 <= status < 500
    assert said == {"reason": reason, "message": REASONS[reason]}
    assert house.stored() == stored_before[-1]


def test_every_reason_has_its_direct_call():
    assert set(REFUSED) | TOLD_AS_ANSWER == set(REASONS)


def test_a_retry_gets_the_same_receipt_and_one_vote(house: House):
    code = house.begin()["code"]
    ballot = house.ballot(code)
    receipts = [house.post("vote", ballot, code)[1]["receipt"] for _ in range(3)]
    assert len({(one["number"], one["hash"]) for one in receipts}) == 1
    assert [one["is_replay"] for one in receipts] == [False, True, True]
    assert sum(kind == "vote" for kind, _ in house.stored()) == 1


def test_a_double_click_and_two_tabs_make_one_vote(house: House):
    code = house.begin()["code"]
    ballot = house.ballot(code)
    sent = [ballot] * 4 + [ballot | {"key": f"key-of-tab-{n}", "slot": 1} for n in range(4)]
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda one=one: answers.append(house.post("vote", one, code)))
        for one in sent
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(kind == "vote" for kind, _ in house.stored()) == 1
    assert {status for status, _ in answers} <= {200, 409}
    assert {said.get("reason", "stored") for _, said in answers} <= {"stored", "replayed"}


def test_a_session_goes_from_consent_to_completion_code(open_house: Open):
    house = open_house(
        n_clips=2,
        sound_check={"tries": 3},
        questions=[{"id": "age", "kind": "number", "text": "Age?"}],
        completion={"platform": "own", "code": "DONE", "return_url": "https://example.org/back"},
    )
    session = house.begin(parameters={"PROLIFIC_PID": "5f1", "STUDY_ID": "s", "other": "x"})
    code = session["code"]
    assert session["step"] == "sound-check"
    wrong = house.post("sound-check", {"n_heard": 9}, code)[1]
    assert (wrong["was_right"], wrong["session"]["step"]) == (False, "sound-check")
    heard = house.post("sound-check", {"n_heard": wrong["session"]["n_tones"]}, code)[1]
    assert (heard["was_right"], heard["session"]["step"]) == (True, "trials")
    first = house.vote(code)
    change = {"token": first["change_token"], "key": "key-change-1", "slot": 1}
    assert house.post("correct", change, code)[1]["receipt"]["number"] == first["number"] + 1
    assert house.vote(code, key="key-00000002", answer="none", slot=None)["step"] == "questions"
    done = house.post("answer", {"answers": {"age": 40}}, code)[1]["session"]
    assert done["completion_code"] == "DONE"
    assert done["return_url"] == "https://example.org/back"
    assert house.post("trial", {}, code)[1]["reason"] == "out-of-turn"
    (arrival,) = house.store.arrivals(house.study.id)
    assert arrival["participant"] == "5f1"
    assert "other" not in json.dumps(arrival)
    assert house.post("withdraw", {}, code) == (200, {"is_withdrawn": True})
    assert house.post("resume", {}, code)[1]["reason"] == "unknown-code"


def test_a_session_is_resumed_without_the_raters_pseudonym_or_code(house: House):
    code = house.begin()["code"]
    house.vote(code)
    session = house.post("resume", {}, code.lower())[1]["session"]
    assert (session["n_done"], session["n_trials"], session["code"]) == (1, 3, "")
    assert "rater" not in session


def test_watching_opens_the_gate_by_the_servers_clock(open_house: Open):
    house = open_house(gate={"share": 0.95})
    code = house.begin()["code"]
    trial = house.trial(code)
    for slot, one in enumerate(trial["slots"]):
        play = {"kind": "play", "slot": slot, "position_s": 0}
        end = {"kind": "pause", "slot": slot, "position_s": one["duration_s"]}
        body = {"token": trial["token"], "events": [play]}
        assert not house.post("watch", body, code)[1]["gate_is_open"]
        house.clock.pass_s(one["duration_s"])
        told = house.post("watch", body | {"events": [end]}, code)[1]
    assert told == {"watched": [1.0, 1.0, 1.0], "gate_is_open": True}
    assert house.vote(code)["number"] == 2


def test_slots_are_balanced_after_each_complete_block_also_when_raters_leave(open_house: Open):
    house = open_house(n_clips=2, votes_a_cell=12, lease_s=600)
    for _ in range(3):
        house.trial(house.begin()["code"])  # never votes
    house.clock.pass_s(601)

    def take_part() -> None:
        code = house.begin()["code"]
        for number in range(2):
            house.vote(code, key=f"key-{number:08d}")

    threads = [threading.Thread(target=take_part) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.store._database.reading() as connection:
        held = connection.exec_driver_sql(
            "SELECT cell, place, slots FROM assignments WHERE state = 'voted'"
        ).all()
    assert len(held) == 24
    for end in (6, 12):
        seen = Counter(
            (cell, slot, one["source"])
            for cell, place, slots in held
            if place < end
            for slot, one in enumerate(json.loads(slots))
        )
        assert max(seen.values()) - min(seen.values()) == 0
        assert len(seen) == 2 * 3 * 3


def test_a_lost_answer_begins_no_second_session(house: House):
    arrival = house.arrival(parameters={"PROLIFIC_PID": "5f1"}, key="begin-key-1")
    first, again = (house.post("begin", arrival)[1]["session"] for _ in range(2))
    assert first["code"] == again["code"]
    assert len(house.store.arrivals(house.study.id)) == 1
    house.vote(first["code"])
    assert house.post("begin", arrival)[1]["session"]["n_done"] == 1
    other = house.post("begin", house.arrival(key="begin-key-2"))[1]["session"]
    assert other["code"] != first["code"]
    assert house.post("begin", house.arrival(key="no key"))[1]["reason"] == "bad-key"
