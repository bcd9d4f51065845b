"""What a rater is dealt next: a cell's free place, a known answer, or what was seen before."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import Row

from mrcmv.study.assignment import Cell, Filling, Seen, choose_cell, free_place, turned
from mrcmv.study.orders import order_at
from mrcmv.study.session import Progress
from mrcmv.study.stimulus import Stimulus
from mrcmv.study.store.schema import assignments
from mrcmv.study.store.studies import HELD, Locked, held
from mrcmv.study.store.views import Offer


@dataclass(frozen=True)
class Dealt:
    """What is dealt to a rater: the clip, the stimuli in slot order and the cell's place."""

    clip: str
    slots: tuple[Stimulus, ...]
    cell: int | None = None
    place: int | None = None


def deal(connection: Connection, locked: Locked, rater: str, progress: Progress) -> Dealt | None:
    """What the rater's present trial shows; None: no cell is left that they have not seen."""
    if progress.kind in ("training", "catch"):
        return _plant(locked, rater, progress)
    if progress.kind == "repeat":
        return _again(connection, rater, progress)
    return _next_cell(connection, locked, rater, progress)


def offered(clip: str, offers: Sequence[Offer]) -> Dealt:
    """A trial on a rater's own clip."""
    slots = [
        Stimulus(one.name, clip, one.method, one.duration_s, picture=one.picture) for one in offers
    ]
    return Dealt(clip, tuple(slots))


def stimuli_of(row: Row[Any]) -> tuple[Stimulus, ...]:
    """What stands in an assignment's slots."""
    return tuple(Stimulus(**fields) for fields in json.loads(row.slots))


def _chance(locked: Locked, rater: str, progress: Progress) -> Random:
    return Random(f"{locked.study.seed}|{rater}|{progress.trial}")


def _plant(locked: Locked, rater: str, progress: Progress) -> Dealt:
    """A trial with a known answer: one sound stimulus, the rest broken; broken, where one is."""
    study, random = locked.study, _chance(locked, rater, progress)
    clip = random.choice(locked.clips)
    sources: list[str] = [study.catch.broken] * study.n_slots
    if len(sources) > 1:
        sources[random.randrange(len(sources))] = random.choice(study.method_names)
    return Dealt(clip, tuple(locked.by_source[clip, source] for source in sources))


def _again(connection: Connection, rater: str, progress: Progress) -> Dealt:
    """What the rater saw in the trial that is repeated, each stimulus one slot further."""
    query = select(assignments).where(
        assignments.c.rater == rater,
        assignments.c.trial == progress.repeat_of,
        assignments.c.state.in_(("voted", "released")),
    )
    row = connection.execute(query).one()
    return Dealt(row.clip, turned(stimuli_of(row)))


def _next_cell(
    connection: Connection, locked: Locked, rater: str, progress: Progress
) -> Dealt | None:
    study = locked.study
    mine = connection.execute(
        select(assignments.c.cell, assignments.c.clip).where(
            assignments.c.rater == rater,
            assignments.c.cell.is_not(None),
            assignments.c.state != "lapsed",
        )
    ).all()
    seen = Seen(frozenset(row.cell for row in mine), frozenset(row.clip for row in mine))
    at_turn = _at_turn(connection, study.id, progress.trial)
    taken = held(connection, study.id, below=study.votes_a_cell)
    filling = Filling(taken, at_turn, study.votes_a_cell)
    cell = choose_cell(locked.cells, filling, seen, _chance(locked, rater, progress))
    return None if cell is None else _placed(connection, locked, cell)


def _placed(connection: Connection, locked: Locked, cell: Cell) -> Dealt:
    """The cell's lowest free place, and its order of slots."""
    query = select(assignments.c.place).where(
        assignments.c.study == locked.study.id,
        assignments.c.cell == cell.number,
        assignments.c.state.in_(HELD),
    )
    place = free_place(set(connection.scalars(query)))
    order = order_at(len(cell.methods), place, cell.number)
    slots = tuple(locked.by_source[cell.clip, cell.methods[one]] for one in order)
    return Dealt(cell.clip, slots, cell.number, place)


def _at_turn(connection: Connection, study: str, trial: int) -> dict[int, int]:
    query = (
        select(assignments.c.cell, func.count())
        .where(
            assignments.c.study == study,
            assignments.c.trial == trial,
            assignments.c.cell.is_not(None),
            assignments.c.state.in_(HELD),
        )
        .group_by(assignments.c.cell)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
