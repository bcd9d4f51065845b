"""The page for tests: handlers over fakes, and the real app in a browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from mrcmv.services import Services
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.ui.audition import Place
from tests.conftest import PATIENCE_MS, SCREENSHOTS
from tests.ui.fakes import FakeServices

START_S = 120
HOSTILE = '<img src=x onerror="window.pwned = 1">'
HOSTILE_TAG = "<b>loud</b>"


@pytest.fixture
def fake(tmp_path: Path) -> FakeServices:
    return FakeServices(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An upload folder with one clip in it, and one sample clip."""
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads/clip.mp4").write_bytes(b"clip")
    (tmp_path / "sample-clip.mp4").write_bytes(b"sample")
    return Place(tmp_path / "uploads", (tmp_path / "sample-clip.mp4",))


@dataclass(frozen=True)
class App:
    """The app as a process of its own."""

    url: str
    data: Path
    track_ids: tuple[str, ...]


def write_track(path: Path, title: str = HOSTILE, genre: str = HOSTILE_TAG) -> Path:
    """Nine seconds of a tone; unless told otherwise, its title and genre are markup."""
    with av.open(path, "w") as container:
        container.metadata.update({"title": title, "artist": title, "genre": genre})
        stream = container.add_stream("flac", rate=22050, layout="mono")
        wave = (8000 * np.sin(np.arange(9 * 22050) * 0.06)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave[None], "s16", "mono")
        frame.sample_rate = 22050
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The real app on a free port, with its own data and a hostile track beside the starter's."""
    folder = tmp_path_factory.mktemp("app")
    services = Services(Settings(data_dir=folder / "data"))
    services.catalog.add([write_track(folder / "hostile.flac")])
    with running(folder) as url:
        yield App(url, folder / "data", tuple(t.track_id for t in services.catalog.tracks))


@pytest.fixture
def empty_app(tmp_path: Path) -> Iterator[App]:
    """The real app over a catalog without a track."""
    with running(tmp_path, MRCMV_CATALOG_DIR=str(tmp_path / "catalog")) as url:
        yield App(url, tmp_path / "data", ())


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[str]:
    """The app as a process of its own; its address."""
    process, url = start(folder, **variables)
    try:
        yield url
    finally:
        process.terminate()
        process.wait(20)


def start(folder: Path, **variables: str) -> "tuple[subprocess.Popen[bytes], str]":
    """The app on a free port, once it answers, and its address; it logs to `log.txt`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _assert_ordinary_priority()
    process = _launch(folder, port, variables)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url, process, folder / "log.txt")
    except BaseException:
        process.kill()
        raise
    return process, url


def _assert_ordinary_priority() -> None:
    """App and browser inherit it; at a real-time one they starve the machine, and tests hang."""
    if sys.platform == "linux":
        assert os.sched_getscheduler(0) == os.SCHED_OTHER, "a test raised this process's priority"


def _launch(folder: Path, port: int, variables: dict[str, str]) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "MRCMV_METHOD": "descriptors",  # at once, whatever weights are there
        **variables,
        "MRCMV_DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "OMP_NUM_THREADS": "1",
    }
    with (folder / "log.txt").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "app.py"], cwd=REPOSITORY, env=environment, stdout=log, stderr=log
        )


def _await(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the page answers; what the app said when it doesn't."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"The app did not start:\n{log.read_text()}")


def open_page(browser: Browser, app: App, width: int = 1280, height: int = 800) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(app.url)
    page.wait_for_selector(".drop-target")
    return page


@pytest.fixture
def page(browser: Browser, app: App) -> Iterator[Page]:
    """A first visit."""
    opened = open_page(browser, app)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def found(browser: Browser, app: App, sample_clips: list[Path]) -> Iterator[Page]:
    """A page whose search has ended and whose first mix can be played; tests share it."""
    opened = open_page(browser, app)
    opened.set_input_files("#clip-file", sample_clips[0])
    opened.wait_for_selector(".card.is-chosen")
    yield opened
    opened.close()


def take(page: Page, state: str) -> None:
    """Screenshots of a state: 1280 and 390 px, dark and light, into build/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(250)
            page.screenshot(path=SCREENSHOTS / f"{state}-{width}-{scheme}.png")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="dark")
