"""Hand-made numbers follow what they are named after."""

import numpy as np
import pytest

from mrcmv.corpus.checks import music, picture, voice
from mrcmv.corpus.checks.voice import course
from mrcmv.types import Sound

RATE_HZ = 16_000


def spoken(
    pitch_hz=120.0, syllables_hz=4.0, gain=0.1, bright=1.0, seconds=32.0, glide=0.0, loud=None
):
    """A voice-like buzz in phrases of 3 s with pauses of 1 s, its syllables as swells."""
    times_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitch = pitch_hz * 2 ** (glide * np.sin(2 * np.pi * 0.7 * times_s) / 12)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    gains = {k: (bright if k * pitch_hz > 1000 else 1.0) / k for k in range(1, 30)}
    buzz = sum(own * np.sin(k * phase) for k, own in gains.items())
    swell = 0.55 - 0.45 * np.cos(2 * np.pi * syllables_hz * times_s)
    level = np.ones_like(times_s) if loud is None else np.interp(times_s, *loud)
    mono = gain * buzz * swell * level * (times_s % 4.0 < 3.0)
    return Sound(mono.astype(np.float32)[None], RATE_HZ)


def of_voice(sound):
    return dict(zip(voice.NAMES, voice.statistics(sound).tolist(), strict=True))


def test_a_higher_voice_is_told_in_semitones():
    low, high = of_voice(spoken(pitch_hz=110)), of_voice(spoken(pitch_hz=220))
    assert high["pitch_st"] - low["pitch_st"] == pytest.approx(12.0, abs=0.3)


def test_a_livelier_melody_spreads_the_pitch():
    flat, lively = of_voice(spoken(glide=0.3)), of_voice(spoken(glide=3.0))
    assert lively["pitch_spread_st"] > 3 * flat["pitch_spread_st"]
    assert lively["pitch_movement_st_s"] > 3 * flat["pitch_movement_st_s"]


def test_more_syllables_are_counted_per_second_of_speech():
    for rate_hz in (3.0, 6.0):
        told = of_voice(spoken(syllables_hz=rate_hz))
        assert told["syllables_hz"] == pytest.approx(rate_hz, abs=0.6)


def test_a_strained_voice_has_more_tilt_and_pauses_are_no_speech():
    plain, strained = of_voice(spoken()), of_voice(spoken(bright=4.0))
    assert strained["tilt_db"] > plain["tilt_db"] + 6
    assert plain["speech_share"] == pytest.approx(0.75, abs=0.05)


def test_gain_changes_no_number_of_a_voice():
    np.testing.assert_allclose(
        voice.statistics(spoken(gain=0.2)), voice.statistics(spoken(gain=0.02)), atol=0.02
    )


def test_the_course_says_where_a_voice_is_louder():
    told = of_voice(spoken(loud=([0, 15.9, 16.1, 32], [0.3, 0.3, 1.0, 1.0])))
    assert told["level_1"] < 0 < told["level_4"]
    assert told["level_3"] == pytest.approx(told["level_4"], abs=1.0)


def test_silence_says_nothing():
    assert np.isnan(voice.statistics(Sound(np.zeros((1, 99_000), np.float32), RATE_HZ))).all()


def test_a_course_of_a_quarter_without_anything_is_level():
    counts = np.array([True] * 6 + [False] * 2)
    np.testing.assert_allclose(
        course(np.array([0, 0, 1, 1, 2, 2, 9, 9], np.float32), counts), [-1, 0, 1, 0]
    )


def clicks(every_s, seconds=32.0):
    """Short bursts at an even pace over a soft hum."""
    n = round(seconds * music.RATE_HZ)
    rng = np.random.default_rng(0)
    mono = 0.01 * np.sin(2 * np.pi * 200 * np.arange(n) / music.RATE_HZ)
    burst = rng.normal(size=600) * np.exp(-np.arange(600) / 150)
    for start in range(0, n - 600, round(every_s * music.RATE_HZ)):
        mono[start : start + 600] += 0.3 * burst
    return mono.astype(np.float32)


def of_music(mono):
    return dict(zip(music.NAMES, music.statistics(mono).tolist(), strict=True))


def test_faster_clicks_have_more_onsets_and_a_faster_pulse():
    slow, fast = of_music(clicks(0.8)), of_music(clicks(0.4))
    assert slow["onsets_hz"] == pytest.approx(1.25, abs=0.15)
    assert fast["onsets_hz"] == pytest.approx(2.5, abs=0.2)
    assert fast["pulse_octaves"] == pytest.approx(np.log2(0.4), abs=0.1)
    assert fast["flux"] > slow["flux"]


def test_noise_has_less_pulse_than_clicks():
    noise = np.random.default_rng(1).normal(size=32 * music.RATE_HZ).astype(np.float32)
    assert of_music(noise)["pulse"] < 0.3 < of_music(clicks(0.5))["pulse"]


def test_brighter_noise_has_a_higher_centroid():
    noise = np.random.default_rng(1).normal(size=32 * music.RATE_HZ).astype(np.float32)
    dark = np.convolve(noise, np.ones(16) / 16, "same").astype(np.float32)
    bright, dull = of_music(noise), of_music(dark)
    for name in ("centroid_octaves", "rolloff_octaves", "high_db"):
        assert bright[name] > dull[name] + 0.5, name
    assert bright["low_db"] < dull["low_db"]


def test_gain_changes_no_number_of_music():
    np.testing.assert_allclose(
        music.statistics(clicks(0.5)), music.statistics(0.1 * clicks(0.5)), atol=0.05
    )


def test_music_that_grows_has_a_rising_course():
    told = of_music(clicks(0.5) * np.linspace(0.1, 1.0, 32 * music.RATE_HZ, dtype=np.float32))
    assert told["level_1"] < told["level_2"] < told["level_3"] < told["level_4"]


def film(n=128, step=0, light=60, seed=0, tint=(1.0, 1.0, 1.0)):
    """A noisy texture that moves by `step` pixels a picture. Shape: (n, 36, 64, 3)."""
    texture = np.random.default_rng(seed).uniform(0.5, 1.5, (36, 64))
    pictures = np.stack([np.roll(texture, step * number, axis=1) for number in range(n)])
    return np.clip(light * pictures[..., None] * np.array(tint), 0, 255).astype(np.uint8)


def of_picture(frames):
    return dict(zip(picture.NAMES, picture.statistics(frames).tolist(), strict=True))


def test_what_moves_more_has_more_motion():
    still, moving = of_picture(film()), of_picture(film(step=3))
    assert moving["motion_db"] > still["motion_db"] + 10
    assert still["motion_still_share"] == 1.0


def test_flashes_light_and_colour_are_told():
    lit = film()
    lit[::8] = 255
    assert of_picture(lit)["flash_high_db"] > of_picture(film())["flash_high_db"] + 20
    assert of_picture(film(light=120))["light"] > of_picture(film())["light"]
    grey, red = of_picture(film(light=120)), of_picture(film(light=120, tint=(1.0, 0.3, 0.3)))
    assert grey["red_share"] == grey["colourfulness"] == 0.0
    assert red["red_share"] > 0.8
    assert red["colourfulness"] > 0.1


def test_motion_late_in_the_clip_is_told_by_the_course():
    told = of_picture(np.concatenate([film(64), film(64, step=3)]))
    assert told["motion_1"] < 0 < told["motion_4"]


def test_a_short_take_is_repeated():
    short = film(40, step=1)
    again = short[np.arange(128) % 40]
    np.testing.assert_array_equal(picture.statistics(short), picture.statistics(again))


def test_hashes_survive_light_and_noise_and_tell_pictures_apart():
    rng = np.random.default_rng(0)
    noisy = np.clip(0.8 * film(step=1) + rng.normal(0, 3, (128, 36, 64, 3)), 0, 255)
    own, same = picture.hashes(film(step=1)), picture.hashes(noisy.astype(np.uint8))
    other = picture.hashes(film(step=1, seed=5))
    assert own.shape == (32, 64)
    assert (own != same).mean() < 0.08
    assert (own != other).mean() > 0.3
