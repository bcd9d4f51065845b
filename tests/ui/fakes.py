"""Services that answer at once: no decoding, no network of any kind."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from mrcmv.errors import MediaError
from mrcmv.methods.method import measured_tracks
from mrcmv.progress import Hook, silent
from mrcmv.separation import BackendInfo
from mrcmv.services import FindOptions
from mrcmv.settings import Settings
from mrcmv.types import (
    Clip,
    Curve,
    Decoded,
    Descriptors,
    Found,
    Frames,
    Match,
    Mix,
    MixOptions,
    Sound,
    Span,
    Stems,
    Track,
    TrackWindow,
)

DURATION_S = 10.0
RATE_HZ = 8000


def sound(level: float = 0.1) -> Sound:
    return Sound(np.full((2, round(DURATION_S * RATE_HZ)), level, np.float32), RATE_HZ)


def clip(path: Path, *, has_sound: bool = True, video_codec: str = "h264") -> Clip:
    return Clip(
        path=path,
        content_hash="c" * 64,
        size_bytes=4,
        container="mp4",
        duration_s=DURATION_S,
        width=320,
        height=180,
        rotation_deg=0,
        fps=30.0,
        video_codec=video_codec,
        pixel_format="yuv420p",
        audio_codec="aac" if has_sound else None,
        n_channels=2,
        rate_hz=48000,
        n_audio_streams=1,
    )


def match(rank: int, **track: Any) -> Match:
    measured = Descriptors(92.4, 9, 0.2, -16.0, 0.5, 1500.0, 2.0, 0.1)
    known = {"track_id": f"{rank:012d}", "file": Path(f"/music/{rank}.flac"), "title": f"T{rank}"}
    made = Track(**{**known, "duration_s": 60.0, "licence": "CC0-1.0", **track})
    window = TrackWindow(made.track_id, 8.0 * rank, 32.0, measured)
    return Match(rank, made, window, 0.1 * rank, 100.0 - 5 * rank)


class FakeServices:
    """`Services` as far as the page uses it; each attribute can be changed by a test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(data_dir=folder / "data")
        self.cache = SimpleNamespace(path=lambda kind, suffix, *key: folder / kind)
        self.matches = tuple(match(rank) for rank in range(1, 6))
        self.catalog: Any = SimpleNamespace(
            tracks=tuple(m.track for m in self.matches),
            windows=tuple(m.window for m in self.matches),
        )
        self.known_methods = tuple(
            SimpleNamespace(name=n, summary=f"By {n}.") for n in ("descriptors", "tags")
        )
        self.default_method = "descriptors"
        self.known_backends = tuple(
            BackendInfo(name, f"{name} does it", "MIT", None) for name in ("compact", "none")
        )
        self.sound: Sound | None = sound()
        self.stems = Stems(sound(0.05), rest=sound(0.05), speech=(Span(1.0, 3.0),))
        self.notes: tuple[str, ...] = ()
        self.during: Callable[[], None] = lambda: None
        self.mixed: list[tuple[str, float, MixOptions]] = []
        self.video_codec = "h264"
        self.encoded: list[int] = []
        self.asked: list[FindOptions] = []

    def open(self, path: Path) -> Clip:
        if path.read_bytes() == b"broken":
            raise MediaError("This is not a video.")
        return clip(path, has_sound=self.sound is not None, video_codec=self.video_codec)

    def video_file(self, clip: Clip, hook: Hook = silent) -> Path:
        self.encoded.append(len(self.asked))
        hook("encode", completed=1, total=4)
        return self.folder / "playable.mp4"

    def sound_file(self, sound: Sound, suffix: str = ".m4a") -> Path:
        kind = "original" if sound is self.sound else "voice"
        return self.folder / f"{kind}{suffix}"

    def listen_file(self, track: Track, start_s: float) -> Path:
        return self.folder / f"{track.track_id}-{start_s:g}.m4a"

    def decode(self, clip: Clip, offset_s: float = 0.0, hook: Hook = silent) -> Decoded:
        self.during()
        hook("decode", completed=1, total=2)
        images = np.zeros((3, 90, 160, 3), np.uint8)
        frames = Frames(images, np.arange(3, dtype=np.float32))
        flat = Curve(np.zeros(10, np.float32), 1.0)
        window = Span(offset_s, DURATION_S)
        return Decoded(clip, window, frames, frames, flat, flat, self.sound)

    def separate(self, clip: Clip, sound: Sound | None, **options: Any) -> Stems:
        return self.stems

    def take_in(self, clip: Clip, options: FindOptions) -> tuple[Decoded, Stems]:
        return self.decode(clip, options.offset_s), self.stems

    def take_apart(self, path: Path, **options: Any) -> dict[str, Sound]:
        return self.separate(self.open(path), self.sound, **options).present

    def find(self, path: Path, options: FindOptions, hook: Hook = silent) -> Found:
        self.asked.append(options)
        decoded = self.decode(self.open(path), options.offset_s)
        measured_tracks(self.catalog)
        return Found(
            decoded.clip,
            decoded.window,
            decoded,
            self.stems,
            options.method or "",
            self.matches,
            self.notes,
        )

    def mix(
        self,
        clip: Clip,
        stems: Stems,
        sound: Sound | None,
        track: Track,
        start_s: float,
        options: MixOptions,
    ) -> Mix:
        self.mixed.append((track.track_id, start_s, options))
        (self.folder / "mix.mp4").write_bytes(b"mix")
        gain = Curve(np.array([-6.0, -15.0, -6.0], np.float32), 0.3)
        return Mix(
            video=self.folder / "mix.mp4",
            sound=self.folder / "mix.m4a",
            track_id=track.track_id,
            start_s=start_s,
            loudness_lufs=-14.0,
            true_peak_dbtp=-1.2,
            music_gain_db=gain,
            picture_copied=True,
            options=options,
        )
