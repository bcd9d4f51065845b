"""Galleries ranked by what a ridge predicts of the music, each number as far as it can be told.

What is predicted are the uncorrelated directions of the music's numbers. A window is ranked by how
much likelier its numbers are after the query than before it, all of them taken as normal: where a
direction cannot be predicted it counts for nothing, and music is not near to all for being common.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mrcmv.corpus.build.figures import joined, summary
from mrcmv.corpus.checks.material import Gallery, Window
from mrcmv.corpus.checks.ridge import Ridge, Standard, fit
from mrcmv.corpus.editor.oracle import Ranks, ranks
from mrcmv.types import Floats

MOST_CORRELATION = 0.95
LEAST_SPREAD = 0.1
"""Directions narrower than this, in spreads of one number, are left out."""


@dataclass(frozen=True, eq=False)
class Reader:
    """Predicts music from queries. Shape: turn (numbers, directions), told (directions,)."""

    standard: Standard
    turn: Floats
    ridge: Ridge
    told: Floats

    def distances(self, queries: Floats, windows: Floats) -> Floats:
        """Less is likelier. Shape: (n, columns), (m, numbers) → (n, m)."""
        return self.score(self.ridge(queries), self.standard(windows) @ self.turn)

    def score(self, predicted: Floats, music: Floats) -> Floats:
        """Minus twice the logarithm of p(music | query) / p(music), but for a constant."""
        apart = (predicted[:, np.newaxis] - music[np.newaxis]) ** 2 / (1 - self.told**2)
        odds: Floats = (apart - music[np.newaxis] ** 2) @ (self.told > 0).astype(np.float32)
        return odds


def read(queries: Floats, music: Floats, train: np.ndarray, validation: np.ndarray) -> Reader:
    """A reader that was trained on some pairs and told on others how far to trust itself.

    Shape: queries (n, columns) and music (n, numbers), a row a pair.
    """
    standard = Standard.of(music[train])
    scaled = standard(music[train])
    _, size, right = np.linalg.svd(scaled - scaled.mean(axis=0), full_matrices=False)
    spread = size / np.sqrt(len(train))
    kept = spread > LEAST_SPREAD
    turn = (right[kept].T / spread[kept]).astype(np.float32)
    y = (standard(music) @ turn).astype(np.float32)
    ridge = fit(queries, y, train, validation)
    predicted = ridge(queries[validation])
    told = [_correlation(p, t) for p, t in zip(predicted.T, y[validation].T, strict=True)]
    return Reader(standard, turn, ridge, np.clip(told, 0, MOST_CORRELATION).astype(np.float32))


def place(
    reader: Reader,
    queries: Floats,
    galleries: Sequence[Gallery],
    music_of: Callable[[Sequence[Window]], Floats],
) -> Ranks:
    """Where the truths come, the queries of galleries of one size taken together.

    Shape: queries (pairs, columns).
    """
    return joined(
        [
            ranks(reader.distances(queries[one.queries], music_of(one.windows)), one.truth)
            for one in galleries
        ]
    )


def shown(
    reader: Reader,
    queries: Floats,
    galleries: Mapping[str, Sequence[Gallery]],
    music_of: Callable[[Sequence[Window]], Floats],
) -> dict[str, dict[str, Any]]:
    """Recall, interval, chance and median rank over each kind of gallery."""
    return {name: summary(place(reader, queries, own, music_of)) for name, own in galleries.items()}


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / norm if norm > 1e-9 else 0.0
