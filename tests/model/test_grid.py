"""Where the 72 tokens of a window lie in time."""

import numpy as np

from mrcmv.model import grid


def test_tokens_of_picture_and_sound_are_at_most_half_a_second_apart():
    apart_s = np.abs(grid.picture_token_times_s() - grid.sound_token_times_s())
    assert apart_s.max() <= 0.5


def test_both_have_72_tokens_in_order_of_time():
    for times_s in (grid.picture_token_times_s(), grid.sound_token_times_s()):
        assert times_s.shape == (72,)
        assert (np.diff(times_s) >= 0).all()
    assert (np.diff(grid.sound_token_times_s()) > 0).all()


def test_nine_picture_tokens_fall_in_every_four_seconds():
    blocks = np.floor(grid.picture_token_times_s() / 4).astype(int)
    assert np.bincount(blocks).tolist() == [9] * 8


def test_order_takes_every_fast_and_slow_token_once_and_one_slow_in_each_block():
    order = grid.picture_order()
    assert sorted(order) == list(range(72))
    slow_places = [place for place, index in enumerate(order) if index >= 64]
    assert [place // 9 for place in slow_places] == list(range(8))


def test_order_agrees_with_the_times_of_the_slow_subset():
    fast, slow = grid.fast_times_s(), grid.fast_times_s()[grid.slow_indices()]
    row = list(fast) + list(slow)
    times_s = [row[index] for index in grid.picture_order()]
    assert times_s == list(grid.picture_token_times_s())


def test_frames_stand_in_the_middle_of_even_stretches():
    assert np.allclose(grid.fast_times_s(), [0.25 + 0.5 * i for i in range(64)])


def test_patches_fill_the_window_evenly_from_its_start_to_its_end():
    starts = np.array(grid.patch_starts())
    n_frames = 1 + (32 * 16_000 - 400) // 160
    assert starts[0] == 0
    assert starts[-1] + 96 == n_frames == grid.WINDOW_FRAMES
    assert set(np.diff(starts)) <= {43, 44}
