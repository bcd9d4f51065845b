"""Bradley and Terry with ties, agreement, habits, power, flags."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import evalica
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from mrcmv.study.rows import Row
from mrcmv.study.simulation import Crew, Planted, choices
from mrcmv.study.statistics.agreement import krippendorff_alpha, retest
from mrcmv.study.statistics.biases import leave_one_rater_out, slot_bias, trend
from mrcmv.study.statistics.flags import (
    failed_catches,
    run_probability,
    straight_lining,
    too_fast,
    velocity,
)
from mrcmv.study.statistics.power import Conditions, raters_for, rating_power, share_power
from mrcmv.study.statistics.strengths import difference_of, strengths_of

UTILITIES = {"a": 0.6, "b": 0.1, "c": -0.2, "d": -0.5}


def votes(n_slots: int, tie: float, seed: int = 0):
    """(shown, chosen with 4 for a tie, raters, clips) of 20 raters on 26 clips."""
    told = choices(
        np.random.default_rng(seed), Planted(UTILITIES, tie=tie), Crew(20), 26, 26, n_slots
    )
    shown = np.zeros((len(told.raters), 4), bool)
    np.put_along_axis(shown, told.order, True, axis=1)
    return shown, np.where(told.chosen < 0, 4, told.chosen), told.raters, told.clips


@pytest.mark.parametrize("tie", [0.0, 0.7])
def test_of_pairs_strengths_are_evalicas(tie: float):
    shown, chosen, raters, clips = votes(2, tie)
    told = strengths_of(shown, chosen, raters, clips)
    pairs = np.array([np.flatnonzero(row) for row in shown])
    winner = {True: evalica.Winner.X, False: evalica.Winner.Y}
    winners = [
        evalica.Winner.Draw if pick == 4 else winner[bool(pick == x)]
        for pick, x in zip(chosen, pairs[:, 0], strict=True)
    ]
    theirs = evalica.newman(
        pairs[:, 0].tolist(), pairs[:, 1].tolist(), winners, tolerance=1e-12, limit=10_000
    )
    scores = np.log(theirs.scores.sort_index().to_numpy())
    assert told.strengths == pytest.approx(scores - scores.mean(), abs=1e-6)
    assert told.tie == pytest.approx(2 * theirs.v if tie else 0, abs=1e-6)


def test_of_sets_the_likelihood_is_at_its_maximum():
    shown, chosen, raters, clips = votes(3, 0.4)

    def against(theta):
        beta, tie = theta[:4] - theta[:4].mean(), theta[4]
        total = 0.0
        for row, pick in zip(shown, chosen, strict=True):
            logits = np.append(beta[row], tie + beta[row].mean())
            own = tie + beta[row].mean() if pick == 4 else beta[pick]
            total -= own - np.log(np.exp(logits).sum())
        return total

    told = strengths_of(shown, chosen, raters, clips)
    found = minimize(against, np.zeros(5), tol=1e-9).x
    assert told.strengths == pytest.approx(found[:4] - found[:4].mean(), abs=1e-4)
    assert np.log(told.tie) == pytest.approx(found[4], abs=1e-4)


def test_of_two_without_ties_the_difference_is_the_logit_of_the_share():
    shown, chosen = np.ones((50, 2), bool), (np.arange(50) % 5 == 0).astype(int)
    told = strengths_of(shown, chosen, np.arange(50), np.arange(50))
    gap = difference_of(told, 0, 1)
    assert gap.value == pytest.approx(np.log(40 / 10))
    naive = np.array([1, -1]) @ told.naive @ np.array([1, -1])
    assert naive == pytest.approx(1 / 40 + 1 / 10)


def test_planted_strengths_lie_in_their_intervals():
    told = strengths_of(*votes(3, 0.4, seed=1))
    planted = np.array(list(UTILITIES.values()))
    errors = np.sqrt(np.diag(told.covariance))
    assert (np.abs(told.strengths - (planted - planted.mean())) < 3 * errors).all()


def test_a_method_that_never_lost_has_no_strength():
    told = strengths_of(np.ones((9, 3), bool), np.zeros(9, int), np.arange(9), np.arange(9))
    assert not told.identified
    assert np.isnan(told.strengths).all()


@pytest.mark.parametrize(
    ("shown", "chosen"), [([[1, 0]], [0]), ([[1, 1, 0]], [2]), ([[1, 1]], [3])]
)
def test_choices_that_cannot_be_are_refused(shown, chosen):
    with pytest.raises(ValueError, match=r"shown|shows|number"):
        strengths_of(shown, chosen, ["r"], ["c"])


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815),
                                              ("interval", 0.849)])  # fmt: skip
def test_alpha_is_krippendorffs_own_example(level: str, alpha: float):
    """Computing Krippendorff's alpha-reliability (2011), section D."""
    table = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3",
             ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]  # fmt: skip
    said = [
        (int(value), unit, rater)
        for rater, row in enumerate(table)
        for unit, value in enumerate(row.split())
        if value != "."
    ]
    values, units, raters = (np.array(column) for column in zip(*said, strict=True))
    told = krippendorff_alpha(values, units, raters, level)
    assert told.alpha == pytest.approx(alpha, abs=0.0005)
    assert told.interval.low < told.alpha < told.interval.high + 1e-9


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_is_evalicas(level: str):
    rng = np.random.default_rng(1)
    raters, units = np.repeat(np.arange(8), 30), np.tile(np.arange(30), 8)
    values, kept = rng.integers(1, 6, 240), rng.random(240) < 0.6
    table = pd.DataFrame(np.where(kept, values, np.nan).reshape(8, 30))
    told = krippendorff_alpha(values[kept], units[kept], raters[kept], level)
    assert told.alpha == pytest.approx(evalica.alpha(table, distance=level).alpha, abs=1e-9)


def test_alpha_without_two_answers_is_unknown():
    assert np.isnan(krippendorff_alpha([1, 2], ["u", "v"], ["r", "r"], "nominal").alpha)
    with pytest.raises(ValueError, match="level"):
        krippendorff_alpha([1], ["u"], ["r"], "exact")


def test_raters_who_agree_with_themselves():
    told = retest([1, 2, 3, 1], [1, 2, 3, 2], list("abcd"), "nominal")
    assert told.same == 0.75
    assert told.chance == pytest.approx(0.5 * 0.25 + 0.25 * 0.5 + 0.25 * 0.25)


def test_a_habit_of_many_raters_is_a_bias_and_of_one_is_not():
    rng = np.random.default_rng(0)
    raters = np.repeat(np.arange(20), 26)
    leaning = np.where(rng.random(520) < 0.25, 0, rng.integers(0, 3, 520))
    assert slot_bias(leaning, 3, raters).p < 0.01
    lone = np.where(raters == 3, 0, rng.integers(0, 3, 520))
    assert slot_bias(lone, 3, raters).p > 0.05
    with pytest.raises(ValueError, match="slots of 0 to 2"):
        slot_bias([3], 3, ["r"])


def test_a_drift_is_told_over_the_session():
    at = np.tile(np.arange(11), 4)
    told = trend(0.1 * at, at, np.repeat(np.arange(4), 11), np.zeros(44))
    assert told.value == pytest.approx(1.0)


def test_clips_that_all_meet_early_are_no_drift():
    at = np.tile(np.arange(11), 4)
    assert trend(at % 3 * 1.0, at, np.repeat(np.arange(4), 11), at).value == pytest.approx(0)


def test_the_rater_who_moves_a_figure_most_is_named():
    raters, values = np.repeat(list("abcd"), 5), np.repeat([0.0, 0.1, 0.0, 3.0], 5)
    told = leave_one_rater_out(
        lambda kept: (values[kept].mean(), 0.01 if values[kept].mean() > 0.5 else 0.5), raters
    )
    assert (told.rater, told.turns) == ("d", ("d",))
    assert told.without == pytest.approx(0.1 / 3)


def test_power_is_what_happens():
    under = Conditions(votes_a_rater=10, n_clips=1000, rater_icc=0, clip_icc=0)
    told = share_power(0.42, 1 / 3, 40, under)
    rng = np.random.default_rng(0)
    error = np.sqrt(1 / 3 * 2 / 3 / 400)
    hits = np.abs(rng.binomial(400, 0.42, 20_000) / 400 - 1 / 3) / error > 2.02  # t of 39
    assert told.power == pytest.approx(hits.mean(), abs=0.03)


def test_the_fewest_raters_are_found_and_likeness_costs_raters():
    under = Conditions(votes_a_rater=26, n_clips=26)
    told = raters_for(lambda n: share_power(0.5, 1 / 3, n, under))
    assert told.power >= 0.8
    assert share_power(0.5, 1 / 3, told.n_raters - 1, under).power < 0.8
    alike = Conditions(votes_a_rater=26, n_clips=26, rater_icc=0.3)
    assert raters_for(lambda n: share_power(0.5, 1 / 3, n, alike)).n_raters > told.n_raters


def test_no_number_of_raters_replaces_clips():
    under = Conditions(votes_a_rater=3, n_clips=3, clip_icc=0.2)
    assert raters_for(lambda n: share_power(0.45, 1 / 3, n, under)).n_raters == 0
    assert rating_power(1.0, 1.0, 20, Conditions(10, 10)).power > 0.8


@pytest.mark.parametrize(("n", "length"), [(1, 1), (4, 2), (6, 3), (7, 5), (7, 8), (5, 5)])
def test_runs_are_as_likely_as_counted(n: int, length: int):
    def longest(word):
        best = run = 1
        for one, other in pairwise(word):
            run = run + 1 if one == other else 1
            best = max(best, run)
        return best

    words = list(product("abc", repeat=n))
    counted = np.mean([longest(word) >= length for word in words])
    assert run_probability(n, length, 1 / 3) == pytest.approx(counted)


def answers(n: int, *, slots=None, every_s=45.0, decision_s=4.0, rater="r") -> list[Row]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    picked = slots if slots is not None else [i % 3 for i in range(n)]
    return [
        Row("s", rater, i, "trial", f"c{i}", "best-of-n", ("a", "b", "c"), slot, None, "abc"[slot],
            None, None, start + timedelta(seconds=every_s * i), decision_s)
        for i, slot in enumerate(picked)
    ]  # fmt: skip


def test_each_sign_is_seen_and_an_honest_rater_has_none():
    rng = np.random.default_rng(0)
    honest = answers(26, slots=rng.integers(0, 3, 26).tolist(), rater="honest")
    assert [f.rater for f in velocity([*honest, *answers(26, every_s=3)])] == ["r"]
    assert [f.rater for f in too_fast([*honest, *answers(26, decision_s=0.1)])] == ["r"]
    lined = straight_lining([*honest, *answers(26, slots=[0] * 26)])
    assert [(f.rater, f.words) for f in lined] == [("r", "26 times slot 0 in a row")]
    assert failed_catches(honest) == []
