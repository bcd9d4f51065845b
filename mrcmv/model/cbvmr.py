"""After CBVMR: two streams of pooled features, ranked across and kept in order within a modality.

S. Hong, W. Im, H. S. Yang: CBVMR: Content-Based Video-Music Retrieval Using Soft Intra-Modal
Structure Constraint, ICMR 2018 (arXiv:1704.06761): [8] of MRCMV. Known here by its abstract and by
the sizes and weights that its public code states (csehong/VM-NET); see `docs/paper-notes.md`.

**Conventions.** The picture is its features' mean over the window; the music the mean, variance and
maximum of its own. Fully connected layers, batch normalisation, unit length: similarity is the
cosine. Losses are means, so that their weights hold for any size of batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from mrcmv.model import losses
from mrcmv.model.retriever import Batch, Distance, FeatureSizes, Modality, QueryFeatures, Retriever
from mrcmv.model.slowfast import PictureFeatures


def pooled_picture(features: PictureFeatures) -> Tensor:
    """Means over the window. Shape: see `PictureFeatures` → `(batch, n_fast + n_slow)`."""
    return torch.cat([features.fast.mean(1), features.slow.mean(1)], dim=1)


def pooled_bgm(features: Tensor) -> Tensor:
    """Mean, variance and maximum over the window. Shape: `(batch, 72, n)` → `(batch, 3n)`."""
    return torch.cat(
        [features.mean(1), features.var(1, correction=0), features.amax(1)],
        dim=1,
    )


def ranking(similarity: Tensor, labels: Tensor, margin: float, hardest: float) -> Tensor:
    """Inter-modal ranking: each row's own column before its negatives, by a margin.

    The mean hinge of the negatives that violate most: `hardest` is their share of the batch, at
    least one. A negative has another label. Its transpose ranks the other way.

    Shape: similarity `(batch, batch)`, pairs on the diagonal; labels `(batch,)` → `()`.
    """
    hinges = (similarity - similarity.diagonal()[:, None] + margin).clamp(min=0.0)
    hinges = hinges.masked_fill(~losses.negatives(labels), 0.0)
    n_hardest = max(1, round(hardest * (len(labels) - 1)))
    return hinges.topk(n_hardest, dim=1).values.mean()


def structure(embedded: Tensor, before: Tensor) -> Tensor:
    """Soft intra-modal structure: whoever was nearer to i before embedding is nearer after it.

    Of each triplet of different items i, j, k, whose similarities after are s_ij, s_ik and before
    were r_ij, r_ik: (sign(s_ij - s_ik) - sign(r_ij - r_ik)) (s_ij - s_ik), and the mean of all. It
    is 0 exactly where every order is kept, else positive. Only the order counts, not how far (it is
    "soft"); signs have no gradient, so nothing goes to `before`.

    In sums over k the signs are places in i's order, so that sorting takes the place of triplets.

    Shape: embedded `(batch, d_E)`, before `(batch, n)` → `()`; 0 of fewer than three items.
    """
    after, was = _similarities(embedded), _similarities(before)  # (batch, batch - 1)
    n_triplets = max(1, after.numel() * (after.shape[1] - 1))
    return 2.0 * (after * (_places(after) - _places(was))).sum() / n_triplets


def _similarities(vectors: Tensor) -> Tensor:
    """Cosines of each with all others. Shape: `(batch, n)` → `(batch, batch - 1)`."""
    unit = functional.normalize(vectors, dim=1)
    n = len(unit)
    others = ~torch.eye(n, dtype=torch.bool, device=unit.device)
    return (unit @ unit.T)[others].reshape(n, max(0, n - 1))


def _places(rows: Tensor) -> Tensor:
    """Of each number, how many of its row lie below it less how many above. Shape: kept."""
    rows = rows.detach().contiguous()
    ordered = rows.sort(dim=1).values
    below = torch.searchsorted(ordered, rows, right=False)
    upto = torch.searchsorted(ordered, rows, right=True)
    return (below + upto - rows.shape[1]).to(rows.dtype)


@dataclass(frozen=True)
class CbvmrConfig:
    """Sizes and weights; the defaults are those of the authors' public code.

    picture_layers, bgm_layers: widths before the embedding; dropout: the share left out after each
    of them; hardest: see `ranking` (100 of 1,000). Weights: of music that ranks clips, of clips
    that rank music, of the music's structure and of the picture's.
    """

    sizes: FeatureSizes
    picture_layers: Sequence[int] = (2048,)
    bgm_layers: Sequence[int] = (2048, 1024)
    d_embedding: int = 512
    dropout: float = 0.1
    margin: float = 0.1
    hardest: float = 0.1
    bgm_to_query: float = 3.0
    query_to_bgm: float = 1.0
    bgm_structure: float = 0.2
    picture_structure: float = 0.2

    def __post_init__(self) -> None:
        for name in ("picture_layers", "bgm_layers"):
            object.__setattr__(self, name, tuple(getattr(self, name)))  # JSON knows lists only


def _stream(n_in: int, layers: Sequence[int], config: CbvmrConfig) -> nn.Sequential:
    """Pooled features → what is brought to unit length. Shape: `(batch, n_in)` → `(…, d_E)`."""
    stream = nn.Sequential()
    for n, n_out in pairwise((n_in, *layers)):
        stream.extend([nn.Linear(n, n_out), nn.ReLU(), nn.Dropout(config.dropout)])
    stream.extend(
        [nn.Linear((n_in, *layers)[-1], config.d_embedding), nn.BatchNorm1d(config.d_embedding)]
    )
    for layer in stream:
        if isinstance(layer, nn.Linear):  # no bias at first: the features' scale does not matter
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return stream


class Cbvmr(Retriever):
    """The network with its loss. The voice is not heard."""

    distance: Distance = "cosine"
    modalities: frozenset[Modality] = frozenset({"picture"})

    def __init__(self, config: CbvmrConfig) -> None:
        super().__init__()
        self.config = config
        sizes = config.sizes
        self.picture = _stream(sizes.n_fast + sizes.n_slow, config.picture_layers, config)
        self.bgm = _stream(3 * sizes.n_bgm, config.bgm_layers, config)

    def embed_query(self, features: QueryFeatures) -> Tensor:
        """Of unit length."""
        return functional.normalize(self.picture(pooled_picture(features.seen())), dim=1)

    def embed_bgm(self, bgm: Tensor) -> Tensor:
        """Of unit length."""
        return functional.normalize(self.bgm(pooled_bgm(bgm)), dim=1)

    def loss(self, batch: Batch, epoch: int) -> Tensor:
        """Both rankings and both structures, each times its weight; the same in every epoch."""
        config = self.config
        query, bgm = self.embed_query(batch.query), self.embed_bgm(batch.bgm)
        similarity = query @ bgm.T
        ranked = config.query_to_bgm * ranking(
            similarity, batch.labels, config.margin, config.hardest
        ) + config.bgm_to_query * ranking(similarity.T, batch.labels, config.margin, config.hardest)
        kept = config.picture_structure * structure(
            query, pooled_picture(batch.query.seen())
        ) + config.bgm_structure * structure(bgm, pooled_bgm(batch.bgm))
        return ranked + kept
