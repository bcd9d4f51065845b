"""Spectra in bands: each band has its own way in and out, between them all are alike.

After the band-split RNN (Luo & Yu 2023): narrow bands where harmonics lie, broad ones above. Bands
of one width stand next to each other (a *run*) and go through one batched product.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

Runs = tuple[tuple[int, int], ...]
"""`(number of bands, bins of each)`, from low to high."""


class ByBand(nn.Module):
    """A linear layer of each band's own. `sizes`: for each run its bands, and what goes in and
    comes out of each.

    Shape: a list of `(..., bands of the run, n_in)` → a list of `(..., bands, n_out)`.
    """

    def __init__(self, sizes: Sequence[tuple[int, int, int]]) -> None:
        super().__init__()
        self.weights = nn.ParameterList(
            nn.Parameter(torch.randn(n, n_in, n_out) * n_in**-0.5) for n, n_in, n_out in sizes
        )
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(n, n_out)) for n, _, n_out in sizes)

    def forward(self, parts: Sequence[Tensor]) -> list[Tensor]:
        return [
            torch.einsum("...kf,kfn->...kn", part, weight) + bias
            for part, weight, bias in zip(parts, self.weights, self.biases, strict=True)
        ]


def split(features: Tensor, runs: Runs) -> list[Tensor]:
    """A spectrum's features, band by band.

    Shape: `(batch, frames, channels, bins)` → for each run `(batch, frames, bands, channels ·
    bins of a band)`.
    """
    batch, frames, channels, _ = features.shape
    parts = torch.split(features, [n * width for n, width in runs], dim=-1)
    return [
        part.reshape(batch, frames, channels, n, width).transpose(2, 3).flatten(-2)
        for part, (n, width) in zip(parts, runs, strict=True)
    ]


def join(parts: Sequence[Tensor], runs: Runs, n_channels: int) -> Tensor:
    """`split` undone. Shape: for each run `(batch, frames, bands, channels · bins of a band)` →
    `(batch, frames, channels, bins)`.
    """
    whole = [
        part.reshape(*part.shape[:2], n, n_channels, width).transpose(2, 3).flatten(-2)
        for part, (n, width) in zip(parts, runs, strict=True)
    ]
    return torch.cat(whole, dim=-1)


def n_bands(runs: Runs) -> int:
    """How many bands there are in all."""
    return sum(n for n, _ in runs)


def n_bins(runs: Runs) -> int:
    """How many bins the bands cover."""
    return sum(n * width for n, width in runs)
