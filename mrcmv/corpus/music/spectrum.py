"""A recording's spectrogram, as coarse as telling music from noise and twins apart allows."""

import numpy as np

from mrcmv.types import Floats

RATE_HZ = 11_025
N_FFT = 1024
HOP = 512
FRAME_RATE_HZ = RATE_HZ / HOP
BIN_HZ = RATE_HZ / N_FFT
_AT_ONCE = 4096


def level_db(mono: Floats) -> Floats:
    """Power in decibels, 0 for a full-scale sine. Shape: (n,) at 11.025 kHz → (frames, 513)."""
    import scipy.fft

    window = np.hanning(N_FFT).astype(np.float32)
    window *= 2.0 / window.sum()
    padded = np.pad(mono.astype(np.float32), (0, max(0, N_FFT - len(mono))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    levels = np.empty((len(frames), N_FFT // 2 + 1), np.float32)
    for start in range(0, len(frames), _AT_ONCE):
        spectrum = scipy.fft.rfft(frames[start : start + _AT_ONCE] * window, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        levels[start : start + _AT_ONCE] = 10 * np.log10(power + 1e-12)
    return levels
