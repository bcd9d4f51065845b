"""Laws of the meter and of the limiter."""

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from mrcmv.mixing import limiter, meter


def tone(hz: float, level_dbfs: float, seconds: float = 3.0, phase: float = 0.0):
    time_s = np.arange(int(seconds * meter.RATE_HZ)) / meter.RATE_HZ
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * time_s + phase)
    return np.tile(wave, (2, 1)).astype(np.float32)


def noise(seconds: float, seed: int = 0, level: float = 0.1):
    """Noise with the colour of music and a swell, so that gates and peaks matter."""
    n_samples = int(seconds * meter.RATE_HZ)
    white = np.random.default_rng(seed).standard_normal((2, n_samples))
    coloured = signal.lfilter([1], [1, -0.95], white, axis=1) * 0.3
    swell = 0.05 + np.sin(np.linspace(0, 9, n_samples)) ** 4
    return (level * coloured * swell).astype(np.float32)


def measured(samples):
    powers = meter.block_powers(part for _, part in meter.slices(samples))
    peaks = meter.sample_peaks(part for _, part in meter.slices(samples))
    return powers, meter.true_peaks(samples, peaks, 0.0)


def limited(samples, target_lufs, ceiling_db):
    out = samples.copy()
    powers, peaks = measured(samples)
    gain_db = limiter.gain_to(target_lufs, powers, peaks, ceiling_db)
    gains = limiter.gains_at(gain_db, peaks, ceiling_db)
    limiter.apply_gains(out, gains)
    return out, gains


def test_meter_reads_the_standards_calibration_tone():
    # EBU Tech 3341, test 1: a stereo sine of 1 kHz at -23 dBFS reads -23.0 ± 0.1 LUFS.
    assert meter.loudness_of(tone(1000, -23.0, 20.0)) == pytest.approx(-23.0, abs=0.1)


def test_meter_agrees_with_another_one_to_a_tenth():
    for seed in range(3):
        sound = noise(13.3, seed)
        other = pyloudnorm.Meter(meter.RATE_HZ).integrated_loudness(sound.T.astype(float))
        assert meter.loudness_of(sound) == pytest.approx(other, abs=0.1)


def test_loudness_does_not_depend_on_how_the_sound_is_sliced():
    sound = noise(7.0)
    whole = meter.block_powers([sound])
    parts = meter.block_powers(part for _, part in meter.slices(sound, 1))
    np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-15)


def test_silence_and_very_short_sounds_have_no_loudness():
    assert meter.loudness_of(np.zeros((2, 48_000), np.float32)) == -np.inf
    assert meter.loudness_of(tone(440, -6, 0.3)) == -np.inf
    assert meter.true_peak_dbtp(np.zeros((2, 480), np.float32)) == -np.inf


def test_true_peak_sees_what_lies_between_the_samples():
    # A quarter of the rate at 45 degrees: every sample lies 3 dB under the wave's crest.
    steady = tone(12_000, -6.0, 1.0, np.pi / 4) * np.hanning(48_000).astype(np.float32)
    assert 20 * np.log10(np.abs(steady).max()) == pytest.approx(-9.01, abs=0.05)
    assert meter.true_peak_dbtp(steady) == pytest.approx(-6.0, abs=0.15)


def test_true_peak_equals_oversampling_everything():
    for seed in range(3):
        sound = noise(2.02, seed)
        everything = np.abs(signal.resample_poly(sound, 4, 1, axis=1)).max()
        assert meter.true_peak_dbtp(sound) == pytest.approx(20 * np.log10(everything), abs=0.02)


def test_peaks_stand_in_their_own_block():
    sound = np.zeros((2, 48 * 3000), np.float32)
    sound[1, 48 * 1234 + 20] = 0.5
    _, peaks = measured(sound)
    assert int(np.argmax(peaks)) == 1234
    assert peaks.max() == pytest.approx(0.5, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-30, -5), st.floats(-6, -1))
def test_nothing_passes_the_ceiling(seed, target_lufs, ceiling_db):
    out, _ = limited(noise(1.5, seed, 0.3), target_lufs, ceiling_db)
    assert meter.true_peak_dbtp(out) <= ceiling_db + 0.05


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-30, -5))
def test_limiter_never_takes_more_than_it_may(seed, target_lufs):
    _, gains = limited(noise(1.5, seed, 0.3), target_lufs, -1.0)
    assert gains.max() - gains.min() <= limiter.MAX_REDUCTION_DB + 1e-6


def test_reachable_target_is_met():
    out, _ = limited(noise(8.0), -20.0, -1.0)
    assert meter.loudness_of(out) == pytest.approx(-20.0, abs=0.05)


def test_target_is_met_even_where_the_limiter_works():
    out, gains = limited(noise(8.0), -16.0, -6.0)
    assert gains.max() - gains.min() > 1.0
    assert meter.loudness_of(out) == pytest.approx(-16.0, abs=0.1)


def test_ceiling_wins_over_a_target_out_of_reach():
    clicks = np.zeros((2, 48_000 * 4), np.float32)
    clicks[:, ::24_000] = 0.5
    out, _ = limited(clicks, -6.0, -1.0)
    assert meter.true_peak_dbtp(out) <= -1.0 + 0.05
    assert meter.loudness_of(out) < -15.0


def test_limiter_leaves_alone_what_is_under_the_ceiling():
    peaks_db = np.full(1000, -20.0)
    assert (limiter.reduction_db(peaks_db, -1.0) == 0).all()


def test_limiter_is_down_before_a_peak_and_up_again_after_it():
    peaks_db = np.full(1000, -20.0)
    peaks_db[500] = 3.0
    down = limiter.reduction_db(peaks_db, -1.0)
    assert down[499:502] == pytest.approx([4.0] * 3, abs=0.2)
    assert down[500] >= 4.0 - 1e-6
    assert (down[:485] == 0).all()
    assert (down[620:] == 0).all()
    assert np.abs(np.diff(down)).max() < 1.0


def test_no_target_leaves_the_loudness():
    sound = noise(4.0)
    out, gains = limited(sound, None, -1.0)
    assert (gains == 0).all()
    np.testing.assert_array_equal(out, sound)


def test_gains_can_be_taken_back():
    sound = noise(3.0)
    out, gains = limited(sound, -16.0, -3.0)
    limiter.apply_gains(out, -gains)
    np.testing.assert_allclose(out, sound, rtol=1e-5, atol=1e-7)
