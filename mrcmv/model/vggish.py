"""VGGish's front end: sound at 16 kHz → log-mel patches of 96 frames × 64 bands.

**Conventions** (Hershey et al. 2017, as AudioSet's reference code computes them). Frames of 400
samples every 160, none centred or padded; periodic Hann; magnitude of an FFT of 512; 64 HTK mel
bands from 125 to 7500 Hz, triangles in mel, no area normalisation; `log(mel + 0.01)`.
Computed in float64: next to a loud tone, float32's rounding would show in the logarithm.
"""

import torch
from torch import Tensor

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
