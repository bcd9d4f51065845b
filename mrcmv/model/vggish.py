"""VGGish: sound at 16 kHz → log-mel patches of 96 frames × 64 bands → a feature of each.

**Conventions** (Hershey et al. 2017, as AudioSet's reference code computes them). Frames of 400
samples every 160, none centred or padded; periodic Hann; magnitude of an FFT of 512; 64 HTK mel
bands from 125 to 7500 Hz, triangles in mel, no area normalisation; `log(mel + 0.01)`.
Computed in float64: next to a loud tone, float32's rounding would show in the logarithm.

The network's features are the raw 128, after the last ReLU (as torchvggish has it): the PCA and
the 8 bits that AudioSet's published embeddings went through are no part of MRCMV.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor, nn

from mrcmv.model.grid import PATCH_FRAMES

RATE_HZ = 16_000
FRAME = 400
HOP = 160
N_FFT = 512
N_BANDS = 64
LOWEST_HZ = 125.0
HIGHEST_HZ = 7500.0
LOG_OFFSET = 0.01


def mel(frequency_hz: Tensor) -> Tensor:
    """HTK's mel scale (natural logarithm form)."""
    return 1127.0 * torch.log(1.0 + frequency_hz / 700.0)


def mel_weights() -> Tensor:
    """What each FFT bin gives to each mel band. Shape: `(257, 64)`, float64."""
    bins = mel(torch.linspace(0.0, RATE_HZ / 2, N_FFT // 2 + 1, dtype=torch.float64))
    ends = mel(torch.tensor([LOWEST_HZ, HIGHEST_HZ], dtype=torch.float64))
    edges = torch.linspace(float(ends[0]), float(ends[1]), N_BANDS + 2, dtype=torch.float64)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins[:, None] - lower) / (centre - lower)
    falling = (upper - bins[:, None]) / (upper - centre)
    return torch.minimum(rising, falling).clamp(min=0.0)


def log_mel(waveform: Tensor) -> Tensor:
    """Log-mel frames of mono sound at 16 kHz.

    Shape: `(n,)` → `(1 + (n - 400) // 160, 64)` float32; n must be at least 400.
    """
    frames = waveform.to(torch.float64).unfold(-1, FRAME, HOP)  # (frames, 400)
    hann = torch.hann_window(FRAME, periodic=True, dtype=torch.float64)
    magnitude = torch.fft.rfft(frames * hann, n=N_FFT).abs()  # (frames, 257)
    return torch.log(magnitude @ mel_weights() + LOG_OFFSET).to(torch.float32)


def patches(frames: Tensor, starts: list[int]) -> Tensor:
    """Stretches of 96 log-mel frames from the given starts.

    Shape: `(frames, 64)` → `(len(starts), 96, 64)`. Every start needs 96 frames after it.
    """
    return torch.stack([frames[start : start + PATCH_FRAMES] for start in starts])


@dataclass(frozen=True)
class VggishConfig:
    """Sizes of the network; the defaults are the published ones.

    channels: of the four stages of convolutions, two each in the last two; n_hidden: of the two
    layers before the features; n_features: of what is said about a patch. beside: also a way past
    all of them, from `statistics` through one layer into the features (not in the published one).
    """

    channels: tuple[int, ...] = (64, 128, 256, 512)
    n_hidden: int = 4096
    n_features: int = 128
    beside: bool = field(default=False, repr=False)  # its weights tell (`backbones.backbone_hash`)

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", tuple(self.channels))  # JSON knows lists only
        if len(self.channels) != len(CONVOLUTIONS):
            raise ValueError(f"expected channels of {len(CONVOLUTIONS)} stages: {self.channels}")


CONVOLUTIONS = (1, 1, 2, 2)
"""Convolutions of each stage; pooling halves time and bands after it."""


LAGS = 64
"""Of a patch's beginnings, 10 ms each: beats from 94 a minute up follow each other within them."""
N_STATISTICS = 3 * N_BANDS + LAGS


def statistics(patches: Tensor) -> Tensor:
    """What can be counted of a patch: of each band mean, spread and rises, and how the rises of
    all bands together come again after each lag. About −2 to 2.

    A narrow network of convolutions says how loud a patch is less well than its mean does (r 0.91),
    and hardly how fast it beats.
    Shape: `(..., 96, 64)` → `(..., 256)` float32.
    """
    levels = patches.float()
    rises = levels.diff(dim=-2).clamp(min=0.0)
    begins = rises.mean(-1)
    begins = begins - begins.mean(-1, keepdim=True)
    power = torch.fft.rfft(begins, n=2 * PATCH_FRAMES + LAGS).abs().square()
    again = torch.fft.irfft(power, n=2 * PATCH_FRAMES + LAGS)
    again = again[..., 1 : LAGS + 1] / (again[..., :1] + 1e-6)
    spread = (levels.var(-2, correction=0) + 1e-6).sqrt()
    return torch.cat([0.5 * levels.mean(-2) + 1.0, spread, 5.0 * rises.mean(-2), again], dim=-1)


class Vggish(nn.Module):
    """The network: log-mel patches → features."""

    def __init__(self, config: VggishConfig | None = None) -> None:
        super().__init__()
        self.config = config or VggishConfig()
        sizes = self.config
        self.stages = nn.ModuleList()
        n_in = 1
        for n_out, n_convolutions in zip(sizes.channels, CONVOLUTIONS, strict=True):
            stage = nn.Sequential()
            for _ in range(n_convolutions):
                stage.extend([nn.Conv2d(n_in, n_out, 3, padding=1), nn.ReLU(inplace=True)])
                n_in = n_out
            self.stages.append(stage.append(nn.MaxPool2d(2)))
        shrunk = 2 ** len(CONVOLUTIONS)
        n_flat = (PATCH_FRAMES // shrunk) * (N_BANDS // shrunk) * n_in
        widths = (n_flat, sizes.n_hidden, sizes.n_hidden, sizes.n_features)
        self.layers = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(widths))
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            if isinstance(module, nn.Conv2d):  # twice as fast on a CPU
                module.weight.data = module.weight.to(memory_format=torch.channels_last)
        if sizes.beside:
            self.beside = nn.Linear(N_STATISTICS, sizes.n_features)
            nn.init.zeros_(self.beside.weight)
            nn.init.zeros_(self.beside.bias)

    def forward(self, patches: Tensor) -> Tensor:
        """Features, none below 0.

        Shape: `(..., 96, 64)` → `(..., n_features)`.
        """
        heard = patches.reshape(-1, 1, PATCH_FRAMES, N_BANDS)
        heard = heard.contiguous(memory_format=torch.channels_last)
        for stage in self.stages:
            heard = stage(heard)  # (patches, channels, frames, bands)
        features = heard.permute(0, 2, 3, 1).flatten(1)  # channels last, as the layers were trained
        *hidden, last = self.layers
        for layer in hidden:
            features = layer(features).relu()
        features = last(features)
        if self.config.beside:
            features = features + self.beside(statistics(patches).flatten(0, -2))
        told: Tensor = features.relu().reshape(*patches.shape[:-2], -1)
        return told
