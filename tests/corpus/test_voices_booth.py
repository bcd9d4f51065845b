"""Laws of the booth: what it lets through, how it rings, and that it is no label."""

from dataclasses import replace

import numpy as np

from mrcmv.corpus.voices.booth import BAND_HZ, Booth, banded, draw_booth, heard_in
from mrcmv.corpus.voices.speaker import RATE_HZ
from mrcmv.types import Sound

RNG = np.random.default_rng(0)
NOISE = RNG.normal(0, 0.05, 2 * RATE_HZ).astype(np.float32)
DRY = Booth(room_s=0.0, room_db=-120.0)


def level_db(samples, low_hz, high_hz):
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    frequency = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return 10 * np.log10(spectrum[(frequency >= low_hz) & (frequency < high_hz)].mean())


def test_what_lies_outside_the_band_dies_and_inside_stays():
    booth = replace(DRY, low_cut_hz=300.0, high_cut_hz=3400.0, slope=8)
    heard = heard_in(booth, NOISE)
    inside = level_db(heard, 500, 3000)
    assert abs(inside - level_db(NOISE, 500, 3000)) < 0.5
    assert level_db(heard, 50, 180) < inside - 25
    assert level_db(heard, 6000, 20000) < inside - 35


def test_the_same_booth_gives_the_same_samples_and_another_seed_another_room():
    booth = Booth(noise_db=-50.0)
    np.testing.assert_array_equal(heard_in(booth, NOISE), heard_in(booth, NOISE))
    assert not np.array_equal(heard_in(booth, NOISE), heard_in(replace(booth, seed=8), NOISE))


def test_a_click_rings_for_the_time_of_the_room():
    click = np.zeros(RATE_HZ, np.float32)
    click[0] = 1.0
    for room_s in (0.2, 0.6):
        heard = heard_in(replace(DRY, room_s=room_s, room_db=0.0), click)
        early, late = np.array([0.1, 0.8]) * room_s * RATE_HZ
        block = RATE_HZ // 50
        fall_db = 10 * np.log10(
            np.mean(heard[int(early) : int(early) + block] ** 2)
            / np.mean(heard[int(late) : int(late) + block] ** 2)
        )
        assert abs(fall_db - 60 * 0.7) < 6


def test_silence_is_filled_with_noise_of_its_level_and_stays_silent_without():
    silence = np.zeros(RATE_HZ, np.float32)
    booth = replace(DRY, low_cut_hz=20.0, high_cut_hz=23000.0, noise_db=-40.0)
    assert abs(10 * np.log10(np.mean(heard_in(booth, silence) ** 2)) + 40) < 3
    assert not heard_in(DRY, silence).any()


def test_gain_is_the_level():
    loud = heard_in(replace(DRY, level_db=6.0), NOISE)
    np.testing.assert_allclose(loud, heard_in(DRY, NOISE) * 10 ** (6 / 20), rtol=1e-5)


def test_drawn_booths_differ_and_none_is_wider_than_what_all_sources_have():
    booths = [draw_booth(np.random.default_rng(seed)) for seed in range(200)]
    assert all(booth.high_cut_hz <= BAND_HZ for booth in booths)
    narrow = np.mean([booth.high_cut_hz < 4000 for booth in booths])
    assert 0.08 < narrow < 0.25
    assert len({booth.seed for booth in booths}) == 200
    assert draw_booth(np.random.default_rng(3)) == draw_booth(np.random.default_rng(3))


def test_a_banded_voice_is_whole_up_to_the_band_and_nothing_above():
    heard = banded(Sound(NOISE[np.newaxis], RATE_HZ)).mono
    assert heard.shape == NOISE.shape
    assert abs(level_db(heard, 100, 6000) - level_db(NOISE, 100, 6000)) < 0.2
    assert level_db(heard, 7100, 24000) < level_db(NOISE, 7100, 24000) - 60
