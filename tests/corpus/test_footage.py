"""Laws of recorded play: pictures, sound and truth of one take are of one piece."""

import importlib.util

import numpy as np
import pytest

from mrcmv.corpus.footage.styles import STYLES, at_intensity

vizdoom = pytest.mark.skipif(
    importlib.util.find_spec("vizdoom") is None, reason="ViZDoom is not installed"
)


def take(style, duration_s=3.0, seed=1):
    from mrcmv.corpus.footage.doom import Scene, record

    pictures = []
    scene = Scene("freedoom1", "E1M6", style, duration_s, seed, width=160, height=120)
    footage = record(scene, lambda image: pictures.append(image.copy()))
    return footage, np.stack(pictures)


@pytest.fixture(scope="module")
def fight():
    return take(STYLES["advance"])


@vizdoom
def test_pictures_sound_and_truth_have_one_length(fight):
    footage, pictures = fight
    assert pictures.shape == (105, 120, 160, 3)
    assert footage.sound.samples.shape == (2, 105 * 1260)
    assert len(footage.truth.shots) == 105
    assert footage.truth.duration_s == 3.0


@vizdoom
def test_a_shot_is_heard_in_the_tic_that_fires_it(fight):
    footage, _ = fight
    first = int(np.flatnonzero(footage.truth.shots)[0])
    blocks = np.abs(footage.sound.samples).max(axis=0).reshape(-1, 1260).max(axis=1)
    jump = blocks[first - 1 : first + 3].max() - blocks[max(0, first - 3) : first - 1].max()
    assert first > 3
    assert jump > 0.05


@vizdoom
def test_a_quiet_walk_moves_without_a_shot():
    footage, pictures = take(STYLES["explore"])
    truth = footage.truth
    assert truth.shots.sum() == 0
    assert truth.seen.sum() == 0
    assert truth.speed_u.sum() > 50
    assert np.abs(np.diff(pictures.astype(int), axis=0)).mean() > 0.5


@vizdoom
def test_the_same_scene_gives_the_same_take(fight):
    again, pictures = take(STYLES["advance"])
    np.testing.assert_array_equal(again.truth.speed_u, fight[0].truth.speed_u)
    np.testing.assert_array_equal(pictures[-1], fight[1][-1])


@vizdoom
def test_seconds_add_up_to_the_take(fight):
    truth = fight[0].truth
    assert truth.per_second(truth.shots).sum() == truth.shots.sum()
    assert truth.action().shape == (3,)
    assert truth.action().max() <= 1.0


def test_a_fiercer_style_is_faster_and_meets_more_monsters():
    styles = [at_intensity(x) for x in np.linspace(0, 1, 9)]
    for values in (
        [s.speed for s in styles],
        [s.turn_deg for s in styles],
        [sum(n for _, n in s.monsters) for s in styles],
    ):
        assert values == sorted(values)
