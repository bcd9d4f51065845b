"""What a file is, by its first bytes and never by its name.

Only the container formats in the table below are ever opened, each by its own demuxer, so a
playlist, a script or a session description cannot reach the code that would follow it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mrcmv.errors import MediaError

HEAD_BYTES = 4096

MOV_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


@dataclass(frozen=True)
class Kind:
    """A container: its name for people and the demuxer that reads it."""

    name: str
    demuxer: str


MP4 = Kind("mp4", "mov")
MOV = Kind("mov", "mov")
MKV = Kind("mkv", "matroska")
WEBM = Kind("webm", "matroska")
AVI = Kind("avi", "avi")
MP3 = Kind("mp3", "mp3")
OGG = Kind("ogg", "ogg")
FLAC = Kind("flac", "flac")
WAV = Kind("wav", "wav")

VIDEO_KINDS = (MP4, MOV, MKV, WEBM, AVI)

_REFERENCES: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda head: head.startswith(b"#EXT"), "a playlist"),
    (lambda head: head.startswith(b"[playlist]"), "a playlist"),
    (lambda head: head.startswith((b"ffconcat", b"file ")), "a script that joins other files"),
    (lambda head: head.startswith(b"v=0"), "the description of a stream (SDP)"),
    (lambda head: b"<MPD" in head or b"<smil" in head or b"<asx" in head.lower(), "a playlist"),
)

_OTHERS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda head: head.startswith(b"\xff\xd8\xff"), "a picture (JPEG)"),
    (lambda head: head.startswith(b"\x89PNG"), "a picture (PNG)"),
    (lambda head: head.startswith(b"GIF8"), "a picture (GIF)"),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", "a picture (WebP)"),
    (lambda head: head.startswith((b"BM", b"II*\x00", b"MM\x00*")), "a picture"),
    (
        lambda head: head[4:8] == b"ftyp" and head[8:12] in PICTURE_BRANDS,
        "a picture (AVIF or HEIC)",
    ),
    (lambda head: head.startswith(b"%PDF"), "a PDF"),
    (lambda head: head.startswith(b"PK\x03\x04"), "a zip archive"),
)


def kind_of(path: Path, wanted: str) -> Kind:
    """Name the container of a file. `wanted` ends the advice: "export it as mp4".

    Raises:
        MediaError: the file is missing, a folder, empty, or none of the known containers.
    """
    head = read_head(path)
    for test, name in _REFERENCES:
        if test(head.lstrip(b"\xef\xbb\xbf \t\r\n")):
            raise MediaError(
                f"{path.name} is {name}, which only points to other files. "
                f"Give the file itself, {wanted}."
            )
    for test, name in _OTHERS:
        if test(head):
            raise MediaError(f"{path.name} is {name}, whatever its name says. Give {wanted}.")
    kind = _container(head)
    if kind is None:
        what = "text" if _is_text(head) else "of an unknown kind"
        raise MediaError(f"{path.name} is {what}, whatever its name says. Give {wanted}.")
    return kind


def read_head(path: Path) -> bytes:
    """The first bytes of a file, after an ID3 tag if it begins with one.

    Raises:
        MediaError: the file is missing, a folder, unreadable or empty.
    """
    if path.is_dir():
        raise MediaError(f"{path} is a folder. Give a file.")
    if not path.is_file():
        raise MediaError(f"{path} is not there, or is not a file. Check the path.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            if head[:3] == b"ID3" and len(head) >= 10:
                file.seek(_id3_bytes(head))
                head = b"ID3" + file.read(HEAD_BYTES)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}.") from error
    if not head:
        raise MediaError(f"{path.name} is empty (0 bytes). Export or copy it again.")
    return head


def _container(head: bytes) -> Kind | None:
    if head[:3] == b"ID3":
        after = head[3:]
        return FLAC if after.startswith(b"fLaC") else MP3 if _has_mp3_frames(after) else None
    if head[4:8] in MOV_BOXES:
        return MOV if head[4:8] != b"ftyp" or head[8:12] == b"qt  " else MP4
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else MKV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return AVI
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"OggS"):
        return OGG
    if head.startswith(b"fLaC"):
        return FLAC
    return MP3 if _has_mp3_frames(head) else None


def _id3_bytes(head: bytes) -> int:
    """Length of an ID3v2 tag: a syncsafe number of seven bits a byte, plus header and footer."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return size + (20 if head[5] & 0x10 else 10)


def _has_mp3_frames(head: bytes) -> bool:
    """Whether an MPEG Layer III header is followed by a second one just where the first ends."""
    for start in range(len(head) - 4):
        length = _mp3_frame_bytes(head[start : start + 4])
        if length and _mp3_frame_bytes(head[start + length : start + length + 4]):
            return True
    return False


_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mp3_frame_bytes(header: bytes) -> int:
    """Length of the Layer III frame with this header (ISO 11172-3, 2.4.1.3), or 0 if it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate = header[1] >> 3 & 3, header[2] >> 2 & 3
    if version == 1 or rate == 3:
        return 0
    kbps = (_KBPS_1 if version == 3 else _KBPS_2)[header[2] >> 4]
    samples = 1152 if version == 3 else 576
    if not kbps:
        return 0
    return samples * kbps * 125 // _RATES_HZ[version][rate] + (header[2] >> 1 & 1)


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and sum(byte < 9 for byte in head) == 0
