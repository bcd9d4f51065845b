"""What the next step of a training depends on, on disk and back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from mrcmv.errors import WeightsError


def save_state(state: Mapping[str, Any], path: Path) -> None:
    """Keep a state; it appears whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    torch.save(dict(state), half)
    half.replace(path)


def load_state(
    path: Path, device: torch.device, own: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """A state as it was kept. own: dictionaries of it that must be as they were, by name.

    Raises:
        WeightsError: one of them differs, or the file is damaged.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        kept = {name: dict(state[name]) for name in own}
    except Exception as error:  # torch raises many kinds for a file that is not its own
        raise WeightsError(f"{path} cannot be gone on from: {error}. Delete it.") from error
    for name, ours in own.items():
        if different := [key for key in ours if kept[name].get(key) != ours[key]]:
            key = different[0]
            raise WeightsError(
                f"{path} was trained with {key} {kept[name].get(key)} and not {ours[key]}: "
                "ask for the same, or train into another folder."
            )
    return state
