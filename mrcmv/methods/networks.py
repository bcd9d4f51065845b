"""What trained methods load: MRCMV, perhaps with other heads on its features, and their space."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from mrcmv import inputs, media
from mrcmv.cache import Memory
from mrcmv.catalog import Space, VectorIndex
from mrcmv.types import Bytes, Floats, Query, Sound, Span

if TYPE_CHECKING:
    from torch import Tensor

    from mrcmv.model.network import Mrcmv
    from mrcmv.model.retriever import QueryFeatures, Retriever

VERSION = 1
"""Raise it when a change of code changes embeddings: the catalog's are then made anew."""
KEPT_BYTES = 10_000_000
"""How much of clip windows' features a network remembers: some hundred windows of the compact
one. Whoever asks why a window's matches were found need not look at it again."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Features of one clip window, as arrays. Shape: fast (64, n), slow (8, n), voice (72, n)."""

    fast: Floats
    slow: Floats
    voice: Floats | None


@dataclass(frozen=True, eq=False)
class Network:
    """heads: those that read the network's features instead of its own branches."""

    whole: "Mrcmv"
    heads: "Retriever | None"
    space: Space
    kept: Memory[Kept] = field(default_factory=lambda: Memory(KEPT_BYTES))
    asked: "WeakKeyDictionary[Query, Kept]" = field(default_factory=WeakKeyDictionary)

    def features(self, query: Query) -> "QueryFeatures":
        """What the backbones say of a clip window, a batch of one; looked at once. Where nobody
        speaks there is no voice, which the network was trained for: not a silent one.
        """
        import torch

        from mrcmv.model.retriever import QueryFeatures
        from mrcmv.model.slowfast import PictureFeatures

        if (kept := self.asked.get(query)) is None:  # to hash its pictures takes 25 ms
            hears = self.heads is None and query.voice is not None
            images = query.decoded.frames.images
            key = (_mark(images), _mark(query.voice.samples) if hears and query.voice else None)
            kept = self.asked[query] = self.kept.get(key, lambda: self._read(query, hears))
        picture = PictureFeatures(
            torch.from_numpy(kept.fast)[None], torch.from_numpy(kept.slow)[None]
        )
        return QueryFeatures(
            picture, None if kept.voice is None else torch.from_numpy(kept.voice)[None]
        )

    def embed_query(self, query: Query) -> Floats:
        """A clip window's place. Shape: → (d_E,)."""
        import torch

        seen = self.features(query)
        with torch.inference_mode():
            if self.heads is not None:
                return _first(self.heads.embed_query(seen))
            return _first(self.whole.query(seen.picture, seen.voice))

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
        if self.is_cosine:
            query, points = unit(query), unit(points)
        nearest, rows = VectorIndex(points).search(query, len(points))
        far = np.empty(len(points), np.float32)
        # Of vectors of length 1, half of the squared distance is 1 - cosine.
        far[rows] = 0.5 * nearest**2 if self.is_cosine else nearest
        return far

    @property
    def is_cosine(self) -> bool:
        """Whether distances are 1 - cosine, not Euclid's."""
        return self.heads is not None and self.heads.distance == "cosine"

    def _read(self, query: Query, hears: bool) -> Kept:
        """Look at the pictures, and listen to the voice where it has a say."""
        import torch

        fast, slow = inputs.picture_tensors(query.decoded.frames)
        patches = _heard(query) if hears else None
        with torch.inference_mode():
            seen = self.whole.picture_features((fast[None], slow[None]))
            voice = None if patches is None else self.whole.voice_features(patches)
        return Kept(_first(seen.fast), _first(seen.slow), None if voice is None else _first(voice))

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


def _mark(samples: Floats | Bytes) -> tuple[object, ...]:
    """What samples or pixels are known by. (SHA-256: processors have it, so it is the fastest.)"""
    marked = hashlib.sha256(np.ascontiguousarray(samples).data)
    return samples.shape, marked.hexdigest()


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
    """The only one of a batch. Shape: (1, …) → (…)."""
    point: Floats = batch[0].numpy()
    return point


def unit(vectors: Floats) -> Floats:
    """Vectors brought to length 1. Shape: kept, over the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    made: Floats = vectors / np.maximum(lengths, 1e-12)
    return made
