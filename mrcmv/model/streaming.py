"""A sound of any length through the separator, piece by piece: without seams, in bounded memory.

What a frame's masks depend on ends `reach` frames away. So each piece goes in with that much of
what lies around it, and what comes out for its middle is what the whole sound would have given.
"""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor

from mrcmv.model.separator import Separator, turned
from mrcmv.model.spectra import blocks_of, filled, frames_of

PIECE_BLOCKS = 215
"""Blocks that are separated at once: 5 s; 1.7 s on either side are looked at again. Twice as many
take an eighth less time and 140 MB more."""


def stream(
    network: Separator, pieces: Iterable[Tensor], n_blocks: int = PIECE_BLOCKS
) -> Iterator[Tensor]:
    """The stems of a sound that comes in pieces of any length.

    They equal `separate` of the whole, and come `n_blocks` at a time.
    Shape: each `(2, any)` → each `(3, 2, some)`, in all as many samples as came in.
    """
    hop, reach = network.config.hop, network.config.reach
    held = torch.zeros(2, 0)
    first, done = 0, 0  # the block that `held` starts with; how many were given out
    for piece in pieces:
        held = torch.cat([held, piece], dim=1)
        while held.shape[1] >= (done + n_blocks + reach + 1 - first) * hop:
            until = done + n_blocks
            looked_at = held[:, : (until + reach + 1 - first) * hop]
            yield _part(network, looked_at, first, done, until, ends=False)
            done = until
            kept = max(0, done - reach - 1)
            held = held[:, (kept - first) * hop :]
            first = kept
    if held.shape[1] > (done - first) * hop:
        n = first * hop + held.shape[1]
        last = _part(network, held, first, done, -(-n // hop), ends=True)
        yield last[..., : n - done * hop]


def _part(
    network: Separator, held: Tensor, first: int, start: int, end: int, *, ends: bool
) -> Tensor:
    """The stems of the blocks from `start` to `end`; `held` starts with block `first`.

    Shape: `(2, n)` → `(3, 2, (end - start) · hop)`.
    """
    n_fft = network.config.n_fft
    blocks = filled(turned(held), n_fft, starts=first == 0, ends=ends)
    spectra = frames_of(blocks, n_fft)[None]  # (1, 2, frames, bins)
    earliest = first + 1 if first else 0  # the frame that `spectra` starts with
    with torch.inference_mode():
        masks = network(spectra)[0]  # (3, 2, frames, bins)
        wanted = slice(start - earliest, end + 1 - earliest)
        return turned(blocks_of(masks[:, :, wanted] * spectra[:, :, wanted], n_fft))
