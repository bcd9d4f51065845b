"""Studies in the store: locked with their stimuli, loaded, closed by their stop rule."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from mrcmv.errors import StudyError
from mrcmv.study.assignment import Cell, cells_of
from mrcmv.study.design import Study
from mrcmv.study.reading import canonical, digest
from mrcmv.study.rules import Tally, why_over
from mrcmv.study.stimulus import Stimulus, check_bundle, clips_of, to_fields
from mrcmv.study.store import ledger as chain
from mrcmv.study.store.schema import assignments, raters, secrets, studies
from mrcmv.study.tokens import new_key

HELD = ("leased", "voted")


@dataclass(frozen=True)
class Locked:
    """A study as it is in the store."""

    study: Study
    stimuli: tuple[Stimulus, ...]
    hash: str
    locked_s: float

    @cached_property
    def clips(self) -> tuple[str, ...]:
        return clips_of(self.stimuli)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        if self.study.is_open:
            return ()
        return cells_of(self.clips, self.study.method_names, self.study.n_slots)

    @cached_property
    def by_source(self) -> dict[tuple[str, str], Stimulus]:
        return {(one.clip, one.source): one for one in self.stimuli}


def lock(connection: Connection, study: Study, stimuli: tuple[Stimulus, ...], now_s: float) -> str:
    """Store a study and its stimuli; the hash over both. The same study again changes nothing.

    Raises:
        StudyError: the bundle does not fit, or a rater has begun and the study is another one.
    """
    check_bundle(study, stimuli)
    design = canonical(study.model_dump(mode="json"))
    bundle = canonical(to_fields(stimuli))
    found = digest(design + "\n" + bundle)
    before = lock_row(connection, study.id)
    if before is not None and before.hash == found:
        return found
    values = {"hash": found, "locked_s": now_s, "design": design, "stimuli": bundle}
    if before is None:
        connection.execute(insert(studies).values(id=study.id, **values))
        keys = {"token_key": new_key(), "salt": new_key()}
        connection.execute(insert(secrets).values(study=study.id, **keys))
    else:
        _check_unbegun(connection, before, design)
        connection.execute(update(studies).where(studies.c.id == study.id).values(**values))
    content = {"hash": found, "design": digest(design), "stimuli": digest(bundle)}
    chain.append(connection, study.id, chain.Entry("lock", content), now_s)
    return found


def lock_row(connection: Connection, study: str) -> Row[tuple[object, ...]] | None:
    """The study's row, held by this transaction: writers of one study come one after the other."""
    query = select(studies).where(studies.c.id == study).with_for_update()
    return connection.execute(query).first()


def load(connection: Connection, study: str) -> Locked:
    """A study by its id. StudyError where there is none."""
    row = connection.execute(select(studies).where(studies.c.id == study)).first()
    if row is None:
        known = ", ".join(connection.scalars(select(studies.c.id).order_by(studies.c.id)))
        raise StudyError(f"There is no study {study!r} in this store ({known or 'it is empty'}).")
    stimuli = tuple(Stimulus(**fields) for fields in json.loads(row.stimuli))
    return Locked(Study.model_validate_json(row.design), stimuli, row.hash, row.locked_s)


def held(
    connection: Connection,
    study: str,
    states: tuple[str, ...] = HELD,
    *,
    below: int | None = None,
) -> dict[int, int]:
    """How many places of each cell are taken; of the first `below` places, if told.

    Whether a cell is full is asked of its first places only: one that somebody left stays to be
    filled, so that its block gets complete, whatever came after it.
    """
    where = [
        assignments.c.study == study,
        assignments.c.state.in_(states),
        assignments.c.cell.is_not(None),
    ]
    if below is not None:
        where.append(assignments.c.place < below)
    query = select(assignments.c.cell, func.count()).where(*where).group_by(assignments.c.cell)
    return {row[0]: row[1] for row in connection.execute(query)}


def count_votes(connection: Connection, study: str) -> int:
    """Votes on trials proper, those of excluded and withdrawn raters left out."""
    query = select(func.count()).where(
        assignments.c.study == study,
        assignments.c.kind == "trial",
        assignments.c.state == "voted",
    )
    return connection.scalar(query) or 0


def over(connection: Connection, locked: Locked, now_s: float) -> str | None:
    """Why the study is over; None while it goes on."""
    study = locked.study
    voted = held(connection, study.id, ("voted",), below=study.votes_a_cell)
    least = min((voted.get(cell.number, 0) for cell in locked.cells), default=0)
    finished = select(func.count()).where(
        raters.c.study == study.id, raters.c.step == "finished", raters.c.is_excluded.is_(False)
    )
    n_votes = count_votes(connection, study.id)
    tally = Tally(least, n_votes, connection.scalar(finished) or 0)
    return why_over(study.stop, study.votes_a_cell, tally, datetime.fromtimestamp(now_s, UTC))


def _check_unbegun(connection: Connection, before: Row[tuple[object, ...]], design: str) -> None:
    """Raise StudyError once a rater has begun; it names the fields that changed."""
    n_raters = select(func.count()).where(raters.c.study == before.id)
    if not connection.scalar(n_raters):
        return
    old, new = json.loads(before.design), json.loads(design)
    changed = [name for name in new if new[name] != old.get(name)] or ["stimuli"]
    raise StudyError(
        f"The study {before.id} is locked since its first rater, and {', '.join(changed)} would "
        "change. Give the changed study another id."
    )
