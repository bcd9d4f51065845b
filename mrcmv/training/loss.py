"""How far stems are from what they should be.

Two terms, summed over voice (four times, since all that follows hears it), music and effects:

- the logarithm of the error in time, thresholded (Wisdom et al. 2021, "What's all the FUSS about
  free universal sound separation data?"): −SNR where the stem sounds, down to −30 dB; where it is
  40 dB under the mix, or silent, the error beside the mix, so that silence is learned too;
- L1 between magnitudes to the power of ¼ (compressed as in speech enhancement, Braun & Tashev
  2021), which hears what is soft.

Both are computed on middle and side, which have the power of left and right.
"""

from typing import Any

import torch
from torch import Tensor

from mrcmv.model.separator import Separator, turned
from mrcmv.model.spectra import to_sound, to_spectra

WEIGHTS = (4.0, 1.0, 1.0)
"""Of voice, music and effects."""
SOUNDING_DB, SILENT_DB = -30.0, -40.0
"""Errors below these, beside the stem or beside the mix, count no further."""
TINY = 1e-9
SOFT = 1e-6
"""Power under which magnitudes are not told apart."""
MAGNITUDES = 5.0
"""Weight of the second term: both move by about as much while learning."""


def loss_of(network: Separator, stems: Tensor) -> Tensor:
    """The loss of a batch of true stems, whose sum is what the network hears.

    Shape: `(batch, 3, 2, n)` → `()`.
    """
    n_fft, n = network.config.n_fft, stems.shape[-1]
    truth = turned(stems)
    wanted = to_spectra(truth, n_fft)  # (batch, 3, 2, frames, bins)
    mix = wanted.sum(dim=1)
    masks = network(mix)
    found = torch.view_as_complex(masks[..., None] * torch.view_as_real(mix)[:, None])
    logs = log_errors(to_sound(found, n_fft, n), truth)  # (batch, 3)
    heard = masks.square() * power_of(mix)[:, None]  # of `found`, without going through it
    magnitudes = (compressed(heard) - compressed(power_of(wanted))).abs().mean(dim=(2, 3, 4))
    weights = torch.tensor(WEIGHTS, device=stems.device) / sum(WEIGHTS)
    total: Tensor = ((logs + MAGNITUDES * magnitudes) @ weights).mean()
    return total


def log_errors(found: Tensor, truth: Tensor) -> Tensor:
    """log10 of each stem's error over its own power, or over the mix's where it is silent.

    Shape: `(batch, stems, 2, n)` twice → `(batch, stems)`.
    """
    error = ((found - truth) ** 2).mean(dim=(2, 3))
    own = (truth**2).mean(dim=(2, 3))
    mix = (truth.sum(dim=1) ** 2).mean(dim=(1, 2))[:, None]
    sounds = own > mix * 10 ** (SILENT_DB / 10)
    beside = torch.where(sounds, own, mix) + TINY
    least = torch.where(sounds, 10 ** (SOUNDING_DB / 10), 10 ** (SILENT_DB / 10))
    return torch.log10(error / beside + least)


def power_of(spectra: Tensor) -> Tensor:
    """Of each bin. Shape: complex → as it was, real."""
    return spectra.real.square() + spectra.imag.square()


class _Compressed(torch.autograd.Function):
    """Three roots, and their derivative in one go (a root at a time takes a third of a step)."""

    @staticmethod
    def forward(ctx: Any, power: Tensor) -> Tensor:
        softened = power + SOFT
        root = softened.sqrt().sqrt_().sqrt_()
        ctx.save_for_backward(softened, root)
        return root

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> Tensor:
        softened, root = ctx.saved_tensors
        slope: Tensor = (root / softened).mul_(slopes[0]).mul_(1 / 8)
        return slope


def compressed(power: Tensor) -> Tensor:
    """Magnitudes to the power of ¼: `(power + SOFT) ** ⅛`."""
    root: Tensor = _Compressed.apply(power)  # type: ignore[no-untyped-call]
    return root
