"""The one door through which files are opened for reading."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import av
from av.container import InputContainer

from mrcmv.errors import MediaError
from mrcmv.media.kinds import Kind

_OPTIONS = {
    "protocol_whitelist": "file",
    "enable_drefs": "0",
    "use_absolute_path": "0",
    "fflags": "+genpts",  # AVI and raw streams carry no presentation times
}

MAX_SIDE_PX = 4096
DECODER_MARGIN_PX = 512
"""Decoders allocate more than the picture: whole blocks and a border around them."""

BUFFER_BYTES = 1 << 18


def _refuse(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise PermissionError(f"a media file asked for another one: {url}")


@contextmanager
def opened(path: Path, kind: Kind, max_side_px: int = MAX_SIDE_PX) -> Iterator[InputContainer]:
    """Open a file with the demuxer of its kind; every error of the libraries becomes a MediaError.

    Nothing but this one file can be reached: it is opened here and handed over as bytes, the
    format is forced, no protocol is of use, and a demuxer that asks for a second file is refused.
    Opening looks into the streams: a picture much larger than a square of `max_side_px` is not
    given memory.
    """
    options = {**_OPTIONS, "max_pixels": max_pixels(max_side_px)}
    try:
        with (
            path.open("rb") as file,
            av.open(
                file,
                "r",
                format=kind.demuxer,
                options=options,
                metadata_errors="replace",
                buffer_size=BUFFER_BYTES,
                io_open=_refuse,
            ) as container,
        ):
            yield container
    except (av.FFmpegError, OSError, UnicodeError) as error:
        raise MediaError(
            f"{path.name} cannot be read as {kind.name}: it is damaged or cut short. "
            "Copy or export it again."
        ) from error


def duration_of(packet: Any) -> int:
    """A packet's length in its time base. FFmpeg's Ogg demuxer wraps a negative one (the last
    packet of a sound that is cut short) to 32 bits without sign."""
    length: int = packet.duration or 0
    return length - (1 << 32) if 1 << 31 <= length < 1 << 32 else length


def max_pixels(side_px: int) -> str:
    """The decoders' option for pictures of this side at most."""
    return str((side_px + DECODER_MARGIN_PX) ** 2)


def content_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex. Raises MediaError when the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}.") from error
