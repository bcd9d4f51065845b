"""Small clips, voices and tracks that the tests of the mix make for themselves."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from mrcmv import media
from mrcmv.settings import Settings
from mrcmv.types import Clip, Sound, Span, Stems, Track

RATE = 48_000
TRACK_HZ = 3000.0
"""The tracks' tone, which nothing else in the scenes has: its level can be read off the mix."""
SPEECH = (Span(3.0, 4.5), Span(7.5, 8.5))
SECONDS = 12.0


@dataclass(frozen=True, eq=False)
class Scene:
    """A clip with its sound and stems, and a track for it."""

    clip: Clip
    sound: Sound | None
    stems: Stems
    track: Track

    @property
    def request(self) -> tuple:
        return self.clip, self.sound, self.stems, self.track


def times_s(seconds: float):
    return np.arange(round(seconds * RATE)) / RATE


def stereo(wave) -> Sound:
    return Sound(np.tile(wave, (2, 1)).astype(np.float32), RATE)


def voice_sound(seconds: float = SECONDS, level: float = 0.2, hz: float = 180.0) -> Sound:
    """Something that sounds where `SPEECH` says, four syllables a second."""
    time_s = times_s(seconds)
    wave = np.zeros_like(time_s)
    for span in SPEECH:
        inside = (time_s >= span.start_s) & (time_s < span.end_s)
        syllables = np.sin(np.pi * 4 * (time_s[inside] - span.start_s)) ** 2
        tone = sum(np.sin(2 * np.pi * hz * k * time_s[inside]) / k for k in (1, 2, 3, 5))
        wave[inside] = level * syllables * tone
    return stereo(wave)


def effects_sound(seconds: float = SECONDS, level: float = 0.02, seed: int = 0) -> Sound:
    rng = np.random.default_rng(seed)
    time_s = times_s(seconds)
    hum = np.sin(2 * np.pi * 70 * time_s) + 0.3 * rng.standard_normal(len(time_s))
    return stereo(level * hum)


def write_clip(path: Path, sound: Sound | None, seconds: float = SECONDS) -> Clip:
    """A small h264 mp4 of moving stripes with the sound given, probed."""
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=10, options={"g": "20", "bf": "0"})
        picture.width, picture.height, picture.pix_fmt = 96, 64, "yuv420p"
        heard = out.add_stream("aac", rate=RATE, layout="stereo") if sound else None
        for index in range(round(seconds * 10)):
            rows = (np.arange(64)[:, None] * 4 + index * 8) % 256
            image = np.repeat(np.repeat(rows, 96, 1)[:, :, None], 3, 2).astype(np.uint8)
            out.mux(picture.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        out.mux(picture.encode(None))
        if sound is not None:
            frame = av.AudioFrame.from_ndarray(sound.samples, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
            out.mux(heard.encode(frame))
            out.mux(heard.encode(None))
    return media.probe(path, Settings())


def write_track(path: Path, seconds: float = 30.0, level: float = 0.1) -> Track:
    """A steady tone at `TRACK_HZ`, as a FLAC."""
    media.write_sound(stereo(level * np.sin(2 * np.pi * TRACK_HZ * times_s(seconds))), path)
    name = media.content_hash(path)
    return Track(name[:12], path, "Steady", duration_s=seconds, content_hash=name)


def spoken_scene(folder: Path, level: float = 1.0) -> Scene:
    """A voice over effects, taken apart without a flaw."""
    voice, effects = voice_sound(level=0.2 * level), effects_sound(level=0.02 * level)
    sound = Sound(voice.samples + effects.samples, RATE)
    clip = write_clip(folder / "clip.mp4", sound)
    stems = Stems(voice=voice, rest=effects, speech=SPEECH, backend="exact")
    return Scene(clip, sound, stems, write_track(folder / "track.flac"))


def tone_level_db(sound: Sound, span: Span, hz: float = TRACK_HZ) -> float:
    """Level of a tone in a stretch of a sound, in dB, whatever else sounds there."""
    first, stop = round(span.start_s * RATE), round(span.end_s * RATE)
    wave = sound.mono[first:stop] * np.hanning(stop - first)
    turning = np.exp(-2j * np.pi * hz * np.arange(stop - first) / RATE)
    return 20 * float(np.log10(np.abs(wave @ turning) / np.hanning(stop - first).sum() * 2))


def packets(path: Path, kind: str) -> list[bytes]:
    """The coded packets of a file's video or audio stream."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [bytes(packet) for packet in container.demux(stream) if packet.size]
