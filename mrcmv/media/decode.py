"""A probed clip → everything the search needs of it, in one pass through the file."""

from collections.abc import Sequence
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream

from mrcmv.errors import MediaError
from mrcmv.media.kinds import kind_of
from mrcmv.media.opening import opened
from mrcmv.media.pictures import (
    FRAME_SIDE_PX,
    GREY_SIZE_PX,
    STRIP_SIDE_PX,
    Clock,
    Sampler,
    grey,
    small_size,
    upright,
)
from mrcmv.media.probing import ADVICE, WANTED, pick_picture, prepare
from mrcmv.media.sounds import decode_packet, pick_sound
from mrcmv.media.soundtrack import Soundtrack
from mrcmv.progress import Hook, silent
from mrcmv.types import Bytes, Clip, Curve, Decoded, Floats, Frames, Span

MOTION_HZ = 10.0
"""Rate at which motion and brightness are read: the same for every frame rate."""

STRIP_PICTURES = 60
"""Pictures in the film strip, evenly spread over the clip."""

MAX_GROUP_BYTES = 64_000_000
"""Packets kept back while waiting for the window; a longer group of pictures is decoded."""

REPORT_S = 2.0
"""Seconds of the clip between two reports to the hook."""


def read_clip(
    clip: Clip, window: Span, frame_times_s: Sequence[float], hook: Hook = silent
) -> Decoded:
    """Decode a clip: the pictures asked for, a film strip, motion, brightness and all the sound.

    The file is opened once and its packets are gone through once. Between the first and the last
    moment wanted every picture is decoded; elsewhere only key frames that the film strip shows.
    `frame_times_s` are on the clip's seconds, in any order and with repeats; the picture on
    screen at each comes back in the order asked. The strip has 60 pictures at even times: inside
    the window the very frame, outside it the key frame before. Motion and brightness have 10
    values a second over the part of the window that the clip fills. The sound lasts as long as
    the picture. The hook hears "Reading the clip", in seconds of the clip.

    Raises:
        MediaError: no picture can be decoded, or the file has changed since it was probed.
    """
    inside = Span(max(0.0, window.start_s), max(0.1, min(window.end_s, clip.duration_s)))
    size, strip_size = small_size(clip, FRAME_SIDE_PX), small_size(clip, STRIP_SIDE_PX)
    turn = clip.rotation_deg
    frames = Sampler(frame_times_s, lambda frame: upright(frame, size, turn))
    strip = Sampler(strip_times_s(clip), lambda frame: upright(frame, strip_size, turn))
    greys = Sampler(_grid_s(inside), grey)
    track = Soundtrack(end_s=clip.duration_s)
    _go_through(clip, _Pictures(clip, [frames, greys], strip), track, hook)

    found, small = frames.finish(), greys.finish()
    if not small:
        raise MediaError(f"No picture can be decoded from {clip.path.name}. {ADVICE}")
    asked = list(frame_times_s)
    return Decoded(
        clip=clip,
        window=window,
        frames=_stack([found[time_s] for time_s in asked], asked, size),
        strip=_stack(list((shown := strip.finish()).values()), list(shown), strip_size),
        motion=Curve(motion_of(_greys(small)), MOTION_HZ, inside.start_s),
        brightness=Curve(brightness_of(_greys(small)), MOTION_HZ, inside.start_s),
        sound=track.finish(clip.duration_s, pad=True) if clip.has_sound else None,
    )


def motion_of(pictures: Bytes) -> Floats:
    """Mean absolute difference of each picture to the one before, 0–1; the first one's is 0.

    Shape: `(n, height, width)` → `(n,)`.
    """
    motion = np.zeros(len(pictures), np.float32)
    motion[1:] = np.abs(np.diff(pictures.astype(np.float32), axis=0)).mean(axis=(1, 2)) / 255
    return motion


def brightness_of(pictures: Bytes) -> Floats:
    """Mean grey of each picture, 0–1. Shape: `(n, height, width)` → `(n,)`."""
    brightness: Floats = (pictures.mean(axis=(1, 2)) / 255).astype(np.float32)
    return brightness


def strip_times_s(clip: Clip) -> list[float]:
    """The even times of the film strip, each in the middle of its share of the clip."""
    step_s = clip.duration_s / STRIP_PICTURES
    return [round((index + 0.5) * step_s, 6) for index in range(STRIP_PICTURES)]


def _grid_s(span: Span) -> list[float]:
    n = max(1, int(np.ceil(span.duration_s * MOTION_HZ - 1e-6)))
    return [span.start_s + index / MOTION_HZ for index in range(n)]


def _greys(pictures: dict[float, Bytes]) -> Bytes:
    stack: Bytes = np.stack(list(pictures.values())).reshape(-1, *GREY_SIZE_PX[::-1])
    return stack


def _stack(images: list[Bytes], times_s: list[float], size: tuple[int, int]) -> Frames:
    empty = np.zeros((0, size[1], size[0], 3), np.uint8)
    return Frames(np.stack(images) if images else empty, np.array(times_s, np.float32))


def _go_through(clip: Clip, pictures: "_Pictures", track: Soundtrack, hook: Hook) -> None:
    """The one pass: picture packets to `pictures`, sound frames to `track`."""
    reported_s = 0.0
    side_px = max(clip.width, clip.height)
    with opened(clip.path, kind_of(clip.path, WANTED), side_px) as container:
        picture = pick_picture(clip.path, container)
        prepare(picture, side_px)
        sound = pick_sound(container) if clip.has_sound else None
        pictures.attach(picture)
        for packet in container.demux([s for s in (picture, sound) if s is not None]):
            if packet.stream_index != picture.index:
                for frame in [] if track.full else decode_packet(packet):
                    track.add(frame, clip.start_s)
                continue
            pictures.feed(packet)
            if pictures.reached_s > reported_s + REPORT_S:
                reported_s = pictures.reached_s
                hook("Reading the clip", completed=round(reported_s), total=round(clip.duration_s))
        pictures.finish()


class _Pictures:
    """Decides which picture packets are decoded, and shows the frames to the samplers.

    Before the first wanted time, packets are kept back a group at a time; when it comes, the
    group it lies in is decoded from its key frame on. After the last one only key frames count.
    """

    def __init__(self, clip: Clip, wanted: list[Sampler], strip: Sampler) -> None:
        self._clip = clip
        self._wanted = wanted
        self._strip = strip
        self._group: list[Any] = []
        self._group_bytes = 0
        self._running = False
        self._newest_s = float("-inf")
        self.reached_s = 0.0

    def attach(self, stream: VideoStream) -> None:
        """Name the stream whose packets will come."""
        self._context = stream.codec_context
        self._clock = Clock(self._clip, stream)

    def feed(self, packet: Any) -> None:
        """Take the next packet of the stream, in the order of the file."""
        if not packet.size:
            return
        known_s = self._clock.packet_s(packet)
        time_s = self.reached_s if known_s is None else known_s
        self.reached_s = max(self.reached_s, time_s)
        if self._running:
            self._show(self._decode(packet))
            self._running = self._next_s() < float("inf")
            if not self._running:
                self._context.flush_buffers()
            return
        if packet.is_keyframe and not (self._group and time_s > self._next_s()):
            self._drop_group(time_s)
        waiting = self._next_s() < float("inf")
        if waiting or packet.is_keyframe:
            self._group.append(packet)
            self._group_bytes += packet.size
        if waiting and (time_s > self._next_s() or self._group_bytes > MAX_GROUP_BYTES):
            self._run()

    def finish(self) -> None:
        """The file has ended."""
        if not self._running and self._next_s() < float("inf"):
            self._run()
        if self._running:
            self._show(self._decode(None))
        else:
            self._drop_group(float("inf"))

    def _next_s(self) -> float:
        return min((sampler.next_s for sampler in self._wanted), default=float("inf"))

    def _run(self) -> None:
        self._running = True
        group, self._group, self._group_bytes = self._group, [], 0
        if group:
            self._clock.begin(group[0])
        for packet in group:
            self._show(self._decode(packet))

    def _drop_group(self, next_key_s: float) -> None:
        """Leave a group undecoded, but for its key frame if the film strip wants it."""
        group, self._group, self._group_bytes = self._group, [], 0
        if group and group[0].is_keyframe and self._strip.next_s < next_key_s:
            self._clock.begin(group[0])
            frames = self._decode(group[0]) + self._decode(None)
            self._context.flush_buffers()
            self._show(frames)

    def _decode(self, packet: Any) -> list[av.VideoFrame]:
        try:
            return self._context.decode(packet)
        except av.FFmpegError:
            return []

    def _show(self, frames: list[av.VideoFrame]) -> None:
        for frame in frames:
            time_s = self._clock.frame_s(frame)
            if time_s <= self._newest_s:
                continue
            self._newest_s = time_s
            for sampler in (*self._wanted, self._strip):
                sampler.see(frame, time_s)
