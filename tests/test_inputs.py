"""A clip or a track → tensors: the paper's sampling, against slow twins."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mrcmv import inputs, media
from mrcmv.errors import MediaError
from mrcmv.model import grid, vggish
from mrcmv.types import Frames, Sound, Span

durations_s = st.floats(1.0, 700.0)


@given(durations_s, st.floats(0.0, 1.0, exclude_max=True))
def test_window_lies_inside_the_clip_and_lasts_32_s_or_all_of_it(duration_s, share):
    window = inputs.clip_window(duration_s, share * duration_s)
    assert window.start_s >= 0
    assert window.end_s <= duration_s + 1e-9
    assert window.duration_s == pytest.approx(min(32.0, duration_s))


def test_window_starts_at_the_offset_while_32_s_are_left():
    assert inputs.clip_window(100.0, 12.5) == Span(12.5, 44.5)
    assert inputs.clip_window(100.0) == Span(0.0, 32.0)
    assert inputs.clip_window(100.0, 90.0) == Span(68.0, 100.0)
    assert inputs.clip_window(20.0, 7.0) == Span(0.0, 20.0)


@pytest.mark.parametrize("offset_s", [-0.1, 40.0, 1e9, float("nan"), float("inf")])
def test_offset_outside_of_the_clip_is_refused_in_words(offset_s):
    with pytest.raises(MediaError, match=r"the clip lasts 40\.0 s"):
        inputs.clip_window(40.0, offset_s)


@given(durations_s, st.floats(0.0, 1.0, exclude_max=True))
def test_frame_times_are_64_inside_of_the_window(duration_s, share):
    window = inputs.clip_window(duration_s, share * duration_s)
    times_s = inputs.frame_times_s(window, duration_s)
    assert len(times_s) == 64
    assert all(window.start_s <= time_s < window.end_s + 1e-9 for time_s in times_s)


@given(st.floats(1.0, 31.9))
def test_short_clip_is_repeated_until_the_window_is_full(duration_s):
    expected = []
    for i in range(64):
        time_s = 0.25 + 0.5 * i
        while time_s >= duration_s:
            time_s -= duration_s
        expected.append(time_s)
    times_s = inputs.frame_times_s(inputs.clip_window(duration_s, 0.0), duration_s)
    apart_s = np.abs(np.array(times_s) - expected)
    assert np.minimum(apart_s, duration_s - apart_s).max() < 1e-9


def test_frame_times_of_a_long_clip_start_with_the_window():
    times_s = inputs.frame_times_s(Span(10.0, 42.0), 60.0)
    assert times_s == [10.25 + 0.5 * i for i in range(64)]


def frames(height: int, width: int, n: int = 64) -> Frames:
    rng = np.random.default_rng(height * width)
    images = rng.integers(0, 256, (n, height, width, 3), dtype=np.uint8)
    return Frames(images, np.zeros(n, np.float32))


@pytest.mark.parametrize(("height", "width"), [(256, 455), (455, 256), (256, 256), (256, 301)])
def test_pictures_at_scale_equal_the_slow_twin(height, width):
    given_frames = frames(height, width)
    fast, slow = inputs.picture_tensors(given_frames)
    assert fast.shape == (3, 64, 224, 224)
    assert slow.shape == (3, 8, 224, 224)
    top, left = (height - 224) // 2, (width - 224) // 2
    rng = np.random.default_rng(0)
    for _ in range(200):
        channel, t, y, x = (int(rng.integers(n)) for n in (3, 64, 224, 224))
        value = given_frames.images[t, top + y, left + x, channel] / 255
        assert float(fast[channel, t, y, x]) == pytest.approx((value - 0.45) / 0.225, abs=1e-5)


def test_slow_frames_are_those_fast_frames_that_the_grid_names():
    fast, slow = inputs.picture_tensors(frames(256, 256))
    for k, index in enumerate(grid.slow_indices()):
        assert torch.equal(slow[:, k], fast[:, index])


@pytest.mark.parametrize(("height", "width"), [(90, 160), (17, 33), (240, 135)])
def test_small_pictures_are_brought_to_scale_and_keep_their_colour(height, width):
    images = np.broadcast_to(np.uint8([250, 128, 3]), (64, height, width, 3)).copy()
    fast, _ = inputs.picture_tensors(Frames(images, np.zeros(64, np.float32)))
    assert fast.shape == (3, 64, 224, 224)
    expected = (torch.tensor([250, 128, 3]) / 255 - 0.45) / 0.225
    assert torch.allclose(fast.mean(dim=(1, 2, 3)), expected, atol=1e-4)
    assert float(fast.std(dim=(1, 2, 3)).max()) < 1e-3


def test_crop_is_the_middle_whatever_the_scale():
    images = np.zeros((64, 128, 200, 3), np.uint8)
    images[:, :, 100:] = 255
    fast, _ = inputs.picture_tensors(Frames(images, np.zeros(64, np.float32)))
    row = fast[0, 0, 112]
    assert float(row[:108].max()) < -1.9
    assert float(row[116:].min()) > 2.4


def test_other_numbers_of_frames_are_refused():
    with pytest.raises(ValueError, match="expected 64 frames, got 8"):
        inputs.picture_tensors(frames(256, 256, 8))


def noise(duration_s: float, rate_hz: int = 16_000, n_channels: int = 2) -> Sound:
    rng = np.random.default_rng(7)
    n = round(duration_s * rate_hz)
    return Sound(rng.standard_normal((n_channels, n)).astype(np.float32) * 0.1, rate_hz)


def slow_patches(mono: np.ndarray) -> torch.Tensor:
    """Repeat, then cut 0.975 s for each patch and compute its 96 frames apart from the others."""
    repeated = list(mono)
    while len(repeated) < 32 * 16_000:
        repeated.extend(mono)
    samples = torch.tensor(repeated[: 32 * 16_000])
    cut = []
    for i in range(72):
        first = 160 * round(i * 3102 / 71)
        cut.append(vggish.log_mel(samples[first : first + 95 * 160 + 400]))
    return torch.stack(cut)


@pytest.mark.parametrize("duration_s", [32.0, 40.0, 13.7, 1.0])
def test_sound_patches_equal_the_slow_twin(duration_s):
    sound = noise(duration_s)
    patches = inputs.sound_patches(sound)
    assert patches.shape == (72, 96, 64)
    assert patches.dtype == torch.float32
    expected = slow_patches((sound.samples[0] + sound.samples[1]) / 2)
    assert torch.allclose(patches, expected, atol=1e-4)


@pytest.mark.parametrize("rate_hz", [48_000, 44_100])
def test_patches_do_not_depend_on_the_rate_that_the_sound_came_at(rate_hz):
    def tone(rate_hz: int) -> Sound:
        time_s = np.arange(32 * rate_hz) / rate_hz
        wave = 0.3 * np.sin(2 * np.pi * (300 + 40 * time_s) * time_s)
        return Sound(wave[None].astype(np.float32), rate_hz)

    apart = inputs.sound_patches(tone(rate_hz)) - inputs.sound_patches(tone(16_000))
    assert float(apart.abs().mean()) < 0.01


def test_a_click_appears_in_the_patches_whose_time_it_lies_in():
    samples = np.zeros((1, 32 * 16_000), np.float32)
    samples[0, 16_000 * 20] = 1.0
    patches = inputs.sound_patches(Sound(samples, 16_000))
    heard = patches.amax(dim=(1, 2)) > patches.min() + 0.5
    near = np.abs(grid.sound_token_times_s() - 20.0) < grid.PATCH_S / 2
    assert heard.tolist() == near.tolist()


def test_a_sound_without_samples_is_refused():
    with pytest.raises(ValueError, match="without samples"):
        inputs.sound_patches(Sound(np.zeros((2, 0), np.float32), 48_000))


def test_window_sound_is_the_window_padded_to_its_length():
    sound = noise(10.0)
    part = inputs.window_sound(sound, Span(2.0, 5.0))
    assert np.array_equal(part.samples, sound.samples[:, 32_000:80_000])
    padded = inputs.window_sound(sound, Span(8.0, 12.0))
    assert padded.samples.shape == (2, 64_000)
    assert not padded.samples[:, 32_000:].any()
    assert inputs.window_sound(sound, Span(20.0, 21.0)).samples.shape == (2, 16_000)


def test_voices_are_heard_at_one_loudness_whatever_their_level():
    rng = np.random.default_rng(0)
    said = (0.1 * rng.standard_normal((1, 48_000 * 4))).astype(np.float32)
    quiet, loud = (inputs.levelled(Sound(said * gain, 48_000)) for gain in (0.05, 2.0))
    assert quiet.rate_hz == loud.rate_hz == inputs.VOICE_HZ
    np.testing.assert_allclose(quiet.samples, loud.samples, atol=1e-4)
    assert media.loudness_lufs(loud) == pytest.approx(inputs.VOICE_LUFS, abs=0.3)
    silent = inputs.levelled(Sound(np.zeros((1, 48_000), np.float32), 48_000))
    assert not silent.samples.any()
