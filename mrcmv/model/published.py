"""Published weights of the backbones, under this project's names.

**Conventions.** SlowFast 8x8 R50 as pytorchvideo publishes it (Kinetics-400, alpha 4: its lateral
connections are centred on each fourth frame and stride by 4 there; here they stride by 8 and are
centred on the slow frames), VGGish as torchvggish does (AudioSet). A file is taken only if names
and shapes are exactly those of the network; the classifier of Kinetics is left behind. Files are
read as tensors only: what else a pickle may hold is refused. `mrcmv.weights` says where they lie.
"""

import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint
from mrcmv.model.network import Mrcmv
from mrcmv.model.vggish import CONVOLUTIONS, Vggish

PATHS = ("slow", "fast")
CLASSIFIER = "blocks.6.proj."
LEAVES = {"branch1_conv": "shortcut.0", "branch1_norm": "shortcut.1"} | {
    f"branch2.{kind}_{part}": ours
    for part in "abc"
    for kind, ours in (("conv", part), ("norm", f"norm_{part}"))
}
"""pytorchvideo's names within a block → ours."""


def slowfast_name(published: str) -> str | None:
    """Our name of a tensor of pytorchvideo's SlowFast; None if there is none."""
    if match := re.fullmatch(r"blocks\.0\.multipathway_blocks\.([01])\.(.+)", published):
        return f"{PATHS[int(match[1])]}_stem.{match[2]}"
    if match := re.fullmatch(r"blocks\.(\d)\.multipathway_fusion\.(.+)", published):
        return f"laterals.{match[1]}.{match[2].replace('conv_fast_to_slow', 'conv')}"
    block = r"blocks\.(\d)\.multipathway_blocks\.([01])\.res_blocks\.(\d+)\.(.+)\.(\w+)"
    if (match := re.fullmatch(block, published)) and match[4] in LEAVES:
        stage = f"{PATHS[int(match[2])]}_stages.{int(match[1]) - 1}"
        return f"{stage}.{match[3]}.{LEAVES[match[4]]}.{match[5]}"
    return None


def vggish_names() -> dict[str, str]:
    """torchvggish's names → ours, in both of which layers without weights are counted."""
    names = {f"embeddings.{2 * i}": f"layers.{i}" for i in range(3)}
    place = 0
    for stage, n_convolutions in enumerate(CONVOLUTIONS):
        for i in range(n_convolutions):
            names[f"features.{place}"] = f"stages.{stage}.{2 * i}"
            place += 2  # a ReLU after each
        place += 1  # pooling
    return {f"{a}.{leaf}": f"{b}.{leaf}" for a, b in names.items() for leaf in ("weight", "bias")}


def slowfast_tensors(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """pytorchvideo's `model_state` under our names, without the classifier.

    A name that is not known stays what it is, so that filling a network refuses it.
    """
    return {
        slowfast_name(name) or name: tensor
        for name, tensor in published.items()
        if not name.startswith(CLASSIFIER)
    }


def vggish_tensors(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """torchvggish's state dict under our names; a name that is not known stays what it is."""
    names = vggish_names()
    return {names.get(name, name): tensor for name, tensor in published.items()}


def fill_backbones(network: Mrcmv, slowfast: Path, vggish: Path) -> None:
    """Put the published weights into the backbones; the voice's VGGish and the music's begin alike.

    Raises:
        WeightsError: a file does not open, or holds tensors of other names or shapes.
    """
    state = _read(slowfast)
    pictures = slowfast_tensors(state.get("model_state", state))
    sounds = vggish_tensors(_read(vggish))
    for backbone, path, kind, tensors in (
        (network.slowfast, slowfast, "SlowFast", pictures),
        (network.voice_vggish, vggish, "VGGish", sounds),
        (network.bgm_vggish, vggish, "VGGish", sounds),
    ):
        checkpoint.fill(backbone, checkpoint.Checkpoint(path, kind, {}, {}, tensors))


def vggish(path: Path) -> Vggish:
    """The published VGGish by itself, ready to listen (in eval mode).

    Raises:
        WeightsError: the file does not open, or holds tensors of other names or shapes.
    """
    network = Vggish()
    tensors = vggish_tensors(_read(path))
    checkpoint.fill(network, checkpoint.Checkpoint(path, "VGGish", {}, {}, tensors))
    return network.eval()


def _read(path: Path) -> dict[str, Any]:
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise WeightsError(f"{path} is not there: fetch it first.") from None
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise WeightsError(f"{path} is no file of tensors that opens: fetch it again.") from error
    if not isinstance(state, dict):
        raise WeightsError(f"{path} holds no tensors by name: fetch it again.")
    return state
