"""A file is what its first bytes say."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.media.kinds import kind_of
from mrcmv.types import Sound

CONTAINERS = {
    "a.mp4": "mp4",
    "a.mov": "mov",
    "a.mkv": "mkv",
    "a.webm": "webm",
    "a.avi": "avi",
    "a.wav": "wav",
    "a.flac": "flac",
    "a.ogg": "ogg",
    "a.m4a": "mp4",
    "a.mp3": "mp3",
}


def a_file(name: str, film: Callable[..., Path], tone: type, folder: Path) -> Path:
    ending = Path(name).suffix
    if ending in (".wav", ".flac", ".ogg", ".m4a"):
        path = folder / name
        media.write_sound(Sound(np.zeros((2, 48000), np.float32), 48000), path)
        return path
    if ending == ".mp3":
        return film(name, codec=None, tones=(tone(codec="mp3"),))
    codec = {".webm": "libvpx-vp9", ".avi": "mpeg4"}.get(ending, "libx264")
    return film(name, codec=codec)


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("disguise", ["x.mp4", "x.txt", "x"])
def test_the_name_does_not_matter(name, disguise, film, tone, tmp_path):
    path = a_file(name, film, tone, tmp_path).rename(tmp_path / disguise)
    assert kind_of(path, "a file").name == CONTAINERS[name]


@pytest.mark.parametrize("tag_bytes", [0, 10, 5000, 200_000])
def test_an_id3_tag_of_any_size_hides_no_mp3(tag_bytes, film, tone, tmp_path):
    plain = film("a.mp3", codec=None, tones=(tone(codec="mp3"),)).read_bytes()
    frames = plain[plain.index(b"\xff\xfb") :]
    size = bytes(tag_bytes >> shift & 0x7F for shift in (21, 14, 7, 0))
    path = tmp_path / "tagged.mp3"
    path.write_bytes(b"ID3\x04\x00\x00" + size + bytes(tag_bytes) + frames)
    assert kind_of(path, "a file").name == "mp3"


OTHERS = {
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture"),
    "gif": (b"GIF89a\x01\x00\x01\x00", "picture"),
    "webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "picture"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "picture"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "zip": (b"PK\x03\x04\x14\x00", "zip"),
    "text": (b"Dear sir or madam,\n", "text"),
    "utf-16 text": ("Dear sir".encode("utf-16"), "unknown"),
    "zeros": (bytes(5000), "unknown"),
    "noise": (np.random.default_rng(1).bytes(5000), "unknown"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_media_is_named_and_refused(what, tmp_path):
    content, word = OTHERS[what]
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=word):
        kind_of(path, "a video")


def test_missing_empty_and_folder_each_have_their_sentence(tmp_path):
    (tmp_path / "empty.mp4").touch()
    for path, word in (
        (tmp_path / "no.mp4", "not there"),
        (tmp_path, "folder"),
        (tmp_path / "empty.mp4", "empty"),
    ):
        with pytest.raises(MediaError, match=word):
            kind_of(path, "a video")
