"""The pitch of a voice, frame by frame, by the normalised autocorrelation (Boersma 1993)."""

import numpy as np

from mrcmv.types import Floats

RATE_HZ = 16_000
HOP_S = 0.01
FRAME_S = 0.04
LOWEST_HZ = 65.0
HIGHEST_HZ = 500.0
CLARITY = 0.5
"""Correlation with the next period from which a frame counts as voiced."""
OCTAVE_COST = 0.05
"""What a doubled period must gain to be preferred: true periods come first."""
_BLOCK = 512


def pitch_hz(mono: Floats) -> Floats:
    """The fundamental of each frame of 40 ms, every 10 ms; 0 where there is none.

    Shape: mono (n,) at 16 kHz → (frames,), frame i centred at i * 10 ms.
    """
    length, hop = round(FRAME_S * RATE_HZ), round(HOP_S * RATE_HZ)
    padded = np.pad(mono.astype(np.float32), (length // 2, length))
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]
    frames = frames[: 1 + len(mono) // hop]
    blocks = [frames[at : at + _BLOCK] for at in range(0, len(frames), _BLOCK)]
    return np.concatenate([_block_pitch_hz(block) for block in blocks]).astype(np.float32)


def _block_pitch_hz(frames: Floats) -> Floats:
    """Shape: (frames, samples) → (frames,)."""
    import scipy.fft

    length = frames.shape[1]
    window = np.hanning(length + 2)[1:-1].astype(np.float32)
    first, last = int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ)
    size = scipy.fft.next_fast_len(length + last + 2, real=True)

    def correlations(rows: Floats) -> Floats:
        spectra = scipy.fft.rfft(rows, size, axis=1)
        found: Floats = scipy.fft.irfft(spectra.real**2 + spectra.imag**2, size, axis=1)
        return found[:, : last + 2]

    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    raw = correlations(centred)
    energy = raw[:, :1]
    # Divided by the window's own autocorrelation, a steady tone gives 1 at each period.
    own = correlations(window[np.newaxis]) / (window @ window)
    normal = (raw / np.maximum(energy, 1e-12) / own).astype(np.float32)
    lags = np.arange(last + 2)
    inner = slice(first, last + 1)
    is_peak = (normal[:, inner] > normal[:, first - 1 : last]) & (
        normal[:, inner] >= normal[:, first + 1 : last + 2]
    )
    cost = OCTAVE_COST * np.log2(lags[inner] / first)
    score = np.where(is_peak, normal[:, inner] - cost, -1.0)
    best = first + score.argmax(axis=1)
    clear = normal[np.arange(len(best)), best] >= CLARITY
    voiced = clear & (score.max(axis=1) > 0) & (energy[:, 0] > 1e-7)
    return np.where(voiced, RATE_HZ / _refined(normal, best), 0.0).astype(np.float32)


def _refined(curves: Floats, peaks: np.ndarray) -> Floats:
    """Peaks of parabolas through three points. Shape: curves (n, lags), peaks (n,) → (n,)."""
    at = np.arange(len(peaks))
    before, here, after = (curves[at, peaks + step] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    shift = np.where(np.abs(bend) > 1e-9, 0.5 * (before - after) / np.where(bend, bend, 1.0), 0.0)
    refined: Floats = (peaks + np.clip(shift, -0.5, 0.5)).astype(np.float32)
    return refined
