"""Laws of gathering: what is there is kept, what is broken is named, the rest comes out again."""

import csv
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mrcmv.corpus.music import SOURCES, measuring
from mrcmv.corpus.music.soundtracks import GameSoundtracks
from mrcmv.errors import MrcmvError

needs_dpkg = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None, reason="dpkg-deb (of Debian) builds the test's packages"
)
RATE_HZ = 11_025


def tune(seed: int, duration_s: float = 30.0, rate_hz: int = RATE_HZ):
    """Plucked notes in a key and at a pace of its own. Shape: (n,)."""
    rng = np.random.default_rng(seed)
    n, beat_s, key = round(duration_s * rate_hz), rng.uniform(0.3, 0.5), rng.uniform(0, 12)
    samples = np.zeros(n + rate_hz, np.float32)
    times_s = np.arange(round(0.9 * rate_hz)) / rate_hz
    for start_s in np.arange(0, duration_s, beat_s):
        at = round(start_s * rate_hz)
        pitch_hz = 150.0 * 2 ** ((key + rng.choice([0, 3, 5, 7, 10, 12, 15, 17])) / 12)
        partials = sum(np.sin(2 * np.pi * k * pitch_hz * times_s) / k for k in (1, 2, 3, 4))
        samples[at : at + len(times_s)] += 0.2 * np.exp(-4 * times_s) * partials
    return samples[:n]


def noise(seed: int, duration_s: float = 30.0):
    """White noise. Shape: (n,)."""
    shape = round(duration_s * RATE_HZ)
    return np.random.default_rng(seed).normal(0, 0.05, shape).astype(np.float32)


COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2001, The Team
License: GPL-2+

Files: data/music/*
Copyright: 2002, Ada
License: CC0-1.0
"""


def write(path: Path, mono, title: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, format="OGG", subtype="VORBIS") as file:
        if title:
            file.title = title
        for start in range(0, len(mono), 50_000):
            file.write(mono[start : start + 50_000])


def build(name: str, root: Path, folder: Path) -> None:
    """A `.deb` of a tree, where a fetch would put it."""
    control = root / "DEBIAN/control"
    control.parent.mkdir()
    control.write_text(
        f"Package: {name}\nVersion: 1.0-2\nArchitecture: all\nMaintainer: A <a@b.c>\n"
        "Description: none\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    command = ["dpkg-deb", "--build", "-Znone", str(root), str(folder / f"{name}_1.0-2_all.deb")]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def debs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two packages: one with a folder of music and more, one with a copy in a zip file."""
    folder = tmp_path_factory.mktemp("fetched")
    one = tmp_path_factory.mktemp("one")
    games, doc = one / "usr/share/games/one", one / "usr/share/doc/one-data"
    write(games / "music/first_song.ogg", tune(1), title="First")
    write(games / "music/second_song.ogg", tune(2, 25.0))
    write(games / "music/jingle.ogg", tune(3, 4.0))
    write(games / "music/without suffix", tune(5, 22.0))
    write(games / "sounds/wind.ogg", noise(1))
    (games / "music/broken.ogg").write_bytes(b"OggS" + bytes(500))
    (games / "picture.png").write_bytes(b"\x89PNG")
    doc.mkdir(parents=True)
    (doc / "copyright").write_text(COPYRIGHT)
    build("one-data", one, folder)
    two = tmp_path_factory.mktemp("two")
    copy = two / "copy.ogg"
    write(copy, 0.5 * tune(1)[3 * RATE_HZ :])
    (two / "usr/share/two").mkdir(parents=True)
    with zipfile.ZipFile(two / "usr/share/two/data.pk3", "w") as archive:
        archive.write(copy, "music/copy.ogg")
        archive.writestr("../outside.ogg", b"OggS")
    copy.unlink()
    build("two-data", two, folder)
    return folder


class Fetching:
    """Copies from a folder in place of a download, and counts."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.fetched = folder, []

    def __call__(self, name: str, place: Path) -> None:
        self.fetched.append(name)
        deb = self.folder / f"{name}_1.0-2_all.deb"
        if not deb.is_file():
            raise MrcmvError(f"{name} cannot be downloaded.")
        shutil.copy(deb, place)


def source(fetch, *names: str) -> GameSoundtracks:
    return GameSoundtracks(names, fetch, n_workers=1)


@needs_dpkg
def test_music_is_kept_and_the_rest_left_out_with_its_reason(debs: Path, tmp_path: Path):
    pieces = source(Fetching(debs), "one-data", "two-data").gather(tmp_path)
    assert [piece.title for piece in pieces] == ["First", "second song", "without suffix"]
    first = pieces[0]
    assert (first.licence, first.artist) == ("CC0-1.0", "Ada")
    assert (first.package, first.album) == ("one-data 1.0-2", "one-data: music")
    assert (first.origin, first.duration_s) == ("real", pytest.approx(30.0, abs=0.1))
    assert first.file.is_file()
    with (tmp_path / "left-out.csv").open() as file:
        reasons = {Path(row["file"]).name: row["reason"] for row in csv.DictReader(file)}
    assert reasons.pop("broken.ogg").startswith("broken.ogg")
    assert reasons.pop("outside.ogg").startswith("outside.ogg")
    assert reasons == {
        "jingle.ogg": "shorter than 20 s",
        "wind.ogg": "noise or weather",
        "copy.ogg": "twin of one-data first_song.ogg",
    }


@needs_dpkg
def test_an_archive_never_leaves_its_folder(debs: Path, tmp_path: Path):
    source(Fetching(debs), "two-data").gather(tmp_path / "in")
    (outside,) = tmp_path.rglob("outside.ogg")
    assert outside.is_relative_to(tmp_path / "in/unpacked/two-data_1.0-2/usr/share/two/data.pk3")


@needs_dpkg
def test_a_second_gathering_does_no_work_and_gives_the_same(
    debs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fetch = Fetching(debs)
    once = source(fetch, "one-data").gather(tmp_path)

    def refuse(*given):
        raise AssertionError(f"worked again on {given}")

    monkeypatch.setattr(measuring, "measure", refuse)
    monkeypatch.setattr(subprocess, "run", refuse)
    assert source(fetch, "one-data").gather(tmp_path) == once
    assert fetch.fetched == ["one-data"]


@needs_dpkg
def test_a_run_that_was_killed_goes_on_where_it_stopped(debs: Path, tmp_path: Path):
    once = source(Fetching(debs), "one-data").gather(tmp_path)
    (log,) = tmp_path.rglob("heard.jsonl")
    text = log.read_text()
    log.write_text(text[: len(text) // 2])
    heard = []
    again = source(Fetching(debs), "one-data").gather(
        tmp_path, lambda step, artifact=None, **_: heard.append(step)
    )
    assert again == once
    assert 0 < heard.count("Listening to sounds") < text.count("\n")


@needs_dpkg
def test_a_package_that_cannot_be_had_is_reported_and_skipped(debs: Path, tmp_path: Path):
    told = []
    pieces = source(Fetching(debs), "no-data", "one-data").gather(
        tmp_path, lambda step, artifact=None, **_: told.append((step, artifact))
    )
    assert len(pieces) == 3
    assert ("A package cannot be had", "no-data cannot be downloaded.") in told


def test_without_any_package_one_sentence_says_why(tmp_path: Path):
    with pytest.raises(MrcmvError, match=r"No music could be had.*no-data cannot be downloaded"):
        source(Fetching(tmp_path), "no-data").gather(tmp_path)


def test_a_missing_apt_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MrcmvError, match="apt-get is not installed"):
        GameSoundtracks(["supertux-data"], n_workers=1).gather(tmp_path)


def test_what_is_no_package_leaves_nothing_unpacked(tmp_path: Path):
    (tmp_path / "debs").mkdir()
    (tmp_path / "debs/one-data_1.0_all.deb").write_bytes(b"no archive")
    with pytest.raises(
        MrcmvError, match=r"one-data_1\.0_all\.deb cannot be unpacked|not installed"
    ):
        source(Fetching(tmp_path), "one-data").gather(tmp_path)
    assert list(tmp_path.glob("unpacked/*")) == []


def test_every_source_is_known_by_its_name():
    assert {name: make().name for name, make in SOURCES.items()} == {name: name for name in SOURCES}
