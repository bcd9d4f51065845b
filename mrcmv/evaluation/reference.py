"""The paper's measure of how far two pieces of music are apart: features of the published VGGish.

A window is the mean of what VGGish says of its 72 patches. It shares nothing with what is judged,
unless the judged network began with the same weights (`--backbones official`): then the distance
is not independent, as it is not in the paper.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from mrcmv.dataset import Dataset
from mrcmv.evaluation.protocol import MusicOf, Window
from mrcmv.media.arrays import Layout, Named, append_arrays, arrays_of
from mrcmv.progress import Hook, silent
from mrcmv.types import Floats

N_FEATURES = 128
AT_ONCE = 24
"""Patches: more need memory and save no time."""


def vggish_music(
    weights: Path, dataset: Dataset, windows: Sequence[Window], hook: Hook = silent
) -> MusicOf:
    """Means of the published VGGish's features, computed where they are not kept yet beside the
    data set's other features: about 2 s a window on one core.

    weights: torchvggish's file. The windows are all that will be asked for. Shape: → (n, 128).

    Raises:
        WeightsError: the file is no such network.
        MediaError: the data set lacks a window.
    """
    path = dataset.folder / "features" / "music-published-vggish"
    layout = Layout("<f4", (N_FEATURES,), f"{weights.name} {weights.stat().st_size}")
    had = arrays_of(path, layout)
    missing = [one for one in dict.fromkeys(windows) if had is None or _name(one) not in had]
    if missing or had is None:
        had = append_arrays(path, layout, _heard(weights, dataset, missing, hook))
    kept = had
    return lambda asked: np.concatenate([kept.read(_name(one)) for one in asked])


def _heard(
    weights: Path, dataset: Dataset, windows: Sequence[Window], hook: Hook
) -> Iterator[Named]:
    import torch

    from mrcmv.model import published

    network = published.vggish(weights)
    for number, one in enumerate(windows):
        patches = torch.from_numpy(dataset.music(*one).astype(np.float32))[None]  # (1, 72, 96, 64)
        with torch.inference_mode():
            parts = [
                network(patches[:, at : at + AT_ONCE]) for at in range(0, patches.shape[1], AT_ONCE)
            ]
        mean: Floats = torch.cat(parts, dim=1).mean(1).numpy()  # (1, 128)
        yield _name(one), {}, mean
        hook("Music by the published VGGish", completed=number + 1, total=len(windows))


def _name(window: Window) -> str:
    piece, start_s = window
    return f"{piece}/{start_s:g}"
