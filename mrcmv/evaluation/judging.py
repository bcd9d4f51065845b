"""Methods judged by what a protocol asks (`protocol`), query by query (`results`)."""

from collections.abc import Mapping, Sequence

import numpy as np

from mrcmv.evaluation import moments, ranking
from mrcmv.evaluation.protocol import (
    CONDITIONS,
    Distances,
    Gallery,
    MusicOf,
    Offer,
    RetrievalProtocol,
)
from mrcmv.evaluation.ranking import Numbers
from mrcmv.evaluation.results import APART, CHANCE_APART, Judged, Results
from mrcmv.types import Floats

N_MATCHES = 5
"""Matches whose energy is compared with the clip's arousal: as many as the app shows."""


def judge(
    protocol: RetrievalProtocol,
    method: str,
    seed: int | None,
    distances: Distances,
    *,
    condition: str = CONDITIONS[0],
    references: Mapping[str, MusicOf] | None = None,
    ceiling: bool = False,
    only: Sequence[str] | None = None,
) -> Results:
    """What a method found for each query in each gallery and offer.

    seed: of its training; None where nothing is drawn. references: other measures of music, by
    name, for the distance of the first match to the truth. ceiling: it knows what no method can.
    only: names of galleries and offers, for a method that cannot be asked all; None for all.

    Raises:
        ValueError: distances of another shape than the gallery's, or NaN.
    """
    found = {
        name: _judged(
            protocol, many, [_asked(protocol, one, distances, references or {}) for one in many]
        )
        for name, many in protocol.galleries.items()
        if only is None or name in only
    }
    for name, offer in protocol.offers.items():
        if only is None or name in only:
            found[name] = _judged(protocol, (offer,), [_drawn(protocol, offer, distances)])
    if protocol.moments is not None and (only is None or "moments" in only):
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


def _drawn(protocol: RetrievalProtocol, offer: Offer, distances: Distances) -> dict[str, Numbers]:
    """The energy of the first tracks, each by its nearest window, above that of all windows."""
    if protocol.arousal is None or protocol.energy is None:
        raise ValueError("an offer without a truth is for energies, which the corpus does not know")
    energy = np.array([protocol.energy[window] for window in offer.windows])
    far, own = ranking.nearest_of_pieces(_told(distances, offer), energy, offer.piece)
    above = ranking.mean_of_first(far, own, N_MATCHES) - energy.mean()
    arousal = protocol.arousal[offer.queries].astype(np.float64)
    return {"arousal": arousal, "energy": above.round(6)}


def _told(distances: Distances, offer: Offer) -> Floats:
    far = distances(offer)
    wanted = (len(offer.queries), len(offer.windows))
    if far.shape != wanted:
        raise ValueError(f"distances {wanted} wanted (queries, windows), {far.shape} given")
    return far


def _judged(
    protocol: RetrievalProtocol, galleries: Sequence[Offer], told: Sequence[Mapping[str, Numbers]]
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
