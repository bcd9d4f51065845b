"""The same work over many things, on all cores: each worker meets its cast once."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from mrcmv.corpus import voices
from mrcmv.corpus.build.dubs import Cast
from mrcmv.progress import Hook

A = TypeVar("A")
B = TypeVar("B")


def cast_of(folder: Path, sources: Iterable[str]) -> Cast:
    """All speakers of the named sources, by id. `folder` holds what the sources have fetched.

    Raises:
        MrcmvError: a source lacks what it needs.
    """
    cast = {}
    for name in sources:
        source = voices.SOURCES[name](folder)
        cast.update({speaker.speaker_id: (source, speaker) for speaker in source.speakers()})
    return cast


def each(
    work: Callable[[A], B], items: Iterable[A], *, jobs: int, step: str, hook: Hook
) -> list[B]:
    """`work` over all items, in their order; in this process where `jobs` is 1.

    The first error ends all: what was done is on disk, and the next build goes on from there.
    """
    things = list(items)
    done: dict[int, B] = {}
    hook(step, completed=0, total=len(things))
    if jobs == 1:
        for at, thing in enumerate(things):
            done[at] = work(thing)
            hook(step, completed=at + 1, total=len(things))
        return list(done.values())
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        places = {pool.submit(work, thing): at for at, thing in enumerate(things)}
        try:
            for finished in as_completed(places):
                done[places[finished]] = finished.result()
                hook(step, completed=len(done), total=len(things))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [done[at] for at in range(len(things))]


def in_turn(
    work: Callable[[A], B], items: Iterable[A], *, jobs: int, step: str, hook: Hook
) -> Iterator[B]:
    """As `each`, but each result is handed out as its turn comes, and none is kept."""
    things = list(items)
    hook(step, completed=0, total=len(things))
    if jobs == 1:
        for at, thing in enumerate(things):
            yield work(thing)
            hook(step, completed=at + 1, total=len(things))
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            for at, made in enumerate(pool.map(work, things)):
                yield made
                hook(step, completed=at + 1, total=len(things))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
