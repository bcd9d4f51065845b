"""Mann and Whitney's U, Holm, mean opinion scores."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from mrcmv.study.statistics.opinions import opinion
from mrcmv.study.statistics.ranks import clustered_mann_whitney, holm, mann_whitney


def samples(seed: int, n: int, m: int, tied: bool):
    rng = np.random.default_rng(seed)
    if tied:
        return rng.integers(1, 6, n), rng.integers(1, 5, m)
    return rng.normal(size=n), rng.normal(0.3, size=m)


@pytest.mark.parametrize("alternative", ["greater", "two-sided"])
@pytest.mark.parametrize("seed", range(8))
def test_with_ties_the_normal_p_is_scipys(seed: int, alternative: str):
    one, other = samples(seed, 40 + seed, 55, tied=True)
    theirs = stats.mannwhitneyu(one, other, alternative=alternative, method="asymptotic")
    ours = mann_whitney(one, other, alternative)
    assert ours.method == "asymptotic"
    assert (ours.u, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-9)


@pytest.mark.parametrize("alternative", ["greater", "two-sided"])
@pytest.mark.parametrize("seed", range(8))
def test_without_ties_the_exact_p_is_scipys(seed: int, alternative: str):
    one, other = samples(seed, 5 + seed, 9, tied=False)
    theirs = stats.mannwhitneyu(one, other, alternative=alternative, method="exact")
    ours = mann_whitney(one, other, alternative)
    assert ours.method == "exact"
    assert ours.p == pytest.approx(theirs.pvalue, abs=1e-9)


@pytest.mark.parametrize("alternative", ["greater", "two-sided"])
@pytest.mark.parametrize("seed", range(4))
def test_with_ties_the_exact_p_is_that_of_all_permutations(seed: int, alternative: str):
    one, other = samples(seed, 4, 5, tied=True)
    theirs = stats.mannwhitneyu(
        one, other, alternative=alternative, method=stats.PermutationMethod(n_resamples=10_000)
    )
    assert mann_whitney(one, other, alternative).p == pytest.approx(theirs.pvalue, abs=1e-9)


def test_the_exact_p_counts_all_ways_to_deal_the_ratings():
    one, other = np.array([5, 4, 4]), np.array([4, 3, 2, 2])
    every = np.concatenate([one, other])

    def u(picked):
        rest = np.delete(every, picked)
        return sum((a > b) + 0.5 * (a == b) for a in every[list(picked)] for b in rest)

    ways = [u(picked) for picked in combinations(range(7), 3)]
    assert mann_whitney(one, other).p == pytest.approx(np.mean(np.array(ways) >= u((0, 1, 2))))


def test_effect_is_symmetric_and_knows_its_ends():
    one, other = samples(9, 30, 20, tied=True)
    assert mann_whitney(one, other).effect == pytest.approx(-mann_whitney(other, one).effect)
    assert mann_whitney([4, 5], [1, 2]).effect == 1
    assert mann_whitney([3, 3], [3, 3, 3]).p == 1
    assert mann_whitney([3, 3], [3, 3, 3]).effect == 0


def test_of_independent_ratings_the_clustered_error_is_delongs():
    one, other = samples(10, 60, 50, tied=True)
    above = (one[:, None] > other) + 0.5 * (one[:, None] == other)
    delong = above.mean(axis=1).var(ddof=1) / 60 + above.mean(axis=0).var(ddof=1) / 50
    each = (np.arange(60), np.arange(60, 110))
    told = clustered_mann_whitney(one, other, each, each)
    reach = told.interval.high - told.superiority
    assert reach / stats.t.ppf(0.975, 109) == pytest.approx(np.sqrt(delong), rel=0.01)
    assert told.superiority == mann_whitney(one, other).superiority


def test_ratings_given_twice_do_not_make_surer():
    one, other = samples(11, 12, 12, tied=True)
    one = np.minimum(one + 1, 5)
    raters, twice = np.arange(12), np.repeat(np.arange(12), 2)
    clips = np.zeros(12, int), np.zeros(24, int)
    once = clustered_mann_whitney(one, other, (raters, raters), (clips[0], clips[0]))
    both = np.repeat(one, 2), np.repeat(other, 2)
    again = clustered_mann_whitney(*both, (twice, twice), (clips[1], clips[1]))
    assert again.p == pytest.approx(once.p, abs=1e-12)
    assert mann_whitney(*both, method="asymptotic").p < 0.5 * mann_whitney(one, other).p


def test_a_rater_who_is_severe_to_all_takes_nothing_away():
    rng = np.random.default_rng(12)
    severity = np.repeat(rng.normal(0, 0.8, 20), 10)
    one, other = (
        np.clip(np.rint(3 + shift + severity + rng.normal(0, 0.5, 200)), 1, 5) for shift in (0.2, 0)
    )
    raters, clips = np.repeat(np.arange(20), 10), np.tile(np.arange(10), 20)
    told = clustered_mann_whitney(one, other, (raters, raters), (clips, clips))
    assert told.p < mann_whitney(one, other).p


def test_complete_separation_is_as_sure_as_its_fewest_groups():
    raters, clips = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    told = clustered_mann_whitney(np.full(12, 5), np.full(12, 1), (raters, raters), (clips, clips))
    assert told.effect == 1
    assert told.p == pytest.approx(0.5**3)


@pytest.mark.parametrize(("one", "other"), [([], [1]), ([1], []), ([np.nan], [1])])
def test_samples_without_ratings_are_refused(one, other):
    with pytest.raises(ValueError, match="one rating or more"):
        mann_whitney(one, other)


def test_holm_steps_down():
    p = np.array([0.01, 0.04, np.nan, 0.03])
    assert holm(p)[[0, 1, 3]].tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert np.isnan(holm(p)[2])
    rng = np.random.default_rng(0)
    for _ in range(20):
        p = rng.random(6) ** 3
        order = np.argsort(p)
        twin = [max(min(1, (6 - j) * p[order[j]]) for j in range(i + 1)) for i in range(6)]
        assert holm(p)[order].tolist() == pytest.approx(twin)


def test_holm_keeps_the_share_of_wrong_families():
    rng = np.random.default_rng(12)
    wrong = np.mean([min(holm(rng.random(6))) < 0.05 for _ in range(2000)])
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2000)


def test_the_naive_interval_of_a_mos_is_scipys():
    ratings = np.random.default_rng(1).integers(1, 6, 90)
    told = opinion(ratings, np.arange(90), np.arange(90))
    theirs = stats.t.interval(0.95, 89, ratings.mean(), stats.sem(ratings))
    assert (told.naive.low, told.naive.high) == pytest.approx(theirs, abs=1e-9)
    assert (told.by_raters.low, told.by_raters.high) == pytest.approx(theirs, abs=1e-9)


def test_the_interval_over_raters_is_students_of_their_means():
    rng = np.random.default_rng(2)
    ratings = np.clip(np.rint(3 + np.repeat(rng.normal(0, 1, 15), 8) + rng.normal(size=120)), 1, 5)
    told = opinion(ratings, np.repeat(np.arange(15), 8), np.tile(np.arange(8), 15))
    means = ratings.reshape(15, 8).mean(axis=1)
    theirs = stats.t.interval(0.95, 14, means.mean(), stats.sem(means))
    assert (told.by_raters.low, told.by_raters.high) == pytest.approx(theirs, abs=1e-9)
    assert told.crossed.high - told.crossed.low >= told.by_raters.high - told.by_raters.low
    assert told.naive.high - told.naive.low < told.by_raters.high - told.by_raters.low


def test_a_rating_outside_the_scale_is_refused():
    with pytest.raises(ValueError, match="1 to 5"):
        opinion([3, 6], ["a", "b"], ["c", "c"])
