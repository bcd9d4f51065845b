"""The picture goes into the mix untouched, and the sound lies under it to the sample's second."""

import hashlib
from dataclasses import replace

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.settings import Settings
from mrcmv.types import Sound, Span

COPIES = [
    ("a.mp4", {}),
    ("a.mov", {"rotation_deg": 90}),
    ("a.mkv", {}),
    ("a.mkv", {"rotation_deg": 270}),
    ("a.webm", {"codec": "libvpx-vp9"}),
    ("a.webm", {"codec": "libsvtav1"}),
    ("a.mp4", {"start_s": 2.0}),
    ("a.mp4", {"start_s": -0.52}),
    ("a.mkv", {"start_s": 2.0}),
    ("a.mp4", {"times_s": [0, 0.1, 0.5, 0.51, 0.9, 1.3, 1.9]}),
    ("a.mkv", {"times_s": [0, 0.1, 0.5, 0.51, 0.9, 1.3, 1.9]}),
    ("a.mp4", {"size": (63, 47), "pixel_format": "yuv444p"}),
]


def packets_of(path):
    """Hash of each picture packet, in the file's order."""
    with av.open(str(path)) as container:
        return [
            hashlib.sha256(bytes(packet)).hexdigest()
            for packet in container.demux(video=0)
            if packet.size
        ]


def frames_of(path):
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    first_s = frames[0].time
    return [(f.time - first_s, f.to_ndarray(format="rgb24")) for f in frames]


def beep(path, at_s=1.0, duration_s=2.0, rate_hz=48000):
    samples = np.zeros((2, round(duration_s * rate_hz)), np.float32)
    place = round(at_s * rate_hz)
    time_s = np.arange(round(0.2 * rate_hz)) / rate_hz
    samples[:, place : place + time_s.size] = 0.5 * np.sin(2 * np.pi * 1000 * time_s)
    media.write_sound(Sound(samples, rate_hz), path)
    return path


def streams_of(path):
    """Start and end of each stream's packets that are shown, in seconds."""
    extents = {}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.pts is not None and not packet.is_discard:
                start_s = float(packet.pts * packet.time_base)
                end_s = start_s + float(packet.duration * packet.time_base)
                kind = packet.stream.type
                first_s, last_s = extents.get(kind, (np.inf, -np.inf))
                extents[kind] = min(first_s, start_s), max(last_s, end_s)
    return extents


@pytest.mark.parametrize(("name", "parts"), COPIES)
def test_the_picture_is_the_same_bit_for_bit(name, parts, clip, tone, tmp_path):
    found = clip(name, **parts)
    out = tmp_path / "out.mp4"
    media.mux(found, beep(tmp_path / "beep.wav"), out)
    assert packets_of(out) == packets_of(found.path)
    before, after = frames_of(found.path), frames_of(out)
    assert len(before) == len(after)
    for (time_s, image), (new_time_s, new_image) in zip(before, after, strict=True):
        assert new_time_s == pytest.approx(time_s, abs=0.002)
        np.testing.assert_array_equal(image, new_image)
    muxed = media.probe(out, Settings())
    assert (muxed.width, muxed.height, muxed.rotation_deg) == (
        found.width,
        found.height,
        found.rotation_deg,
    )
    last_frame_s = 0.04 if "times_s" in parts else 0.002  # mp4 has no length of a last frame
    assert muxed.duration_s == pytest.approx(found.duration_s, abs=last_frame_s)
    assert muxed.start_s == pytest.approx(0, abs=0.001)
    assert (muxed.container, muxed.audio_codec) == ("mp4", "aac")


@pytest.mark.parametrize("sound_s", [0.5, 1.99, 2.0, 2.01, 5.0])
@pytest.mark.parametrize("ending", [".wav", ".m4a", ".opus"])
def test_the_sound_is_as_long_as_the_picture(ending, sound_s, clip, tmp_path):
    found = clip("a.mp4", start_s=1.0)
    sound = Sound(np.full((2, round(sound_s * 44100)), 0.1, np.float32), 44100)
    media.write_sound(sound, tmp_path / f"s{ending}")
    out = tmp_path / "out.mp4"
    media.mux(found, tmp_path / f"s{ending}", out)
    extents = streams_of(out)
    assert extents["video"] == pytest.approx((0, found.duration_s), abs=0.002)
    assert extents["audio"][1] == pytest.approx(found.duration_s, abs=0.0241)
    assert media.sound_duration_s(out) == pytest.approx(found.duration_s, abs=0.0241)
    with av.open(str(out)) as container:
        assert container.duration / av.time_base == pytest.approx(found.duration_s, abs=0.005)


@pytest.mark.parametrize("start_s", [0.0, 2.0, -0.52])
@pytest.mark.parametrize("ending", [".wav", ".m4a"])
def test_sound_and_picture_stay_in_step(ending, start_s, clip, tmp_path):
    found = clip("a.mp4", start_s=start_s)
    out = tmp_path / "out.mp4"
    media.mux(found, beep(tmp_path / f"beep{ending}", 0.7, found.duration_s), out)
    muxed = media.probe(out, Settings())
    decoded = media.read_clip(muxed, Span(0, 1), [0.0, 0.7])
    heard_s = np.flatnonzero(np.abs(decoded.sound.mono) > 0.1)[0] / 48000
    assert heard_s == pytest.approx(0.7, abs=0.003)
    before = media.read_clip(found, Span(0, 1), [0.0, 0.7])
    np.testing.assert_array_equal(decoded.frames.images, before.frames.images)
    assert media.browser_plays(muxed)


def test_aac_that_is_long_enough_is_copied_and_not_coded_again(clip, tmp_path):
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, (2, 96000)).astype(np.float32)
    media.write_sound(Sound(noise, 48000), tmp_path / "s.m4a")
    media.mux(clip("a.mp4"), tmp_path / "s.m4a", tmp_path / "out.mp4")
    copied, coded = (media.read_sound(tmp_path / name) for name in ("out.mp4", "s.m4a"))
    np.testing.assert_allclose(copied.samples, coded.samples, atol=1e-6)


def test_sound_is_coded_at_192_kbit(clip, tmp_path):
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, (2, 480_000)).astype(np.float32)
    media.write_sound(Sound(noise, 48000), tmp_path / "s.wav")
    media.mux(clip("a.mp4", n=250), tmp_path / "s.wav", tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        n_bytes = sum(packet.size for packet in container.demux(audio=0))
    assert n_bytes * 8 / 10 == pytest.approx(192_000, rel=0.1)


def test_the_index_comes_first_and_nothing_of_the_source_is_told(clip, tone, tmp_path):
    secret = (("title", "Secret title"), ("comment", "Secret place"), ("artist", "Secret name"))
    found = clip("a.mov", metadata=secret, tones=(tone(),))
    assert b"Secret" in found.path.read_bytes()
    media.mux(found, beep(tmp_path / "beep.wav"), tmp_path / "out.mp4")
    content = (tmp_path / "out.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert b"Secret" not in content
    assert b"Lavf" not in content
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]


def test_the_same_inputs_give_the_same_bytes(clip, tmp_path):
    found, sound = clip("a.mp4"), beep(tmp_path / "beep.wav")
    media.mux(found, sound, tmp_path / "one.mp4")
    media.mux(found, sound, tmp_path / "two.mp4")
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_a_failed_mux_leaves_nothing(clip, tmp_path, monkeypatch):
    found = clip("a.mp4")
    (tmp_path / "text.wav").write_text("no sound")
    out = tmp_path / "out.mp4"
    with pytest.raises(MediaError):
        media.mux(found, tmp_path / "text.wav", out)
    found.path.write_bytes(found.path.read_bytes()[:2000])
    with pytest.raises(MediaError):
        media.mux(found, beep(tmp_path / "beep.wav"), out)
    assert not out.exists()
    with pytest.raises(MediaError, match="written"):
        media.mux(clip("b.mp4"), tmp_path / "beep.wav", tmp_path / "no" / "out.mp4")


TABLE = [
    ("mp4", "h264", "yuv420p", True, True),
    ("mp4", "h264", "yuvj420p", True, True),
    ("mov", "h264", "yuv420p", True, True),
    ("mp4", "vp9", "yuv420p", True, True),
    ("mp4", "av1", "yuv420p", True, True),
    ("webm", "vp8", "yuv420p", True, False),
    ("webm", "vp9", "yuv420p", True, True),
    ("webm", "av1", "yuv420p", True, True),
    ("mkv", "h264", "yuv420p", False, True),
    ("avi", "h264", "yuv420p", False, False),
    ("mp4", "h264", "yuv420p10le", False, False),
    ("mp4", "h264", "yuv444p", False, False),
    ("mp4", "hevc", "yuv420p", False, False),
    ("mp4", "mpeg4", "yuv420p", False, False),
    ("avi", "mpeg4", "yuv420p", False, False),
]


@pytest.mark.parametrize(("container", "codec", "pixels", "plays", "copies"), TABLE)
def test_what_browsers_play_is_decided_by_a_table(container, codec, pixels, plays, copies, clip):
    found = replace(
        clip("a.mp4"), container=container, video_codec=codec, pixel_format=pixels, lead_s=0.0
    )
    assert media.browser_plays(found) is plays
    assert media.copies_picture(found) is copies


def test_a_picture_that_starts_after_its_sound_is_not_played_as_it_is(clip, tone):
    assert media.browser_plays(clip("a.mp4", tones=(tone(),)))
    late = clip("b.mp4", start_s=1.0, tones=(tone(start_s=-1.0),))
    assert not media.browser_plays(late)
    assert media.copies_picture(late)
