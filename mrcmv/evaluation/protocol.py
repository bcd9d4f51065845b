"""What a method of retrieval is asked: queries, the windows that compete, and what is true of them.

A method is judged by one function, `Distances`: a gallery → how far each of its windows lies from
each of its queries. `embedded` makes it of embeddings. `judge` asks it for all galleries and keeps
what it found by query (`results`), so that methods can be compared later, query by query.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mrcmv.evaluation import moments, ranking
from mrcmv.evaluation.ranking import Numbers
from mrcmv.evaluation.results import APART, CHANCE_APART, Judged, Results
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
N_MATCHES = 5
"""Matches whose energy is compared with the clip's arousal: as many as the app shows."""


class Competition(Protocol):
    """Queries and windows as a corpus tells them: rows of its pairs, windows, places of truths."""

    @property
    def queries(self) -> np.ndarray: ...
    @property
    def windows(self) -> tuple[Window, ...]: ...
    @property
    def truth(self) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Gallery:
    """Queries and the windows that compete for them.

    Shape: queries (n,), rows of the protocol's queries; windows m, no two the same; truth (n,),
    each query's place among the windows.
    """

    queries: NDArray[np.intp]
    windows: tuple[Window, ...]
    truth: NDArray[np.intp]

    def __post_init__(self) -> None:
        """Raises ValueError: there is no query, a window is there twice, or a truth is not."""
        if len(self.queries) == 0 or len(self.queries) != len(self.truth):
            raise ValueError(f"{len(self.queries)} queries have {len(self.truth)} truths")
        if len(set(self.windows)) != len(self.windows):
            raise ValueError("a gallery holds a window twice: one of them could not be right")
        if self.truth.min() < 0 or self.truth.max() >= len(self.windows):
            raise ValueError("a query's truth is not in its gallery")

    @property
    def piece(self) -> np.ndarray:
        """Of each window. Shape: (m,) of str."""
        return np.array([piece for piece, _ in self.windows])

    @property
    def start_s(self) -> Numbers:
        """Of each window. Shape: (m,)."""
        return np.array([start_s for _, start_s in self.windows])


Distances = Callable[[Gallery], Floats]
"""A gallery → (queries, windows), less is nearer."""
MusicOf = Callable[[Sequence[Window]], Floats]
"""Windows → (windows, numbers)."""


@dataclass(frozen=True, eq=False)
class RetrievalProtocol:
    """All that a method needs to be judged.

    queries: ids; groups: what each belongs to (its take), for intervals. galleries: by name, those
    of one size together: no query is twice under one name. moments: each query before all windows
    of all true pieces, to find its own within its piece. arousal: what voice and picture of each
    query ask for; energy: of each window, on the same axis; None where the corpus doesn't know.
    """

    corpus: str
    queries: tuple[str, ...]
    groups: tuple[str, ...]
    galleries: Mapping[str, tuple[Gallery, ...]]
    moments: Gallery | None = None
    arousal: Floats | None = None
    energy: Mapping[Window, float] | None = None

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Every window that some query is compared with, by piece and start."""
        own = [gallery.windows for galleries in self.galleries.values() for gallery in galleries]
        return tuple(sorted({*chain(*own), *(self.moments.windows if self.moments else ())}))

    @cached_property
    def test(self) -> str:
        """A hash of what is asked and of the answers: results join only where it is the same."""
        asked: dict[str, Any] = {
            name: [self._told(gallery) for gallery in galleries]
            for name, galleries in self.galleries.items()
        }
        asked["moments"] = self._told(self.moments) if self.moments else None
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]

    def _told(self, gallery: Gallery) -> list[Any]:
        ids = [self.queries[row] for row in gallery.queries]
        return [ids, gallery.windows, gallery.truth.tolist()]


def protocol_of(
    corpus: str,
    pairs: Sequence[Mapping[str, Any]],
    galleries: Mapping[str, Sequence[Competition]],
    windows: Sequence[Window] = (),
    energy: Mapping[Window, float] | None = None,
) -> RetrievalProtocol:
    """The protocol of a corpus.

    pairs: the rows of its table `pairs`, all splits. galleries: by name; those without queries are
    left out. windows: all there are of the split's music, for moments; none: no moments.

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

    def distances(gallery: Gallery) -> Floats:
        rows = [place[window] for window in gallery.windows]
        return ranking.distances_between(queries[gallery.queries], music[rows])

    return distances


def judge(
    protocol: RetrievalProtocol,
    method: str,
    seed: int | None,
    distances: Distances,
    *,
    condition: str = CONDITIONS[0],
    references: Mapping[str, MusicOf] | None = None,
    ceiling: bool = False,
) -> Results:
    """What a method found for each query in each gallery.

    seed: of its training; None where nothing is drawn. references: other measures of music, by
    name, for the distance of the first match to the truth. ceiling: it knows what no method can.

    Raises:
        ValueError: distances of another shape than the gallery's, or NaN.
    """
    found = {
        name: _judged(
            protocol, many, [_asked(protocol, one, distances, references or {}) for one in many]
        )
        for name, many in protocol.galleries.items()
    }
    if protocol.moments is not None:
        one = protocol.moments
        place = (one.truth, one.piece, one.start_s)
        told, drawn = (
            moments.find_moments(_told(distances, one), *place),
            moments.chance_moments(*place),
        )
        figures = {
            "iou": told.iou, "hit": told.hit, "chance_iou": drawn.iou, "chance_hit": drawn.hit
        }  # fmt: skip
        found["moments"] = _judged(protocol, (one,), [figures])
    return Results(method, seed, condition, protocol.corpus, protocol.test, found, ceiling)


def _asked(
    protocol: RetrievalProtocol,
    gallery: Gallery,
    distances: Distances,
    references: Mapping[str, MusicOf],
) -> dict[str, Numbers]:
    far = _told(distances, gallery)
    own = ranking.ranks(far, gallery.truth)
    tracks = ranking.ranks(*ranking.by_piece(far, gallery.truth, gallery.piece))
    figures = {
        "nearer": own.nearer, "level": own.level,
        "track_nearer": tracks.nearer, "track_level": tracks.level,
    }  # fmt: skip
    if protocol.arousal is not None and protocol.energy is not None:
        energy = np.array([protocol.energy[window] for window in gallery.windows])
        figures["arousal"] = protocol.arousal[gallery.queries].astype(np.float64)
        # Above what a draw from this gallery would give: galleries differ, and are taken together.
        above = ranking.mean_of_first(far, energy, N_MATCHES) - energy.mean()
        figures["energy"] = above.round(6)
    for name, music_of in references.items():
        known = music_of(gallery.windows)
        figures[APART + name] = ranking.first_apart(far, gallery.truth, known)
        figures[CHANCE_APART + name] = ranking.chance_apart(gallery.truth, known)
    return figures


def _told(distances: Distances, gallery: Gallery) -> Floats:
    far = distances(gallery)
    wanted = (len(gallery.queries), len(gallery.windows))
    if far.shape != wanted:
        raise ValueError(f"distances {wanted} wanted (queries, windows), {far.shape} given")
    return far


def _judged(
    protocol: RetrievalProtocol, galleries: Sequence[Gallery], told: Sequence[Mapping[str, Numbers]]
) -> Judged:
    """Galleries of one size, taken together."""
    rows = np.concatenate([one.queries for one in galleries])
    return Judged(
        tuple(protocol.queries[row] for row in rows),
        tuple(protocol.groups[row] for row in rows),
        len(galleries),
        np.concatenate([np.full(len(one.queries), len(one.windows)) for one in galleries]),
        np.concatenate([np.full(len(one.queries), len(set(one.piece))) for one in galleries]),
        {name: np.concatenate([figures[name] for figures in told]) for name in told[0]},
    )
