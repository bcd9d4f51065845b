"""A track's spectra, computed once and cut into windows afterwards.

Everything here is taken after the whole track was brought to one loudness, so that a quietly
mastered track measures like a loud one, while a soft passage stays softer than its own chorus.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mrcmv.types import Floats, Span

RATE_HZ = 22_050
N_FFT = 2048
HOP = 512
FRAME_RATE_HZ = RATE_HZ / HOP
N_MELS = 64
LOWEST_HZ = 30.0
HOP_CHROMA = 4096
LOWEST_NOTE_HZ = 65.406
"""C2: a bass below it moves in steps that the constant-Q bins of a short frame can't tell."""
N_OCTAVES = 6
TUNING_S = 20
"""How long the stretch is from which the tuning is read."""
CHROMA_RATE_HZ = RATE_HZ / HOP_CHROMA
_BLOCK = 1 << 21
"""Samples that are transformed at once: bounds the memory of a long track."""


@dataclass(frozen=True, eq=False)
class Spectra:
    """A stretch of a track, frame by frame.

    Shape: mel (frames, 64) power; centroid_hz (frames,); chroma (chroma frames, 12), strength by
    pitch class from C on, each frame of unit length or, where it is quiet, zero.
    """

    mel: Floats
    centroid_hz: Floats
    chroma: Floats

    def cut(self, span: Span) -> "Spectra":
        """The frames inside a span of seconds."""
        frames = slice(round(span.start_s * FRAME_RATE_HZ), round(span.end_s * FRAME_RATE_HZ))
        first = round(span.start_s * CHROMA_RATE_HZ)
        last = max(first + 1, round(span.end_s * CHROMA_RATE_HZ))
        return Spectra(self.mel[frames], self.centroid_hz[frames], self.chroma[first:last])


def spectra(mono: Floats) -> Spectra:
    """The spectra of samples at 22.05 kHz. Shape: mono (n,)."""
    from librosa import fft_frequencies
    from librosa.filters import mel

    mel_weights = mel(sr=RATE_HZ, n_fft=N_FFT, n_mels=N_MELS, fmin=LOWEST_HZ, norm=None)
    centres_hz = fft_frequencies(sr=RATE_HZ, n_fft=N_FFT).astype(np.float32)
    mels, centroids = [], []
    for power in _powers(mono, N_FFT, HOP):
        mels.append(power @ mel_weights.T)
        amplitude = np.sqrt(power)
        centroids.append((amplitude @ centres_hz) / np.maximum(amplitude.sum(axis=1), 1e-9))
    return Spectra(
        np.concatenate(mels).astype(np.float32),
        np.concatenate(centroids).astype(np.float32),
        _chroma(mono),
    )


def band_centres_hz() -> Floats:
    """The centre frequencies of the mel bands. Shape: (64,)."""
    import librosa

    centres: Floats = librosa.mel_frequencies(N_MELS + 2, fmin=LOWEST_HZ, fmax=RATE_HZ / 2)[1:-1]
    return centres


def _powers(mono: Floats, n_fft: int, hop: int) -> Iterator[Floats]:
    """Power spectra of centred Hann frames, block by block. Shape: each (frames, n_fft // 2 + 1).

    A full-scale sine has about 1 in its band.
    """
    import scipy.fft
    import scipy.signal

    window = scipy.signal.get_window("hann", n_fft).astype(np.float32)
    window *= 2.0 / window.sum()
    padded = np.pad(mono.astype(np.float32), n_fft // 2)
    padded = np.pad(padded, (0, max(0, n_fft - len(padded))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    n_at_once = max(1, _BLOCK // n_fft)
    for start in range(0, len(frames), n_at_once):
        spectrum = scipy.fft.rfft(frames[start : start + n_at_once] * window, axis=1)
        yield (spectrum.real**2 + spectrum.imag**2).astype(np.float32)


def _chroma(mono: Floats) -> Floats:
    """Strength by pitch class, each frame of unit length, from the constant-Q bins that stand out
    between their neighbours: drums and noise have none."""
    from librosa import cqt, estimate_tuning

    middle = mono[max(0, len(mono) // 2 - TUNING_S * RATE_HZ // 2) :][: TUNING_S * RATE_HZ]
    bins = cqt(
        mono,
        sr=RATE_HZ,
        hop_length=HOP_CHROMA,
        fmin=LOWEST_NOTE_HZ,
        n_bins=12 * N_OCTAVES,
        bins_per_octave=12,
        tuning=estimate_tuning(y=middle, sr=RATE_HZ) if np.any(middle) else 0.0,
    )
    strength = np.abs(bins).T.astype(np.float32)
    inner = strength[:, 1:-1]
    stands_out = (inner > strength[:, :-2]) & (inner >= strength[:, 2:])
    notes = np.zeros_like(strength)
    notes[:, 1:-1] = np.where(stands_out, inner, 0.0)
    classes = notes.reshape(len(notes), N_OCTAVES, 12).sum(axis=1)
    lengths = np.linalg.norm(classes, axis=1, keepdims=True)
    quiet = lengths < 1e-3 * max(float(lengths.max(initial=0.0)), 1e-9)
    chroma: Floats = np.where(quiet, 0.0, classes / np.maximum(lengths, 1e-9)).astype(np.float32)
    return chroma
