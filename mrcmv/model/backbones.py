"""Whose features are whose: networks that read kept features go with the backbones that made them.

**Conventions.** A backbone is known by a hash of its sizes and weights, and of the side of what it
looks at: those of a network as its file holds it (in half precision). A checkpoint of heads names
in its provenance, under `KEY`, the hashes of the backbones that it was trained on (`marks`).
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from torch import nn

from mrcmv.errors import WeightsError
from mrcmv.model.network import Mrcmv

Kind = Literal["pictures", "voices", "music"]
KEY = "backbones"


def backbone_of(network: Mrcmv, kind: Kind) -> nn.Module:
    """The backbone that looks at, or listens to, what is of a kind."""
    of: dict[Kind, nn.Module] = {
        "pictures": network.slowfast,
        "voices": network.voice_vggish,
        "music": network.bgm_vggish,
    }
    return of[kind]


def backbone_hash(network: Mrcmv, kind: Kind) -> str:
    """What a backbone is known by: its sizes, its weights, and the side of what it looks at."""
    backbone = backbone_of(network, kind)
    side_px = network.config.side_px if kind == "pictures" else 0
    digest = hashlib.sha256(f"{backbone.config} {side_px}".encode())
    for name, tensor in sorted(backbone.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def marks(network: Mrcmv) -> dict[str, str]:
    """The hashes of a network's backbones, by kind: what heads on its features name under `KEY`."""
    return {kind: backbone_hash(network, kind) for kind in get_args(Kind)}


def check(path: Path, provenance: Mapping[str, Any], network: Mrcmv, of: Path) -> None:
    """Refuse heads that were trained on the features of other backbones than a network's.

    path, provenance: of the heads; of: the network's file. The backbones of what the heads do not
    go by need not be named.

    Raises:
        WeightsError: they name other backbones, or none.
    """
    named, own = provenance.get(KEY), marks(network)
    if not named or any(own.get(kind) != mark for kind, mark in dict(named).items()):
        raise WeightsError(
            f"{path} does not go with {of}: it was trained on the features of other backbones. "
            "Put weights beside each other that were trained together."
        )
