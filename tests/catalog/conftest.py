"""Small sound files and descriptors that tests of the catalog share."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mrcmv.types import Descriptors, Track, TrackWindow


@pytest.fixture
def make_sound(tmp_path: Path) -> Callable[..., Path]:
    """`make_sound("music/a.wav", hz=220)` writes a second of a tone and gives its path."""

    def make(name: str, hz: float = 220.0, duration_s: float = 1.0) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        times_s = np.arange(round(duration_s * 22050)) / 22050
        soundfile.write(path, 0.2 * np.sin(2 * np.pi * hz * times_s), 22050)
        return path

    return make


@pytest.fixture
def measured() -> Callable[[Track], tuple[TrackWindow, ...]]:
    """Made-up windows for a track: two, whose tempo is the track's number of letters."""

    def make(track: Track) -> tuple[TrackWindow, ...]:
        one = Descriptors(60.0 + len(track.title), 9, 0.25, -16.5, 0.5, 1500.0, 2.5, 0.125)
        return tuple(TrackWindow(track.track_id, at, 32.0, one) for at in (0.0, 8.0))

    return make
