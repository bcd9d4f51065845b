"""What tests of several rooms share: a folder of data of their own, small synthetic media,
and one browser: a second Playwright in one process cannot start."""

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from mrcmv.settings import REPOSITORY, Settings

SCREENSHOTS = REPOSITORY / "build/screenshots"
PATIENCE_MS = 60_000
"""How long a slow, shared machine may take for one thing on the page."""
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
CLIPS = sorted((REPOSITORY / "assets/clips").glob("*.mp4"))


@pytest.fixture(scope="session")
def sample_clips() -> list[Path]:
    assert len(CLIPS) == 3
    return CLIPS


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        own = {"executable_path": str(CHROMIUM)} if CHROMIUM.exists() else {}
        started = playwright.chromium.launch(args=CHROMIUM_ARGS, **own)
        yield started
        started.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with data of their own and the starter's tracks, by the method that needs no
    embeddings: weights that ship would embed the starter in every test."""
    return Settings(data_dir=tmp_path / "data", method="descriptors")


def write_clip(
    path: Path, duration_s: float = 4.0, tone_hz: float | None = 300.0, codec: str = "libx264"
) -> Path:
    """A 160×90 clip at 10 fps in which a bar moves; with a tone, or without sound."""
    with av.open(path, "w") as container:
        video = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        audio = container.add_stream("aac", rate=48000, layout="stereo") if tone_hz else None
        for number in range(round(duration_s * 10)):
            image = np.zeros((90, 160, 3), np.uint8)
            image[:, number % 150 : number % 150 + 10] = 200
            container.mux(video.encode(av.VideoFrame.from_ndarray(image)))
        container.mux(video.encode(None))
        if audio is not None and tone_hz is not None:
            times_s = np.arange(round(duration_s * 48000)) / 48000
            wave = (0.1 * np.sin(2 * np.pi * tone_hz * times_s)).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), "fltp", "stereo")
            frame.sample_rate = 48000
            container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return path


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """`make_clip("name.mp4", duration_s=4.0, tone_hz=300.0 or None)` → its path."""

    def make(name: str = "clip.mp4", **options: float | str | None) -> Path:
        return write_clip(tmp_path / name, **options)

    return make
