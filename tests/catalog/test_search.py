import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mrcmv.catalog import VectorIndex


def exactly(vectors: np.ndarray, query: np.ndarray) -> list[tuple[float, int]]:
    """Every distance by hand, nearest first, ties by row."""
    distances = []
    for row, vector in enumerate(vectors):
        total = 0.0
        for one, other in zip(vector.tolist(), query.tolist(), strict=True):
            total += (one - other) ** 2
        distances.append((total**0.5, row))
    return sorted(distances)


# Few whole values: many ties, and no rounding that would order them.
grid = st.integers(-3, 3).map(float)


# The first call imports FAISS.
@settings(deadline=None)
@given(
    arrays(np.float32, st.tuples(st.integers(1, 12), st.just(3)), elements=grid),
    arrays(np.float32, 3, elements=grid),
    st.integers(0, 20),
)
def test_search_is_the_exact_search(vectors: np.ndarray, query: np.ndarray, k: int):
    distances, rows = VectorIndex(vectors).search(query, k)
    expected = exactly(vectors, query)
    assert len(rows) == min(k, len(vectors))
    np.testing.assert_allclose(distances, [one for one, _ in expected[:k]], atol=1e-5)
    if k >= len(vectors):
        assert rows.tolist() == [row for _, row in expected]


def test_wide_vectors_of_any_sign_are_searched_exactly():
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(500, 512)).astype(np.float32)
    query = generator.normal(size=512).astype(np.float32)
    distances, rows = VectorIndex(vectors).search(query, 10)
    by_hand = np.sqrt(((vectors.astype(float) - query) ** 2).sum(axis=1))
    assert rows.tolist() == np.argsort(by_hand)[:10].tolist()
    np.testing.assert_allclose(distances, np.sort(by_hand)[:10], rtol=1e-4)


def test_a_vector_is_nearest_to_itself():
    vectors = np.random.default_rng(1).normal(size=(20, 4)).astype(np.float32)
    index = VectorIndex(vectors)
    for row, vector in enumerate(vectors):
        distances, rows = index.search(vector, 1)
        assert (rows[0], distances[0]) == (row, 0.0)


def test_no_vectors_give_no_neighbours():
    distances, rows = VectorIndex(np.zeros((0, 4), np.float32)).search(np.zeros(4, np.float32), 5)
    assert (len(distances), len(rows)) == (0, 0)


def test_vectors_that_are_not_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        VectorIndex(np.array([[np.nan, 0.0]], np.float32))
    with pytest.raises(ValueError, match="finite"):
        VectorIndex(np.zeros((1, 2), np.float32)).search(np.array([np.inf, 0.0], np.float32), 1)
