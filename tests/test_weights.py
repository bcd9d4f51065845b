"""Weights fetched by name, from a server on this machine."""

import hashlib
import io
import tarfile
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mrcmv import weights
from mrcmv.errors import WeightsError
from mrcmv.settings import Settings

CONTENT = bytes(range(256)) * 9000


class Server:
    """Serves `/whole`, `/short` (breaks off half way), `/tar` and 404 for all else."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.tar = b""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append(self.path)
                content = outer.tar if self.path == "/tar" else CONTENT
                if self.path not in ("/whole", "/short", "/tar"):
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                half = len(content) // 2
                self.wfile.write(content[:half] if self.path == "/short" else content)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def entry(server, monkeypatch):
    """`entry(page, sha256=..., archive=...)` lists weights `made-up` on the server."""

    def make(page: str, **changes: object) -> weights.Weights:
        made = weights.Weights(
            name="made-up",
            url=f"{server.url}/{page}",
            file="made-up.pt",
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            licence="CC0",
            size_mb=3,
            purpose="tests",
        )
        made = replace(made, **changes)
        monkeypatch.setitem(weights.WEIGHTS, "made-up", made)
        return made

    return make


def left_over(settings: Settings) -> list[str]:
    return [path.name for path in settings.weights.rglob("*")] if settings.weights.exists() else []


def test_a_whole_file_comes_in_and_progress_ends_at_its_size(entry, settings):
    entry("whole")
    told = []
    path = weights.fetch(
        "made-up",
        settings,
        lambda step, artifact=None, *, completed=None, total=None: told.append((completed, total)),
    )
    assert path == weights.path("made-up", settings)
    assert path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert weights.installed("made-up", settings)
    assert left_over(settings) == ["made-up.pt"]


def test_what_is_there_is_not_fetched_again(entry, settings, server):
    entry("whole")
    weights.fetch("made-up", settings)
    weights.fetch("made-up", settings)
    assert server.requests == ["/whole"]


def test_wrong_checksum_installs_nothing(entry, settings):
    entry("whole", sha256="0" * 64)
    with pytest.raises(WeightsError, match="is not the file that was published"):
        weights.fetch("made-up", settings)
    assert not weights.installed("made-up", settings)
    assert left_over(settings) == []


def test_a_download_that_breaks_off_installs_nothing(entry, settings):
    entry("short", sha256=None)
    with pytest.raises(WeightsError, match=r"broke off|cannot be reached"):
        weights.fetch("made-up", settings)
    assert left_over(settings) == []


def test_a_missing_page_and_a_missing_network_say_how_to_do_it_by_hand(entry, settings):
    entry("nowhere")
    with pytest.raises(WeightsError, match=r"Not Found.*save .*made-up\.pt by hand"):
        weights.fetch("made-up", settings)
    entry("whole", url="http://127.0.0.1:9/whole")
    with pytest.raises(WeightsError, match=r"cannot be reached.*by hand"):
        weights.fetch("made-up", settings)
    assert left_over(settings) == []


def packed(names: list[str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = 4
            tar.addfile(info, io.BytesIO(b"data"))
    return buffer.getvalue()


def test_an_archive_is_unpacked_into_its_folder(entry, settings, server):
    server.tar = packed(["./model.index", "./checkpoint"])
    entry("tar", archive=True, file="deep/folder", sha256=None)
    folder = weights.fetch("made-up", settings)
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint", "model.index"]
    assert set(left_over(settings)) == {"deep", "folder", "model.index", "checkpoint"}


@pytest.mark.parametrize("names", [["../escaped"], ["/tmp/escaped"], None])
def test_an_archive_that_is_broken_or_would_escape_is_refused(entry, settings, server, names):
    server.tar = packed(names) if names else b"no archive"
    entry("tar", archive=True, file="folder", sha256=None)
    if names == ["/tmp/escaped"]:  # tar strips the slash: it lands inside
        assert (weights.fetch("made-up", settings) / "tmp" / "escaped").is_file()
        return
    with pytest.raises(WeightsError, match="not a tar archive that opens"):
        weights.fetch("made-up", settings)
    assert left_over(settings) == []
    assert not (settings.weights.parent / "escaped").exists()


def test_unknown_weights_name_those_that_exist(settings):
    with pytest.raises(WeightsError, match="hdemucs, spleeter"):
        weights.fetch("magic", settings)


def test_a_folder_that_cannot_be_written_is_named(entry, tmp_path):
    entry("whole")
    (tmp_path / "weights").write_text("a file where the folder should be")
    with pytest.raises(WeightsError, match="cannot be written"):
        weights.fetch("made-up", Settings(data_dir=tmp_path))


def test_every_entry_says_whose_it_is_and_how_it_is_checked():
    for name, entry in weights.WEIGHTS.items():
        assert entry.name == name
        assert entry.url.startswith("https://")
        assert entry.licence
        assert entry.size_mb > 0
        assert entry.sha256 or entry.sha256_note
        assert entry.sha256 is None or len(bytes.fromhex(entry.sha256)) == 32


def test_the_backbones_are_checked_against_what_their_publishers_say():
    """torchvggish writes the first eight hex digits of the sha256 in the file's name."""
    vggish = weights.WEIGHTS["vggish"]
    assert vggish.sha256
    assert vggish.file == vggish.url.rpartition("/")[2] == f"vggish-{vggish.sha256[:8]}.pth"
    slowfast = weights.WEIGHTS["slowfast"]
    assert slowfast.url.endswith(slowfast.file)


def test_the_commands_show_the_licence_and_fetch_prints_only_the_place(
    entry, tmp_path, monkeypatch
):
    from typer.testing import CliRunner

    from mrcmv.cli.weights import app

    monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path))
    entry("whole", licence="a licence of its own")
    listed = CliRunner().invoke(app, ["list"])
    assert "a licence of its own" in listed.stdout
    assert "not fetched" in listed.stdout
    fetched = CliRunner().invoke(app, ["fetch", "made-up"])
    assert fetched.stdout == f"{tmp_path / 'weights' / 'made-up.pt'}\n"
    assert "a licence of its own" in fetched.stderr
