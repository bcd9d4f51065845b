"""Where networks put the windows of the catalog's tracks, kept so that a find embeds a clip alone.

Each space has a file of its own beside the index: other weights make another space, and what they
made is never mixed with what others did. A track's rows count only as long as they are of the
windows that the index has of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mrcmv.catalog.index import Index, heard_id
from mrcmv.types import Floats, Span, Track, TrackWindow


@dataclass(frozen=True)
class Space:
    """A space of embeddings: the method's name, a mark of the weights, the numbers of a point."""

    name: str
    mark: str
    width: int


class Embeddings:
    """The embeddings of tracks in one space, in a catalog's folder."""

    def __init__(self, folder: Path, space: Space) -> None:
        maker = f"{space.name} {space.mark}"
        self._index = Index(folder / f"{space.name}-{space.mark}.idx", maker, 2 + space.width)

    def of(self, track: Track, windows: Sequence[TrackWindow]) -> Floats | None:
        """The embeddings of a track's windows, in their order; None where they are not known.

        Shape: `(n_windows, width)`.
        """
        rows = self._index.rows.get(heard_id(track))
        if rows is None or not np.array_equal(rows[:, :2], _places(windows)):
            return None
        return rows[:, 2:]

    def learn(self, embedded: Mapping[Track, tuple[Sequence[TrackWindow], Floats]]) -> None:
        """Keep the embeddings of tracks' windows. Shape: each `(n_windows, width)`.

        Raises:
            CatalogError: the folder cannot be written to.
        """
        if embedded:
            self._index.update(
                {
                    heard_id(track): np.hstack([_places(windows), points]).astype(np.float32)
                    for track, (windows, points) in embedded.items()
                }
            )


def spans_of(windows: Sequence[TrackWindow]) -> list[Span]:
    """Where windows lie in their track."""
    return [Span(one.start_s, one.start_s + one.duration_s) for one in windows]


def _places(windows: Sequence[TrackWindow]) -> Floats:
    """Start and duration of each. Shape: `(n, 2)`."""
    places = [(one.start_s, one.duration_s) for one in windows]
    return np.array(places, np.float32).reshape(-1, 2)
