"""Shares of choices, and the spread over raters and clips under them."""

import numpy as np
import pytest
from scipy import stats

from mrcmv.study.statistics.clusters import crossed_spread, ratio_bootstrap, t_interval, t_p, wald_p
from mrcmv.study.statistics.shares import (
    binomial_p,
    chi_square_p,
    crossed_share,
    equal_shares_p,
    share,
    wilson,
)


def names(*parts: int) -> list[str]:
    return [str(part) for part in parts]


def study(seed: int, n_raters: int = 8, n_clips: int = 6, taste: float = 1.0):
    """Votes for or against, with tastes. Shape: three of (n,)."""
    rng = np.random.default_rng(seed)
    raters = np.repeat(np.arange(n_raters), n_clips)
    clips = np.tile(np.arange(n_clips), n_raters)
    leaning = rng.normal(0, taste, n_raters)[raters]
    return rng.random(len(raters)) < 1 / (1 + np.exp(-leaning)), raters, clips


def test_wilson_is_scipys():
    rng = np.random.default_rng(0)
    for n in rng.integers(1, 400, 50):
        k = int(rng.integers(0, n + 1))
        theirs = stats.binomtest(k, int(n)).proportion_ci(0.95, method="wilson")
        ours = wilson(k, int(n))
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_binomial_adds_up_the_ways_that_are_as_unlikely():
    rng = np.random.default_rng(1)
    for n in rng.integers(1, 60, 30):
        k, chance = int(rng.integers(0, n + 1)), float(rng.choice([0.5, 1 / 3, 0.25]))
        ways = stats.binom.pmf(np.arange(n + 1), n, chance)
        both = ways[ways <= ways[k] * (1 + 1e-7)].sum()
        assert binomial_p(k, int(n), chance) == pytest.approx(min(1.0, both), abs=1e-9)
        assert binomial_p(k, int(n), chance, "greater") == pytest.approx(ways[k:].sum(), abs=1e-9)


def test_chi_square_is_scipys_and_its_formula():
    counts = np.array([31, 20, 15])
    expected = counts.sum() / 3
    by_hand = stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), 2)
    assert chi_square_p(counts) == pytest.approx(stats.chisquare(counts).pvalue, abs=1e-9)
    assert chi_square_p(counts) == pytest.approx(by_hand, abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_the_interval_holds_chance_exactly_when_the_test_does_not_reject_it(seed: int):
    chosen, raters, clips = study(seed)
    told = crossed_share(chosen, raters, clips, 1 / 3)
    assert (told.interval.low <= 1 / 3 <= told.interval.high) == (told.p >= 0.05)


def test_a_rater_who_votes_alike_on_each_clip_counts_once():
    once = np.arange(20) % 3 > 0
    alone = crossed_share(once, np.arange(20), np.zeros(20, int), 0.5)
    often = crossed_share(np.repeat(once, 10), np.repeat(np.arange(20), 10),
                          np.tile(np.arange(10), 20), 0.5)  # fmt: skip
    assert often.design_effect == pytest.approx(10 * 20 / 19)
    assert often.interval.high - often.interval.low > 0.9 * (
        alone.interval.high - alone.interval.low
    )
    assert wilson(10 * int(once.sum()), 200).low > often.interval.low


def test_independent_votes_are_worth_what_they_are():
    rng = np.random.default_rng(3)
    told = share(rng.random(4000) < 0.4, np.arange(4000), np.arange(4000), 0.5)
    assert told.crossed.design_effect == pytest.approx(1, abs=0.001)
    assert told.crossed.interval.low == pytest.approx(told.wilson.low, abs=1e-4)
    assert told.by_raters.low == pytest.approx(told.wilson.low, abs=0.004)


def test_order_and_names_do_not_matter():
    chosen, raters, clips = study(4)
    mixed = np.random.default_rng(0).permutation(len(chosen))
    one = crossed_share(chosen, raters, clips, 0.5)
    other = crossed_share(
        chosen[mixed],
        [f"z{9 - r}" for r in raters[mixed]],
        [f"clip {c}" for c in clips[mixed]],
        0.5,
    )
    assert one.p == pytest.approx(other.p, abs=1e-12)


@pytest.mark.parametrize("every", [True, False])
def test_all_votes_alike_are_as_sure_as_there_are_raters(every: bool):
    told = share(np.full(60, every), np.repeat(np.arange(6), 10), np.tile(np.arange(10), 6), 0.5)
    assert told.value == float(every)
    assert 0.2 < told.crossed.interval.high - told.crossed.interval.low < 0.7
    assert told.p_binomial < told.crossed.p < 0.1


def test_one_rater_on_one_clip_says_nothing_of_others():
    told = share(np.array([True, False]), names(1, 1), names(1, 1), 0.5)
    assert np.isnan([told.crossed.p, told.crossed.interval.low, told.by_raters.low]).all()


def test_a_share_wants_votes_and_their_names():
    with pytest.raises(ValueError, match="a name for each"):
        share(np.array([True]), names(1, 2), names(1))
    with pytest.raises(ValueError, match="one vote at least"):
        crossed_share(np.zeros(0, bool), [], [])


def test_crossed_spread_is_its_formula_by_loops():
    rng = np.random.default_rng(5)
    raters, clips = rng.integers(0, 5, 60), rng.integers(0, 4, 60)
    parts = rng.normal(size=60) + rng.normal(size=5)[raters] + rng.normal(size=4)[clips]

    def of(groups):
        sums = [sum(parts[i] for i in range(60) if groups[i] == g) for g in sorted(set(groups))]
        return len(sums) / (len(sums) - 1) * sum(s**2 for s in sums)

    cell = of(list(zip(raters.tolist(), clips.tolist(), strict=True)))
    by_hand = cell + max(0, of(raters.tolist()) - cell) + max(0, of(clips.tolist()) - cell)
    told = crossed_spread(parts[:, np.newaxis], raters, clips)
    assert told.covariance[0, 0] == pytest.approx(by_hand)
    assert told.freedom == 3


def test_wald_of_one_statistic_is_student():
    parts = np.random.default_rng(6).normal(size=(40, 1)) / 40
    spread = crossed_spread(parts, np.repeat(np.arange(10), 4), np.tile(np.arange(4), 10))
    assert wald_p([0.3], spread) == pytest.approx(
        t_p(0.3, float(spread.errors[0]), spread.freedom), abs=1e-12
    )


def test_all_shares_do_not_depend_on_which_method_comes_first():
    rng = np.random.default_rng(7)
    picked = np.eye(3)[rng.choice(3, 120, p=[0.5, 0.3, 0.2])]
    raters, clips = np.repeat(np.arange(12), 10), np.tile(np.arange(10), 12)
    one = equal_shares_p(picked, 1 / 3, raters, clips)
    assert one == pytest.approx(equal_shares_p(picked[:, [2, 0, 1]], 1 / 3, raters, clips))
    assert one < 0.05


def test_bootstrap_of_raters_is_repeatable_and_close_to_its_normal_twin():
    chosen, raters, _ = study(8, n_raters=40)
    told = ratio_bootstrap(chosen, np.ones(len(chosen)), raters)
    assert told == ratio_bootstrap(chosen, np.ones(len(chosen)), raters)
    by_rater = chosen.reshape(40, -1).mean(axis=1)
    twin = t_interval(by_rater.mean(), by_rater.std(ddof=1) / np.sqrt(40), 1e9)
    assert (told.low, told.high) == pytest.approx((twin.low, twin.high), abs=0.03)
