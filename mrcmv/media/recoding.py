"""A new mp4 of a clip, picture and all: for what browsers do not play, cuts and loops."""

import math
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np

from mrcmv.errors import MediaError
from mrcmv.media.kinds import kind_of
from mrcmv.media.muxing import join
from mrcmv.media.opening import opened
from mrcmv.media.pictures import TOLERANCE_S, Clock, upright
from mrcmv.media.probing import ADVICE, WANTED, pick_picture, prepare
from mrcmv.media.sounds import read_sound
from mrcmv.media.soundtrack import fitted
from mrcmv.media.writing import whole_or_nothing
from mrcmv.progress import Hook, silent
from mrcmv.types import Bytes, Clip, Sound, Span

MIN_FPS, MAX_FPS = 10.0, 60.0
CRF = "20"
PRESET = "veryfast"
BT709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")


def recode(
    clip: Clip,
    out: Path,
    sound_file: Path | None = None,
    cut: Span | None = None,
    loops: int = 1,
    hook: Hook = silent,
) -> None:
    """Write a clip or a cut of it, `loops` times over, as mp4 (H.264 8-bit 4:2:0, AAC, fast start).

    The picture is upright, with square pixels, even sides and a constant frame rate of 10–60.
    `sound_file` is the soundtrack of the result, from its first second on; without one the clip's
    own sound goes along, cut and looped with the picture. Either is padded or cut to the picture.
    The hook hears "Encoding the picture again", in seconds of the result.

    Raises:
        MediaError: the clip or the sound cannot be read, or the file cannot be written.
    """
    stretch = cut or Span(0.0, clip.duration_s)
    stretch = Span(max(0.0, stretch.start_s), min(stretch.end_s, clip.duration_s))
    if stretch.duration_s <= 0 or loops < 1:
        raise MediaError(f"The cut lies outside {clip.path.name} (0–{clip.duration_s:.1f} s).")
    duration_s = stretch.duration_s * loops
    soundtrack = _soundtrack(clip, sound_file, stretch, loops)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".recode-") as folder:
        picture = Path(folder) / "picture.mp4"
        fps = _write_picture(clip, stretch, loops, picture, hook)
        coded = replace(clip, path=picture, duration_s=duration_s, fps=fps, start_s=0.0)
        join(coded, soundtrack, out)


def _soundtrack(clip: Clip, file: Path | None, stretch: Span, loops: int) -> Sound | None:
    if file is not None:
        return read_sound(file, duration_s=stretch.duration_s * loops)
    if not clip.has_sound:
        return None
    own = read_sound(clip.path, start_s=stretch.start_s, duration_s=stretch.duration_s)
    once = fitted(own, stretch.duration_s)
    return Sound(np.tile(once.samples, (1, loops)), once.rate_hz)


def _write_picture(clip: Clip, stretch: Span, loops: int, out: Path, hook: Hook) -> float:
    """Encode the picture alone through MoviePy; returns its frame rate."""
    from moviepy import VideoClip

    fps = round(min(MAX_FPS, max(MIN_FPS, clip.fps)), 2)
    source = _Picture(clip, stretch)
    duration_s = stretch.duration_s * loops

    def at(time_s: float) -> Bytes:
        hook("Encoding the picture again", completed=int(time_s), total=math.ceil(duration_s))
        return source.at(time_s)

    try:
        moving = VideoClip(at, duration=duration_s)
        with whole_or_nothing(out):
            moving.write_videofile(
                str(out),
                fps=fps,
                codec="libx264",
                audio=False,
                preset=PRESET,
                ffmpeg_params=["-crf", CRF, "-vf", "scale=out_color_matrix=bt709", *BT709],
                logger=None,
            )
    finally:
        source.close()
    return fps


class _Picture:
    """The picture on screen at a moment of the (looped) stretch, for moments in order."""

    def __init__(self, clip: Clip, stretch: Span) -> None:
        self._clip = clip
        self._stretch = stretch
        self._frames: Iterator[tuple[float, av.VideoFrame]] = iter(())
        self._asked_s = float("inf")
        self._shown: av.VideoFrame | None = None
        self._next: tuple[float, av.VideoFrame] | None = None
        self._image: Bytes | None = None

    def at(self, time_s: float) -> Bytes:
        """RGB picture with even sides. Shape: `(height, width, 3)`."""
        place_s = self._stretch.start_s + time_s % self._stretch.duration_s
        if place_s < self._asked_s:
            self._restart()
        self._asked_s = place_s
        while self._next is not None and self._next[0] <= place_s + TOLERANCE_S:
            self._advance()
        if self._shown is None:
            raise MediaError(f"No picture can be decoded from {self._clip.path.name}. {ADVICE}")
        if self._image is None:
            self._image = self._even(self._shown)
        return self._image

    def close(self) -> None:
        """Close the file."""
        self._frames = iter(())

    def _restart(self) -> None:
        self._frames = _frames(self._clip, self._stretch.start_s)
        self._next = next(self._frames, None)
        self._shown = None
        self._advance()

    def _advance(self) -> None:
        if self._next is not None:
            self._shown, self._image = self._next[1], None
            self._next = next(self._frames, None)

    def _even(self, frame: av.VideoFrame) -> Bytes:
        """Odd sides lose their last row or column: H.264 in 4:2:0 has none."""
        width, height = max(2, self._clip.width), max(2, self._clip.height)
        image = upright(frame, (width, height), self._clip.rotation_deg)
        return np.ascontiguousarray(image[: height // 2 * 2, : width // 2 * 2])


def _frames(clip: Clip, from_s: float) -> Iterator[tuple[float, av.VideoFrame]]:
    """All frames from the key frame before a moment on, with their times on the clip's seconds."""
    side_px = max(clip.width, clip.height)
    with opened(clip.path, kind_of(clip.path, WANTED), side_px) as container:
        stream = pick_picture(clip.path, container)
        prepare(stream, side_px)
        if from_s > 0 and stream.time_base is not None:
            container.seek(round((from_s + clip.start_s) / stream.time_base), stream=stream)
        clock, begun = Clock(clip, stream), False
        for packet in container.demux(stream):
            if not begun:
                clock.begin(packet)
                begun = True
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                yield clock.frame_s(frame), frame
