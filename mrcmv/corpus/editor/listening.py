"""Clips and music as the editor perceives them: what is measured for each axis of `mind`."""

from dataclasses import dataclass

import numpy as np

from mrcmv.catalog import measure
from mrcmv.corpus.editor.mind import Scale, quarters
from mrcmv.types import WINDOW_S, Floats, Sound, Span

QUIET_DB = -60.0
"""Below this, relative to full scale, a quarter is silent: how silent says nothing."""
BLOCK_S = 1.0


@dataclass(frozen=True, eq=False)
class Heard:
    """A window of music as measured, before it is standardised.

    Shape: values `(axes,)`: energy 0–1, tempo in bpm, brightness in Hz, and how far each quarter
    lies above the window's mean level, in dB.
    """

    span: Span
    values: Floats


def hear_music(sound: Sound) -> tuple[Heard, ...]:
    """The windows of a piece that hold music. Shape: sound.samples (channels, n) at 22.05 kHz."""
    levels = level_db(sound)
    heard = []
    for span, one in measure(sound):
        course = quarters(levels[int(span.start_s) : int(span.end_s)])
        tops = [one.energy, one.tempo_bpm, one.brightness_hz]
        heard.append(Heard(span, np.array([*tops, *course], np.float32)))
    return tuple(heard)


def level_db(sound: Sound) -> Floats:
    """The level of each second, in dB of full scale. Shape: (channels, n) → (seconds,)."""
    block = round(BLOCK_S * sound.rate_hz)
    n = max(1, sound.samples.shape[1] // block)
    padded = np.pad(sound.samples, ((0, 0), (0, max(0, block - sound.samples.shape[1]))))
    power = (padded[:, : n * block].reshape(len(padded), n, block) ** 2).mean(axis=(0, 2))
    level: Floats = np.maximum(10 * np.log10(power + 1e-12), QUIET_DB).astype(np.float32)
    return level


def read_voice(arousal: Floats, pace: float, melody: float) -> Floats:
    """What a voice says on each axis, before it is standardised.

    arousal: how aroused it is in each second; pace and melody: how fast and how lively this
    person speaks, for them. Shape: arousal (seconds,) → (axes,).
    """
    return _reading(arousal, pace, melody)


def read_picture(action: Floats, light: Floats) -> Floats:
    """What a picture says on each axis, before it is standardised.

    action: how fierce each second is; light: how bright. Shape: (seconds,), (seconds,) → (axes,).
    """
    return _reading(action, 0.0, float(light[: int(WINDOW_S)].mean()))


def _reading(curve: Floats, pace: float, colour: float) -> Floats:
    """Of a curve the first 32 s count; a shorter one is repeated, as the network's input is."""
    window = np.resize(curve, int(WINDOW_S)) if len(curve) < WINDOW_S else curve[: int(WINDOW_S)]
    return np.array([window.mean(), pace, colour, *quarters(window)], np.float32)


def standardise(values: Floats, scales: tuple[Scale, ...]) -> Floats:
    """Each axis on its own scale. Shape: (n, axes) → (n, axes)."""
    columns = [scale(column) for scale, column in zip(scales, values.T, strict=True)]
    standard: Floats = np.stack(columns, axis=1)
    return standard


def scales_of(values: Floats) -> tuple[Scale, ...]:
    """The scales that make a reference standard. Shape: (n, axes)."""
    return tuple(Scale.of(column) for column in values.T)


@dataclass(frozen=True, eq=False)
class MusicScale:
    """Measured windows of music → the axes, as a reference of music makes them standard.

    Lively music is bright: what the colour axis counts is the brightness beyond that, so that the
    two axes say two things. `tie` is how far brightness follows energy in the reference.
    """

    scales: tuple[Scale, ...]
    tie: float

    @classmethod
    def of(cls, raw: Floats) -> "MusicScale":
        """From a reference's windows, as measured. Shape: (n, axes)."""
        scales = scales_of(raw)
        energy, _, brightness = standardise(raw, scales).T[:3]
        tie = float(energy @ brightness) / max(float(energy @ energy), 1e-9)
        return cls(scales, float(np.clip(tie, -0.95, 0.95)))

    def __call__(self, raw: Floats) -> Floats:
        """Shape: (n, axes) → (n, axes)."""
        axes = standardise(raw, self.scales)
        axes[:, 2] = (axes[:, 2] - self.tie * axes[:, 0]) / np.sqrt(1 - self.tie**2)
        return axes
