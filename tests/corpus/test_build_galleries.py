"""Galleries: who competes with whom."""

import numpy as np
import pytest

from mrcmv.corpus.build.galleries import (
    MOST_A_PIECE,
    MOST_A_PIECE_LARGE,
    capacity,
    choose_within,
    deal_pieces,
    enlarge,
)
from mrcmv.corpus.editor.choosing import Pool
from mrcmv.corpus.editor.mind import AXES, EDITORS
from mrcmv.corpus.editor.oracle import read_mind

N_QUERIES = 60
N_CLIPS = 90


@pytest.fixture(scope="module")
def pool() -> Pool:
    """240 pieces of 112 s, a third of them real, windows every 8 s."""
    rng = np.random.default_rng(0)
    piece = np.repeat(np.arange(240), 11)
    features = rng.normal(size=(len(piece), len(AXES))).astype(np.float32)
    start_s = np.tile(np.arange(11) * 8.0, 240).astype(np.float32)
    return Pool(features, piece, start_s, (piece % 3 == 0).astype(int))


@pytest.fixture(scope="module")
def galleries(pool):
    rng = np.random.default_rng(1)
    dealt = deal_pieces(pool, 3, N_QUERIES, 0.4, rng)
    editors = [EDITORS[n % len(EDITORS)] for n in range(N_CLIPS)]
    targets = rng.normal(size=(3, N_CLIPS, len(AXES))).astype(np.float32)
    taken = [
        choose_within(pieces, points, editors, pool, rng, N_QUERIES)
        for pieces, points in zip(dealt, targets, strict=True)
    ]
    assert all(len(set(clips.tolist())) == N_QUERIES for clips, _ in taken)
    return dealt, [rows for _, rows in taken]


def test_galleries_share_no_piece(pool, galleries):
    used = [set(pool.piece[rows].tolist()) for rows in galleries[1]]
    assert sum(map(len, used)) == len(set.union(*used))


def test_at_most_three_windows_a_piece_and_none_overlap(pool, galleries):
    for rows in galleries[1]:
        for piece in np.unique(pool.piece[rows]):
            starts = np.sort(pool.start_s[rows[pool.piece[rows] == piece]])
            assert len(starts) <= MOST_A_PIECE
            assert (np.diff(starts) >= 32.0).all()


def test_knowing_the_piece_does_not_name_the_window(pool, galleries):
    nothing = np.zeros((N_QUERIES, len(AXES)), np.float32)
    for rows in galleries[1]:
        known = read_mind(
            "track", nothing, nothing, pool.features[rows], np.arange(N_QUERIES), pool.piece[rows]
        )
        assert known.recall(1) <= 50.01  # rounded


def test_real_and_composed_come_in_the_share_of_their_pieces(pool, galleries):
    for dealt, rows in zip(*galleries, strict=True):
        of_pieces = np.mean([pool.origin[pool.piece == piece][0] for piece in dealt])
        assert pool.origin[rows].mean() == pytest.approx(of_pieces, abs=0.01)


def test_the_large_gallery_keeps_the_share_and_the_bound(pool, galleries):
    truths = np.concatenate(galleries[1])
    large = enlarge(truths, pool, 900, np.random.default_rng(2))
    assert (large[: len(truths)] == truths).all()
    assert len(set(large.tolist())) == len(large) == 900
    assert np.bincount(pool.piece[large]).max() <= MOST_A_PIECE_LARGE
    share = pool.origin[truths].mean()
    assert pool.origin[large].mean() == pytest.approx(share, abs=0.01)


def test_capacity_counts_windows_that_do_not_overlap(pool):
    assert (capacity(pool) == 3).all()


def test_too_little_room_is_told(pool):
    with pytest.raises(ValueError, match="not enough music"):
        choose_within(
            np.array([0, 1]),
            np.zeros((9, len(AXES)), np.float32),
            [EDITORS[0]] * 9,
            pool,
            np.random.default_rng(0),
            9,
        )
