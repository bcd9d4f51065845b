"""After CMMR: two streams that first learn emotion tags, each of its own, and then each other.

B. Li, A. Kumar: Query by Video: Cross-modal Music Retrieval, ISMIR 2019: [7] of MRCMV. Known here
by its abstract and by what MRCMV says of it: "first trains a two-stream CNN on an emotion tag
dataset and then fine-tunes the networks for modality matching". What stands in for the tags, and
what is our own choice, is in `docs/paper-notes.md`.

**Conventions.** A stream is convolutions along the 72 tokens of the window, their mean, and a layer
to the embedding, which is brought to unit length (so Euclid's distance ranks as the cosine does).
Tags are classified from the embedding: the space that is searched is the one that they constrain.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from mrcmv.model import losses
from mrcmv.model.branches import PictureTokens, normalised, sound_tokens
from mrcmv.model.retriever import (
    NO_TAG,
    Batch,
    Distance,
    FeatureSizes,
    Modality,
    QueryFeatures,
    Retriever,
)
from mrcmv.model.slowfast import PictureFeatures


@dataclass(frozen=True)
class CmmrConfig:
    """Sizes and phases; all but the two phases are this project's choice.

    n_tags: classes of emotion. d: width of tokens and convolutions; kernel: tokens that each of
    the n_convolutions looks at (odd). pretrain_epochs: the first phase, tags alone, out of the
    same budget as everybody's. tag_weight: of the tags in the second phase. margin: between squared
    distances (4 at most).
    """

    sizes: FeatureSizes
    n_tags: int
    d: int = 128
    kernel: int = 3
    n_convolutions: int = 2
    d_embedding: int = 512
    pretrain_epochs: int = 10
    tag_weight: float = 0.1
    margin: float = 0.2

    def __post_init__(self) -> None:
        if self.kernel % 2 == 0:
            raise ValueError(f"a kernel has an odd number of tokens, not {self.kernel}")


class Stream(nn.Module):
    """Tokens of one modality → its embedding, and the tags that the embedding tells."""

    def __init__(self, tokens: nn.Module, config: CmmrConfig) -> None:
        super().__init__()
        self.tokens = tokens
        self.convolutions = nn.Sequential()
        for _ in range(config.n_convolutions):
            self.convolutions.extend(
                [nn.Conv1d(config.d, config.d, config.kernel, padding="same"), nn.ReLU()]
            )
        self.embed = nn.Linear(config.d, config.d_embedding)
        self.tags = nn.Linear(config.d_embedding, config.n_tags)

    def forward(self, features: PictureFeatures | Tensor) -> Tensor:
        """Shape: features as `tokens` takes them, to `(batch, 72, d)` → `(batch, d_E)`."""
        tokens: Tensor = self.tokens(features)
        course = self.convolutions(tokens.transpose(1, 2))  # (batch, d, 72)
        return normalised(self.embed(course.mean(2)), "unit")


def tagging(logits: Tensor, tags: Tensor) -> Tensor:
    """The mean cross-entropy of the tags that are known; 0 where none is.

    Shape: logits `(batch, n_tags)`, tags `(batch,)` integers or `NO_TAG` → `()`.
    """
    surprise = functional.cross_entropy(logits, tags, ignore_index=NO_TAG, reduction="sum")
    return surprise / (tags != NO_TAG).sum().clamp(min=1)


def matching(query: Tensor, bgm: Tensor, labels: Tensor, margin: float) -> Tensor:
    """MRCMV's triplet loss (its eq. 6) as a mean over pairs and negatives; 0 without negatives.

    Shape: query, bgm `(batch, d_E)`, labels `(batch,)` → `()`.
    """
    n_negatives = losses.negatives(labels).sum().clamp(min=1)
    return losses.triplet(query, bgm, labels, margin) / n_negatives


class Cmmr(Retriever):
    """The network with its loss. The voice is not heard."""

    distance: Distance = "euclid"
    modalities: frozenset[Modality] = frozenset({"picture"})

    def __init__(self, config: CmmrConfig) -> None:
        super().__init__()
        self.config = config
        sizes, d = config.sizes, config.d
        self.picture = Stream(PictureTokens(sizes.n_fast, sizes.n_slow, d), config)
        self.bgm = Stream(sound_tokens(sizes.n_bgm, d), config)

    def embed_query(self, features: QueryFeatures) -> Tensor:
        """Of unit length."""
        embedding: Tensor = self.picture(features.seen())
        return embedding

    def embed_bgm(self, bgm: Tensor) -> Tensor:
        """Of unit length."""
        embedding: Tensor = self.bgm(bgm)
        return embedding

    def loss(self, batch: Batch, epoch: int) -> Tensor:
        """The tags alone in the first epochs; then the match, and the tags still, by a weight.

        Raises:
            ValueError: the batch has no tags.
        """
        if batch.query_tags is None or batch.bgm_tags is None:
            raise ValueError("CMMR learns from tags, of the clips and of the music: give both")
        query, bgm = self.embed_query(batch.query), self.embed_bgm(batch.bgm)
        told = tagging(self.picture.tags(query), batch.query_tags)
        told = told + tagging(self.bgm.tags(bgm), batch.bgm_tags)
        if epoch < self.config.pretrain_epochs:
            return told
        matched = matching(query, bgm, batch.labels, self.config.margin)
        return torch.add(matched, told, alpha=self.config.tag_weight)
