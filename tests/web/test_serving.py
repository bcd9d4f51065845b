"""What is served to raters: the page, its files, media without telltales; and the server itself."""

import json
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from mrcmv.errors import SettingsError
from mrcmv.study.bundle import Bundle
from mrcmv.study.parts import KNOWN_METHODS
from mrcmv.study.refusals import REASONS
from mrcmv.study.store import Store, sqlite_url
from mrcmv.web import files
from mrcmv.web.desk import Desk
from mrcmv.web.serving import add_to, application, links, serve
from tests.study.scenes import make_stimuli, make_study
from tests.web.staged import Server, make_bundle

STUDY = make_study(n_clips=1, title="Which <b>music</b>?", languages=["en"])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_bundle(tmp_path_factory.mktemp("bundle") / "b", STUDY, duration_s=0.5)


@pytest.fixture
def desk(bundle: Bundle, tmp_path: Path):
    store = Store(sqlite_url(tmp_path / "studies.sqlite"))
    store.lock(bundle.study, bundle.stimuli)
    yield Desk(store, {bundle.study.id: bundle})
    store.close()


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(application(desk), follow_redirects=False)


def test_the_page_shows_a_title_as_text_and_runs_only_its_own_scripts(client: TestClient):
    answer = client.get("/study?s=three")
    assert answer.status_code == 200
    assert "<title>Which &lt;b&gt;music&lt;/b&gt;?</title>" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)| on\w+=| style=", answer.text)


@pytest.mark.parametrize("query", ["?s=other", "?s=", "?s=../../etc", "?s=%00"])
def test_an_unknown_study_gets_a_page_that_says_so(client: TestClient, query: str):
    answer = client.get("/study" + query, headers={"Accept-Language": "fa-IR,fa;q=0.9"})
    assert answer.status_code == 404
    assert 'lang="fa" dir="rtl"' in answer.text
    assert "<h1>" in answer.text
    told = client.get("/study/api/describe" + query)
    assert (told.status_code, told.json()["reason"]) == (404, "no-study")


def test_the_only_study_needs_no_name_and_a_slash_does_no_harm(client: TestClient):
    assert client.get("/study").status_code == 200
    moved = client.get("/study/?s=three&PROLIFIC_PID=1")
    assert moved.headers["location"] == "../study?s=three&PROLIFIC_PID=1"


def test_what_is_described_is_what_raters_may_know(client: TestClient):
    told = client.get("/study/api/describe?s=three")
    assert set(told.json()) == {
        *("study", "languages", "is_over", "consent", "gate", "question", "texts")
    }
    for word in (*STUDY.method_names, "clip-0", "hypothes", "catch", "seed", "methods"):
        assert word not in told.text


def test_a_media_file_comes_whole_and_in_ranges(client: TestClient, bundle: Bundle):
    name = bundle.stimuli[0].name + ".m4a"
    whole = bundle.files[name].read_bytes()
    link = f"/study/media/three/{name}"
    answer = client.get(link)
    assert (answer.status_code, answer.content) == (200, whole)
    assert answer.headers["content-type"] == "audio/mp4"
    part = client.get(link, headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, whole[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(whole)}"
    tail = client.get(link, headers={"Range": "bytes=-50", "If-Range": '"anything"'})
    assert (tail.status_code, tail.content) == (206, whole[-50:])
    assert client.get(link, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert client.get(link, headers={"Range": "pages=1-2"}).status_code == 400


def test_media_of_all_methods_come_with_the_same_headers(client: TestClient, bundle: Bundle):
    seen = set()
    for one in bundle.stimuli:
        answer = client.get(f"/study/media/three/{one.name}.m4a")
        headers = dict(answer.headers)
        headers.pop("content-length")
        seen.add(json.dumps(headers, sort_keys=True))
    (headers,) = seen
    for telltale in ("etag", "last-modified", "content-disposition"):
        assert telltale not in headers
    assert "immutable" in headers


@pytest.mark.parametrize(
    "path",
    [
        "/study/media/three/stimuli.json",
        "/study/media/three/..%2Fstimuli.json",
        "/study/media/three/%2e%2e/made.json",
        "/study/media/other/{name}.m4a",
        "/study/media/three/{name}.mp4",
        "/study/media/{name}.m4a",
        "/study/assets/page.html",
        "/study/assets/results.js",
        "/study/assets/..%2Frater.css",
    ],
)
def test_no_other_file_can_be_fetched(client: TestClient, bundle: Bundle, path: str):
    answer = client.get(path.format(name=bundle.stimuli[0].name))
    assert answer.status_code == 404
    assert len(answer.content) < 100


def test_a_stimulus_that_has_gone_is_not_found(desk: Desk, tmp_path: Path):
    lost = replace(desk.bundles["three"], folder=tmp_path)
    client = TestClient(application(Desk(desk.store, {"three": lost})))
    name = lost.stimuli[0].name
    assert client.get(f"/study/media/three/{name}.m4a").status_code == 404


def test_scripts_looks_and_words_hold_no_methods_name(client: TestClient):
    for name in ("rater.js", "rater.css", "words.json"):
        text = client.get(f"/study/assets/{name}").text.lower()
        found = [word for word in KNOWN_METHODS if re.search(rf"\b{word}\b", text)]
        assert found == []
        assert "mrcmv" not in text


def test_every_language_of_the_page_says_everything():
    words = files.read_page().words
    slots = re.compile(r"\{\w+\}")
    for language, table in words.items():
        assert set(table) == set(words["en"]), language
        for key, text in table.items():
            assert text.strip(), (language, key)
            assert set(slots.findall(text)) == set(slots.findall(words["en"][key])), (language, key)
    assert {f"reason-{reason}" for reason in REASONS} <= set(words["en"])


def test_a_language_without_words_gets_english_ones_and_its_own_direction():
    page = files.read_page()
    assert page.said("he", "agree") == page.words["en"]["agree"]
    assert (files.direction("he"), files.direction("fa-IR"), files.direction("de")) == (
        *("rtl", "rtl"),
        "ltr",
    )


def test_an_address_is_believed_from_a_proxy_only_when_told_so(desk: Desk):
    def hashed(behind_proxy: bool, forwarded: str) -> str:
        client = TestClient(application(desk, behind_proxy=behind_proxy))
        consent = client.get("/study/api/describe?s=three").json()["consent"]
        body = {"study": "three", "language": "en", "consent": consent}
        headers = {"X-Forwarded-For": forwarded}
        assert client.post("/study/api/begin", json=body, headers=headers).status_code == 200
        with desk.store._database.reading() as connection:
            query = "SELECT address_hash FROM people ORDER BY rowid DESC LIMIT 1"
            return str(connection.exec_driver_sql(query).scalar())

    assert hashed(False, "198.51.100.1") == hashed(False, "198.51.100.2")
    assert hashed(True, "198.51.100.1") != hashed(True, "198.51.100.2")
    # What a client writes itself stands before what the proxy adds.
    assert hashed(True, "10.9.8.7, 198.51.100.1") == hashed(True, "198.51.100.1")


def test_the_pages_stand_in_front_of_an_applications_own_catch_all(desk: Desk):
    async def everything(_: object) -> PlainTextResponse:
        return PlainTextResponse("mine")

    app = Starlette(routes=[Route("/{path:path}", everything)])
    add_to(app, desk)
    client = TestClient(app)
    assert client.get("/").text == "mine"
    assert "<title>" in client.get("/study?s=three").text
    assert client.get("/study/api/describe?s=three").json()["study"] == "three"
    assert client.post("/study/api/resume", json={}).status_code == 401


def test_the_pages_stand_in_front_of_gradios(desk: Desk):
    gradio = pytest.importorskip("gradio")
    with gradio.Blocks() as demo:
        gradio.Markdown("mine")
    app = gradio.routes.App.create_app(demo)
    add_to(app, desk)
    client = TestClient(app)
    assert "Which &lt;b&gt;music" in client.get("/study?s=three").text
    assert client.post("/study/api/resume", json={}).status_code == 401


def test_a_port_that_is_taken_is_told_in_a_sentence(desk: Desk):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"Port {port} of 127.0.0.1 cannot be had \("):
            serve(desk, host="127.0.0.1", port=port)
    with pytest.raises(SettingsError, match="Port 70000"):
        serve(desk, host="127.0.0.1", port=70000)


def test_links_lead_to_every_study(tmp_path: Path):
    study = make_study(id="a-study")
    bundle = Bundle(tmp_path, study, make_stimuli(study), {})
    desk = Desk(None, {"a-study": bundle})  # type: ignore[arg-type]
    assert links(desk, "0.0.0.0", 80) == ("http://127.0.0.1:80/study?s=a-study",)
    assert links(desk, "::1", 80) == ("http://[::1]:80/study?s=a-study",)


@pytest.mark.slow
def test_a_server_says_its_links_and_ends_cleanly_when_told_to(bundle: Bundle, tmp_path: Path):
    server = Server(tmp_path, (bundle.folder,))
    server.start()
    assert server.stop() == 0
    assert (tmp_path / "log.txt").read_text() == server.page("three") + "\n"
