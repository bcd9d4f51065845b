"""What a build decides before anything is made."""

import numpy as np
import pytest

from mrcmv.corpus.build.plan import (
    MOOD_LIMIT,
    TakePlan,
    deal,
    draw_duration_s,
    draw_mood,
    dubs_of,
    stream,
)
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


def test_moods_are_standard_and_bounded():
    moods = [draw_mood(stream("mood", n)) for n in range(2000)]
    arousal = np.array([mood.arousal for mood in moods])
    assert abs(arousal.mean()) < 0.1
    assert np.abs(arousal).max() <= MOOD_LIMIT
    assert abs(np.corrcoef(arousal, [mood.pace for mood in moods])[0, 1]) < 0.1


def test_clips_last_as_long_as_the_size_says():
    lengths = [draw_duration_s(stream("length", n), 20.0, 90.0) for n in range(500)]
    assert 20.0 <= min(lengths) < 30.0
    assert 75.0 < max(lengths) <= 90.0


def test_dubs_of_a_take_have_their_own_speakers_and_moods():
    take = TakePlan("t1", "train", Shot("doom", "map1", ((0.0, "explore"),), 30.0, 1))
    dubs = dubs_of(take, 4, SPEAKERS, 0.5, 0)
    assert len({dub.speaker_id for dub in dubs}) == 4
    assert len({dub.mood for dub in dubs}) == 4
    assert len({dub.pair_id for dub in dubs}) == 4
    assert dubs == dubs_of(take, 4, SPEAKERS, 0.5, 0)
