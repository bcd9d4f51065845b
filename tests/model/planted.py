"""Pairs that belong together by construction, of tiny features: what tests of retrievers share."""

import torch

from mrcmv.model.retriever import Batch, FeatureSizes, QueryFeatures
from mrcmv.model.slowfast import PictureFeatures

SIZES = FeatureSizes(n_fast=3, n_slow=5, n_voice=6, n_bgm=6)
N_TAGS = 3


def features(n: int = 6, seed: int = 0, noise: float = 0.3) -> tuple[QueryFeatures, torch.Tensor]:
    """Clips and their music: each pair has a point in common, seen and heard through noise."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    points = draw(n, 8)
    fast, slow, voice, bgm = (
        (points @ draw(8, width))[:, None] + noise * draw(n, frames, width)
        for frames, width in ((64, 3), (8, 5), (72, 6), (72, 6))
    )
    return QueryFeatures(PictureFeatures(fast, slow), voice), bgm


def batch(n: int = 6, seed: int = 0) -> Batch:
    """The same as a batch, every pair a label of its own, tags going round."""
    query, bgm = features(n, seed)
    tags = torch.arange(n) % N_TAGS
    return Batch(query, bgm, torch.arange(n), tags, tags)


def only(query: QueryFeatures, i: int) -> QueryFeatures:
    """The i-th clip alone."""
    picture = PictureFeatures(*(path[i : i + 1] for path in query.picture))
    return QueryFeatures(picture, query.voice[i : i + 1])
