"""Attention rollout through two streams: how much of each input token each output token is made of.

**Source.** Abnar and Zuidema (2020), *Quantifying attention flow in transformers*: a layer with a
residual passes on `½ (A + I)`, A the mean of its heads, and layers are multiplied. **Adapted:**
they have one sequence, MRCMV has two, so the tokens of picture and voice stand in one row of 144,
the picture's first, and a layer is a matrix of that row:

    self-attention          ½ (I + [[A_FF, 0], [0, A_SS]])
    cross-modal attention   ½ (I + [[0, A_FS], [A_SF, 0]])

as both cross-modal attentions read F̃ and S̃ (MRCMV, section 3.1.1). Their product, the first layer
on the right, says what Ḟ and Ṡ are made of. The layers' weights, W^V and W^O, have no say: this is
where the network looks, and whether it is also what decides is for `deletion` to measure. A layer
that is switched off is the identity. The gate comes after, and is no part of it.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mrcmv.model import grid
from mrcmv.types import Floats

N = grid.N_TOKENS


def rollout(maps: Mapping[str, Floats]) -> Floats:
    """What each token before the gate is made of.

    Shape: maps by name (`picture_to_voice` and so on, each `(heads, 72, 72)`, absent where switched
    off) → `(144, 144)`: rows Ḟ then Ṡ, columns F then S; rows sum to 1.
    """
    inside = _layer(maps, ("picture_to_picture", 0, 0), ("voice_to_voice", 1, 1))
    across = _layer(maps, ("picture_to_voice", 0, 1), ("voice_to_picture", 1, 0))
    product: Floats = (across @ inside).astype(np.float32)
    return product


def relevance(rolled: Floats) -> Floats:
    """How much of all tokens before the gate each input token makes up; all add up to 1.

    Shape: `(144, 144)` → `(2, 72)`, the picture's first.
    """
    shares: Floats = rolled.mean(axis=0).reshape(2, N)
    return shares


def _layer(maps: Mapping[str, Floats], *blocks: tuple[str, int, int]) -> NDArray[np.float64]:
    """½ (I + A) of one layer; I where it is switched off. Shape: `(144, 144)` float64."""
    layer = np.eye(2 * N)
    if all(name in maps for name, _, _ in blocks):
        for name, row, column in blocks:
            place = slice(row * N, row * N + N), slice(column * N, column * N + N)
            layer[place] += maps[name].astype(np.float64).mean(axis=0)
        layer /= 2
    return layer
