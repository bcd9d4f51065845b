"""Laws of the walkable grid, on levels built of plain rooms."""

from types import SimpleNamespace

import numpy as np
import pytest

from mrcmv.corpus.footage.navigation import CELL, block, survey, ways


def room(x1, y1, x2, y2, floor=0.0, ceiling=128.0, open_sides=()):
    """A rectangular sector; sides named in `open_sides` (w, e, s, n) do not block."""
    corners = {
        "s": (x1, y1, x2, y1),
        "e": (x2, y1, x2, y2),
        "n": (x2, y2, x1, y2),
        "w": (x1, y2, x1, y1),
    }
    lines = [
        SimpleNamespace(x1=a, y1=b, x2=c, y2=d, is_blocking=side not in open_sides)
        for side, (a, b, c, d) in corners.items()
    ]
    return SimpleNamespace(floor_height=floor, ceiling_height=ceiling, lines=lines)


def two_rooms(step=0.0, ceiling=128.0):
    return survey(
        [
            room(0, 0, 256, 256, open_sides="e"),
            room(256, 0, 512, 256, floor=step, ceiling=ceiling, open_sides="w"),
        ]
    )


def crosses(level, start, goal):
    return len(ways(level, level.cell(*start)).path(level.cell(*goal))) > 0


WEST, EAST = (128, 128), (384, 128)


def test_a_way_leads_through_an_open_side_and_not_through_a_wall():
    assert crosses(two_rooms(), WEST, EAST)
    walled = survey([room(0, 0, 256, 256), room(256, 0, 512, 256)])
    assert not crosses(walled, WEST, EAST)


@pytest.mark.parametrize(("step", "up", "down"), [(24, True, True), (40, False, True)])
def test_a_marine_climbs_24_units_and_drops_any_height(step, up, down):
    level = two_rooms(step)
    assert crosses(level, WEST, EAST) is up
    assert crosses(level, EAST, WEST) is down


def test_a_ceiling_too_low_shuts_and_a_closed_door_does_not():
    assert not crosses(two_rooms(ceiling=50.0), WEST, EAST)
    assert crosses(two_rooms(ceiling=0.0), WEST, EAST)


def test_a_path_is_unbroken_and_keeps_off_the_walls():
    level = two_rooms()
    points = level.points(ways(level, level.cell(*WEST)).path(level.cell(*EAST)))
    assert np.abs(np.diff(points, axis=0)).max() <= CELL
    assert points[:, 1].min() > 20
    assert points[:, 1].max() < 236


def test_an_obstacle_is_walked_around():
    level = block(two_rooms(), np.array([(256.0, 128.0)]), 40.0)
    points = level.points(ways(level, level.cell(*WEST)).path(level.cell(*EAST)))
    assert len(points)
    assert np.hypot(points[:, 0] - 256, points[:, 1] - 128).min() >= 40


def test_sight_ends_at_the_wall():
    far = two_rooms().sight(128.0, 128.0, np.array([0.0, 90.0, 180.0]))
    np.testing.assert_allclose(far, [384, 128, 128], atol=2 * CELL)
