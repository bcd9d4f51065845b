"""Frames filled up, pictures alone: laws of the two kinds of files."""

from dataclasses import replace

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.media.filling import filled
from mrcmv.settings import Settings
from mrcmv.types import Sound
from tests.conftest import write_clip
from tests.mixing.scenes import packets
from tests.stimuli.scenes import RATE_HZ, noise


def test_filled_files_have_frames_of_one_size_and_sound_as_before(tmp_path):
    n = round(2.3 * RATE_HZ)
    tone = np.tile(0.1 * np.sin(np.arange(n) / 20), (2, 1))
    late = noise(2.3, 0.1, 1).samples * (np.arange(n) > n / 2)
    sounds = {"noise": noise(2.3, 0.1, 0).samples, "tone": tone, "late": late, "none": tone * 0}
    files, before = [], []
    for name, samples in sounds.items():
        files.append(tmp_path / f"{name}.m4a")
        media.write_sound(Sound(samples.astype(np.float32), RATE_HZ), files[-1])
        before.append(media.read_sound(files[-1]).samples)
    assert len({file.stat().st_size for file in files}) == 4
    media.fill_alike(files)
    assert len({file.stat().st_size for file in files}) == 1
    sizes = [[len(one) for one in packets(file, "audio")] for file in files]
    assert all(one == sizes[0] for one in sizes)
    for file, samples in zip(files, before, strict=True):
        assert np.array_equal(media.read_sound(file).samples, samples)
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_a_frame_is_filled_to_every_size(tmp_path):
    """To each of 600 sizes: short and long elements, one and several."""
    file = tmp_path / "a.m4a"
    media.write_sound(noise(0.2, 0.1, 3), file)
    frame = packets(file, "audio")[3]

    def decoded(data: bytes):
        context = av.CodecContext.create("aac", "r")
        with av.open(str(file)) as container:
            context.extradata = container.streams.audio[0].codec_context.extradata
        (heard,) = context.decode(av.Packet(data))
        return heard.to_ndarray()

    plain = decoded(frame)
    for more in range(600):
        longer = filled(frame, len(frame) + more)
        assert len(longer) == len(frame) + more
        if more % 7 == 0 or more < 40:
            assert np.array_equal(decoded(longer), plain)


def test_what_is_no_aac_or_does_not_last_equally_is_refused(tmp_path):
    files = [tmp_path / "a.m4a", tmp_path / "b.m4a", tmp_path / "c.mp3"]
    for file, seconds in zip(files, (1.0, 1.5, 1.0), strict=True):
        media.write_sound(noise(seconds, 0.1, 0), file)
    with pytest.raises(MediaError, match="equally long"):
        media.fill_alike(files[:2])
    with pytest.raises(MediaError, match="not AAC"):
        media.fill_alike(files[::2])
    with pytest.raises(MediaError, match="no end"):
        filled(b"\x00\x10\x00", 5)


def test_a_picture_that_browsers_play_is_copied_without_what_is_written_beside_it(tmp_path):
    clip = media.probe(write_clip(tmp_path / "raid.mp4", 3.0), Settings())
    assert media.write_picture(clip, tmp_path / "out.mp4")
    source, copy = (packets(path, "video") for path in (clip.path, tmp_path / "out.mp4"))
    assert copy[1:] == source[1:]
    assert source[0].endswith(copy[0])
    assert b"x264" in source[0]
    assert b"x264" not in (tmp_path / "out.mp4").read_bytes()


@pytest.mark.parametrize(("codec", "shown_s"), [("mpeg4", 2.0), ("libx264", 1.4)])
def test_any_other_picture_and_cut_lasts_as_long_as_asked(tmp_path, codec, shown_s):
    clip = media.probe(write_clip(tmp_path / "raid.mp4", 3.0, codec=codec), Settings())
    out = tmp_path / "out.mp4"
    copied = media.write_picture(replace(clip, duration_s=shown_s), out)
    assert not (copied and codec == "mpeg4")
    made = media.probe(out, Settings())
    assert media.browser_plays(made)
    assert not made.has_sound
    assert made.duration_s == pytest.approx(shown_s, abs=0.25)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.mp4", "raid.mp4"]
    assert b"x264" not in out.read_bytes()
