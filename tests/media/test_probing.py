"""Which files can be used as clips, and what is known of them without decoding all."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.media import probing
from mrcmv.settings import Settings

FORMATS = [
    ("a.mp4", "libx264", "h264"),
    ("a.mov", "libx264", "h264"),
    ("a.mkv", "libx264", "h264"),
    ("a.avi", "libx264", "h264"),
    ("a.mp4", "libx265", "hevc"),
    ("a.mkv", "libx265", "hevc"),
    ("a.webm", "libvpx", "vp8"),
    ("a.webm", "libvpx-vp9", "vp9"),
    ("a.mkv", "libvpx-vp9", "vp9"),
    ("a.mp4", "libvpx-vp9", "vp9"),
    ("a.webm", "libsvtav1", "av1"),
    ("a.mp4", "libsvtav1", "av1"),
    ("a.avi", "mpeg4", "mpeg4"),
    ("a.mp4", "mpeg4", "mpeg4"),
]


@pytest.mark.parametrize(("name", "encoder", "codec"), FORMATS)
def test_every_promised_form_is_measured_right(name, encoder, codec, clip):
    found = clip(name, codec=encoder, n=40, fps=20)
    assert (found.video_codec, found.width, found.height) == (codec, 64, 48)
    assert found.duration_s == pytest.approx(2.0, abs=0.002)
    assert found.fps == pytest.approx(20, abs=0.02)
    assert f".{found.container}" == name[1:]
    assert not found.has_sound


@pytest.mark.parametrize("layout", ["mono", "stereo", "2.1", "quad", "5.0", "5.1", "6.1", "7.1"])
def test_one_to_eight_channels_are_told(layout, clip, tone):
    found = clip("a.mkv", tones=(tone(codec="flac", layout=layout),))
    assert found.n_channels == av.AudioLayout(layout).nb_channels
    assert (found.audio_codec, found.rate_hz) == ("flac", 48000)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 22050, 44100, 96000])
def test_rates_from_8_to_96_khz_are_told(rate_hz, clip, tone):
    assert clip("a.mp4", tones=(tone(rate_hz=rate_hz),)).rate_hz == rate_hz


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_sizes_are_upright(name, rotation_deg, clip):
    found = clip(name, rotation_deg=rotation_deg)
    assert found.rotation_deg == rotation_deg
    assert (found.width, found.height) == ((48, 64) if rotation_deg % 180 else (64, 48))


def test_sizes_have_square_pixels(clip):
    assert clip("a.mp4", aspect=Fraction(2, 1)).width == 128


@pytest.mark.parametrize("size", [(65, 47), (17, 33), (3, 5)])
def test_odd_sizes_are_fine(size, clip):
    found = clip("a.webm", codec="libvpx-vp9", size=size)
    assert (found.width, found.height) == size


def test_a_variable_frame_rate_is_the_usual_one(clip):
    bursts = [start + n / 25 for start in (0.0, 1.5, 3.0) for n in range(12)]
    found = clip("a.mkv", times_s=bursts)
    assert found.duration_s == pytest.approx(3.48, abs=0.1)
    assert found.fps == pytest.approx(25, rel=0.01)


@pytest.mark.parametrize("start_s", [3.0, 0.5])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_late_start_is_not_part_of_the_length(name, start_s, clip, tone):
    found = clip(name, start_s=start_s, tones=(tone(),))
    assert found.duration_s == pytest.approx(2.0, abs=0.002)
    assert found.start_s == pytest.approx(start_s, abs=0.03)
    assert found.lead_s == pytest.approx(0, abs=0.03)


def test_what_an_edit_list_hides_is_not_part_of_the_clip(clip):
    found = clip("a.mp4", start_s=-0.52)
    assert found.duration_s == pytest.approx(1.48, abs=0.05)
    assert found.start_s == pytest.approx(0, abs=0.05)


def test_the_default_sound_is_chosen_among_several(clip, tone):
    found = clip("a.mkv", tones=(tone(rate_hz=44100), tone(rate_hz=48000, default=True)))
    assert (found.n_audio_streams, found.rate_hz) == (2, 48000)


def test_an_empty_sound_stream_counts_as_no_sound(film, tone):
    path = film("a.mp4", tones=(tone(duration_s=0.0),))
    assert not media.probe(path, Settings()).has_sound


def test_a_live_recording_without_a_length_is_measured(film, tmp_path, tone):
    """A browser's MediaRecorder writes WebM that it never goes back to."""
    whole = film("a.webm", codec="libvpx", tones=(tone(codec="libopus"),))
    path = tmp_path / "live.webm"
    with (
        av.open(str(whole)) as source,
        path.open("wb") as file,
        av.open(Forward(file), "w", format="webm", options={"live": "1"}) as target,
    ):
        copies = {
            stream.index: target.add_stream_from_template(stream, opaque=True)
            for stream in source.streams
        }
        for packet in source.demux():
            if packet.size:
                packet.stream = copies[packet.stream.index]
                target.mux(packet)
    with av.open(str(path)) as container:
        assert container.duration is None
    found = media.probe(path, Settings())
    assert found.duration_s == pytest.approx(2.0, abs=0.05)
    assert found.audio_codec == "opus"


class Forward:
    """A file that can only be written on, like a pipe."""

    def __init__(self, file):
        self.write = file.write


def with_announced_length(mkv: bytes, milliseconds: float) -> bytes:
    """The same Matroska file with another length in its header (element 0x4489, a float)."""
    place = mkv.index(b"\x44\x89\x88") + 3
    return mkv[:place] + struct.pack(">d", milliseconds) + mkv[place + 8 :]


def test_hours_behind_a_header_that_says_ten_seconds_are_refused(film, tmp_path):
    hours = film("a.mkv", times_s=[0, 1800, 3600, 5400, 7200])
    path = tmp_path / "lie.mkv"
    path.write_bytes(with_announced_length(hours.read_bytes(), 10_000))
    with av.open(str(path)) as container:
        assert container.duration == 10 * av.time_base
    with pytest.raises(MediaError, match="limit of 600 s"):
        media.probe(path, Settings())


def test_a_header_that_announces_far_more_than_the_file_holds_means_it_was_cut(film, tmp_path):
    path = tmp_path / "lie.mkv"
    path.write_bytes(with_announced_length(film("a.mkv").read_bytes(), 30_000))
    with pytest.raises(MediaError, match="cut short"):
        media.probe(path, Settings())


@pytest.mark.parametrize("share", [0.002, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.webm", "a.avi"])
def test_a_truncated_file_is_refused_wherever_it_ends(name, share, film, tone, tmp_path):
    codec = {"a.webm": "libvpx-vp9", "a.avi": "mpeg4"}.get(name, "libx264")
    sound = "libopus" if name == "a.webm" else "mp3" if name == "a.avi" else "aac"
    content = film(name, codec=codec, tones=(tone(codec=sound),)).read_bytes()
    path = tmp_path / f"cut{name}"
    path.write_bytes(content[: max(1, int(len(content) * share))])
    with pytest.raises(MediaError):
        media.probe(path, Settings())


def test_a_film_with_its_index_first_is_refused_when_truncated(clip, film, tmp_path):
    found = clip("a.mp4")
    silence = tmp_path / "silence.wav"
    media.write_sound(probing_sound(), silence)
    media.mux(found, silence, tmp_path / "fast.mp4")
    content = (tmp_path / "fast.mp4").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(content[: len(content) * 4 // 5])
    with pytest.raises(MediaError, match="cut short"):
        media.probe(path, Settings())


def probing_sound():
    from mrcmv.types import Sound

    return Sound(np.zeros((2, 96000), np.float32), 48000)


def test_a_film_without_one_decodable_picture_is_refused(film, tmp_path):
    content = bytearray(film("a.mkv").read_bytes())
    start = content.index(b"\x1f\x43\xb6\x75")  # the first cluster
    rng = np.random.default_rng(0)
    with av.open(str(film("b.mkv"))) as container:
        for packet in container.demux(video=0):
            if packet.size:
                place = content.find(bytes(packet), start)
                content[place + 4 : place + packet.size] = rng.bytes(packet.size - 4)
    path = tmp_path / "broken.mkv"
    path.write_bytes(content)
    with pytest.raises(MediaError, match="No picture can be decoded"):
        media.probe(path, Settings())


def test_sound_alone_is_no_clip(film, tone, tmp_path):
    for name, sound in (("a.mp4", "aac"), ("a.mkv", "flac"), ("a.webm", "libopus")):
        path = film(name, codec=None, tones=(tone(codec=sound),))
        with pytest.raises(MediaError, match="no moving picture"):
            media.probe(path, Settings())
    mp3 = film("a.mp3", codec=None, tones=(tone(codec="mp3"),))
    with pytest.raises(MediaError, match="sound file"):
        media.probe(mp3, Settings())


def test_cover_art_is_no_moving_picture(film, tone, tmp_path):
    path = tmp_path / "covered.m4a"
    with_cover(film("a.mp4", codec=None, tones=(tone(),)), path)
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 1
    with pytest.raises(MediaError, match="no moving picture"):
        media.probe(path, Settings())


def with_cover(source, path):
    """The same m4a with a small PNG as its cover (atoms udta/meta/ilst/covr)."""
    content = source.read_bytes()
    image = png()
    data = box(b"data", struct.pack(">II", 14, 0) + image)
    handler = box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    meta = box(b"meta", bytes(4) + handler + box(b"ilst", box(b"covr", data)))
    moov = content.index(b"moov") - 4
    length = int.from_bytes(content[moov : moov + 4], "big")
    assert moov + length == len(content)
    body = content[moov + 8 :] + box(b"udta", meta)
    path.write_bytes(content[:moov] + box(b"moov", body))


def box(name, body):
    return struct.pack(">I4s", len(body) + 8, name) + body


def png():
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


def test_two_pictures_are_refused(tmp_path):
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as out:
        streams = [out.add_stream("mpeg4", rate=10) for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for index in range(20):
            for stream in streams:
                frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
                frame.pts = index
                out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode(None))
    with pytest.raises(MediaError, match="2 video streams"):
        media.probe(path, Settings())


def test_a_picture_in_another_form_is_named(tmp_path):
    path = tmp_path / "old.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for index in range(30):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
            frame.pts = index
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    with pytest.raises(MediaError, match="mpeg2video"):
        media.probe(path, Settings())


@pytest.mark.parametrize("name", [b"A_FLAC", b"V_MPEG4/ISO/AVC"])
def test_a_codec_that_nobody_knows_is_refused(name, film, tone, tmp_path):
    content = film("a.mkv", tones=(tone(codec="flac"),)).read_bytes()
    path = tmp_path / "unknown.mkv"
    path.write_bytes(content.replace(name, name[:-1] + b"X"))
    with pytest.raises(MediaError, match="something unknown"):
        media.probe(path, Settings())


LIMITS = [
    ({"max_upload_mb": 1}, {"images": "noise", "size": (320, 240)}, "the limit is 1 MB"),
    ({"max_duration_s": 1.5}, {}, "limit of 1.5? ?s|limit is 2 s"),
    ({"min_duration_s": 5}, {}, "shortest clip"),
    ({"max_long_side_px": 60}, {}, "the limit is 60"),
    ({"max_audio_streams": 1}, {"tones": 2}, "2 audio streams"),
]


@pytest.mark.parametrize(
    ("limit", "parts", "words"), LIMITS, ids=[str(next(iter(x[0]))) for x in LIMITS]
)
def test_each_limit_is_kept_and_named(limit, parts, words, film, tone):
    parts = dict(parts)
    if "images" in parts:
        parts["images"] = noise
    if "tones" in parts:
        parts["tones"] = (tone(), tone())
    path = film("a.mp4", **parts)
    media.probe(path, Settings())
    with pytest.raises(MediaError, match=words):
        media.probe(path, Settings(**limit))


def noise(n, size):
    rng = np.random.default_rng(0)
    for _ in range(n):
        yield rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)


def test_under_a_second_is_refused_and_a_second_is_not(film):
    with pytest.raises(MediaError, match="shortest clip"):
        media.probe(film("a.mp4", n=24), Settings())
    assert media.probe(film("b.mp4", n=25), Settings()).duration_s == pytest.approx(1.0)


def test_a_picture_over_the_limit_is_refused_before_any_is_decoded(film, monkeypatch):
    path = film("wide.mp4", size=(5000, 16), n=30)

    def fail(*_):
        raise AssertionError("a packet was looked at")

    monkeypatch.setattr(probing, "survey", fail)
    with pytest.raises(MediaError, match="5000 × 16"):
        media.probe(path, Settings())


def test_every_refusal_names_the_file_and_is_short(film, tone, tmp_path):
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(film("a.mp4").read_bytes()[:-200])
    for path in (cut, film("short.mp4", n=5), film("sound.mp4", codec=None, tones=(tone(),))):
        with pytest.raises(MediaError) as caught:
            media.probe(path, Settings())
        assert path.name in str(caught.value)
        assert str(caught.value).count(". ") <= 2
        assert "\n" not in str(caught.value)
