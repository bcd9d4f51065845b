import math

import pytest

from mrcmv import methods
from mrcmv.errors import CatalogError, EmptyCatalog
from mrcmv.types import Descriptors

HALF = Descriptors(110.0, 0, 0.5, -16.0, 0.5, 1500.0, 3.0, 0.0)


@pytest.fixture
def tagged(make_catalog):
    tags = [("calm",), ("calm", "night"), ("fierce", "night"), ()]
    return make_catalog([(HALF, HALF)] * 4, tags=tags)


def found(name: str, catalog, query) -> list[str]:
    return [match.track.track_id for match in methods.METHODS[name].rank(query, catalog)]


def test_random_draws_each_track_equally_often(tagged, make_query):
    firsts = [found("random", tagged, make_query(seed=seed))[0] for seed in range(400)]
    assert all(70 < firsts.count(f"t{n}") < 130 for n in range(4))


def test_random_hears_and_sees_nothing(tagged, make_query, wild_voice):
    calm, fierce = make_query(motion=0.0), make_query(motion=0.5, voice=wild_voice)
    assert found("random", tagged, calm) == found("random", tagged, fierce)


def test_tags_are_all_asked_for(tagged, make_query):
    assert set(found("tags", tagged, make_query(tags=("calm",)))) == {"t0", "t1"}
    assert found("tags", tagged, make_query(tags=("Night", " calm "))) == ["t1"]
    assert len(found("tags", tagged, make_query())) == 4


def test_tags_draw_by_the_seed(tagged, make_query):
    drawn = {found("tags", tagged, make_query(tags=("calm",), seed=seed))[0] for seed in range(20)}
    assert drawn == {"t0", "t1"}


def test_tags_that_no_track_has_name_those_in_use(tagged, make_query):
    with pytest.raises(
        CatalogError, match=r"all of the tags calm, fierce.*calm, fierce, night"
    ) as caught:
        found("tags", tagged, make_query(tags=("calm", "fierce")))
    assert not isinstance(caught.value, EmptyCatalog), "there is music: only not under these tags"


@pytest.mark.parametrize("name", ["random", "tags"])
def test_chance_measures_no_distance_and_no_fit(name: str, tagged, make_query):
    for match in methods.METHODS[name].rank(make_query(), tagged):
        assert math.isnan(match.distance)
        assert math.isnan(match.fit)
