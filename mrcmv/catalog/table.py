"""`tracks.csv`: the catalog as a table that people may edit in a spreadsheet.

Read whatever a spreadsheet makes of it: comma, semicolon or tab between the cells, a byte order
mark, UTF-16 or Windows' own letters, blank lines, other columns, another order of columns.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mrcmv.catalog import storage
from mrcmv.errors import CatalogError

NAME = "tracks.csv"
SAID = ("file", "title", "artist", "album", "licence", "licence_url", "source", "tags")
"""What people say of a track."""
HEARD = ("song", "singing_share")
"""How the index heard it, as `types.Track` says: not for people to know, nor from another table."""
COLUMNS = (*SAID, *HEARD)
WHOLE = "whole"
"""In the column `song`: this song is heard with its singing."""
_SPELLINGS = {"license": "licence", "license_url": "licence_url", "path": "file"}

Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """The rows as they stand, with every column that the file has."""

    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = COLUMNS
    delimiter: str = ","


def read(path: Path) -> Table:
    """The table in a file; an empty one when there is no such file.

    Raises:
        CatalogError: the file has no column `file`, or a line cannot be read without loss: a
            quote is not closed, or there are more cells than in the header.
    """
    try:
        text = _decode(path.read_bytes())
    except FileNotFoundError:
        return Table()
    except OSError as error:
        raise CatalogError(f"{path} cannot be read ({error.strerror}).") from None
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    n_lines = len(lines)
    if lines and lines[0].lower().startswith("sep="):
        lines = lines[1:]
    while lines and not lines[0].strip(" ,;\t\r\n"):
        lines = lines[1:]
    if not lines:
        return Table()
    delimiter = max(",;\t", key=lines[0].count)
    return _parse(path, "".join(lines), delimiter, n_lines - len(lines))


def write(path: Path, table: Table) -> None:
    """Replace the file by the table, in UTF-8, with the delimiter that the file had.

    Raises:
        CatalogError: the file cannot be written, or a row has text that is not valid UTF-8.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, table.columns, delimiter=table.delimiter, restval="")
    writer.writeheader()
    writer.writerows(table.rows)
    try:
        # Excel takes a file without the mark for Windows' own letters.
        data = text.getvalue().encode("utf-8-sig")
    except UnicodeEncodeError as error:
        line = error.object[: error.end].splitlines()[-1]
        shown = line.encode("utf-8", errors="backslashreplace").decode()
        raise CatalogError(
            f"{path} cannot be written: {shown} is not valid UTF-8. Rename that file or folder."
        ) from None
    storage.replace(path, lambda file: file.write(data))


def split_tags(text: str) -> tuple[str, ...]:
    """`calm; Night ;calm` → `("calm", "night")`: lower case, each once, in order."""
    words = (" ".join(word.lower().split()) for word in text.replace(",", ";").split(";"))
    return tuple(dict.fromkeys(word for word in words if word))


def join_tags(tags: Iterable[str]) -> str:
    return ";".join(tags)


def split_share(text: str) -> float | None:
    """`0.62`, or `0,62` as some spreadsheets write it → 0.62; None for what is no share."""
    try:
        share = float(text.replace(",", "."))
    except ValueError:
        return None
    return share if 0.0 <= share <= 1.0 else None


def join_share(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _column(name: str) -> str:
    plain = "_".join(name.strip().lower().split())
    plain = _SPELLINGS.get(plain, plain)
    return plain if plain in COLUMNS else name.strip()


def _parse(path: Path, text: str, delimiter: str, n_skipped: int) -> Table:
    (_, first), *others = _records(path, text, delimiter, n_skipped)
    header = [_column(name) for name in first]
    if "file" not in header:
        raise CatalogError(
            f"{path} has no column `file` in its first line. "
            f"Its columns are meant to be: {', '.join(COLUMNS)}."
        )
    rows: list[Row] = []
    for line, cells in others:
        if any(cells[len(header) :]):
            raise CatalogError(
                f"{path}, line {line}: more cells than the first line has columns. "
                "Put quotes around text that has the separator in it."
            )
        row = dict(zip(header, cells, strict=False))
        if row.get("file"):
            rows.append({name: row.get(name, "") for name in header if name})
    extra = tuple(name for name in header if name and name not in COLUMNS)
    return Table(tuple(rows), COLUMNS + tuple(dict.fromkeys(extra)), delimiter)


def _records(
    path: Path, text: str, delimiter: str, n_skipped: int
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each record, with the number of the line in the file on which it begins."""
    # Unless it is strict, the reader takes all that follows an unclosed quote for one cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = n_skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise CatalogError(
                f"{path}, line {line}: a quote opens a cell here and does not end with it. Close "
                'it at the end of the cell, and write a quote inside of one twice ("").'
            ) from None
        if cells is None:
            return
        yield line, [cell.strip() for cell in cells]
