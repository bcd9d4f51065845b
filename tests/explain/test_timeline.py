"""Where tokens lie on the clip's seconds."""

import numpy as np
import pytest

from mrcmv.explain.timeline import Timeline
from mrcmv.inputs import frame_times_s
from mrcmv.model import grid
from mrcmv.types import Span

LONG, SHORT = Timeline(10.0, 32.0), Timeline(0.0, 12.5)


def test_picture_tokens_stand_where_their_frames_were_taken():
    for line, duration_s in ((LONG, 60.0), (SHORT, 12.5)):
        window = Span(line.start_s, line.start_s + line.length_s)
        taken = np.array(frame_times_s(window, duration_s))
        assert line.picture_times_s[~line.is_slow] == pytest.approx(taken, abs=1e-4)
        assert line.picture_times_s[line.is_slow] == pytest.approx(
            taken[grid.slow_indices()], abs=1e-4
        )


def test_fast_and_slow_are_kept_apart():
    assert LONG.is_slow.sum() == 8
    assert np.array_equal(np.sort(LONG.picture_seconds[LONG.is_slow]), LONG.slow_seconds)
    assert len(LONG.fast_seconds) == 64


def test_seconds_are_those_of_the_times():
    for line in (LONG, SHORT):
        for seconds, times_s in (
            (line.picture_seconds, line.picture_times_s),
            (line.voice_seconds, line.voice_times_s),
        ):
            assert np.array_equal(seconds, np.floor(times_s - line.start_s + 1e-4).astype(int))
    assert (LONG.n_seconds, SHORT.n_seconds) == (32, 13)


def test_what_lies_on_tokens_is_kept_when_it_is_added_up_by_second():
    rng = np.random.default_rng(0)
    for line in (LONG, SHORT, Timeline(0.0, 0.4)):
        of_tokens = rng.random(72).astype(np.float32)
        for summed in (line.picture_by_second(of_tokens), line.voice_by_second(of_tokens)):
            assert summed.shape == (line.n_seconds,)
            assert summed.sum() == pytest.approx(of_tokens.sum(), rel=1e-5)


def test_a_sounds_token_is_spread_over_what_it_hears():
    one = np.zeros(72, np.float32)
    one[0] = 1.0  # hears 0 to 0.96 s
    assert LONG.voice_by_second(one)[0] == pytest.approx(1.0)
    one = np.roll(one, 2)  # from 0.87 s on
    spread = LONG.voice_by_second(one)
    assert spread[:2] == pytest.approx([0.12, 0.88], abs=0.02)


def test_a_repeated_clips_second_has_all_of_its_copies():
    assert SHORT.repeats == pytest.approx(2.56)
    copies = np.flatnonzero(SHORT.fast_seconds == 3)
    assert np.array_equal(copies, [6, 7, 31, 32, 56, 57])


def test_a_window_that_is_none_is_refused():
    for length_s in (0.0, 33.0, float("nan")):
        with pytest.raises(ValueError, match="lasts up to 32 s"):
            Timeline(0.0, length_s)
