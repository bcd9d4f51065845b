"""The verbs from folder to index: add tracks, and analyse those that the catalog does not know yet.

To analyse is to measure a track's windows and, for a trained method, to embed them. It is heard
once for both, and what is known is not made again. What the index hears of a track says `hear`, and
nothing else: of a song added as one, its accompaniment. The file itself stays the full song, which
is what a mix lays under a clip.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mrcmv import media, separation
from mrcmv.catalog import (
    LONGEST_S,
    RATE_HZ,
    WHOLE,
    AddReport,
    Catalog,
    Problem,
    heard_id,
    keep_beside,
    measure,
    spans_of,
    unsung_by,
)
from mrcmv.errors import MediaError, SeparationError
from mrcmv.methods import Trained
from mrcmv.progress import Hook, silent
from mrcmv.settings import Settings
from mrcmv.types import Floats, Sound, Track, TrackWindow

STEP = "Analysing tracks"
SONG_STEP = "Taking the singing out of {title}"
SONG_RATE_HZ = 44_100
"""Rate at which songs are taken apart: that of the backends which know singing."""
SAVE_EVERY_S = 10.0
"""What was measured is kept at least this often: whoever stops a long run loses little."""


class NoMusic(MediaError):
    """A track that was read whole and holds nothing to match: it never will."""


@dataclass(frozen=True)
class IndexReport:
    """What indexing did: tracks analysed now, tracks known before, songs whose singing could not
    be taken out, so that they are heard whole, and tracks that cannot be analysed."""

    n_analysed: int
    n_known: int
    whole: tuple[Problem, ...] = ()
    broken: tuple[Problem, ...] = ()


@dataclass(frozen=True, eq=False)
class Heard:
    """A track, marked with how it is heard, and its sound as the index hears it.

    Shape: sound `(2, n)` at 22.05 kHz. `problem`: why a song's singing is still in it.
    """

    track: Track
    sound: Sound
    problem: str = ""


def add(
    catalog: Catalog,
    settings: Settings,
    paths: Iterable[Path] = (),
    *,
    songs: bool | None = None,
    copy: bool = False,
    starter: bool = False,
    hook: Hook = silent,
) -> AddReport:
    """Add music to the catalog: `Catalog.add`, with what becomes of songs.

    songs: these files are songs, heard without their singing where a backend can take it out, else
    whole, which the report's note says; or they are none (False). None: new files are no songs, and
    those that are there already stay what they are.

    Raises:
        CatalogError: the catalog cannot be read or written.
    """
    backend = separation.singer(settings) if songs else None
    song = None if songs is None else (backend or WHOLE) if songs else ""
    report = catalog.add(paths, copy=copy, starter=starter, song=song, hook=hook)
    met = (*report.added, *(track for _, track in report.duplicates))
    note = separation.NO_SINGER if any(track.song == WHOLE for track in met) and songs else ""
    return replace(report, note=note)


def index(
    catalog: Catalog, settings: Settings, method: Trained | None = None, *, hook: Hook = silent
) -> IndexReport:
    """Bring the index up to date, with the embeddings of a trained method; at once when nothing
    changed.

    Of two processes that index one catalog the second waits and finds the work done.

    Raises:
        CatalogError: the catalog cannot be read or written.
        WeightsError: the method's weights cannot be used.
    """
    n_tracks = len(catalog.tracks)
    work = _Analysis(catalog, settings, method, hook)
    if work.tracks:
        with _turn(catalog.lock("analysis"), hook):
            work.run()
    broken = catalog.unmeasurable
    n_known = n_tracks - work.n_analysed - len(broken)
    return IndexReport(work.n_analysed, n_known, tuple(work.whole), broken)


def hear(track: Track, settings: Settings, hook: Hook = silent) -> Heard:
    """The sound of a track that the index hears: all of it, or a song's accompaniment.

    Whatever is measured or embedded of a track is measured of this. A song whose singing cannot be
    taken out is heard whole and marked so.

    Raises:
        MediaError: its file cannot be decoded.
    """
    backend = unsung_by(track)
    if not backend:
        return _whole(track)
    song = media.read_sound(track.file, SONG_RATE_HZ, n_channels=2, duration_s=LONGEST_S)
    try:
        unsung = separation.take_out(song, backend, settings, _of_song(track, hook))
    except SeparationError as error:
        return replace(_whole(track), problem=str(error))
    share = round(unsung.singing_share, 3)
    return Heard(replace(track, singing_share=share), media.resample(unsung.accompaniment, RATE_HZ))


def analyse(
    track: Track, settings: Settings, hook: Hook = silent, known: tuple[TrackWindow, ...] = ()
) -> tuple[Heard, tuple[TrackWindow, ...]]:
    """Hear one track, and measure what is heard, unless it was `known` by the same hearing.

    A song that is nothing but singing is heard whole.

    Raises:
        MediaError: its file cannot be decoded, or holds only silence.
    """
    heard = hear(track, settings, hook)
    if known and heard_id(heard.track) == heard_id(track):
        return heard, known
    try:
        return heard, _measured(heard)
    except NoMusic:
        if not unsung_by(heard.track):
            raise
    heard = replace(_whole(track), problem="Nothing is left of it without the singing.")
    return heard, _measured(heard)


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
        measured[track] = _measured(_whole(track))
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


def _whole(track: Track) -> Heard:
    """A track with whatever sounds in it; a song is marked as heard so."""
    sound = media.read_sound(track.file, RATE_HZ, n_channels=2, duration_s=LONGEST_S)
    song = WHOLE if track.song else ""
    return Heard(replace(track, song=song, singing_share=None), sound)


def _measured(heard: Heard) -> tuple[TrackWindow, ...]:
    """The windows of what is heard that hold music. Raises NoMusic where none does."""
    track = heard.track
    windows = tuple(
        TrackWindow(track.track_id, span.start_s, span.duration_s, descriptors)
        for span, descriptors in measure(heard.sound, separation.find_speech(heard.sound))
    )
    if not windows:
        raise NoMusic(f"{track.file.name} is silent or too short: there is nothing to match in it.")
    return windows


def _of_song(track: Track, hook: Hook) -> Hook:
    """A hook that calls what a backend tells by the song's name."""
    named = SONG_STEP.format(title=track.title)

    def of_song(
        step: str, artifact: Any = None, *, completed: int | None = None, total: int | None = None
    ) -> None:
        hook(named, artifact, completed=completed, total=total)

    return of_song


class _Analysis:
    """Analyses what a catalog has unmeasured or a method unembedded, and counts."""

    def __init__(
        self, catalog: Catalog, settings: Settings, method: Trained | None, hook: Hook
    ) -> None:
        self.catalog = catalog
        self.settings = settings
        self.method = method
        self.hook = hook
        self.known: dict[str, tuple[TrackWindow, ...]] = {}
        self.measured: dict[Track, tuple[TrackWindow, ...]] = {}
        self.embedded: dict[Track, tuple[tuple[TrackWindow, ...], Floats]] = {}
        self.n_analysed = 0
        self.whole: list[Problem] = []

    @property
    def tracks(self) -> tuple[Track, ...]:
        """What is to be done."""
        if self.method is None:
            return self.catalog.unmeasured
        return self.catalog.unembedded(self.method.space)

    def run(self) -> None:
        """Analyse track after track; what was made is kept on the way."""
        tracks = self.tracks
        for window in self.catalog.windows:
            self.known[window.track_id] = (*self.known.get(window.track_id, ()), window)
        saved_at_s = time.monotonic()
        try:
            for n_done, track in enumerate(tracks):
                self.hook(STEP, track.title, completed=n_done, total=len(tracks))
                self._analyse(track)
                if time.monotonic() - saved_at_s > SAVE_EVERY_S:
                    self._save()
                    saved_at_s = time.monotonic()
        finally:
            self._save()
        self.hook(STEP, completed=len(tracks), total=len(tracks))

    def _analyse(self, track: Track) -> None:
        """Keep a track's windows and their embeddings, to be saved; or give it up."""
        known = self.known.get(track.track_id, ())
        try:
            heard, windows = analyse(track, self.settings, self.hook, known)
        except MediaError as error:
            given_up = replace(track, song=WHOLE) if track.song else track
            self.catalog.give_up(given_up, str(error), for_good=isinstance(error, NoMusic))
            return
        if windows is not known or heard.track != track:
            self.measured[heard.track] = windows
        if self.method is not None:
            self.embedded[heard.track] = windows, self.method.embed(heard.sound, spans_of(windows))
        self.n_analysed += 1
        if heard.problem:
            self.whole.append(Problem(track.file, heard.problem))

    def _save(self) -> None:
        self.catalog.learn(self.measured)
        self.measured = {}
        if self.method is not None:
            self.catalog.embeddings(self.method.space).learn(self.embedded)
            self.embedded = {}
