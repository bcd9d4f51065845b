"""Loudness and true peak, as BS.1770-4 defines them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import resample

from mrcmv import media
from mrcmv.types import Sound


def sine(hz, amplitude=1.0, rate_hz=48000, duration_s=3.0, n_channels=2, phase=0.0):
    time_s = np.arange(round(rate_hz * duration_s)) / rate_hz
    wave = amplitude * np.sin(2 * np.pi * hz * time_s + phase)
    return Sound(np.tile(wave.astype(np.float32), (n_channels, 1)), rate_hz)


def test_a_full_scale_997_hz_sine_in_one_channel_reads_minus_3_01():
    """The standard's own calibration."""
    assert media.loudness_lufs(sine(997, n_channels=1)) == pytest.approx(-3.01, abs=0.1)


def test_a_second_channel_adds_3_lu():
    one, two = sine(997, n_channels=1), sine(997)
    assert media.loudness_lufs(two) - media.loudness_lufs(one) == pytest.approx(3.01, abs=0.01)


@pytest.mark.parametrize("rate_hz", [16000, 44100, 48000, 96000])
def test_loudness_does_not_depend_on_the_rate(rate_hz):
    assert media.loudness_lufs(sine(997, 0.5, rate_hz)) == pytest.approx(-6.0, abs=0.15)


@given(st.floats(-40, 0))
def test_gain_moves_loudness_and_peak_by_as_much(gain_db):
    plain = sine(500, 0.5, duration_s=1.0)
    moved = Sound(plain.samples * np.float32(10 ** (gain_db / 20)), plain.rate_hz)
    for measure in (media.loudness_lufs, media.true_peak_dbtp):
        assert measure(moved) - measure(plain) == pytest.approx(gain_db, abs=0.01)


def test_silence_does_not_count():
    loud = sine(500, 0.3)
    padded = Sound(np.pad(loud.samples, ((0, 0), (0, 480_000))), 48000)
    assert media.loudness_lufs(padded) == pytest.approx(media.loudness_lufs(loud), abs=0.3)


def test_silence_and_less_than_a_block_are_minus_infinity():
    for sound in (Sound(np.zeros((2, 48000), np.float32), 48000), sine(500, duration_s=0.39)):
        assert media.loudness_lufs(sound) == float("-inf")
    for n in (0, 1000):
        assert media.true_peak_dbtp(Sound(np.zeros((2, n), np.float32), 48000)) == float("-inf")


def test_the_peak_between_the_samples_is_found():
    """A quarter-rate sine at 45° is sampled at 0.707 of its peak."""
    sound = sine(12000, 1.0, phase=np.pi / 4)
    assert 20 * np.log10(np.abs(sound.samples).max()) == pytest.approx(-3.01, abs=0.01)
    assert media.true_peak_dbtp(sound) == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("seed", range(5))
def test_the_true_peak_agrees_with_a_slow_twin(seed):
    """Twin: Fourier interpolation of the whole sound, sixteenfold."""
    noise = np.random.default_rng(seed).standard_normal(200_000)
    spectrum = np.fft.rfft(noise)
    spectrum[60_000:] = 0  # nothing near the half rate, where four points a sample are too few
    samples = (0.1 * np.fft.irfft(spectrum)).astype(np.float32)
    truth = 20 * np.log10(np.abs(resample(samples.astype(float), samples.size * 16)).max())
    measured = media.true_peak_dbtp(Sound(samples[None], 48000))
    assert measured == pytest.approx(truth, abs=0.3)
    assert measured <= truth + 0.05


def test_a_peak_is_found_wherever_it_lies():
    """Also where the sound is measured in pieces, and next to them."""
    click = sine(12000, 0.7, duration_s=0.002, n_channels=1, phase=np.pi / 4).samples[0]
    alone = media.true_peak_dbtp(Sound(np.pad(click, 100)[None], 48000))
    for place in (0, 30, 65_480, 65_500, 65_536, 65_560, 131_040, 199_000):
        samples = np.zeros(200_000, np.float32)
        samples[place : place + click.size] = click[: 200_000 - place]
        assert media.true_peak_dbtp(Sound(samples[None], 48000)) == pytest.approx(alone, abs=0.01)
