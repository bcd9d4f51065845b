"""The verb from matches to why: what a find's method says of the tracks it brought.

**Conventions.** A match is looked at as the find saw it: by the same pictures, the same voice and
the catalog's stored embeddings; what the backbones said of the clip is remembered from the find
(`methods.networks`). Only MRCMV has attention and a gate; of the other methods there is the map,
in the space that they measure distances in. A draw measures none: its map is that of descriptors,
without the clip.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrcmv import inputs, media
from mrcmv.cache import Memory
from mrcmv.catalog import Catalog, unsung_by
from mrcmv.errors import MrcmvError
from mrcmv.explain import Explanation, Gallery, MusicMap, evidence, explain_music, plane
from mrcmv.explain import explain as numbers
from mrcmv.explain.evidence import Claims
from mrcmv.explain.plane import Plane
from mrcmv.explain.scenery import Scenery, scenery
from mrcmv.explain.timeline import Timeline
from mrcmv.methods import DRAWN, Method, Trained, descriptors
from mrcmv.types import Floats, Match, Query, Span, Track, TrackWindow

if TYPE_CHECKING:
    from mrcmv.methods.networks import Network

STALE = (
    "The catalog is another than when this music was found. Press Find music again, then look here."
)
PLANES: Memory[Plane] = Memory(20_000_000)
"""Maps that were computed, by what they show: one for each state of an index."""
INSIDES: Memory[MusicMap | None] = Memory(5_000_000)
"""Who looks at whom inside windows of tracks: asked for again for each head and each file."""


Placed = tuple[tuple[TrackWindow, ...], Floats, Floats | None]
"""Windows, their places, and the clip's (None: it has none). Shape: `(n, d)`, `(d,)`."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """A map of the catalog's windows: where they lie, and the clip among them (None: it has no
    place there). `kept`: how many of its nearest tracks are near it on the map too, and of how
    many. Shape: query `(2,)`."""

    plane: Plane
    windows: tuple[TrackWindow, ...]
    tracks: Mapping[str, Track]
    query: Floats | None = None
    kept: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Explained:
    """Why these tracks. `explanation` is None where the method has nothing to look into, `atlas`
    where there are fewer than two windows."""

    method: str
    matches: tuple[Match, ...]
    explanation: Explanation | None
    scene: Scenery
    claims: Claims
    atlas: Atlas | None


def explain(query: Query, catalog: Catalog, method: Method, track_ids: Sequence[str]) -> Explained:
    """Why a method brings these tracks for a clip window, in the order asked.

    Raises:
        MrcmvError: the catalog has them no longer, or cannot be ranked.
    """
    by_id = {match.track.track_id: match for match in method.rank(query, catalog)}
    if not all(track_id in by_id for track_id in track_ids):
        raise MrcmvError(STALE)
    matches = tuple(by_id[track_id] for track_id in track_ids)
    space = _space(query, catalog, method)
    atlas = _atlas(catalog, space)
    plain = Explained(method.name, matches, None, Scenery(), evidence.NONE, atlas)
    if not (isinstance(method, Trained) and method.heads is None):
        return plain
    line = Timeline.of(query.decoded.window)
    return replace(
        plain,
        explanation=_numbers(query, method, space, matches),
        scene=scenery(line, query.decoded.frames.images, query.voice, query.speech),
        claims=evidence.claims(evidence.read(method.weights)),
    )


def music(method: Method, track: Track, window: Span) -> MusicMap | None:
    """Who looks at whom in a track's window; None where the index hears it without its singing,
    which takes minutes to take out again, or where the method has no such attention.

    Raises:
        MediaError: its file cannot be decoded.
    """
    if not (isinstance(method, Trained) and method.heads is None) or unsung_by(track):
        return None
    network = _network(method)
    key = (network.space, track.content_hash, window)
    return INSIDES.get(key, lambda: _inside(network, track, window))


def warm() -> None:
    """Load the libraries that the first explanation would wait for."""
    Gallery(np.zeros((2, 2), np.float32), ("a", "b"), (0.0, 0.0)).distances(
        np.zeros((1, 2), np.float32)
    )
    scenery(Timeline(0.0, 1.0), np.zeros((1, 48, 64, 3), np.uint8), None, ())


def _inside(network: "Network", track: Track, window: Span) -> MusicMap | None:
    import torch

    sound = media.read_sound(track.file, start_s=window.start_s, duration_s=window.duration_s)
    with torch.inference_mode():
        features = network.whole.bgm_features(inputs.sound_patches(sound)[None])
    return explain_music(network.whole.bgm, features, window)


def _numbers(
    query: Query, method: Trained, space: Placed, matches: tuple[Match, ...]
) -> Explanation:
    network = _network(method)
    windows, points, _ = space
    try:
        gallery = Gallery(
            points,
            tuple(window.track_id for window in windows),
            tuple(window.start_s for window in windows),
        )
        seen = network.features(query)
        return numbers(network.whole.query, seen, query.decoded.window, gallery, matches)
    except ValueError as error:  # somebody changed the catalog between its ranking and this
        raise MrcmvError(STALE) from error


def _atlas(catalog: Catalog, space: Placed) -> Atlas | None:
    """The map in the space that the method measures distances in."""
    windows, points, place = space
    if len(windows) < 2:
        return None
    mark = hashlib.blake2b(np.ascontiguousarray(points).data, digest_size=16).hexdigest()
    found = PLANES.get((mark, points.shape), lambda: plane.plane(points))
    tracks = {track.track_id: track for track in catalog.tracks}
    if not all(window.track_id in tracks for window in windows):
        raise MrcmvError(STALE)
    if place is None:
        return Atlas(found, windows, tracks)
    names = [window.track_id for window in windows]
    kept = plane.kept(found, points, names, place)
    return Atlas(found, windows, tracks, found.place(place), kept)


def _space(query: Query, catalog: Catalog, method: Method) -> Placed:
    """The windows, their places and the clip's, where the method measures distances."""
    if isinstance(method, Trained):
        from mrcmv.methods.networks import unit

        network = _network(method)
        windows, points = catalog.embedded(method.space)
        place = network.embed_query(query)
        return (
            (windows, unit(points), unit(place)) if network.is_cosine else (windows, points, place)
        )
    windows = catalog.windows
    if len(windows) == 0:
        return windows, np.zeros((0, 0), np.float32), None
    points = descriptors.window_vectors(windows)
    if method.name in DRAWN:
        return windows, points, None
    return windows, points, descriptors.query_vector(descriptors.scores(query))


def _network(method: Trained) -> "Network":
    from mrcmv.methods import networks

    return networks.load(method.name, method.weights, method.heads)
