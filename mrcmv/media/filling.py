"""Sound files of one length brought to the same size, frame by frame, without touching the sound.

An AAC encoder spends more bytes on a second that is harder to code, so the sizes of two soundtracks
tell them apart. Each frame is filled up to the largest one at its place with the format's own fill
elements (ISO/IEC 14496-3, 4.4.1.1, table 4.57), which decoders pass over: then size, bit rate and
the table of frames are the same in all files.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream

from mrcmv.errors import MediaError
from mrcmv.media.kinds import kind_of
from mrcmv.media.muxing import MP4_OPTIONS
from mrcmv.media.opening import opened
from mrcmv.media.sounds import pick_sound
from mrcmv.media.writing import whole_or_nothing

END = 0b111
"""What ends a frame, before the zeros that fill its last byte."""
FILL = 0b110
SHORT_BYTES = 14
"""The longest fill element that counts its bytes in four bits; a longer one takes eight more."""
LONG_BYTES = 269


def fill_alike(files: Sequence[Path]) -> None:
    """Write AAC files again so that all have frames of the same sizes. They must last equally.

    Raises:
        MediaError: a file is not AAC, or they have not the same number of frames.
    """
    sounds = [_packets(file) for file in files]
    if len({len(packets) for packets in sounds}) > 1:
        names = ", ".join(file.name for file in files)
        raise MediaError(f"These do not last equally long and cannot be made alike: {names}.")
    sizes = [max(packet.size for packet in row) for row in zip(*sounds, strict=True)]
    for file, packets in zip(files, sounds, strict=True):
        _rewrite(file, packets, sizes)


def filled(frame: bytes, size: int) -> bytes:
    """A frame of AAC with fill elements before its end, `size` bytes in all.

    Raises:
        MediaError: the frame does not end as AAC does.
    """
    if len(frame) == size:
        return frame
    bits = int.from_bytes(frame, "big")
    n_zeros = (bits & -bits).bit_length() - 1  # after the end
    bits >>= max(n_zeros, 0)
    if bits & END != END or size < len(frame):
        raise MediaError("A frame of AAC has no end: the soundtracks cannot be made alike.")
    bits >>= 3
    left = 8 * (size - len(frame)) + n_zeros  # bits to fill
    while left > 7:
        element, n_bits = _element(left)
        bits, left = bits << n_bits | element, left - n_bits
    return (((bits << 3) | END) << left).to_bytes(size, "big")


def _element(left: int) -> tuple[int, int]:
    """The longest fill element that takes `left` bits at most, and how many it takes."""
    n_bytes = min((left - 15) // 8, LONG_BYTES)
    if n_bytes > SHORT_BYTES:
        count = 15 << 8 | n_bytes - SHORT_BYTES
        return (FILL << 12 | count) << 8 * n_bytes, 15 + 8 * n_bytes
    n_bytes = min((left - 7) // 8, SHORT_BYTES)
    return (FILL << 4 | n_bytes) << 8 * n_bytes, 7 + 8 * n_bytes


def _packets(file: Path) -> list[Any]:
    with opened(file, kind_of(file, "an m4a file")) as container:
        stream = pick_sound(container)
        if stream is None or stream.codec_context.codec.canonical_name != "aac":
            raise MediaError(f"{file.name} is not AAC, so it cannot be made like others.")
        return [packet for packet in container.demux(stream) if packet.size]


def _rewrite(file: Path, packets: Sequence[Any], sizes: Sequence[int]) -> None:
    """The file with its frames filled up to these sizes."""
    new = file.with_name(f".{file.name}")
    with opened(file, kind_of(file, "an m4a file")) as source, whole_or_nothing(new):
        with av.open(str(new), "w", format="ipod", options=MP4_OPTIONS) as out:
            stream = pick_sound(source)
            assert isinstance(stream, AudioStream)
            copy = out.add_stream_from_template(stream, opaque=True)
            for packet, size in zip(packets, sizes, strict=True):
                same = av.Packet(filled(bytes(packet), size))
                same.pts, same.dts, same.duration = packet.pts, packet.dts, packet.duration
                same.time_base, same.stream = packet.time_base, copy
                out.mux(same)
        new.replace(file)
