"""What the simulated editor goes by, chooses, and how well it could be read."""

import numpy as np
import pytest

from mrcmv.corpus.editor.choosing import Pool, choose, choose_best
from mrcmv.corpus.editor.listening import MusicScale
from mrcmv.corpus.editor.mind import (
    AXES,
    EDITORS,
    WEIGHTS,
    Editor,
    Scale,
    mismatch,
    quarters,
    target,
)
from mrcmv.corpus.editor.oracle import ranks, read_mind

N_AXES = len(AXES)
SURE = Editor("sure", (1.0,) * N_AXES, 0.0)


def pool(m: int = 60, n_pieces: int = 12, seed: int = 0) -> Pool:
    rng = np.random.default_rng(seed)
    piece = np.arange(m) % n_pieces
    return Pool(
        rng.normal(size=(m, N_AXES)).astype(np.float32),
        piece,
        (np.arange(m) // n_pieces * 32.0).astype(np.float32),
        piece % 2,
    )


def test_mismatch_is_the_weighted_squared_distance():
    rng = np.random.default_rng(1)
    points, windows = rng.normal(size=(3, N_AXES)), rng.normal(size=(4, N_AXES))
    far = mismatch(points, windows)
    for i, point in enumerate(points):
        for j, window in enumerate(windows):
            slow = sum(w * (a - b) ** 2 for w, a, b in zip(WEIGHTS, point, window, strict=True))
            assert far[i, j] == pytest.approx(slow, rel=1e-5)


def test_a_scale_makes_any_units_standard():
    values = np.random.default_rng(2).lognormal(3.0, 1.0, 500).astype(np.float32)
    standard = Scale.of(values)(values)
    assert abs(standard.mean()) < 0.02
    assert standard.std() == pytest.approx(1.0, abs=0.05)
    assert (np.argsort(standard) == np.argsort(values)).all()
    assert np.isfinite(Scale.of(values)(np.array([-1e9, 1e9]))).all()


def test_equal_values_share_their_place():
    assert Scale.of(np.zeros(9))(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_a_course_has_no_level():
    course = quarters(np.arange(32.0) + 100)
    assert course.sum() == pytest.approx(0.0, abs=1e-4)
    assert (np.diff(course) > 0).all()


def test_every_editor_has_a_taste_for_every_axis():
    assert all(len(editor.taste) == N_AXES for editor in EDITORS)
    assert len({editor.name for editor in EDITORS}) == len(EDITORS)


def test_a_sure_editor_takes_the_nearest_free_window():
    music = pool()
    targets = music.features[[5, 5]]
    taken = choose(targets, [SURE] * 2, np.array([1, 1]), music, np.random.default_rng(0), 9)
    assert taken[0].row == 5
    assert taken[1].row != 5


def test_uses_are_bounded_and_never_overlap():
    music = pool()
    targets = np.zeros((24, N_AXES), np.float32)
    origins = np.arange(24) % 2
    taken = choose(targets, [EDITORS[0]] * 24, origins, music, np.random.default_rng(3), 2)
    rows = np.array([choice.row for choice in taken])
    assert np.bincount(music.piece[rows]).max() <= 2
    assert (music.origin[rows] == origins).all()
    for piece in np.unique(music.piece[rows]):
        starts = np.sort(music.start_s[rows[music.piece[rows] == piece]])
        assert (np.diff(starts) >= 32.0).all()


def test_where_an_origin_has_run_out_the_other_serves():
    origins = np.zeros(9, int)
    taken = choose(np.zeros((9, N_AXES)), [SURE] * 9, origins, pool(), np.random.default_rng(0), 1)
    assert [pool().origin[choice.row] for choice in taken] == [0] * 6 + [1] * 3


def test_too_little_music_is_told():
    n = 13
    with pytest.raises(ValueError, match="not enough music"):
        choose(
            np.zeros((n, N_AXES)), [SURE] * n, np.zeros(n, int), pool(), np.random.default_rng(0), 1
        )


def test_the_best_fitting_clips_come_first_and_the_rest_is_left():
    music = pool()
    targets = np.concatenate([np.full((4, N_AXES), 40.0), music.features[[3, 8]]])
    taken = choose_best(
        targets,
        [SURE] * 6,
        music.origin[[3, 8, 3, 8, 3, 8]],
        music,
        np.random.default_rng(0),
        3,
        {0: 1, 1: 1},
    )
    assert {(clip, choice.row) for clip, choice in taken} == {(4, 3), (5, 8)}


def test_a_clip_whose_music_is_rare_is_kept_as_often_as_others():
    """Of two kinds of music one is ten times as dense; both kinds of clips find what fits."""
    rng = np.random.default_rng(4)
    n = 60
    dense, rare = rng.normal(0, 0.3, (n, N_AXES)), rng.normal(9, 3.0, (n, N_AXES))
    features = np.concatenate([dense, rare]).astype(np.float32)
    music = Pool(features, np.arange(2 * n), np.zeros(2 * n), np.zeros(2 * n, int))
    near, far = rng.normal(0, 0.3, (20, N_AXES)), rng.normal(9, 3.0, (20, N_AXES))
    targets = np.concatenate([near, far]).astype(np.float32)
    taken = choose_best(targets, [SURE] * 40, np.zeros(40, int), music, rng, 1, {0: 20})
    assert 5 <= sum(clip >= 20 for clip, _ in taken) <= 15


def test_colour_is_brightness_beyond_what_energy_brings():
    rng = np.random.default_rng(7)
    raw = rng.normal(size=(500, N_AXES)).astype(np.float32)
    raw[:, 2] = raw[:, 0] + 0.8 * rng.normal(size=500)
    axes = MusicScale.of(raw)(raw)
    assert abs(np.corrcoef(axes[:, 0], axes[:, 2])[0, 1]) < 0.05
    assert axes[:, 2].std() == pytest.approx(1.0, abs=0.1)


def test_ranks_that_all_equal_are_chance():
    placed = ranks(np.zeros((5, 100)), np.arange(5))
    assert (placed.mean == 50.5).all()
    for k in (1, 10, 100):
        assert placed.recall(k) == pytest.approx(placed.chance(k))


def test_ranks_count_what_lies_nearer():
    rng = np.random.default_rng(4)
    distances, truth = rng.normal(size=(20, 50)), rng.integers(0, 50, 20)
    slow = [1 + sum(d < row[t] for d in row) for row, t in zip(distances, truth, strict=True)]
    placed = ranks(distances, truth)
    assert placed.mean.tolist() == slow
    assert placed.recall(10) == pytest.approx(100 * np.mean(np.array(slow) <= 10))


def test_knowing_more_never_hurts_and_nothing_is_chance():
    rng = np.random.default_rng(5)
    music = pool(m=400, n_pieces=100, seed=6)
    voice, picture = rng.normal(size=(2, 100, N_AXES)).astype(np.float32)
    taken = choose(
        target(voice, picture), [EDITORS[0]] * 100, np.arange(100) % 2, music, rng, most_uses=3
    )
    rows = np.array([choice.row for choice in taken])
    gallery, truth, pieces = music.features[rows], np.arange(100), music.piece[rows]

    def median(knows):
        return np.median(read_mind(knows, voice, picture, gallery, truth, pieces).mean)

    assert median("both") < median("voice") < median("picture") < 40
    nothing = np.zeros_like(voice)
    blind = read_mind("both", nothing, nothing, gallery, truth, pieces)
    assert 40 < np.median(blind.mean) < 61


def test_the_track_alone_is_a_draw_among_its_windows():
    pieces = np.array([0, 0, 0, 1, 2])
    nothing = np.zeros((2, N_AXES), np.float32)
    gallery = np.zeros((5, N_AXES), np.float32)
    placed = read_mind("track", nothing, nothing, gallery, np.array([1, 3]), pieces)
    assert placed.mean.tolist() == [2.0, 1.0]
    assert placed.recall(1) == pytest.approx(100 * (1 / 3 + 1) / 2)


def test_an_interval_holds_the_figure():
    placed = ranks(np.random.default_rng(6).normal(size=(100, 20)), np.arange(100) % 20)
    low, high = placed.interval(5)
    assert low < placed.recall(5) < high
