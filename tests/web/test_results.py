"""The results page: nobody without the token, nothing before the stop rule unless asked for."""

import io
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mrcmv.errors import StudyError
from mrcmv.study.store import Store, sqlite_url
from mrcmv.web.desk import Desk
from mrcmv.web.guard import MOST_WRONG, MOST_WRONG_IN_ALL, WITHIN_S, Guard, TooManyGuesses
from mrcmv.web.results import ASSETS, PAGE_FILES, raters_of, routes
from tests.study import scenes

TOKEN = "a-token-that-nobody-guesses"
API = "/study/results/api"
OPEN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(sqlite_url(tmp_path / "studies.sqlite"), scenes.Clock())
    scenes.locked(store, scenes.make_study(2, stop={"raters": 2}))
    yield store
    store.close()


def client(store: Store, token: str | None = TOKEN) -> TestClient:
    app = FastAPI()
    app.include_router(routes(Desk(store, {}, token)))
    return TestClient(app)


def take_part(store: Store, slot: int = 0) -> None:
    session = scenes.arrive(store, store.study("three").study)
    for _ in range(2):
        scenes.vote(store, session, slot=slot)


def get(store: Store, path: str, **told):
    return client(store).get(f"{API}/{path}", params={"s": "three", **told}, headers=OPEN)


PATHS = ("studies", "shipping", "status", "tables", "verify", "export.zip", "report.zip")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("said", [None, "", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", "é"])
def test_without_the_token_nothing_is_told(store, path, said):
    take_part(store)
    headers = {} if said is None else {"Authorization": said.encode()}
    told = client(store).get(f"{API}/{path}", params={"s": "three", "early": 1}, headers=headers)
    assert told.status_code == 401
    assert told.json() == {"detail": "This is not the admin's token."}


def test_nobody_can_be_judged_without_the_token(store):
    take_part(store)
    (rater,) = {row.rater for row in store.rows("three")}
    asked = {"study": "three", "rater": rater, "reason": "because", "excluded": True}
    assert client(store).post(f"{API}/judge", json=asked).status_code == 401
    assert not store.rows("three")[0].excluded


def test_where_no_token_is_set_there_is_no_page(store):
    shut = client(store, None)
    for path in ("/study/results", f"{API}/studies"):
        told = shut.get(path, headers={"Authorization": "Bearer None"})
        assert told.status_code == 404
        assert "MRCMV_ADMIN_TOKEN" in told.text


def test_the_page_and_its_files_are_there_and_hold_no_token(store):
    for path in PAGE_FILES:
        told = client(store).get(f"/study/results/{path}".rstrip("/"))
        assert told.status_code == 200
        assert TOKEN not in told.text
        assert "default-src 'self'" in told.headers["content-security-policy"]
    assert {name for name in PAGE_FILES.values() if not (ASSETS / name).is_file()} == set()


def test_counts_are_told_at_once_and_results_only_after_the_stop_rule(store):
    take_part(store)
    told = get(store, "status").json()
    assert (told["n_votes"], told["results_are_open"]) == (2, False)
    assert [cell["n_votes"] for cell in told["cells"]] == [1, 1]
    for path in ("tables", "export.zip", "report.zip"):
        assert get(store, path).status_code == 409
        assert get(store, path, early=True).status_code == 200
    take_part(store)
    assert get(store, "status").json()["why_over"] == "2 raters have finished"
    shown = get(store, "tables").json()
    preferred = shown["tables"][0]
    assert preferred["rows"][0][-1] == "4"
    assert preferred["heads"][1:4] == ["mrcmv", "cmmr", "cbvmr"]


def test_tables_follow_the_votes(store):
    take_part(store)
    page = client(store)
    asked = {"params": {"s": "three", "early": 1}, "headers": OPEN}
    before = page.get(f"{API}/tables", **asked).json()
    assert page.get(f"{API}/tables", **asked).json() == before
    take_part(store)
    after = page.get(f"{API}/tables", **asked).json()
    assert (before["tables"][0]["rows"][0][-1], after["tables"][0]["rows"][0][-1]) == ("2", "4")


def test_a_rater_is_put_aside_with_a_reason_and_taken_back(store):
    take_part(store)
    page = client(store)
    (one,) = get(store, "status").json()["people"]
    asked = {"study": "three", "rater": one["rater"], "excluded": True}
    assert page.post(f"{API}/judge", json=asked, headers=OPEN).status_code == 400
    long = asked | {"reason": "x" * 501}
    assert page.post(f"{API}/judge", json=long, headers=OPEN).status_code == 400
    judged = page.post(f"{API}/judge", json=asked | {"reason": "asleep"}, headers=OPEN).json()
    assert [who["excluded"] for who in judged["people"]] == [True]
    assert get(store, "status").json()["n_votes"] == 0
    again = asked | {"excluded": False, "reason": "awake"}
    assert not page.post(f"{API}/judge", json=again, headers=OPEN).json()["people"][0]["excluded"]
    assert get(store, "verify").json()["is_whole"]


def test_who_looks_suspect_stands_first(tmp_path):
    store = Store(sqlite_url(tmp_path / "watched.sqlite"), clock := scenes.Clock())
    study = scenes.locked(store, scenes.make_study(2, gate={"share": 1}))
    hasty, calm = scenes.arrive(store, study), scenes.arrive(store, study)
    for session, thinks_s in ((calm, 5.0), (hasty, 0.1), (calm, 7.0), (hasty, 0.1)):
        trial = store.trial(session.code)
        scenes.watch(store, session, trial, clock)
        clock.pass_s(thinks_s)
        store.vote(session.code, scenes.ballot(trial))
    first, second = raters_of(store.rows("three"))
    assert first["flags"] == ["too-fast: 2 of 2 decisions under 0.5 s"]
    assert (second["flags"], second["decision_s"], second["n_trials"]) == ([], 6.0, 2)


def test_files_are_whole_archives(store, tmp_path):
    take_part(store)
    votes = zipfile.ZipFile(io.BytesIO(get(store, "export.zip", early=1).content))
    names = {Path(name).name for name in votes.namelist()}
    assert {"votes.csv", "votes.jsonl", "codebook.md", "chain.jsonl"} <= names
    report = zipfile.ZipFile(io.BytesIO(get(store, "report.zip", early=1).content))
    assert "three-report/report.md" in report.namelist()
    assert "Made before the study was over" in report.read("three-report/report.md").decode()


def test_a_study_that_is_not_there_is_a_sentence(store):
    for path in PATHS[2:]:
        told = client(store).get(f"{API}/{path}", params={"s": "other"}, headers=OPEN)
        assert told.status_code == 404, path
        assert "There is no study 'other'" in told.json()["detail"]


def test_who_guesses_has_to_wait_and_others_do_not():
    clock = scenes.Clock()
    guard = Guard(TOKEN, clock)
    assert guard.lets_in(TOKEN, "a")
    for _ in range(MOST_WRONG):
        assert not guard.lets_in("wrong", "a")
    with pytest.raises(TooManyGuesses, match="Try again in 60 s"):
        guard.lets_in(TOKEN, "a")
    assert guard.lets_in(TOKEN, "b")
    clock.pass_s(WITHIN_S)
    assert guard.lets_in(TOKEN, "a")


def test_many_who_guess_together_have_to_wait_too():
    guard = Guard(TOKEN, scenes.Clock())
    for number in range(MOST_WRONG_IN_ALL):
        assert not guard.lets_in("wrong", str(number))
    with pytest.raises(TooManyGuesses):
        guard.lets_in("wrong", "another")


def test_a_guesser_is_told_to_wait_over_http(store):
    page = client(store)
    wrong = {"Authorization": "Bearer wrong"}
    codes = [page.get(f"{API}/studies", headers=wrong).status_code for _ in range(MOST_WRONG + 1)]
    assert codes == [401] * MOST_WRONG + [429]
    told = page.get(f"{API}/studies", headers=OPEN)
    assert told.status_code == 429
    assert int(told.headers["retry-after"]) > 0


def test_behind_a_proxy_a_guesser_keeps_nobody_else_out(store):
    app = FastAPI()
    app.include_router(routes(Desk(store, {}, TOKEN), behind_proxy=True))
    page = TestClient(app)

    def ask(token: str, address: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": f"6.6.6.6, {address}"}
        return page.get(f"{API}/studies", headers=headers).status_code

    assert [ask("wrong", "1.1.1.1") for _ in range(MOST_WRONG + 1)][-2:] == [401, 429]
    assert ask(TOKEN, "1.1.1.1") == 429
    assert ask(TOKEN, "2.2.2.2") == 200


@pytest.mark.parametrize("path", ["studies", "status", "verify"])
def test_a_database_that_fails_is_a_sentence(store, monkeypatch, path):
    def fail(*_: object) -> None:
        raise StudyError("The database cannot be reached.")

    for name in ("studies", "status", "verify"):
        monkeypatch.setattr(store, name, fail)
    told = get(store, path)
    assert told.status_code in (404, 503)
    assert told.json() == {"detail": "The database cannot be reached."}
