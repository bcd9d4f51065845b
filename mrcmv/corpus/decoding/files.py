"""One film, voice or piece of a corpus → its rows (`mrcmv.dataset`) and its curves.

Everything is sampled as `mrcmv.inputs` does for a clip that comes in: the same squares, the same
front end; what is under 32 s is repeated. Curves are measured on the files, or are the engine's.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import inputs, media
from mrcmv.catalog import rhythm
from mrcmv.corpus.checks import voice
from mrcmv.corpus.checks.measuring import file_key
from mrcmv.corpus.editor.listening import QUIET_DB, level_db
from mrcmv.dataset import FRAMES_HZ
from mrcmv.media.arrays import Named
from mrcmv.settings import Settings
from mrcmv.types import WINDOW_S, Bytes, Floats, Sound, Span

RATE_HZ = 16_000
PICTURE_CURVES = ("action", "motion", "light", "monsters", "shots", "damage", "explosions")
"""Of what the engine knew of each second (`footage.take.SECONDS`, and `light`), what is seen."""
LAGS_S = (0.15, 0.18, 0.21, 0.25, 0.3, 0.35, 0.41, 0.48, 0.56, 0.66, 0.77, 0.9)
"""After how long a rhythm may come again: a beat or half of one, from 67 to 400 a minute."""
MUSIC_CURVES = ("level_db", "centroid_octaves", "flux", *(f"again_{lag_s}" for lag_s in LAGS_S))
OFFSET = 0.02
"""Of a band's mean power, added before the logarithm: a quiet passage's hiss is no onset."""
RHYTHM_S = 4.0
LEAST_RISE = 1e-4
"""Added to the onsets' power: where hardly anything begins, nothing begins again."""
MEL_HZ = 100
N_FFT, HOP = 1024, 512
EDGES_HZ = np.geomspace(60.0, 7500.0, 25)


@dataclass(frozen=True)
class Order:
    """A file to decode, `duration_s` of it: of a voice, as long as its clip; of music, to the end
    of the last window. `seconds`: a take's known curves by name, where there are any."""

    name: str
    file: Path
    duration_s: float
    seconds: dict[str, list[float] | None] | None = None


def take_rows(order: Order, side_px: int) -> Named:
    """The squares of a take, 2 a second. Raises MediaError for a film that cannot be decoded."""
    clip = media.probe(order.file, Settings())
    length_s = max(order.duration_s, WINDOW_S)
    times_s = (np.arange(int(length_s * FRAMES_HZ + 1e-6)) + 0.5) / FRAMES_HZ
    asked = np.mod(times_s, order.duration_s).tolist()
    film = media.read_clip(clip, Span(0.0, clip.duration_s), asked)
    known = order.seconds or {}
    n = int(order.duration_s)
    columns = [known.get(name) or [np.nan] * n for name in PICTURE_CURVES]
    curves = np.array([column[:n] for column in columns], np.float32).T
    return order.name, _facts(order, curves), _in_parts(film.frames.images, side_px)


def voice_rows(order: Order) -> Named:
    """The log-mel frames of a clip's voice. Raises MediaError for a file that cannot be decoded."""
    sound = _sound(order)
    return order.name, _facts(order, voice.curves(sound)), log_mel(sound)


def piece_rows(order: Order) -> Named:
    """The log-mel frames of a piece. Raises MediaError for a file that cannot be decoded."""
    sound = _sound(order)
    frames, curves = log_mel(sound), music_curves(sound)
    again = again_curves(frames, len(curves))
    again[np.isnan(curves[:, -1])] = np.nan
    return order.name, _facts(order, np.concatenate([curves, again], axis=1)), frames


def again_curves(frames: Floats, n_seconds: int) -> Floats:
    """How much what begins around each second begins again after each of `LAGS_S`.

    The autocorrelation of the onset curve over 4 s. A ridge from its mean over a window tells, on
    other tracks, the tempo as the catalog measures it with r 0.50 (404 windows, 211 real tracks).
    Shape: log-mel frames (n, 64), 100 a second → (seconds, len(LAGS_S)).
    """
    from scipy.ndimage import uniform_filter1d

    mel = np.exp(frames.astype(np.float32))
    rise = rhythm.onset_strength(mel, rhythm.level(mel))
    size = round(RHYTHM_S * MEL_HZ)
    centred = rise - uniform_filter1d(rise, size)
    energy = uniform_filter1d(centred**2, size) + LEAST_RISE
    middles = np.minimum(np.arange(n_seconds) * MEL_HZ + MEL_HZ // 2, len(rise) - 1)
    again = np.zeros((n_seconds, len(LAGS_S)), np.float32)
    for column, lag_s in enumerate(LAGS_S):
        lag = round(lag_s * MEL_HZ)
        product = np.pad(centred[lag:] * centred[:-lag], (0, lag))
        again[:, column] = (uniform_filter1d(product, size) / energy)[middles]
    return again


def music_curves(sound: Sound) -> Floats:
    """Level, brightness and how much begins in each second of music.

    Shape: samples (channels, n) at 16 kHz → (seconds, 3); NaN where it is silent.
    """
    import scipy.fft

    n = sound.samples.shape[1] // RATE_HZ
    if n == 0:
        return np.zeros((0, 3), np.float32)
    mono = sound.mono[: n * RATE_HZ]
    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    padded = np.pad(mono, N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    spectrum = scipy.fft.rfft(frames * window, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    frequencies = np.fft.rfftfreq(N_FFT, 1 / RATE_HZ)
    edges = np.searchsorted(frequencies, EDGES_HZ)
    bands = np.add.reduceat(power, np.unique(edges), axis=1)[:, :-1]
    logs = np.log(bands + OFFSET * bands.mean(axis=0) + 1e-9)
    rise = np.maximum(np.diff(logs, axis=0, prepend=logs[:1]), 0.0).mean(axis=1)
    second = np.minimum(np.arange(len(power)) * HOP // RATE_HZ, n - 1)
    whole = np.array([power[second == at].sum(axis=0) for at in range(n)])
    total = whole.sum(axis=1)
    centroid = np.log2((whole @ frequencies) / np.maximum(total, 1e-12) / 1000.0 + 1e-3)
    flux = np.array([rise[second == at].mean() for at in range(n)])
    curves = np.stack([level_db(sound)[:n], centroid, flux], axis=1).astype(np.float32)
    curves[curves[:, 0] <= QUIET_DB, 1:] = np.nan
    return curves


def _facts(order: Order, curves: Floats) -> dict[str, Any]:
    """What is kept beside the rows: which file it was, and its curves."""
    return {"key": file_key(order.file), "curves": np.round(curves.astype(float), 4).tolist()}


def _sound(order: Order) -> Sound:
    """As much of a file as is wanted, with silence after it where it ends before."""
    sound = media.read_sound(order.file, RATE_HZ, 1, duration_s=order.duration_s)
    return inputs.window_sound(sound, Span(0.0, order.duration_s))


def _in_parts(images: Bytes, side_px: int, part: int = 64) -> Bytes:
    """Squares of many pictures, a few at a time."""
    parts = [inputs.squares(images[at : at + part], side_px) for at in range(0, len(images), part)]
    return np.concatenate(parts)


def log_mel(sound: Sound) -> Floats:
    """Log-mel frames of a sound of 32 s at least, 100 a second. Shape: → (frames, 64) float16."""
    import torch

    from mrcmv.model import vggish

    n = max(sound.samples.shape[1], round(WINDOW_S * RATE_HZ))
    frames = vggish.log_mel(torch.from_numpy(np.resize(sound.mono, n)))
    kept: Floats = frames.numpy().astype(np.float16)
    return kept
