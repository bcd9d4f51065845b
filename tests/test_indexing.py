import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mrcmv import indexing
from mrcmv.catalog import Catalog
from mrcmv.catalog.descriptors import DETECTOR
from mrcmv.errors import MediaError
from mrcmv.indexing import index, ship
from mrcmv.separation import speech
from mrcmv.settings import Settings

SETTINGS = Settings()
"""Needed for songs alone, of which there are none here."""


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder of three pieces of six seconds, each with its own beat."""
    folder = tmp_path / "music"
    folder.mkdir()
    chance = np.random.default_rng(0)
    for name, beat_s in (("a", 0.5), ("b", 0.4), ("c", 0.6)):
        samples = 0.02 * np.sin(2 * np.pi * 220 * np.arange(6 * 22050) / 22050)
        for at_s in np.arange(0, 5.8, beat_s):
            at = round(at_s * 22050)
            samples[at : at + 800] += 0.2 * chance.normal(size=800)
        soundfile.write(folder / f"{name}.wav", samples, 22050)
    return folder


@pytest.fixture
def catalog(tmp_path: Path, music: Path) -> Catalog:
    found = Catalog(tmp_path / "mine")
    found.add([music])
    return found


class Listener:
    """Keeps the steps that it hears of."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int | None, int | None]] = []

    def __call__(self, step, artifact=None, *, completed=None, total=None) -> None:
        self.steps.append((step, completed, total))


def test_every_track_is_analysed_and_progress_told(catalog: Catalog):
    heard = Listener()
    report = index(catalog, SETTINGS, hook=heard)
    assert (report.n_analysed, report.n_known, report.broken) == (3, 0, ())
    assert {window.track_id for window in catalog.windows} == {t.track_id for t in catalog.tracks}
    assert heard.steps == [("Analysing tracks", done, 3) for done in range(4)]


def test_a_second_time_nothing_is_read(catalog: Catalog, monkeypatch: pytest.MonkeyPatch):
    index(catalog, SETTINGS)
    monkeypatch.setattr(indexing, "analyse", lambda *_: pytest.fail("analysed again"))
    heard = Listener()
    assert index(Catalog(catalog.folder), SETTINGS, hook=heard).n_known == 3
    assert heard.steps == []


def test_only_what_is_new_is_analysed(catalog: Catalog, music: Path):
    index(catalog, SETTINGS)
    (music / "a.wav").rename(music / "renamed.wav")
    soundfile.write(music / "d.wav", 0.1 * np.random.default_rng(1).normal(size=50000), 22050)
    catalog.add([music])
    report = index(catalog, SETTINGS)
    assert (report.n_analysed, report.n_known) == (1, 3)


def test_a_changed_maker_rebuilds_the_index(catalog: Catalog):
    index(catalog, SETTINGS)
    catalog.index.maker = "descriptors of tomorrow"
    catalog.index._stamp = None
    assert catalog.windows == ()
    assert index(catalog, SETTINGS).n_analysed == 3
    assert len(catalog.windows) == 3


def test_the_makers_id_holds_the_parameters_of_the_detector_of_speech():
    """Fails after a change of the detector: write the new parameters down in DETECTOR.

    How far a stem is raised says nothing of tracks, which are heard whole.
    """
    public = {name: value for name, value in vars(speech).items() if name.isupper()}
    assert public == {**DETECTOR, "RAISED_DB": speech.RAISED_DB}


def test_a_damaged_index_is_rebuilt(catalog: Catalog):
    index(catalog, SETTINGS)
    before = catalog.windows
    catalog.index.path.write_bytes(b"no index")
    assert index(catalog, SETTINGS).n_analysed == 3
    assert catalog.windows == before


def test_a_broken_and_a_silent_track_are_named_and_skipped(catalog: Catalog, music: Path):
    soundfile.write(music / "silent.wav", np.zeros(50000), 22050)
    whole = (music / "a.wav").read_bytes()
    (music / "torn.flac").write_bytes(b"")
    soundfile.write(music / "torn.flac", np.random.default_rng(2).normal(size=99999) / 9, 22050)
    torn = (music / "torn.flac").read_bytes()
    (music / "torn.flac").write_bytes(torn[:2000] + bytes(len(torn) - 2000))
    catalog.add([music])
    report = index(catalog, SETTINGS)
    assert report.n_analysed >= 3
    assert any("silent" in problem.message for problem in report.broken)
    assert {problem.file.name for problem in catalog.check()} >= {"silent.wav"}
    assert index(catalog, SETTINGS).n_analysed == 0
    assert (music / "a.wav").read_bytes() == whole
    later = Catalog(catalog.folder)
    assert "silent.wav" not in {track.file.name for track in later.unmeasured}, "tried again"
    assert {problem.file.name for problem in later.check()} >= {"silent.wav"}


def test_a_track_that_could_not_be_read_is_tried_again_by_the_next_catalog(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    def unplugged(*_):
        raise MediaError("The disk is gone.")

    with monkeypatch.context() as gone:
        gone.setattr(indexing, "analyse", unplugged)
        assert len(index(catalog, SETTINGS).broken) == 3
        assert index(catalog, SETTINGS).n_analysed == 0
    assert index(Catalog(catalog.folder), SETTINGS).n_analysed == 3


def test_two_who_index_at_once_share_the_work(catalog: Catalog, monkeypatch: pytest.MonkeyPatch):
    analysed: list[str] = []
    real = indexing.analyse

    def counting(track, *others):
        analysed.append(track.title)
        return real(track, *others)

    monkeypatch.setattr(indexing, "analyse", counting)
    folder = catalog.folder
    threads = [threading.Thread(target=index, args=(Catalog(folder), SETTINGS)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(analysed) == ["a", "b", "c"]
    assert len(Catalog(folder).windows) == 3


def test_work_done_before_an_interruption_is_kept(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    real = indexing.analyse

    def interrupted(track, *others):
        if track.title == "c":
            raise KeyboardInterrupt
        return real(track, *others)

    monkeypatch.setattr(indexing, "analyse", interrupted)
    with pytest.raises(KeyboardInterrupt):
        index(catalog, SETTINGS)
    assert [track.title for track in Catalog(catalog.folder).unmeasured] == ["c"]


def test_a_starter_set_with_a_silent_track_is_not_shipped(music: Path):
    soundfile.write(music / "c.wav", np.zeros(50000), 22050)
    (music / "tracks.csv").write_text("file,title\na.wav,A\nc.wav,C\n")
    with pytest.raises(MediaError, match=r"c\.wav is silent"):
        ship(music)


def test_a_shipped_starter_needs_no_analysis(
    tmp_path: Path, music: Path, monkeypatch: pytest.MonkeyPatch
):
    (music / "tracks.csv").write_text("file,title\na.wav,A\nb.wav,B\nc.wav,C\n")
    assert ship(music) == 3
    assert {path.name for path in music.iterdir()} == {
        "a.wav", "b.wav", "c.wav", "tracks.csv", "descriptors.idx",
    }  # fmt: skip
    monkeypatch.setattr(indexing, "analyse", lambda *_: pytest.fail("analysed"))
    default = Catalog(tmp_path / "default", music, begins_with_starter=True)
    assert index(default, SETTINGS).n_known == 3
    assert len(default.windows) == 3
    assert {path.name for path in (tmp_path / "default").iterdir()} <= {"files.json"}
