"""A decoded corpus of a few made-up clips: one number decides how each looks, sounds and is scored.

The number raises a voice's and a piece's level in a band of its own, and the picture's light.
"""

from pathlib import Path

import numpy as np

from mrcmv.dataset import KINDS, Dataset, Kind, layout_of, write_tables
from mrcmv.media.arrays import append_arrays
from mrcmv.model.branches import BranchConfig
from mrcmv.model.network import MrcmvConfig
from mrcmv.model.slowfast import SlowFastConfig
from mrcmv.model.vggish import VggishConfig

SIDE_PX = 16
TINY = MrcmvConfig(
    SlowFastConfig(depths=(1, 1), width=4, beta=2),
    VggishConfig(channels=(2, 2, 2, 2), n_hidden=8, n_features=8),
    BranchConfig(d=8, n_heads=2, d_embedding=16),
    side_px=SIDE_PX,
)
MUSIC_S = 56
CURVES: dict[Kind, tuple[str, ...]] = {
    "pictures": ("action", "light", "unknown"),
    "voices": ("level", "unknown"),
    "music": ("level", "unknown"),
}


def make_dataset(
    folder: Path, n_train: int = 12, n_validation: int = 5, clip_s: float = 40.0, seed: int = 0,
    rounds: int = 0,
) -> Dataset:  # fmt: skip
    """Clips of `clip_s`, each a take, a voice and a piece of its own; the music starts at 8 s. In
    round k of the redubs each voice lies over the take of the k-th pair after it, with that one's
    music from 16 s on."""
    rng = np.random.default_rng(seed)
    arrays = {kind: [] for kind in KINDS}
    pairs, windows = [], []
    for split, n in (("train", n_train), ("validation", n_validation)):
        for at in range(n):
            name, level = f"{split}-{at}", (at + 0.5) / n
            pairs.append(
                {"pair_id": name, "take_id": name, "split": split, "piece_id": name,
                 "music_start_s": 8.0, "duration_s": clip_s, "covered_s": clip_s}
            )  # fmt: skip
            for start_s in range(0, MUSIC_S - 31, 8):
                windows.append(
                    {"split": split, "piece_id": name, "start_s": float(start_s),
                     "measured": [level, level, 1.0]}
                )  # fmt: skip
            length_s = max(32.0, clip_s)
            light = 40 + 160 * level + 4 * rng.standard_normal((round(2 * length_s), 1, 1, 1))
            arrays["pictures"].append(
                (name, *_with(np.tile(light, (1, SIDE_PX, SIDE_PX, 3)), level, clip_s, 2))
            )
            arrays["voices"].append((name, *_with(_bands(level, length_s, rng), level, clip_s)))
            arrays["music"].append((name, *_with(_bands(level, MUSIC_S, rng), level, MUSIC_S)))
    folder.mkdir(parents=True, exist_ok=True)
    for kind, made in arrays.items():
        append_arrays(folder / kind, layout_of(kind, SIDE_PX), made)
    write_tables(
        folder, SIDE_PX, pairs, windows, CURVES, ("energy", "brightness_hz", "constant"),
        [_redubs(pairs[:n_train], number + 1) for number in range(rounds)],
    )  # fmt: skip
    return Dataset(folder)


def _redubs(pairs: list[dict], by: int) -> list[dict]:
    others = [pairs[(at + by) % len(pairs)] for at in range(len(pairs))]
    return [
        {**other, "pair_id": pair["pair_id"], "music_start_s": 16.0}
        for pair, other in zip(pairs, others, strict=True)
    ]


def _bands(level: float, length_s: float, rng: np.random.Generator) -> np.ndarray:
    """Log-mel frames that are louder about the band that the level names."""
    frames = 0.3 * rng.standard_normal((round(100 * length_s) - 2, 64))
    return frames + 3.0 * np.exp(-0.5 * ((np.arange(64) - 64 * level) / 4.0) ** 2)


def _with(rows: np.ndarray, level: float, seconds: float, n: int = 1) -> tuple[dict, np.ndarray]:
    curves = [[level + 0.01 * at] * n + [float("nan")] for at in range(int(seconds))]
    return {"key": [1], "curves": curves}, rows
