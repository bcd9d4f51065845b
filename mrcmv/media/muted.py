"""The picture of a clip alone, as a file from which nothing can be told but what is seen."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer
from av.video.stream import VideoStream

from mrcmv.media.kinds import kind_of
from mrcmv.media.muxing import MP4_OPTIONS, copies_picture, shifted
from mrcmv.media.opening import opened
from mrcmv.media.probing import WANTED, pick_picture
from mrcmv.media.recoding import recode
from mrcmv.media.writing import whole_or_nothing
from mrcmv.progress import Hook, silent
from mrcmv.types import Clip, Span

TAIL_S = 0.25
"""How much longer than asked a copied picture may be: frames are coded out of their order."""
WRITINGS = {"h264": "filter_units=remove_types=6", "av1": "filter_units=remove_types=5"}
"""Codec → the filter that takes out what may be written beside the picture (SEI, metadata OBU):
encoders leave their name and settings there, others what they like."""


def write_picture(clip: Clip, out: Path, hook: Hook = silent) -> bool:
    """Write the clip's picture, from its first second to `clip.duration_s`, as an mp4 without sound
    that browsers play; whether it was copied and not encoded again.

    Neither the file's metadata nor what stands in the stream beside the picture goes along.

    Raises:
        MediaError: the clip cannot be read, or the file cannot be written.
    """
    n_packets, end_s = _last_of(clip)
    copied = copies_picture(clip) and end_s <= clip.duration_s + TAIL_S
    if copied:
        _copy(clip, out, n_packets)
    else:
        mute = replace(clip, audio_codec=None)
        again = out.with_name(f".again-{out.name}")
        with whole_or_nothing(again):
            recode(mute, again, cut=Span(0.0, clip.duration_s), hook=hook)
            plain = replace(clip, path=again, video_codec="h264", start_s=0.0, lead_s=0.0)
            _copy(plain, out, None)
        again.unlink()
    return copied


def _last_of(clip: Clip) -> tuple[int, float]:
    """How many packets hold all that is shown before the clip's end, and until when they last."""
    n_packets, ends_s, latest_s = 0, 0.0, 0.0
    with opened(clip.path, kind_of(clip.path, WANTED)) as source:
        stream = pick_picture(clip.path, source)
        for number, packet in enumerate(_coded(source, stream), 1):
            start_s = _time_s(packet) - clip.start_s
            length_s = float((packet.duration or 0) * packet.time_base) or 1 / clip.fps
            latest_s = max(latest_s, start_s + length_s)
            if start_s < clip.duration_s - 1e-3:
                n_packets, ends_s = number, latest_s
    return n_packets, ends_s


def _copy(clip: Clip, out: Path, n_packets: int | None) -> None:
    """The first packets of the picture, or all, into a new file."""
    with (
        opened(clip.path, kind_of(clip.path, WANTED)) as source,
        whole_or_nothing(out),
        av.open(str(out), "w", format="mp4", options=MP4_OPTIONS) as target,
    ):
        stream = pick_picture(clip.path, source)
        copy = target.add_stream_from_template(stream, opaque=True)
        bare = None
        if writing := WRITINGS.get(clip.video_codec):
            bare = BitStreamFilterContext(writing, stream, copy)
        for number, packet in enumerate(_coded(source, stream)):
            if n_packets is not None and number >= n_packets:
                break
            for one in [packet] if bare is None else bare.filter(packet):
                target.mux(shifted(one, clip, copy))


def _coded(source: InputContainer, stream: VideoStream) -> Iterator[Any]:
    """The packets of the picture that hold something."""
    return (packet for packet in source.demux(stream) if packet.size)


def _time_s(packet: Any) -> float:
    """When a packet is shown, on the file's seconds; where it does not say, when it is decoded."""
    moment = packet.pts if packet.pts is not None else packet.dts
    return float((moment or 0) * (packet.time_base or Fraction(1)))
