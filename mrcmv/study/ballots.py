"""What a rater may answer, by the kind of question, and whether a known answer was given."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mrcmv.study.parts import LONGEST_ANSWER, BestOfN, MeanOpinion, Pairwise
from mrcmv.study.refusals import refuse
from mrcmv.study.rows import RATINGS

BAD_RATING = 2
"""A broken stimulus is recognised by a rating no better than this ("poor")."""
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Ballot:
    """What the page sends.

    `token`: from the trial. `key`: made by the page, once for each vote, sent again with each
    retry. Then one of: `slot` chosen, `answer` instead of one, `ratings` in slot order.
    """

    token: str
    key: str
    slot: int | None = None
    answer: str | None = None
    ratings: tuple[int, ...] | None = None
    comment: str = ""


def allowed_answers(question: BestOfN | Pairwise | MeanOpinion) -> tuple[str, ...]:
    """What may be answered instead of a slot."""
    if isinstance(question, BestOfN):
        every = (("none", question.no_preference), ("all-bad", question.all_bad))
        return tuple(name for name, allowed in every if allowed)
    if isinstance(question, Pairwise):
        return ("neutral",) if question.neutral else ()
    return ()


def check_ballot(question: BestOfN | Pairwise | MeanOpinion, ballot: Ballot, n_slots: int) -> None:
    """Raise VoteRefused for an answer that the question does not allow."""
    check_key(ballot.key)
    rated = isinstance(question, MeanOpinion)
    if not (_is_rating(ballot, n_slots) if rated else _is_choice(question, ballot, n_slots)):
        raise refuse("bad-answer")
    if not isinstance(ballot.comment, str) or (ballot.comment and not question.free_text):
        raise refuse("bad-answer")
    if len(ballot.comment) > LONGEST_ANSWER:
        raise refuse("too-long")


def check_key(key: object) -> None:
    """Raise VoteRefused (`bad-key`) for what is no idempotency key."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise refuse("bad-key")


def storable(text: str) -> str:
    """The text as every database takes it: without NUL and without halves of characters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def said_in(ballot: Ballot) -> dict[str, Any]:
    """The answer alone, plain: what the vote stores and a retry has to equal."""
    fields = asdict(ballot)
    return {name: fields[name] for name in ("slot", "answer", "ratings")}


def known_answer_given(broken: Sequence[bool], ballot: Ballot) -> bool:
    """Whether a trial with broken stimuli was answered as one who listens answers it.

    A choice is right when it fell on a sound stimulus; ratings, when each broken one is poor.
    """
    if ballot.ratings is None:
        return ballot.slot is not None and not broken[ballot.slot]
    rated = zip(ballot.ratings, broken, strict=True)
    return all(rating <= BAD_RATING for rating, is_broken in rated if is_broken)


def _is_choice(question: BestOfN | Pairwise | MeanOpinion, ballot: Ballot, n_slots: int) -> bool:
    if ballot.ratings is not None:
        return False
    if ballot.slot is None:
        return ballot.answer in allowed_answers(question)
    return ballot.answer is None and type(ballot.slot) is int and 0 <= ballot.slot < n_slots


def _is_rating(ballot: Ballot, n_slots: int) -> bool:
    if ballot.slot is not None or ballot.answer is not None or ballot.ratings is None:
        return False
    whole = all(type(rating) is int and rating in RATINGS for rating in ballot.ratings)
    return whole and len(ballot.ratings) == n_slots
