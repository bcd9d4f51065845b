"""A tiny network, a clip for it, and a catalog of planted places: what tests of this room share."""

import base64
from pathlib import Path

import numpy as np
import torch

from mrcmv.explain import Explanation, Gallery, explain, explain_music, features_of
from mrcmv.model.branches import BranchConfig
from mrcmv.model.network import Mrcmv, MrcmvConfig
from mrcmv.model.retriever import QueryFeatures
from mrcmv.model.slowfast import SlowFastConfig
from mrcmv.model.vggish import VggishConfig
from mrcmv.types import Descriptors, Match, Span, Track, TrackWindow

WINDOW = Span(10.0, 42.0)
N_TRACKS = 6


def tiny(seed: int = 0, **branches: object) -> Mrcmv:
    """A network of random weights whose attention is far from even."""
    torch.manual_seed(seed)
    config = MrcmvConfig(
        SlowFastConfig(depths=(1, 1), width=4, beta=2),
        VggishConfig(channels=(2, 2, 2, 2), n_hidden=8, n_features=8),
        BranchConfig(d=8, n_heads=2, d_embedding=16, **branches),
        side_px=16,
    )
    made = Mrcmv(config).eval()
    for name, weights in made.named_parameters():
        if ".query." in name.removeprefix("query"):
            weights.data *= 20
    return made


def fast(seed: int = 0, side: int = 16) -> torch.Tensor:
    """Pictures of one clip. Shape: `(1, 3, 64, side, side)`."""
    return torch.randn(1, 3, 64, side, side, generator=torch.Generator().manual_seed(seed))


def patches(seed: int = 0) -> torch.Tensor:
    """A sound of one window. Shape: `(1, 72, 96, 64)`."""
    return torch.randn(1, 72, 96, 64, generator=torch.Generator().manual_seed(seed)) - 2


def features(network: Mrcmv, voice: bool = True, seed: int = 0) -> QueryFeatures:
    pictures = fast(seed)
    frames = pictures, pictures[:, :, 4::8]
    return features_of(network, frames, patches(seed + 1) if voice else None)


def gallery(query: np.ndarray, n_tracks: int = N_TRACKS, seed: int = 3) -> Gallery:
    """Tracks t0, t1 … of two windows each, ever farther from the query; t0's second is nearest."""
    rng = np.random.default_rng(seed)
    ways = rng.normal(size=(2 * n_tracks, len(query)))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    far = np.array([[n + 1.5, n + 1.0] for n in range(n_tracks)]).ravel()
    points = (query + far[:, None] * ways).astype(np.float32)
    names = tuple(f"t{n}" for n in range(n_tracks) for _ in range(2))
    return Gallery(points, names, (0.0, 8.0) * n_tracks)


def match(n: int, start_s: float = 8.0) -> Match:
    measured = Descriptors(110.0, 0, 0.5, -16.0, 0.5, 1500.0, 3.0, 0.0)
    track = Track(f"t{n}", Path(f"t{n}.ogg"), f"Track {n}")
    return Match(n + 1, track, TrackWindow(f"t{n}", start_s, 32.0, measured), 1.0 + n, 90.0)


def told(
    network: Mrcmv | None = None, voice: bool = True, window: Span = WINDOW, n: int = 3
) -> Explanation:
    network = network or tiny()
    seen = features(network, voice)
    with torch.inference_mode():
        query = network.query(seen.picture, seen.voice)[0].numpy()
        bgm = network.bgm_features(patches(9))
    made = explain(network.query, seen, window, gallery(query), [match(i) for i in range(n)])
    music = explain_music(network.bgm, bgm, Span(8.0, 40.0))
    return made if music is None or n == 0 else made.with_music(0, music)


def numbers(told: dict | list) -> np.ndarray:
    """An array as Plotly wrote it."""
    if isinstance(told, list):
        return np.array(told, np.float32)
    flat = np.frombuffer(base64.b64decode(told["bdata"]), told["dtype"])
    return flat.reshape([int(n) for n in str(told.get("shape", len(flat))).split(",")])
