"""Laws of the composer's sound: played alike whatever came before, finished in its own tone."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus.composer import compose, rendering, synthesiser
from mrcmv.corpus.composer.tone import (
    CEILING_DB,
    LEAST_LUFS,
    MOST_HIGH_DB,
    MOST_LUFS,
    Tone,
    finish,
    shelve,
    widen,
)
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound

needs_fluidsynth = pytest.mark.skipif(
    rendering.find_soundfont() is None, reason="FluidSynth or its soundfont is not installed"
)
RATE_HZ = 44_100
PLAIN = Tone(loudness_lufs=-16.0, low_db=0.0, high_db=0.0, width=1.0, ride_ratio=1.0)
TONES = [Tone.drawn(seed) for seed in range(400)]


def band(low_hz: float, high_hz: float):
    """Noise in a band, unlike in its two channels. Shape: (2, 6 s)."""
    from scipy.signal import butter, sosfilt

    noise = np.random.default_rng(3).normal(0, 0.1, (2, 6 * RATE_HZ))
    filters = butter(4, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    return sosfilt(filters, noise, axis=1).astype(np.float32)


def level_db(samples) -> float:
    return 10 * float(np.log10(np.mean(samples.astype(float) ** 2)))


@needs_fluidsynth
def test_a_score_sounds_the_same_whatever_was_played_before():
    one, other = compose("boss", 3, 16.0), compose("snow", 4, 16.0)
    first = rendering.play(one).samples
    rendering.play(other, RATE_HZ, n_voices=32)
    np.testing.assert_array_equal(rendering.play(one).samples, first)


@needs_fluidsynth
def test_notes_sound_where_the_score_has_them():
    score = compose("racing", 5, 16.0)
    sound = rendering.play(score)
    assert sound.duration_s == pytest.approx(score.duration_s + rendering.TAIL_S, abs=1e-3)
    first_s = min(score.time_s(note.start) for part in score.parts for note in part.notes)
    heard = np.flatnonzero(np.abs(sound.samples).max(axis=0) > 1e-3)
    assert heard[0] / sound.rate_hz == pytest.approx(first_s, abs=0.05)
    assert level_db(sound.samples) > -50


@needs_fluidsynth
def test_a_soundfont_that_cannot_be_read_is_named(tmp_path: Path):
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"RIFF")
    with pytest.raises(MrcmvError, match=r"broken\.sf2"):
        synthesiser.play_midi(b"", broken, {}, (2, 64))


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(synthesiser, "library", lambda: None)
    with pytest.raises(MrcmvError, match="apt-get install fluidsynth"):
        synthesiser.play_midi(b"", tmp_path / "any.sf2", {}, (2, 64))
    monkeypatch.setattr(rendering, "library", lambda: None)
    with pytest.raises(MrcmvError, match="apt-get install fluidsynth"):
        rendering.render(compose("sad", 1, 16.0))


def test_a_seed_has_one_tone_and_another_seed_another():
    assert [Tone.drawn(seed) for seed in range(400)] == TONES
    assert len(set(TONES)) == 400


def test_tones_differ_as_real_masterings_do():
    loudness = np.array([tone.loudness_lufs for tone in TONES])
    assert np.percentile(loudness, 90) - np.percentile(loudness, 10) > 8
    assert max(tone.high_db for tone in TONES) <= MOST_HIGH_DB
    assert 0.05 < np.mean([tone.width == 0 for tone in TONES]) < 0.17


@pytest.mark.parametrize("loudness_lufs", [-60.0, -20.0, -14.0, 0.0])
def test_a_finished_piece_is_as_loud_as_its_tone_within_the_range(loudness_lufs: float):
    score, quiet = compose("sad", 1, 16.0), Sound(0.2 * band(300, 3000), RATE_HZ)
    tone = Tone(loudness_lufs, 0.0, 0.0, 1.0, 1.0)
    made = finish(quiet, score, tone)
    assert np.abs(made.samples).max() <= 10 ** (CEILING_DB / 20) + 1e-6
    lufs = media.loudness_lufs(made)
    if loudness_lufs == 0.0:
        assert -16 < lufs <= MOST_LUFS + 0.1
    elif loudness_lufs == -60.0:
        assert lufs == pytest.approx(LEAST_LUFS, abs=0.2)
    else:
        energy = score.mood.energy
        assert lufs == pytest.approx(loudness_lufs + 5 * (energy - 0.5), abs=0.2)


@pytest.mark.parametrize(
    ("made", "change"),
    [
        (band(30, 50), lambda tone: tone.low_db),
        (band(600, 700), lambda tone: 0.0),
        (band(12_000, 20_000), lambda tone: tone.high_db),
    ],
    ids=["lows", "middle", "highs"],
)
def test_shelves_lift_and_lower_what_lies_beyond_them(made, change: Callable[[Tone], float]):
    tone = Tone(-16.0, 4.0, -8.0, 1.0, 1.0)
    plain, shelved = shelve(made, RATE_HZ, PLAIN), shelve(made, RATE_HZ, tone)
    assert level_db(shelved) - level_db(plain) == pytest.approx(change(tone), abs=1.0)


def test_width_scales_the_difference_alone():
    samples = band(300, 3000)
    for width in (0.0, 0.5, 1.0, 2.0):
        widened = widen(samples, width)
        np.testing.assert_allclose(widened.mean(axis=0), samples.mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(
            widened[0] - widened[1], width * (samples[0] - samples[1]), atol=1e-6
        )


def test_finishing_never_clips_whatever_is_drawn():
    score, sound = compose("sad", 1, 16.0), Sound(band(60, 15_000), RATE_HZ)
    for tone in Random(1).sample(TONES, 6):
        assert np.abs(finish(sound, score, tone).samples).max() <= 10 ** (CEILING_DB / 20) + 1e-6
