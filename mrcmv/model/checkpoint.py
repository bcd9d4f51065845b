"""Weights on disk: safetensors in half precision, with what network they are of and how they came.

**Conventions.** The file's metadata holds `format` (this layout), `kind` (which network, such as
`separator`), and as JSON `config` (its sizes) and `provenance` (data, steps, date, licence: what
the maker wants to say). Floating tensors are kept as float16 and come back as float32; others stay
as they are. A file is taken only if names and shapes are exactly those of the network.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mrcmv.errors import WeightsError

FORMAT = "mrcmv-1"
KEYS = ("format", "kind", "config", "provenance")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What a file holds. `tensors` are float32 where they float."""

    path: Path
    kind: str
    config: dict[str, Any]
    provenance: dict[str, Any]
    tensors: dict[str, Tensor]


def save(
    network: nn.Module,
    path: Path,
    *,
    kind: str,
    config: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write a network's weights; the file appears whole or not at all.

    Raises:
        WeightsError: a weight is not finite in half precision, or the file cannot be written.
    """
    from safetensors.torch import save_file

    tensors = {name: _half(tensor) for name, tensor in network.state_dict().items()}
    for name, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise WeightsError(f"{path} was not written: {name} is not finite in half precision.")
    metadata = {
        "format": FORMAT,
        "kind": kind,
        "config": json.dumps(dict(config), sort_keys=True),
        "provenance": json.dumps(dict(provenance), sort_keys=True),
    }
    half_written = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, half_written, metadata)
        half_written.replace(path)
    except OSError as error:
        half_written.unlink(missing_ok=True)
        raise WeightsError(f"{path} cannot be written: {error.strerror or error}.") from error


def read(path: Path, kind: str) -> Checkpoint:
    """Read a file that should hold weights of a kind.

    Raises:
        WeightsError: it is not there, is no such file, or holds weights of another network.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            metadata = file.metadata() or {}
            tensors = {name: _full(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
        if any(key not in metadata for key in KEYS) or metadata["format"] != FORMAT:
            raise WeightsError(f"{path} holds no weights of this app's: give it one that it wrote.")
        config, provenance = (json.loads(metadata[key]) for key in ("config", "provenance"))
    except FileNotFoundError:
        raise WeightsError(f"{path} is not there: no {kind} can be read from it.") from None
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsError(
            f"{path} is not a safetensors file that opens ({error}): get it again."
        ) from error
    if metadata["kind"] != kind:
        raise WeightsError(f"{path} holds weights of a {metadata['kind']}, not of a {kind}.")
    return Checkpoint(path, kind, config, provenance, tensors)


def fill(network: nn.Module, checkpoint: Checkpoint) -> None:
    """Put a checkpoint's weights into a network whose names and shapes are exactly its own.

    Raises:
        WeightsError: a tensor is missing, too many, or of another shape.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in checkpoint.tensors.items()}
    if wanted != found:
        raise WeightsError(
            f"{checkpoint.path} does not fit the {checkpoint.kind} that its config describes: "
            f"{_difference(wanted, found)}."
        )
    network.load_state_dict(checkpoint.tensors)


def _difference(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The first thing that is wrong, in words."""
    for name, shape in wanted.items():
        if name not in found:
            return f"{name} is missing"
        if found[name] != shape:
            return f"{name} has shape {found[name]} and not {shape}"
    return f"{next(name for name in found if name not in wanted)} is none of its tensors"


def _half(tensor: Tensor) -> Tensor:
    kept = tensor.detach().cpu()
    return (kept.half() if kept.is_floating_point() else kept).contiguous().clone()


def _full(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor
