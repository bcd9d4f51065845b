"""The verb from folder to index: analyse the tracks that the catalog does not know yet."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from mrcmv import media, separation
from mrcmv.catalog import LONGEST_S, RATE_HZ, Catalog, Problem, keep_beside, measure
from mrcmv.errors import MediaError
from mrcmv.progress import Hook, silent
from mrcmv.types import Track, TrackWindow

STEP = "Analysing tracks"
SAVE_EVERY_S = 10.0
"""What was measured is kept at least this often: whoever stops a long run loses little."""


class NoMusic(MediaError):
    """A track that was read whole and holds nothing to match: it never will."""


@dataclass(frozen=True)
class IndexReport:
    """What indexing did: tracks analysed now, tracks known before, tracks that cannot be."""

    n_analysed: int
    n_known: int
    broken: tuple[Problem, ...] = ()


def index(catalog: Catalog, *, hook: Hook = silent) -> IndexReport:
    """Bring the index up to date; at once when nothing changed.

    Of two processes that index one catalog the second waits and finds the work done.

    Raises:
        CatalogError: the catalog cannot be read or written.
    """
    n_tracks = len(catalog.tracks)
    n_analysed = 0
    if catalog.unmeasured:
        with _turn(catalog.lock("analysis"), hook):
            n_analysed = _analyse_all(catalog, hook)
    broken = catalog.unmeasurable
    return IndexReport(n_analysed, n_tracks - n_analysed - len(broken), broken)


def analyse(track: Track) -> tuple[TrackWindow, ...]:
    """Measure one track.

    Raises:
        MediaError: its file cannot be decoded, or holds only silence.
    """
    sound = media.read_sound(track.file, rate_hz=RATE_HZ, n_channels=2, duration_s=LONGEST_S)
    windows = tuple(
        TrackWindow(track.track_id, span.start_s, span.duration_s, descriptors)
        for span, descriptors in measure(sound, separation.find_speech(sound))
    )
    if not windows:
        raise NoMusic(f"{track.file.name} is silent or too short: there is nothing to match in it.")
    return windows


def ship(starter: Path, *, hook: Hook = silent) -> int:
    """Measure a starter set anew and keep its descriptors beside it; the number of its tracks.

    With them a first find needs no analysis.

    Raises:
        MediaError: a track cannot be measured.
        CatalogError: the folder cannot be written to.
    """
    tracks = Catalog(starter, starter).tracks
    measured = {}
    for n_done, track in enumerate(tracks):
        hook(STEP, track.title, completed=n_done, total=len(tracks))
        measured[track] = analyse(track)
    keep_beside(starter, measured)
    hook(STEP, completed=len(tracks), total=len(tracks))
    return len(tracks)


@contextmanager
def _turn(lock: FileLock, hook: Hook) -> Iterator[None]:
    """Hold the lock; say so if another process has it and must be waited for."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        hook("Waiting for another analysis of this catalog")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _analyse_all(catalog: Catalog, hook: Hook) -> int:
    """Analyse what is still unmeasured; the number of tracks that now are."""
    tracks = catalog.unmeasured
    fresh: dict[Track, tuple[TrackWindow, ...]] = {}
    n_analysed = 0
    saved_at_s = time.monotonic()
    try:
        for n_done, track in enumerate(tracks):
            hook(STEP, track.title, completed=n_done, total=len(tracks))
            try:
                fresh[track] = analyse(track)
            except MediaError as error:
                catalog.give_up(track, str(error), for_good=isinstance(error, NoMusic))
                continue
            n_analysed += 1
            if time.monotonic() - saved_at_s > SAVE_EVERY_S:
                catalog.learn(fresh)
                fresh, saved_at_s = {}, time.monotonic()
    finally:
        catalog.learn(fresh)
    hook(STEP, completed=len(tracks), total=len(tracks))
    return n_analysed
