"""One vote as the statistics read it: what stood in which slot, and what a rater said.

**Conventions.** A row is one answer to one question. A trial with a choice is one row; a trial in
which each stimulus gets a rating is one row a stimulus, all with the trial's index. Slots count
from 0, from the left or the top. Corrections are resolved before: the last valid answer is the row.
Rows of excluded raters are kept and marked, so that results can be told with and without them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

Kind = Literal["trial", "catch", "repeat", "training"]
Question = Literal["best-of-n", "pairwise", "mos"]
Answer = Literal["none", "all-bad", "neutral"]

RATINGS = (1, 2, 3, 4, 5)
"""Bad, poor, fair, good, excellent (ITU-T P.800; the sound-effects paper, section 4.3)."""
ANSWERS: dict[Question, frozenset[str]] = {
    "best-of-n": frozenset({"none", "all-bad"}),
    "pairwise": frozenset({"neutral"}),
    "mos": frozenset(),
}
"""What may be answered instead of a slot, by question: `none` is "no preference"."""


@dataclass(frozen=True)
class Row:
    """One answer.

    `trial`: index within the rater's session, from 0. `methods`: in slot order; of a MOS trial
    that shows one stimulus, one. `slot`: chosen or rated. `answer`: what was said instead of a
    slot. `chosen`, `rated`: the method in that slot. `decision_s`: from the moment that the vote
    was allowed (gate open) to the vote. `repeat_of`: of a repeat, the trial that it repeats.
    `catch_passed`: of a catch trial, whether the answer was right.

    Raises:
        ValueError: a row that contradicts itself.
    """

    study: str
    rater: str
    trial: int
    kind: Kind
    clip: str
    question: Question
    methods: tuple[str, ...]
    slot: int | None
    answer: Answer | None
    chosen: str | None
    rating: int | None
    rated: str | None
    at: datetime
    decision_s: float
    excluded: bool = False
    repeat_of: int | None = None
    catch_passed: bool | None = None

    def __post_init__(self) -> None:
        if wrong := _contradiction(self):
            raise ValueError(f"vote of rater {self.rater!r} in trial {self.trial}: {wrong}")


def votes_of(
    rows: Iterable[Row],
    question: Question,
    *,
    kind: Kind = "trial",
    with_excluded: bool = False,
) -> tuple[Row, ...]:
    """The rows that a result is made of: no catch, training or repeat, no excluded rater."""
    return tuple(
        row
        for row in rows
        if row.question == question and row.kind == kind and (with_excluded or not row.excluded)
    )


def _contradiction(row: Row) -> str:
    """What is wrong with a row in itself; empty if nothing."""
    if row.kind not in get_args(Kind) or row.question not in get_args(Question):
        return f"no such kind or question: {row.kind!r}, {row.question!r}"
    if row.trial < 0 or not row.methods:
        return "a trial counts from 0 and shows one method at least"
    if row.at.utcoffset() != timedelta(0):
        return f"its time is not UTC: {row.at!r}"
    if not 0 <= row.decision_s < float("inf"):
        return f"a decision takes 0 s or more: {row.decision_s}"
    if (row.kind == "repeat") != (row.repeat_of is not None):
        return "a repeat, and nothing else, says which trial it repeats"
    return _wrong_rating(row) if row.question == "mos" else _wrong_choice(row)


def _wrong_rating(row: Row) -> str:
    if row.answer is not None or row.chosen is not None:
        return "a rating chooses nothing"
    if row.rating not in RATINGS or row.slot is None or row.rated != _in_slot(row):
        return f"a rating is 1 to 5 of the method in its slot: {row.rating}, {row.rated!r}"
    return ""


def _wrong_choice(row: Row) -> str:
    if row.rating is not None or row.rated is not None:
        return "a choice carries no rating"
    if (row.slot is None) == (row.answer is None):
        return "a choice is a slot or an answer instead of one"
    if row.answer is not None and row.answer not in ANSWERS[row.question]:
        return f"{row.question} has no answer {row.answer!r}"
    if row.chosen != _in_slot(row):
        return f"slot {row.slot} of {row.methods} does not hold {row.chosen!r}"
    if row.question == "pairwise" and len(row.methods) != 2:
        return f"a pair is two methods: {row.methods}"
    return ""


def _in_slot(row: Row) -> str | None:
    """The method in the row's slot; None without a slot or with one that does not exist."""
    if row.slot is None or not 0 <= row.slot < len(row.methods):
        return None
    return row.methods[row.slot]
