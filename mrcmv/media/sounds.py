"""Sound files, of whatever kind, as samples; and what their tags say."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import av
import numpy as np
import soxr
from av.audio.stream import AudioStream
from av.container import InputContainer

from mrcmv.errors import MediaError
from mrcmv.media.kinds import VIDEO_KINDS, kind_of
from mrcmv.media.opening import duration_of, opened
from mrcmv.media.soundtrack import RATE_HZ, Soundtrack
from mrcmv.media.structure import check_structure
from mrcmv.types import Floats, Sound

PREROLL_S = 1.0

MAX_SOUND_S = 3600.0
"""Longest sound that is read whole: an hour of 48 kHz stereo takes 1.4 GB of memory."""

CONTAINER_TAGS = {
    *("language", "handler_name", "vendor_id", "encoder", "creation_time"),
    *("major_brand", "minor_version", "compatible_brands"),
}
"""What containers write of themselves: nothing about the music."""

_WANTED = "a sound file (mp3, ogg, opus, flac, wav or m4a)"


def read_sound(
    path: Path,
    rate_hz: int = RATE_HZ,
    n_channels: int = 2,
    start_s: float = 0.0,
    duration_s: float | None = None,
) -> Sound:
    """Decode a sound file, or the sound of a video, or a stretch of either.

    The stretch is the same sound as that part of the whole, and ends where the file ends; only
    it is decoded. A video's sound is read on the seconds of its picture.
    Shape: samples `(n_channels, n)`, n_channels 1 or 2.

    Raises:
        MediaError: the file is not a sound, is damaged, or longer than an hour.
    """
    end_s = float("inf") if duration_s is None else start_s + duration_s
    track = Soundtrack(rate_hz, n_channels, start_s, end_s)
    with _opened_sound(path) as container:
        stream = pick_sound(container)
        if stream is None:
            raise MediaError(f"{path.name} has no sound. Give {_WANTED}.")
        length_s = _read(path, container, stream, track, start_s)
    if not track.n_frames:
        raise MediaError(f"No sound can be decoded from {path.name}: it is damaged or protected.")
    left_s = max(0.0, length_s - start_s)
    return track.finish(left_s if duration_s is None else min(duration_s, left_s))


def _read(
    path: Path, container: InputContainer, stream: AudioStream, track: Soundtrack, start_s: float
) -> float:
    """Decode what the track wants; returns where the sound ends, as far as the packets tell.

    After the first packet, which tells where zero is, packets are passed over until a second
    before the start: enough for a decoder that leans on what came before.
    """
    origin_s = _picture_start_s(container)
    end_s, passed_over = 0.0, False
    for packet in container.demux(stream):
        ends_s = _end_s(packet, origin_s or 0.0)
        end_s = max(end_s, ends_s)
        if track.n_frames and ends_s and ends_s < start_s - PREROLL_S:
            passed_over = True
            continue
        if passed_over:
            stream.codec_context.flush_buffers()
            passed_over = False
        for frame in decode_packet(packet):
            if origin_s is None:
                origin_s = frame.time or 0.0
                end_s = ends_s - origin_s
            track.add(frame, origin_s)
        if track.kept_s > MAX_SOUND_S:
            raise MediaError(f"{path.name} is longer than an hour. Give a shorter piece.")
        if track.full:
            return float("inf")
    trims = container.format.name.startswith("mov")  # AAC's last frame is filled up with silence
    return end_s if trims and end_s else float("inf")


def _end_s(packet: Any, origin_s: float) -> float:
    """When a packet ends; 0 when nothing says so."""
    if packet.pts is None or not packet.duration:
        return 0.0
    return float((packet.pts + packet.duration) * packet.time_base) - origin_s


def sound_duration_s(path: Path) -> float:
    """Length of a sound file in seconds, counted packet by packet and not read from its header.

    Raises:
        MediaError: the file is not a sound or is damaged.
    """
    first_s, last_s = float("inf"), float("-inf")
    with _opened_sound(path) as container:
        stream = pick_sound(container)
        if stream is None or stream.time_base is None:
            raise MediaError(f"{path.name} has no sound. Give {_WANTED}.")
        for packet in container.demux(stream):
            if packet.pts is not None:
                first_s = min(first_s, float(packet.pts * stream.time_base))
                end = packet.pts + duration_of(packet)
                last_s = max(last_s, float(end * stream.time_base))
    if last_s <= first_s:
        raise MediaError(f"No sound can be decoded from {path.name}: it is damaged or protected.")
    return last_s - max(first_s, 0.0)


def read_tags(path: Path) -> dict[str, str]:
    """What a file says of itself: lower-case names, `title`, `artist`, `album`, `licence` …

    Tags of the sound stream (Ogg keeps them there) and of the file are read; `license` and
    `copyright` also answer to `licence`. Raises MediaError like `read_sound`.
    """
    with _opened_sound(path) as container:
        stream = pick_sound(container)
        found = {**(stream.metadata if stream else {}), **container.metadata}
    tags = {key.lower(): value.strip() for key, value in found.items() if value.strip()}
    tags = {key: value for key, value in tags.items() if key not in CONTAINER_TAGS}
    for other in ("license", "copyright"):
        if "licence" not in tags and other in tags:
            tags["licence"] = tags[other]
    return tags


def resample(sound: Sound, rate_hz: int) -> Sound:
    """The same sound at another rate. Shape: `(channels, n)` → `(channels, n·rate_hz/old rate)`."""
    if sound.rate_hz == rate_hz:
        return sound
    samples = soxr.resample(sound.samples.T, sound.rate_hz, rate_hz)  # (n, channels)
    return Sound(samples.T.copy(), rate_hz)


def resample_pieces(
    pieces: Iterable[Floats], from_hz: int, to_hz: int, n_channels: int
) -> Iterator[Floats]:
    """The same as `resample` for a sound that comes piece by piece, none of it kept.

    Shape: each `(channels, any)` → each `(channels, some)`, in all as `resample` gives.
    """
    if from_hz == to_hz:
        yield from pieces
        return
    stream = soxr.ResampleStream(from_hz, to_hz, n_channels, dtype="float32")
    for piece in pieces:
        part = stream.resample_chunk(np.ascontiguousarray(piece.T, np.float32))
        yield part.reshape(-1, n_channels).T
    nothing = np.zeros((0, n_channels), np.float32)
    yield stream.resample_chunk(nothing, last=True).reshape(-1, n_channels).T


def pick_sound(container: InputContainer) -> AudioStream | None:
    """The sound stream a player would choose: the one marked as default, else the first."""
    streams = [stream for stream in container.streams.audio if stream.codec_context is not None]
    marked = [stream for stream in streams if stream.disposition & av.stream.Disposition.default]
    return next(iter([*marked, *streams]), None)


def decode_packet(packet: Any) -> list[av.AudioFrame]:
    """The frames of a packet; none when the packet is broken."""
    try:
        frames: list[av.AudioFrame] = packet.decode()
        return frames
    except av.FFmpegError:
        return []


def _opened_sound(path: Path) -> AbstractContextManager[InputContainer]:
    kind = kind_of(path, _WANTED)
    check_structure(path, kind)
    return opened(path, kind)


def _picture_start_s(container: InputContainer) -> float | None:
    """When a video's picture starts: its sound is read on the picture's seconds."""
    if container.format.name.split(",")[0] not in {kind.demuxer for kind in VIDEO_KINDS}:
        return None
    if container.format.name == "avi":
        return 0.0
    for stream in container.streams.video:
        cover = stream.disposition & av.stream.Disposition.attached_pic
        if not cover and stream.start_time is not None and stream.time_base is not None:
            return float(stream.start_time * stream.time_base)
    return None
