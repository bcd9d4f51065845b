"""Which seconds tie a clip to a track: tokens taken out after the backbones, one by one.

**Conventions.** To occlude a token is to put the clip's usual feature (the median over time of each
number: of fast frames, of slow frames, of the voice, each by its own) in its place: what this
second says is replaced by what the clip says for the most part. A token belongs to the second of
its middle, in a repeated clip all of its copies. As the features of neighbouring frames were
computed together, a little of the second stays in them; `deletion` takes it out of the raw picture
and sound instead. After Zeiler and Fergus (2014), who cover parts of pictures.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from mrcmv.explain.timeline import Flags, Timeline
from mrcmv.model.branches import QueryBranch
from mrcmv.model.retriever import QueryFeatures
from mrcmv.model.slowfast import PictureFeatures
from mrcmv.types import Floats

PARTS: tuple[tuple[str, ...], ...] = (("picture", "voice"), ("picture",), ("voice",))
"""What is occluded: both, the picture alone, the voice alone."""
BATCH = 32


def without_tokens(
    features: QueryFeatures, line: Timeline, gone: Flags, parts: Sequence[str]
) -> QueryFeatures:
    """One clip's features with the tokens of some seconds replaced, in many ways at once.

    Shape: features of a batch of 1; gone `(ways, n_seconds)` → features of a batch of `ways`.
    """
    taken = torch.from_numpy(gone)
    picture, voice = features.picture, features.voice
    if picture is not None:
        fast, slow = (
            _replaced(path, taken[:, torch.from_numpy(seconds)] & ("picture" in parts))
            for path, seconds in zip(picture, (line.fast_seconds, line.slow_seconds), strict=True)
        )
        picture = PictureFeatures(fast, slow)
    if voice is not None:
        places = taken[:, torch.from_numpy(line.voice_seconds)]
        voice = _replaced(voice, places & ("voice" in parts))
    return QueryFeatures(picture, voice)


def occluded(
    branch: QueryBranch,
    features: QueryFeatures,
    line: Timeline,
    parts: Sequence[str] = ("picture", "voice"),
) -> Floats:
    """The query's embeddings, each without one second. Shape: → `(n_seconds, d_E)`."""
    each = np.eye(line.n_seconds, dtype=bool)
    made = []
    with torch.inference_mode():
        for start in range(0, len(each), BATCH):
            left = without_tokens(features, line, each[start : start + BATCH], parts)
            made.append(branch(left.picture, left.voice))
    embeddings: Floats = torch.cat(made).numpy()
    return embeddings


def _replaced(tokens: Tensor, taken: Tensor) -> Tensor:
    """Shape: tokens `(1, n, width)`, taken `(ways, n)` → `(ways, n, width)`."""
    return torch.where(taken[..., None], tokens.median(dim=1, keepdim=True).values, tokens)
