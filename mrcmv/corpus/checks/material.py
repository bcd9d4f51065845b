"""A finished corpus, read back from its tables: pairs, music, and who competes with whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv.corpus.build.galleries import large_gallery
from mrcmv.corpus.build.manifest import read_table
from mrcmv.corpus.build.sizes import N_GALLERIES, Size, Split
from mrcmv.corpus.editor.choosing import COMPOSED, REAL, Pool
from mrcmv.types import Floats

Window = tuple[str, float]
"""A window of music: its piece's id and where it starts, in seconds."""


@dataclass(frozen=True, eq=False)
class Gallery:
    """Queries and the windows that compete for them.

    Shape: queries (n,), rows of the pairs; windows m; truth (n,), each query's place among them.
    """

    queries: np.ndarray
    windows: tuple[Window, ...]
    truth: np.ndarray


@dataclass(frozen=True, eq=False)
class Material:
    """The tables of a corpus. `shared`: the folder that its builds lie in."""

    folder: Path
    shared: Path
    size: Size
    seed: int
    pairs: Sequence[Mapping[str, Any]]
    takes: Mapping[str, Mapping[str, Any]]
    pieces: Mapping[str, Mapping[str, Any]]
    pool: Pool
    """The windows of the test split, as they were edited from."""
    pool_windows: tuple[Window, ...]

    @cached_property
    def split(self) -> np.ndarray:
        """Of each pair. Shape: (pairs,) of str."""
        return np.array([pair["split"] for pair in self.pairs])

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The music of each pair."""
        return tuple((pair["piece_id"], pair["music_start_s"]) for pair in self.pairs)

    @cached_property
    def footage(self) -> np.ndarray:
        """The source of each pair's footage. Shape: (pairs,) of str."""
        return np.array([self.takes[pair["take_id"]]["source"] for pair in self.pairs])

    @cached_property
    def voices(self) -> np.ndarray:
        """The source of each pair's voice. Shape: (pairs,) of str."""
        return np.array([pair["speaker_id"].split("/")[0] for pair in self.pairs])

    @cached_property
    def real(self) -> np.ndarray:
        """Whether each pair's music is real. Shape: (pairs,) of bool."""
        return np.array([self.pieces[piece]["origin"] == "real" for piece, _ in self.windows])

    def rows(self, *splits: Split) -> np.ndarray:
        """The pairs of some splits. Shape: (n,)."""
        return np.flatnonzero(np.isin(self.split, splits))

    def axes(self, column: str) -> Floats:
        """`voice_reading`, `picture_reading`, `target` or `music`. Shape: (pairs, axes)."""
        return np.array([pair[column] for pair in self.pairs], np.float32)

    @cached_property
    def galleries(self) -> tuple[Gallery, ...]:
        """The three of the test that share no piece."""
        numbers = np.array([pair["gallery"] for pair in self.pairs])
        own = [np.flatnonzero(numbers == number) for number in range(N_GALLERIES)]
        return tuple(
            Gallery(rows, tuple(self.windows[row] for row in rows), np.arange(len(rows)))
            for rows in own
        )

    @cached_property
    def large(self) -> Gallery:
        """All queries of the test before the large gallery, the one that the oracles were shown."""
        place = {window: at for at, window in enumerate(self.pool_windows)}
        queries = self.rows("test")
        truths = np.array([place[self.windows[row]] for row in queries])
        rows = large_gallery(truths, self.pool, self.size, self.seed)
        windows = tuple(self.pool_windows[row] for row in rows)
        return Gallery(queries, windows, np.arange(len(queries)))


def validation_gallery(material: Material) -> Gallery:
    """The distinct windows of the validation, and its pairs before them."""
    queries = material.rows("validation")
    windows = tuple(dict.fromkeys(material.windows[row] for row in queries))
    place = {window: at for at, window in enumerate(windows)}
    return Gallery(queries, windows, np.array([place[material.windows[row]] for row in queries]))


def read_material(folder: Path, size: Size, seed: int) -> Material:
    """Read a corpus that was built to its end.

    Raises:
        MrcmvError: none was built there.
    """
    pairs = read_table(folder / "pairs.parquet")
    takes = {row["take_id"]: row for row in read_table(folder / "takes.parquet")}
    pieces = {row["piece_id"]: row for row in read_table(folder / "pieces.parquet")}
    test = [row for row in read_table(folder / "windows.parquet") if row["split"] == "test"]
    number = {name: at for at, name in enumerate(dict.fromkeys(row["piece_id"] for row in test))}
    origins = [REAL if pieces[row["piece_id"]]["origin"] == "real" else COMPOSED for row in test]
    pool = Pool(
        np.array([row["axes"] for row in test], np.float32),
        np.array([number[row["piece_id"]] for row in test]),
        np.array([row["start_s"] for row in test], np.float32),
        np.array(origins),
    )
    windows = tuple((row["piece_id"], row["start_s"]) for row in test)
    return Material(folder, folder.parent, size, seed, pairs, takes, pieces, pool, windows)
