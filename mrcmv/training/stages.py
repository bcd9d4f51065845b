"""How a network is made: backbones on what was measured, heads on kept features, then all of it.

`OUT/pictures`, `OUT/voices`, `OUT/music` hold the backbones, `OUT/heads` the heads and `OUT/whole`
the end-to-end training, each as `loop` writes it; `OUT/mrcmv.safetensors` is the network, of the
two last the one that does better on the validation. By the paper's recipe there is only the last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from mrcmv.dataset import KINDS, Dataset, Kind
from mrcmv.model import checkpoint, comparisons, network
from mrcmv.model.heads import MrcmvHeads
from mrcmv.model.network import Mrcmv
from mrcmv.progress import Hook, silent
from mrcmv.training.features import features_of
from mrcmv.training.loop import SCORE, Recipe, train
from mrcmv.training.pretraining import PRETRAINING, Pretraining, take_backbone
from mrcmv.training.retrieval import DEFAULT, FINE, PAPER, EndToEnd, Retrieval, heads_of, join

NETWORK = "mrcmv.safetensors"


@dataclass(frozen=True)
class Stages:
    """The recipe of each stage; one of 0 epochs is left out. Without heads, all is end to end.
    kinds: which backbones are pre-trained; the others stay as the network has them."""

    backbones: Recipe = PRETRAINING
    heads: Recipe = DEFAULT
    whole: Recipe = FINE
    kinds: tuple[Kind, ...] = KINDS

    def seeded(self, seed: int) -> "Stages":
        """The same with another seed."""
        backbones, heads, whole = (
            replace(recipe, seed=seed) for recipe in (self.backbones, self.heads, self.whole)
        )
        return Stages(backbones, heads, whole, self.kinds)


BY_PAPER = Stages(replace(PRETRAINING, epochs=0), replace(DEFAULT, epochs=0), PAPER)
STAGES = {"default": Stages(), "paper": BY_PAPER}


def train_network(
    whole: Mrcmv, dataset: Dataset, out: Path, stages: Stages, *, device: str = "cpu",
    provenance: Mapping[str, Any] | None = None, hook: Hook = silent,
) -> Path:  # fmt: skip
    """Train a network into a folder, or go on there, from the weights that it has. Returns the
    file of the network.

    Raises:
        WeightsError: what lies in the folder was trained otherwise.
        MrcmvError: the data set has too few pairs.
    """
    told = dict(provenance or {})
    for kind in stages.kinds if stages.backbones.epochs else ():
        task = Pretraining(whole, dataset, kind, stages.backbones, device)
        best = train(
            task, out / kind, stages.backbones, device=device, provenance=told,
            step=f"Backbone of {kind}", hook=hook,
        )  # fmt: skip
        take_backbone(whole, kind, best)
    heads: MrcmvHeads | None = None
    score = -1.0
    if stages.heads.epochs:
        heads, score, told = _heads(whole, dataset, out, stages, device, told, hook)
        network.save(join(whole, heads), out / NETWORK, told)
    if stages.whole.epochs:
        learning = EndToEnd(whole, dataset, stages.whole, device, heads)
        best = train(
            learning, out / "whole", stages.whole, device=device, provenance=told,
            step="End to end", hook=hook,
        )  # fmt: skip
        kept = checkpoint.read(best, network.KIND)
        if kept.provenance["checked"][SCORE] > score:
            network.save(network.load(best), out / NETWORK, kept.provenance)
    return out / NETWORK


def _heads(
    whole: Mrcmv, dataset: Dataset, out: Path, stages: Stages, device: str,
    told: Mapping[str, Any], hook: Hook,
) -> tuple[MrcmvHeads, float, dict[str, Any]]:  # fmt: skip
    """The heads that did best, their score, and how they came: from those that the network has,
    or from chance where a backbone has learnt on, whose features they do not know."""
    recipe = stages.heads
    features = features_of(whole, dataset, recipe, device=device, hook=hook)
    torch.manual_seed(recipe.seed)
    heads = heads_of(whole, dataset, recipe)
    if not stages.backbones.epochs:
        heads.query.load_state_dict(whole.query.state_dict())
        heads.bgm.load_state_dict(whole.bgm.state_dict())
    task = Retrieval(heads, features, dataset, recipe, device)
    best = train(
        task, out / "heads", recipe, device=device, provenance=told, step="Heads", hook=hook
    )
    kept = checkpoint.read(best, comparisons.KINDS[type(heads.config)])
    checkpoint.fill(heads, kept)
    return heads, float(kept.provenance["checked"][SCORE]), kept.provenance
