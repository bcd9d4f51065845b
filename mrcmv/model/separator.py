"""Voice, music and effects of a mix: a mask for each that sums to 1, bin by bin.

What was chosen, and why:

- **Masks on the spectrogram**, as Spleeter's U-Net has them (Hennequin et al. 2020): three real
  masks out of a softmax, so the stems sum to the mix whatever the network says, and what it does
  not know it leaves where it was. An ideal mask of these frames gains 15.7 dB at 0 dB on the
  corpus (14 mixes): the form does not limit what is asked for (9 dB).
- **Frames of 2048 samples every 1024** at 44.1 kHz (see `spectra`): harmonics of a voice are apart,
  and there are only 43 frames a second to compute.
- **Middle and side** instead of left and right: a voice-over stands in the middle, which leaves
  the side to the game (0.3 dB of the ideal mask). Side enters by its magnitude, so channels that
  change places change places in the stems.
- **Bands instead of a U-Net over bins** (Luo & Yu 2023): 36 tokens a frame, narrow below 4 kHz.
  All bands share the weights that look along time, so most of the work is a few dense products.
- **Dilated convolutions along time** instead of recurrence (Conv-TasNet, Luo & Mesgarani
  2019): what a frame depends on ends `reach` frames away on both sides, 1.7 s. So a long sound is
  separated in pieces that equal the whole (`streaming`), and training need not go frame by frame.
- **A small dense layer across the bands** of each frame (as MLP-Mixer mixes tokens, Tolstikhin et
  al. 2021) instead of a recurrence over them: one product, and any band hears any other.
- Normalisation looks at one band of one frame (LayerNorm), never along time, or pieces would
  differ from the whole.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from mrcmv.model.bands import ByBand, Runs, join, n_bands, n_bins, split
from mrcmv.model.spectra import to_sound, to_spectra

KIND = "separator"
"""What its checkpoints call themselves."""
STEMS = ("voice", "music", "effects")
LEVEL = 0.1
"""RMS of a mix (−20 dBFS) that the network is trained around: bring a sound to it first."""
FLOOR = 1e-8
"""Power (−80 dB) below which nothing is heard in a bin."""


@dataclass(frozen=True)
class SeparatorConfig:
    """Sizes of the network.

    runs: bands, `(how many, bins of each)`; n_channels: of a band's token; n_shared: of them that
    go through the layer across bands; n_hidden: of a band's way out; dilations: of the
    convolutions along time, a block each.
    """

    rate_hz: int = 44_100
    n_fft: int = 2048
    runs: Runs = ((10, 5), (12, 12), (8, 23), (5, 93), (1, 182))
    n_channels: int = 96
    n_shared: int = 12
    n_hidden: int = 192
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 2, 8)

    def __post_init__(self) -> None:
        runs = tuple((int(n), int(width)) for n, width in self.runs)
        object.__setattr__(self, "runs", runs)  # JSON knows lists only
        object.__setattr__(self, "dilations", tuple(self.dilations))
        if n_bins(runs) != self.n_fft // 2 + 1:
            raise ValueError(f"the bands hold {n_bins(runs)} bins, not {self.n_fft // 2 + 1}")

    @property
    def hop(self) -> int:
        """Samples from frame to frame."""
        return self.n_fft // 2

    @property
    def reach(self) -> int:
        """Frames before and behind a frame that its masks depend on."""
        return sum(self.dilations)


class AlongTime(nn.Module):
    """Each band's tokens through a dilated convolution along time, added to what came in.

    Shape: `(batch, frames, bands, channels)` → the same.
    """

    def __init__(self, n_channels: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(n_channels)
        self.near = nn.Conv2d(
            n_channels, n_channels, (3, 1), padding=(dilation, 0), dilation=(dilation, 1)
        )
        self.out = nn.Linear(n_channels, n_channels)
        nn.init.zeros_(self.out.bias)
        nn.init.normal_(self.out.weight, std=0.3 * n_channels**-0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        # Channels stand last in memory both before and behind: the convolution wants them second.
        heard = self.near(self.norm(tokens).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        changed: Tensor = tokens + self.out(functional.gelu(heard))
        return changed


class AcrossBands(nn.Module):
    """All bands of a frame through one dense layer, a few channels of each, added to what came in.

    Shape: `(batch, frames, bands, channels)` → the same.
    """

    def __init__(self, n_bands: int, n_channels: int, n_shared: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(n_channels)
        self.narrow = nn.Linear(n_channels, n_shared)
        self.mix = nn.Linear(n_bands * n_shared, n_bands * n_shared)
        self.widen = nn.Linear(n_shared, n_channels)
        nn.init.zeros_(self.widen.bias)
        nn.init.normal_(self.widen.weight, std=0.3 * n_shared**-0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        few = self.narrow(self.norm(tokens))  # (batch, frames, bands, shared)
        mixed = functional.gelu(self.mix(few.flatten(-2))).view_as(few)
        changed: Tensor = tokens + self.widen(mixed)
        return changed


class Separator(nn.Module):
    """The network: spectra of middle and side → masks of voice, music and effects."""

    def __init__(self, config: SeparatorConfig | None = None) -> None:
        super().__init__()
        self.config = config or SeparatorConfig()
        sizes, runs = self.config, self.config.runs
        n, hidden = sizes.n_channels, sizes.n_hidden
        self.enter = ByBand([(k, 2 * width, n) for k, width in runs])
        self.blocks = nn.ModuleList()
        for dilation in sizes.dilations:
            self.blocks.append(AlongTime(n, dilation))
            self.blocks.append(AcrossBands(n_bands(runs), n, sizes.n_shared))
        self.norm = nn.LayerNorm(n)
        self.widen = ByBand([(k, n, hidden) for k, _ in runs])
        self.leave = ByBand([(k, hidden, 2 * len(STEMS) * width) for k, width in runs])
        for weight in self.leave.weights:
            weight.data *= 0.1  # masks start near a third each

    def forward(self, spectra: Tensor) -> Tensor:
        """Masks that sum to 1 over the stems.

        Shape: `(batch, 2, frames, bins)` complex, middle and side → `(batch, 3, 2, frames, bins)`.
        """
        runs = self.config.runs
        power = spectra.real**2 + spectra.imag**2
        heard = 0.5 * (torch.log10(power + FLOOR) + 4.0)  # about -2 to 2
        tokens = torch.cat(self.enter(split(heard.transpose(1, 2), runs)), dim=2)
        for block in self.blocks:
            tokens = block(tokens)  # (batch, frames, bands, channels)
        parts = self.widen(torch.split(self.norm(tokens), [n for n, _ in runs], dim=2))
        logits = join(self.leave([functional.gelu(part) for part in parts]), runs, 2 * len(STEMS))
        batch, frames, _, bins = logits.shape
        by_stem = logits.float().view(batch, frames, len(STEMS), 2, bins)
        return by_stem.softmax(dim=2).permute(0, 2, 3, 1, 4)


def turned(sound: Tensor) -> Tensor:
    """Left and right ↔ middle and side; twice gives what it was, and power stays the same.

    Shape: `(..., 2, n)` → the same.
    """
    left, right = sound.unbind(-2)
    both: Tensor = torch.stack([left + right, left - right], dim=-2) * 0.5**0.5
    return both


def separate(network: Separator, mix: Tensor) -> Tensor:
    """The stems of whole mixes at `LEVEL`, left and right; they sum to the mix.

    Shape: `(batch, 2, n)` → `(batch, 3, 2, n)`.
    """
    n_fft = network.config.n_fft
    spectra = to_spectra(turned(mix), n_fft)  # (batch, 2, frames, bins)
    masks = network(spectra)
    return turned(to_sound(masks * spectra[:, None], n_fft, mix.shape[-1]))
