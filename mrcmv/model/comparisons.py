"""The networks that are compared, by name; all on the same features, made and kept alike."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint
from mrcmv.model.branches import BranchConfig
from mrcmv.model.cbvmr import Cbvmr, CbvmrConfig
from mrcmv.model.cmmr import Cmmr, CmmrConfig
from mrcmv.model.heads import HeadsConfig, MrcmvHeads
from mrcmv.model.network import MrcmvConfig
from mrcmv.model.retriever import FeatureSizes

LABELS = {
    "mrcmv": "MRCMV",
    "voice": "voice only",
    "picture": "picture only",
    "cmmr": "after CMMR [7]",
    "cbvmr": "after CBVMR [8]",
}
"""Each network's name → what its row is called in tables; "after" what was built from words."""

Config = HeadsConfig | CmmrConfig | CbvmrConfig
Network = MrcmvHeads | Cmmr | Cbvmr


def sizes_of(config: MrcmvConfig) -> FeatureSizes:
    """The sizes of the features that a network's backbones make."""
    n_sound = config.vggish.n_features
    return FeatureSizes(config.slowfast.n_fast, config.slowfast.n_slow, n_sound, n_sound)


def config_of(name: str, like: MrcmvConfig, n_labels: int, n_tags: int) -> Config:
    """The config of a network by its name, on the features of MRCMV's backbones.

    n_labels: pseudo-labels of the training data; n_tags: classes of emotion.

    Raises:
        ValueError: no network is called so.
    """
    sizes, d_embedding = sizes_of(like), like.branches.d_embedding
    match name:
        case "mrcmv":
            return HeadsConfig(sizes, n_labels, like.branches)
        case "voice":
            return HeadsConfig(sizes, n_labels, like.branches, ("voice",))
        case "picture":
            return HeadsConfig(sizes, n_labels, like.branches, ("picture",))
        case "cmmr":
            return CmmrConfig(sizes, n_tags, d_embedding=d_embedding)
        case "cbvmr":
            return CbvmrConfig(sizes, d_embedding=d_embedding)
    raise ValueError(f"{name!r} is none of {', '.join(LABELS)}")


def build(config: Config) -> Network:
    """The network that a config describes, untrained."""
    match config:
        case HeadsConfig():
            return MrcmvHeads(config)
        case CmmrConfig():
            return Cmmr(config)
        case CbvmrConfig():
            return Cbvmr(config)


KINDS: dict[type[Config], str] = {HeadsConfig: "heads", CmmrConfig: "cmmr", CbvmrConfig: "cbvmr"}
"""What each one's checkpoints call themselves."""


def save(network: Network, path: Path, provenance: Mapping[str, Any]) -> None:
    """Write a network with its config (see `checkpoint.save`)."""
    config = network.config
    kind = KINDS[type(config)]
    checkpoint.save(network, path, kind=kind, config=asdict(config), provenance=provenance)


def load(path: Path, kind: str) -> Network:
    """The network that a checkpoint holds, ready to embed (in eval mode).

    Raises:
        WeightsError: the file is missing, or holds no network of this kind.
    """
    kept = checkpoint.read(path, kind)
    try:
        network = build(_read(kind, kept.config))
    except (TypeError, ValueError, KeyError) as error:
        raise WeightsError(f"{path} describes no network that can be built: {error}.") from error
    checkpoint.fill(network, kept)
    return network.eval()


def _read(kind: str, config: Mapping[str, Any]) -> Config:
    """The config that `asdict` wrote."""
    values = dict(config) | {"sizes": FeatureSizes(**config["sizes"])}
    if kind == "heads":
        return HeadsConfig(**values | {"branches": BranchConfig(**config["branches"])})
    return CmmrConfig(**values) if kind == "cmmr" else CbvmrConfig(**values)
