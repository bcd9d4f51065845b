"""Which side of a method loses what: its queries with true music, its music with true queries.

**Conventions.** A corpus whose editor is simulated knows where each clip's ideal music lies (the
true query) and where each window lies (the true music), as points on the same axes; what a method
hears and sees is a predicted point of either. Four methods come of it, all ranked by the weighted
squared distance on those axes, as the editor's mismatch is: true × true is the oracle,
predicted × predicted what the method knows of the axes. True query × predicted music loses only
what is not heard in the music; predicted query × true music only what is not read off the clip.

A regression draws its predictions to the mean where it knows little: points that were learnt so
are compared as they are, so an axis that nobody can predict hardly counts on the predicted side.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from mrcmv.evaluation.protocol import Distances, MusicOf, Offer
from mrcmv.evaluation.ranking import distances_between
from mrcmv.types import Floats

Swap = Literal[
    "true query × true music",
    "true query × predicted music",
    "predicted query × true music",
    "predicted query × predicted music",
]


def on_axes(queries: Floats, music_of: MusicOf, weights: Floats) -> Distances:
    """A method that compares points on axes by Σ w (q − m)².

    Shape: queries (protocol.queries, axes); music_of gives (windows, axes); weights (axes,), ≥ 0.

    Raises:
        ValueError: a weight is negative, or there is not one for each axis.
    """
    if weights.shape != queries.shape[1:] or (weights < 0).any():
        raise ValueError(f"a weight ≥ 0 for each axis wanted: {weights.shape}, {queries.shape}")
    scale = np.sqrt(weights)

    def distances(offer: Offer) -> Floats:
        music = music_of(offer.windows)
        return distances_between(queries[offer.queries] * scale, music * scale)

    return distances


def swaps(
    true_queries: Floats,
    true_music: MusicOf,
    predicted_queries: Floats,
    predicted_music: MusicOf,
    weights: Floats,
) -> Mapping[Swap, Distances]:
    """The four methods, for `protocol.judge`. Shape: queries (protocol.queries, axes) twice.

    Raises:
        ValueError: as `on_axes`, or the two sides have other shapes.
    """
    if true_queries.shape != predicted_queries.shape:
        raise ValueError(
            f"points of the same queries wanted: {true_queries.shape}, {predicted_queries.shape}"
        )
    return {
        "true query × true music": on_axes(true_queries, true_music, weights),
        "true query × predicted music": on_axes(true_queries, predicted_music, weights),
        "predicted query × true music": on_axes(predicted_queries, true_music, weights),
        "predicted query × predicted music": on_axes(predicted_queries, predicted_music, weights),
    }
