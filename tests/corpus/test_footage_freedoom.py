"""Laws of the Doom source: one shot, one take; styles differ; a plan is followed."""

import hashlib
import importlib.util
import sys

import numpy as np
import pytest

from mrcmv.corpus.footage import engine
from mrcmv.corpus.footage.freedoom import STRIDE, Freedoom
from mrcmv.corpus.footage.pictures import looked_up, pairs
from mrcmv.corpus.footage.places import LEFT_OUT, USABLE
from mrcmv.corpus.footage.script import menus
from mrcmv.corpus.footage.take import SECONDS, Shot
from mrcmv.errors import MrcmvError

vizdoom = pytest.mark.skipif(
    importlib.util.find_spec("vizdoom") is None, reason="ViZDoom is not installed"
)
DOOM = Freedoom()


def shot(*plan, duration_s=6.0, seed=1, width=160, height=90, place="freedoom1/E1M6"):
    return Shot("doom", place, plan, duration_s, seed, width, height)


def record(one):
    """A take, and the digest of its pictures and sound."""
    digest, pictures = hashlib.sha256(), []

    def sink(picture):
        digest.update(picture.tobytes())
        pictures.append(picture.shape)

    take = DOOM.record(one, sink)
    digest.update(take.sound.samples.tobytes())
    return take, pictures, digest.hexdigest()


@pytest.fixture(scope="module")
def fight():
    return record(shot((0.0, "rampage"), duration_s=5.5))


@vizdoom
def test_the_same_shot_gives_the_same_take_and_another_seed_another(fight):
    assert record(shot((0.0, "rampage"), duration_s=5.5))[2] == fight[2]
    assert record(shot((0.0, "rampage"), duration_s=5.5, seed=2))[2] != fight[2]


@vizdoom
def test_sound_is_as_long_as_the_pictures_within_a_tic_and_seconds_are_complete(fight):
    take, pictures, _ = fight
    assert len(pictures) == take.n_frames == 97
    assert set(pictures) == {(90, 160, 3)}
    assert take.sound.samples.shape[0] == 2
    assert abs(take.sound.duration_s - take.n_frames / DOOM.fps) < 1 / 35
    assert set(take.seconds) == set(SECONDS)
    assert all(values.shape == (5,) for values in take.seconds.values())
    assert all(np.isfinite(values).all() for values in take.seconds.values())


@vizdoom
def test_a_shot_is_heard_in_the_picture_that_shows_it():
    """Over all shots after a quiet half second: the sound jumps in the step of the shot."""
    take, _, _ = record(shot((0.0, "hold"), duration_s=12.0, seed=4, width=256, height=144))
    fights = [m.time_s for m in take.moments if m.kind == "fight"]
    step = 1260 * STRIDE
    loud = np.abs(take.sound.samples).max(axis=0).reshape(-1, step).max(axis=1)
    jumps = np.diff(loud, prepend=0.0)
    assert fights
    for time_s in fights:
        at = round(time_s * DOOM.fps)
        around = jumps[max(0, at - 4) : at + 5]
        assert abs(int(around.argmax()) + max(0, at - 4) - at) <= 1


@vizdoom
def test_styles_differ_in_action_explore_below_advance_below_rampage():
    action = {
        style: np.mean(
            [
                record(shot((0.0, style), duration_s=10.0, seed=seed))[0].seconds["action"].mean()
                for seed in (1, 2, 3)
            ]
        )
        for style in ("explore", "advance", "rampage")
    }
    assert action["explore"] < action["advance"] < action["rampage"]


@vizdoom
def test_a_change_of_plan_is_seen_in_the_truth():
    take, _, _ = record(shot((0.0, "idle"), (5.0, "rampage"), duration_s=14.0, seed=2))
    seconds = take.seconds
    assert seconds["shots"][:5].sum() == 0
    assert seconds["shots"][5:].sum() > 3
    assert seconds["motion"][6:].mean() > 2 * seconds["motion"][:5].mean()
    assert seconds["action"][6:].mean() > 0.2 + seconds["action"][:5].mean()


@vizdoom
def test_an_engine_leaves_no_settings_for_the_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record(shot((0.0, "explore"), duration_s=1.0))
    assert not list(tmp_path.glob("*.ini"))


def test_the_menu_is_up_in_some_idle_parts_and_never_beyond_them():
    spans = [
        span
        for seed in range(40)
        for span in menus(shot((0.0, "explore"), (6.0, "idle"), duration_s=20.0, seed=seed))
    ]
    assert 8 < len(spans) < 32
    assert all(6.0 < begin < end <= 19.0 for begin, end in spans)


def test_a_table_of_pairs_looks_up_as_the_table_does():
    rng = np.random.default_rng(0)
    table = rng.integers(0, 256, 256, dtype=np.uint8)
    picture = rng.integers(0, 256, (90, 160, 3), dtype=np.uint8)
    np.testing.assert_array_equal(looked_up(pairs(table), picture), table[picture])


def test_every_map_is_usable_or_left_out_for_a_reason():
    assert len(USABLE) + len(LEFT_OUT) == 36 + 32
    assert not set(USABLE) & set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_what_cannot_be_played_is_told_in_a_sentence():
    for wrong, match in (
        (shot((0.0, "dance")), "names styles of idle"),
        (shot((0.0, "idle"), place="E1M1"), "no Doom map"),
        (shot((0.0, "idle"), width=333), "not 333x90"),
    ):
        with pytest.raises(MrcmvError, match=match):
            DOOM.record(wrong, lambda picture: None)


def test_a_missing_engine_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "vizdoom", None)
    with pytest.raises(MrcmvError, match="pip install vizdoom"):
        DOOM.record(shot((0.0, "idle")), lambda picture: None)


def test_the_folder_of_all_engines_is_there_before_any_starts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    engine._make_folder()
    engine._make_folder()
    assert (tmp_path / "_vizdoom").is_dir()
    (tmp_path / "_vizdoom").rmdir()
    (tmp_path / "_vizdoom").write_text("in the way")
    with pytest.raises(MrcmvError, match="go to a folder that you may write in"):
        engine._make_folder()
