"""Doom's pictures: which sizes there are, how they are brightened and thinned."""

import numpy as np
from numpy.typing import NDArray

from mrcmv.corpus.footage.take import Shot
from mrcmv.errors import MrcmvError
from mrcmv.types import Bytes

RENDERED = ((256, 144), (320, 180), (512, 288), (640, 360), (1024, 576), (1280, 720))
"""Sizes that the engine draws; halves of them are thinned from these."""


def drawn_size(shot: Shot) -> tuple[int, int, int]:
    """Width and height that the engine draws, and by how much they are shrunk.

    Raises:
        MrcmvError: the engine cannot draw that size, nor its double.
    """
    for shrink in (1, 2):
        size = (shot.width * shrink, shot.height * shrink)
        if size in RENDERED:
            return (*size, shrink)
    sizes = ", ".join(f"{w}x{h}" for w, h in RENDERED)
    raise MrcmvError(f"Doom draws {sizes} or half of these, not {shot.width}x{shot.height}.")


def pairs(table: Bytes) -> NDArray[np.uint16]:
    """A table for bytes as one for two bytes at a time: three times as fast on a picture.

    Shape: `(256,)` → `(65536,)`.
    """
    both = np.arange(1 << 16, dtype=np.uint16).view(np.uint8)
    return table[both].view(np.uint16)


def looked_up(table: NDArray[np.uint16], picture: Bytes) -> Bytes:
    """A picture of an even number of bytes through a table of `pairs`; its shape stays."""
    words = np.ascontiguousarray(picture).reshape(-1).view(np.uint16)
    return np.take(table, words).view(np.uint8).reshape(picture.shape)


def halved(picture: Bytes, shrink: int) -> Bytes:
    """A picture, or the mean of each two by two pixels of it."""
    if shrink == 1:
        return picture
    quarters = picture.astype(np.uint16)
    rows = quarters[0::2] + quarters[1::2]
    return ((rows[:, 0::2] + rows[:, 1::2] + 2) // 4).astype(np.uint8)
