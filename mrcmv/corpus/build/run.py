"""A whole build, step by step. Each step keeps what it made, so that a build goes on where it
stopped, and one that was finished is found finished."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from mrcmv.corpus.build import figures, whole
from mrcmv.corpus.build.dubs import DubRecord, make_dub
from mrcmv.corpus.build.freeze import editor_hash
from mrcmv.corpus.build.hearing import Shelf, hear, shelve
from mrcmv.corpus.build.manifest import write_record, write_table
from mrcmv.corpus.build.pairs import (
    Edited,
    Segment,
    edit_freely,
    edit_galleries,
    read_splits,
    segments_of,
)
from mrcmv.corpus.build.plan import DEAL, Dub, Plan, TakePlan, plan_build, stream
from mrcmv.corpus.build.redubs import REDUBS, redub
from mrcmv.corpus.build.sizes import SPLITS, Size, Split
from mrcmv.corpus.build.tables import lock, write_manifest
from mrcmv.corpus.build.takes import TakeRecord, make_take
from mrcmv.corpus.build.workers import cast_of, each
from mrcmv.corpus.music import splitting
from mrcmv.corpus.music.piece import Piece
from mrcmv.corpus.voices.prompts import HELD_OUT
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook, silent

VERSION = DEAL
WHOLE_PX = (640, 360)
"""What games are played at for whole clips. The network's frames look as those of other takes; the
same seed plays otherwise, as smaller things are seen."""
VOICES = "voices"
MUSIC = "music"
"""Folders beside the builds: what was fetched and composed serves all of them."""


@dataclass(frozen=True)
class Place:
    """Where a build lies, and where what all builds share."""

    shared: Path
    folder: Path

    def make(self) -> None:
        for name in ("takes", "voices", "whole"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.shared / "heard").mkdir(parents=True, exist_ok=True)


def place_of(out: Path, size: Size, seed: int) -> Place:
    """`OUT/opengame-1-small-0`, beside `OUT/music` and `OUT/voices`."""
    return Place(out, out / f"{VERSION}-{size.name}-{seed}")


def build(
    size: Size,
    seed: int,
    out: Path,
    *,
    jobs: int,
    voice_sources: Sequence[str],
    gather: Callable[[Size, Path, Hook], tuple[Piece, ...]],
    hook: Hook = silent,
) -> Path:
    """Build the corpus of a size and seed below `out`; returns its folder.

    Raises:
        MrcmvError: something that is needed is not installed or cannot be reached, or there is too
            little of it.
    """
    place = place_of(out, size, seed)
    place.make()
    plan = planned(size, seed, place, tuple(voice_sources))
    takes = record_takes(plan, place, jobs, hook)
    dubs = speak_dubs(plan, takes, place, tuple(voice_sources), jobs, hook)
    shelves = hear_music_of(gather(size, place.shared / MUSIC, hook), place, jobs, hook)
    try:
        edited = edit(dubs, takes, shelves, size, seed)
    except ValueError as error:
        raise MrcmvError(f"The corpus cannot be put together: {error}.") from error
    segments = lay_segments(edited, takes, shelves, seed)
    wholes = render_wholes(plan, takes, segments, shelves, place, tuple(voice_sources), jobs, hook)
    hook("Dubbing again")
    redubs = list(redub(edited["train"], takes, shelves["train"], size, seed))
    write_table(redubs, place.folder / REDUBS)
    write_manifest(place.folder, edited, takes, shelves, segments, wholes)
    told = {
        "version": VERSION,
        "size": size.name,
        "seed": seed,
        "editor_hash": editor_hash(),
        "test_hash": lock(edited["test"], shelves["test"]),
        "counts": figures.counts(edited, shelves),
        "oracles": figures.oracles(edited["test"], shelves["test"], size, seed),
    }
    write_record(told, place.folder / "figures.json")
    return place.folder


def planned(size: Size, seed: int, place: Place, sources: tuple[str, ...]) -> Plan:
    """The plan, with all speakers of the sources."""
    cast = cast_of(place.shared / VOICES, sources)
    return plan_build(size, seed, [speaker for _, speaker in cast.values()], [HELD_OUT])


def whole_takes(plan: Plan) -> set[str]:
    """The takes whose pictures are kept, drawn from all: one pair of each is rendered."""
    drawn = stream(plan.seed, "whole").permutation([take.take_id for take in plan.takes])
    return {str(name) for name in drawn[: plan.size.n_whole]}


def record_takes(plan: Plan, place: Place, jobs: int, hook: Hook) -> dict[str, TakeRecord]:
    kept = whole_takes(plan)
    work = partial(_take, folder=place.folder, kept=frozenset(kept))
    made = each(work, plan.takes, jobs=jobs, step="Playing", hook=hook)
    return {take.take_id: take for take in made}


def _take(plan: TakePlan, folder: Path, kept: frozenset[str]) -> TakeRecord:
    if plan.take_id not in kept:
        return make_take(plan, folder, whole=False)
    width, height = WHOLE_PX
    large = replace(plan, shot=replace(plan.shot, width=width, height=height))
    return make_take(large, folder, whole=True)


def speak_dubs(
    plan: Plan, takes: Mapping[str, TakeRecord], place: Place, sources: tuple[str, ...], jobs: int,
    hook: Hook,
) -> list[DubRecord]:  # fmt: skip
    items = [(dub, takes[dub.take_id]) for dub in plan.dubs]
    work = partial(_dub, place=place, sources=sources)
    return each(work, items, jobs=jobs, step="Speaking", hook=hook)


_cast = cache(cast_of)
"""One cast a process."""


def _dub(item: tuple[Dub, TakeRecord], place: Place, sources: tuple[str, ...]) -> DubRecord:
    return make_dub(*item, _cast(place.shared / VOICES, sources), place.folder)


def hear_music_of(
    pieces: Sequence[Piece], place: Place, jobs: int, hook: Hook
) -> dict[Split, Shelf]:
    """All pieces heard, on the shelves of their splits."""
    work = partial(hear, folder=place.shared / "heard")
    heard = each(work, pieces, jobs=jobs, step="Listening to music", hook=hook)
    by_piece = {piece.piece_id: rows for piece, rows in zip(pieces, heard, strict=True)}
    return shelve(pieces, splitting.suggest_split(pieces), by_piece)


def edit(
    dubs: Sequence[DubRecord], takes: Mapping[str, TakeRecord], shelves: Mapping[Split, Shelf],
    size: Size, seed: int,
) -> dict[Split, Edited]:  # fmt: skip
    """Music for every usable pair."""
    read = read_splits(dubs, takes)
    edited: dict[Split, Edited] = {}
    for split in SPLITS:
        own, said = read[split]
        pool = shelves[split].pool
        edited[split] = (
            edit_galleries(own, said, pool, size, seed)
            if split == "test"
            else edit_freely(split, own, said, pool, size, seed)
        )
    return edited


def lay_segments(
    edited: Mapping[Split, Edited], takes: Mapping[str, TakeRecord], shelves: Mapping[Split, Shelf],
    seed: int,
) -> dict[str, tuple[Segment, ...]]:  # fmt: skip
    """Pair id → its music over the whole clip."""
    laid = {}
    for split, one in edited.items():
        shelf = shelves[split]
        for at, dub in enumerate(one.dubs):
            laid[dub.pair_id] = segments_of(
                one, at, takes[dub.take_id].duration_s, shelf.pool, shelf.ids, shelf.lengths_s,
                stream(seed, "segments", dub.pair_id),
            )  # fmt: skip
    return laid


def render_wholes(
    plan: Plan, takes: Mapping[str, TakeRecord], segments: Mapping[str, tuple[Segment, ...]],
    shelves: Mapping[Split, Shelf], place: Place, sources: tuple[str, ...], jobs: int, hook: Hook,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """The first edited pair of each take whose pictures were kept, as a whole clip."""
    files = {piece.piece_id: piece.file for shelf in shelves.values() for piece in shelf.pieces}
    first: dict[str, Dub] = {}
    for dub in plan.dubs:
        if takes[dub.take_id].pictures and dub.pair_id in segments:
            first.setdefault(dub.take_id, dub)
    orders = []
    for take_id, dub in first.items():
        own = segments[dub.pair_id]
        used = {segment.piece_id: files[segment.piece_id] for segment in own}
        orders.append(whole.Order(dub, takes[take_id], own, used))
    work = partial(_whole, place=place, sources=sources)
    made = each(work, orders, jobs=jobs, step="Finishing whole clips", hook=hook)
    return {record["pair_id"]: record for record in made}


def _whole(order: whole.Order, place: Place, sources: tuple[str, ...]) -> dict[str, Any]:
    return whole.make_whole(order, _cast(place.shared / VOICES, sources), place.folder)
