"""Songs: the index hears the accompaniment, the mix plays the song, and what is known of it stays.

The singing is taken out by a backend of the test's own that knows the band: it stands in for
Spleeter and Hybrid Demucs in the table.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from mrcmv import indexing, media
from mrcmv.answer import as_json
from mrcmv.catalog import Catalog, table
from mrcmv.cli.commands import app
from mrcmv.errors import SeparationError
from mrcmv.methods import Trained
from mrcmv.separation import BACKENDS, NO_SINGER
from mrcmv.services import Services
from mrcmv.settings import Settings
from mrcmv.types import MixOptions, Sound, Stems
from tests.methods.networks import write_network

RATE_HZ = indexing.SONG_RATE_HZ
SECONDS = 12.0
SUNG_S = 9.0
SINGING_HZ = 3000.0


def write(path: Path, sound: Sound) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound.samples.T, sound.rate_hz, subtype="FLOAT")
    return path


def band(beat_s: float, hz: float) -> Sound:
    """A bass note under a beat."""
    chance = np.random.default_rng(0)
    wave = 0.1 * np.sin(2 * np.pi * hz * np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ)
    for at_s in np.arange(0, SECONDS - 0.1, beat_s):
        at = round(at_s * RATE_HZ)
        wave[at : at + 1600] += 0.2 * chance.normal(size=1600)
    return Sound(np.stack([wave, wave]).astype(np.float32), RATE_HZ)


def singing() -> Sound:
    """A high tone that wavers, over the first three quarters."""
    times_s = np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ
    wave = 0.3 * np.sin(2 * np.pi * SINGING_HZ * times_s + 3 * np.sin(2 * np.pi * 5 * times_s))
    wave[times_s >= SUNG_S] = 0.0
    return Sound(np.stack([wave, wave]).astype(np.float32), RATE_HZ)


@dataclass
class Singer:
    """A backend that takes `voice` out, where it is not missing and does not fail."""

    voice: Sound
    missing_: str | None = None
    fails: bool = False
    n_splits: int = 0
    summary = licence = ""

    def missing(self, settings: Settings) -> str | None:
        return self.missing_

    def split(self, sound, settings, hook) -> Stems:
        self.n_splits += 1
        hook("Separating the voice", completed=1, total=1)
        if self.fails:
            raise SeparationError("It was stopped.")
        assert sound.rate_hz == RATE_HZ
        rest = Sound(sound.samples - self.voice.samples, RATE_HZ)
        return Stems(self.voice, rest=rest)


@pytest.fixture
def spleeter(monkeypatch: pytest.MonkeyPatch) -> Singer:
    """In the place of Spleeter; Hybrid Demucs is not there."""
    singer = Singer(singing())
    monkeypatch.setitem(BACKENDS, "spleeter", singer)
    monkeypatch.setitem(BACKENDS, "hdemucs", Singer(singing(), missing_="fetch it"))
    return singer


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder with a song, and beside it a folder with its band alone."""
    alone, sung = band(0.5, 110.0), singing()
    write(tmp_path / "bands/song.wav", alone)
    write(tmp_path / "music/song.wav", Sound(alone.samples + sung.samples, RATE_HZ))
    return tmp_path / "music"


@pytest.fixture
def added(tmp_path: Path, settings: Settings) -> Callable[..., Catalog]:
    """`added(music, songs=True)`: the folder added, analysed, and the catalog opened anew."""

    def add(folder: Path, songs: bool | None = None, at: str = "mine") -> Catalog:
        catalog = Catalog(tmp_path / at)
        indexing.add(catalog, settings, [folder], songs=songs)
        indexing.index(catalog, settings)
        return Catalog(tmp_path / at)

    return add


def measures(catalog: Catalog) -> list:
    return [window.descriptors for window in catalog.windows]


def close(one: list, other: list) -> bool:
    as_rows = [np.array([list(vars(d).values()) for d in each]) for each in (one, other)]
    return as_rows[0].shape == as_rows[1].shape and np.allclose(*as_rows, rtol=1e-3, atol=1e-3)


def test_the_index_hears_the_accompaniment_alone(music, added, spleeter):
    alone = measures(added(music.parent / "bands", at="bands"))
    plain = measures(added(music, at="plain"))
    song = measures(added(music, songs=True))
    assert len(song) == 1
    assert close(song, alone)
    assert not close(song, plain), "the singing makes no difference here, so this tests nothing"


def test_the_mix_plays_the_full_song(music, added, spleeter, settings, make_clip):
    catalog = added(music, songs=True)
    services = Services(settings.model_copy(update={"catalog_dir": catalog.folder}))
    found = services.find(make_clip(tone_hz=None))
    mix = services.mix_found(found, found.matches[0], MixOptions(fade_in_s=0.0, fade_out_s=0.0))
    heard = media.read_sound(mix.sound, RATE_HZ, 1).mono
    spectrum = np.abs(np.fft.rfft(heard)) ** 2
    hz = np.fft.rfftfreq(len(heard), 1 / RATE_HZ)
    sung = spectrum[np.abs(hz - SINGING_HZ) < 100].sum()
    assert sung > 0.3 * spectrum.sum()
    (match,) = as_json(found)["matches"]
    assert (match["song"], match["singing_share"]) == ("spleeter", 0.75)


def test_mark_and_share_survive_a_restart_and_nothing_is_taken_out_twice(
    music, added, spleeter, settings
):
    catalog = added(music, songs=True)
    (track,) = catalog.tracks
    assert (track.song, track.singing_share) == ("spleeter", SUNG_S / SECONDS)
    (row,) = table.read(catalog.folder / "tracks.csv").rows
    assert (row["song"], row["singing_share"]) == ("spleeter", "0.750")
    report = indexing.index(catalog, settings)
    assert (report.n_analysed, report.n_known, spleeter.n_splits) == (0, 1, 1)


def test_without_a_backend_a_song_is_heard_whole_and_said_so_once(
    music, added, spleeter, settings, tmp_path
):
    plain = measures(added(music, at="plain"))
    spleeter.missing_ = "make it"
    catalog = Catalog(tmp_path / "mine")
    report = indexing.add(catalog, settings, [music], songs=True)
    assert report.note == NO_SINGER
    assert all(words in NO_SINGER for words in ("make spleeter", "mrcmv weights fetch hdemucs"))
    indexing.index(catalog, settings)
    (track,) = Catalog(catalog.folder).tracks
    assert (track.song, track.singing_share) == ("whole", None)
    assert measures(catalog) == plain
    assert spleeter.n_splits == 0


def test_a_song_whose_singing_cannot_be_taken_out_after_all_is_heard_whole(
    music, added, spleeter, settings, tmp_path
):
    plain = measures(added(music, at="plain"))
    spleeter.fails = True
    catalog = Catalog(tmp_path / "mine")
    indexing.add(catalog, settings, [music], songs=True)
    report = indexing.index(catalog, settings)
    assert [problem.message for problem in report.whole] == ["It was stopped."]
    catalog = Catalog(tmp_path / "mine")
    assert [track.song for track in catalog.tracks] == ["whole"]
    assert measures(catalog) == plain
    assert indexing.index(catalog, settings).n_analysed == 0


def test_a_song_that_is_nothing_but_singing_is_heard_whole(music, added, spleeter, settings):
    write(music / "song.wav", singing())
    catalog = added(music, songs=True)
    assert [track.song for track in catalog.tracks] == ["whole"]
    assert len(catalog.windows) == 1


def test_a_silent_song_is_given_up_like_any_track(music, added, spleeter, settings):
    spleeter.voice = Sound(np.zeros((2, RATE_HZ * 12), np.float32), RATE_HZ)
    write(music / "song.wav", spleeter.voice)
    catalog = added(music, songs=True)
    assert catalog.unmeasured == ()
    assert "silent" in catalog.check()[0].message


def test_added_again_as_a_song_or_as_none_it_is_heard_anew(music, added, spleeter, settings):
    plain = measures(added(music))
    song = measures(added(music, songs=True))
    assert spleeter.n_splits == 1
    assert not close(song, plain)
    again = added(music)
    assert [track.song for track in again.tracks] == ["spleeter"], "a plain add changed it"
    assert spleeter.n_splits == 1
    none = added(music, songs=False)
    assert [(track.song, track.singing_share) for track in none.tracks] == [("", None)]
    assert measures(none) == plain
    back = added(music, songs=True)
    assert [track.singing_share for track in back.tracks] == [0.75]
    assert measures(back) == song


def test_heard_whole_it_is_heard_anew_once_a_backend_is_there_and_never_the_other_way(
    music, added, spleeter, settings
):
    spleeter.missing_ = "make it"
    assert [track.song for track in added(music, songs=True).tracks] == ["whole"]
    spleeter.missing_ = None
    assert [track.song for track in added(music, songs=True).tracks] == ["spleeter"]
    spleeter.missing_ = "make it"
    catalog = added(music, songs=True)
    assert [track.singing_share for track in catalog.tracks] == [0.75]
    report = indexing.add(catalog, settings, [music], songs=True)
    assert (report.changed, report.note) == ((), "")


def test_only_the_tracks_of_that_call_are_songs(music, added, spleeter, tmp_path):
    added(music.parent / "bands")
    catalog = added(music, songs=True)
    assert [track.song for track in catalog.tracks] == ["", "spleeter"]


def test_a_table_beside_the_files_does_not_say_how_they_are_heard(music, added, spleeter):
    (music / "tracks.csv").write_text("file,title,song,singing_share\nsong.wav,Mine,hdemucs,0.9\n")
    (track,) = added(music).tracks
    assert (track.title, track.song, track.singing_share) == ("Mine", "", None)


@pytest.mark.parametrize(("cell", "share"), [("0,62", 0.62), ("1.5", None), ("much", None)])
def test_a_share_that_a_spreadsheet_wrote(cell, share):
    assert table.split_share(cell) == share


def test_a_user_who_unmarks_a_song_while_it_is_analysed_is_heard(music, added, spleeter, settings):
    catalog = added(music)
    indexing.add(catalog, settings, [music], songs=True)
    (track,) = catalog.tracks
    indexing.add(catalog, settings, [music], songs=False)
    catalog.learn({replace(track, singing_share=0.5): catalog.windows})
    assert [(track.song, track.singing_share) for track in catalog.tracks] == [("", None)]


def points_of(catalog: Catalog, settings: Settings, method: Trained) -> np.ndarray:
    indexing.index(catalog, settings, method)
    return catalog.embedded(method.space)[1]


def test_what_is_embedded_of_a_song_is_its_accompaniment(
    music, added, spleeter, settings, tmp_path
):
    method = Trained("mrcmv", write_network(tmp_path))
    alone = points_of(added(music.parent / "bands", at="bands"), settings, method)
    plain = points_of(added(music), settings, method)
    song = points_of(added(music, songs=True), settings, method)
    assert song.shape == (1, 16)
    np.testing.assert_allclose(song, alone, atol=0.02)
    assert np.abs(plain - alone).max() > 0.2, "the singing makes no difference here"


def test_a_song_that_is_new_is_taken_apart_once_to_be_measured_and_embedded(
    music, spleeter, settings, tmp_path
):
    catalog = Catalog(tmp_path / "mine")
    indexing.add(catalog, settings, [music], songs=True)
    points_of(catalog, settings, Trained("mrcmv", write_network(tmp_path)))
    assert spleeter.n_splits == 1
    assert [track.singing_share for track in catalog.tracks] == [0.75]


def test_a_song_whose_backend_is_gone_when_it_is_embedded_is_heard_whole_by_all(
    music, added, spleeter, settings, tmp_path
):
    plain = measures(added(music, at="plain"))
    catalog = added(music, songs=True)
    spleeter.fails = True
    method = Trained("mrcmv", write_network(tmp_path))
    report = indexing.index(catalog, settings, method)
    assert [problem.message for problem in report.whole] == ["It was stopped."]
    assert [track.song for track in catalog.tracks] == ["whole"]
    assert measures(catalog) == plain
    assert len(catalog.embedded(method.space)[0]) == 1


def test_the_command_says_what_it_did(music, spleeter, tmp_path, monkeypatch):
    monkeypatch.setenv("MRCMV_CATALOG_DIR", str(tmp_path / "mine"))
    monkeypatch.setenv("MRCMV_METHOD", "descriptors")
    run = CliRunner().invoke
    spleeter.missing_ = "make it"
    done = run(app, ["catalog", "add", str(music), "--songs"])
    assert done.exit_code == 0, done.output
    assert done.output.count(NO_SINGER) == 1
    assert "heard whole" in run(app, ["catalog", "list"]).output
    spleeter.missing_ = None
    done = run(app, ["catalog", "add", str(music), "--songs"])
    assert "0 added, 1 there already, 1 of them marked anew" in done.stdout
    assert "Taking the singing out of song" in done.stderr
    assert "singing 75%" in run(app, ["catalog", "list"]).output
    (track,) = json.loads(run(app, ["catalog", "list", "--json"]).stdout)
    assert (track["song"], track["singing_share"]) == ("spleeter", 0.75)
