"""Whatever the damage, a file is used or refused in words: nothing else comes out."""

import random

import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.settings import Settings
from mrcmv.types import Span

FILES = {
    "a.mp4": {"codec": "libx264", "sound": "aac"},
    "a.mov": {"codec": "mpeg4", "sound": "aac"},
    "a.mkv": {"codec": "libx265", "sound": "flac"},
    "a.webm": {"codec": "libvpx-vp9", "sound": "libopus"},
    "a.avi": {"codec": "libx264", "sound": "mp3"},
}


def damaged(content: bytes, luck: random.Random) -> bytes:
    """A few bytes changed (mostly near an end, where headers are), taken out, or repeated."""
    out = bytearray(content)
    for _ in range(luck.choice((1, 3, 10, 50))):
        reach = luck.choice((200, 1500, len(out)))
        place = luck.randrange(min(reach, len(out)))
        if luck.random() < 0.5:
            place = len(out) - 1 - place
        choice = luck.random()
        if choice < 0.8:
            out[place] = luck.choice((0, 1, 0x7F, 0x80, 0xFF, luck.randrange(256)))
        elif choice < 0.9:
            del out[place : place + luck.randrange(1, 9)]
        else:
            out[place:place] = out[place : place + luck.randrange(1, 99)]
    return bytes(out)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_used_or_refused(name, film, tone, tmp_path):
    parts = FILES[name]
    sounds = (tone(codec=parts["sound"], duration_s=1.2),)
    content = film(name, codec=parts["codec"], n=30, tones=sounds).read_bytes()
    luck = random.Random(name)
    path = tmp_path / f"damaged{name}"
    used = 0
    for _ in range(60):
        path.write_bytes(damaged(content, luck))
        try:
            clip = media.probe(path, Settings())
            decoded = media.read_clip(clip, Span(0, 1), [0.0, 0.5])
        except MediaError:
            continue
        used += 1
        assert 1 <= clip.duration_s <= 600
        assert max(clip.width, clip.height) <= 4096
        if decoded.sound is not None:
            assert np.isfinite(decoded.sound.samples).all()
            assert decoded.sound.samples.shape == (2, round(clip.duration_s * 48000))
    assert used > 0
