"""What speaks against a study's votes: habits, disagreement, single raters, failed catches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.study.report.arrays import Votes, scores, votes
from mrcmv.study.rows import Question, Row, votes_of
from mrcmv.study.statistics.agreement import Agreement, Retest, krippendorff_alpha, retest
from mrcmv.study.statistics.biases import (
    Influence,
    SlotBias,
    Trend,
    leave_one_rater_out,
    slot_bias,
    trend,
)
from mrcmv.study.statistics.flags import Flag, flags
from mrcmv.study.statistics.shares import crossed_share


@dataclass(frozen=True)
class Checks:
    """None where a study has nothing to check: no slots, no repeats, one trial a rater.

    `order`: drift of the share of the first method, or of ratings; `fatigue`: drift of the
    logarithm of decision times. `influence`: on the first method's share of choices, or MOS.
    """

    study: str
    question: Question
    about: str
    n_catches: int
    n_failed: int
    slots: SlotBias | None
    order: Trend
    fatigue: Trend
    agreement: Agreement
    retest: Retest | None
    influence: Influence
    flags: tuple[Flag, ...]


def checks(
    study: str, question: Question, rows: Sequence[Row], about: str, n_slots: int
) -> Checks | None:
    """Checks of one study's rows of one question. `about`: the method that order and influence
    are told of. None without a vote that counts."""
    kept, again = votes_of(rows, question), votes_of(rows, question, kind="repeat")
    caught = {(row.rater, row.trial): row.catch_passed for row in rows if row.kind == "catch"}
    failed = sum(passed is False for passed in caught.values())
    values, told = _values(question, kept, about)
    if not len(told):
        return None
    raters, clips = (np.array([getattr(row, name) for row in told]) for name in ("rater", "clip"))
    positions = np.array([row.trial for row in told])
    timed = np.log([max(row.decision_s, 0.01) for row in told])
    return Checks(
        study, question, about, len(caught), failed,
        None if question == "mos" else _slots(votes(kept), n_slots),
        trend(values, positions, raters, clips), trend(timed, positions, raters, clips),
        _agreement(question, kept), _retest(question, kept, again),
        _influence(question, values, told, about, raters, clips), flags(rows),
    )  # fmt: skip


def _values(
    question: Question, kept: Sequence[Row], about: str
) -> tuple[np.ndarray, tuple[Row, ...]]:
    """1 where the method was chosen, or its ratings. Shape: (n,), n rows."""
    if question == "mos":
        own = tuple(row for row in kept if row.rated == about)
        return np.array([row.rating for row in own], np.float64), own
    own = tuple(row for row in kept if row.chosen and about in row.methods)
    return np.array([row.chosen == about for row in own], np.float64), own


def _slots(told: Votes, n_slots: int) -> SlotBias | None:
    """Of votes for a method in trials with as many slots as most have."""
    kept = told.of((told.slots >= 0) & (told.shown.sum(axis=1) == n_slots))
    if not len(kept) or n_slots < 2:
        return None
    return slot_bias(kept.slots, n_slots, kept.raters)


def _answer(row: Row) -> str:
    return row.chosen or str(row.answer)


def _unit(row: Row) -> str:
    """What other raters answered too: a stimulus, or a clip with its set of methods."""
    shown = (row.rated or "",) if row.question == "mos" else tuple(sorted(row.methods))
    return "\n".join((row.clip, *shown))


def _agreement(question: Question, kept: Sequence[Row]) -> Agreement:
    units = np.array([_unit(row) for row in kept])
    raters = np.array([row.rater for row in kept])
    clips = np.array([row.clip for row in kept])
    if question == "mos":
        return krippendorff_alpha(scores(kept).values, units, raters, "ordinal", clips)
    numbers = np.unique([_answer(row) for row in kept], return_inverse=True)[1]
    return krippendorff_alpha(numbers, units, raters, "nominal", clips)


def _retest(question: Question, kept: Sequence[Row], again: Sequence[Row]) -> Retest | None:
    first = {(row.rater, row.trial, row.rated): row for row in kept}
    pairs = [
        (first[key], row)
        for row in again
        if row.repeat_of is not None and (key := (row.rater, row.repeat_of, row.rated)) in first
    ]
    if not pairs:
        return None
    raters = np.array([row.rater for _, row in pairs])
    if question == "mos":
        both = np.array([[one.rating, other.rating] for one, other in pairs])
        return retest(both[:, 0], both[:, 1], raters, "ordinal")
    answers = [_answer(row) for pair in pairs for row in pair]
    both = np.unique(answers, return_inverse=True)[1].reshape(-1, 2)
    return retest(both[:, 0], both[:, 1], raters, "nominal")


def _influence(
    question: Question, values: np.ndarray, told: Sequence[Row], about: str,
    raters: np.ndarray, clips: np.ndarray,
) -> Influence:  # fmt: skip
    chance = np.array([1 / len(row.methods) for row in told])

    def figure(mask: np.ndarray) -> tuple[float, float]:
        value = float(values[mask].mean()) if mask.any() else float("nan")
        if question == "mos" or not mask.any():
            return value, float("nan")
        return value, crossed_share(values[mask] > 0, raters[mask], clips[mask], chance[mask]).p

    return leave_one_rater_out(figure, raters)
