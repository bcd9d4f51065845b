"""What is done to a sound does what it says, and stems still sum to the mix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrcmv.training import treatments
from mrcmv.training.treatments import RATE_HZ, power


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def tone(hz: float, n: int = RATE_HZ) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(n) / RATE_HZ).astype(np.float32)


def above(samples: np.ndarray, hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    edge = round(hz * samples.shape[-1] / RATE_HZ)
    return float(spectrum[..., edge:].sum() / spectrum.sum())


@pytest.mark.parametrize(("hz", "share"), [(100, 0.0), (1000, 1.0), (3000, 1.0), (8000, 0.0)])
def test_a_band_keeps_what_is_inside_and_nothing_else(hz, share):
    kept = treatments.heard_in(tone(hz), np.ones((1, 1), np.float32), 300, 4000)
    middle = slice(RATE_HZ // 4, -RATE_HZ // 4)
    assert power(kept[0, middle]) / power(tone(hz)[middle]) == pytest.approx(share, abs=0.1)


def test_no_edges_and_no_room_change_nothing():
    dry = noise(5000)
    assert (
        np.abs(treatments.heard_in(dry, np.ones((1, 1), np.float32), 0.0, np.inf)[0] - dry).max()
        < 1e-5
    )


def test_a_room_rings_on_as_loud_and_as_long_as_asked():
    response = treatments.room(np.random.default_rng(0), 0.5, -10.0, 2)
    click = np.zeros(RATE_HZ, np.float32)
    click[100] = 1.0
    heard = treatments.heard_in(click, response, 0.0, np.inf)
    assert heard.shape == (2, RATE_HZ)
    tail = heard[:, 102:]
    assert 10 * np.log10((tail[0] ** 2).sum()) == pytest.approx(-10.0, abs=1.0)
    assert np.abs(heard[:, 101 + RATE_HZ // 2 :]).max() < 1e-4
    assert np.abs(heard[:, :100]).max() < 1e-5
    assert abs(np.corrcoef(tail)[0, 1]) < 0.1  # each ear its own


def test_a_colour_lifts_the_octave_it_names_and_no_other():
    octaves_db = np.zeros(len(treatments.OCTAVES_HZ))
    octaves_db[treatments.OCTAVES_HZ.index(1000.0)] = 6.0
    for hz, gain_db in ((1000, 6.0), (1414, 3.0), (2000, 0.0), (250, 0.0), (20, 0.0)):
        loud = power(treatments.coloured(tone(hz), octaves_db)) / power(tone(hz))
        assert 10 * np.log10(loud) == pytest.approx(gain_db, abs=0.1), hz
    even = treatments.coloured(noise(5000), np.zeros_like(octaves_db))
    assert np.abs(even - noise(5000)).max() < 1e-5


def test_air_stands_above_the_edge_while_somebody_speaks():
    voice = np.concatenate([tone(300) + tone(4000), np.zeros(RATE_HZ, np.float32)])
    aired = treatments.with_air(voice, 7000.0, 0.0, np.random.default_rng(0))
    assert above(voice[:RATE_HZ], 7000) < 1e-4
    assert above(aired[:RATE_HZ], 7000) > 0.05
    assert power(aired[RATE_HZ + 2000 :]) < 1e-4 * power(aired[:RATE_HZ])


@given(st.floats(0.0, 2.0))
def test_width_scales_the_side_alone(width):
    stereo = noise(2, 200)
    wide = treatments.widened(stereo, width)
    assert np.allclose(wide.mean(axis=0), stereo.mean(axis=0), atol=1e-6)
    assert np.allclose(wide[0] - wide[1], width * (stereo[0] - stereo[1]), atol=1e-5)


@given(st.floats(-1.0, 1.0))
def test_panning_keeps_the_power_of_what_stands_in_the_middle(place):
    mono = np.broadcast_to(noise(500), (2, 500))
    moved = treatments.panned(mono, place)
    assert power(moved) == pytest.approx(power(mono), rel=1e-4)
    assert (power(moved[1]) > power(moved[0])) == (place > 0) or abs(place) < 1e-3


@given(st.floats(0.5, 20.0), st.integers(0, 99))
def test_clipped_stems_sum_to_the_clipped_mix(over_db, seed):
    stems = noise(3, 2, 300, seed=seed)
    held = treatments.clipped(stems, over_db)
    mix = stems.sum(axis=0)
    ceiling = np.abs(mix).max() * 10 ** (-over_db / 20)
    assert np.allclose(held.sum(axis=0), np.clip(mix, -ceiling, ceiling), atol=1e-5)


def test_stems_without_their_top_sum_to_the_mix_without_its_top():
    stems = noise(3, 2, RATE_HZ)
    low = treatments.low_passed(stems, 12_000.0)
    assert above(low, 13_000.0) < 0.01
    assert above(low, 11_000.0) > 0.02
    apart = treatments.low_passed(stems.sum(axis=0), 12_000.0)
    assert np.allclose(low.sum(axis=0), apart, atol=1e-4)


def test_hiss_is_stereo_noise_of_power_one():
    heard = treatments.hiss(np.random.default_rng(1), RATE_HZ)
    assert power(heard) == pytest.approx(1.0, rel=1e-3)
    assert abs(np.corrcoef(heard)[0, 1]) < 0.1
