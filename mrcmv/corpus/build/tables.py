"""The tables of a finished build: what is known of each pair, take, piece and window."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Literal

from mrcmv.corpus.build.dubs import DubRecord
from mrcmv.corpus.build.hearing import Shelf
from mrcmv.corpus.build.manifest import Row, write_table
from mrcmv.corpus.build.pairs import Edited, Segment
from mrcmv.corpus.build.sizes import Split
from mrcmv.corpus.build.takes import TakeRecord
from mrcmv.corpus.music.piece import Piece
from mrcmv.dataset import label_of

Table = Literal["pairs", "takes", "pieces", "windows"]
EDITED = (
    "voice_reading", "picture_reading", "target", "editor", "gallery", "piece_id",
    "music_start_s", "music", "segments", "whole",
)  # fmt: skip
"""What is known of a pair beside its dub."""


def _names(record: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


COLUMNS: Mapping[Table, tuple[str, ...]] = {
    "pairs": (*_names(DubRecord), *EDITED),
    "takes": _names(TakeRecord),
    "pieces": (*_names(Piece), "split"),
    "windows": ("split", "piece_id", "start_s", "label", "measured", "axes"),
}
"""The columns of every corpus, simulated or from videos, in their order."""


def write_tables(folder: Path, tables: Mapping[Table, Sequence[Row]]) -> None:
    """Write the tables with the columns that every corpus has; what a row lacks is null.

    Raises:
        ValueError: a row holds what no column is there for.
    """
    for table, rows in tables.items():
        columns = COLUMNS[table]
        for row in rows:
            if unknown := set(row) - set(columns):
                raise ValueError(f"{table} has no columns {sorted(unknown)}")
        ordered = [{name: row.get(name) for name in columns} for row in rows]
        write_table(ordered, folder / f"{table}.parquet")


def lock(test: Edited, shelf: Shelf) -> str:
    """A hash of what the test asks and answers: another test has another one."""
    asked = [
        [
            dub.pair_id,
            int(gallery),
            shelf.ids[int(shelf.pool.piece[row])],
            float(shelf.pool.start_s[row]),
        ]
        for dub, gallery, row in zip(test.dubs, test.gallery, test.rows, strict=True)
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def write_manifest(
    folder: Path,
    edited: Mapping[Split, Edited],
    takes: Mapping[str, TakeRecord],
    shelves: Mapping[Split, Shelf],
    segments: Mapping[str, tuple[Segment, ...]],
    wholes: Mapping[str, dict[str, Any]],
) -> None:
    """The tables: pairs, takes, pieces, windows."""
    pairs = [
        row
        for split, one in edited.items()
        for row in pair_rows(one, shelves[split], segments, wholes)
    ]
    pieces = [
        {**asdict(piece), "file": str(piece.file), "split": split}
        for split, shelf in shelves.items()
        for piece in shelf.pieces
    ]
    write_tables(
        folder,
        {
            "pairs": pairs,
            "takes": [take_row(take) for take in takes.values()],
            "pieces": pieces,
            "windows": [row for split, one in shelves.items() for row in window_rows(split, one)],
        },
    )


def pair_rows(
    one: Edited, shelf: Shelf, segments: Mapping[str, tuple[Segment, ...]],
    wholes: Mapping[str, dict[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """What is known of each pair: the dub, what the editor read and chose, and the clip."""
    rows = []
    for at, dub in enumerate(one.dubs):
        window = int(one.rows[at])
        rows.append(
            {
                **asdict(dub),
                "voice_reading": one.readings.voice[at].tolist(),
                "picture_reading": one.readings.picture[at].tolist(),
                "target": one.readings.targets[at].tolist(),
                "editor": one.editors[at].name,
                "gallery": int(one.gallery[at]),
                "piece_id": shelf.ids[int(shelf.pool.piece[window])],
                "music_start_s": float(shelf.pool.start_s[window]),
                "music": shelf.pool.features[window].tolist(),
                "segments": [asdict(segment) for segment in segments[dub.pair_id]],
                "whole": wholes.get(dub.pair_id),
            }
        )
    return rows


def window_rows(split: Split, shelf: Shelf) -> list[dict[str, Any]]:
    """Each window of a shelf, as measured and on the editor's axes."""
    pool, ids = shelf.pool, shelf.ids
    return [
        {
            "split": split,
            "piece_id": (piece_id := ids[int(pool.piece[at])]),
            "start_s": (start_s := float(pool.start_s[at])),
            "label": label_of(piece_id, start_s),
            "measured": shelf.raw[at].tolist(),
            "axes": pool.features[at].tolist(),
        }
        for at in range(len(pool.piece))
    ]


def take_row(take: TakeRecord) -> dict[str, Any]:
    """A take's row; plan and moments as text, as their columns would be of mixed kinds."""
    row = asdict(replace(take, plan=[], moments=[]))
    return {**row, "plan": json.dumps(take.plan), "moments": json.dumps(take.moments)}
