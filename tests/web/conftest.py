"""Studies served for the tests: in memory with a clock that stands still, and in a browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from mrcmv.study.bundle import Bundle
from mrcmv.study.design import Study
from mrcmv.study.reading import consent_hash
from mrcmv.study.store import Store, sqlite_url
from mrcmv.web.desk import Desk
from mrcmv.web.serving import application
from tests.conftest import SCREENSHOTS
from tests.study.scenes import Clock, make_stimuli, make_study
from tests.web.houses import EVERY, LENGTH_S, SECRET_METHODS, SECRET_TRACKS
from tests.web.staged import Server, make_bundle
from tests.web.walking import Walker

Answer = tuple[int, dict[str, Any]]


@dataclass
class House:
    """A study that is served without a network, and direct calls to it."""

    study: Study
    store: Store
    client: TestClient
    clock: Clock

    def post(self, name: str, body: object = None, code: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {code}"} if code else {}
        answer = self.client.post(f"/study/api/{name}", json=body or {}, headers=headers)
        return answer.status_code, answer.json()

    def begin(self, **more: Any) -> dict[str, Any]:
        """A new session."""
        status, said = self.post("begin", self.arrival(**more))
        assert status == 200, said
        return said["session"]

    def arrival(self, **changed: Any) -> dict[str, Any]:
        fields = {"study": self.study.id, "language": "en", "consent": consent_hash(self.study)}
        return fields | changed

    def trial(self, code: str) -> dict[str, Any]:
        status, said = self.post("trial", {}, code)
        assert status == 200, said
        return said["trial"]

    def ballot(self, code: str, **changed: Any) -> dict[str, Any]:
        """What a vote on the session's present trial would send."""
        return {"token": self.trial(code)["token"], "key": "key-00000001", "slot": 0} | changed

    def vote(self, code: str, **changed: Any) -> dict[str, Any]:
        """A vote that is stored; its receipt."""
        status, said = self.post("vote", self.ballot(code, **changed), code)
        assert status == 200, said
        return said["receipt"]

    def stored(self) -> list[tuple[Any, ...]]:
        """All that the ledger holds."""
        with self.store._database.reading() as connection:
            found = connection.exec_driver_sql("SELECT kind, content FROM ledger ORDER BY number")
            return [tuple(row) for row in found]


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """`open_house(gate={"share": 0.95}, …)` → a best-of-3 study, served."""
    opened: list[House] = []

    def open_one(**changed: Any) -> House:
        number = len(opened)
        study = make_study(**{"n_clips": 3, **changed})
        clock = Clock()
        store = Store(sqlite_url(tmp_path / f"studies-{number}.sqlite"), clock)
        stimuli = make_stimuli(study)
        store.lock(study, stimuli)
        desk = Desk(store, {study.id: Bundle(tmp_path, study, stimuli, {})})
        client = TestClient(application(desk), raise_server_exceptions=True)
        opened.append(House(study, store, client, clock))
        return opened[-1]

    yield open_one
    for one in opened:
        one.client.close()
        one.store.close()


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    return open_house()


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """A bundle of every study for browsers."""
    root = tmp_path_factory.mktemp("bundles")
    tracks = {"tracks": dict(zip(SECRET_METHODS, SECRET_TRACKS, strict=True))}
    for study in EVERY:
        make_bundle(root / study.id, study, duration_s=LENGTH_S, made=tracks)
    return tuple(root / study.id for study in EVERY)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, bundles: tuple[Path, ...]) -> Iterator[Server]:
    """All studies, served by a process of its own that tests may kill and start again."""
    started = Server(tmp_path_factory.mktemp("served"), bundles)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def walk(browser: Browser, server: Server) -> Iterator[Callable[..., Walker]]:
    """`walk("quick", "&lang=fa", width=390)` → a rater with a browser of their own, arrived."""
    contexts = []

    def arrive(study: str, query: str = "", **options: Any) -> Walker:
        size = {"width": options.pop("width", 1280), "height": options.pop("height", 800)}
        context = browser.new_context(viewport=size, locale="en-GB", **options)
        contexts.append(context)
        walker = Walker(context.new_page(), server.page(study, query))
        walker.open()
        return walker

    yield arrive
    for context in contexts:
        context.close()


def take(page: Page, name: str) -> None:
    """Screenshots of a state: 1280 and 390 px, dark and light, into build/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(150)
            page.screenshot(path=SCREENSHOTS / f"rater-{name}-{width}-{scheme}.png")
    if before:
        page.set_viewport_size(before)
    page.emulate_media(color_scheme="dark")
