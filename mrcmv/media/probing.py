"""Is this file a clip that can be used? Answered from the file's packets, not from its claims."""

from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from mrcmv.errors import MediaError
from mrcmv.media.kinds import VIDEO_KINDS, Kind, kind_of
from mrcmv.media.opening import content_hash, max_pixels, opened
from mrcmv.media.sounds import pick_sound
from mrcmv.media.structure import check_structure
from mrcmv.media.survey import Seen, survey
from mrcmv.settings import Settings
from mrcmv.types import Clip

VIDEO_CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4")
ADVICE = "Export it as mp4 with H.264 and AAC."
WANTED = "a video (mp4, mov, mkv, webm or avi)"

SHORTFALL = 0.05
"""A file whose streams all end this share (and a second) before the length it announces was cut."""


def probe(path: Path, limits: Settings) -> Clip:
    """Find out whether a file can be used as a clip, and what it holds.

    One pass over the packets measures the true length; one picture and one stretch of sound are
    decoded. Pictures over the limit are refused before any is decoded. Shape and units as in Clip:
    `width` and `height` are upright and with square pixels, `rotation_deg` is the clockwise turn
    (0, 90, 180 or 270) that makes the coded picture upright.

    Raises:
        MediaError: the file cannot be used; the message says why and what to do.
    """
    kind = _admit(path, limits)
    with opened(path, kind, limits.max_long_side_px) as container:
        picture = pick_picture(path, container)
        sound = _checked_sound(path, container, limits)
        _check_picture(path, picture, limits)
        seen, heard = survey(path, kind, container, (picture, sound), limits.max_duration_s)
        _check_length(path, container, seen, heard, limits)
        if seen.frame is None:
            raise MediaError(
                f"No picture can be decoded from {path.name}: it is damaged or copy-protected. "
                f"{ADVICE}"
            )
        if heard.n_packets and heard.frame is None:
            raise MediaError(
                f"The sound of {path.name} cannot be decoded. Export it again, or without sound."
            )
        has_sound = sound is not None and heard.frame is not None
        return _describe(path, kind, container, picture, seen, sound if has_sound else None, heard)


def _admit(path: Path, limits: Settings) -> Kind:
    kind = kind_of(path, WANTED)
    size = path.stat().st_size
    if size > limits.max_upload_mb * 1_000_000:
        raise MediaError(
            f"{path.name} has {size / 1e6:.1f} MB; the limit is {limits.max_upload_mb} MB. "
            "Export a shorter piece, or at a lower bit rate."
        )
    if kind not in VIDEO_KINDS:
        raise MediaError(f"{path.name} is a sound file ({kind.name}). Give {WANTED}.")
    check_structure(path, kind)
    return kind


def pick_picture(path: Path, container: InputContainer) -> VideoStream:
    """The one moving picture of a file; cover art does not count.

    Raises:
        MediaError: there is none, there are several, or it is in a form that is not read.
    """
    cover = av.stream.Disposition.attached_pic
    moving = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not moving:
        raise MediaError(f"{path.name} has no moving picture. Give {WANTED}.")
    if len(moving) > 1:
        raise MediaError(f"{path.name} has {len(moving)} video streams. Export it with one.")
    codec = codec_name(moving[0]) if moving[0].codec_context else "something unknown"
    if codec not in VIDEO_CODECS:
        raise MediaError(f"The picture of {path.name} is coded as {codec}. {ADVICE}")
    return moving[0]


def codec_name(stream: VideoStream | AudioStream) -> str:
    """The codec's own name (`av1`), not that of the decoder at work (`libdav1d`)."""
    return stream.codec_context.codec.canonical_name


def _checked_sound(path: Path, container: InputContainer, limits: Settings) -> AudioStream | None:
    n_streams = len(container.streams.audio)
    if n_streams > limits.max_audio_streams:
        raise MediaError(
            f"{path.name} has {n_streams} audio streams; the limit is {limits.max_audio_streams}. "
            "Export it with fewer."
        )
    sound = pick_sound(container)
    if n_streams and sound is None:
        raise MediaError(f"The sound of {path.name} is coded as something unknown. {ADVICE}")
    return sound


def _check_picture(path: Path, stream: VideoStream, limits: Settings) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    side = limits.max_long_side_px
    if width < 1 or height < 1:
        raise MediaError(
            f"The picture of {path.name} is damaged, or far larger than the limit of {side} pixels "
            f"on the long side. {ADVICE}"
        )
    if max(width, height, *displayed_size(stream)) > side:
        raise MediaError(
            f"The picture of {path.name} is {width} × {height} pixels; the limit is {side} on the "
            "long side. Export it smaller."
        )
    prepare(stream, side)


def prepare(stream: VideoStream, max_side_px: int) -> None:
    """Set the decoder up: all cores, and no picture much larger than a square of `max_side_px`."""
    stream.codec_context.thread_type = "AUTO"
    stream.codec_context.options = {"max_pixels": max_pixels(max_side_px)}


def displayed_size(stream: VideoStream) -> tuple[int, int]:
    """Width and height with square pixels, before any rotation."""
    width, height = stream.codec_context.width, stream.codec_context.height
    aspect = stream.sample_aspect_ratio
    if not aspect or not 0.25 <= aspect <= 4:
        return width, height
    return (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))


def _check_length(
    path: Path, container: InputContainer, seen: Seen, heard: Seen, limits: Settings
) -> None:
    if not seen.n_packets:
        raise MediaError(f"{path.name} holds no pictures: it is damaged or cut short. {ADVICE}")
    announced_s = (container.duration or 0) / av.time_base
    held_s = max(seen.end_s, heard.end_s) - min(seen.first_s, heard.first_s, 0.0)
    if announced_s - held_s > max(1.0, SHORTFALL * announced_s):
        raise MediaError(
            f"{path.name} is cut short: it announces {announced_s:.0f} s and holds {held_s:.0f} s. "
            "Copy or export it again."
        )
    if seen.duration_s < limits.min_duration_s:
        raise MediaError(
            f"{path.name} lasts {seen.duration_s:.2f} s; the shortest clip that can be used is "
            f"{limits.min_duration_s:g} s. Give a longer one."
        )
    if seen.duration_s > limits.max_duration_s:
        raise MediaError(
            f"{path.name} lasts {seen.duration_s:.0f} s; the limit is "
            f"{limits.max_duration_s:.0f} s. Cut it shorter."
        )


def _describe(
    path: Path,
    kind: Kind,
    container: InputContainer,
    picture: VideoStream,
    seen: Seen,
    sound: AudioStream | None,
    heard: Seen,
) -> Clip:
    rotation_deg = -90 * round(seen.frame.rotation / 90) % 360
    width, height = displayed_size(picture)
    if rotation_deg % 180:
        width, height = height, width
    return Clip(
        path=path,
        content_hash=content_hash(path),
        size_bytes=path.stat().st_size,
        container=kind.name,
        duration_s=seen.duration_s,
        width=width,
        height=height,
        rotation_deg=rotation_deg,
        fps=seen.rate_hz,
        video_codec=codec_name(picture),
        pixel_format=seen.frame.format.name,
        audio_codec=codec_name(sound) if sound else None,
        n_channels=heard.frame.layout.nb_channels if sound else 0,
        rate_hz=heard.frame.sample_rate if sound else 0,
        n_audio_streams=len(container.streams.audio),
        start_s=seen.first_s,
        lead_s=seen.first_s - heard.first_s if sound else 0.0,
    )
