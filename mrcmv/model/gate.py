"""The fusion gate: how much of the picture and of the voice goes on (MRCMV, eqs. 3–4).

**Conventions.** One weight for each token, dimension and modality, out of a ReLU: a weight can shut
a dimension off, and is not bounded above. The bias begins at 1, so that training begins near the
sum of the two, which is what stands here when the gate is left out.
"""

import torch
from torch import Tensor, nn


def fuse(picture: Tensor, voice: Tensor, gate: Tensor) -> Tensor:
    """H_J: picture and voice, each by its weights, added up (eq. 4).

    Shape: picture, voice `(batch, n, d)`, gate `(batch, n, 2d)`, the picture's weights first →
    `(batch, n, d)`.
    """
    of_picture, of_voice = gate.chunk(2, dim=-1)
    return of_picture * picture + of_voice * voice


class Gate(nn.Module):
    """The weights g (eq. 3)."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.linear = nn.Linear(2 * d, 2 * d)
        nn.init.ones_(self.linear.bias)

    def forward(self, picture: Tensor, voice: Tensor) -> Tensor:
        """Weights, none below 0. Shape: `(batch, n, d)` twice → `(batch, n, 2d)`."""
        weights: Tensor = self.linear(torch.cat([picture, voice], dim=-1)).relu()
        return weights
