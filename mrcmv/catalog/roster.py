"""Who is in the catalog: the rows of its table, each with its file and the track that it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mrcmv.catalog import adding, table
from mrcmv.catalog.facts import NAME as FACTS_NAME
from mrcmv.catalog.facts import Facts, FileFacts
from mrcmv.errors import CatalogError, MediaError
from mrcmv.types import Track


@dataclass(frozen=True)
class Entry:
    """A row of the table, its file, and its track; or else what is wrong with it."""

    row: table.Row
    file: Path
    track: Track | None
    problem: str = ""

    @property
    def title(self) -> str:
        return self.row.get("title") or self.row["file"]


class Roster:
    """The table in `folder` and what it stands for; before it is written, the starter's table
    where `begins_with_starter`."""

    def __init__(self, folder: Path, starter: Path | None, begins_with_starter: bool) -> None:
        self.folder = folder
        self.starter = starter
        self.begins_with_starter = begins_with_starter
        self.facts = FileFacts(folder / FACTS_NAME)

    def read(self) -> table.Table:
        """The table as it stands. Raises CatalogError when it cannot be read."""
        path = self.folder / table.NAME
        if self.begins_with_starter and self.starter and not path.exists():
            shipped = table.read(self.starter / table.NAME)
            rows = [{**row, "file": str(self.starter / row["file"])} for row in shipped.rows]
            return table.Table(tuple(rows))
        return table.read(path)

    def write(self, new: table.Table) -> None:
        """Replace the table. Raises CatalogError when the folder cannot be written to."""
        table.write(self.folder / table.NAME, new)
        self.facts.save()

    def entries(self) -> tuple[Entry, ...]:
        """Every row with its track; of rows with equal content the first one has it."""
        seen: dict[str, Path] = {}
        entries = tuple(self._entry(row, seen) for row in self.read().rows)
        # Of the starter set itself, which is read-only, nothing is remembered beside it.
        if self.folder != self.starter:
            self.facts.save()
        return entries

    def take(
        self, file: Path, facts: Facts, beside: adding.Beside, copy: bool, song: str
    ) -> tuple[table.Row, Track]:
        """A new file's row and track, the file copied into the folder if it shall be.

        Raises:
            MediaError: the file is not a sound that can be used.
            CatalogError: the copy cannot be written.
        """
        row = adding.describe(file, beside)
        if copy and not file.is_relative_to(self.folder):
            file = adding.copy_into(self.folder, file)
        inside = file.is_relative_to(self.folder)
        row["file"] = file.relative_to(self.folder).as_posix() if inside else str(file)
        row["song"] = song
        return row, adding.track(row, file, facts, starter=self._is_starter(file))

    def with_songs(
        self, rows: tuple[table.Row, ...], heard: Iterable[Track]
    ) -> tuple[table.Row, ...]:
        """The table's rows, with how these tracks are heard written into theirs."""
        by_id = {track.track_id: track for track in heard}
        entries = self.entries()
        return tuple(
            row | adding.song_cells(by_id[entry.track.track_id])
            if entry.track and entry.track.track_id in by_id
            else row
            for row, entry in zip(rows, entries, strict=True)
        )

    def _entry(self, row: table.Row, seen: dict[str, Path]) -> Entry:
        file = self.folder / row["file"]
        try:
            facts = self.facts.of(file)
        except MediaError as error:
            return Entry(row, file, None, str(error))
        if facts is None:
            missing = f"{file} is missing. Put it back, or remove it from the catalog."
            return Entry(row, file, None, missing)
        if facts.content_hash in seen:
            twice = f"{file} has the same sound as {seen[facts.content_hash]}."
            return Entry(row, file, None, twice)
        seen[facts.content_hash] = file
        return Entry(row, file, adding.track(row, file, facts, starter=self._is_starter(file)))

    def _is_starter(self, file: Path) -> bool:
        return self.starter is not None and file.is_relative_to(self.starter)


def place_of(name: str, entries: tuple[Entry, ...]) -> int:
    """The place of the entry that a name means: its id or file first, else its title.

    Raises:
        CatalogError: the name is no track's, or that of several.
    """
    exact, titled = [], []
    for at, entry in enumerate(entries):
        files = {entry.row["file"], str(entry.file), entry.file.name}
        if name in files or (entry.track and entry.track.track_id == name):
            exact.append(at)
        if entry.title.casefold() == name.casefold():
            titled.append(at)
    meant = exact or titled
    if not meant:
        raise CatalogError(
            f"{name} is neither the id, the file nor the title of a track. "
            "`mrcmv catalog list` shows them."
        )
    if len(meant) > 1:
        files_meant = ", ".join(entries[at].row["file"] for at in meant)
        raise CatalogError(f"{name} could be any of {files_meant}. Name one of these files.")
    return meant[0]
