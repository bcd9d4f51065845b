"""A new picture where the old one cannot be kept: right size, right moment, right length."""

import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.settings import Settings
from mrcmv.types import Sound, Span


def levels_at(path, times_s):
    """Grey of the middle of the picture at each time."""
    found = media.probe(path, Settings())
    images = media.read_clip(found, Span(0, found.duration_s), times_s).frames.images
    return images[:, images.shape[1] // 2, images.shape[2] // 2].mean(axis=1)


SOURCES = [
    ("a.avi", {"codec": "mpeg4"}),
    ("a.mp4", {"codec": "libx265"}),
    ("a.webm", {"codec": "libvpx", "size": (65, 47)}),
    ("a.mp4", {"rotation_deg": 90}),
    ("a.mkv", {"start_s": 2.0}),
    ("a.mkv", {"times_s": [0, 0.1, 0.5, 0.51, 0.9, 1.3, 1.9]}),
]


@pytest.mark.parametrize(("name", "parts"), SOURCES)
def test_browsers_play_the_result_and_it_shows_the_same_at_the_same_time(
    name, parts, clip, tmp_path
):
    found = clip(name, **parts)
    media.recode(found, tmp_path / "out.mp4")
    made = media.probe(tmp_path / "out.mp4", Settings())
    assert media.browser_plays(made)
    assert (made.container, made.video_codec, made.pixel_format) == ("mp4", "h264", "yuv420p")
    assert (made.width, made.height) == (found.width // 2 * 2, found.height // 2 * 2)
    assert made.duration_s == pytest.approx(found.duration_s, abs=0.6 / made.fps)
    assert not made.has_sound
    moments = [0.05, 0.72, 1.05, 1.65]
    before, after = levels_at(found.path, moments), levels_at(made.path, moments)
    np.testing.assert_allclose(before, after, atol=10)


def test_a_cut_begins_and_ends_where_it_was_asked(clip, tone, tmp_path):
    found = clip("a.mp4", n=100, tones=(tone(start_s=1.5, duration_s=1.0),))
    media.recode(found, tmp_path / "out.mp4", cut=Span(1.2, 2.8))
    made = media.probe(tmp_path / "out.mp4", Settings())
    assert made.duration_s == pytest.approx(1.6, abs=0.03)
    before = levels_at(found.path, [1.21, 2.0, 2.7])
    np.testing.assert_allclose(levels_at(made.path, [0.01, 0.8, 1.5]), before, atol=6)
    heard = np.flatnonzero(np.abs(media.read_sound(made.path).mono) > 0.1) / 48000
    assert (heard[0], heard[-1]) == (
        pytest.approx(0.3, abs=0.03),
        pytest.approx(1.3, abs=0.03),
    )


def test_loops_repeat_picture_and_sound(clip, tone, tmp_path):
    found = clip("a.mp4", tones=(tone(start_s=0.5, duration_s=0.4),))
    media.recode(found, tmp_path / "out.mp4", loops=3)
    made = media.probe(tmp_path / "out.mp4", Settings())
    assert made.duration_s == pytest.approx(6.0, abs=0.02)
    levels = levels_at(made.path, [0.5, 2.5, 4.5])
    np.testing.assert_allclose(levels, levels[0], atol=5)
    mono = np.abs(media.read_sound(made.path).mono)
    for turn in range(3):
        begin = turn * 96000
        assert mono[begin + 26_000 : begin + 40_000].max() > 0.2
        assert mono[begin : begin + 20_000].max() < 0.02


def test_a_soundtrack_of_ones_own_starts_with_the_result(clip, tmp_path):
    time_s = np.arange(48000) / 48000
    wave = np.sin(2 * np.pi * 1000 * time_s) * (time_s < 0.5)
    media.write_sound(Sound(wave[None].astype(np.float32), 48000), tmp_path / "s.wav")
    media.recode(clip("a.mp4"), tmp_path / "out.mp4", tmp_path / "s.wav", Span(0.5, 2.0))
    sound = media.read_sound(tmp_path / "out.mp4")
    heard = np.flatnonzero(np.abs(sound.mono) > 0.3) / 48000
    assert (heard[0], heard[-1]) == (pytest.approx(0, abs=0.01), pytest.approx(0.5, abs=0.01))
    assert sound.duration_s == pytest.approx(1.5, abs=0.03)


@pytest.mark.parametrize("cut", [Span(5, 6), Span(1, 1), Span(2, 1)])
def test_a_cut_outside_the_clip_is_refused(cut, clip, tmp_path):
    with pytest.raises(MediaError, match="cut lies outside"):
        media.recode(clip("a.mp4"), tmp_path / "out.mp4", cut=cut)


def test_nothing_is_printed_and_nothing_is_left_beside_the_result(clip, tmp_path, capfd):
    found = clip("a.mp4")
    capfd.readouterr()
    media.recode(found, tmp_path / "out.mp4")
    assert capfd.readouterr() == ("", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "out.mp4"]


def test_a_failed_recode_leaves_nothing(clip, tmp_path):
    found = clip("a.mp4")
    found.path.write_bytes(b"")
    with pytest.raises(MediaError):
        media.recode(found, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
