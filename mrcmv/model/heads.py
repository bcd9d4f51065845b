"""MRCMV's branches and loss on features that were kept: whole, by voice only, by picture only.

**Conventions.** By voice only, no clip ever has a picture, in training or after: the learned vector
stands in its place (`branches`), and the rest of the network is the same. Likewise by picture only.
What then has no say (the absent one's layer of tokens) stays as it began. The branches are named as
in `network.Mrcmv`, which takes their weights as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from mrcmv.model import losses
from mrcmv.model.branches import BgmBranch, BranchConfig, QueryBranch
from mrcmv.model.retriever import Batch, Distance, FeatureSizes, Modality, QueryFeatures, Retriever


@dataclass(frozen=True)
class HeadsConfig:
    """Sizes and switches of the branches, and how they learn.

    modalities: what of the query is used. n_labels: pseudo-labels of the training data. balance: λ
    of eq. 5. margin: α of eq. 6, the same in all epochs; None for the paper's schedule, which only
    embeddings of squared length d_E can meet. temperature: of a softmax in the place of eq. 6
    (`losses.softmax`); None for the triplets.
    """

    sizes: FeatureSizes
    n_labels: int
    branches: BranchConfig = field(default_factory=BranchConfig)
    modalities: Sequence[Modality] = ("picture", "voice")
    balance: float = losses.BALANCE
    margin: float | None = None
    temperature: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "modalities", tuple(self.modalities))  # JSON knows lists only
        if not self.modalities or set(self.modalities) - {"picture", "voice"}:
            raise ValueError(f"modalities are picture, voice or both, not {self.modalities}")


class MrcmvHeads(Retriever):
    """The query's and the music's branch with the triplet pseudo-label loss."""

    distance: Distance = "euclid"

    def __init__(self, config: HeadsConfig) -> None:
        super().__init__()
        self.config = config
        self.modalities = frozenset(config.modalities)
        sizes, branches = config.sizes, config.branches
        self.query = QueryBranch(branches, sizes.n_fast, sizes.n_slow, sizes.n_voice)
        self.bgm = BgmBranch(branches, sizes.n_bgm)
        self.criterion = losses.TripletPseudoLabelLoss(
            config.n_labels, branches.d_embedding, config.balance, config.temperature
        )

    def embed_query(self, features: QueryFeatures) -> Tensor:
        """E_J; of the features only the modalities that the config names are used."""
        embedding: Tensor = self.query(
            features.picture if "picture" in self.modalities else None,
            features.voice if "voice" in self.modalities else None,
            features.has_picture,
            features.has_voice,
        )
        return embedding

    def embed_bgm(self, bgm: Tensor) -> Tensor:
        """E_M."""
        embedding: Tensor = self.bgm(bgm)
        return embedding

    def loss(self, batch: Batch, epoch: int) -> Tensor:
        """L of eq. 5: a sum over pairs, as printed."""
        margin = losses.margin(epoch) if self.config.margin is None else self.config.margin
        found: losses.Loss = self.criterion(
            self.embed_query(batch.query), self.embed_bgm(batch.bgm), batch.labels, margin
        )
        return found.total
