"""A clip or a track → tensors, sampled as the paper says (MRCMV, section 4.2).

**Conventions.** The query is a window of 32 s of the clip. A clip shorter than that is repeated
from its start until the window is full; its window is then the whole clip, and picture and sound
are taken modulo the window. The window holds 64 fast frames, 8 of which are the slow ones, and 72
log-mel patches; `mrcmv.model.grid` says where each lies. Where a track's windows
lie says `types.track_windows`.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.model import grid
from mrcmv.types import WINDOW_S, Bytes, Frames, Sound, Span

if TYPE_CHECKING:
    from torch import Tensor

SIDE_PX = 224
"""Side of the square that the network sees."""
SHORT_SIDE_PX = 256
"""Short side of the picture that the square is cut from (SlowFast's test-time scale)."""
MEAN = 0.45
STD = 0.225
VOICE_HZ, VOICE_LUFS = 16_000, -23.0
"""What voices are brought to (`levelled`): the networks read no higher rate."""


def clip_window(duration_s: float, offset_s: float = 0.0) -> Span:
    """The stretch of a clip that is the query: 32 s from the offset on, or all of a shorter clip.

    Where fewer than 32 s are left after the offset, the window is the clip's last 32 s.

    Raises:
        MediaError: the offset lies outside of the clip.
    """
    if not (math.isfinite(offset_s) and 0 <= offset_s < duration_s):
        raise MediaError(
            f"The window cannot start at {offset_s:g} s: the clip lasts {duration_s:.1f} s. "
            "Choose a start inside it."
        )
    if duration_s <= WINDOW_S:
        return Span(0.0, duration_s)
    start_s = min(offset_s, duration_s - WINDOW_S)
    return Span(start_s, start_s + WINDOW_S)


def frame_times_s(window: Span, duration_s: float) -> list[float]:
    """When the 64 fast frames stand in the clip, in the order of the tokens.

    The 8 slow frames are among them (`grid.slow_indices`), so nothing is decoded twice. In a
    repeated short clip the times start over, so that they are not in order.
    """
    times_s = window.start_s + grid.fast_times_s().astype(np.float64)
    return [float(time_s) for time_s in np.mod(times_s, duration_s)]


def picture_tensors(frames: Frames) -> "tuple[Tensor, Tensor]":
    """The fast and the slow path's input: centre crop of 224 px, mean 0.45, std 0.225.

    The square is cut from the picture at a short side of 256 px; a picture of another size is
    brought to that scale.

    Shape: 64 frames `(64, height, width, 3)` → fast `(3, 64, 224, 224)`, slow `(3, 8, 224, 224)`.

    Raises:
        ValueError: the frames are not the 64 of `frame_times_s`.
    """
    if len(frames.images) != grid.N_FAST:
        raise ValueError(f"expected {grid.N_FAST} frames, got {len(frames.images)}")
    pixels = _square_pixels(frames.images)
    fast = pixels.div_(255.0).sub_(MEAN).div_(STD).transpose(0, 1).contiguous()
    return fast, fast[:, grid.slow_indices()]


def squares(images: Bytes, side_px: int) -> Bytes:
    """Pictures as `picture_tensors` cuts them, each pixel the mean of what it covers, to be kept.

    Shape: `(n, height, width, 3)` → `(n, side_px, side_px, 3)`.
    """
    import torch

    pixels = torch.nn.functional.adaptive_avg_pool2d(_square_pixels(images), (side_px, side_px))
    kept: Bytes = pixels.round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return np.ascontiguousarray(kept)


def square_tensors(kept: "Tensor") -> "tuple[Tensor, Tensor]":
    """The fast and the slow path's input out of the `squares` of windows, on their device.

    Shape: `(batch, 64, side, side, 3)` uint8 → fast `(batch, 3, 64, side, side)`, slow
    `(batch, 3, 8, side, side)`.
    """
    import torch

    pixels = kept.permute(0, 4, 1, 2, 3).to(torch.float32)
    fast = pixels.div_(255.0).sub_(MEAN).div_(STD).contiguous()
    return fast, fast[:, :, grid.slow_indices()]


def _square_pixels(images: Bytes) -> "Tensor":
    """Shape: `(n, height, width, 3)` → `(n, 3, 224, 224)` float32, 0–255."""
    import torch

    square = _centre_square(images)
    pixels = torch.from_numpy(square).permute(0, 3, 1, 2).to(torch.float32)  # (n, 3, side, side)
    if pixels.shape[-1] != SIDE_PX:
        pixels = torch.nn.functional.interpolate(
            pixels, size=(SIDE_PX, SIDE_PX), mode="bilinear", antialias=True, align_corners=False
        )
    return pixels


def _centre_square(images: Bytes) -> Bytes:
    height, width = images.shape[1:3]
    side = max(1, round(min(height, width) * SIDE_PX / SHORT_SIDE_PX))
    top, left = (height - side) // 2, (width - side) // 2
    return np.ascontiguousarray(images[:, top : top + side, left : left + side])


def window_sound(sound: Sound, window: Span) -> Sound:
    """The window's part of a sound, padded with silence where the sound ends before it."""
    first = round(window.start_s * sound.rate_hz)
    n = round(window.duration_s * sound.rate_hz)
    part = sound.samples[:, first : first + n]
    missing = n - part.shape[1]
    return Sound(np.pad(part, ((0, 0), (0, missing))) if missing else part, sound.rate_hz)


def levelled(voice: Sound) -> Sound:
    """A voice as the networks hear all voices: at one rate and one loudness, peaks under
    full scale. Its level says nothing of how it is said. Shape: (channels, n) → (channels, m).
    """
    low = media.resample(voice, VOICE_HZ)
    loudness = media.loudness_lufs(low)
    gain_db = VOICE_LUFS - loudness if np.isfinite(loudness) else 0.0
    samples = low.samples * np.float32(10 ** (gain_db / 20))
    peak = max(float(np.abs(samples).max(initial=0.0)), 1e-9)
    return Sound((samples * np.float32(min(1.0, 0.99 / peak))).astype(np.float32), VOICE_HZ)


def sound_patches(sound: Sound) -> "Tensor":
    """The 72 log-mel patches of a window's sound, spread evenly over 32 s.

    A sound under 32 s is repeated until it is long enough; of a longer one the first 32 s count.

    Shape: samples `(channels, n)` at any rate → `(72, 96, 64)` float32.

    Raises:
        ValueError: the sound holds no samples.
    """
    import torch

    from mrcmv.model import vggish

    if sound.samples.shape[1] == 0:
        raise ValueError("a sound without samples has no patches")
    window = Sound(sound.samples[:, : round(WINDOW_S * sound.rate_hz)], sound.rate_hz)
    mono = media.resample(Sound(window.mono[None], window.rate_hz), vggish.RATE_HZ).mono
    repeated = np.resize(mono, round(WINDOW_S * vggish.RATE_HZ))  # np.resize repeats
    frames = vggish.log_mel(torch.from_numpy(repeated))  # (3198, 64)
    return vggish.patches(frames, grid.patch_starts())
