"""What makes a rater's votes suspect: signs to look at, no verdicts.

Pure functions of rows, training left out. A flag names the rater, the sign, and the numbers behind
it in words; who is excluded is decided by people, and the report shows results both ways.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

import numpy as np

from mrcmv.study.rows import Row

FAST_S = 0.5
"""A decision quicker than this after the gate opened was hardly one (a choice between two takes
0.5 s where the answer is known before, Hick 1952)."""


@dataclass(frozen=True)
class Flag:
    """`sign`: velocity, too-fast, failed-catch or straight-lining."""

    rater: str
    sign: str
    words: str


def flags(rows: Iterable[Row]) -> tuple[Flag, ...]:
    """All flags of all raters, by rater."""
    told = [row for row in rows if row.kind != "training"]
    every = [*velocity(told), *too_fast(told), *failed_catches(told), *straight_lining(told)]
    return tuple(sorted(every, key=lambda flag: flag.rater))


def velocity(
    rows: Iterable[Row], most: int = 8, within: timedelta = timedelta(minutes=1)
) -> list[Flag]:
    """Raters who answered more than `most` trials within a minute.

    Ratings of one trial are given together: they count once.
    """
    told = []
    for rater, own in _by_rater(rows):
        times = sorted({row.trial: row.at for row in own}.values())
        if len(times) <= most:
            continue
        gap = min(b - a for a, b in zip(times, times[most:], strict=False))
        if gap < within:
            words = f"{most + 1} trials in {gap.total_seconds():.0f} s"
            told.append(Flag(rater, "velocity", words))
    return told


def too_fast(rows: Iterable[Row], fast_s: float = FAST_S, share: float = 0.3) -> list[Flag]:
    """Raters of whom more than a `share` of decisions took less than `fast_s`."""
    told = []
    for rater, own in _by_rater(rows):
        fast = sum(row.decision_s < fast_s for row in own)
        if fast > share * len(own):
            words = f"{fast} of {len(own)} decisions under {fast_s:g} s"
            told.append(Flag(rater, "too-fast", words))
    return told


def failed_catches(rows: Iterable[Row], most: int = 0) -> list[Flag]:
    """Raters who failed more than `most` catch trials."""
    told = []
    for rater, own in _by_rater(rows):
        catches = {row.trial: row.catch_passed for row in own if row.kind == "catch"}
        failed = sum(passed is False for passed in catches.values())
        if failed > most:
            told.append(Flag(rater, "failed-catch", f"{failed} of {len(catches)} catch trials"))
    return told


def straight_lining(rows: Iterable[Row], level: float = 0.001) -> list[Flag]:
    """Raters with a run of the same answer that comes by chance in fewer than one session in 1,000.

    The same answer is the same slot, "none" and the like, or the same rating. By chance: each
    answer drawn from those of the whole study.
    """
    told = list(rows)
    answers = {rater: _answers(own) for rater, own in _by_rater(told)}
    everything = [answer for own in answers.values() for answer in own]
    _, counts = np.unique(everything, return_counts=True)
    same = float(((counts / counts.sum()) ** 2).sum()) if len(counts) else 1.0
    flagged = []
    for rater, own in answers.items():
        runs = [(len(list(run)), answer) for answer, run in groupby(own)]
        longest, answer = max(runs, key=lambda run: run[0])
        if run_probability(len(own), longest, same) < level:
            words = f"{longest} times {answer} in a row"
            flagged.append(Flag(rater, "straight-lining", words))
    return flagged


def run_probability(n: int, length: int, same: float) -> float:
    """The chance of a run of `length` or more among n answers, of which each is the same as the
    one before with probability `same`.

    Raises:
        ValueError: no answers, or no probability.
    """
    if n < 1 or length < 1 or not 0 <= same <= 1:
        raise ValueError(f"a run of one or more among one or more is wanted: {length}, {n}, {same}")
    if length > n:
        return 0.0
    if length == 1:
        return 1.0
    at = np.zeros(length)  # at[r]: no such run yet, and the current one has r + 1 answers
    at[0], reached = 1.0, 0.0
    for _ in range(n - 1):
        reached += at[length - 2] * same
        at[1 : length - 1] = at[: length - 2] * same if length > 2 else at[1:1]
        at[0] = (1.0 - reached) - at[1 : length - 1].sum()
    return float(reached)


def _answers(rows: Sequence[Row]) -> list[str]:
    ordered = sorted((row for row in rows if row.kind != "catch"), key=lambda row: row.trial)
    return [
        f"rating {row.rating}" if row.rating is not None else f"slot {row.slot}"
        if row.slot is not None else str(row.answer)
        for row in ordered or rows
    ]  # fmt: skip


def _by_rater(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    ordered = sorted(rows, key=lambda row: (row.rater, row.trial))
    return [(rater, list(own)) for rater, own in groupby(ordered, key=lambda row: row.rater)]
