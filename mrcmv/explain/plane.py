"""A map of the catalog: all windows in the plane, computed once per index, and a query among them.

**Method.** The two directions in which the windows' embeddings differ most (principal components;
Hotelling 1933), by NumPy. It is exact, the same on every machine, takes hundredths of a second, and
places a new point as it places the others, which t-SNE and UMAP have to guess. What it pays: far
neighbours may fall together, so `share` says how much of all differences the plane shows, and
`kept` how many of a query's nearest tracks are near it here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.types import Floats

N_NEAREST = 5


@dataclass(frozen=True, eq=False)
class Plane:
    """Where the windows lie. `share`: of the variance, 0–1.

    Shape: middle `(d_E,)`, axes `(2, d_E)` of length 1, points `(n, 2)`.
    """

    middle: Floats
    axes: Floats
    points: Floats
    share: float

    def place(self, embedding: Floats) -> Floats:
        """Where a point of the same space lies. Shape: `(…, d_E)` → `(…, 2)`."""
        placed: Floats = ((embedding - self.middle) @ self.axes.T).astype(np.float32)
        return placed


def plane(embeddings: Floats) -> Plane:
    """The map of a catalog's windows. Shape: `(n, d_E)`, n and d_E at least 2.

    Raises:
        ValueError: there are fewer than two windows, or a number is not finite.
    """
    if embeddings.ndim != 2 or min(embeddings.shape) < 2 or not np.isfinite(embeddings).all():
        raise ValueError(
            f"a map needs two windows at least, of finite numbers, not {embeddings.shape}"
        )
    middle = embeddings.mean(axis=0, dtype=np.float64)
    spread, directions = np.linalg.eigh(np.cov(embeddings.T.astype(np.float64)))
    axes = directions[:, :-3:-1].T  # the last two, the larger one first
    # A direction has no sign of its own: its largest number is positive.
    axes = axes * np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])[:, np.newaxis]
    total = float(spread.sum())
    share = float(spread[-2:].sum() / total) if total > 0 else 1.0
    points = (embeddings - middle) @ axes.T
    return Plane(
        middle.astype(np.float32), axes.astype(np.float32), points.astype(np.float32), share
    )


def kept(
    found: Plane, embeddings: Floats, track_ids: Sequence[str], query: Floats, n: int = N_NEAREST
) -> tuple[int, int]:
    """How many of the query's n nearest tracks are among the n nearest on the map, and n (fewer in
    a small catalog). Shape: embeddings `(n_windows, d_E)`, query `(d_E,)`."""
    there = _nearest(np.linalg.norm(embeddings - query, axis=1), track_ids, n)
    here = _nearest(np.linalg.norm(found.points - found.place(query), axis=1), track_ids, n)
    return len(there & here), len(there)


def caption(found: Plane, faithful: tuple[int, int] | None = None) -> str:
    """How far to trust the map, in a sentence."""
    said = f"The map shows {found.share:.0%} of how the windows differ"
    if faithful is None:
        return f"{said}."
    hits, n = faithful
    return f"{said}, and {hits} of the {n} tracks nearest to your clip are nearest here too."


def _nearest(far: Floats, track_ids: Sequence[str], n: int) -> set[str]:
    ordered = dict.fromkeys(track_ids[at] for at in np.argsort(far, kind="stable"))
    return set(list(ordered)[:n])
