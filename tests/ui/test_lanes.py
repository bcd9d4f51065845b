"""What the time line is given."""

import base64
import io
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from mrcmv.types import Curve, Frames, Sound, Stems
from mrcmv.ui import lanes
from tests.ui.fakes import sound


@given(arrays(np.float32, (2, 700), elements=st.floats(-1, 1, width=32)), st.integers(1, 60))
def test_peaks_are_the_largest_magnitude_of_each_stretch(samples, n):
    edges = [700 * i // n for i in range(n + 1)]
    slow = [max(abs(float(x)) for x in samples[:, a:b].flat) for a, b in pairwise(edges)]
    assert np.allclose(lanes.peaks(Sound(samples, 700), n), slow)


def test_silence_and_nothing_have_no_peaks():
    assert not lanes.peaks(Sound(np.zeros((2, 0), np.float32), 48000)).any()
    assert lanes.drawn(np.zeros(3, np.float32), 0.0) == [0, 0, 0]


@given(arrays(np.float32, 40, elements=st.floats(-120, 12, width=32)))
def test_a_louder_gain_is_never_drawn_lower(values):
    heights = lanes.gain_heights(Curve(values, 4.0), 10.0, 40)
    drawn = np.interp((np.arange(40) + 0.5) / 4.0, np.arange(40) / 4.0, values)
    order = np.argsort(drawn)
    assert (np.diff(np.asarray(heights)[order]) >= 0).all()
    assert min(heights) >= 0
    assert max(heights) == 92


def test_a_silent_gain_curve_is_drawn_without_infinities():
    silent = Curve(np.array([-np.inf, 0.0], np.float32), 1.0)
    assert min(lanes.gain_heights(silent, 2.0)) == 0


def test_the_film_strip_holds_its_frames_in_order():
    images = np.stack([np.full((90, 160, 3), 80 * i, np.uint8) for i in range(3)])
    made = lanes.strip(Frames(images, np.arange(3, dtype=np.float32)))
    assert made is not None
    assert made["n"] == 3
    sheet = Image.open(io.BytesIO(base64.b64decode(made["src"].split(",")[1])))
    assert sheet.size == (3 * 128, 72)
    greys = [sheet.convert("L").getpixel((64 + 128 * i, 36)) for i in range(3)]
    assert np.allclose(greys, [0, 80, 160], atol=4)


def test_no_frames_no_strip():
    empty = Frames(np.zeros((0, 90, 160, 3), np.uint8), np.zeros(0, np.float32))
    assert lanes.strip(empty) is None


def test_music_that_nobody_would_hear_has_no_lane(fake, place):
    decoded = fake.decode(fake.open(place.uploads / "clip.mp4"))
    for level, has_lane in ((0.05, True), (0.0005, False), (0.0, False)):
        stems = Stems(sound(0.1), music=sound(level), effects=sound(0.1), speech=())
        shown = {lane["id"] for lane in lanes.known(decoded, stems)["lanes"]}
        assert shown == {"voice", "effects"} | ({"music"} if has_lane else set())
