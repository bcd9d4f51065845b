"""Listening to the music of a build: every window of every piece on the editor's axes, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.catalog import RATE_HZ
from mrcmv.corpus.build.manifest import read_record, write_record
from mrcmv.corpus.build.sizes import Split
from mrcmv.corpus.editor.choosing import COMPOSED, REAL, Pool
from mrcmv.corpus.editor.listening import MusicScale, hear_music
from mrcmv.corpus.music.piece import Piece
from mrcmv.types import WINDOW_S, Floats

VERSION = 1
"""Raise it when the same piece would be heard differently."""
LONGEST_S = 360.0
"""Of a longer piece only the beginning is used: half an hour of one piece is not more music."""


@dataclass(frozen=True, eq=False)
class Shelf:
    """The music of a split: its pieces, their lengths, and their windows on the axes.

    Shape: lengths_s (pieces,); raw (windows, axes), as measured; `pool` numbers the pieces as
    they stand here.
    """

    pieces: tuple[Piece, ...]
    lengths_s: Floats
    raw: Floats
    pool: Pool

    @property
    def ids(self) -> list[str]:
        return [piece.piece_id for piece in self.pieces]


def hear(piece: Piece, folder: Path) -> list[list[float]]:
    """The windows of a piece: start, then what was measured on each axis. Measured once.

    Windows under 32 s are left out: a piece that short would loop. Raises MediaError for a piece
    that cannot be decoded.
    """
    stamp = folder / f"{piece.piece_id}.json"
    kept = read_record(stamp)
    if kept is not None and kept.get("version") == VERSION:
        rows: list[list[float]] = kept["windows"]
        return rows
    sound = media.read_sound(piece.file, RATE_HZ, 2, duration_s=LONGEST_S)
    rows = [
        [one.span.start_s, *np.round(one.values, 5).tolist()]
        for one in hear_music(sound)
        if one.span.duration_s >= WINDOW_S
    ]
    write_record({"version": VERSION, "windows": rows}, stamp)
    return rows


def shelve(
    pieces: Sequence[Piece], splits: Mapping[str, Split], heard: Mapping[str, list[list[float]]]
) -> dict[Split, Shelf]:
    """The shelf of each split, on scales that come from the training split.

    Real and composed music share one scale: an editor does not ask who wrote it.
    """
    usable = [piece for piece in pieces if heard.get(piece.piece_id)]
    by_split: dict[Split, list[Piece]] = {}
    for piece in usable:
        by_split.setdefault(splits[piece.piece_id], []).append(piece)
    train = np.array([row[1:] for p in by_split["train"] for row in heard[p.piece_id]], np.float32)
    scale = MusicScale.of(train)
    return {split: _shelf(own, heard, scale) for split, own in by_split.items()}


def _shelf(pieces: list[Piece], heard: Mapping[str, list[list[float]]], scale: MusicScale) -> Shelf:
    counts = [len(heard[piece.piece_id]) for piece in pieces]
    number = np.repeat(np.arange(len(pieces)), counts)
    rows = np.array([row for piece in pieces for row in heard[piece.piece_id]], np.float32)
    origin = np.array([REAL if piece.origin == "real" else COMPOSED for piece in pieces])
    pool = Pool(scale(rows[:, 1:]), number, rows[:, 0], origin[number])
    lengths = np.array([min(piece.duration_s, LONGEST_S) for piece in pieces], np.float32)
    return Shelf(tuple(pieces), lengths, rows[:, 1:], pool)
