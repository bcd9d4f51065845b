"""Whether a file holds what its own headers announce: read from the container's outermost layer.

Three things are looked for before a demuxer sees the file: an end that lies beyond the file's
(cut short), media that lie in another file (QuickTime data references), and encryption.
Sources: ISO/IEC 14496-12 (boxes), RFC 8794 (EBML), Microsoft RIFF.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mrcmv.errors import MediaError
from mrcmv.media.kinds import AVI, MKV, MOV, MP4, WAV, WEBM, Kind

MAX_BOXES = 500_000
"""More boxes than this are no recording: an hour of one-frame fragments has fewer."""

MAX_DEPTH = 8
"""Boxes are looked into this deep: twice as deep as any that is looked for."""

_PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"dinf"}
_PROTECTED = {b"encv", b"enca", b"drmi", b"drms"}


def check_structure(path: Path, kind: Kind) -> None:
    """Look at the outermost layer of a file.

    Raises:
        MediaError: the file is cut short, keeps its media elsewhere, or is encrypted.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        if kind in (MP4, MOV):
            _check_boxes(path, file, size)
        elif kind in (MKV, WEBM):
            _check_ebml(path, file, size)
        elif kind in (AVI, WAV):
            _check_riff(path, file, size)


def _cut_short(path: Path, announced: int, size: int) -> MediaError:
    return MediaError(
        f"{path.name} is cut short: it announces {announced:,} bytes and has {size:,}. "
        "Copy or export it again."
    )


def _check_boxes(path: Path, file: BinaryIO, size: int) -> None:
    names = set()
    for name, start, end in _boxes(path, file, 0, size):
        names.add(name)
        if end > size:
            raise _cut_short(path, end, size)
        if name == b"moov":
            _check_moov(path, file, start, end)
    if b"moov" not in names:
        raise MediaError(
            f"{path.name} has no index (no 'moov' box): the recording was broken off, or the file "
            "is cut short. Copy or export it again."
        )


def _check_moov(path: Path, file: BinaryIO, start: int, end: int, depth: int = 0) -> None:
    for name, inner, stop in _boxes(path, file, start, end):
        if name in _PARENTS and depth < MAX_DEPTH:
            _check_moov(path, file, inner, min(stop, end), depth + 1)
        elif name == b"rmra" or (name == b"dref" and _refers_elsewhere(file, inner, stop)):
            raise MediaError(
                f"{path.name} only points to media in other files. "
                "Export it as one self-contained file."
            )
        elif name == b"stbl":
            _check_encryption(path, file, inner, min(stop, end))


def _check_encryption(path: Path, file: BinaryIO, start: int, end: int) -> None:
    for name, inner, _ in _boxes(path, file, start, end):
        if name == b"stsd":
            file.seek(inner + 12)
            if file.read(4) in _PROTECTED:
                raise MediaError(
                    f"{path.name} is copy-protected (encrypted). Give an unprotected recording."
                )


def _refers_elsewhere(file: BinaryIO, start: int, end: int) -> bool:
    """Whether an entry of a `dref` box is not marked self-contained and names a place."""
    file.seek(start)
    body = file.read(min(end - start, 65_536))
    position = 8
    while position + 12 <= len(body):
        length, flags = struct.unpack_from(">I4xI", body, position)
        if length > 12 and not flags & 1:
            return True
        position += max(length, 12)
    return False


def _boxes(path: Path, file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The name, the start of the body and the end of each box between two offsets."""
    for _ in range(MAX_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        header = file.read(16)
        length, name = struct.unpack(">I4s", header[:8])
        body = start + 8
        if length == 1 and len(header) == 16:
            length, body = struct.unpack(">Q", header[8:])[0], start + 16
        stop = end if length == 0 else start + length
        if stop < body:
            raise MediaError(f"{path.name} is damaged: its boxes overlap. Export it again.")
        yield name, body, stop
        start = stop
    raise MediaError(f"{path.name} is damaged: it has too many boxes. Export it again.")


def _check_riff(path: Path, file: BinaryIO, size: int) -> None:
    name, length = struct.unpack("<4sI", file.read(8))
    streamed = length in (0, 0xFFFFFFFF) or name != b"RIFF"
    if not streamed and length + 8 > size + 1:  # the pad byte of the last chunk is often left out
        raise _cut_short(path, length + 8, size)


def _check_ebml(path: Path, file: BinaryIO, size: int) -> None:
    file.seek(4)
    header = _vint(file)
    if header is None or header > size:
        raise MediaError(f"{path.name} is damaged at its start. Copy or export it again.")
    file.seek(header, 1)
    if file.read(4) != b"\x18\x53\x80\x67":
        raise MediaError(f"{path.name} is damaged: it has no segment. Copy or export it again.")
    length = _vint(file)
    if length is not None and file.tell() + length > size:
        raise _cut_short(path, file.tell() + length, size)


def _vint(file: BinaryIO) -> int | None:
    """A variable-length size (RFC 8794, section 4); None when it says "unknown" or ends early."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    width = 9 - first[0].bit_length()
    rest = file.read(width - 1)
    value = int.from_bytes(bytes([first[0] & (0xFF >> width)]) + rest, "big")
    unknown = (1 << 7 * width) - 1
    return None if value == unknown or len(rest) < width - 1 else value
