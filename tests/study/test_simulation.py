"""Made-up raters, and what the statistics make of them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from mrcmv.study.rows import Row
from mrcmv.study.simulation import (
    Crew,
    Planted,
    choices,
    excluding_failures,
    ratings,
    shares_of,
    simulated_rows,
)
from mrcmv.study.statistics.flags import flags
from mrcmv.study.statistics.power import Conditions, share_power
from mrcmv.study.statistics.ranks import clustered_mann_whitney, mann_whitney
from mrcmv.study.statistics.shares import binomial_p, crossed_share

NOTHING = {"mrcmv": 0.0, "cmmr": 0.0, "cbvmr": 0.0}
BETTER = NOTHING | {"mrcmv": 1.0}


def test_the_same_seed_gives_the_same_rows():
    assert simulated_rows(Planted(BETTER), seed=3) == simulated_rows(Planted(BETTER), seed=3)
    assert simulated_rows(Planted(BETTER), seed=3) != simulated_rows(Planted(BETTER), seed=4)


def test_a_study_has_what_was_ordered():
    rows = simulated_rows(Planted(BETTER, tie=0.2, all_bad=0.05), Crew(5), n_clips=8, n_trials=8)
    assert Counter(row.kind for row in rows) == {"trial": 40, "repeat": 10, "catch": 10}
    assert {row.answer for row in rows} == {None, "none", "all-bad"}
    clips = Counter(row.clip for row in rows if row.kind == "trial")
    assert set(clips.values()) == {5}


def test_clips_are_dealt_evenly_where_not_everybody_sees_all():
    rows = simulated_rows(Planted(BETTER), Crew(10), n_clips=15, n_trials=6)
    clips = Counter(row.clip for row in rows if row.kind == "trial")
    assert len(clips) == 15
    assert set(clips.values()) == {4}


def test_shares_without_tastes_are_luces():
    told = shares_of(Planted(BETTER))
    assert told["mrcmv"] == pytest.approx(np.e / (np.e + 2))
    tastes = shares_of(Planted(BETTER, taste=1))
    assert 1 / 3 < tastes["mrcmv"] < told["mrcmv"]


def test_honest_raters_choose_what_was_planted():
    told = choices(np.random.default_rng(0), Planted(BETTER), Crew(200), 26, 26)
    assert (told.chosen == 0).mean() == pytest.approx(np.e / (np.e + 2), abs=0.02)
    assert np.bincount(told.picks) / len(told.picks) == pytest.approx([1 / 3] * 3, abs=0.02)


@pytest.mark.parametrize(("who", "least", "most"), [
    ("noisy", 0.36, 0.43), ("lazy", 0.30, 0.37), ("adversarial", 0.12, 0.19),
])  # fmt: skip
def test_others_choose_otherwise(who: str, least: float, most: float):
    crew = Crew(**{"honest": 0, who: 200})
    told = choices(np.random.default_rng(0), Planted(BETTER), crew, 26, 26)
    assert least < (told.chosen == 0).mean() < most


def test_ratings_keep_the_planted_distance():
    told = ratings(np.random.default_rng(0), Planted({"a": 0.5, "b": -0.5}), Crew(300), 20, 20)
    means = [told.values[told.methods == m].mean() for m in (0, 1)]
    assert means[0] - means[1] == pytest.approx(1.0, abs=0.08)


def test_signs_find_the_lazy_and_leave_the_honest():
    rows = simulated_rows(Planted(BETTER, taste=0.5, luck=0.5), Crew(17, lazy=3), seed=5)
    seen = Counter(flag.rater for flag in flags(rows))
    lazy = {row.rater for row in rows if row.rater.startswith("lazy")}
    assert all(seen[rater] >= 3 for rater in lazy)
    assert sum(n for rater, n in seen.items() if rater not in lazy) <= 2


def test_lazy_raters_blur_and_excluding_them_sharpens():
    rows = excluding_failures(simulated_rows(Planted(BETTER), Crew(14, lazy=6), n_catches=4))

    def value(with_excluded: bool) -> float:
        own = [r for r in rows if r.kind == "trial" and (with_excluded or not r.excluded)]
        return float(np.mean([row.chosen == "mrcmv" for row in own]))

    assert value(False) > value(True) + 0.03


@pytest.mark.parametrize("luck", [0.0, 0.7])
def test_naive_tests_cry_wolf_where_raters_have_tastes_and_those_that_lead_do_not(luck: float):
    """docs/study-statistics.md has the whole table; here the two that matter most."""
    rng, n = np.random.default_rng(0), 150
    planted = Planted(NOTHING, taste=0.7, luck=luck)
    found = np.zeros((n, 4), bool)
    for row in found:
        told = choices(rng, planted, Crew(20), 26, 26)
        first = told.chosen == 0
        rated = ratings(rng, planted, Crew(20), 26, 26)
        one, other = (rated.methods == m for m in (0, 1))
        raters, clips = ((names[one], names[other]) for names in (rated.raters, rated.clips))
        values = (rated.values[one], rated.values[other])
        row[:] = np.array([
            binomial_p(int(first.sum()), len(first), 1 / 3),
            mann_whitney(*values).p,
            crossed_share(first, told.raters, told.clips, 1 / 3).p,
            clustered_mann_whitney(*values, raters, clips).p,
        ]) < 0.05  # fmt: skip
    alarms, error = found.mean(axis=0), np.sqrt(0.05 * 0.95 / n)
    assert (alarms[:2] > 0.15).all()
    assert (alarms[2:] < 0.05 + 3 * error).all()


def test_the_planner_foretells_what_simulated_studies_find():
    planted = Planted(NOTHING | {"mrcmv": 0.8}, taste=0.7, luck=0.7)
    rng, found = np.random.default_rng(1), []
    for _ in range(200):
        told = choices(rng, planted, Crew(20), 26, 26)
        found.append(crossed_share(told.chosen == 0, told.raters, told.clips, 1 / 3).p < 0.05)
    plan = share_power(shares_of(planted)["mrcmv"], 1 / 3, 20, Conditions(26, 26))
    assert plan.power == pytest.approx(np.mean(found), abs=0.1)


def row(**changes) -> Row:
    told = simulated_rows(Planted(BETTER), Crew(1), n_clips=2, n_trials=2)[0]
    return replace(told, **changes)


@pytest.mark.parametrize(("changes", "words"), [
    ({"trial": -1}, "counts from 0"),
    ({"methods": ()}, "one method at least"),
    ({"kind": "test"}, "no such kind"),
    ({"decision_s": -1.0}, "0 s or more"),
    ({"repeat_of": 0}, "a repeat, and nothing else"),
    ({"slot": None}, "a slot or an answer"),
    ({"slot": 9}, "does not hold"),
    ({"chosen": "nobody"}, "does not hold"),
    ({"rating": 3}, "no rating"),
    ({"question": "mos"}, "chooses nothing"),
    ({"question": "pairwise"}, "two methods"),
    ({"slot": None, "answer": "neutral", "chosen": None}, "no answer 'neutral'"),
])  # fmt: skip
def test_a_row_that_contradicts_itself_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        row(**changes)


def test_a_time_without_utc_is_refused():
    with pytest.raises(ValueError, match="UTC"):
        row(at=row().at.replace(tzinfo=None))
