"""Trials in the store: leased to a rater, given again after a reload, watched, free when left."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from mrcmv.study import watching
from mrcmv.study.refusals import refuse
from mrcmv.study.rules import Case
from mrcmv.study.session import Progress
from mrcmv.study.store.dealing import Dealt, deal, stimuli_of
from mrcmv.study.store.schema import assignments, secrets
from mrcmv.study.store.studies import Locked
from mrcmv.study.store.views import Slot, Trial, Watched
from mrcmv.study.tokens import check_token, make_token, new_id
from mrcmv.study.watching import Event


def give(
    connection: Connection, locked: Locked, rater: str, progress: Progress, now_s: float
) -> Trial | None:
    """The rater's present trial: the one on lease again, or a new one. None: no cell is left.

    Raises:
        VoteRefused: it is not the time for trials.
    """
    if progress.step not in ("training", "trials"):
        raise refuse("out-of-turn")
    lapse(connection, locked.study.id, now_s)
    expires_s = now_s + locked.study.lease_s
    row = _leased(connection, rater)
    if row is not None:
        connection.execute(
            update(assignments).where(assignments.c.id == row.id).values(expires_s=expires_s)
        )
        return show(connection, locked, rater, progress, _by_id(connection, row.id, rater))
    if locked.study.is_open:
        return None
    dealt = deal(connection, locked, rater, progress)
    return None if dealt is None else lease(connection, locked, rater, progress, dealt, now_s)


def lease(
    connection: Connection,
    locked: Locked,
    rater: str,
    progress: Progress,
    dealt: Dealt,
    now_s: float,
    *,
    shown_s: float | None = None,
) -> Trial:
    """Write the lease and show the trial. `shown_s`: since when it was seen, if not from now on."""
    fresh = new_id()
    since_s = now_s if shown_s is None else shown_s
    connection.execute(
        insert(assignments).values(
            id=fresh,
            study=locked.study.id,
            rater=rater,
            trial=progress.trial,
            kind=progress.kind,
            clip=dealt.clip,
            slots=json.dumps([asdict(one) for one in dealt.slots]),
            cell=dealt.cell,
            place=dealt.place,
            repeat_of=progress.repeat_of,
            state="leased",
            watch=watching.to_json(watching.unwatched(len(dealt.slots))),
            leased_s=since_s,
            expires_s=now_s + locked.study.lease_s,
            open_s=since_s if locked.study.gate.share == 0 else None,
        )
    )
    return show(connection, locked, rater, progress, _by_id(connection, fresh, rater))


def show(
    connection: Connection, locked: Locked, rater: str, progress: Progress, row: Row[Any]
) -> Trial:
    """What the rater sees of an assignment: names that say nothing, and a token."""
    case, slots = case_of(row), stimuli_of(row)
    key = token_key(connection, locked.study.id)
    return Trial(
        token=make_token(key, row.id, rater, row.expires_s),
        n_done=progress.n_done,
        n_trials=len(progress.turns),
        is_training=row.kind == "training",
        slots=tuple(Slot(one.name, one.picture, one.duration_s) for one in slots),
        watched=watching.shares(case.watch, case.durations_s),
        gate_is_open=_is_open(locked, case),
    )


def report(
    connection: Connection,
    locked: Locked,
    rater: str,
    token: str,
    events: Sequence[Event],
    now_s: float,
) -> Watched:
    """Count what the rater's player reports.

    Raises:
        VoteRefused: no valid token of this rater, or reports that make no sense.
    """
    named = check_token(token_key(connection, locked.study.id), token, rater, now_s)
    row = assignment(connection, named, rater)
    if row is None:
        raise refuse("forged")
    if row.state != "leased":
        raise refuse("replayed" if row.state in ("voted", "released") else "expired")
    case = case_of(row)
    watching.check_events(events, len(case.durations_s))
    watch = case.watch
    for event in events:
        watch = watching.after(watch, event, now_s, case.durations_s)
    is_open = watching.gate_is_open(watch, case.durations_s, locked.study.gate.share)
    open_s = row.open_s if row.open_s is not None else (now_s if is_open else None)
    connection.execute(
        update(assignments)
        .where(assignments.c.id == row.id)
        .values(watch=watching.to_json(watch), open_s=open_s)
    )
    return Watched(watching.shares(watch, case.durations_s), is_open)


def lapse(connection: Connection, study: str, now_s: float) -> None:
    """Free every place whose lease has ended."""
    connection.execute(
        update(assignments)
        .where(
            assignments.c.study == study,
            assignments.c.state == "leased",
            assignments.c.expires_s <= now_s,
        )
        .values(state="lapsed")
    )


def leave(connection: Connection, rater: str) -> None:
    """Give up the trial that a rater has on lease."""
    connection.execute(
        update(assignments)
        .where(assignments.c.rater == rater, assignments.c.state == "leased")
        .values(state="lapsed")
    )


def assignment(connection: Connection, named: str, rater: str) -> Row[Any] | None:
    """This rater's assignment of that id."""
    query = select(assignments).where(assignments.c.id == named, assignments.c.rater == rater)
    return connection.execute(query).first()


def case_of(row: Row[Any]) -> Case:
    """The facts that the rules ask for."""
    durations_s = tuple(one.duration_s for one in stimuli_of(row))
    watch = watching.from_json(row.watch)
    return Case(row.trial, row.kind, row.state, row.expires_s, watch, durations_s)


def token_key(connection: Connection, study: str) -> bytes:
    key = connection.scalar(select(secrets.c.token_key).where(secrets.c.study == study))
    return bytes(key or b"")


def _is_open(locked: Locked, case: Case) -> bool:
    return watching.gate_is_open(case.watch, case.durations_s, locked.study.gate.share)


def _leased(connection: Connection, rater: str) -> Row[Any] | None:
    query = select(assignments).where(assignments.c.rater == rater, assignments.c.state == "leased")
    return connection.execute(query).first()


def _by_id(connection: Connection, named: str, rater: str) -> Row[Any]:
    row = assignment(connection, named, rater)
    assert row is not None
    return row
