"""Decoded pictures → the few that are wanted, small and upright."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream

from mrcmv.types import Bytes, Clip

FRAME_SIDE_PX = 256
STRIP_SIDE_PX = 90
GREY_SIZE_PX = (64, 36)
"""Width and height of the small grey pictures that motion and brightness are read from."""

TOLERANCE_S = 1e-4
"""A frame counts as on screen this long before its time stamp, which is rounded."""


def small_size(clip: Clip, short_side_px: int) -> tuple[int, int]:
    """Width and height, upright, with at most `short_side_px` on the short side."""
    scale = min(1.0, short_side_px / min(clip.width, clip.height))
    return max(1, round(clip.width * scale)), max(1, round(clip.height * scale))


def upright(frame: av.VideoFrame, size: tuple[int, int], rotation_deg: int) -> Bytes:
    """A frame as RGB, scaled to `size` (width, height) and turned clockwise by `rotation_deg`.

    Shape: `(height, width, 3)`.
    """
    width, height = size if rotation_deg % 180 == 0 else size[::-1]
    small = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    return np.rot90(small.to_ndarray(), -rotation_deg // 90)


def grey(frame: av.VideoFrame) -> Bytes:
    """A frame as a small grey picture, as it is coded. Shape: `(36, 64)`."""
    width, height = GREY_SIZE_PX
    small = frame.reformat(
        width=width, height=height, format="gray", interpolation="AREA", dst_color_range="JPEG"
    )
    picture: Bytes = small.to_ndarray().astype(np.uint8, copy=False)
    return picture


@dataclass(frozen=True)
class TimedFrame:
    """A decoded frame and its place on the clip's seconds."""

    frame: av.VideoFrame
    time_s: float


class Sampler:
    """Picks, from frames that come in order of time, the one on screen at each wanted time.

    That is the last frame that starts at or before the time; the first one for times before it.
    `make` turns a chosen frame into an array and is called once a frame.
    """

    def __init__(self, times_s: Sequence[float], make: Callable[[av.VideoFrame], Bytes]) -> None:
        self.times_s = sorted(set(times_s))
        self._make = make
        self._pictures: list[Bytes] = []
        self._shown: TimedFrame | None = None

    @property
    def next_s(self) -> float:
        """The first time that has no picture yet; infinity when all have one."""
        n_done = len(self._pictures)
        return self.times_s[n_done] if n_done < len(self.times_s) else float("inf")

    def see(self, frame: av.VideoFrame, time_s: float) -> None:
        """Take note of the next frame."""
        self._settle(time_s)
        self._shown = TimedFrame(frame, time_s)

    def finish(self) -> dict[float, Bytes]:
        """The picture at each wanted time; empty when no frame was seen."""
        self._settle(float("inf"))
        return dict(zip(self.times_s, self._pictures, strict=False))

    def _settle(self, before_s: float) -> None:
        """Give the frame on screen to all wanted times before the next frame's."""
        before_s -= TOLERANCE_S
        if self._shown is None or self.next_s >= before_s:
            return
        picture = self._make(self._shown.frame)
        while self.next_s < before_s:
            self._pictures.append(picture)


def stamp_of(packet: Any, container: str) -> int | None:
    """When a packet's picture is shown, in the stream's time base; None when nothing says so.

    AVI only counts packets in the order of decoding, and what libav makes of that is wrong where
    pictures are reordered: so its count is taken as it is.
    """
    if container == "avi" or packet.pts is None:
        return None if packet.dts is None else int(packet.dts)
    return int(packet.pts)


class Clock:
    """Puts packets and frames of one stream on the clip's seconds, rounded to a microsecond."""

    def __init__(self, clip: Clip, stream: VideoStream) -> None:
        self._clip = clip
        self._time_base = stream.time_base or Fraction(1, 1000)
        self._counted = clip.container == "avi"
        self._run_s = 0.0

    def packet_s(self, packet: Any) -> float | None:
        """When the packet's picture is shown."""
        stamp = stamp_of(packet, self._clip.container)
        return None if stamp is None else self._seconds(stamp)

    def begin(self, packet: Any) -> None:
        """Decoding starts afresh at this packet: where stamps are of no use, count from here."""
        self._run_s = self.packet_s(packet) or 0.0

    def frame_s(self, frame: av.VideoFrame) -> float:
        """When a frame is shown; frames come in order."""
        stamped = frame.pts is not None and not self._counted
        time_s = self._seconds(frame.pts or 0) if stamped else self._run_s
        self._run_s = round(time_s + 1 / self._clip.fps, 6)
        return time_s

    def _seconds(self, stamp: int) -> float:
        return round(float(stamp * self._time_base) - self._clip.start_s, 6)
