"""Raters in the store: from consent to completion code, resumable by receipt code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mrcmv.study import session as way
from mrcmv.study.assignment import has_room
from mrcmv.study.ballots import check_key, storable
from mrcmv.study.design import Study
from mrcmv.study.reading import consent_hash
from mrcmv.study.refusals import refuse
from mrcmv.study.rules import check_answers
from mrcmv.study.session import Progress
from mrcmv.study.store.schema import answers, people, raters, secrets
from mrcmv.study.store.studies import Locked, held, over
from mrcmv.study.store.trials import lapse
from mrcmv.study.store.views import Arrival, Session
from mrcmv.study.tokens import (
    code_for,
    hash_code,
    new_code,
    new_id,
    own_completion_code,
    salted,
)

LONGEST_AGENT = 400
MANY_PARAMETERS = 20


@dataclass(frozen=True)
class Rater:
    """A rater's row."""

    id: str
    study: str
    language: str
    consent: str
    progress: Progress


def begin(connection: Connection, locked: Locked, arrival: Arrival, now_s: float) -> Session:
    """A new session for someone who consented; the only time that its code is told.

    Raises:
        VoteRefused: no such consent or language, begun before, the study over or full, a bad key.
    """
    study = locked.study
    if arrival.consent != consent_hash(study):
        raise refuse("no-consent")
    if arrival.language not in study.languages:
        raise refuse("no-such-language")
    code = _code(connection, study, arrival)
    if arrival.key and (before := _with_code(connection, code)) is not None:
        return view(connection, locked, before, code)
    _check_new(connection, study, arrival)
    if over(connection, locked, now_s):
        raise refuse("closed")
    lapse(connection, study.id, now_s)
    filling = held(connection, study.id, below=study.votes_a_cell)
    if not study.is_open and not has_room(len(locked.cells), filling, study.votes_a_cell):
        raise refuse("full")
    rater = new_id()
    progress = way.begin(study, Random(f"{study.seed}|{rater}"))
    connection.execute(
        insert(raters).values(
            id=rater,
            study=study.id,
            code_hash=hash_code(code),
            language=arrival.language,
            consent=arrival.consent,
            consent_version=study.consent.version,
            step=progress.step,
            progress=way.to_json(progress),
            begun_s=now_s,
            seen_s=now_s,
            is_excluded=False,
        )
    )
    _remember(connection, study, rater, arrival)
    found = Rater(rater, study.id, arrival.language, arrival.consent, progress)
    return view(connection, locked, found, code)


def find(connection: Connection, code: str) -> Rater:
    """The rater with this receipt code. VoteRefused (`unknown-code`) where there is none."""
    known = isinstance(code, str) and len(code) <= 100
    found = _with_code(connection, code if known else "")
    if found is None:
        raise refuse("unknown-code")
    return found


def advance(connection: Connection, rater: Rater, progress: Progress, now_s: float) -> Rater:
    """Store where the rater is now."""
    ended = {"finished_s": now_s} if progress.step == "finished" else {}
    connection.execute(
        update(raters)
        .where(raters.c.id == rater.id)
        .values(step=progress.step, progress=way.to_json(progress), seen_s=now_s, **ended)
    )
    return Rater(rater.id, rater.study, rater.language, rater.consent, progress)


def check_sound(
    connection: Connection, locked: Locked, rater: Rater, n_heard: int, now_s: float
) -> tuple[Rater, bool]:
    """One try of the sound check; whether it was right."""
    progress = way.after_sound_check(rater.progress, locked.study, n_heard, Random(new_id()))
    right = progress.step not in ("sound-check", "screened-out")
    return advance(connection, rater, progress, now_s), right


def answer(
    connection: Connection, locked: Locked, rater: Rater, given: Mapping[str, Any], now_s: float
) -> Rater:
    """The answers to the questions after the trials.

    Raises:
        VoteRefused: not their turn, an answer that does not fit, or one that is missing.
    """
    progress = way.after_questions(rater.progress)
    check_answers(locked.study.questions, given)
    for question, said in given.items():
        text = json.dumps(storable(said) if isinstance(said, str) else said)
        connection.execute(insert(answers).values(rater=rater.id, question=question, answer=text))
    return advance(connection, rater, progress, now_s)


def view(connection: Connection, locked: Locked, rater: Rater, code: str = "") -> Session:
    """What a face may know of a session."""
    progress, ends = rater.progress, locked.study.completion
    step = progress.step
    own = ends.platform == "mturk" or (ends.platform == "own" and not ends.code)
    completion = ""
    if step == "finished" and ends.platform != "none":
        key = connection.scalar(select(secrets.c.token_key).where(secrets.c.study == rater.study))
        completion = own_completion_code(key or b"", rater.id) if own else ends.code or ""
    elif step == "screened-out":
        completion = ends.screened_out_code or ""
    return Session(
        study=rater.study,
        rater=rater.id,
        language=rater.language,
        step=step,
        n_done=progress.n_done,
        n_trials=len(progress.turns),
        n_tones=progress.n_tones,
        attempt=progress.attempt,
        code=code,
        completion_code=completion,
        return_url=(ends.return_url or "") if completion else "",
    )


def _code(connection: Connection, study: Study, arrival: Arrival) -> str:
    """The receipt code of a session that begins: the same for the same key."""
    if not arrival.key:
        return new_code()
    check_key(arrival.key)
    query = select(secrets.c.token_key).where(secrets.c.study == study.id)
    return code_for(connection.scalar(query) or b"", arrival.key)


def _with_code(connection: Connection, code: str) -> Rater | None:
    query = select(raters).where(raters.c.code_hash == hash_code(code))
    row = connection.execute(query).first()
    if row is None:
        return None
    progress = way.from_json(row.progress)
    return Rater(row.id, row.study, row.language, row.consent, progress)


def _check_new(connection: Connection, study: Study, arrival: Arrival) -> None:
    if arrival.participant is None:
        return
    query = select(people.c.rater).where(
        people.c.study == study.id, people.c.participant == storable(arrival.participant)
    )
    if connection.execute(query).first():
        raise refuse("already-took-part")


def _remember(connection: Connection, study: Study, rater: str, arrival: Arrival) -> None:
    """What leads to a person, in the table that a withdrawal erases."""
    salt = connection.scalar(select(secrets.c.salt).where(secrets.c.study == study.id))
    hashed = salted(salt, arrival.address) if salt and arrival.address else None
    kept = {name: storable(value) for name, value in arrival.parameters[:MANY_PARAMETERS]}
    participant = None if arrival.participant is None else storable(arrival.participant)
    connection.execute(
        insert(people).values(
            rater=rater,
            study=study.id,
            participant=participant,
            parameters=json.dumps(kept, sort_keys=True),
            address_hash=hashed,
            agent=storable(arrival.agent)[:LONGEST_AGENT],
        )
    )
