"""The figures of separation: their definitions, and the laws that they keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrcmv.evaluation import separation
from mrcmv.evaluation.intervals import mean_of


def noise(seed: int, n: int = 400) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((2, n)).astype(np.float32)


@given(st.integers(0, 50), st.floats(-20, 40))
def test_sdr_is_the_power_of_the_truth_over_that_of_the_error(seed, wanted_db):
    truth, error = noise(seed), noise(seed + 1)
    error *= np.sqrt((truth**2).sum() / (error**2).sum() * 10 ** (-wanted_db / 10))
    assert separation.sdr_db(truth + error, truth) == pytest.approx(wanted_db, abs=0.01)


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_si_sdr_does_not_hear_levels(one, other):
    truth = noise(0)
    found = truth + 0.3 * noise(1)
    expected = separation.si_sdr_db(found, truth)
    assert separation.si_sdr_db(
        np.float32(one) * found, np.float32(other) * truth
    ) == pytest.approx(expected, abs=1e-3)


def test_si_sdr_equals_the_definition_written_out():
    truth, found = noise(2, 50), noise(2, 50) + 0.5 * noise(3, 50)
    dot = sum(float(f) * float(t) for f, t in zip(found.ravel(), truth.ravel(), strict=True))
    alpha = dot / sum(float(t) ** 2 for t in truth.ravel())
    wanted = sum((alpha * float(t)) ** 2 for t in truth.ravel())
    error = sum(
        (float(f) - alpha * float(t)) ** 2
        for f, t in zip(found.ravel(), truth.ravel(), strict=True)
    )
    assert separation.si_sdr_db(found, truth) == pytest.approx(
        10 * np.log10(wanted / error), abs=1e-4
    )


def test_the_mix_itself_is_no_improvement_and_the_truth_a_great_one():
    truth, mix = noise(4), noise(4) + noise(5)
    assert separation.improvement_db(mix, truth, mix) == pytest.approx(0.0, abs=1e-9)
    assert separation.improvement_db(truth, truth, mix) > 90


def test_a_silent_estimate_has_found_nothing_and_of_a_silent_truth_nothing_is_known():
    truth, nothing = noise(6), np.zeros((2, 400), np.float32)
    assert separation.si_sdr_db(nothing, truth) == separation.LOWEST_DB
    assert separation.sdr_db(nothing, truth) == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(separation.sdr_db(truth, nothing))
    assert np.isnan(separation.si_sdr_db(truth, nothing))


@given(st.floats(-60, 0))
def test_false_voice_is_its_power_beside_the_mix(wanted_db):
    mix = noise(7)
    voice = mix * np.float32(10 ** (wanted_db / 20))
    assert separation.false_voice_db(voice, mix) == pytest.approx(wanted_db, abs=0.01)


def test_without_a_voice_stem_there_is_no_false_voice():
    mix = noise(8)
    assert separation.false_voice_db(np.zeros_like(mix), mix) == -100.0


def test_sounds_that_do_not_compare_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        separation.sdr_db(noise(0, 10), noise(0, 11))
    broken = noise(0)
    broken[0, 0] = np.nan
    with pytest.raises(ValueError, match="no number"):
        separation.sdr_db(broken, noise(0))


def test_an_interval_holds_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        mean = mean_of(rng.normal(3.0, 2.0, 40).tolist())
        held += mean.low <= 3.0 <= mean.high
    assert 0.88 <= held / 200 <= 0.99


def test_a_mean_counts_numbers_only_and_is_the_same_each_time():
    values = [1.0, float("nan"), 2.0, 6.0]
    assert mean_of(values) == mean_of(values)
    assert (mean_of(values).mean, mean_of(values).n) == (3.0, 3)
    assert mean_of([]).n == 0
    assert np.isnan(mean_of([5.0]).low)
