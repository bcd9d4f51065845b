"""What a method is, and how distances become matches.

Conventions: one distance a window; a track's is its best window's. Ranks run from 1. Tracks that
lie equally far come in an order drawn from the query's seed, never in the order of the files.
`fit` is the share of the other tracks that lie farther, those equally far counting half.
"""

import math
from dataclasses import replace
from typing import Protocol

import numpy as np

from mrcmv.catalog import Catalog
from mrcmv.errors import EmptyCatalog
from mrcmv.types import Floats, Match, Query, Track, TrackWindow

EMPTY = (
    "The catalog has no music yet. Add some: `mrcmv catalog add FOLDER`, "
    "or `mrcmv catalog add --starter` for the starter set."
)
UNANALYSED = (
    "None of the catalog's tracks has been analysed: `mrcmv catalog index` does that, "
    "`mrcmv catalog check` says which of them cannot be."
)


class Method(Protocol):
    """A way to rank the catalog."""

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> str:
        """What it goes by, in a sentence for users."""
        ...

    @property
    def hears_voice(self) -> bool:
        """Whether the voice-over has a say in the ranking."""
        ...

    def rank(self, query: Query, catalog: Catalog) -> tuple[Match, ...]:
        """Every track that can be ranked, best first, each once.

        Raises:
            EmptyCatalog: no track of the catalog can be ranked.
            CatalogError: none of them is what the query asks for.
        """
        ...


def measured_tracks(catalog: Catalog) -> tuple[dict[str, Track], tuple[TrackWindow, ...]]:
    """The tracks that have windows, by id, and all those windows.

    Raises:
        EmptyCatalog: there are none; the message says what to do.
    """
    windows = catalog.windows
    ids = {window.track_id for window in windows}
    tracks = {track.track_id: track for track in catalog.tracks if track.track_id in ids}
    windows = tuple(window for window in windows if window.track_id in tracks)
    if windows:
        return tracks, windows
    if catalog.tracks:
        raise EmptyCatalog(UNANALYSED)
    raise EmptyCatalog(EMPTY)


def fits(distances: Floats) -> Floats:
    """Each distance's fit among all: 100 when every other is larger, NaN without others.

    Shape: (n,) → (n,).
    """
    n_others = len(distances) - 1
    if n_others < 1:
        return np.full(len(distances), np.nan, np.float32)
    ordered = np.sort(distances)
    n_farther = len(distances) - np.searchsorted(ordered, distances, side="right")
    n_equal = len(distances) - n_farther - np.searchsorted(ordered, distances, side="left") - 1
    shares: Floats = (100.0 * (n_farther + 0.5 * n_equal) / n_others).astype(np.float32)
    return shares


def matches(
    tracks: dict[str, Track],
    windows: tuple[TrackWindow, ...],
    distances: Floats,
    seed: int,
) -> tuple[Match, ...]:
    """The tracks by their best windows, nearest first. Shape: distances (n_windows,)."""
    chance = np.random.default_rng(seed).permutation(len(windows))
    best: dict[str, int] = {}
    for at in np.lexsort((chance, distances)).tolist():
        best.setdefault(windows[at].track_id, at)
    order = list(best.values())
    return tuple(
        Match(rank, tracks[windows[at].track_id], windows[at], float(distances[at]), float(fit))
        for rank, (at, fit) in enumerate(zip(order, fits(distances[order]), strict=True), start=1)
    )


def drawn(
    tracks: dict[str, Track], windows: tuple[TrackWindow, ...], seed: int
) -> tuple[Match, ...]:
    """The tracks in an order drawn from the seed, each from a window drawn too, unmeasured."""
    level = np.zeros(len(windows), np.float32)
    return tuple(
        replace(match, distance=math.nan, fit=math.nan)
        for match in matches(tracks, windows, level, seed)
    )
