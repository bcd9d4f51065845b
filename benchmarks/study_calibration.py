"""How often does each test of a preference study cry wolf, and do its intervals hold the truth?

    python -m benchmarks.study_calibration [--n 1000] [--seed 0]

Simulates studies in which no method is better and counts the tests that say one is, at 0.05; then
studies with a planted preference, and counts the intervals that hold it. Prints the two tables of
docs/study-statistics.md (about four minutes of one core for 1,000 studies a cell).
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mrcmv.study.simulation import (
    Choices,
    Crew,
    Planted,
    Ratings,
    choices,
    ratings,
    shares_of,
)
from mrcmv.study.statistics.biases import slot_bias, trend
from mrcmv.study.statistics.clusters import Interval, ratio_bootstrap, t_p
from mrcmv.study.statistics.opinions import opinion
from mrcmv.study.statistics.ranks import clustered_mann_whitney, holm, mann_whitney
from mrcmv.study.statistics.shares import (
    binomial_p,
    chi_square_p,
    crossed_share,
    equal_shares_p,
    share,
)
from mrcmv.study.statistics.strengths import strengths_of

LEVEL = 0.05
LARGE = 1e9
"""Degrees of freedom of the normal distribution."""
METHODS = ("mrcmv", "cmmr", "cbvmr")
LEADS = {
    "MOS, raters and clips", "share, raters and clips", "all shares, raters and clips",
    "share of two, raters and clips", "strength, raters and clips", "three shares, Holm",
    "slots, raters", "order, raters", "U, raters and clips", "order of ratings, raters",
}  # fmt: skip
"""Tests that a report leads with: these have to hold."""


@dataclass(frozen=True)
class Scenario:
    """A study in which nothing is better; how many take part in it."""

    name: str
    n_raters: int
    n_clips: int
    n_trials: int
    taste: float = 0.0
    luck: float = 0.0
    habit: float = 0.0

    def planted(self, first: float = 0.0) -> Planted:
        utilities = dict.fromkeys(METHODS, 0.0) | {METHODS[0]: first}
        return Planted(utilities, self.taste, self.luck, tie=0.3, slot_habit=self.habit)


SCENARIOS = (
    Scenario("one vote a rater", 200, 200, 1),
    Scenario("20 × 26, no tastes", 20, 26, 26),
    Scenario("tastes", 20, 26, 26, taste=0.7),
    Scenario("luck", 20, 26, 26, luck=0.7),
    Scenario("both", 20, 26, 26, taste=0.7, luck=0.7),
    Scenario("both, 60 × 8 of 26", 60, 26, 8, taste=0.7, luck=0.7),
    Scenario("both, 8 × 12", 8, 12, 12, taste=0.7, luck=0.7),
    Scenario("both, 20 × 6", 20, 6, 6, taste=0.7, luck=0.7),
    Scenario("slot habits", 20, 26, 26, habit=0.7),
)
Found = dict[str, float]
"""Test → p."""


def choice_tests(told: Choices) -> Found:
    """p of everything that a report says of choices."""
    m, kept = len(METHODS), told.chosen >= 0
    chosen, raters, clips = told.chosen[kept], told.raters[kept], told.clips[kept]
    first, two, n = chosen == 0, chosen < 2, len(chosen)
    shares = [crossed_share(chosen == i, raters, clips, 1 / m) for i in range(m)]
    pair = crossed_share(first[two], raters[two], clips[two], 0.5, "greater")
    every = np.ones((len(told.chosen), m), bool)
    fit = strengths_of(every, np.where(kept, told.chosen, m), told.raters, told.clips)
    value = float(fit.strengths[0])
    error, alone = (float(np.sqrt(c[0, 0])) for c in (fit.covariance, fit.naive))
    slots = slot_bias(told.picks[kept], told.n_slots, raters)
    drawn = ratio_bootstrap(first, np.ones(n), raters)
    return {
        "share, exact binomial": binomial_p(int(first.sum()), n, 1 / m),
        "share, bootstrap of raters": 1.0 if _holds(drawn, 1 / m) else 0.0,
        "share, raters and clips": shares[0].p,
        "three shares, Holm": float(holm([one.p for one in shares]).min()),
        "all shares, χ²": chi_square_p(np.bincount(chosen, minlength=m)),
        "all shares, raters and clips": equal_shares_p(np.eye(m)[chosen], 1 / m, raters, clips),
        "share of two, exact binomial": binomial_p(
            int(first[two].sum()), int(two.sum()), 0.5, "greater"
        ),
        "share of two, raters and clips": pair.p,
        "strength, independent votes": t_p(value, alone, LARGE),
        "strength, raters and clips": t_p(value, error, fit.freedom),
        "slots, χ²": slots.p_naive,
        "slots, raters": slots.p,
        "order, raters": trend(first, told.positions[kept], raters, clips).p,
    }


def rating_tests(told: Ratings) -> Found:
    """p of everything that a report says of ratings."""
    one, other = told.methods == 0, told.methods == 1
    values = told.values
    raters, clips = ((names[one], names[other]) for names in (told.raters, told.clips))
    return {
        "U, independent ratings": mann_whitney(values[one], values[other]).p,
        "U, raters and clips": clustered_mann_whitney(values[one], values[other], raters, clips).p,
        "order of ratings, raters": trend(
            values[one], told.positions[one], told.raters[one], told.clips[one]
        ).p,
    }


def false_alarms(scenario: Scenario, n: int, seed: int) -> Found:
    """Test → share of n studies in which it found what is not there."""
    crew, size = Crew(scenario.n_raters), (scenario.n_clips, scenario.n_trials)
    rng = np.random.default_rng(seed)
    found: dict[str, list[float]] = {}
    for _ in range(n):
        told = choice_tests(choices(rng, scenario.planted(), crew, *size))
        told |= rating_tests(ratings(rng, scenario.planted(), crew, *size))
        for test, p in told.items():
            found.setdefault(test, []).append(p)
    return {
        test: float(np.mean(np.array(p) < LEVEL)) if np.isfinite(p).any() else float("nan")
        for test, p in found.items()
    }


def coverage(scenario: Scenario, n: int, seed: int) -> Found:
    """Interval → share of n studies in which it held what was planted."""
    crew, size = Crew(scenario.n_raters), (scenario.n_clips, scenario.n_trials)
    planted = scenario.planted(0.8)
    truth = shares_of(planted)[METHODS[0]]
    rng = np.random.default_rng(seed)
    far = ratings(rng, planted, Crew(4000), 400, 50)
    mos = float(far.values[far.methods == 0].mean())
    held: dict[str, list[bool]] = {}
    for _ in range(n):
        votes, rated = choices(rng, planted, crew, *size), ratings(rng, planted, crew, *size)
        kept, own = votes.chosen >= 0, rated.methods == 0
        one = share(votes.chosen[kept] == 0, votes.raters[kept],
                    votes.clips[kept], 1 / 3)  # fmt: skip
        two = opinion(rated.values[own], rated.raters[own],
                      rated.clips[own])  # fmt: skip
        intervals = {
            "share, Wilson": (one.wilson, truth),
            "share, bootstrap of raters": (one.by_raters, truth),
            "share, raters and clips": (one.crossed.interval, truth),
            "MOS, independent ratings": (two.naive, mos),
            "MOS, raters": (two.by_raters, mos),
            "MOS, raters and clips": (two.crossed, mos),
        }
        for name, (interval, value) in intervals.items():
            held.setdefault(name, []).append(_holds(interval, value))
        held.setdefault("power: share, raters and clips", []).append(one.crossed.p < LEVEL)
    return {name: float(np.mean(told)) for name, told in held.items()}


def table(title: str, of: Callable[[Scenario, int, int], Found], n: int, seed: int) -> None:
    """Print one table in percent: a row a test, a column a scenario."""
    columns = []
    for scenario in SCENARIOS:
        columns.append(of(scenario, n, seed))
        print(f"{title}, {scenario.name}: {columns[-1]}", file=sys.stderr, flush=True)
    print(f"| {title} | " + " | ".join(scenario.name for scenario in SCENARIOS) + " |")
    print("|---" * (len(SCENARIOS) + 1) + "|")
    for test in columns[0]:
        name = f"**{test}**" if test in LEADS else test
        cells = (100 * column[test] for column in columns)
        print(f"| {name} | " + " | ".join("–" if c != c else f"{c:.1f}" for c in cells) + " |")
    print()


def _holds(interval: Interval, value: float) -> bool:
    return bool(interval.low <= value <= interval.high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=1000, help="simulated studies a cell")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--table", choices=["both", "alarms", "truth"], default="both")
    asked = parser.parse_args()
    error = 100 * np.sqrt(LEVEL * (1 - LEVEL) / asked.n)
    print(f"{asked.n} studies a cell: the error of 5 % is {error:.1f} %.\n")
    if asked.table != "truth":
        table("false alarms in %, at 5 %", false_alarms, asked.n, asked.seed)
    if asked.table != "alarms":
        table("truth held in %, by 95 % intervals", coverage, asked.n, asked.seed)


if __name__ == "__main__":
    main()
