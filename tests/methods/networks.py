"""Tiny networks of random weights, on disk as the app finds them: what tests of methods share."""

from pathlib import Path

import torch

from mrcmv.model import backbones, comparisons, network
from mrcmv.model.branches import BranchConfig
from mrcmv.model.comparisons import config_of
from mrcmv.model.network import Mrcmv, MrcmvConfig
from mrcmv.model.slowfast import SlowFastConfig
from mrcmv.model.vggish import VggishConfig

TINY = MrcmvConfig(
    SlowFastConfig(depths=(1, 1), width=4, beta=2),
    VggishConfig(channels=(2, 2, 2, 2), n_hidden=8, n_features=8),
    BranchConfig(d=8, n_heads=2, d_embedding=16),
    side_px=16,
)


def write_network(folder: Path, seed: int = 0) -> Path:
    """`mrcmv.safetensors` as `mrcmv train retrieval` calls it."""
    torch.manual_seed(seed)
    network.save(Mrcmv(TINY), folder / "mrcmv.safetensors", {"corpus": "none"})
    return folder / "mrcmv.safetensors"


def write_heads(folder: Path, name: str, on: Path, seed: int = 0) -> Path:
    """Heads of a comparison network, said to be trained on the backbones of the network `on`."""
    torch.manual_seed(seed)
    heads = comparisons.build(config_of(name, TINY, n_labels=3, n_tags=4))
    provenance = {backbones.KEY: backbones.marks(network.load(on))}
    comparisons.save(heads, folder / f"{name}.safetensors", provenance)
    return folder / f"{name}.safetensors"
