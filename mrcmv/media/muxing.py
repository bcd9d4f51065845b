"""The clip's own picture, untouched, with another soundtrack, as an mp4 that browsers play."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer

from mrcmv.errors import MediaError
from mrcmv.media.kinds import MP4, kind_of
from mrcmv.media.opening import opened
from mrcmv.media.probing import WANTED, pick_picture
from mrcmv.media.sounds import pick_sound, read_sound, sound_duration_s
from mrcmv.media.soundtrack import fitted
from mrcmv.media.writing import AAC_KBPS, NO_TRACES, add_sound_stream, encoded, whole_or_nothing
from mrcmv.types import Clip, Sound

MP4_OPTIONS = {**NO_TRACES, "movflags": "+faststart"}

BROWSER_CONTAINERS = ("mp4", "mov", "webm")
BROWSER_PIXELS = ("yuv420p", "yuvj420p")
COPIED_CODECS = ("h264", "vp9", "av1")
"""Codecs that browsers play from an mp4. VP8 plays from WebM alone; HEVC in few browsers."""

MAX_LEAD_S = 0.05
"""A player counts from the earliest stream: a picture this much later is out of step."""

AAC_FRAME = 1024


def browser_plays(clip: Clip) -> bool:
    """Whether browsers play the clip's file as it is, on the clip's own seconds.

    Decided by table: H.264, VP9 and AV1 (8-bit 4:2:0) in mp4 and mov, VP8, VP9 and AV1 in WebM.
    And the picture must start with the file, or a player's seconds would not be the clip's.
    """
    in_place = clip.container in BROWSER_CONTAINERS and clip.lead_s <= MAX_LEAD_S
    plain = clip.pixel_format in BROWSER_PIXELS
    if clip.container == "webm":
        return in_place and plain and clip.video_codec in ("vp8", "vp9", "av1")
    return in_place and plain and clip.video_codec in COPIED_CODECS


def copies_picture(clip: Clip) -> bool:
    """Whether `mux` gives a file that browsers play, whatever container the clip came in.

    Not from AVI: it does not say when a picture is shown, and players go by that.
    """
    known = clip.video_codec in COPIED_CODECS and clip.pixel_format in BROWSER_PIXELS
    return known and clip.container != "avi"


def mux(clip: Clip, sound_file: Path, out: Path) -> None:
    """Write an mp4 of the clip's picture, packet for packet, and a soundtrack in AAC.

    The picture starts at 0 and keeps its rotation; the soundtrack is cut or padded to its length. A
    soundtrack that already is AAC and long enough is copied, any other is encoded at 192 kbit/s.
    Nothing of the clip's metadata goes along, and the index comes first (fast start).

    Raises:
        MediaError: the clip or the soundtrack cannot be read, or the file cannot be written.
    """
    if _copies_sound(sound_file, clip.duration_s):
        join(clip, sound_file, out)
    else:
        sound = read_sound(sound_file, duration_s=clip.duration_s)
        join(clip, sound, out)


def join(clip: Clip, soundtrack: Sound | Path | None, out: Path) -> None:
    """Like `mux`, with a sound to encode, an AAC file to copy, or None for no sound."""
    kind = kind_of(clip.path, WANTED)
    with (
        opened(clip.path, kind) as source,
        whole_or_nothing(out),
        av.open(str(out), "w", format="mp4", options=MP4_OPTIONS) as target,
    ):
        picture = pick_picture(clip.path, source)
        copy = target.add_stream_from_template(picture, opaque=True)
        # Sound goes first: it is small, and the muxer holds it back until the picture comes.
        for packet in _sound_packets(target, soundtrack, clip.duration_s):
            target.mux(packet)
        for packet in source.demux(picture):
            if packet.size:
                target.mux(shifted(packet, clip, copy))


def shifted(packet: Any, clip: Clip, stream: Any) -> Any:
    """A picture packet for the new file, on the clip's seconds; its bytes stay as they are."""
    start = round(clip.start_s / packet.time_base)
    packet.pts = None if packet.pts is None else packet.pts - start
    packet.dts = None if packet.dts is None else packet.dts - start
    if not packet.duration:
        packet.duration = round(1 / (clip.fps * packet.time_base))
    packet.stream = stream
    return packet


def _copies_sound(path: Path, duration_s: float) -> bool:
    """Whether a file is AAC in mp4 that lasts as long as the picture, to within a frame."""
    kind = kind_of(path, "a sound file")
    if kind != MP4:
        return False
    with opened(path, kind) as container:
        stream = pick_sound(container)
        if stream is None or stream.codec_context.codec.canonical_name != "aac":
            return False
        frame_s = AAC_FRAME / stream.codec_context.sample_rate
    return sound_duration_s(path) > duration_s - frame_s


def _sound_packets(
    target: OutputContainer, soundtrack: Sound | Path | None, duration_s: float
) -> Iterator[Any]:
    if isinstance(soundtrack, Sound):
        sound = fitted(soundtrack, duration_s)
        yield from encoded(add_sound_stream(target, "aac", sound, AAC_KBPS), sound)
    elif soundtrack is not None:
        yield from _copied_sound(target, soundtrack, duration_s)


def _copied_sound(target: OutputContainer, path: Path, duration_s: float) -> Iterator[Any]:
    """The packets of an AAC file up to the end of the picture, the last one shortened to it."""
    with opened(path, kind_of(path, "a sound file")) as container:
        stream = pick_sound(container)
        if not isinstance(stream, AudioStream):
            raise MediaError(f"{path.name} has no sound.")
        copy = target.add_stream_from_template(stream, opaque=True)
        for packet in container.demux(stream):
            if not packet.size or packet.pts is None:
                continue
            end = round(duration_s / packet.time_base)
            if packet.pts >= end:
                break
            packet.duration = min(packet.duration or AAC_FRAME, end - packet.pts)
            packet.stream = copy
            yield packet
