"""A small study with its clips, tracks and files made elsewhere, and what can be read off files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from mrcmv import media, stimuli
from mrcmv.cli.study import StudyApp, open_app
from mrcmv.settings import Settings
from mrcmv.study import Study
from mrcmv.types import Sound
from tests.conftest import write_clip

RATE_HZ = 48_000
TITLES = ("Glowing Harbour", "Restless Meadow", "Iron Sparrow", "Velvet Comet")
WORDS: dict[str, Any] = {
    "id": "tiny",
    "title": "Which music?",
    "languages": ["en"],
    "consent": {"version": "1", "text": "I agree."},
    "clips": [
        {"file": "clips/first-raid.mp4", "tags": ["calm"]},
        {"file": "clips/second-raid.mp4", "tags": ["wild"]},
    ],
    "catalog": {"folder": "tracks", "count": 4},
    "methods": ["descriptors", "tags", "random", {"name": "studio", "folder": "studio"}],
    "rendering": {"length_s": 3},
    "question": {"kind": "best-of-n", "text": "Which one?"},
    "trials": 2,
    "votes_a_cell": 2,
    "catch": {"count": 1, "broken": "shifted"},
}
ONE = {"clips": WORDS["clips"][:1], "methods": ["random", {"name": "studio", "folder": "studio"}]}
"""What makes it a study of one clip, quickly built."""


@dataclass(frozen=True)
class Place:
    """Where the study's file would lie, and the settings of an app with data of its own."""

    folder: Path
    settings: Settings

    def gather(self, **changed: Any) -> stimuli.Job:
        study = Study.model_validate(WORDS | changed)
        return stimuli.gather(study, self.folder, self.app)

    def app(self, catalog: Path | None) -> StudyApp:
        return open_app(self.settings, catalog)


def noise(seconds: float, level: float, seed: int) -> Sound:
    """Noise with a slow beat, so that it measures as music would."""
    n = round(seconds * RATE_HZ)
    beat = 0.3 + np.abs(np.sin(np.arange(n) / RATE_HZ * np.pi * (1 + seed)))
    samples = np.random.default_rng(seed).normal(0, level, (2, n)) * beat
    return Sound(samples.astype(np.float32), RATE_HZ)


def make_place(folder: Path) -> Place:
    """Two clips of 4 s (of which 3 are shown), four tracks, and a method made elsewhere."""
    for name in ("clips", "tracks", "studio"):
        (folder / name).mkdir(parents=True)
    write_clip(folder / "clips/first-raid.mp4", 4.0, tone_hz=300.0)
    write_clip(folder / "clips/second-raid.mp4", 4.0, tone_hz=500.0)
    rows = ["file,title,licence,tags"]
    for number, title in enumerate(TITLES):
        name = f"{title.split()[1].lower()}.flac"
        # From barely heard to far too loud.
        media.write_sound(noise(8.0, 0.004 * 6.0**number, number), folder / "tracks" / name)
        rows.append(f"{name},{title},CC0-1.0,{'calm' if number % 2 else 'wild'}")
    (folder / "tracks/tracks.csv").write_text("\n".join(rows) + "\n")
    media.write_sound(noise(5.0, 0.05, 9), folder / "studio/first-raid.wav")
    media.write_sound(noise(3.0, 0.9, 10), folder / "studio/second-raid.m4a")
    settings = Settings(data_dir=folder / "data", method="descriptors", separation="none")
    return Place(folder, settings)


def facts(file: Path) -> dict[str, Any]:
    """All that a browser or a probe can read off a soundtrack without listening to it."""
    with av.open(str(file)) as container:
        (stream,) = container.streams
        context = stream.codec_context
        read = {
            "size": file.stat().st_size,
            "time": file.stat().st_mtime_ns,
            "container": (container.duration, container.bit_rate, str(container.metadata)),
            "stream": (stream.duration, stream.start_time, stream.bit_rate, str(stream.metadata)),
            "codec": (context.name, context.sample_rate, context.channels, context.bit_rate),
            "frames": tuple(packet.size for packet in container.demux(stream)),
        }
    return read | {"samples": media.read_sound(file).samples.shape}
