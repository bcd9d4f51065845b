"""What every network that is compared has in common: features in, points of one space out.

**Conventions.** A retriever takes features that were kept (`slowfast`, `vggish`), of the query and
of the music apart, so that one loop trains any of them on one cache and one evaluation judges any.
It states which modalities of the query it goes by and how its space is measured. Its loss is its
paper's: what it does with the epoch (a margin that grows, a first phase of training) is its own
affair, so that a budget of epochs is the same for all.
"""

from abc import ABC, abstractmethod
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from mrcmv.model.slowfast import PictureFeatures

Distance = Literal["euclid", "cosine"]
Modality = Literal["picture", "voice"]
NO_TAG = -1
"""The class of a window whose tag is not known."""


@dataclass(frozen=True)
class FeatureSizes:
    """How many numbers the backbones say of a fast frame, a slow one, a patch of voice, of BGM."""

    n_fast: int
    n_slow: int
    n_voice: int
    n_bgm: int


@dataclass(frozen=True, eq=False)
class QueryFeatures:
    """Features of clip windows; None for what no clip has, a mask for what some have not.

    Shape: picture `(batch, 64, n_fast)` and `(batch, 8, n_slow)`, voice `(batch, 72, n_voice)`,
    has_picture and has_voice `(batch,)` bool, None where all have what is given.
    """

    picture: PictureFeatures | None
    voice: Tensor | None
    has_picture: Tensor | None = None
    has_voice: Tensor | None = None

    def seen(self) -> PictureFeatures:
        """The pictures, for a network that knows nothing else.

        Raises:
            ValueError: a clip has none.
        """
        if self.picture is None or not (self.has_picture is None or bool(self.has_picture.all())):
            raise ValueError("a clip without picture has nothing to embed: it alone is looked at")
        return self.picture


@dataclass(frozen=True, eq=False)
class Batch:
    """Pairs to learn from: item i of the query goes with item i of the music.

    labels are pseudo-labels: k is a negative of i where its label is another. The tags are classes
    of what can be measured (`emotion`), for networks that learn from them.

    Shape: bgm `(batch, 72, n_bgm)`; labels, query_tags, bgm_tags `(batch,)` integers, a tag
    `NO_TAG` where it is not known.
    """

    query: QueryFeatures
    bgm: Tensor
    labels: Tensor
    query_tags: Tensor | None = None
    bgm_tags: Tensor | None = None


class Retriever(nn.Module, ABC):
    """A network that can be trained, judged and kept beside the others.

    modalities: what of the query it goes by; a clip must have one of them. distance: how far apart
    its embeddings are.
    """

    modalities: Set[Modality]
    distance: Distance

    @abstractmethod
    def embed_query(self, features: QueryFeatures) -> Tensor:
        """Embeddings of clip windows. Shape: `(batch, d_E)`.

        Raises:
            ValueError: a clip has nothing of what this network goes by.
        """

    @abstractmethod
    def embed_bgm(self, bgm: Tensor) -> Tensor:
        """Embeddings of windows of music. Shape: `(batch, 72, n_bgm)` → `(batch, d_E)`."""

    @abstractmethod
    def loss(self, batch: Batch, epoch: int) -> Tensor:
        """What training makes smaller in an epoch, counted from 0. Shape: `()`.

        Raises:
            ValueError: the batch lacks what this network learns from.
        """


def distances(query: Tensor, bgm: Tensor, how: Distance) -> Tensor:
    """How far each query lies from each window of music.

    Euclid's distance, or 1 - cosine. Shape: `(n, d_E)`, `(m, d_E)` → `(n, m)`.
    """
    if how == "euclid":
        # Not by the product of matrices: it rounds small distances away.
        return torch.cdist(query, bgm, compute_mode="donot_use_mm_for_euclid_dist")
    return 1.0 - functional.normalize(query, dim=1) @ functional.normalize(bgm, dim=1).T
