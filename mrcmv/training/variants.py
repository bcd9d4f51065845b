"""The networks of the paper's table 1, trained alike: ablations, comparisons, one modality alone.

All learn by one recipe (the same windows in the same order, the same epochs) on one frozen cache of
features. `OUT/NAME-SEED` holds each as `loop` writes it; `OUT/variants.json` says on which features
they were trained, and other ones are refused there. On a CPU each run has a thread of its own: the
steps are so small that a second thread takes more than it gives.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mrcmv.dataset import Dataset
from mrcmv.errors import WeightsError
from mrcmv.model import backbones, comparisons
from mrcmv.model.comparisons import Config
from mrcmv.model.heads import HeadsConfig
from mrcmv.model.losses import BALANCE
from mrcmv.model.network import Mrcmv, MrcmvConfig
from mrcmv.progress import Hook, silent
from mrcmv.training.features import Features, features_of
from mrcmv.training.loop import LOG, WEIGHTS, Recipe, train
from mrcmv.training.retrieval import Retrieval
from mrcmv.training.samples import labels_of
from mrcmv.training.tags import Tags

RECORD = "variants.json"


@dataclass(frozen=True)
class Variant:
    """A network of the table.

    label: what its row is called. network: its name in `model.comparisons`. switches: what differs
    in `BranchConfig`. balance: λ of eq. 5.
    """

    label: str
    network: str = "mrcmv"
    switches: Mapping[str, Any] = field(default_factory=dict)
    balance: float = BALANCE


VARIANTS: dict[str, Variant] = {
    "mrcmv": Variant("MRCMV"),
    "without-sa": Variant("MRCMV w/o SA", switches={"self_attention": False}),
    "without-cma": Variant("MRCMV w/o CMA", switches={"cross_attention": False}),
    "without-gate": Variant("MRCMV w/o gate", switches={"gate": False}),
    "without-pseudo-labels": Variant("MRCMV w/o pseudo-label loss", balance=0.0),
    **{
        name: Variant(comparisons.LABELS[name], name)
        for name in ("voice", "picture", "cmmr", "cbvmr")
    },
}
"""By name: MRCMV, its four ablations (section 4.4), and what it is compared with."""


def config_of(name: str, like: MrcmvConfig, n_labels: int, n_tags: int) -> Config:
    """The config of a variant on the features of a network's backbones."""
    variant = VARIANTS[name]
    config = comparisons.config_of(variant.network, like, n_labels, n_tags)
    if isinstance(config, HeadsConfig):
        branches = replace(config.branches, **variant.switches)
        return replace(config, branches=branches, balance=variant.balance)
    return config


@dataclass(frozen=True, eq=False)
class Order:
    """A variant to train with one seed, and all that it takes; it goes to another process."""

    name: str
    seed: int
    out: Path
    like: MrcmvConfig
    dataset: Dataset
    features: Features
    recipe: Recipe
    device: str
    provenance: Mapping[str, Any]


def train_variants(
    whole: Mrcmv, dataset: Dataset, out: Path, names: Sequence[str], seeds: Sequence[int],
    recipe: Recipe, *, pairs: int | None = None, device: str = "cpu", jobs: int = 1,
    provenance: Mapping[str, Any] | None = None, hook: Hook = silent,
) -> list[Path]:  # fmt: skip
    """Train variants into a folder, or go on there, on what a network's backbones say. Returns
    their weights, seed by seed. pairs: how many are learnt from (`fewer`); None: all.

    Raises:
        WeightsError: what lies there was trained on other features, or otherwise.
        MrcmvError: the data set has too few pairs, or knows too little for tags.
    """
    claim(out, whole, dataset, recipe, pairs)
    if pairs is not None:
        dataset = fewer(dataset, pairs)
    features = features_of(whole, dataset, recipe, device=device, hook=hook)
    told = {
        **(provenance or {}),
        backbones.KEY: backbones.marks(whole),
        "voices": dataset.voices_mark or "clean",
    }
    orders = [
        Order(
            name, seed, out / f"{name}-{seed}", whole.config, dataset, features,
            replace(recipe, seed=seed), device, {**told, "variant": name},
        )
        for seed in seeds
        for name in names
    ]  # fmt: skip
    if jobs == 1:
        return [train_one(order, hook) for order in orders]
    made: dict[Path, Path] = {}
    hook("Variants", completed=0, total=len(orders))
    with ProcessPoolExecutor(jobs, get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        running = {pool.submit(train_one, order): order for order in orders}
        try:
            for done in as_completed(running):
                made[running[done].out] = done.result()
                hook("Variants", running[done].out.name, completed=len(made), total=len(orders))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [made[order.out] for order in orders]


def train_one(order: Order, hook: Hook = silent) -> Path:
    """One run: the same whichever process it is in."""
    recipe = order.recipe
    tags = Tags(order.dataset, recipe) if VARIANTS[order.name].network == "cmmr" else None
    config = config_of(
        order.name, order.like, len(labels_of(order.dataset, recipe)), tags.n_tags if tags else 1
    )
    if isinstance(config, HeadsConfig):
        config = replace(config, temperature=recipe.temperature)
    torch.manual_seed(recipe.seed)
    task = Retrieval(
        comparisons.build(config), order.features, order.dataset, recipe, order.device, tags
    )
    return train(
        task, order.out, recipe, device=order.device, provenance=order.provenance,
        step=order.out.name, hook=hook,
    )  # fmt: skip


def claim(
    out: Path, whole: Mrcmv, dataset: Dataset, recipe: Recipe, pairs: int | None = None
) -> None:
    """Write down what all variants of a folder share: features, pairs and epochs.

    Raises:
        WeightsError: it holds variants that were trained on others.
    """
    ours: dict[str, Any] = {
        **trained_on(whole),
        "voices": dataset.voices_mark or "clean",
        "pairs": pairs or "all",
        "epochs": recipe.epochs,
    }
    out.mkdir(parents=True, exist_ok=True)
    if (out / RECORD).is_file() and (theirs := read_record(out)) != ours:
        name = next(name for name in ours if theirs.get(name) != ours[name])
        raise WeightsError(
            f"{out} holds variants that were trained with {name} {theirs.get(name)} and not "
            f"{ours[name]}: train into another folder."
        )
    half = out / f".{RECORD}.part"
    half.write_text(json.dumps(ours))
    half.replace(out / RECORD)


def read_record(out: Path) -> dict[str, Any]:
    """What the variants of a folder were trained on.

    Raises:
        WeightsError: no variants were trained there.
    """
    try:
        told: dict[str, Any] = json.loads((out / RECORD).read_text())
    except (OSError, ValueError):
        raise WeightsError(
            f"{out} holds no variants ({RECORD} is missing or damaged): "
            "`mrcmv train variants` makes some."
        ) from None
    return told


def trained_on(whole: Mrcmv) -> dict[str, str]:
    """What a network's features are known by."""
    return {f"backbone of {kind}": mark for kind, mark in backbones.marks(whole).items()}


def found_in(out: Path) -> Iterator[tuple[str, int, Path]]:
    """The variants of a folder that were trained to the end: name, seed, file; in the order of
    `VARIANTS`.

    Raises:
        WeightsError: no variants were trained there.
    """
    epochs = read_record(out)["epochs"]
    for name in VARIANTS:
        seeds = [
            int(match[1])
            for path in out.glob(f"{name}-*")
            if (match := re.fullmatch(rf"{name}-(\d+)", path.name))
        ]
        for seed in sorted(seeds):
            folder = out / f"{name}-{seed}"
            if (folder / LOG).is_file() and len((folder / LOG).read_text().splitlines()) >= epochs:
                yield name, seed, folder / WEIGHTS


def load(name: str, file: Path) -> comparisons.Network:
    """A trained variant, ready to embed.

    Raises:
        WeightsError: the file holds no such network.
    """
    kind = {"cmmr": "cmmr", "cbvmr": "cbvmr"}.get(VARIANTS[name].network, "heads")
    return comparisons.load(file, kind)


def fewer(dataset: Dataset, n_pairs: int) -> Dataset:
    """The data set with `n_pairs` of its pairs for training, drawn, the same ones each time."""
    own = dataset.of("train")
    drawn = np.random.default_rng(0).permutation(len(own))[:n_pairs].tolist()
    kept = {own[at].pair_id for at in drawn}
    return dataset.only(
        pair for pair in dataset.pairs if pair.split != "train" or pair.pair_id in kept
    )
