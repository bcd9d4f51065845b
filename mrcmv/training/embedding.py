"""Where a retriever puts clips and music: embeddings out of features, for checks and for tables."""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from mrcmv.model.retriever import QueryFeatures, Retriever
from mrcmv.model.slowfast import PictureFeatures
from mrcmv.training.samples import Music, Sample
from mrcmv.types import Floats

AT_ONCE = 32
"""Windows."""


class Source(Protocol):
    """Where features come from: a cache (`features.Features`) or backbones that learn too."""

    def query(self, samples: Sequence[Sample]) -> QueryFeatures:
        """Features of clip windows."""

    def bgm(self, windows: Sequence[Music]) -> Tensor:
        """Features of windows of music. Shape: → `(n, 72, n_bgm)`."""


def embed_queries(
    retriever: Retriever, source: Source, queries: Sequence[Sample], device: str = "cpu"
) -> Tensor:
    """Clips by a retriever in eval mode; the source must hold them. Shape: → `(n, d_E)`."""
    parts = (queries[at : at + AT_ONCE] for at in range(0, len(queries), AT_ONCE))
    return torch.cat([retriever.embed_query(placed(source.query(one), device)) for one in parts])


def embed_music(
    retriever: Retriever, source: Source, windows: Sequence[Music], device: str = "cpu"
) -> Tensor:
    """Windows of music by a retriever in eval mode. Shape: → `(m, d_E)`."""
    parts = (windows[at : at + AT_ONCE] for at in range(0, len(windows), AT_ONCE))
    return torch.cat([retriever.embed_bgm(source.bgm(one).to(device)) for one in parts])


@torch.inference_mode()
def points_of(
    retriever: Retriever, source: Source, queries: Sequence[Sample], windows: Sequence[Music]
) -> tuple[Floats, Floats]:
    """Both, so that Euclid's distance between them ranks as the retriever's own distance does.

    Shape: → `(n, d_E)`, `(m, d_E)`; `(0, 0)` of nothing.
    """
    asked = embed_queries(retriever, source, queries) if queries else torch.zeros(0, 0)
    music = embed_music(retriever, source, windows) if windows else torch.zeros(0, 0)
    if retriever.distance == "cosine":
        asked, music = (functional.normalize(one, dim=1) for one in (asked, music))
    told: tuple[Floats, Floats] = asked.float().numpy(), music.float().numpy()
    return told


def placed(features: QueryFeatures, device: str) -> QueryFeatures:
    """Features on a device."""
    picture, voice, heard = features.picture, features.voice, features.has_voice
    return QueryFeatures(
        None if picture is None else PictureFeatures(*(path.to(device) for path in picture)),
        None if voice is None else voice.to(device),
        has_voice=None if heard is None else heard.to(device),
    )
