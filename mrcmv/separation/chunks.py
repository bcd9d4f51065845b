"""Long sound in overlapping pieces, so that a network's memory doesn't grow with the clip."""

import numpy as np

from mrcmv.types import Floats


def pieces(n: int, size: int, overlap: int) -> list[slice]:
    """Slices of at most `size` samples that cover `n`, each `overlap` into the one before.

    The last one reaches back so that it is as long as the others, where `n` allows.
    """
    if n <= size:
        return [slice(0, n)]
    step = size - overlap
    starts = [*range(0, n - size, step), n - size]
    return [slice(start, start + size) for start in starts]


def join(parts: list[Floats], places: list[slice], n: int) -> Floats:
    """The pieces laid back in their places, cross-faded linearly where they overlap.

    Shape: parts `(channels, length of its place)` → `(channels, n)`.
    """
    total = np.zeros((parts[0].shape[0], n), np.float32)
    end = 0
    for part, place in zip(parts, places, strict=True):
        n_shared = max(0, end - place.start)
        rise = ((np.arange(n_shared) + 0.5) / n_shared).astype(np.float32) if n_shared else 0.0
        shared = slice(place.start, place.start + n_shared)
        total[:, shared] = total[:, shared] * (1 - rise) + part[:, :n_shared] * rise
        total[:, shared.stop : place.stop] = part[:, n_shared:]
        end = place.stop
    return total
