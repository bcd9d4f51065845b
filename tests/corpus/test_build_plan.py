"""What a build decides before anything is made."""

import pytest

from mrcmv.corpus.build.plan import (
    TakePlan,
    deal,
    draw_duration_s,
    dubs_of,
    plan_build,
    stream,
)
from mrcmv.corpus.build.sizes import SIZES
from mrcmv.corpus.footage import SOURCES
from mrcmv.corpus.footage.take import Shot
from mrcmv.corpus.voices.speaker import Speaker

NAMES = [f"map{n}" for n in range(40)]
SPEAKERS = [Speaker(f"s{n}", f"f{n}", "en", "synthetic", "x", "CC0") for n in range(6)]


def test_names_are_dealt_once_and_the_same_way_each_time():
    dealt = deal(NAMES, 3)
    assert set(dealt) == set(NAMES)
    assert deal(list(reversed(NAMES)), 3) == dealt
    assert deal(NAMES, 4) != dealt
    counts = {split: list(dealt.values()).count(split) for split in set(dealt.values())}
    assert counts == {"train": 28, "validation": 4, "test": 8}


def test_what_is_held_out_is_the_tests():
    dealt = deal(NAMES, 0, held_out=["map7"])
    assert dealt["map7"] == "test"


def test_too_few_names_are_told():
    with pytest.raises(ValueError, match="cannot be dealt"):
        deal(["a", "b"], 0)


def test_streams_differ_by_name_and_not_by_order():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()


def test_clips_last_as_long_as_the_size_says():
    lengths = [draw_duration_s(stream("length", n), 20.0, 90.0) for n in range(500)]
    assert 20.0 <= min(lengths) < 30.0
    assert 75.0 < max(lengths) <= 90.0


def test_dubs_of_a_take_have_their_own_speakers():
    take = TakePlan("t1", "train", Shot("doom", "map1", ((0.0, "explore"),), 30.0, 1))
    dubs = dubs_of(take, 4, SPEAKERS, 0)
    assert len({dub.speaker_id for dub in dubs}) == 4
    assert len({dub.pair_id for dub in dubs}) == 4
    assert dubs == dubs_of(take, 4, SPEAKERS, 0)


@pytest.fixture(scope="module")
def plan():
    return plan_build(SIZES["small"], 0, SPEAKERS, ["f0"])


def test_a_plan_is_the_same_each_time_and_of_the_size(plan):
    assert plan == plan_build(SIZES["small"], 0, SPEAKERS, ["f0"])
    assert len(plan.dubs) == sum(amount.n_pairs for amount in SIZES["small"].amounts.values())


def test_no_place_and_no_family_is_in_two_splits(plan):
    places, families = {}, {}
    for take in plan.takes:
        places.setdefault((take.shot.source, take.shot.place), set()).add(take.split)
    for dub in plan.dubs:
        families.setdefault(dub.speaker_id.replace("s", "f"), set()).add(dub.split)
    assert {len(splits) for splits in (*places.values(), *families.values())} == {1}
    assert families["f0"] == {"test"}


def test_another_seed_keeps_the_splits(plan):
    other = plan_build(SIZES["small"], 1, SPEAKERS, ["f0"])
    assert other != plan
    mine = {take.shot.place: take.split for take in plan.takes}
    assert all(mine.get(t.shot.place, t.split) == t.split for t in other.takes)


def test_every_source_of_footage_is_in_every_split(plan):
    seen = {(take.split, take.shot.source) for take in plan.takes}
    assert len(seen) == 3 * len(SOURCES)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_what_a_build_takes_is_announced(size):
    said = size.announcement
    assert size.name in said
    assert "minutes" in said or "hours" in said
    assert "GB" in said
