"""What the match loses when seconds are deleted from the raw picture and sound (deletion curves).

**Conventions.** To delete a second is to put the window's usual picture (each pixel's median over
time, in which what happens once leaves no trace) in the place of its frames and silence in the
place of its sound, before the backbones, and to embed what is left through the whole network. A way
to rank seconds is as good as the *loss* that its first seconds bring: how much of the match's lead
(`scoring`) is gone, in per cent of the intact lead, when 1/16, 1/8, 1/4 and 1/2 of the seconds are
deleted. Seconds drawn at random are the level to beat: scattered as they are they cut the clip more
often than seconds in a row, so they are not easily beaten. Token occlusion, which asks the network
itself, stands beside as an upper bound. Samek et al. (2017); Petsiuk et al. (2018).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mrcmv.explain.timeline import Flags, Places, Timeline
from mrcmv.model import grid, vggish
from mrcmv.model.network import Frames
from mrcmv.types import Floats

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Of the seconds that are deleted."""
SILENCE = float(np.log(vggish.LOG_OFFSET))
"""What every band of a log-mel frame is when nothing sounds."""
RANDOM = "random"
BATCH = 4

Embed = Callable[[Frames | None, Tensor | None], Tensor]
"""`Mrcmv.embed_query`: raw pictures and patches → embeddings `(batch, d_E)`."""
Lead = Callable[[Floats], Floats]
"""Embeddings `(n, d_E)` → the match's lead for each `(n,)`."""


@dataclass(frozen=True, eq=False)
class RawClip:
    """One clip window as the network takes it. Shape: fast `(1, 3, 64, h, w)`, patches
    `(1, 72, 96, 64)`; None for what the clip has not."""

    line: Timeline
    fast: Tensor | None
    patches: Tensor | None

    @property
    def inputs(self) -> tuple[Frames | None, Tensor | None]:
        """What `Mrcmv.embed_query` takes."""
        return _frames(self.fast), self.patches


def ranked(by_second: Floats) -> Places:
    """Seconds from the highest to the lowest; equal ones in order of time. Shape: `(n,)`."""
    return np.argsort(-by_second, kind="stable").astype(np.int64)


def steps(order: Places) -> Flags:
    """Which seconds are gone at each of `SHARES`. Shape: `(n,)` → `(4, n)`."""
    gone = np.zeros((len(SHARES), len(order)), bool)
    for row, share in zip(gone, SHARES, strict=True):
        row[order[: max(1, round(share * len(order)))]] = True
    return gone


def without_seconds(clip: RawClip, gone: Flags) -> tuple[Frames | None, Tensor | None]:
    """The clip's pictures and patches with seconds deleted, in many ways at once.

    Shape: gone `(ways, n_seconds)` → as `Mrcmv.embed_query` takes them, a batch of `ways`.
    """
    taken = torch.from_numpy(gone)
    fast, patches = clip.fast, clip.patches
    if fast is not None:
        places = taken[:, torch.from_numpy(clip.line.fast_seconds)]  # (ways, 64)
        usual = fast.median(dim=2, keepdim=True).values
        fast = torch.where(places[:, None, :, None, None].to(fast.device), usual, fast)
    if patches is not None:
        places = taken[:, torch.from_numpy(clip.line.patch_seconds)]  # (ways, 72, 96)
        patches = patches.masked_fill(places[..., None].to(patches.device), SILENCE)
    return _frames(fast), patches


def losses(embed: Embed, clip: RawClip, gone: Flags, lead: Lead) -> Floats:
    """How much of the lead is lost each way, in per cent of the intact one; NaN if that is none.

    Shape: gone `(ways, n_seconds)` → `(ways,)`.
    """
    made = []
    with torch.inference_mode():
        intact = float(lead(embed(*clip.inputs).float().cpu().numpy())[0])
        for start in range(0, len(gone), BATCH):
            left = embed(*without_seconds(clip, gone[start : start + BATCH]))
            made.append(lead(left.float().cpu().numpy()))
    if intact <= 0:
        return np.full(len(gone), np.nan, np.float32)
    lost: Floats = (100 * (1 - np.concatenate(made) / intact)).astype(np.float32)
    return lost


def curves(
    embed: Embed,
    clip: RawClip,
    orders: Mapping[str, Places],
    lead: Lead,
    *,
    n_draws: int = 8,
    seed: int = 0,
) -> dict[str, Floats]:
    """The loss at each of `SHARES` by each order of the seconds, and by `random`: the mean over
    `n_draws` orders drawn. Shape: → `(4,)` each."""
    chance = np.random.default_rng(seed)
    drawn = [chance.permutation(clip.line.n_seconds) for _ in range(n_draws)]
    gone = np.concatenate([steps(order) for order in (*orders.values(), *drawn)])
    lost = losses(embed, clip, gone, lead).reshape(-1, len(SHARES))
    found = dict(zip(orders, lost, strict=False))
    return {**found, RANDOM: lost[len(orders) :].mean(axis=0)}


def _frames(fast: Tensor | None) -> Frames | None:
    return None if fast is None else (fast, fast[:, :, grid.slow_indices()])
