"""What a method of retrieval is asked: queries, the windows that compete, and what is true of them.

A method is judged by one function, `Distances`: an offer → how far each of its windows lies from
each of its queries. `embedded` makes it of embeddings. `judging.judge` asks it for all that the
protocol offers and keeps what it found by query (`results`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mrcmv.evaluation import ranking
from mrcmv.evaluation.ranking import Numbers
from mrcmv.types import Floats

Window = tuple[str, float]
"""A window of music: its piece's id and where it starts, in seconds."""
CONDITIONS = (
    "clean voice",
    "voice separated from a mix with music",
    "voice separated from a mix without music",
    "no voice",
)
"""What of the voice a query has. The second is the paper's (section 4.1): music that stays in a
separated voice would name itself, so the third shows what is left without any."""
UNHEARD = "any voice"
"""The condition of what never hears the voice: it is judged once and stands beside all."""


class Competition(Protocol):
    """Queries and windows as a corpus tells them: rows of its pairs, windows, places of truths."""

    @property
    def queries(self) -> np.ndarray: ...
    @property
    def windows(self) -> tuple[Window, ...]: ...
    @property
    def truth(self) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Offer:
    """Queries and the windows that are offered to all of them.

    Shape: queries (n,), rows of the protocol's queries; windows m, no two the same.
    """

    queries: NDArray[np.intp]
    windows: tuple[Window, ...]

    def __post_init__(self) -> None:
        """Raises ValueError: there is no query or window, or a window is there twice."""
        if len(self.queries) == 0 or len(self.windows) == 0:
            raise ValueError("an offer needs queries and windows")
        if len(set(self.windows)) != len(self.windows):
            raise ValueError("a gallery holds a window twice: one of them could not be right")

    @property
    def piece(self) -> np.ndarray:
        """Of each window. Shape: (m,) of str."""
        return np.array([piece for piece, _ in self.windows])

    @property
    def start_s(self) -> Numbers:
        """Of each window. Shape: (m,)."""
        return np.array([start_s for _, start_s in self.windows])


@dataclass(frozen=True, eq=False)
class Gallery(Offer):
    """Queries and the windows that compete for them.

    Shape: truth (n,), each query's place among the windows.
    """

    truth: NDArray[np.intp]

    def __post_init__(self) -> None:
        """Raises ValueError: as an offer, or a query's truth is not there."""
        if len(self.queries) != len(self.truth):
            raise ValueError(f"{len(self.queries)} queries have {len(self.truth)} truths")
        super().__post_init__()
        if self.truth.min() < 0 or self.truth.max() >= len(self.windows):
            raise ValueError("a query's truth is not in its gallery")


Distances = Callable[[Offer], Floats]
"""An offer → (queries, windows), less is nearer."""
MusicOf = Callable[[Sequence[Window]], Floats]
"""Windows → (windows, numbers)."""


@dataclass(frozen=True, eq=False)
class RetrievalProtocol:
    """All that a method needs to be judged.

    queries: ids; groups: what each belongs to (its take), for intervals. galleries: by name, those
    of one size together: no query is twice under one name. moments: each query before all windows
    of all true pieces, to find its own within its piece. offers: by name, music in which no truth
    is looked for: what is told is the energy of what each query draws. arousal: what voice and
    picture of each query ask for; energy: of each window, on the same axis; None where the corpus
    doesn't know.
    """

    corpus: str
    queries: tuple[str, ...]
    groups: tuple[str, ...]
    galleries: Mapping[str, tuple[Gallery, ...]]
    moments: Gallery | None = None
    offers: Mapping[str, Offer] = field(default_factory=dict)
    arousal: Floats | None = None
    energy: Mapping[Window, float] | None = None

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Every window that some query is compared with, by piece and start."""
        own = [gallery.windows for galleries in self.galleries.values() for gallery in galleries]
        own += [offer.windows for offer in self.offers.values()]
        return tuple(sorted({*chain(*own), *(self.moments.windows if self.moments else ())}))

    @cached_property
    def test(self) -> str:
        """A hash of what is asked and of the answers: results join only where it is the same."""
        asked: dict[str, Any] = {
            name: [self._told(gallery) for gallery in galleries]
            for name, galleries in self.galleries.items()
        }
        asked["moments"] = self._told(self.moments) if self.moments else None
        asked.update({name: self._told(offer) for name, offer in self.offers.items()})
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]

    def _told(self, one: Offer) -> list[Any]:
        ids = [self.queries[row] for row in one.queries]
        return [ids, one.windows, one.truth.tolist() if isinstance(one, Gallery) else None]


def protocol_of(
    corpus: str,
    pairs: Sequence[Mapping[str, Any]],
    galleries: Mapping[str, Sequence[Competition]],
    windows: Sequence[Window] = (),
    energy: Mapping[Window, float] | None = None,
    offers: Mapping[str, Sequence[Window]] | None = None,
) -> RetrievalProtocol:
    """The protocol of a corpus.

    pairs: the rows of its table `pairs`, all splits. galleries: by name; those without queries are
    left out. windows: all there are of the split's music, for moments; none: no moments. offers:
    windows by name, each offered to all queries.

    Raises:
        ValueError: no gallery has a query, or a window of a pair is not among the windows.
    """
    own = {name: [one for one in many if len(one.queries)] for name, many in galleries.items()}
    asked = sorted({int(row) for many in own.values() for one in many for row in one.queries})
    if not asked:
        raise ValueError(f"{corpus} asks nothing: no gallery has a query")
    place = {row: at for at, row in enumerate(asked)}

    def placed(one: Competition) -> Gallery:
        rows = np.array([place[int(row)] for row in one.queries], np.intp)
        return Gallery(rows, tuple(one.windows), np.asarray(one.truth, np.intp))

    rows = [pairs[row] for row in asked]
    known = all(row.get("target") is not None for row in rows)
    return RetrievalProtocol(
        corpus,
        tuple(row["pair_id"] for row in rows),
        tuple(row["take_id"] for row in rows),
        {name: tuple(placed(one) for one in many) for name, many in own.items() if many},
        _moments(rows, windows) if windows else None,
        {name: Offer(np.arange(len(rows)), tuple(own)) for name, own in (offers or {}).items()},
        np.array([row["target"][0] for row in rows], np.float32) if known else None,
        energy,
    )


def _moments(rows: Sequence[Mapping[str, Any]], windows: Sequence[Window]) -> Gallery:
    truths = [(row["piece_id"], row["music_start_s"]) for row in rows]
    pieces = {piece for piece, _ in truths}
    within = tuple(window for window in windows if window[0] in pieces)
    place = {window: at for at, window in enumerate(within)}
    if missing := [window for window in truths if window not in place]:
        raise ValueError(f"{missing[0]} lies under a clip and is no window of the corpus")
    truth = np.array([place[window] for window in truths], np.intp)
    return Gallery(np.arange(len(rows)), within, truth)


def embedded(queries: Floats, windows: Sequence[Window], music: Floats) -> Distances:
    """A method that embeds both sides and ranks by Euclidean distance.

    Shape: queries (protocol.queries, d), in their order; windows m, music (m, d).
    """
    place = {window: at for at, window in enumerate(windows)}

    def distances(offer: Offer) -> Floats:
        rows = [place[window] for window in offer.windows]
        return ranking.distances_between(queries[offer.queries], music[rows])

    return distances
