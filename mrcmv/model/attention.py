"""χ: what one sequence of tokens takes over from another, or from itself (MRCMV, eqs. 1–2).

**Conventions.** Multi-head attention and the residual, as printed: no bias, no normalisation, no
places of the tokens, no layer after it. `d_k = d_v = d / N_h`: the paper asks for `d = N_h d_v`
and prints `W^O` as `N_h d_v × d_k`, which eq. 2 can only add to `I` if it has d columns. Heads are
counted to N_h, not from 0 to N_h.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Attended(NamedTuple):
    """What came out, and who looked at whom.

    Shape: tokens `(batch, n_1, d)`; weights `(batch, heads, n_1, n_2)`, rows sum to 1.
    """

    tokens: Tensor
    weights: Tensor


def attend(query: Tensor, key: Tensor, value: Tensor, n_heads: int) -> Attended:
    """All heads' O_i (eq. 1), one after the other along the last axis.

    Shape: query `(batch, n_1, d)`, key and value `(batch, n_2, d)`; d is a multiple of n_heads.
    """
    query, key, value = (
        tokens.reshape(*tokens.shape[:2], n_heads, -1).transpose(1, 2)
        for tokens in (query, key, value)
    )  # (batch, heads, n, d / heads)
    scale = query.shape[-1] ** -0.5
    weights = (query @ key.transpose(-2, -1) * scale).softmax(dim=-1)  # eq. 1
    return Attended((weights @ value).transpose(1, 2).flatten(2), weights)


class Attention(nn.Module):
    """χ(I_1, I_2): self-attention where both are the same, cross-modal attention where not."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        if d % n_heads:
            raise ValueError(f"{d} dimensions are not divisible by {n_heads} heads")
        self.n_heads = n_heads
        self.query, self.key, self.value, self.out = (nn.Linear(d, d, bias=False) for _ in range(4))

    def forward(self, first: Tensor, second: Tensor) -> Attended:
        """The first tokens, with what they take over from the second.

        Shape: first `(batch, n_1, d)`, second `(batch, n_2, d)` → see `Attended`.
        """
        heads, weights = attend(
            self.query(first), self.key(second), self.value(second), self.n_heads
        )
        return Attended(torch.add(first, self.out(heads)), weights)  # eq. 2
