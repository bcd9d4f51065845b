"""Retrieval learnt: what finds a clip's music, on kept features or end to end.

**Conventions.** Anything that embeds a query and music and has a loss can be trained
(`model.retriever`), on the same windows in the same order for the same seed: comparisons and
ablations differ in the network alone. A check looks for the music of the validation's clips, their
first 32 s, among all windows that lie under one of them; R@10 decides which weights are kept.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mrcmv.dataset import Dataset
from mrcmv.errors import MrcmvError
from mrcmv.inputs import square_tensors
from mrcmv.model import comparisons, network
from mrcmv.model.comparisons import sizes_of
from mrcmv.model.heads import HeadsConfig, MrcmvHeads
from mrcmv.model.network import Mrcmv
from mrcmv.model.retriever import Batch, QueryFeatures, Retriever, distances
from mrcmv.model.slowfast import PictureFeatures
from mrcmv.training.augmenting import less_bands, less_features, mirrored
from mrcmv.training.embedding import Source, embed_music, embed_queries, placed
from mrcmv.training.loop import SCORE, Recipe
from mrcmv.training.recall import recalls
from mrcmv.training.samples import Music, Sample, batches_of, gallery_of, labels_of
from mrcmv.training.tags import Tags

PAPER = Recipe(
    name="paper", epochs=200, batch=32, optimiser="sgd", rate=1e-6, momentum=0.9, decay=0.0,
    rise=0.0, fall=0.0, clip=None, drop_voice=0.0, cut_hop_s=0.5, latest_cut_s=3600.0, apart=False,
    augment=False, keep_means=False,
)  # fmt: skip
"""MRCMV, section 4.2: all trained end to end by SGD, random cuts of 32 s. The margin's schedule, λ
and the 7 s of the pseudo-labels are the loss's own. Batch and end are not told: 32, 200 epochs."""
DEFAULT = Recipe(
    name="default", epochs=40, batch=64, rate=3e-4, drop_features=0.1, temperature=0.3,
    rounds=19,
)  # fmt: skip
"""For heads on kept features."""
FINE = Recipe(name="fine", epochs=8, batch=16, rate=3e-5, temperature=0.3, rounds=19)
"""For the whole network after its heads."""
RECIPES = {"paper": PAPER, "default": DEFAULT}


class Live(nn.Module):
    """Features as a network's backbones say them now, so that these learn.

    What is read is changed a little while training, where the recipe says so (`begin`).
    """

    def __init__(self, backbones: Mrcmv, dataset: Dataset, recipe: Recipe) -> None:
        super().__init__()
        self.slowfast = backbones.slowfast
        self.voice_vggish, self.bgm_vggish = backbones.voice_vggish, backbones.bgm_vggish
        self.dataset, self.augment, self.keep_means = dataset, recipe.augment, recipe.keep_means
        self.rng = np.random.default_rng(recipe.seed)

    def train(self, mode: bool = True) -> "Live":
        """Training mode, but for batch normalisation that keeps its means."""
        super().train(mode)
        if self.keep_means:
            self.slowfast.eval()
        return self

    def begin(self, *key: int) -> None:
        """What the changes to the next windows hang on."""
        self.rng = np.random.default_rng(key)

    def query(self, samples: Sequence[Sample]) -> QueryFeatures:
        """Features of clip windows, with what they learn by."""
        squares = self._placed(
            np.stack([self.dataset.pictures(one.pair.take_id, one.cut_s) for one in samples])
        )
        if self.training and self.augment:
            squares = mirrored(squares, self.rng)
        picture: PictureFeatures = self.slowfast(*square_tensors(squares))
        voice = self._heard(
            self.voice_vggish, [self.dataset.voice(one.pair.pair_id, one.cut_s) for one in samples]
        )
        heard = torch.tensor([not one.mute for one in samples], device=voice.device)
        return QueryFeatures(picture, voice, has_voice=heard)

    def bgm(self, windows: Sequence[Music]) -> Tensor:
        """Features of windows of music, with what they learn by."""
        return self._heard(self.bgm_vggish, [self.dataset.music(*one) for one in windows])

    def _heard(self, backbone: nn.Module, read: Sequence[np.ndarray]) -> Tensor:
        patches = self._placed(np.stack(read).astype(np.float32))
        if self.training and self.augment:
            patches = less_bands(patches, self.rng)
        features: Tensor = backbone(patches)
        return features

    def _placed(self, read: np.ndarray) -> Tensor:
        return torch.from_numpy(read).to(next(self.bgm_vggish.parameters()).device)


class Retrieval:
    """The loop's task: a retriever learns from pairs, and is judged by R@10. tags: for one that
    learns from classes of emotion too.

    Raises:
        MrcmvError: the data set has too few pairs to learn from or to check with.
    """

    def __init__(
        self, retriever: Retriever, source: Source, dataset: Dataset, recipe: Recipe,
        device: str = "cpu", tags: Tags | None = None,
    ) -> None:  # fmt: skip
        self.retriever, self.source, self.dataset, self.recipe = retriever, source, dataset, recipe
        self.device, self.tags = device, tags
        self.labels = labels_of(dataset, recipe)
        self.gallery = gallery_of(dataset, "validation")
        self.network: nn.Module = retriever
        if isinstance(source, nn.Module):
            self.network = nn.ModuleList([source, retriever])
        self.network.to(device)

    def batches(self, epoch: int) -> list[list[Sample]]:
        """All pairs once, each at a cut of chance."""
        parts = batches_of(self.dataset, self.recipe, epoch)
        if not parts:
            raise MrcmvError("No batch holds two kinds of music: ask for larger batches.")
        return [heard(self.retriever, self.dataset, part) for part in parts]

    def loss(self, batch: Sequence[Sample], epoch: int) -> Tensor:
        """The retriever's own loss."""
        key = (self.recipe.seed, epoch, zlib.crc32(batch[0].pair.pair_id.encode()))
        if isinstance(self.source, Live):
            self.source.begin(*key)
        seen, heard = self.tags.of(batch) if self.tags else (None, None)
        query, bgm = self._thinned(
            self.source.query(batch), self.source.bgm([sample.music for sample in batch]), key
        )
        pairs = Batch(
            placed(query, self.device),
            bgm.to(self.device),
            torch.tensor([self.labels[one.label] for one in batch], device=self.device),
            None if seen is None else seen.to(self.device),
            None if heard is None else heard.to(self.device),
        )
        return self.retriever.loss(pairs, epoch)

    def _thinned(
        self, query: QueryFeatures, bgm: Tensor, key: tuple[int, ...]
    ) -> tuple[QueryFeatures, Tensor]:
        """Features less what the recipe leaves out, drawn by the key."""
        share = self.recipe.drop_features
        if not share or query.picture is None or query.voice is None:
            return query, bgm
        chance = torch.Generator().manual_seed(int(np.random.default_rng(key).integers(1 << 62)))
        fast, slow, voice, bgm = (
            less_features(one, share, chance) for one in (*query.picture, query.voice, bgm)
        )
        return replace(query, picture=PictureFeatures(fast, slow), voice=voice), bgm

    def check(self) -> dict[str, float]:
        """R@1, R@10 in percent and the median rank; R@10 is the score."""
        queries = heard(self.retriever, self.dataset, self.gallery.queries)
        windows = self.gallery.windows
        far = distances_of(self.retriever, self.source, queries, windows, self.device)
        told = recalls(far, torch.tensor(self.gallery.truth, device=far.device))
        return {SCORE: told["R@10"], **told}

    def save(self, path: Path, provenance: Mapping[str, Any]) -> None:
        """Write the retriever alone: it needs the features that it was trained on."""
        comparisons.save(self.retriever, path, provenance)  # type: ignore[arg-type]


class EndToEnd(Retrieval):
    """The same for a whole network: its backbones learn too, and it is written whole.

    heads: those that it was given its branches of (`join`), so that the loss's own weights go on
    too; without, these begin anew.
    """

    def __init__(
        self, whole: Mrcmv, dataset: Dataset, recipe: Recipe, device: str = "cpu",
        heads: MrcmvHeads | None = None,
    ) -> None:  # fmt: skip
        torch.manual_seed(recipe.seed)
        learning = heads_of(whole, dataset, recipe)
        if heads is not None and heads.config == learning.config:
            learning.criterion.load_state_dict(heads.criterion.state_dict())
        learning.query, learning.bgm = whole.query, whole.bgm  # the very same weights
        self.whole = whole
        super().__init__(learning, Live(whole, dataset, recipe), dataset, recipe, device)

    def save(self, path: Path, provenance: Mapping[str, Any]) -> None:
        """Write the network."""
        network.save(self.whole, path, provenance)


def heard(retriever: Retriever, dataset: Dataset, samples: Sequence[Sample]) -> list[Sample]:
    """Samples without the voices that nobody found; what goes by the voice alone is left all."""
    if retriever.modalities == {"voice"}:
        return [replace(one, mute=False) for one in samples]
    return [
        replace(one, mute=one.mute or not dataset.is_spoken(one.pair.pair_id)) for one in samples
    ]


def distances_of(
    retriever: Retriever, source: Source, queries: Sequence[Sample], windows: Sequence[Music],
    device: str = "cpu",
) -> Tensor:  # fmt: skip
    """How far each clip lies from each window of music, by a retriever in eval mode.

    Shape: → `(n, m)`. The source must hold all that is asked for.
    """
    asked = embed_queries(retriever, source, queries, device)
    answers = embed_music(retriever, source, windows, device)
    return distances(asked, answers, retriever.distance)


def retriever_of(whole: Mrcmv) -> MrcmvHeads:
    """A network's branches as a retriever on its own features, to be judged beside others. What
    its loss had learnt is not in it."""
    heads = MrcmvHeads(HeadsConfig(sizes_of(whole.config), 1, whole.config.branches))
    heads.query, heads.bgm = whole.query, whole.bgm
    return heads.eval()


def heads_of(whole: Mrcmv, dataset: Dataset, recipe: Recipe) -> MrcmvHeads:
    """Heads for a network's features, with a class for each pseudo-label; untrained."""
    n_labels = len(labels_of(dataset, recipe))
    sizes, branches = sizes_of(whole.config), whole.config.branches
    return MrcmvHeads(HeadsConfig(sizes, n_labels, branches, temperature=recipe.temperature))


def join(whole: Mrcmv, heads: MrcmvHeads) -> Mrcmv:
    """Put trained heads onto the backbones whose features they were trained on."""
    whole.query.load_state_dict(heads.query.state_dict())
    whole.bgm.load_state_dict(heads.bgm.state_dict())
    return whole
