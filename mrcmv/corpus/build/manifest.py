"""The manifest: Parquet tables with one row a pair, take, window and piece.

Rows are dictionaries of plain values; the same rows in the same order give the same file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from mrcmv.errors import MrcmvError

Row = Mapping[str, Any]


def write_table(rows: Sequence[Row], path: Path) -> None:
    """Write rows as Parquet; the file appears whole or not at all."""
    parquet = _parquet()
    import pyarrow

    half = path.with_name(f".{path.name}.part")
    table = pyarrow.Table.from_pylist([dict(row) for row in rows])
    parquet.write_table(table, half, compression="zstd")
    half.replace(path)


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows of a table.

    Raises:
        MrcmvError: there is no such table: the corpus was not built there, or not to its end; or
            it is damaged.
    """
    parquet = _parquet()
    if not path.is_file():
        raise MrcmvError(
            f"{path} is not there: no corpus was built in this folder, or not to its end. "
            "`mrcmv corpus build` makes one and goes on where it stopped."
        )
    try:
        rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    except (ValueError, OSError) as error:  # pyarrow's own errors are ValueErrors
        raise MrcmvError(
            f"{path} is damaged ({str(error).rstrip('.')}). `mrcmv corpus build` makes it again."
        ) from error
    return rows


def _parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise MrcmvError(
            "The corpus's tables need pyarrow, which is not installed: `make corpus` installs it."
        ) from None
    return pyarrow.parquet


def write_record(record: Any, path: Path) -> None:
    """Keep a dataclass or a dictionary as JSON: the stamp that a step was done."""
    half = path.with_name(f".{path.name}.part")
    plain = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
    half.write_text(json.dumps(plain, ensure_ascii=False))
    half.replace(path)


def read_record(path: Path) -> dict[str, Any] | None:
    """What `write_record` kept, or None: not there, or damaged and so to be made again."""
    try:
        record: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return record
