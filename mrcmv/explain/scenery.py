"""What stands along the axes of figures: the clip's frames and the voice, small enough to send.

**Conventions.** Places are seconds since the window's start, 0–32, as the tokens lie there; in a
repeated clip frames and voice come again. Pictures are JPEG in data addresses.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.explain.timeline import Timeline
from mrcmv.types import WINDOW_S, Bytes, Sound, Span

N_ACROSS, N_DOWN = 10, 10
"""Frames of the strips along the horizontal and the vertical axis."""
FRAME_PX = 64, 48
"""Width and height of a frame: its middle, cut to 4:3, which is narrow enough for a phone."""
N_PEAKS = 256
LOUDNESS_POWER = 0.6
"""Peaks are drawn to this power, as on the time line: quiet speech is seen."""


@dataclass(frozen=True, eq=False)
class Scenery:
    """Film strips (data addresses), peaks of the voice 0–1 over 32 s, and where words are."""

    across: str | None = None
    down: str | None = None
    peaks: tuple[float, ...] = ()
    speech: tuple[Span, ...] = ()


def scenery(
    line: Timeline, images: Bytes | None, voice: Sound | None, speech: Sequence[Span]
) -> Scenery:
    """What stands along the axes of a window's figures.

    Shape: images `(64, height, width, 3)`, the fast frames in order; voice that of the window;
    speech on the clip's seconds.
    """
    images = None if images is None or len(images) == 0 else images
    return Scenery(
        _sheet(images, N_ACROSS, down=False) if images is not None else None,
        _sheet(images, N_DOWN, down=True) if images is not None else None,
        () if voice is None else _peaks(line, voice),
        _spans(line, speech),
    )


def _sheet(images: Bytes, n: int, *, down: bool) -> str:
    """n even frames beside or below each other."""
    from PIL import Image, ImageOps

    # The middles of n even stretches, so that each frame stands where it was taken.
    chosen = ((np.arange(n) + 0.5) * len(images) / n).astype(int)
    width, height = FRAME_PX
    sheet = Image.new("RGB", (width, height * n) if down else (width * n, height))
    for place, index in enumerate(chosen):
        frame = ImageOps.fit(Image.fromarray(images[index]), FRAME_PX)
        sheet.paste(frame, (0, place * height) if down else (place * width, 0))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=60, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


def _peaks(line: Timeline, voice: Sound) -> tuple[float, ...]:
    """The largest magnitude in each of 256 stretches of the 32 s, the loudest 1."""
    samples = voice.samples if voice.samples.size else np.zeros((1, 1), np.float32)
    starts_s = np.arange(N_PEAKS) * WINDOW_S / N_PEAKS % line.length_s
    n = max(1, round(WINDOW_S / N_PEAKS * voice.rate_hz))
    starts = np.minimum((starts_s * voice.rate_hz).astype(int), samples.shape[1] - 1)
    # Stretch by stretch: all channels of all of it at once take ten times as long.
    peaks = np.array([np.abs(samples[:, start : start + n]).max() for start in starts])
    shares = (peaks / max(float(peaks.max()), 1e-6)) ** LOUDNESS_POWER
    return tuple(round(float(share), 3) for share in shares)


def _spans(line: Timeline, speech: Sequence[Span]) -> tuple[Span, ...]:
    """Speech inside the window, as often as it is heard."""
    found = []
    for turn in range(int(np.ceil(line.repeats))):
        for span in speech:
            start_s = max(span.start_s - line.start_s, 0.0)
            end_s = min(span.end_s - line.start_s, line.length_s)
            shifted = Span(start_s + turn * line.length_s, end_s + turn * line.length_s)
            if end_s > start_s and shifted.start_s < WINDOW_S:
                found.append(Span(shifted.start_s, min(shifted.end_s, WINDOW_S)))
    return tuple(found)
