"""One pass through a clip yields the right pictures and sound at the right seconds."""

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.media import decode, opening
from mrcmv.media.pictures import Sampler
from mrcmv.settings import Settings
from mrcmv.types import Span

FORMS = [
    ("a.mp4", {}),
    ("a.mkv", {"gop": 250}),
    ("a.mp4", {"codec": "libx265"}),
    ("a.webm", {"codec": "libvpx-vp9"}),
    ("a.webm", {"codec": "libvpx"}),
    ("a.mp4", {"codec": "libsvtav1"}),
    ("a.avi", {"codec": "mpeg4"}),
    ("a.avi", {}),
    ("a.mp4", {"start_s": 2.0}),
    ("a.mkv", {"times_s": [0, 0.1, 0.4, 0.41, 0.9, 1.3, 1.9, 2.0, 2.4]}),
]


def all_frames(clip):
    """The slow twin: every frame in order, with its time on the clip's seconds."""
    with av.open(str(clip.path)) as container:
        frames = list(container.decode(video=0))
    if clip.container == "avi":
        times_s = [index / clip.fps for index in range(len(frames))]
    else:
        times_s = [float(frame.time) - clip.start_s for frame in frames]
    return times_s, [frame.to_ndarray(format="rgb24") for frame in frames]


def shown_at(time_s, times_s):
    """Index of the last frame that starts at or before a time."""
    return max([0, *(i for i, at in enumerate(times_s) if at <= time_s + 1e-4)])


@pytest.mark.parametrize(("name", "parts"), FORMS)
def test_each_asked_time_gets_the_frame_on_screen_in_the_order_asked(name, parts, clip):
    found = clip(name, **parts)
    times_s, frames = all_frames(found)
    rng = np.random.default_rng(3)
    asked = [*rng.uniform(0, found.duration_s, 20), 0.0, 1.0, 0.5, 0.5, found.duration_s - 1e-3]
    decoded = media.read_clip(found, Span(0.0, found.duration_s), asked)
    assert decoded.frames.images.shape == (25, 48, 64, 3)
    np.testing.assert_allclose(decoded.frames.times_s, asked, rtol=1e-6)
    for image, time_s in zip(decoded.frames.images, asked, strict=True):
        truth = frames[shown_at(time_s, times_s)]
        assert np.abs(image.astype(int) - truth).max() <= 3


@pytest.mark.parametrize("gop", [5, 12, 250])
@pytest.mark.parametrize("window", [Span(0, 1), Span(1.3, 2.5), Span(3.1, 4)])
def test_a_window_shows_what_a_full_decode_shows(window, gop, clip):
    found = clip("a.mp4", n=100, gop=gop)
    times_s, frames = all_frames(found)
    asked = list(np.linspace(window.start_s, window.end_s - 0.01, 9))
    decoded = media.read_clip(found, window, asked)
    for image, time_s in zip(decoded.frames.images, asked, strict=True):
        assert np.abs(image.astype(int) - frames[shown_at(time_s, times_s)]).max() <= 3


def test_outside_the_window_only_key_frames_are_decoded(clip, monkeypatch):
    found = clip("a.mp4", n=500, gop=25)
    fed = []
    plain = decode._Pictures._decode
    monkeypatch.setattr(
        decode._Pictures, "_decode", lambda self, packet: fed.append(packet) or plain(self, packet)
    )
    decoded = media.read_clip(found, Span(8.0, 10.0), [8.5])
    packets = [packet for packet in fed if packet is not None]
    outside = [packet for packet in packets if not 8.0 <= float(packet.pts * packet.time_base) < 11]
    assert len(packets) < 110
    assert len(outside) > 10
    assert all(packet.is_keyframe for packet in outside)
    levels = decoded.strip.images[:, 20, 20, 0].astype(int)
    assert len(levels) == 60
    assert (np.diff(levels) >= 0).all()
    assert levels[-1] - levels[0] > 180


def test_a_clip_is_opened_once_and_gone_through_once(clip, tone, monkeypatch):
    found = clip("a.mp4", tones=(tone(),))
    opened, passes = [], []
    plain = av.open

    class Counted:
        def __init__(self, container):
            self.container = container

        def __enter__(self):
            self.container.__enter__()
            return self

        def __exit__(self, *error):
            return self.container.__exit__(*error)

        def __getattr__(self, name):
            return getattr(self.container, name)

        def demux(self, *streams):
            passes.append(streams)
            return self.container.demux(*streams)

        def seek(self, *_, **__):
            raise AssertionError("went back in the file")

    def counting(*arguments, **options):
        opened.append(arguments)
        return Counted(plain(*arguments, **options))

    monkeypatch.setattr(opening.av, "open", counting)
    decoded = media.read_clip(found, Span(0.5, 1.5), [0.6, 1.2])
    assert decoded.sound is not None
    assert (len(opened), len(passes)) == (1, 1)


def test_pictures_are_small_and_keep_their_shape(clip):
    found = clip("a.mp4", size=(640, 360), n=30)
    decoded = media.read_clip(found, Span(0, 1), [0.0])
    assert decoded.frames.images.shape[1:] == (256, 455, 3)
    assert decoded.strip.images.shape[1:] == (90, 160, 3)


def corner(n, size):
    """A black picture with a white upper left corner."""
    for _ in range(n):
        image = np.zeros((size[1], size[0], 3), np.uint8)
        image[: size[1] // 2, : size[0] // 2] = 255
        yield image


@pytest.mark.parametrize(
    ("rotation_deg", "corner_at"),
    [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))],
)
def test_pictures_come_upright(rotation_deg, corner_at, clip):
    """Turned clockwise, the upper left corner goes right, down, left."""
    found = clip("a.mp4", images=corner, rotation_deg=rotation_deg)
    decoded = media.read_clip(found, Span(0, 1), [0.5])
    for images in (decoded.frames.images, decoded.strip.images):
        assert images.shape[1:] == (found.height, found.width, 3)
        assert images[0][corner_at].min() > 200
        assert images[0].mean() < 90


def still(n, size):
    for _ in range(n):
        yield np.full((size[1], size[0], 3), 128, np.uint8)


def flicker(n, size):
    for index in range(n):
        yield np.full((size[1], size[0], 3), 255 * (index * 10 // n % 2), np.uint8)


def test_a_still_picture_has_no_motion_and_a_flickering_one_much(clip):
    for images, motion, brightness in ((still, 0.0, 0.5), (flicker, 0.5, 0.5)):
        found = clip("a.mp4", images=images)
        decoded = media.read_clip(found, Span(0, 2), [0.0])
        assert decoded.motion.values.mean() == pytest.approx(motion, abs=0.1)
        assert decoded.brightness.values.mean() == pytest.approx(brightness, abs=0.1)


def test_motion_does_not_depend_on_the_frame_rate(clip):
    slow = clip("slow.mp4", fps=10, n=20)
    fast = clip("fast.mp4", fps=50, n=100)
    means = [media.read_clip(c, Span(0, 2), [0.0]).motion.values.mean() for c in (slow, fast)]
    assert means[0] == pytest.approx(means[1], rel=0.15)


def test_curves_lie_on_the_window(clip):
    decoded = media.read_clip(clip("a.mp4", n=100), Span(1.5, 3.5), [2.0])
    for curve in (decoded.motion, decoded.brightness):
        assert (curve.start_s, curve.rate_hz, len(curve.values)) == (1.5, 10.0, 20)
    bright = decoded.brightness.values
    assert (np.diff(bright) > 0).all()


def test_a_window_longer_than_the_clip_is_filled_as_far_as_it_goes(clip):
    decoded = media.read_clip(clip("a.mp4"), Span(0, 32), [0.0, 1.0, 0.0, 1.0])
    assert len(decoded.motion.values) == 20
    np.testing.assert_array_equal(decoded.frames.images[0], decoded.frames.images[2])


SYNC = [
    ("a.mp4", 0.0, 0.0, 2.0),
    ("a.mkv", 0.0, 0.0, 2.0),
    ("a.mp4", 0.0, 0.5, 2.0),
    ("a.mkv", 0.0, 0.5, 1.0),
    ("a.mp4", 3.0, 0.0, 2.0),
    ("a.mkv", 3.0, 0.25, 2.0),
    ("a.mp4", 1.0, -0.5, 2.0),
    ("a.mkv", 1.0, -0.5, 2.0),
    ("a.mp4", 0.0, 0.0, 0.7),
    ("a.mp4", 0.0, 0.0, 4.0),
]


@pytest.mark.parametrize(("name", "start_s", "sound_start_s", "sound_s"), SYNC)
def test_sound_lies_on_the_seconds_of_the_picture(
    name, start_s, sound_start_s, sound_s, clip, tone
):
    sounds = (tone(start_s=sound_start_s, duration_s=sound_s),)
    found = clip(name, start_s=start_s, tones=sounds)
    sound = media.read_clip(found, Span(0, 2), [0.0]).sound
    assert sound.samples.shape == (2, round(found.duration_s * 48000))
    heard = np.flatnonzero(np.abs(sound.mono) > 0.1) / 48000
    assert heard[0] == pytest.approx(max(0.0, sound_start_s), abs=0.03)
    assert heard[-1] == pytest.approx(min(2.0, sound_start_s + sound_s), abs=0.03)
    alone = media.read_sound(found.path)
    n = min(alone.samples.shape[1], sound.samples.shape[1])
    np.testing.assert_allclose(alone.samples[:, :n], sound.samples[:, :n], atol=1e-5)


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1", "7.1"])
@pytest.mark.parametrize("rate_hz", [8000, 44100, 96000])
def test_every_layout_and_rate_becomes_48_khz_stereo(layout, rate_hz, clip, tone):
    found = clip("a.mkv", tones=(tone(codec="pcm_s16le", layout=layout, rate_hz=rate_hz),))
    sound = media.read_clip(found, Span(0, 2), [0.0]).sound
    assert (sound.rate_hz, sound.samples.shape) == (48000, (2, 96000))
    spectrum = np.abs(np.fft.rfft(sound.mono))
    assert spectrum.argmax() / 2.0 == pytest.approx(440, abs=1)


def test_the_default_sound_is_the_one_that_is_read(clip, tone):
    quiet, loud = tone(hz=300), tone(hz=900, default=True)
    sound = media.read_clip(clip("a.mkv", tones=(quiet, loud)), Span(0, 2), [0.0]).sound
    assert np.abs(np.fft.rfft(sound.mono)).argmax() / 2.0 == pytest.approx(900, abs=1)


def test_no_sound_is_none(clip):
    assert media.read_clip(clip("a.mp4"), Span(0, 2), [0.0]).sound is None


def test_a_damaged_middle_is_passed_over(film):
    path = film("a.mp4", n=100, gop=10)
    content = bytearray(path.read_bytes())
    middle = content.index(b"mdat") + (content.index(b"moov") - content.index(b"mdat")) // 2
    content[middle : middle + 300] = bytes(300)
    path.write_bytes(content)
    found = media.probe(path, Settings())
    levels = media.read_clip(found, Span(0, 4), [0.1, 3.9]).frames.images[:, 20, 20, 0]
    assert levels.tolist() == pytest.approx([34, 226], abs=5)


def test_the_hook_hears_seconds_of_the_clip(clip):
    heard = []
    media.read_clip(
        clip("a.mp4", n=200),
        Span(0, 8),
        [0.0],
        hook=lambda step, *_, **counts: heard.append((step, counts["completed"], counts["total"])),
    )
    assert [step for step, _, _ in heard] == ["Reading the clip"] * len(heard)
    assert [completed for _, completed, _ in heard] == sorted({c for _, c, _ in heard})
    assert heard[-1][2] == 8


def test_the_sampler_holds_each_picture_until_the_next():
    made = []
    sampler = Sampler([0.0, 0.5, 0.9, 1.0, 5.0], lambda frame: made.append(frame) or frame)
    for time_s in (0.2, 0.6, 1.0, 1.4):
        sampler.see(f"frame at {time_s}", time_s)
    assert sampler.finish() == {
        0.0: "frame at 0.2",
        0.5: "frame at 0.2",
        0.9: "frame at 0.6",
        1.0: "frame at 1.0",
        5.0: "frame at 1.4",
    }
    assert len(made) == len(set(made))
