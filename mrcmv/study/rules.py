"""What a vote must satisfy, and when a study is over. Pure: the store brings the facts.

The same rules meet a vote from the page and one sent by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mrcmv.study.ballots import Ballot, check_ballot
from mrcmv.study.design import Study
from mrcmv.study.parts import LONGEST_ANSWER, Extra, Stop
from mrcmv.study.refusals import refuse
from mrcmv.study.session import Progress
from mrcmv.study.watching import Watch, gate_is_open


@dataclass(frozen=True)
class Case:
    """The facts about the trial that a vote's token names. `trial`: its index in the session."""

    trial: int
    kind: str
    state: str
    expires_s: float
    watch: Watch
    durations_s: tuple[float, ...]


@dataclass(frozen=True)
class Tally:
    """How far a study is: votes in its emptiest cell, in all, and raters who finished."""

    least_votes: int
    n_votes: int
    n_finished: int


def check_vote(
    study: Study, progress: Progress, case: Case | None, ballot: Ballot, now_s: float
) -> None:
    """Raise VoteRefused unless the vote has its trial, its time, its turn, its gate, its answer.

    The token is proved before (`tokens.check_token`); None: it names no trial of this rater.
    """
    if case is None:
        raise refuse("forged")
    if case.state in ("voted", "released"):
        raise refuse("replayed")
    if case.state != "leased" or now_s >= case.expires_s:
        raise refuse("expired")
    if progress.step not in ("training", "trials") or case.trial != progress.trial:
        raise refuse("out-of-turn")
    if not gate_is_open(case.watch, case.durations_s, study.gate.share):
        raise refuse("not-watched")
    check_ballot(study.question, ballot, len(case.durations_s))


def check_correction(study: Study, progress: Progress, case: Case | None, ballot: Ballot) -> None:
    """Raise VoteRefused unless this is the rater's last vote and may still be changed."""
    if case is None:
        raise refuse("forged")
    is_last = case.trial == progress.trial - 1 and case.kind != "training"
    is_time = progress.step in ("trials", "questions")
    if not (study.corrections and is_last and is_time and case.state == "voted"):
        raise refuse("no-correction")
    check_ballot(study.question, ballot, len(case.durations_s))


def check_answers(questions: Sequence[Extra], answers: Mapping[str, Any]) -> None:
    """Raise VoteRefused for an answer to no question, a wrong one, or one that is missing."""
    asked = {one.id: one for one in questions}
    for name, answer in answers.items():
        if name not in asked or not _fits(asked[name], answer):
            raise refuse("bad-answer")
        if isinstance(answer, str) and len(answer) > LONGEST_ANSWER:
            raise refuse("too-long")
    if any(one.required and answers.get(one.id) in (None, "") for one in questions):
        raise refuse("unanswered")


def why_over(stop: Stop, target: int, tally: Tally, now: datetime) -> str | None:
    """Why the study is over, in words; None while it goes on."""
    if stop.until is not None and now >= stop.until:
        return f"it ended on {stop.until:%Y-%m-%d %H:%M %Z}"
    if stop.raters is not None and tally.n_finished >= stop.raters:
        return f"{tally.n_finished} raters have finished"
    if stop.votes is not None and tally.n_votes >= stop.votes:
        return f"{tally.n_votes} votes are cast"
    if stop.targets and tally.least_votes >= target:
        return f"every cell has {target} votes"
    return None


def _fits(question: Extra, answer: object) -> bool:
    """Whether an answer is of its question's kind. A choice is told by its number, from 0."""
    if answer is None:
        return True
    if question.kind == "choice":
        return type(answer) is int and 0 <= answer < len(question.choices)
    if question.kind == "number":
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return False
        return -1e12 < answer < 1e12
    return isinstance(answer, str)
