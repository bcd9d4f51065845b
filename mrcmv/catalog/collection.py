"""The catalog: a folder of tracks, what is said of them and what was measured."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from filelock import FileLock

from mrcmv.catalog import adding, descriptors, storage, table
from mrcmv.catalog.adding import AddReport, Problem
from mrcmv.catalog.embeddings import Embeddings, Space
from mrcmv.catalog.index import Index, heard_id, unsung_by, write_rows
from mrcmv.catalog.roster import Roster, place_of
from mrcmv.errors import MediaError
from mrcmv.progress import Hook, silent
from mrcmv.types import Floats, Track, TrackWindow

EMPTY = "holds no music that can be matched: it is silent or too short."
"""Said of a track that was given up before this catalog was opened."""
INDEX_NAME = "descriptors.idx"
"""The index's file: in the catalog's folder, and beside the starter set as it is shipped."""


class Catalog:
    """The tracks in `folder`.

    Nothing is written before something is added, removed or measured, but for what was read of
    the files (`files.json`), which is remembered where it can be.

    starter: the read-only starter set: where `begins_with_starter`, its tracks are in the
    catalog until `tracks.csv` is first written, and then as any others. Its descriptors are
    shipped with it and known in every catalog.
    """

    def __init__(
        self, folder: Path, starter: Path | None = None, *, begins_with_starter: bool = False
    ) -> None:
        self.folder = folder.resolve()
        self.starter = starter.resolve() if starter else None
        self.index = _index_in(self.folder)
        self._shipped = _index_in(self.starter) if self.starter else None
        self._roster = Roster(self.folder, self.starter, begins_with_starter)
        self._reasons: dict[str, str] = {}
        self._embeddings: dict[Space, Embeddings] = {}

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Every track whose file is there and can be read, each content once, in the table's order.

        Raises:
            CatalogError: `tracks.csv` cannot be read.
        """
        return tuple(entry.track for entry in self._roster.entries() if entry.track)

    @property
    def windows(self) -> tuple[TrackWindow, ...]:
        """The measured windows of the tracks, track by track."""
        return tuple(window for _, windows in self._measured() for window in windows)

    @property
    def unmeasured(self) -> tuple[Track, ...]:
        """The tracks that still have to be analysed (those that cannot be are left out)."""
        rows = self._rows()
        return tuple(
            track
            for track in self.tracks
            if track.content_hash not in self._reasons and not _is_known(track, rows)
        )

    def embeddings(self, space: Space) -> Embeddings:
        """What is known of the tracks' windows in a space."""
        return self._embeddings.setdefault(space, Embeddings(self.folder, space))

    def embedded(self, space: Space) -> tuple[tuple[TrackWindow, ...], Floats]:
        """The measured windows of the tracks that were embedded, and their embeddings.

        Shape: windows n, embeddings `(n, width)`.
        """
        known = self.embeddings(space)
        kept: list[TrackWindow] = []
        points = [np.zeros((0, space.width), np.float32)]
        for track, windows in self._measured():
            if (own := known.of(track, windows)) is not None:
                kept += windows
                points.append(own)
        return tuple(kept), np.concatenate(points)

    def unembedded(self, space: Space) -> tuple[Track, ...]:
        """The tracks that still have to be analysed or embedded (not those that cannot be)."""
        known, unmeasured = self.embeddings(space), self.unmeasured
        missing = {
            track.track_id
            for track, windows in self._measured()
            if track.content_hash not in self._reasons and known.of(track, windows) is None
        } | {track.track_id for track in unmeasured}
        return tuple(track for track in self.tracks if track.track_id in missing)

    @property
    def unmeasurable(self) -> tuple[Problem, ...]:
        """The tracks that could not be analysed, and why."""
        empty = {name for name, windows in self._rows().items() if len(windows) == 0}
        return tuple(
            Problem(track.file, self._reasons.get(track.content_hash, f"{track.file.name} {EMPTY}"))
            for track in self.tracks
            if heard_id(track) in empty or track.content_hash in self._reasons
        )

    def lock(self, name: str) -> FileLock:
        """A lock that other processes on the same folder see too."""
        return storage.lock(self.folder, name)

    def add(
        self,
        paths: Iterable[Path] = (),
        *,
        copy: bool = False,
        starter: bool = False,
        song: str | None = None,
        hook: Hook = silent,
    ) -> AddReport:
        """Add files and all sound files below folders, by reference or (`copy`) as copies.

        What is in the catalog already, by content, is not added again. A `tracks.csv` beside
        the files says what they are; else their own tags do. `starter` adds the starter set.
        `song` is how the index hears each of these files (`types.Track`), empty for no song: those
        that are there already too, but a song whose singing was taken out is not heard whole
        again. None: as no songs, and those that are there already as before.

        Raises:
            CatalogError: the catalog cannot be read or written.
        """
        files, problems = adding.sound_files(
            [*paths, *([self.starter] if starter and self.starter else [])]
        )
        with self.lock("tracks"):
            before = self._roster.read()
            known = {track.content_hash: track for track in self.tracks}
            work = _Adding(known, problems, song=song)
            try:
                for n_done, file in enumerate(files):
                    hook("Adding tracks", file.name, completed=n_done, total=len(files))
                    self._add_one(file, copy, work)
            finally:
                # Whoever stops a long run, or fills the disk, keeps what was done until then.
                if work.rows or work.changed:
                    rows = self._roster.with_songs(before.rows, work.changed)
                    self._write(before, (*rows, *work.rows))
        hook("Adding tracks", completed=len(files), total=len(files))
        return AddReport(
            tuple(work.added), tuple(work.repeated), tuple(work.changed), tuple(work.problems)
        )

    def remove(self, names: Iterable[str]) -> tuple[str, ...]:
        """Take tracks out of the table by id, file or title; the titles of what went.

        The files themselves stay, copies too.

        Raises:
            CatalogError: a name is no track's, or the title of several; then nothing is removed.
        """
        with self.lock("tracks"):
            before, entries = self._roster.read(), self._roster.entries()
            gone = dict.fromkeys(place_of(name, entries) for name in names)
            if gone:
                self._write(before, (r for at, r in enumerate(before.rows) if at not in gone))
            return tuple(entries[at].title for at in gone)

    def check(self) -> tuple[Problem, ...]:
        """What is wrong with the catalog's tracks: missing, unreadable, silent or twice there."""
        entries = self._roster.entries()
        problems = [Problem(entry.file, entry.problem) for entry in entries if entry.problem]
        return (*problems, *self.unmeasurable)

    def learn(self, windows: Mapping[Track, tuple[TrackWindow, ...]]) -> None:
        """Keep what was measured of tracks, and in the table how the songs among them were heard.

        Raises:
            CatalogError: the catalog cannot be read or written.
        """
        if not windows:
            return
        self.index.update(_by_sound(windows))
        if not any(track.song for track in windows):
            return
        with self.lock("tracks"):
            # Somebody may have said meanwhile that one of them is no song.
            still = {track.track_id for track in self.tracks if track.song}
            songs = [track for track in windows if track.song and track.track_id in still]
            before = self._roster.read()
            self._write(before, self._roster.with_songs(before.rows, songs))

    def give_up(self, track: Track, reason: str, *, for_good: bool) -> None:
        """Remember that a track cannot be analysed: `for_good`, or, where a disk may come back, for
        as long as this catalog is open.

        Raises:
            CatalogError: the folder cannot be written to.
        """
        self._reasons[track.content_hash] = reason
        if for_good:
            self.learn({track: ()})

    def _add_one(self, file: Path, copy: bool, work: "_Adding") -> None:
        try:
            facts = self._roster.facts.read(file)
            if known := work.known.get(facts.content_hash):
                work.repeat(file, known)
                return
            row, track = self._roster.take(file, facts, work.beside, copy, work.song or "")
        except MediaError as error:
            work.problems.append(Problem(file, str(error)))
            return
        work.rows.append(row)
        work.added.append(track)
        work.known[facts.content_hash] = track

    def _measured(self) -> Iterator[tuple[Track, tuple[TrackWindow, ...]]]:
        """The tracks that have windows, each with them."""
        rows = self._rows()
        for track in self.tracks:
            own = rows.get(heard_id(track))
            if own is not None and len(own):
                yield track, descriptors.windows_of(track.track_id, own)

    def _rows(self) -> Mapping[str, Floats]:
        shipped = self._shipped.rows if self._shipped else {}
        return {**shipped, **self.index.rows}

    def _write(self, before: table.Table, rows: Iterable[table.Row]) -> None:
        self._roster.write(table.Table(tuple(rows), before.columns, before.delimiter))


@dataclass
class _Adding:
    """What adding has done so far. known: the tracks of the catalog by content hash."""

    known: dict[str, Track]
    problems: list[Problem]
    song: str | None
    beside: adding.Beside = field(default_factory=adding.Beside)
    rows: list[table.Row] = field(default_factory=list)
    added: list[Track] = field(default_factory=list)
    changed: list[Track] = field(default_factory=list)
    repeated: list[tuple[Path, Track]] = field(default_factory=list)

    def repeat(self, file: Path, known: Track) -> None:
        """A file whose content is there already: it may be heard another way from now on."""
        stays = self.song in (None, known.song) or (self.song and unsung_by(known))
        if not stays:
            known = replace(known, song=self.song or "", singing_share=None)
            self.known[known.content_hash] = known
            self.changed.append(known)
        self.repeated.append((file, known))


def keep_beside(starter: Path, windows: Mapping[Track, tuple[TrackWindow, ...]]) -> None:
    """Write what was measured of a starter set beside it, to be shipped with it.

    Raises:
        CatalogError: the folder cannot be written to.
    """
    write_rows(starter / INDEX_NAME, descriptors.MAKER, _by_sound(windows))


def _index_in(folder: Path) -> Index:
    return Index(folder / INDEX_NAME, descriptors.MAKER, descriptors.WIDTH)


def _by_sound(windows: Mapping[Track, tuple[TrackWindow, ...]]) -> dict[str, Floats]:
    return {heard_id(track): descriptors.rows_of(measured) for track, measured in windows.items()}


def _is_known(track: Track, rows: Mapping[str, Floats]) -> bool:
    """Whether all that is to be known of a track was measured: its windows, and of a song without
    its singing also how much of it is sung."""
    return heard_id(track) in rows and not (unsung_by(track) and track.singing_share is None)
