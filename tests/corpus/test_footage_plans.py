"""Laws of plans, of doors and of what is counted by the second: no game needed."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from mrcmv.corpus.footage import SOURCES, source_of
from mrcmv.corpus.footage.doors import Ears, door_spots, in_sight
from mrcmv.corpus.footage.navigation import survey
from mrcmv.corpus.footage.plans import LEAST_S, draw_plan, style_at
from mrcmv.corpus.footage.take import SECONDS
from mrcmv.corpus.footage.view import Thing, View
from mrcmv.corpus.footage.witness import by_second, shrunk
from mrcmv.errors import MrcmvError

STYLES = ("calm", "brisk", "wild")


def plans(n=300, duration_s=60.0):
    rng = np.random.default_rng(0)
    return [draw_plan(rng, duration_s, STYLES) for _ in range(n)]


def test_a_plan_begins_at_once_and_every_part_differs_and_lasts():
    for plan in plans():
        begins = [begin for begin, _ in plan]
        assert begins[0] == 0.0
        assert np.diff([*begins, 60.0]).min() >= LEAST_S - 0.1
        assert all(one != other for (_, one), (_, other) in pairwise(plan))


def test_plans_use_all_styles_alike_and_some_keep_to_one():
    drawn = plans()
    firsts = [plan[0][1] for plan in drawn]
    assert min(firsts.count(style) for style in STYLES) > 70
    assert 60 < sum(len(plan) == 1 for plan in drawn) < 140


def test_the_style_at_a_time_is_the_last_one_begun():
    plan = ((0.0, "calm"), (5.0, "wild"))
    assert [style_at(plan, t) for t in (0.0, 4.9, 5.0, 60.0)] == ["calm", "calm", "wild", "wild"]


def test_sources_are_found_by_name_and_a_wrong_name_is_told():
    assert all(source_of(name).name == name for name in SOURCES)
    with pytest.raises(MrcmvError, match="no footage source quake"):
        source_of("quake")


def room(x1, x2, ceiling=128.0, sides=""):
    """A rectangular sector 256 deep; sides named (w, e) do not block."""
    lines = [
        SimpleNamespace(x1=a, y1=b, x2=c, y2=d, is_blocking=side not in sides)
        for side, a, b, c, d in (
            ("s", x1, 0, x2, 0), ("e", x2, 0, x2, 256),
            ("n", x2, 256, x1, 256), ("w", x1, 256, x1, 0),
        )
    ]  # fmt: skip
    return SimpleNamespace(floor_height=0.0, ceiling_height=ceiling, lines=lines)


def test_a_door_is_seen_from_the_front_and_not_from_behind_nor_through_a_wall():
    open_hall = survey(
        [room(0, 512, sides="e"), room(512, 576, 0.0, "we"), room(576, 900, sides="w")]
    )
    spots = door_spots(open_hall)
    assert spots.shape == (1, 2)
    assert abs(spots[0, 0] - 544) < 32
    assert in_sight(open_hall, spots, 100, 128, 0.0).all()
    assert not in_sight(open_hall, spots, 100, 128, 180.0).any()
    walled = survey(
        [
            room(0, 256),
            room(256, 512, sides="e"),
            room(512, 576, 0.0, "we"),
            room(576, 900, sides="w"),
        ]
    )
    assert not in_sight(walled, door_spots(walled), 100, 128, 0.0).any()


def test_a_door_is_heard_once_when_someone_passes_and_only_near_by():
    hall = survey([room(0, 512, sides="e"), room(512, 576, 0.0, "we"), room(576, 900, sides="w")])

    def view(tic, x, monster_x):
        imp = Thing(1, "DoomImp", "Monster", monster_x, 128.0, 0.0)
        return View(tic, x, 128.0, 0.0, 0.0, 0.0, 2, 50, (), (imp,))

    ears, far = Ears(hall), Ears(hall)
    steps = [(0, 300, 100), (14, 544, 100), (28, 544, 100), (42, 600, 100), (500, 600, 544)]
    assert [ears.hear(view(*step)) for step in steps] == [0, 1, 0, 0, 1]
    assert [far.hear(view(tic, 5000, 544)) for tic in (0, 500)] == [0, 0]


def test_steps_are_counted_in_their_second():
    second = np.array([0, 0, 0, 1, 1])
    values = np.array([1, 2, 3, 4, 6], dtype=np.float32)
    for how, wanted in (("sum", [6, 10]), ("mean", [2, 5]), ("max", [3, 6])):
        np.testing.assert_allclose(by_second(values, second, how), wanted)


def test_every_size_of_picture_shrinks_to_about_45_rows():
    for height, width in ((90, 160), (180, 320), (360, 640), (720, 1280)):
        assert shrunk(np.zeros((height, width, 3), dtype=np.uint8)).shape == (45, 80)


def test_the_names_of_seconds_are_the_same_for_all_sources():
    assert len(set(SECONDS)) == len(SECONDS) == 12
