import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrcmv import methods
from mrcmv.errors import EmptyCatalog, SettingsError
from mrcmv.methods.method import fits, matches
from mrcmv.settings import Settings
from mrcmv.types import Descriptors

HALF = Descriptors(110.0, 0, 0.5, -16.0, 0.5, 1500.0, 3.0, 0.0)


def fit_by_hand(distances: list[float], at: int) -> float:
    """Count the others one by one."""
    others = distances[:at] + distances[at + 1 :]
    points = [1.0 if d > distances[at] else 0.5 if d == distances[at] else 0.0 for d in others]
    return 100 * sum(points) / len(others)


@settings(deadline=None)
@given(st.lists(st.integers(0, 5).map(float), min_size=2, max_size=9))
def test_fit_is_the_share_of_others_that_lie_farther(distances: list[float]):
    found = fits(np.array(distances, np.float32))
    expected = [fit_by_hand(distances, at) for at in range(len(distances))]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_track_alone_has_no_fit():
    assert math.isnan(fits(np.array([0.3], np.float32))[0])


def test_a_match_is_a_track_by_its_best_window_and_each_track_once(make_catalog):
    catalog = make_catalog([(HALF, HALF, HALF), (HALF,), (HALF, HALF)])
    tracks = {track.track_id: track for track in catalog.tracks}
    distances = np.array([3.0, 1.0, 2.0, 0.5, 9.0, 7.0], np.float32)
    found = matches(tracks, catalog.windows, distances, seed=0)
    assert [(m.rank, m.track.track_id, m.window.start_s, m.distance, m.fit) for m in found] == [
        (1, "t1", 0.0, 0.5, 100.0),
        (2, "t0", 8.0, 1.0, 50.0),
        (3, "t2", 8.0, 7.0, 0.0),
    ]


def test_equal_distances_come_in_an_order_of_chance_not_of_files(make_catalog):
    catalog = make_catalog([(HALF,)] * 10)
    tracks = {track.track_id: track for track in catalog.tracks}
    level = np.zeros(10, np.float32)

    def order(seed: int) -> list[str]:
        return [m.track.track_id for m in matches(tracks, catalog.windows, level, seed)]

    assert order(1) == order(1)
    firsts = [order(seed)[0] for seed in range(300)]
    counts = [firsts.count(f"t{n}") for n in range(10)]
    assert min(counts) > 10
    assert {m.fit for m in matches(tracks, catalog.windows, level, 0)} == {50.0}


@pytest.mark.parametrize("name", methods.METHODS)
def test_every_method_names_the_way_out_of_an_empty_catalog(name: str, make_catalog, make_query):
    with pytest.raises(EmptyCatalog, match="mrcmv catalog add"):
        methods.METHODS[name].rank(make_query(), make_catalog([]))


@pytest.mark.parametrize("name", methods.METHODS)
def test_every_method_says_when_nothing_was_analysed(name: str, make_catalog, make_query):
    with pytest.raises(EmptyCatalog, match="catalog index"):
        methods.METHODS[name].rank(make_query(), make_catalog([(), ()]))


@pytest.mark.parametrize("name", methods.METHODS)
def test_every_method_ranks_every_track_once_and_repeats_itself(name: str, energies, make_query):
    query = make_query(seed=7)
    first = methods.METHODS[name].rank(query, energies)
    assert [m.rank for m in first] == list(range(1, 37))
    assert {m.track.track_id for m in first} == {f"t{n}" for n in range(36)}
    again = methods.METHODS[name].rank(query, energies)
    assert [m.track.track_id for m in again] == [m.track.track_id for m in first]


def test_an_unknown_method_names_the_known_ones():
    with pytest.raises(SettingsError, match="mrcmv, cmmr, cbvmr, descriptors, tags, random"):
        methods.get("magic", Settings())
