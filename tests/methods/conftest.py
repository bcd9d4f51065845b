"""Made-up catalogs and queries that tests of the methods share."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mrcmv.types import (
    Curve,
    Decoded,
    Descriptors,
    Frames,
    Query,
    Sound,
    Span,
    Track,
    TrackWindow,
)

WINDOW = Span(10.0, 42.0)


def describe(energy: float = 0.5, tempo_bpm: float = 110.0, major: float = 0.5) -> Descriptors:
    return Descriptors(tempo_bpm, 0, major, -16.0, energy, 1500.0 + 1000 * energy, 3.0, 0.0)


@pytest.fixture
def make_catalog() -> Callable[..., SimpleNamespace]:
    """`make_catalog([(d, d), (d,)], tags=[("calm",), ()])`: tracks t0, t1 … with these windows."""

    def make(described: list[tuple[Descriptors, ...]], tags: list[tuple[str, ...]] | None = None):
        tracks = tuple(
            Track(f"t{n}", Path(f"t{n}.ogg"), f"Track {n}", tags=tags[n] if tags else ())
            for n in range(len(described))
        )
        windows = tuple(
            TrackWindow(f"t{n}", 8.0 * at, 32.0, one)
            for n, several in enumerate(described)
            for at, one in enumerate(several)
        )
        return SimpleNamespace(tracks=tracks, windows=windows)

    return make


@pytest.fixture
def energies(make_catalog) -> SimpleNamespace:
    """36 tracks of one window, from calm to fierce, tempo and mode drawn."""
    chance = np.random.default_rng(5)
    return make_catalog(
        [(describe(at / 35, 60 + 100 * chance.random(), chance.random()),) for at in range(36)]
    )


@pytest.fixture
def make_query() -> Callable[..., Query]:
    """`make_query(motion=0.05, voice=samples, speech=(Span, …))` on a window from 10 to 42 s."""

    def make(
        motion: float = 0.04,
        brightness: float = 0.3,
        voice: np.ndarray | None = None,
        speech: tuple[Span, ...] = (WINDOW,),
        **options: object,
    ) -> Query:
        clip = SimpleNamespace(path=Path("clip.mp4"), has_sound=True)
        frames = Frames(np.zeros((0, 36, 64, 3), np.uint8), np.zeros(0, np.float32))
        moving = Curve(np.full(320, motion, np.float32), 10.0, WINDOW.start_s)
        flicker = motion / 8 * (-1.0) ** np.arange(320)
        grey = Curve((brightness + flicker).astype(np.float32), 10.0, WINDOW.start_s)
        decoded = Decoded(clip, WINDOW, frames, frames, moving, grey, None)
        sound = None if voice is None else Sound(np.stack([voice, voice]), 48000)
        return Query(decoded, sound, speech if sound else (), **options)

    return make


def babble(
    pace_hz: float, pitch_hz: float, range_st: float, duration_s: float = 32.0
) -> np.ndarray:
    """32 s like speech: a buzz whose level moves in syllables and whose pitch wanders."""
    times_s = np.arange(32 * 48000) / 48000
    melody_st = 0.5 * range_st * np.sin(2 * np.pi * 0.7 * times_s)
    phase = 2 * np.pi * np.cumsum(pitch_hz * 2 ** (melody_st / 12)) / 48000
    buzz = sum(np.sin(n * phase) / n for n in range(1, 12))
    level = 0.05 + np.sin(np.pi * pace_hz * times_s) ** 2
    return (0.1 * buzz * level).astype(np.float32)


@pytest.fixture
def calm_voice() -> np.ndarray:
    return babble(2.5, 110.0, 2.0)


@pytest.fixture
def wild_voice() -> np.ndarray:
    return babble(5.5, 180.0, 9.0)
