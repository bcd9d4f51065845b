"""What trained methods load: MRCMV, perhaps with other heads on its features, and their space."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mrcmv import inputs, media
from mrcmv.catalog import Space, VectorIndex
from mrcmv.types import Floats, Query, Sound, Span

if TYPE_CHECKING:
    from torch import Tensor

    from mrcmv.model.network import Mrcmv
    from mrcmv.model.retriever import Retriever

VERSION = 1
"""Raise it when a change of code changes embeddings: the catalog's are then made anew."""


@dataclass(frozen=True, eq=False)
class Network:
    """heads: those that read the network's features instead of its own branches."""

    whole: "Mrcmv"
    heads: "Retriever | None"
    space: Space

    def embed_query(self, query: Query) -> Floats:
        """A clip window's place. Where nobody speaks there is no voice, which the network was
        trained for: not a silent one. Shape: → (d_E,).
        """
        import torch

        from mrcmv.model.retriever import QueryFeatures

        fast, slow = inputs.picture_tensors(query.decoded.frames)
        frames = fast[None], slow[None]  # a batch of one
        with torch.inference_mode():
            if self.heads is not None:
                seen = QueryFeatures(self.whole.picture_features(frames), None)
                return _first(self.heads.embed_query(seen))
            return _first(self.whole.embed_query(frames, _heard(query)))

    def embed_bgm(self, sound: Sound, spans: Sequence[Span]) -> Floats:
        """The places of a track's windows. Shape: samples (channels, n) → (n_spans, d_E)."""
        from mrcmv.model import vggish

        mono = media.resample(Sound(sound.mono[np.newaxis], sound.rate_hz), vggish.RATE_HZ)
        points = np.zeros((len(spans), self.space.width), np.float32)
        for at, span in enumerate(spans):
            points[at] = self._embed_window(inputs.window_sound(mono, span))
        return points

    def distances(self, query: Floats, points: Floats) -> Floats:
        """How far each point lies from the query: Euclid's distance, or 1 - cosine.

        Shape: (d_E,), (n, d_E) → (n,).
        """
        cosine = self.heads is not None and self.heads.distance == "cosine"
        if cosine:
            query, points = _unit(query), _unit(points)
        nearest, rows = VectorIndex(points).search(query, len(points))
        far = np.empty(len(points), np.float32)
        # Of vectors of length 1, half of the squared distance is 1 - cosine.
        far[rows] = 0.5 * nearest**2 if cosine else nearest
        return far

    def _embed_window(self, window: Sound) -> Floats:
        import torch

        patches = inputs.sound_patches(window)[None]
        with torch.inference_mode():
            if self.heads is not None:
                return _first(self.heads.embed_bgm(self.whole.bgm_features(patches)))
            return _first(self.whole.embed_bgm(patches))


def _heard(query: Query) -> "Tensor | None":
    """The voice's patches, a batch of one; None where nobody speaks."""
    if query.voice is None:
        return None
    voice = query.voice
    return inputs.sound_patches(inputs.levelled(Sound(voice.mono[None], voice.rate_hz)))[None]


def load(name: str, weights: Path, heads: Path | None) -> Network:
    """A method's network, read once for each state of its files.

    Raises:
        WeightsError: a file is missing or damaged, or they do not belong together.
    """
    files = (weights,) if heads is None else (weights, heads)
    return _load(name, files, tuple(file.stat().st_mtime_ns for file in files))


@lru_cache(maxsize=3)
def _load(name: str, files: tuple[Path, ...], changed_ns: tuple[int, ...]) -> Network:
    from mrcmv.model import backbones, checkpoint, comparisons
    from mrcmv.model.heads import HeadsConfig

    whole = _whole(files[0], changed_ns[0])
    mark = hashlib.sha256("\n".join([str(VERSION), *map(media.content_hash, files)]).encode())
    width, heads = whole.config.branches.d_embedding, None
    if len(files) == 2:
        heads = comparisons.load(files[1], name)
        backbones.check(files[1], checkpoint.read(files[1], name).provenance, whole, files[0])
        own = heads.config
        width = (own.branches if isinstance(own, HeadsConfig) else own).d_embedding
    return Network(whole, heads, Space(name, mark.hexdigest()[:16], width))


@lru_cache(maxsize=1)
def _whole(file: Path, changed_ns: int) -> "Mrcmv":
    from mrcmv.model import network

    return network.load(file)


def _first(batch: "Tensor") -> Floats:
    """The only one of a batch. Shape: (1, d_E) → (d_E,)."""
    point: Floats = batch[0].numpy()
    return point


def _unit(vectors: Floats) -> Floats:
    """Vectors brought to length 1. Shape: kept, over the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = vectors / np.maximum(lengths, 1e-12)
    return unit
