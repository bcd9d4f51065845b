"""Sound files: what is read is what is in them, wherever the reading begins."""

import struct
import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.media.soundtrack import Soundtrack, fitted, stereo_matrix
from mrcmv.types import Sound

KINDS = [".wav", ".flac", ".m4a", ".opus", ".ogg"]


def chirp(rate_hz=48000, n_channels=2, duration_s=3.0, seed=0):
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    noise = np.random.default_rng(seed).standard_normal((n_channels, time_s.size)) * 0.01
    wave = 0.4 * np.sin(2 * np.pi * (150 + 200 * time_s) * time_s)
    return Sound((wave + noise).astype(np.float32), rate_hz)


def likeness_db(sound, other):
    """Signal to difference, in dB."""
    difference = sound.samples - other.samples
    return 10 * np.log10((sound.samples**2).mean() / ((difference**2).mean() + 1e-30))


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("n_channels", [1, 2])
@pytest.mark.parametrize("ending", KINDS)
def test_what_was_written_is_read(ending, n_channels, rate_hz, tmp_path):
    sound = chirp(rate_hz, n_channels, 1.3)
    path = tmp_path / f"a{ending}"
    media.write_sound(sound, path)
    read = media.read_sound(path, 48000, n_channels)
    truth = media.resample(sound, 48000)
    assert read.samples.shape == truth.samples.shape
    assert likeness_db(truth, read) > (100 if ending in (".wav", ".flac") else 12)
    assert media.sound_duration_s(path) == pytest.approx(sound.duration_s, abs=1e-3)


@pytest.mark.parametrize("rate_hz", [44100, 48000])
@pytest.mark.parametrize("ending", [*KINDS, ".mp3"])
def test_a_stretch_is_that_part_of_the_whole(ending, rate_hz, tmp_path, film, tone):
    path = tmp_path / f"a{ending}"
    if ending == ".mp3":
        path = film("a.mp3", codec=None, tones=(tone(codec="mp3", duration_s=6.0, hz=631.7),))
    else:
        media.write_sound(chirp(44100, 2, 6.0), path)
    whole = media.read_sound(path, rate_hz).samples
    for start_s, duration_s in ((0.0, 1.0), (1.5, 0.25), (3.3, 2.0), (5.5, 4.0), (9.0, 1.0)):
        part = media.read_sound(path, rate_hz, start_s=start_s, duration_s=duration_s).samples
        begin = round(start_s * rate_hz)
        truth = whole[:, begin : begin + round(duration_s * rate_hz)]
        assert part.shape == truth.shape
        # AAC decoders make up noise as they go: there the stretch is as like as the codec is.
        np.testing.assert_allclose(part, truth, atol=0.05 if ending == ".m4a" else 2e-4)


def test_one_channel_is_the_mean_of_two(tmp_path):
    sound = Sound(np.stack([chirp(seed=1).mono, -0.5 * chirp(seed=2).mono]), 48000)
    media.write_sound(sound, tmp_path / "a.wav")
    one = media.read_sound(tmp_path / "a.wav", n_channels=1)
    np.testing.assert_allclose(one.samples[0], sound.mono, atol=1e-6)


def test_the_sound_of_a_video_can_be_read(film, tone):
    path = film("a.mkv", tones=(tone(codec="libopus", start_s=0.5, duration_s=1.0),))
    sound = media.read_sound(path)
    assert np.flatnonzero(np.abs(sound.mono) > 0.1)[0] / 48000 == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("codec", ["mp3", "libopus", "flac", "aac"])
def test_duration_is_counted_and_not_believed(codec, film, tone):
    name = {"mp3": "a.mp3", "libopus": "a.ogg", "flac": "a.flac", "aac": "a.m4v"}[codec]
    path = film(name, codec=None, tones=(tone(codec=codec, duration_s=2.5),))
    assert media.sound_duration_s(path) == pytest.approx(2.5, abs=0.06)


TAGS = (("title", "Night Watch"), ("artist", "A. Né"), ("album", "One"), ("copyright", "CC0"))


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp3", "mp3"), ("a.ogg", "libopus"), ("a.flac", "flac"), ("a.m4v", "aac")],
)
def test_tags_are_read_wherever_the_container_keeps_them(name, codec, film, tone):
    path = film(name, codec=None, tones=(tone(codec=codec),), metadata=TAGS)
    tags = media.read_tags(path)
    assert {key: tags[key] for key, _ in TAGS} == dict(TAGS)
    assert tags["licence"] == "CC0"
    assert not {"encoder", "major_brand", "handler_name"} & set(tags)


def test_an_mp3_with_a_cover_and_broken_tags_is_read(film, tone, tmp_path):
    plain = film("a.mp3", codec=None, tones=(tone(codec="mp3"),)).read_bytes()
    frames = plain[plain.index(b"\xff\xfb") :]
    cover = b"\x00image/png\x00\x03\x00" + b"\x89PNG\r\n\x1a\n" + bytes(100)
    title = b"\x03Caf\xe9 \xff"  # says UTF-8, is not
    body = b"".join(
        struct.pack(">4sIH", name, len(content), 0) + content
        for name, content in ((b"APIC", cover), (b"TIT2", title))
    )
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path = tmp_path / "covered.mp3"
    path.write_bytes(b"ID3\x03\x00\x00" + size + body + frames)
    assert media.read_sound(path).duration_s == pytest.approx(2.0, abs=0.1)
    media.read_tags(path)


def test_what_is_no_sound_is_refused(film, tmp_path):
    (tmp_path / "a.mp3").write_text("Never gonna give you up")
    (tmp_path / "b.wav").write_bytes(b"RIFF\xff\x00\x00\x00WAVE")
    (tmp_path / "c.flac").write_bytes(b"fLaC" + bytes(50))
    for path in (*sorted(tmp_path.glob("?.*")), film("silent.mp4"), tmp_path, tmp_path / "no.mp3"):
        for read in (media.read_sound, media.sound_duration_s):
            with pytest.raises(MediaError):
                read(path)


def test_a_truncated_wav_is_refused(tmp_path):
    media.write_sound(chirp(), tmp_path / "a.wav")
    content = (tmp_path / "a.wav").read_bytes()
    (tmp_path / "b.wav").write_bytes(content[: len(content) // 2])
    with pytest.raises(MediaError, match="cut short"):
        media.read_sound(tmp_path / "b.wav")


def test_a_sound_of_hours_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("mrcmv.media.sounds.MAX_SOUND_S", 2.0)
    media.write_sound(chirp(), tmp_path / "a.flac")
    with pytest.raises(MediaError, match="longer than"):
        media.read_sound(tmp_path / "a.flac")
    assert media.read_sound(tmp_path / "a.flac", duration_s=1.0).duration_s == 1.0


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44100, 48000), (48000, 16000), (48000, 48000)])
def test_resampling_keeps_tones_and_length(from_hz, to_hz):
    time_s = np.arange(from_hz) / from_hz
    sound = Sound(np.sin(2 * np.pi * 1000 * time_s).astype(np.float32)[None], from_hz)
    resampled = media.resample(sound, to_hz)
    assert resampled.samples.shape == (1, to_hz)
    truth = np.sin(2 * np.pi * 1000 * np.arange(to_hz) / to_hz)
    inner = slice(to_hz // 10, -to_hz // 10)
    np.testing.assert_allclose(resampled.samples[0, inner], truth[inner], atol=1e-3)


def test_a_tone_above_the_new_half_rate_dies():
    time_s = np.arange(48000) / 48000
    high = Sound(np.sin(2 * np.pi * 11000 * time_s).astype(np.float32)[None], 48000)
    assert np.abs(media.resample(high, 16000).samples[0, 500:-500]).max() < 1e-3


def frame_of(values, rate_hz=48000, layout="mono", time_s=None):
    array = np.array(values, np.float32)
    frame = av.AudioFrame.from_ndarray(array.reshape(-1, array.shape[-1]), "fltp", layout)
    frame.sample_rate = rate_hz
    if time_s is not None:
        frame.time_base = Fraction(1, rate_hz)
        frame.pts = round(time_s * rate_hz)
    return frame


def laid(*frames, **options):
    track = Soundtrack(**options)
    for frame in frames:
        track.add(frame)
    return track


def test_holes_become_silence_and_overlaps_are_dropped():
    ones, twos = np.ones(9600), 2 * np.ones(9600)
    track = laid(frame_of(ones, time_s=0.0), frame_of(twos, time_s=0.5), frame_of(ones, time_s=0.6))
    sound = track.finish().samples[0]
    truth = np.zeros(38400)
    truth[:9600], truth[24000:33600], truth[33600:] = 1, 2, 1
    np.testing.assert_array_equal(sound, truth)


def test_what_lies_before_zero_is_left_out():
    ramp = np.arange(4800) / 4800
    sound = laid(frame_of(ramp, time_s=-0.05)).finish().samples[0]
    np.testing.assert_allclose(sound, ramp[2400:].astype(np.float32))


def test_jitter_of_the_time_stamps_is_not_followed():
    ramp = np.arange(48000).astype(np.float32)
    pieces = np.split(ramp, 50)
    shaken = [
        frame_of(piece, time_s=index * 0.02 + 0.001 * (index % 3 - 1))
        for index, piece in enumerate(pieces)
    ]
    shaken[0].pts = 0
    np.testing.assert_array_equal(laid(*shaken).finish().samples[0], ramp)


def test_frames_without_a_time_follow_each_other():
    sound = laid(frame_of(np.ones(100)), frame_of(np.ones(100) * 2)).finish().samples[0]
    np.testing.assert_array_equal(sound, [1] * 100 + [2] * 100)


def test_a_change_of_rate_on_the_way_is_followed():
    first = frame_of(np.ones(48000), time_s=0.0)
    second = frame_of(np.ones(16000), rate_hz=16000, time_s=1.0)
    sound = laid(first, second).finish().samples[0]
    assert sound.size == 96000
    np.testing.assert_allclose(np.delete(sound, slice(47900, 48100))[:-200], 1, atol=0.01)


def test_surround_is_mixed_as_bs_775_says():
    matrix = stereo_matrix(("FL", "FR", "FC", "LFE", "SL", "SR"))
    np.testing.assert_allclose(
        matrix, [[1, 0, 0.7071, 0, 0.7071, 0], [0, 1, 0.7071, 0, 0, 0.7071]], rtol=1e-6
    )


def test_one_channel_goes_to_both_sides_at_full_level():
    np.testing.assert_array_equal(stereo_matrix(("FC",)), [[1], [1]])


def test_mixing_down_mirrors_with_the_channels():
    matrix = stereo_matrix(("FL", "FR", "BL", "BR", "SL", "SR"))
    mirrored = stereo_matrix(("FR", "FL", "BR", "BL", "SR", "SL"))
    np.testing.assert_array_equal(matrix, mirrored[::-1])


def test_fitting_pads_with_silence_and_cuts():
    sound = Sound(np.ones((2, 100), np.float32), 100)
    assert fitted(sound, 0.5).samples.sum() == 100
    longer = fitted(sound, 2.0)
    assert longer.samples.shape == (2, 200)
    assert longer.samples[:, 100:].sum() == 0


def test_the_last_packet_of_an_ogg_may_be_cut_short(tmp_path):
    path = tmp_path / "short.ogg"
    source = f"sine=300:sample_rate=8000:duration={3703 / 8000}"
    command = [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, "-c:a", "libvorbis"]
    subprocess.run([*command, str(path)], check=True)  # PyAV has no Vorbis encoder
    assert media.sound_duration_s(path) == pytest.approx(3703 / 8000, abs=0.04)
