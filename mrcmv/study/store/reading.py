"""What the store tells: rows for the statistics, how full the study is, free text, the chain."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from mrcmv.study.rows import Row
from mrcmv.study.store import ledger as chain
from mrcmv.study.store.schema import answers, comments, ledger, people, raters
from mrcmv.study.store.studies import Locked, count_votes, held, over
from mrcmv.study.store.views import Fields, Filled, Status


def rows(connection: Connection, locked: Locked) -> tuple[Row, ...]:
    """Every answer, corrected where it was, in order of the votes; nothing of the withdrawn.

    A rater counts as excluded who was excluded by hand, or who failed more catch trials than the
    study allows (`catch.most_failed`).
    """
    study = locked.study.id
    gone = _withdrawn(connection, study)
    votes = _last_answers(connection, study)
    told = [(number, vote) for number, vote in votes.items() if vote["rater"] not in gone]
    excluded = _excluded(connection, locked, [vote for _, vote in told])
    return tuple(
        row for _, vote in told for row in _rows_of(study, vote, vote["rater"] in excluded)
    )


def status(connection: Connection, locked: Locked, now_s: float) -> Status:
    """Counts of everything, and of results nothing."""
    study = locked.study.id
    voted, leased = held(connection, study, ("voted",)), held(connection, study, ("leased",))
    steps = (
        select(raters.c.step, func.count())
        .where(raters.c.study == study)
        .group_by(raters.c.step)
        .order_by(raters.c.step)
    )
    mine = raters.c.study == study
    excluded = select(func.count()).where(mine, raters.c.is_excluded.is_(True))
    withdrawn = select(func.count()).where(mine, raters.c.withdrawn_s.is_not(None))
    return Status(
        study=study,
        hash=locked.hash,
        locked_at=chain.iso(locked.locked_s),
        why_over=over(connection, locked, now_s),
        target=locked.study.votes_a_cell,
        cells=tuple(
            Filled(cell.clip, cell.methods, voted.get(cell.number, 0), leased.get(cell.number, 0))
            for cell in locked.cells
        ),
        n_votes=count_votes(connection, study),
        n_leased=sum(leased.values()),
        raters=tuple((step, count) for step, count in connection.execute(steps)),
        n_excluded=connection.scalar(excluded) or 0,
        n_withdrawn=connection.scalar(withdrawn) or 0,
    )


def texts(connection: Connection, study: str) -> tuple[Fields, ...]:
    """The free text with its vote's rater, trial and clip."""
    query = (
        select(comments, ledger.c.content)
        .join_from(
            comments,
            ledger,
            (ledger.c.study == comments.c.study) & (ledger.c.number == comments.c.number),
        )
        .where(comments.c.study == study)
        .order_by(comments.c.number)
    )
    return tuple(
        {
            "rater": row.rater,
            "trial": (vote := json.loads(row.content))["trial"],
            "clip": vote["clip"],
            "comment": row.comment,
        }
        for row in connection.execute(query)
    )


def said_after(connection: Connection, study: str) -> tuple[Fields, ...]:
    """The answers to the questions after the trials."""
    query = (
        select(answers)
        .join_from(answers, raters, raters.c.id == answers.c.rater)
        .where(raters.c.study == study)
        .order_by(raters.c.begun_s, answers.c.rater, answers.c.question)
    )
    return tuple(
        {"rater": row.rater, "question": row.question, "answer": json.loads(row.answer)}
        for row in connection.execute(query)
    )


def arrivals(connection: Connection, study: str) -> tuple[Fields, ...]:
    """Who is to be paid: the platform's ids with step and times. For the researcher alone."""
    query = (
        select(raters, people.c.participant, people.c.parameters)
        .join_from(raters, people, people.c.rater == raters.c.id)
        .where(raters.c.study == study)
        .order_by(raters.c.begun_s)
    )
    return tuple(
        {
            "rater": row.id,
            "participant": row.participant,
            **json.loads(row.parameters),
            "step": row.step,
            "begun_at": chain.iso(row.begun_s),
            "finished_at": None if row.finished_s is None else chain.iso(row.finished_s),
        }
        for row in connection.execute(query)
    )


def log(connection: Connection, study: str) -> Iterator[Fields]:
    """The chain's rows as they are hashed, for who wants to walk it alone.

    What a rater said who withdrew is None: that row's hash can be followed, not recomputed.
    """
    gone = _withdrawn(connection, study)
    query = select(ledger).where(ledger.c.study == study).order_by(ledger.c.number)
    for row in connection.execute(query):
        hidden = row.rater in gone and row.kind != "withdraw"
        yield {
            "study": row.study,
            "number": row.number,
            "kind": row.kind,
            "at": row.at,
            "content": None if hidden else row.content,
            "previous": row.previous,
            "hash": row.hash,
        }


def _withdrawn(connection: Connection, study: str) -> set[str]:
    query = select(raters.c.id).where(raters.c.study == study, raters.c.withdrawn_s.is_not(None))
    return set(connection.scalars(query))


def _last_answers(connection: Connection, study: str) -> dict[int, Fields]:
    """Each vote by its number, with the answer of its last correction."""
    query = (
        select(ledger.c.number, ledger.c.at, ledger.c.content)
        .where(ledger.c.study == study, ledger.c.kind.in_(("vote", "correction")))
        .order_by(ledger.c.number)
    )
    votes: dict[int, Fields] = {}
    for number, at, content in connection.execute(query):
        vote = {**json.loads(content), "at": at}
        votes[vote.get("corrects", number)] = vote
    return votes


def _excluded(connection: Connection, locked: Locked, votes: list[Fields]) -> set[str]:
    query = select(raters.c.id).where(
        raters.c.study == locked.study.id, raters.c.is_excluded.is_(True)
    )
    excluded = set(connection.scalars(query))
    most = locked.study.catch.most_failed
    failed = [one["rater"] for one in votes if one["kind"] == "catch" and one["right"] is False]
    if most is not None:
        excluded |= {rater for rater in failed if failed.count(rater) > most}
    return excluded


def _rows_of(study: str, vote: Fields, excluded: bool) -> Iterator[Row]:
    """One row for a choice, one a stimulus for ratings."""
    sources = tuple(vote["sources"])
    shared: dict[str, Any] = {
        "study": study,
        "rater": vote["rater"],
        "trial": vote["trial"],
        "kind": vote["kind"],
        "clip": vote["clip"],
        "question": vote["question"],
        "methods": sources,
        "answer": vote["answer"],
        "at": datetime.fromisoformat(vote["at"]),
        "decision_s": vote["decision_s"],
        "excluded": excluded,
        "repeat_of": vote["repeat_of"],
        "catch_passed": vote["right"] if vote["kind"] == "catch" else None,
    }
    if vote["ratings"] is None:
        slot = vote["slot"]
        chosen = None if slot is None else sources[slot]
        yield Row(**shared, slot=slot, chosen=chosen, rating=None, rated=None)
        return
    for slot, rating in enumerate(vote["ratings"]):
        yield Row(**shared, slot=slot, chosen=None, rating=rating, rated=sources[slot])
