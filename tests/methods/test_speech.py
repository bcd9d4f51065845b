import time

import numpy as np
import pytest

from mrcmv.media.pitch import RATE_HZ, pitch_hz
from mrcmv.methods.speech import prosody
from mrcmv.types import Sound, Span

WHOLE = (Span(0.0, 32.0),)


def tone(hz: float, duration_s: float = 1.0) -> np.ndarray:
    """A buzz with eight partials: a sine has no octave to be mistaken."""
    phase = 2 * np.pi * hz * np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return sum(np.sin(n * phase) / n for n in range(1, 9)).astype(np.float32) * np.float32(0.1)


@pytest.mark.parametrize("hz", [75.0, 110.0, 196.0, 261.6, 440.0])
def test_the_pitch_of_a_tone_is_found_within_a_tenth_of_a_semitone(hz: float):
    found = pitch_hz(tone(hz))[5:-5]
    assert np.all(np.abs(12 * np.log2(found / hz)) < 0.1)


def test_a_glide_is_followed():
    hz = np.geomspace(100, 300, 2 * RATE_HZ)
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    found = pitch_hz(sum(np.sin(n * phase) / n for n in range(1, 6)).astype(np.float32))
    expected = np.interp(np.arange(len(found)) * 0.01, np.arange(len(hz)) / RATE_HZ, hz)
    inner = slice(5, -5)
    assert np.all(np.abs(12 * np.log2(found[inner] / expected[inner])) < 0.5)


def test_noise_and_silence_have_hardly_any_pitch():
    noise = np.random.default_rng(0).normal(size=RATE_HZ).astype(np.float32)
    assert (pitch_hz(noise) > 0).mean() < 0.1
    assert not pitch_hz(np.zeros(RATE_HZ, np.float32)).any()


def voice_of(samples: np.ndarray) -> Sound:
    return Sound(np.stack([samples, samples]), 48000)


def test_gain_changes_nothing(wild_voice: np.ndarray):
    measured = prosody(voice_of(wild_voice), WHOLE)
    for gain in (0.003, 0.1, 8.0):
        louder = prosody(voice_of(wild_voice * np.float32(gain)), WHOLE)
        np.testing.assert_allclose(
            [*vars(louder).values()], [*vars(measured).values()], rtol=1e-3, atol=1e-3
        )


def test_pace_counts_syllables(calm_voice: np.ndarray, wild_voice: np.ndarray):
    assert prosody(voice_of(calm_voice), WHOLE).pace_hz == pytest.approx(2.5, abs=0.3)
    assert prosody(voice_of(wild_voice), WHOLE).pace_hz == pytest.approx(5.5, abs=0.5)


def test_pitch_level_and_range_are_in_semitones(wild_voice: np.ndarray):
    measured = prosody(voice_of(wild_voice), WHOLE)
    assert measured.pitch_st == pytest.approx(12 * np.log2(180 / 100), abs=1.0)
    # A sine that swings over 9 st spends 80 % of its time in the middle 8.56.
    assert measured.pitch_range_st == pytest.approx(8.56, abs=0.8)


def test_only_what_is_said_inside_the_spans_counts(calm_voice: np.ndarray, wild_voice: np.ndarray):
    n = 16 * 48000
    both = np.concatenate([calm_voice[:n], wild_voice[:n]])
    first = prosody(voice_of(both), (Span(0.0, 16.0),))
    second = prosody(voice_of(both), (Span(16.0, 32.0),))
    assert first.pace_hz == pytest.approx(2.5, abs=0.3)
    assert second.pace_hz == pytest.approx(5.5, abs=0.5)


def test_too_little_speech_says_nothing(wild_voice: np.ndarray):
    assert prosody(voice_of(wild_voice), (Span(3.0, 3.3),)) is None
    assert prosody(voice_of(wild_voice), ()) is None
    assert prosody(voice_of(np.zeros(48000 * 4)), (Span(0.0, 4.0),)) is None


def test_a_window_of_speech_is_measured_in_half_a_second(wild_voice: np.ndarray):
    prosody(voice_of(wild_voice[:48000]), (Span(0.0, 1.0),))
    taken_s = []
    for _ in range(3):
        start_s = time.process_time()
        prosody(voice_of(wild_voice), WHOLE)
        taken_s.append(time.process_time() - start_s)
    assert min(taken_s) < 0.5
