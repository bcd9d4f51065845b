"""Ranks: equals are fair, chance is chance, and slow definitions agree with fast ones."""

from itertools import combinations, permutations

import numpy as np
import pytest

from mrcmv.evaluation import moments, ranking

N, M = 6, 9


def drawn(seed: int, levels: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Distances with many equals, and truths."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, levels, (N, M)).astype(float), rng.integers(0, M, N)


def every_rank(row: np.ndarray, truth: int) -> list[int]:
    """The rank of the truth in each order that the distances allow, one order an order of ties."""
    nearer = [at for at in range(len(row)) if row[at] < row[truth]]
    level = [at for at in range(len(row)) if row[at] == row[truth]]
    return [len(nearer) + order.index(truth) + 1 for order in permutations(level)]


@pytest.mark.parametrize("seed", range(12))
def test_figures_are_means_over_all_orders_of_equals(seed):
    far, truth = drawn(seed)
    found = ranking.ranks(far, truth)
    for at in range(N):
        orders = np.array(every_rank(far[at], truth[at]))
        assert found.mean[at] == pytest.approx(orders.mean())
        assert found.reciprocal[at] == pytest.approx((1 / orders).mean())
        for k in (1, 3, 5):
            assert found.hits(k)[at] == pytest.approx((orders <= k).mean())


@pytest.mark.parametrize("m", [1, 2, 54, 2000])
def test_who_says_nothing_is_at_chance(m):
    found = ranking.ranks(np.zeros((1, m)), [m - 1])
    assert found.mean[0] == ranking.chance_median(m)
    assert found.reciprocal[0] == pytest.approx(ranking.chance_reciprocal(m))
    for k in ranking.RECALL_AT:
        assert found.hits(k)[0] == pytest.approx(ranking.chance_recall(m, k))


def test_chance_is_what_draws_reach():
    rng = np.random.default_rng(0)
    found = ranking.ranks(rng.random((20_000, 20)), np.zeros(20_000, int))
    assert found.hits(5).mean() == pytest.approx(ranking.chance_recall(20, 5), abs=0.01)
    assert np.median(found.mean) == pytest.approx(ranking.chance_median(20), abs=0.6)
    assert found.reciprocal.mean() == pytest.approx(ranking.chance_reciprocal(20), abs=0.01)


@pytest.mark.parametrize("seed", range(12))
def test_neither_scale_nor_order_of_candidates_changes_a_rank(seed):
    far, truth = drawn(seed, levels=50)
    moved = np.random.default_rng(seed).permutation(M)
    back = np.argsort(moved)
    other = ranking.ranks(3 * far[:, moved] - 7, back[truth])
    np.testing.assert_array_equal(other.mean, ranking.ranks(far, truth).mean)


def test_negative_distances_rank_like_others():
    assert ranking.ranks([[-0.02, -0.5, 0.1]], [0]).mean[0] == 2


@pytest.mark.parametrize(
    ("far", "truth", "why"),
    [
        ([[np.nan, 1.0]], [1], "NaN"),
        ([[0.0, 1.0]], [2], "one of the 2"),
        ([[0.0, 1.0]], [-1], "one of the 2"),
        ([[0.0, 1.0]], [0, 1], "a truth a query"),
        ([[0.0, 1.0]], [0.0], "one of the 2"),
        ([0.0, 1.0], [0], "queries, candidates"),
    ],
)
def test_what_has_no_rank_is_refused(far, truth, why):
    with pytest.raises(ValueError, match=why):
        ranking.ranks(far, truth)


def test_infinity_is_farther_than_all():
    assert ranking.ranks([[np.inf, 1.0, 2.0]], [0]).mean[0] == 3


def test_a_track_is_as_near_as_its_nearest_window():
    far = np.array([[5.0, 1.0, 3.0, 2.0]])
    told, truth = ranking.by_piece(far, [0], ["b", "b", "a", "c"])
    assert (told.tolist(), truth.tolist()) == ([[3.0, 1.0, 2.0]], [1])
    assert ranking.ranks(told, truth).mean[0] == 1
    assert ranking.ranks(far, [0]).mean[0] == 4


def test_the_first_match_is_as_far_from_the_truth_as_the_reference_says():
    reference = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    assert ranking.first_apart([[0.0, 1.0, 2.0]], [0], reference)[0] == 0
    assert ranking.first_apart([[2.0, 1.0, 3.0]], [0], reference)[0] == 5
    assert ranking.first_apart([[2.0, 1.0, 1.0]], [0], reference)[0] == 7.5  # either may be first
    nothing = ranking.first_apart(np.zeros((2, 3)), [0, 1], reference)
    np.testing.assert_allclose(nothing, ranking.chance_apart([0, 1], reference))
    np.testing.assert_allclose(nothing, [5.0, 10 / 3])
    with pytest.raises(ValueError, match="finite"):
        ranking.first_apart([[0.0, 1.0]], [0], [[np.nan], [1.0]])


@pytest.mark.parametrize("seed", range(6))
def test_the_first_matches_share_places_when_they_are_level(seed):
    far, _ = drawn(seed)
    values = np.random.default_rng(seed).normal(size=M)
    for k in (1, 3, 5, M + 3):
        for row, told in zip(far, ranking.mean_of_first(far, values, k), strict=True):
            edge = np.sort(row)[min(k, M) - 1]
            inside, on = np.flatnonzero(row < edge), np.flatnonzero(row == edge)
            ways = [
                values[[*inside, *level]].mean()
                for level in combinations(on, min(k, M) - len(inside))
            ]
            assert told == pytest.approx(np.mean(ways))


def test_the_first_matches_without_equals_are_exact():
    assert ranking.mean_of_first([[3.0, 1.0, 2.0]], [10.0, 20.0, 40.0], 2)[0] == 30
    with pytest.raises(ValueError, match="k"):
        ranking.mean_of_first([[1.0]], [1.0], 0)
    with pytest.raises(ValueError, match="NaN"):
        ranking.mean_of_first([[1.0]], [np.nan], 1)


def test_distances_of_embeddings_are_those_written_out():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 5)).astype(np.float32), rng.normal(size=(4, 5)).astype(np.float32)
    slow = [[sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for q in b] for p in a]
    np.testing.assert_allclose(ranking.distances_between(a, b), slow, rtol=1e-5)
    with pytest.raises(ValueError, match="one width"):
        ranking.distances_between(a, b[:, :4])


@pytest.mark.parametrize("start_s", [0.0, 8.0, 91.3])
@pytest.mark.parametrize("apart_s", [0.0, 0.5, -8.0, 31.9, 32.0, -70.0])
def test_iou_is_overlap_over_union(start_s, apart_s):
    one, other = (start_s, start_s + 32), (start_s + apart_s, start_s + apart_s + 32)
    shared = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    union = 64 - shared
    assert moments.iou(start_s, start_s + apart_s) == pytest.approx(shared / union, abs=1e-9)


def test_a_window_8_s_off_is_a_hit_and_one_16_s_off_is_none():
    np.testing.assert_allclose(moments.iou([0, 8, 16, 32], 0), [1, 0.6, 1 / 3, 0])


def test_moments_are_looked_for_within_the_true_piece_alone():
    piece, start_s = ["a", "a", "a", "b"], [0.0, 8.0, 16.0, 0.0]
    found = moments.find_moments([[3.0, 2.0, 1.0, 0.0]], [0], piece, start_s)
    assert (found.iou[0], found.hit[0]) == (pytest.approx(1 / 3), 0)
    level = moments.find_moments([[1.0, 1.0, 1.0, 0.0]], [0], piece, start_s)
    drawn_ = moments.chance_moments([0], piece, start_s)
    assert level.iou[0] == drawn_.iou[0] == pytest.approx((1 + 0.6 + 1 / 3) / 3)
    assert level.hit[0] == drawn_.hit[0] == pytest.approx(2 / 3)
    far_off = moments.find_moments([[np.inf, np.inf, np.inf, 0.0]], [0], piece, start_s)
    assert far_off.iou[0] == level.iou[0]


def test_moments_of_what_does_not_go_together_are_refused():
    with pytest.raises(ValueError, match="m pieces"):
        moments.find_moments([[1.0, 2.0]], [0], ["a"], [0.0, 8.0])
    with pytest.raises(ValueError, match="NaN"):
        moments.find_moments([[np.nan, 2.0]], [0], ["a", "a"], [0.0, 8.0])
