"""Whether the maps say anything of what was learned: the model-parameter randomisation test.

**Source.** Adebayo et al. (2018), *Sanity checks for saliency maps*: a map that stays the same when
the weights are made random shows the input, not the network. **Adapted:** each weight tensor's
numbers are shuffled among themselves, which keeps their size and so how peaked attention is; first
those of the attention alone, then those of the whole network. Maps are compared by Spearman's
correlation of their weights (1: the same order; 0: none).
"""

import copy
from collections.abc import Mapping

import numpy as np
import torch

from mrcmv.explain.explanation import MAPS
from mrcmv.model.network import Mrcmv
from mrcmv.types import Floats

ATTENTION = tuple(f"query.{name}." for name in MAPS)


def shuffled(network: Mrcmv, seed: int, only: tuple[str, ...] = ()) -> Mrcmv:
    """A copy in which each tensor's numbers are shuffled; `only` those whose names begin so."""
    made = copy.deepcopy(network)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in made.state_dict().items():
            if tensor.is_floating_point() and name.startswith(only or ("",)):
                flat = tensor.flatten()
                order = torch.randperm(len(flat), generator=generator)
                tensor.copy_(flat[order.to(flat.device)].reshape(tensor.shape))
    return made


def likeness(one: Mapping[str, Floats], other: Mapping[str, Floats]) -> float:
    """The mean over maps and heads of Spearman's correlation, those left out that are all even (a
    voice that is not there); NaN where none is left.

    Shape: maps `(heads, 72, 72)` by name, the same names in both.
    """
    from scipy.stats import rankdata

    found = []
    for name, heads in one.items():
        for first, second in zip(heads, other[name], strict=True):
            ranks = np.stack([rankdata(weights) for weights in (first.ravel(), second.ravel())])
            if (ranks.std(axis=1) > 0).all():
                found.append(float(np.corrcoef(ranks)[0, 1]))
    return float(np.mean(found)) if found else float("nan")
