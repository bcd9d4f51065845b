"""How much of a song is sung, and the song without it."""

import numpy as np
import pytest

from mrcmv.errors import SeparationError
from mrcmv.separation import BACKENDS, singer, take_out
from mrcmv.separation.singing import singing_share
from mrcmv.settings import Settings
from mrcmv.types import Sound, Stems

RATE_HZ = 8_000


def noise(seed: int, level: float, duration_s: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return level * rng.standard_normal((2, round(duration_s * RATE_HZ))).astype(np.float32)


def song(sung_s: float, band_s: float, voice_db: float) -> tuple[Sound, Sound]:
    """A voice over the first seconds of a band, so loud beside it; and both together."""
    band = noise(0, 0.1, band_s)
    voice = np.zeros_like(band)
    n = round(sung_s * RATE_HZ)
    voice[:, :n] = noise(1, 0.1 * 10 ** (voice_db / 20), sung_s)
    return Sound(voice, RATE_HZ), Sound(voice + band, RATE_HZ)


def test_the_share_is_that_of_the_seconds_in_which_the_voice_stands_out():
    for sung_s in (0.0, 2.0, 5.0, 8.0):
        assert singing_share(*song(sung_s, 8.0, 0.0)) == pytest.approx(sung_s / 8)


def test_what_a_separator_leaves_of_the_band_is_no_singing():
    assert singing_share(*song(8.0, 8.0, -20.0)) == 0.0
    assert singing_share(*song(8.0, 8.0, -8.0)) == 1.0


def test_a_last_second_that_is_shorter_counts_for_less():
    voice, both = song(2.0, 2.25, 0.0)
    assert singing_share(voice, both) == pytest.approx(2.0 / 2.25)


def test_loudness_makes_no_difference_and_silence_is_not_sung():
    voice, both = song(3.0, 8.0, 0.0)
    quiet = [Sound(1e-3 * one.samples, RATE_HZ) for one in (voice, both)]
    assert singing_share(*quiet) == singing_share(voice, both)
    # What is left of a voice behind the end of a song is all that sounds there, and yet nothing.
    tail = noise(2, 1e-5, 4.0)
    ended = [Sound(np.hstack([one.samples, tail]), RATE_HZ) for one in (voice, both)]
    assert singing_share(*ended) == pytest.approx(3 / 12)
    nothing = Sound(np.zeros((2, RATE_HZ), np.float32), RATE_HZ)
    assert singing_share(nothing, nothing) == 0.0


def test_a_voice_of_another_length_is_no_voice_of_that_song():
    voice, both = song(3.0, 8.0, 0.0)
    with pytest.raises(ValueError, match="as long as"):
        singing_share(Sound(voice.samples[:, 1:], RATE_HZ), both)


class Knows:
    """A backend that knows the voice."""

    summary = licence = ""

    def __init__(self, voice: Sound | None, missing: str | None = None) -> None:
        self.voice = voice
        self._missing = missing

    def missing(self, settings):
        return self._missing

    def split(self, sound, settings, hook):
        return Stems(self.voice, rest=None)


def test_the_accompaniment_is_the_song_without_the_voice(monkeypatch, settings):
    voice, both = song(4.0, 8.0, 0.0)
    monkeypatch.setitem(BACKENDS, "hdemucs", Knows(voice))
    unsung = take_out(both, "hdemucs", settings)
    assert np.array_equal(unsung.accompaniment.samples, both.samples - voice.samples)
    assert unsung.singing_share == 0.5
    monkeypatch.setitem(BACKENDS, "hdemucs", Knows(None))
    unsung = take_out(both, "hdemucs", settings)
    assert np.array_equal(unsung.accompaniment.samples, both.samples)
    assert unsung.singing_share == 0.0


def test_spleeter_comes_first_and_without_a_backend_there_is_none(monkeypatch, settings: Settings):
    for missing, chosen in (
        ((None, None), "spleeter"),
        (("make it", None), "hdemucs"),
        (("make it", "fetch it"), None),
    ):
        for name, says in zip(("spleeter", "hdemucs"), missing, strict=True):
            monkeypatch.setitem(BACKENDS, name, Knows(None, says))
        assert singer(settings) == chosen
    with pytest.raises(SeparationError, match=r"hdemucs is not installed\. fetch it"):
        take_out(song(1.0, 2.0, 0.0)[1], "hdemucs", settings)
