"""Votes in the store: each once, in turn, on disk before it is thanked for."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from mrcmv.study import session as way
from mrcmv.study.ballots import Ballot, check_key, known_answer_given, said_in, storable
from mrcmv.study.refusals import refuse
from mrcmv.study.rules import check_correction, check_vote
from mrcmv.study.store import ledger as chain
from mrcmv.study.store import trials
from mrcmv.study.store.dealing import stimuli_of
from mrcmv.study.store.raters import Rater, advance
from mrcmv.study.store.schema import assignments, comments, ledger
from mrcmv.study.store.studies import Locked
from mrcmv.study.store.views import Receipt
from mrcmv.study.tokens import check_token, make_token, read_token


def vote(
    connection: Connection, locked: Locked, rater: Rater, ballot: Ballot, now_s: float
) -> Receipt:
    """Append a vote, or find that this very vote is there: a retry gets the same receipt.

    Raises:
        VoteRefused: a rule is not met; nothing is stored.
    """
    check_key(ballot.key)
    if (before := _before(connection, rater, ballot)) is not None:
        return _receipt(connection, locked, rater, before, now_s, is_replay=True)
    named = check_token(_key(connection, locked), ballot.token, rater.id, now_s)
    row = trials.assignment(connection, named, rater.id)
    case = None if row is None else trials.case_of(row)
    check_vote(locked.study, rater.progress, case, ballot, now_s)
    assert row is not None
    was_right = _was_right(row, ballot)
    since_s = row.open_s if row.open_s is not None else row.leased_s
    content = {
        **_content(locked, rater, row, ballot),
        "decision_s": round(max(0.0, now_s - since_s), 3),
        "right": was_right,
    }
    number = _append(connection, locked, rater, ballot, content, now_s)
    connection.execute(update(assignments).where(assignments.c.id == row.id).values(state="voted"))
    progress = way.after_vote(rater.progress, locked.study, was_right)
    moved = advance(connection, rater, progress, now_s)
    return _receipt(connection, locked, moved, _entry(connection, locked, number), now_s)


def correct(
    connection: Connection, locked: Locked, rater: Rater, ballot: Ballot, now_s: float
) -> Receipt:
    """Append a correction of the rater's last vote, which itself stays as it is.

    `ballot.token` is the vote's `change_token`.

    Raises:
        VoteRefused: it can no longer be changed, or a rule is not met; nothing is stored.
    """
    check_key(ballot.key)
    if (before := _before(connection, rater, ballot)) is not None:
        return _receipt(connection, locked, rater, before, now_s, is_replay=True)
    named = check_token(_key(connection, locked), ballot.token, rater.id, now_s)
    row = trials.assignment(connection, named, rater.id)
    check_correction(
        locked.study, rater.progress, None if row is None else trials.case_of(row), ballot
    )
    assert row is not None
    query = select(ledger).where(ledger.c.assignment == row.id, ledger.c.kind == "vote")
    first = connection.execute(query).one()
    content = {
        **_content(locked, rater, row, ballot),
        "decision_s": json.loads(first.content)["decision_s"],
        "right": _was_right(row, ballot),
        "corrects": first.number,
    }
    number = _append(connection, locked, rater, ballot, content, now_s)
    return _receipt(connection, locked, rater, _entry(connection, locked, number), now_s)


def _key(connection: Connection, locked: Locked) -> bytes:
    return trials.token_key(connection, locked.study.id)


def _before(connection: Connection, rater: Rater, ballot: Ballot) -> Row[Any] | None:
    """The row that this ballot made before; None: it is new.

    Raises:
        VoteRefused: its key belongs to another vote of this rater.
    """
    query = select(ledger).where(ledger.c.rater == rater.id, ledger.c.idempotency == ballot.key)
    row = connection.execute(query).first()
    if row is None:
        return None
    told = json.loads(row.content)
    same = all(told[name] == value for name, value in _plain(said_in(ballot)).items())
    if read_token(ballot.token).assignment != row.assignment or not same:
        raise refuse("key-reused")
    return row


def _was_right(row: Row[Any], ballot: Ballot) -> bool | None:
    """Whether a known answer was given; None where none is known."""
    broken = [one.is_broken for one in stimuli_of(row)]
    return known_answer_given(broken, ballot) if any(broken) else None


def _content(locked: Locked, rater: Rater, row: Row[Any], ballot: Ballot) -> dict[str, Any]:
    """What a vote's row says, its time apart. Nothing of it leads to a person."""
    slots = stimuli_of(row)
    return {
        "assignment": row.id,
        "rater": rater.id,
        "idempotency": ballot.key,
        "trial": row.trial,
        "kind": row.kind,
        "clip": row.clip,
        "question": locked.study.question.kind,
        "sources": [one.source for one in slots],
        "stimuli": [one.name for one in slots],
        "repeat_of": row.repeat_of,
        "consent": rater.consent,
        "locked": locked.hash,
        **_plain(said_in(ballot)),
    }


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(one) if isinstance(one, tuple) else one for name, one in said.items()}


def _append(
    connection: Connection,
    locked: Locked,
    rater: Rater,
    ballot: Ballot,
    content: Mapping[str, Any],
    now_s: float,
) -> int:
    kind: chain.Kind = "correction" if "corrects" in content else "vote"
    entry = chain.Entry(kind, content, rater.id, content["assignment"], ballot.key)
    number, _ = chain.append(connection, locked.study.id, entry, now_s)
    if said := storable(ballot.comment).strip():
        connection.execute(
            insert(comments).values(
                study=locked.study.id, number=number, rater=rater.id, comment=said
            )
        )
    return number


def _entry(connection: Connection, locked: Locked, number: int) -> Row[Any]:
    query = select(ledger).where(ledger.c.study == locked.study.id, ledger.c.number == number)
    return connection.execute(query).one()


def _receipt(
    connection: Connection,
    locked: Locked,
    rater: Rater,
    row: Row[Any],
    now_s: float,
    is_replay: bool = False,
) -> Receipt:
    told = json.loads(row.content)
    change = ""
    if locked.study.corrections and rater.progress.step in ("trials", "questions"):
        ends_s = now_s + locked.study.lease_s
        change = make_token(_key(connection, locked), row.assignment, rater.id, ends_s)
    return Receipt(
        number=row.number,
        hash=row.hash,
        at=row.at,
        step=rater.progress.step,
        was_right=told["right"] if told["kind"] == "training" else None,
        change_token=change,
        is_replay=is_replay,
    )
