"""A clip's soundtracks at one loudness, whatever their peaks."""

import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import StudyError
from mrcmv.mixing.master import Measured
from mrcmv.stimuli import levelling
from mrcmv.stimuli.levelling import level
from tests.stimuli.scenes import RATE_HZ, noise


def lufs(levels):
    return {name: media.loudness_lufs(media.read_sound(one.file)) for name, one in levels.items()}


def clicks(seconds: float = 4.0):
    """Bursts of half a millisecond: all peak, hardly any loudness."""
    samples = np.zeros((2, round(seconds * RATE_HZ)), np.float32)
    for start in range(0, samples.shape[1], RATE_HZ // 4):
        samples[:, start : start + 24] = 0.9
    return samples


def test_soft_and_loud_come_to_the_target(tmp_path):
    sounds = {name: noise(4.0, level_, 1).samples for name, level_ in (("a", 0.001), ("b", 0.8))}
    levels = level(sounds, -16.0, tmp_path)
    assert lufs(levels) == pytest.approx({"a": -16.0, "b": -16.0}, abs=0.3)
    assert levels["a"].gain_db > 20 > 0 > levels["b"].gain_db


@pytest.mark.parametrize("floor", [0.0, 0.03])
def test_where_peaks_keep_one_down_all_come_down_to_it(tmp_path, floor):
    peaky = clicks() + noise(4.0, floor, 2).samples
    levels = level({"a": noise(4.0, 0.1, 1).samples, "b": peaky}, -16.0, tmp_path)
    found = lufs(levels)
    assert max(found.values()) - min(found.values()) <= 0.5
    assert found["a"] < -17.0
    assert all(one.true_peak_dbtp <= -1.0 for one in levels.values())


def test_nothing_that_went_in_is_changed(tmp_path):
    before = noise(2.0, 0.9, 1).samples
    sounds = {"a": before.copy()}
    level(sounds, -16.0, tmp_path)
    assert np.array_equal(sounds["a"], before)


def test_silence_is_no_reason_to_lower_the_others(tmp_path):
    sounds = {"a": noise(2.0, 0.1, 1).samples, "b": np.zeros((2, 96_000), np.float32)}
    levels = level(sounds, -20.0, tmp_path)
    assert lufs(levels) == {"a": pytest.approx(-20.0, abs=0.3), "b": -np.inf}
    assert levels["b"].loudness_lufs is None


def test_what_cannot_be_brought_together_is_an_error(tmp_path, monkeypatch):
    stubborn = iter([Measured(-16.0, -2.0), Measured(-20.0, -2.0), *[Measured(-16.0, -2.0)] * 9])
    monkeypatch.setattr(levelling, "master", lambda *_: next(stubborn))
    with pytest.raises(StudyError, match=r"differ by 4\.0 LU"):
        level({"a": clicks(), "b": clicks()}, -16.0, tmp_path)
