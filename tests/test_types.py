"""Where windows lie, and what stems and sounds derive from themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrcmv.types import Curve, Sound, Span, Stems, track_windows


@given(st.floats(0.5, 900.0))
def test_track_windows_are_32_s_every_8_s_as_long_as_they_fit(duration_s):
    windows = track_windows(duration_s)
    if duration_s <= 32:
        assert windows == (Span(0.0, duration_s),)
        return
    starts_s = []
    start_s = 0.0
    while start_s + 32 <= duration_s + 1e-6:
        starts_s.append(start_s)
        start_s += 8.0
    assert [window.start_s for window in windows] == starts_s
    assert all(window.duration_s == 32 for window in windows)


def test_mono_is_the_mean_of_the_channels():
    sound = Sound(np.array([[1.0, 0.0], [0.0, -1.0]], np.float32), 2)
    assert sound.mono.tolist() == [0.5, -0.5]
    assert sound.duration_s == 1.0


def test_stems_name_only_what_is_there():
    one = Sound(np.zeros((2, 4), np.float32), 4)
    stems = Stems(None, rest=one, speech=(Span(0.0, 1.5), Span(3.0, 4.0)))
    assert list(stems.present) == ["rest"]
    assert stems.speech_s == 2.5


def test_a_curve_starts_where_it_says():
    curve = Curve(np.zeros(3, np.float32), rate_hz=2.0, start_s=10.0)
    assert curve.times_s == pytest.approx([10.0, 10.5, 11.0])
