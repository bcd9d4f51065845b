"""The map of the catalog: principal components, a query among them, and its figure."""

import json

import numpy as np
import pytest

from mrcmv.explain import chart_of_plane, plots
from mrcmv.explain.plane import caption, kept, plane
from mrcmv.types import Descriptors, Match, Track, TrackWindow

RNG = np.random.default_rng(4)


def embedded(n: int = 30, d: int = 12) -> np.ndarray:
    """Points that differ most along the first two numbers."""
    points = RNG.normal(size=(n, d)).astype(np.float32)
    points[:, 0] *= 9
    points[:, 1] *= 5
    return points + 3


def test_the_plane_is_that_of_the_largest_singular_values():
    points = embedded()
    found = plane(points)
    left, sizes, _ = np.linalg.svd(points - points.mean(0))
    expected = left[:, :2] * sizes[:2]
    for column in range(2):
        one, other = found.points[:, column], expected[:, column]
        assert min(abs(one - other).max(), abs(one + other).max()) < 1e-3
    assert found.share == pytest.approx((sizes[:2] ** 2).sum() / (sizes**2).sum(), rel=1e-5)
    assert np.linalg.norm(found.axes, axis=1) == pytest.approx(np.ones(2), rel=1e-5)


def test_a_new_point_is_placed_as_the_others_are():
    points = embedded()
    found = plane(points)
    assert found.place(points) == pytest.approx(found.points, abs=1e-3)
    assert found.place(points[3]) == pytest.approx(found.points[3], abs=1e-3)


def test_the_same_catalog_gives_the_same_map():
    points = embedded()
    assert np.array_equal(plane(points).points, plane(points.copy()).points)
    turned = plane(points[::-1].copy()).points[::-1]
    assert turned == pytest.approx(plane(points).points, abs=1e-2)


def test_what_the_plane_keeps_is_counted():
    names = [f"t{n}" for n in range(30)]
    flat = np.zeros((30, 6), np.float32)
    flat[:, :2] = embedded()[:, :2]
    found = plane(flat)
    assert kept(found, flat, names, flat[0]) == (5, 5)
    assert caption(found, (3, 5)) == (
        "The map shows 100% of how the windows differ, and 3 of the 5 tracks nearest to your clip "
        "are nearest here too."
    )
    hidden = flat.copy()
    hidden[1:16, 2] += 1e4  # far off in a direction that the plane does not show
    far = [names[at] for at in np.argsort(np.linalg.norm(flat - flat[0], axis=1))[:5]]
    near = sum(int(name[1:]) == 0 or int(name[1:]) > 15 for name in far)
    assert kept(found, hidden, names, flat[0])[0] == near
    assert kept(plane(flat[:3]), flat[:3], names[:3], flat[0], n=5)[1] == 3


def test_a_catalog_that_makes_no_map_is_refused():
    for points in (np.zeros((1, 4)), np.full((3, 4), np.nan)):
        with pytest.raises(ValueError, match="a map needs two windows at least"):
            plane(points.astype(np.float32))
    assert plane(np.ones((3, 4), np.float32)).share == 1.0


def catalog(n: int = 12):
    tracks = {
        f"t{i}": Track(f"t{i}", None, f"Track {i}", tags=(("calm",), ("fierce", "calm"), ())[i % 3])
        for i in range(n)
    }
    windows = tuple(
        TrackWindow(f"t{i}", 8.0, 32.0, Descriptors(90.0 + i, 0, 0.5, -16, i / n, 1e3, 3.0, 0.0))
        for i in range(n)
    )
    return tracks, windows


@pytest.mark.parametrize("by", ["energy", "tempo", "tag"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_window_is_a_dot_that_names_its_track(by, theme):
    tracks, windows = catalog()
    points = embedded(12)
    found = plane(points)
    match = Match(1, tracks["t4"], windows[4], 0.5, 99.0)
    spec = chart_of_plane.catalog(
        found, windows, tracks, by=by, query=found.place(points[0]), matches=[match], theme=theme
    )
    json.loads(plots.as_json(spec))
    *dots, ring, query = spec["data"]
    assert sorted(row[0] for trace in dots for row in trace["customdata"]) == sorted(tracks)
    for trace in dots:
        for x, (track_id, _) in zip(trace["x"], trace["customdata"], strict=True):
            assert x == found.points[int(track_id[1:]), 0]
    assert ring["x"].tolist() == [found.points[4, 0]]
    assert query["x"] == pytest.approx([found.points[0, 0]], abs=1e-3)
    if by == "tag":
        assert [trace["name"] for trace in dots] == ["calm", "other tags"]


def test_points_of_other_windows_are_refused():
    tracks, windows = catalog(3)
    with pytest.raises(ValueError, match="12 points are not of 3 windows"):
        chart_of_plane.catalog(plane(embedded(12)), windows, tracks)
