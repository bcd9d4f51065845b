"""Small changes to what is learnt from, drawn anew each time. Light, level and tempo stay as they
are: by them music is chosen."""

import numpy as np
import torch
from torch import Tensor

MOST_BANDS = 6
"""Mel bands that are taken out at most, of 64 (SpecAugment's frequency masks, Park et al. 2019)."""


def mirrored(squares: Tensor, rng: np.random.Generator) -> Tensor:
    """Half of the clips seen in a mirror. Shape: `(batch, 64, side, side, 3)`."""
    flip = torch.from_numpy(rng.random(len(squares)) < 0.5).to(squares.device)
    return torch.where(flip[:, None, None, None, None], squares.flip(3), squares)


def less_bands(patches: Tensor, rng: np.random.Generator) -> Tensor:
    """A few neighbouring bands of each window at its mean. Shape: `(batch, 72, 96, 64)`."""
    changed = patches.clone()
    for window in changed:
        n = int(rng.integers(MOST_BANDS + 1))
        first = int(rng.integers(window.shape[-1] - n + 1))
        window[..., first : first + n] = window.mean()
    return changed


def less_features(features: Tensor, share: float, chance: torch.Generator) -> Tensor:
    """A share of the dimensions of each window left out all through it, the others raised by as
    much (dropout of whole channels, Tompson et al. 2015). Shape: `(batch, tokens, n)`."""
    drawn = torch.rand(len(features), 1, features.shape[2], generator=chance)
    kept = (drawn >= share).to(features)
    return features * kept / (1.0 - share)
