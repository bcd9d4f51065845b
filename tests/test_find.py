from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mrcmv import methods
from mrcmv.find import NO_VOICE_HERE, find, query_of
from mrcmv.types import (
    Curve,
    Decoded,
    Descriptors,
    Frames,
    Sound,
    Span,
    Stems,
    Track,
    TrackWindow,
)

RATE_HZ = 48000


@pytest.fixture
def decoded() -> Decoded:
    """A clip of 60 s, its window from 10 to 42 s."""
    frames = Frames(np.zeros((0, 4, 4, 3), np.uint8), np.zeros(0, np.float32))
    curve = Curve(np.full(320, 0.05, np.float32), 10.0, 10.0)
    clip = SimpleNamespace(path=Path("clip.mp4"), duration_s=60.0)
    return Decoded(clip, Span(10.0, 42.0), frames, frames, curve, curve, None)


@pytest.fixture
def catalog() -> SimpleNamespace:
    described = Descriptors(100.0, 0, 0.5, -16.0, 0.5, 1500.0, 3.0, 0.0)
    tracks = tuple(Track(f"t{n}", Path(f"{n}.ogg"), f"T{n}", tags=("x",)) for n in range(8))
    windows = tuple(TrackWindow(f"t{n}", 0.0, 32.0, described) for n in range(8))
    return SimpleNamespace(tracks=tracks, windows=windows)


def stems_of(*spans: Span, note: str | None = None) -> Stems:
    ramp = np.arange(60 * RATE_HZ, dtype=np.float32) / RATE_HZ
    return Stems(voice=Sound(np.stack([ramp, ramp]), RATE_HZ), speech=spans, note=note)


def test_the_query_hears_the_window_and_nothing_else(decoded: Decoded):
    spans = (Span(2.0, 9.0), Span(9.5, 12.0), Span(20.0, 21.0), Span(40.0, 50.0), Span(55.0, 58.0))
    query = query_of(decoded, stems_of(*spans))
    assert query.speech == (Span(10.0, 12.0), Span(20.0, 21.0), Span(40.0, 42.0))
    assert query.voice.duration_s == 32.0
    assert query.voice.samples[0, 0] == pytest.approx(10.0)


def test_a_window_without_words_is_asked_by_picture_and_says_so(decoded: Decoded, catalog):
    stems = stems_of(Span(2.0, 9.0), Span(41.8, 50.0), note="It is a gate.")
    assert query_of(decoded, stems).voice is None
    found = find(decoded, stems, catalog, methods.METHODS["descriptors"])
    assert found.notes == ("It is a gate.", NO_VOICE_HERE)
    assert find(decoded, stems, catalog, methods.METHODS["random"]).notes == ("It is a gate.",)


def test_a_clip_without_a_voice_says_so_once(decoded: Decoded, catalog):
    stems = Stems(voice=None, note="Nobody was heard to speak.")
    found = find(decoded, stems, catalog, methods.METHODS["descriptors"])
    assert found.notes == ("Nobody was heard to speak.",)


@pytest.mark.parametrize(("top", "n"), [(5, 5), (1, 1), (0, 0), (50, 8)])
def test_the_best_are_kept(decoded: Decoded, catalog, top: int, n: int):
    found = find(decoded, Stems(voice=None), catalog, methods.METHODS["random"], top=top)
    assert [match.rank for match in found.matches] == list(range(1, n + 1))


def test_the_answer_says_what_was_asked(decoded: Decoded, catalog):
    steps: list[str] = []
    found = find(
        decoded,
        Stems(voice=None),
        catalog,
        methods.METHODS["tags"],
        tags=("x",),
        seed=3,
        hook=lambda step, *args, **more: steps.append(step),
    )
    assert (found.method, found.window, found.decoded) == ("tags", decoded.window, decoded)
    assert steps == ["Comparing with 8 tracks"]
