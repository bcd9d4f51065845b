"""The swaps of a network's embeddings say which side loses what, whatever space they lie in."""

import numpy as np
import pytest

from mrcmv.cli import protocols
from mrcmv.cli.network_swaps import swaps_of
from mrcmv.evaluation import ranking

SMALL = "galleries of 12"


def turned(values, seed, width=24):
    """The same points in a space of another width, from which a ridge can read them."""
    turn = np.random.default_rng(seed).normal(size=(values.shape[1], width))
    return (values @ turn).astype(np.float32)


def recall(world, told, name):
    hits = []
    for gallery in world.protocol.galleries[SMALL]:
        hits.append(ranking.ranks(told[name](gallery), gallery.truth).hits(1))
    return 100 * float(np.concatenate(hits).mean())


def swaps(world, said, seen, heard):
    """By embeddings that hold what is given of voice and picture, and of music."""
    where = protocols.axes_of(world.material)
    queries = np.concatenate([turned(said, 1), turned(seen, 2)], axis=1)
    music = dict(zip(where, turned(heard(np.stack(list(where.values()))), 3), strict=True))
    return swaps_of(world.material, world.protocol, queries, music)


@pytest.fixture(scope="module")
def parts(world):
    axes = world.material.axes
    rng = np.random.default_rng(5)
    said, seen = axes("voice_reading"), axes("picture_reading")
    return said, seen, rng.normal(size=said.shape).astype(np.float32)


def test_embeddings_that_know_all_lose_nothing(world, parts):
    said, seen, _ = parts
    told = swaps(world, said, seen, lambda music: music)
    oracle = recall(world, told, "true query × true music")
    assert oracle > 60
    for name in told:
        assert recall(world, told, name) > oracle - 12, name


def test_deaf_music_is_what_limits(world, parts):
    said, seen, _ = parts
    noise = np.random.default_rng(6)
    told = swaps(world, said, seen, lambda music: noise.normal(size=music.shape))
    assert recall(world, told, "true query × predicted music") < 30
    assert recall(world, told, "predicted query × true music") > 60


def test_of_the_query_the_side_that_knows_nothing_is_named(world, parts):
    said, _, nothing = parts
    told = swaps(world, said, nothing, lambda music: music)
    seen_truly = recall(world, told, "predicted voice, true picture × true music")
    said_truly = recall(world, told, "true voice, predicted picture × true music")
    assert seen_truly > 60
    assert said_truly < seen_truly - 15
    assert recall(world, told, "true query × predicted music") > 60
