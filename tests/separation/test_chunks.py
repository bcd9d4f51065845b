"""Long sound in overlapping pieces."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mrcmv.separation import chunks

lengths = st.integers(1, 500)
sizes = st.tuples(st.integers(2, 90), st.integers(0, 40)).filter(lambda two: two[1] < two[0])


@given(lengths, sizes)
def test_pieces_cover_everything_and_overlap_enough(n, two):
    size, overlap = two
    places = chunks.pieces(n, size, overlap)
    assert places[0].start == 0
    assert places[-1].stop == n
    assert all(place.stop - place.start == min(size, n) for place in places)
    assert all(first.stop - second.start >= overlap for first, second in pairwise(places))
    assert all(second.start > first.start for first, second in pairwise(places))


@given(lengths, sizes)
def test_what_is_cut_and_joined_is_what_it_was(n, two):
    sound = np.random.default_rng(n).standard_normal((2, n)).astype(np.float32)
    places = chunks.pieces(n, *two)
    joined = chunks.join([sound[:, place] for place in places], places, n)
    assert np.abs(joined - sound).max() < 1e-5


def test_pieces_that_differ_fade_into_each_other():
    places = chunks.pieces(19, 10, 1)
    assert [(place.start, place.stop) for place in places] == [(0, 10), (9, 19)]
    places = chunks.pieces(16, 10, 4)
    zeros, ones = np.zeros((1, 10), np.float32), np.ones((1, 10), np.float32)
    joined = chunks.join([zeros, ones], places, 16)[0]
    assert joined.tolist() == [0] * 6 + [0.125, 0.375, 0.625, 0.875] + [1] * 6
