"""The starter set's shipped descriptors, held against what its composer wrote down."""

import json
from functools import cache

import numpy as np
import pytest
from scipy.stats import spearmanr

from mrcmv import indexing
from mrcmv.catalog import Catalog
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.types import Track, TrackWindow

STARTER = REPOSITORY / "catalog"


@cache
def catalog() -> Catalog:
    return Catalog(STARTER, STARTER)


@cache
def truths() -> dict[str, dict]:
    return json.loads((STARTER / "truth.json").read_text(encoding="utf-8"))


def tracks() -> dict[str, Track]:
    return {track.track_id: track for track in catalog().tracks}


def truth_of(window: TrackWindow) -> dict:
    return truths()[tracks()[window.track_id].file.name]


def written_energy(window: TrackWindow) -> float:
    """The mean of the composer's energy over the beats inside a window."""
    truth = truth_of(window)
    n = min(len(truth["beats_s"]), len(truth["energy"]))
    beats_s, energy = np.array(truth["beats_s"][:n]), np.array(truth["energy"][:n])
    inside = (beats_s >= window.start_s) & (beats_s < window.start_s + window.duration_s)
    return float(energy[inside].mean())


def test_a_first_find_needs_no_analysis():
    """Fails after a change of descriptors or audio: `make catalog` measures the set again."""
    assert catalog().tracks
    assert catalog().unmeasured == ()


def test_energy_is_what_the_composer_meant():
    windows = catalog().windows
    measured = [window.descriptors.energy for window in windows]
    written = [written_energy(window) for window in windows]
    assert spearmanr(measured, written).statistic > 0.7
    assert np.ptp(measured) > 0.7


def test_tempo_is_right_but_for_the_octave():
    ratios = np.array(
        [
            window.descriptors.tempo_bpm / truth_of(window)["tempo_bpm"]
            for window in catalog().windows
        ]
    )
    octaves = np.array([0.5, 1.0, 2.0])
    assert np.mean(np.abs(ratios - 1) < 0.04) > 0.75
    assert np.mean(np.min(np.abs(ratios[:, None] / octaves - 1), axis=1) < 0.04) > 0.9


def test_windows_of_one_track_agree_on_the_tempo():
    by_track: dict[str, list[float]] = {}
    for window in catalog().windows:
        by_track.setdefault(window.track_id, []).append(window.descriptors.tempo_bpm)
    steady = [max(tempi) / min(tempi) < 1.04 for tempi in by_track.values() if min(tempi) > 0]
    assert np.mean(steady) > 0.8


def test_mode_is_right_more_often_than_not():
    windows = catalog().windows
    right = [(w.descriptors.major >= 0.5) == truth_of(w)["major"] for w in windows]
    assert np.mean(right) > 0.6


def test_what_is_shipped_is_what_is_measured():
    track = catalog().tracks[0]
    shipped = [window for window in catalog().windows if window.track_id == track.track_id]
    _, measured = indexing.analyse(track, Settings())
    for here, there in zip(measured, shipped, strict=True):
        assert here.start_s == there.start_s
        assert here.descriptors.energy == pytest.approx(there.descriptors.energy, abs=0.02)
        assert here.descriptors.tempo_bpm == pytest.approx(there.descriptors.tempo_bpm, rel=0.02)
        assert here.descriptors.loudness_lufs == pytest.approx(
            there.descriptors.loudness_lufs, abs=0.1
        )
