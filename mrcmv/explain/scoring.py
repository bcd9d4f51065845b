"""Where a query stands among the catalog's windows: distances, ranks of tracks, and the lead.

**Conventions.** Distances are Euclidean between embeddings, as MRCMV's search has them. A track is
as near as its best window, and its rank is 1 + the number of tracks nearer than it. The *lead* of a
window is how much nearer it lies than the other tracks' windows do on average: what moves the query
away from everything alike (an odd picture, a cut) moves it little. Without other tracks the mean is
left out, and the lead is the distance less than 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.types import Floats


@dataclass(frozen=True, eq=False)
class Gallery:
    """The catalog's windows as the network hears them.

    Shape: embeddings `(n, d_E)`; track_ids and starts_s n of each.

    Raises:
        ValueError: there are none, not as many of each, or an embedding is not finite.
    """

    embeddings: Floats
    track_ids: tuple[str, ...]
    starts_s: tuple[float, ...]

    def __post_init__(self) -> None:
        n = len(self.track_ids)
        if n == 0:
            raise ValueError("there is no track to compare with: the catalog holds no windows")
        if self.embeddings.ndim != 2 or not len(self.embeddings) == n == len(self.starts_s):
            raise ValueError(
                f"expected one embedding and one start for each of {n} windows, "
                f"got {self.embeddings.shape} and {len(self.starts_s)}"
            )
        if not np.isfinite(self.embeddings).all():
            raise ValueError("embeddings of the catalog must be finite")

    @property
    def n_tracks(self) -> int:
        return len(set(self.track_ids))

    def place(self, track_id: str, start_s: float) -> int:
        """The row of a window.

        Raises:
            ValueError: there is no such window.
        """
        for row, (name, start) in enumerate(zip(self.track_ids, self.starts_s, strict=True)):
            if name == track_id and abs(start - start_s) < 1e-3:
                return row
        raise ValueError(
            f"track {track_id} has no window at {start_s:g} s in the catalog's embeddings: "
            "index the catalog again"
        )

    def distances(self, queries: Floats) -> Floats:
        """How far queries lie from all windows. Shape: `(q, d_E)` → `(q, n)`."""
        from scipy.spatial.distance import cdist

        apart: Floats = cdist(queries.astype(np.float64), self.embeddings).astype(np.float32)
        return apart


@dataclass(frozen=True)
class Outcome:
    """How near a track lies under one condition, and its rank among `n_tracks`."""

    distance: float
    rank: int


def outcome(apart: Floats, track_ids: Sequence[str], track_id: str) -> Outcome:
    """A track's distance and rank for one query. Shape: apart `(n,)`."""
    best: dict[str, float] = {}
    for name, distance in zip(track_ids, apart.tolist(), strict=True):
        best[name] = min(distance, best.get(name, np.inf))
    own = best[track_id]
    return Outcome(own, 1 + sum(distance < own for distance in best.values()))


def leads(apart: Floats, track_ids: Sequence[str], row: int) -> Floats:
    """The lead of the window `row` for each query. Shape: apart `(q, n)` → `(q,)`."""
    others = np.array([name != track_ids[row] for name in track_ids])
    level = apart[:, others].mean(axis=1) if others.any() else 0.0
    lead: Floats = (level - apart[:, row]).astype(np.float32)
    return lead
