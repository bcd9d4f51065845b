"""What goes into a study is checked before any work: one clear sentence each."""

import shutil

import numpy as np
import pytest

from mrcmv import media, stimuli
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound
from tests.conftest import write_clip
from tests.stimuli.scenes import ONE, RATE_HZ, noise


def test_a_folder_of_clips_with_a_table_of_tags(own_place):
    (own_place.folder / "clips/tags.csv").write_text("file;tags\nfirst-raid.mp4;calm\n"
                                                     "second-raid.mp4;wild\n")  # fmt: skip
    job = own_place.gather(clips={"folder": "clips", "count": 2, "tags": "clips/tags.csv"})
    assert [(one.name, one.tags) for one in job.clips] == [
        ("first-raid.mp4", ("calm",)), ("second-raid.mp4", ("wild",))
    ]  # fmt: skip


def test_raters_see_and_methods_search_the_same_stretch(own_place):
    whole, shown = (own_place.gather(rendering={"length_s": s}).clips[0] for s in (None, 3))
    assert (whole.clip.duration_s, shown.clip.duration_s) == (pytest.approx(4.0, abs=0.1), 3)
    assert whole.whole == shown.whole == whole.clip.content_hash != shown.clip.content_hash


def test_a_folder_of_tracks_without_a_table_is_a_catalog(own_place):
    (own_place.folder / "tracks/tracks.csv").unlink()
    job = own_place.gather(methods=["descriptors", "random"])
    assert job.n_tracks == 4
    media.write_sound(noise(8.0, 0.1, 20), own_place.folder / "tracks/more.wav")
    changed = {"methods": ["descriptors", "random"], "catalog": {"folder": "tracks"}}
    assert own_place.gather(**changed).n_tracks == 5


def silent(seconds):
    return Sound(np.zeros((2, round(seconds * RATE_HZ)), np.float32), RATE_HZ)


def lose_clip(folder):
    (folder / "clips/first-raid.mp4").unlink()


def shorten_clip(folder):
    write_clip(folder / "clips/first-raid.mp4", 2.0)


def lose_made(folder):
    (folder / "studio/second-raid.m4a").unlink()


def double_made(folder):
    shutil.copy(folder / "studio/first-raid.wav", folder / "studio/first-raid.WAV")


def lose_tracks(folder):
    for file in list((folder / "tracks").glob("*.flac"))[1:]:
        file.unlink()
    (folder / "tracks/tracks.csv").unlink()


def lose_folder(folder):
    shutil.rmtree(folder / "tracks")


def spoil_track(folder):
    (folder / "tracks/new.mp3").write_text("buy milk")


def silence_track(folder):
    media.write_sound(silent(8.0), folder / "tracks/new.flac")


def nothing(folder):
    pass


FEW = {"catalog": {"folder": "tracks"}}


@pytest.mark.parametrize(
    ("spoil", "changed", "words"),
    [
        (lose_clip, {}, "clips/first-raid.mp4 of the study is missing"),
        (lose_clip, {"clips": {"folder": "clips", "count": 2}}, "holds 1 clips, and .* says 2"),
        (nothing, {"clips": {"folder": "music"}}, "There is no folder"),
        (nothing, {"clips": {"folder": "tracks"}}, "There is no clip in"),
        (nothing, {"clips": {"folder": "clips", "tags": "t.csv"}}, "tags are missing"),
        (nothing, {"clips": {"folder": "clips"}}, "has no tags"),
        (nothing, {"clips": "uploaded", "catch": {}}, "bring their own clips"),
        (shorten_clip, {}, r"lasts 2\.0 s, and the study shows 3 s"),
        (nothing, {"rendering": {"length_s": 0.4}}, "the least that can be judged"),
        (lose_made, {}, "studio has no file second-raid"),
        (double_made, {}, "several files first-raid"),
        (lose_tracks, {}, "holds 1 tracks, and the study says 4"),
        (lose_tracks, FEW, "too few tracks, 1, for 3 methods"),
        (lose_folder, {}, "There is no folder .*tracks"),
        (spoil_track, {}, "new.mp3 is text"),
        (silence_track, FEW, "new.flac is silent or too short"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_told_before_any_work(own_place, spoil, changed, words):
    spoil(own_place.folder)
    with pytest.raises(MrcmvError, match=words) as told:
        own_place.gather(**changed)
    assert "\n" not in str(told.value)


def test_tags_of_a_clip_that_is_not_there_are_told(own_place):
    (own_place.folder / "clips/tags.csv").write_text("file,tags\nthird.mp4,calm\n")
    with pytest.raises(MrcmvError, match=r"speaks of third\.mp4"):
        own_place.gather(clips={"folder": "clips", "tags": "clips/tags.csv"})


def test_weights_that_are_not_there_are_told(own_place, monkeypatch):
    monkeypatch.setattr("mrcmv.methods.trained.WEIGHTS", own_place.folder / "none.safetensors")
    with pytest.raises(MrcmvError, match="mrcmv has no weights here"):
        own_place.gather(methods=["mrcmv", "random"])


def mute_clip(folder):
    write_clip(folder / "clips/first-raid.mp4", 4.0, tone_hz=None)


def mute_made(folder):
    media.write_sound(silent(4.0), folder / "studio/first-raid.wav")


def short_made(folder):
    media.write_sound(noise(2.0, 0.1, 0), folder / "studio/first-raid.wav")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (mute_clip, "nobody can tell that its soundtrack is shifted"),
        (mute_made, "What studio gives for the clip clips/first-raid.mp4 is silent"),
        (short_made, r"lasts 2\.0 s, and 3\.0 s of the clip"),
    ],
)
def test_what_only_rendering_shows_leaves_nothing_half_made(own_place, spoil, words):
    spoil(own_place.folder)
    out = own_place.folder / "studies/tiny"
    with pytest.raises(MrcmvError, match=words):
        stimuli.build(own_place.gather(**ONE), out)
    assert list(out.parent.iterdir()) == []
