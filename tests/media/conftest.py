"""Films made for the tests: short, small, and such that each frame and second is known again."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.settings import Settings
from mrcmv.types import Clip

MUXERS = {".mkv": "matroska", ".m4v": "mp4"}
QUALITY = {
    "libx264": {"crf": "12", "preset": "ultrafast", "bf": "2"},
    "libx265": {"crf": "12", "preset": "ultrafast", "x265-params": "log-level=none"},
    "libvpx": {"crf": "8", "b": "2M", "deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"crf": "15", "b": "0", "deadline": "realtime", "cpu-used": "8"},
    "libsvtav1": {"crf": "20", "preset": "12"},
    "mpeg4": {"qmin": "1", "qmax": "2"},
}


@dataclass(frozen=True)
class Tone:
    """A sound stream: a tone that begins `start_s` after the picture's zero."""

    codec: str = "aac"
    rate_hz: int = 48000
    layout: str = "stereo"
    start_s: float = 0.0
    duration_s: float = 2.0
    hz: float = 440.0
    amplitude: float = 0.25
    default: bool = False


def level(index: int, n: int) -> int:
    """The grey of frame `index` of n: brighter from frame to frame."""
    return 30 + round(200 * index / max(1, n - 1))


def pictures(n: int, size: tuple[int, int]) -> Any:
    """Grey frames, one level each. Yields `(height, width, 3)`."""
    for index in range(n):
        yield np.full((size[1], size[0], 3), level(index, n), np.uint8)


@dataclass(frozen=True)
class Film:
    """What a film is made of: without a codec, sound alone; `times_s` overrides `n` and `fps`."""

    codec: str | None = "libx264"
    n: int = 50
    fps: int = 25
    size: tuple[int, int] = (64, 48)
    tones: tuple[Tone, ...] = ()
    rotation_deg: int = 0
    start_s: float = 0.0
    times_s: Sequence[float] | None = None
    gop: int = 12
    pixel_format: str = "yuv420p"
    images: Callable[[int, tuple[int, int]], Any] = pictures
    aspect: Fraction | None = None
    metadata: tuple[tuple[str, str], ...] = ()


@contextmanager
def _priority_kept() -> Iterator[None]:
    """SVT-AV1, as root, leaves its caller at SCHED_FIFO 99; a browser born of it hangs all."""
    if sys.platform != "linux":
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def make_film(path: Path, film: Film) -> Path:
    """Encode a film into the container of the path's ending."""
    muxer = MUXERS.get(path.suffix, path.suffix[1:])
    with _priority_kept(), av.open(str(path), "w", format=muxer) as out:
        out.metadata.update(dict(film.metadata))
        picture = _picture_stream(out, film) if film.codec else None
        sounds = [_sound_stream(out, tone) for tone in film.tones]
        packets = list(_picture_packets(picture, film)) if picture else []
        for stream, tone in zip(sounds, film.tones, strict=True):
            packets += list(_sound_packets(stream, tone, film.start_s))
        key = lambda packet: float((packet.dts or 0) * packet.time_base)  # noqa: E731
        for packet in sorted(packets, key=key):
            out.mux(packet)
    return path


def _picture_stream(out: Any, film: Film) -> Any:
    stream = out.add_stream(film.codec, rate=film.fps, options=dict(QUALITY.get(film.codec, {})))
    stream.width, stream.height = film.size
    stream.pix_fmt = film.pixel_format
    stream.gop_size = film.gop
    coarse = film.codec == "mpeg4" or out.format.name == "avi"
    stream.codec_context.time_base = Fraction(1, film.fps if coarse else 12800)
    if film.aspect:
        stream.sample_aspect_ratio = film.aspect
    if film.rotation_deg:
        stream.set_display_rotation(-film.rotation_deg)  # ours is clockwise
    return stream


def _picture_packets(stream: Any, film: Film) -> Any:
    times_s = film.times_s or [index / film.fps for index in range(film.n)]
    base = stream.codec_context.time_base
    for time_s, image in zip(times_s, film.images(len(times_s), film.size), strict=True):
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts = round((time_s + film.start_s) / base)
        frame.time_base = base
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound_stream(out: Any, tone: Tone) -> Any:
    stream = out.add_stream(tone.codec, rate=tone.rate_hz, layout=tone.layout)
    if tone.default:
        stream.disposition = av.stream.Disposition.default
    return stream


def tone_samples(tone: Tone, n_channels: int) -> np.ndarray:
    """Shape: `(n_channels, n)`."""
    time_s = np.arange(round(tone.duration_s * tone.rate_hz)) / tone.rate_hz
    wave = tone.amplitude * np.sin(2 * np.pi * tone.hz * time_s)
    return np.tile(wave.astype(np.float32), (n_channels, 1))


def _sound_packets(stream: Any, tone: Tone, start_s: float) -> Any:
    context = stream.codec_context
    context.open(strict=False)
    samples = tone_samples(tone, context.layout.nb_channels)
    interleaved = np.ascontiguousarray(samples.T).reshape(1, -1)  # PyAV fails on 8 planes
    frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=tone.layout)
    frame.sample_rate = tone.rate_hz
    frame.time_base = Fraction(1, tone.rate_hz)
    frame.pts = 0
    fit = av.AudioResampler(
        format=context.format,
        layout=tone.layout,
        rate=tone.rate_hz,
        frame_size=context.frame_size or 1024,
    )
    offset = round((start_s + tone.start_s) * tone.rate_hz)
    for piece in [*fit.resample(frame), *fit.resample(None)] if samples.size else []:
        if piece is not None:
            piece.pts += offset
            yield from stream.encode(piece)
    yield from stream.encode(None) if samples.size else []


@pytest.fixture
def film(tmp_path: Path) -> Callable[..., Path]:
    """`film("a.mp4", codec=…)` makes a file and returns its path."""

    def make(name: str, **parts: Any) -> Path:
        return make_film(tmp_path / name, Film(**parts))

    return make


@pytest.fixture
def clip(film: Callable[..., Path]) -> Callable[..., Clip]:
    """`clip("a.mp4", codec=…)` makes a file and probes it."""

    def make(name: str, **parts: Any) -> Clip:
        return media.probe(film(name, **parts), Settings())

    return make


@pytest.fixture(scope="session")
def tone() -> type[Tone]:
    return Tone
