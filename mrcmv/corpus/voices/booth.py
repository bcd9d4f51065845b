"""Where a speaker sits and through what they are heard: room, noise, band, level.

Sources of voices end at different frequencies: G.722 prompts at 7.6 kHz, lower when shifted down,
espeak-ng at 11 kHz. So that bandwidth is no label, `banded` ends all of them at one, below the
lowest of theirs, and `draw_booth` draws for all speakers from the same.
"""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from mrcmv import media
from mrcmv.corpus.voices.speaker import RATE_HZ
from mrcmv.types import Floats, Sound

BAND_HZ = 6500.0
"""Up to here all voices sound; from 7 kHz on none does."""
_BAND_RATE_HZ = 14000


@dataclass(frozen=True)
class Booth:
    """One for a whole clip.

    room_s: reverberation time (−60 dB); room_db: its level beside the voice; the band that
    microphone and codec let through, `slope` the order of its edges; noise_db: the noise of
    room and microphone, in dBFS (−inf: none); level_db: gain of the whole; seed: of room and
    noise. What is not given is the booth of the sample clips: a small quiet room.
    """

    room_s: float = 0.25
    room_db: float = -24.0
    low_cut_hz: float = 80.0
    high_cut_hz: float = 9000.0
    slope: int = 2
    noise_db: float = -np.inf
    level_db: float = 0.0
    seed: int = 7


@dataclass(frozen=True)
class _Setting:
    """A kind of place and microphone: ranges, lowest and highest, to draw a booth from."""

    share: float
    room_s: tuple[float, float]
    room_db: tuple[float, float]
    low_cut_hz: tuple[float, float]
    high_cut_hz: tuple[float, float]
    noise_db: tuple[float, float]


_SETTINGS = {
    "phone": _Setting(0.15, (0.15, 0.4), (-30, -18), (200, 350), (3200, 3800), (-60, -48)),
    "headset": _Setting(0.35, (0.1, 0.3), (-36, -24), (90, 160), (5000, BAND_HZ), (-66, -52)),
    "good": _Setting(0.3, (0.1, 0.3), (-40, -26), (50, 90), (6000, BAND_HZ), (-78, -64)),
    "room": _Setting(0.2, (0.3, 0.7), (-20, -11), (60, 120), (5500, BAND_HZ), (-66, -52)),
}


def draw_booth(rng: np.random.Generator) -> Booth:
    """A phone, a headset, a good microphone, or one across a small room; the same chances for
    every speaker."""
    settings = tuple(_SETTINGS.values())
    setting = settings[rng.choice(len(settings), p=[each.share for each in settings])]
    return Booth(
        room_s=float(rng.uniform(*setting.room_s)),
        room_db=float(rng.uniform(*setting.room_db)),
        low_cut_hz=float(rng.uniform(*setting.low_cut_hz)),
        high_cut_hz=float(rng.uniform(*setting.high_cut_hz)),
        slope=8,
        noise_db=float(rng.uniform(*setting.noise_db)),
        level_db=float(rng.normal(0.0, 3.0)),
        seed=int(rng.integers(2**31)),
    )


def banded(voice: Sound) -> Sound:
    """A voice at 48 kHz without what only some sources have. Shape: samples `(1, n)` → same."""
    n = voice.samples.shape[1]
    narrow = media.resample(media.resample(voice, _BAND_RATE_HZ), RATE_HZ).samples[:, :n]
    return Sound(np.pad(narrow, ((0, 0), (0, n - narrow.shape[1]))), RATE_HZ)


def heard_in(booth: Booth, dry: Floats) -> Floats:
    """A dry voice as its booth's microphone hears it. Shape: `(n,)` → `(n,)`.

    What rings on after the end is lost: pad the voice to keep it.
    """
    rng = np.random.default_rng(booth.seed)
    n = max(1, int(booth.room_s * RATE_HZ))
    decay = rng.normal(size=n) * 10 ** (-3 * np.arange(n) / n)
    decay *= 10 ** (booth.room_db / 20) / (np.sqrt(np.sum(decay**2)) + 1e-9)
    heard = dry + signal.oaconvolve(dry, decay.astype(dry.dtype))[: len(dry)]
    if np.isfinite(booth.noise_db):
        heard = heard + _hiss(len(dry), rng) * 10 ** (booth.noise_db / 20)
    band = [booth.low_cut_hz, booth.high_cut_hz]
    sections = signal.butter(booth.slope, band, "band", fs=RATE_HZ, output="sos")
    taken: Floats = (signal.sosfilt(sections, heard) * 10 ** (booth.level_db / 20)).astype(float)
    return taken


def _hiss(n: int, rng: np.random.Generator) -> Floats:
    """Pink noise of RMS 1 (3 dB less an octave; the filter of Smith, Spectral Audio Signal
    Processing, 2011). Shape: `(n,)`.
    """
    white = rng.standard_normal(n, dtype=np.float32)
    pink = signal.lfilter(
        (0.049922035, -0.095993537, 0.050612699, -0.004408786),
        (1.0, -2.494956002, 2.017265875, -0.522189400),
        white,
    )
    even: Floats = (pink / (np.sqrt(np.mean(pink**2)) + 1e-12)).astype(np.float32)
    return even
