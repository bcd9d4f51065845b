"""What from-videos does with any backend: faked here, so that no speech has to be found."""

import json
import os
import pickle
import shutil
from collections import namedtuple
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus.build.manifest import read_table
from mrcmv.corpus.encode import pictures_to, quick
from mrcmv.corpus.videos import run
from mrcmv.corpus.videos.looking import find_videos, look_at, once_each, printable
from mrcmv.corpus.videos.run import from_videos, place_of
from mrcmv.corpus.videos.taking import FOLDERS, VERSION, take_apart
from mrcmv.errors import MrcmvError, SeparationError
from mrcmv.separation import BACKENDS
from mrcmv.settings import Settings
from mrcmv.types import Sound, Span, Stems
from tests.conftest import write_clip

TALK = tuple(Span(float(at), at + 2.0) for at in range(1, 40, 4))


class Compact:
    """A separator of three stems: half of the sound is voice, a third music. It may fail."""

    summary, licence = "fake", "none"
    n_splits = 0
    fails_at_hz = 0.0
    talk, music_from_s = TALK, 0.0

    def missing(self, settings):
        return None

    def split(self, sound, settings, hook):
        Compact.n_splits += 1
        if self.fails_at_hz and abs(pitch_hz(sound) - self.fails_at_hz) < 20:
            raise SeparationError("The separator ran out of memory.")
        parts = {"voice": 1 / 2, "music": 1 / 3, "effects": 1 / 6}
        stems = {
            name: Sound(sound.samples * np.float32(part), sound.rate_hz)
            for name, part in parts.items()
        }
        stems["music"].samples[:, : round(self.music_from_s * sound.rate_hz)] = 0
        return Stems(**stems, speech=tuple(s for s in self.talk if s.end_s < sound.duration_s))


def pitch_hz(sound):
    power = np.abs(np.fft.rfft(sound.mono))
    return float(np.argmax(power) * sound.rate_hz / len(sound.mono))


@pytest.fixture(autouse=True)
def compact(monkeypatch):
    backend = Compact()
    monkeypatch.setattr(Compact, "n_splits", 0)
    monkeypatch.setitem(BACKENDS, "compact", backend)
    return backend


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """Three videos of different pitch and length."""
    folder = tmp_path_factory.mktemp("some") / "videos"
    folder.mkdir()
    for number, duration_s in enumerate((20.0, 21.0, 33.5)):
        write_clip(folder / f"v{number}.mp4", duration_s, tone_hz=300.0 + 100 * number)
    return folder


@pytest.fixture(scope="module")
def first(videos, tmp_path_factory):
    """A folder with the corpus of the videos."""
    out = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BACKENDS, "compact", Compact())
        go(videos, out)
    return out


def go(videos, out, seed=0, backend="compact", **options):
    return from_videos(videos, out, seed, jobs=1, backend=backend, settings=Settings(), **options)


@pytest.fixture
def out(first, tmp_path):
    """A copy of the folder with the corpus, to be changed."""
    return shutil.copytree(first, tmp_path / "out")


def test_a_backend_with_three_stems_gives_music_and_the_games_sound(first):
    made = place_of(Path("videos"), first, "compact")
    pieces = {row["piece_id"]: row for row in read_table(made / "pieces.parquet")}
    takes = read_table(made / "takes.parquet")
    assert len(takes) == len(pieces) == 3
    for row in takes:
        game = media.read_sound(made / row["game"], 48000, 2)
        music = media.read_sound(Path(pieces[row["place"]]["file"]), 48000, 2)
        level = [np.sqrt(np.mean(one.samples[:, 48000:-48000] ** 2)) for one in (game, music)]
        assert level[1] / level[0] == pytest.approx(2.0, abs=0.1)
        assert game.duration_s == pytest.approx(row["duration_s"], abs=0.05)
        assert music.duration_s == pytest.approx(pieces[row["place"]]["duration_s"], abs=0.05)
    told = json.loads((made / "figures.json").read_text())
    assert told["backend"] == "compact"
    assert told["music_under_speech_db"] == {"median": 0.0, "n_videos": 3}


def test_another_seed_splits_anew_and_takes_nothing_apart(videos, out):
    splits = set()
    for seed in range(6):
        rows = read_table(go(videos, out, seed) / "pieces.parquet")
        splits.add(tuple(sorted((row["piece_id"], row["split"]) for row in rows)))
    assert Compact.n_splits == 0
    assert len(splits) > 1


def test_a_renamed_video_is_the_same_video(videos, out, tmp_path):
    renamed = tmp_path / "videos"
    renamed.mkdir()
    for number, file in enumerate(sorted(videos.glob("*.mp4"), reverse=True)):
        shutil.copy(file, renamed / f"name{number}.mp4")
    before = read_table(go(videos, out) / "pairs.parquet")
    made = go(renamed, out)
    assert Compact.n_splits == 0
    assert read_table(made / "pairs.parquet") == before
    titles = {row["title"] for row in read_table(made / "pieces.parquet")}
    assert titles == {"name0", "name1", "name2"}


def test_the_tests_gallery_holds_one_music_a_video(videos, out):
    rows = read_table(go(videos, out) / "pairs.parquet")
    asked = [row for row in rows if row["gallery"] == 0]
    test = {row["piece_id"] for row in rows if row["split"] == "test"}
    assert test
    assert [row["piece_id"] for row in asked] == sorted(test)
    assert {row["gallery"] for row in rows} == {0, -1}


def test_a_video_that_makes_the_separator_fail_is_told_and_tried_again(videos, compact, out):
    told = []

    def hook(step, artifact=None, *, completed=None, total=None):
        told.append(step)

    compact.fails_at_hz = 400.0
    for stamp in out.glob("*/videos/*.json"):
        stamp.unlink()
    made = go(videos, out, hook=hook)
    assert "The separator ran out of memory." in told
    assert json.loads((made / "figures.json").read_text())["left_out"] == {"unusable": 1}
    compact.fails_at_hz = 0.0
    assert len(read_table(go(videos, out) / "pieces.parquet")) == 3
    assert Compact.n_splits == 4


def test_a_backend_that_is_not_there_is_told_before_any_video_is_opened(
    videos, tmp_path, monkeypatch
):
    class Missing(Compact):
        def missing(self, settings):
            return "Run `make missing`."

    monkeypatch.setitem(BACKENDS, "missing", Missing())
    for name, message in (("missing", "Run `make missing`"), ("nobody", "no separation")):
        with pytest.raises(SeparationError, match=message):
            go(videos, tmp_path / "out", backend=name)
    assert not (tmp_path / "out").exists()


def test_an_upright_video_keeps_180_px_on_its_short_side(tmp_path):
    pictures, sound = tmp_path / "p.mp4", Sound(np.zeros((2, 22 * 48000), np.float32), 48000)
    sound.samples[:] = 0.1 * np.sin(np.arange(22 * 48000) * 0.05)
    with pictures_to(pictures, 90, 160, 5.0) as sink:
        for _ in range(110):
            sink(np.full((160, 90, 3), 90, np.uint8))
    (tmp_path / "in").mkdir()
    quick(pictures, sound, tmp_path / "in/upright.mp4")
    made = go(tmp_path / "in", tmp_path / "out")
    (row,) = read_table(made / "takes.parquet")
    with av.open(str(made / row["frames"])) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (180, 320)
    assert row["seconds"]["light"] == pytest.approx([90 / 255] * int(row["duration_s"]), abs=0.02)


@pytest.fixture(scope="module")
def fifty(tmp_path_factory):
    return write_clip(tmp_path_factory.mktemp("fifty") / "a.mp4", 50.0)


@pytest.mark.parametrize(
    ("talk", "music_from_s", "start_s", "kind"),
    [
        ([(40.0, 44.0)], 0.0, 11.0, None),
        ([(2.0, 8.0)], 0.0, 0.0, None),
        ([(2.0, 8.0), (40.0, 44.0)], 20.0, 15.0, None),  # 5 of 28 s without words are silent
        ([(2.0, 8.0)], 20.0, None, "not together"),
        ([(1.0, 2.5), (40.0, 41.5), (48.0, 49.0)], 0.0, None, "not together"),
        ([(2.0, 4.5)], 0.0, None, "no voice"),
        ([(2.0, 8.0)], 45.0, None, "no music"),
        ([(2.0, 8.0)], 50.0, None, "no music"),
    ],
)
def test_a_stretch_begins_where_speech_and_music_are_together(
    fifty, compact, tmp_path, talk, music_from_s, start_s, kind
):
    compact.talk = tuple(Span(*one) for one in talk)
    compact.music_from_s = music_from_s
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    clip = look_at(fifty, Settings())
    made = take_apart(clip, tmp_path, "compact", Settings())
    assert getattr(made, "kind", None) == kind
    if kind is None:
        assert made.stretches[0].start_s == start_s
    else:
        assert made.sentence.startswith("a.mp4 holds no")
        assert list(tmp_path.rglob("*.opus")) == []
        assert take_apart(clip, tmp_path, "compact", Settings()) == made
        assert Compact.n_splits == 1


def test_what_the_corpus_made_is_not_taken_for_a_video(videos, out):
    shutil.copy(videos / "v0.mp4", out)
    made = place_of(videos, out, "compact")
    assert len(list(made.rglob("*.mp4"))) == 3
    assert find_videos(out, made) == [out / "v0.mp4"]


def test_what_cannot_be_written_is_told_in_a_sentence(videos, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(MrcmvError, match=r"cannot be written: Not a directory"):
        go(videos, tmp_path / "out")


def test_a_full_disk_is_told_before_it_starts(videos, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(10**9, 10**9, 10**5))
    with pytest.raises(MrcmvError, match=r"takes about \d+ MB, and .* has 0 MB left"):
        go(videos, tmp_path / "out")
    assert Compact.n_splits == 0


def test_a_process_that_dies_is_told_in_a_sentence(videos, tmp_path, monkeypatch):
    def each(*_, **__):
        raise BrokenProcessPool

    monkeypatch.setattr(run, "each", each)
    with pytest.raises(MrcmvError, match="fewer than 1 jobs"):
        go(videos, tmp_path / "out")


def test_the_work_travels_to_other_processes(videos, tmp_path):
    settings = Settings()
    for work in (
        partial(look_at, limits=settings),
        partial(take_apart, folder=tmp_path, backend="voice-activity", settings=settings),
    ):
        assert pickle.loads(pickle.dumps(work)).keywords == work.keywords


def test_of_equal_videos_the_first_stays(videos, tmp_path):
    for name in ("b.mp4", "a.mp4"):
        shutil.copy(videos / "v0.mp4", tmp_path / name)
    shutil.copy(videos / "v1.mp4", tmp_path / "c.mp4")
    seen = [look_at(file, Settings()) for file in find_videos(tmp_path, tmp_path / "own")]
    first, copy, other = once_each(seen)
    assert (first.path.name, other.path.name) == ("a.mp4", "c.mp4")
    assert (copy.kind, copy.sentence) == ("copy", "b.mp4 is the same file as a.mp4.")


def test_names_that_are_no_text_can_be_written():
    assert printable(os.fsdecode(b"caf\xe9")).encode() == b"caf\\udce9"
    assert printable("café") == "café"


def test_a_stamp_of_another_version_is_no_stamp(videos, out):
    stamp = next(out.glob("*/videos/*.json"))
    before = stamp.read_bytes()
    stamp.write_text(json.dumps({**json.loads(before), "version": VERSION + 1}))
    go(videos, out)
    assert Compact.n_splits == 1
    assert stamp.read_bytes() == before
