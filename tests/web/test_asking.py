"""Requests that cannot be read, and a store that fails: a sentence each, and never a 500."""

import json

import pytest

from mrcmv.errors import StudyError
from tests.web.conftest import House


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"token": 1, "key": "k"}', "application/json", 422),
        (b'{"token": "t", "key": "k", "more": 1}', "application/json", 422),
        (b'{"token": "t", "key": "k", "slot": true}', "application/json", 422),
        (b'{"token": "\\ud800", "key": "key-00000001"}', "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"{}", "text/plain", 415),
        (b'{"token": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_gets_one_sentence(house: House, body, kind, status):
    headers = {"Authorization": f"Bearer {house.begin()['code']}", "Content-Type": kind}
    answer = house.client.post("/study/api/vote", content=body, headers=headers)
    assert answer.status_code == status
    said = answer.json()
    assert set(said) == {"reason", "message"}
    assert "\n" not in said["message"]
    assert len(said["message"]) < 300


@pytest.mark.parametrize(
    "number", ["1e400", "NaN", "-Infinity", "1" * 5000, "[]", '{"a": 1}', "null", "true"]
)
def test_odd_numbers_are_refused_and_break_nothing(house: House, number):
    code = house.begin()["code"]
    token = json.dumps(house.trial(code)["token"])
    headers = {"Authorization": f"Bearer {code}", "Content-Type": "application/json"}
    events = f'[{{"kind": "play", "slot": 0, "position_s": {number}}}]'
    for name, body in (
        ("watch", f'{{"token": {token}, "events": {events}}}'),
        ("answer", f'{{"answers": {{"age": {number}}}}}'),
        ("vote", f'{{"token": {token}, "key": "key-00000001", "slot": {number}}}'),
        ("sound-check", f'{{"n_heard": {number}}}'),
    ):
        answer = house.client.post(f"/study/api/{name}", content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (name, answer.text)


def test_no_code_or_another_scheme_is_an_unknown_code(house: House):
    for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}):
        answer = house.client.post("/study/api/resume", json={}, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["reason"] == "unknown-code"


def test_a_store_that_fails_is_told_as_503(house: House, monkeypatch):
    code = house.begin()["code"]
    ballot = house.ballot(code)

    def fail(*_: object) -> None:
        raise StudyError("The database of the studies refuses: disk full.")

    monkeypatch.setattr(house.store, "vote", fail)
    status, said = house.post("vote", ballot, code)
    assert status == 503
    assert said["message"].endswith("disk full.")
