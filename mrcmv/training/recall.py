"""How often the right music is found: what decides which weights are kept.

The tables that are reported come from the room `evaluation`; both count equals by their mean.
"""

import torch
from torch import Tensor

RECALL_AT = (1, 10)


def recalls(distances: Tensor, truth: Tensor) -> dict[str, float]:
    """R@K in percent, the median rank, and R@10 by chance.

    Of candidates that lie equally far each is as likely to come first: who says nothing is at
    chance. Shape: distances `(n, m)`, truth `(n,)` of columns.
    """
    n, m = distances.shape
    own = distances[torch.arange(n, device=distances.device), truth][:, None]
    nearer, level = (distances < own).sum(1), (distances == own).sum(1)
    told = {f"R@{k}": float(100 * ((k - nearer) / level).clamp(0.0, 1.0).mean()) for k in RECALL_AT}
    median = float((nearer + (level + 1) / 2).median())
    return {**told, "median rank": median, "chance R@10": 100 * min(1.0, 10 / m)}
