"""How the app starts, and how it does not."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from mrcmv.catalog.adding import sound_files
from mrcmv.errors import CatalogError, SettingsError
from mrcmv.services import Services
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.ui import app, audition, text
from tests.ui.conftest import start

STOP_S = 20
A_DAY_S = 24 * 3600


@pytest.fixture
def unreadable(tmp_path: Path) -> Services:
    """Services whose `tracks.csv` is not text."""
    services = Services(Settings(data_dir=tmp_path))
    services.catalog.folder.mkdir(parents=True)
    (services.catalog.folder / "tracks.csv").write_bytes(b"\xff\xfe\x00file\x00")
    with pytest.raises(CatalogError):
        _ = services.catalog.tracks
    return services


@pytest.mark.parametrize("port", ["abc", "", "-1", "0", "65536", "80.5", "²"])
def test_a_port_that_is_none_is_told_in_words(monkeypatch, tmp_path, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SettingsError, match="is not a port"):
        app.launch_options(Settings(data_dir=tmp_path))


def test_a_wrong_port_ends_the_app_with_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PORT", "abc")
    monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path))
    ended = subprocess.run(
        [sys.executable, "app.py"], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("PORT=abc is not a port.")
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_port_in_use_ends_the_app_with_a_sentence(monkeypatch, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path))
        ended = subprocess.run(
            [sys.executable, "app.py"], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
        )
    assert ended.returncode == 1
    assert ended.stderr == text.PORT_TAKEN.format(port=port, other=7861) + "\n"


def test_the_page_is_built_over_an_unreadable_catalog(unreadable):
    assert app.build(unreadable) is not None
    assert audition.tags_in_use(unreadable) == []


def test_warming_up_over_an_unreadable_catalog_is_quiet(unreadable):
    unreadable.warm()


def upload(url: str, name: str) -> Path:
    """Where the app put a file that a browser sent."""
    answer = httpx.post(f"{url}/gradio_api/upload", files={"files": (name, name.encode())})
    return Path(answer.raise_for_status().json()[0])


@pytest.mark.parametrize("asked_to_end", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_end_does_so_at_once_and_leaves_no_upload(tmp_path, asked_to_end):
    process, url = start(tmp_path)
    sent = upload(url, "clip.mp4")
    assert sent.is_relative_to(tmp_path / "data/uploads")
    # A page is open, and the detector is still being loaded.
    with httpx.stream("GET", f"{url}/gradio_api/heartbeat/page"):
        process.send_signal(asked_to_end)
        assert process.wait(STOP_S) == 0
    assert not sent.exists()
    log = (tmp_path / "log.txt").read_text()
    assert "terminate called" not in log
    assert "Traceback" not in log


def test_uploads_of_a_run_that_was_killed_go_a_day_later_when_the_app_starts(tmp_path):
    process, url = start(tmp_path)
    old, new = upload(url, "old.mp4"), upload(url, "new.wav")
    process.kill()
    process.wait(STOP_S)
    assert old.exists()
    cut_off = tmp_path / "data/uploads/tmpcutoff"
    cut_off.write_bytes(b"half")
    for aged in (old.parent, cut_off):
        os.utime(aged, (time.time() - A_DAY_S - 1,) * 2)
    process, _ = start(tmp_path)
    process.terminate()
    process.wait(STOP_S)
    assert not old.parent.exists()
    assert not cut_off.exists()
    assert new.exists()
    assert sound_files([tmp_path / "data"]) == ([], []), "an upload is nobody's music"


def test_a_folder_for_uploads_that_somebody_named_is_left_to_them(monkeypatch, tmp_path):
    named = tmp_path / "named"
    (named / "kept").mkdir(parents=True)
    os.utime(named / "kept", (0, 0))
    monkeypatch.setenv("PORT", "no port")
    monkeypatch.setenv(app.UPLOADS, str(named))
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # those of the tests stay
    with pytest.raises(SettingsError):
        app.serve(Settings(data_dir=tmp_path / "data"))
    assert (named / "kept").is_dir()
