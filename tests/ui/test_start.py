"""How the app starts, and how it does not."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mrcmv.errors import CatalogError, SettingsError
from mrcmv.services import Services
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.ui import app, audition


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
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path))
        ended = subprocess.run(
            [sys.executable, "app.py"], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
        )
    assert ended.returncode == 1
    assert "cannot listen on port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_page_is_built_over_an_unreadable_catalog(unreadable):
    assert app.build(unreadable) is not None
    assert audition.tags_in_use(unreadable) == []


def test_warming_up_over_an_unreadable_catalog_is_quiet(unreadable):
    unreadable.warm()
