"""Laws of the Atari source."""

import hashlib
import importlib.util
import sys

import numpy as np
import pytest

from mrcmv.corpus.footage.ale import COLLECTING, OTHERS, SHOOTING, Atari, by_step, heard, screen_map
from mrcmv.corpus.footage.take import SECONDS, Shot
from mrcmv.errors import MrcmvError

ale = pytest.mark.skipif(
    importlib.util.find_spec("ale_py") is None, reason="ale-py is not installed"
)
ATARI = Atari()


def shot(*plan, duration_s=5.0, seed=1, place="space_invaders"):
    return Shot("atari", place, plan, duration_s, seed, 160, 90)


def record(one):
    digest, shapes = hashlib.sha256(), []

    def sink(picture):
        digest.update(picture.tobytes())
        shapes.append(picture.shape)

    take = ATARI.record(one, sink)
    digest.update(take.sound.samples.tobytes())
    return take, shapes, digest.hexdigest()


@ale
@pytest.mark.parametrize("style", ["play", "greedy"])
def test_the_same_shot_gives_the_same_take_and_another_seed_another(style):
    digests = [record(shot((0.0, style), seed=seed))[2] for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


@ale
@pytest.mark.parametrize("place", ["donkey_kong", "yars_revenge"])
def test_a_lost_game_is_begun_again(place):
    pictures = []
    plan = shot((0.0, "stroll"), duration_s=45.0, place=place)
    ATARI.record(plan, lambda picture: pictures.append(picture[::4, ::4].astype(int)))
    moves = np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2, 3)) > 0.05
    longest = max(len(still) for still in "".join("m" if m else " " for m in moves).split("m"))
    assert longest < 10 * ATARI.fps


@ale
def test_sound_is_as_long_as_the_pictures_and_seconds_are_complete():
    take, shapes, _ = record(shot((0.0, "play"), duration_s=4.5))
    assert len(shapes) == take.n_frames == 90
    assert set(shapes) == {(90, 160, 3)}
    assert take.sound.samples.shape == (2, 90 * 2205)
    assert set(take.seconds) == set(SECONDS)
    assert all(values.shape == (4,) for values in take.seconds.values())
    assert np.isfinite(take.seconds["action"]).all()
    assert np.isnan(take.seconds["doors_seen"]).all()
    assert take.sound.samples.std() > 0.005


@ale
def test_a_livelier_hand_is_fiercer_over_games():
    games = ("space_invaders", "ms_pacman", "assault", "asteroids")
    action = [
        np.mean([record(shot((0.0, s), place=g))[0].seconds["action"].mean() for g in games])
        for s in ("idle", "hurry")
    ]
    assert action[0] < action[1]


def test_each_game_scores_in_one_way():
    games = SHOOTING + COLLECTING + OTHERS
    assert len(set(games)) == len(games) == len(ATARI.places)


def test_a_screen_is_shown_4_to_3_between_black_bars():
    show = screen_map(210, 160, 640, 360)
    picture = show(np.full((210, 160, 3), 9, dtype=np.uint8))
    assert picture.shape == (360, 640, 3)
    assert (picture[:, 80:560] == 9).all()
    assert picture[:, :80].max() == picture[:, 560:].max() == 0


def test_a_step_sums_what_happened_and_keeps_the_last_lives():
    log = [(1, 0, 0, 3), (1, 0, 1, 3), (0, 1, 0, 2)]
    np.testing.assert_allclose(by_step(log), [[2, 1, 1, 2]])


def test_silence_on_the_console_is_silence():
    sound = heard([np.full(512, 140, dtype=np.uint8)] * 120)
    assert sound.samples.shape == (2, 120 * 735)
    assert np.abs(sound.samples[:, 2000:-2000]).max() < 1e-3


def test_what_cannot_be_played_is_told_in_a_sentence():
    for wrong, match in (
        (shot((0.0, "dance")), "names styles of idle"),
        (shot((0.0, "idle"), place="E1M1"), "no game of this source"),
    ):
        with pytest.raises(MrcmvError, match=match):
            ATARI.record(wrong, lambda picture: None)


def test_a_missing_library_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "ale_py", None)
    with pytest.raises(MrcmvError, match="pip install ale-py"):
        ATARI.record(shot((0.0, "idle")), lambda picture: None)
