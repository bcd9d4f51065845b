"""Intervals hold what they say, differences that are there are found, others are not."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from mrcmv.evaluation import paired

REPEATS = 200
N_DRAWS = 200
ERROR = 3 * np.sqrt(0.05 * 0.95 / REPEATS)
"""Three standard errors of a share of 5 % told from 200 repetitions."""


def world(rng, *, n=60, seeds=(3, 3), seed_spread=0.1, gain=0.0, reaction=0.5):
    """Two methods on the same queries: values (seeds, n) each; the first is better by `gain`."""
    query = rng.normal(size=n)
    return tuple(
        query
        + better
        + seed_spread * rng.normal(size=(n_seeds, 1))  # a network that came out well
        + reaction * rng.normal(size=(n_seeds, n))  # how each query took to this network
        + 0.3 * rng.normal(size=n)  # how each query takes to the method
        for n_seeds, better in zip(seeds, (gain, 0.0), strict=True)
    )


@pytest.mark.parametrize(
    ("seeds", "seed_spread"), [((3, 3), 0.0), ((3, 3), 0.3), ((5, 3), 0.1), ((3, 1), 0.0)]
)
def test_where_there_is_no_difference_one_in_twenty_is_found_at_most(seeds, seed_spread):
    rng = np.random.default_rng(1)
    found = [
        paired.difference(*world(rng, seeds=seeds, seed_spread=seed_spread), n_draws=N_DRAWS)
        for _ in range(REPEATS)
    ]
    assert np.mean([one.p < 0.05 for one in found]) <= 0.05 + ERROR
    covered = np.mean([one.low <= 0 <= one.high for one in found])
    assert covered >= 0.95 - ERROR
    assert covered == np.mean([one.p >= 0.05 for one in found])  # interval and p say the same


@pytest.mark.parametrize("seed_spread", [0.0, 0.1, 0.3])
def test_intervals_of_a_mean_hold_the_true_one_as_often_as_they_say(seed_spread):
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(REPEATS):
        told = paired.estimate(world(rng, seed_spread=seed_spread, gain=2.0)[0], n_draws=N_DRAWS)
        held += told.low <= 2.0 <= told.high
    assert 0.95 - ERROR <= held / REPEATS <= 0.995


def test_intervals_by_take_hold_where_clips_of_a_take_are_alike():
    rng = np.random.default_rng(3)
    takes = np.repeat(np.arange(40), 3)
    names = [f"t{take}" for take in takes]
    held, alone = 0, 0
    for _ in range(REPEATS):
        values = (rng.normal(size=40)[takes] + 0.5 * rng.normal(size=120))[np.newaxis]
        told = paired.estimate(values, groups=names, n_draws=N_DRAWS)
        held += told.low <= 0 <= told.high
        each = paired.estimate(values, n_draws=N_DRAWS)
        alone += each.low <= 0 <= each.high
    assert held / REPEATS >= 0.95 - ERROR > alone / REPEATS
    assert (told.n, told.n_groups) == (120, 40)


def test_a_planted_difference_is_found_and_its_size_told():
    rng = np.random.default_rng(4)
    found = [paired.difference(*world(rng, gain=1.0), n_draws=N_DRAWS) for _ in range(20)]
    assert np.mean([one.p < 0.05 for one in found]) > 0.9
    assert np.mean([one.value for one in found]) == pytest.approx(1.0, abs=0.1)
    back = paired.difference(*reversed(world(np.random.default_rng(5), gain=1.0)))
    forth = paired.difference(*world(np.random.default_rng(5), gain=1.0))
    assert (back.value, back.p) == (pytest.approx(-forth.value), pytest.approx(forth.p))


def test_pairing_sees_what_two_intervals_do_not():
    rng = np.random.default_rng(6)
    a, b = world(rng, gain=0.3, seed_spread=0.0, reaction=0.1, n=200)
    one, other = paired.estimate(a), paired.estimate(b)
    assert one.low < other.high  # the intervals overlap
    assert paired.difference(a, b).p < 0.001


def test_without_seeds_the_error_is_that_of_a_paired_t_test():
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(7)
    a = rng.normal(size=(1, 150))
    b = a + 0.2 * rng.normal(size=(1, 150)) + 0.03
    told = paired.difference(a, b)
    slow = ttest_rel(a[0], b[0])
    assert told.p == pytest.approx(slow.pvalue, rel=0.25)
    low, high = slow.confidence_interval()
    assert (told.low, told.high) == (pytest.approx(low, abs=0.003), pytest.approx(high, abs=0.003))


def test_without_seeds_p_is_that_of_flipping_signs():
    rng = np.random.default_rng(8)
    a, b = (rng.random((1, 120)) < share for share in (0.5, 0.4))
    gaps = a[0].astype(float) - b[0]
    flipped = (gaps * rng.choice([-1, 1], (20_000, 120))).mean(axis=1)
    slow = (np.abs(flipped) >= abs(gaps.mean()) - 1e-12).mean()
    assert paired.difference(a, b).p == pytest.approx(slow, abs=0.05)


def test_networks_that_come_out_differently_widen_the_interval():
    rng = np.random.default_rng(9)
    values = rng.normal(size=100) + np.array([[-1.0], [0.0], [1.0]])
    told = paired.estimate(values)
    assert told.error == pytest.approx(np.sqrt(1 / 3 + values[0].var() / 100), rel=0.1)
    assert told.freedom < 3
    same = paired.estimate(np.stack([values[1]] * 3))
    assert same.error == pytest.approx(values[0].std(ddof=1) / 10, rel=0.1)
    assert same.freedom == pytest.approx(99)


def test_one_query_has_no_interval_and_no_p():
    told = paired.difference([[1.0]], [[0.0]])
    assert (told.value, told.n) == (1.0, 1)
    assert np.isnan([told.low, told.high, told.p]).all()


def test_equal_methods_do_not_differ():
    values = np.random.default_rng(0).random((2, 30))
    assert paired.difference(values, values[::-1]).value == pytest.approx(0)
    told = paired.difference(values[:1], values[:1])
    assert (told.value, told.p) == (0.0, 1.0)


def test_an_interval_ends_where_the_figure_does():
    told = paired.estimate([[100.0] * 20 + [0.0]], bounds=(0, 100))
    assert told.high == 100.0
    assert 0 < told.low < 100


def test_no_hit_of_few_queries_is_less_sure_than_of_many():
    from scipy.stats import binomtest

    for n, hits in ((10, 0), (100, 0), (100, 100)):
        told = paired.estimate([[100.0 * (hits > 0)] * n], bounds=(0, 100))
        slow = binomtest(hits, n).proportion_ci(0.95, "exact")
        assert (told.low, told.high) == pytest.approx((100 * slow.low, 100 * slow.high))


def test_it_is_the_same_each_time():
    a, b = world(np.random.default_rng(0))
    assert paired.difference(a, b) == paired.difference(a, b)


def test_statistics_of_draws_are_those_of_what_was_drawn():
    rng = np.random.default_rng(10)
    values, other = rng.integers(0, 6, (2, 25)).astype(float)
    counts = rng.multinomial(25, np.full(25, 1 / 25), 40).astype(float)
    counts[0, :] = 1
    counts[1, 0] += 1  # an odd number
    rho = paired.correlation_with(other)(values, counts)
    for at, count in enumerate(counts):
        one, two = (np.repeat(side, count.astype(int)) for side in (values, other))
        assert paired.mean(values, counts)[at] == pytest.approx(one.mean())
        assert paired.median(values, counts)[at] == np.median(one)
        assert rho[at] == pytest.approx(spearmanr(one, two).statistic)
    assert paired.correlation_with(other)(np.ones(25), counts)[0] == 0


def test_places_are_mid_ranks():
    values = np.array([3.0, 1.0, 3.0, 2.0])
    np.testing.assert_allclose(paired._places(values, np.ones((1, 4)))[0], rankdata(values))


def test_correlations_differ_in_pairs_too():
    rng = np.random.default_rng(11)
    arousal = rng.normal(size=150)
    near, far = (arousal + spread * rng.normal(size=(3, 150)) for spread in (0.5, 3.0))
    told = paired.difference(near, far, paired.correlation_with(arousal), n_draws=500)
    assert told.value > 0.3
    assert told.p < 0.001
    none = paired.difference(near, near[::-1], paired.correlation_with(arousal), n_draws=500)
    assert none.value == pytest.approx(0)


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        ([[1.0, 2.0]], [[1.0]], "same queries"),
        ([1.0, 2.0], [[1.0, 2.0]], "seeds, queries"),
        ([[np.nan, 2.0]], [[1.0, 2.0]], "NaN"),
    ],
)
def test_what_cannot_be_paired_is_refused(a, b, why):
    with pytest.raises(ValueError, match=why):
        paired.difference(a, b)


def test_each_query_belongs_to_a_group():
    with pytest.raises(ValueError, match="groups"):
        paired.estimate([[1.0, 2.0]], groups=["a"])
