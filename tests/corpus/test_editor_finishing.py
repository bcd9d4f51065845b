"""How the editor finishes a clip."""

from dataclasses import replace

import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus.editor.finishing import LEAST_MUSIC_LU, draw_levels, finish
from mrcmv.corpus.editor.laying import SILENCE_LUFS, loud_part_lufs
from mrcmv.types import Sound, Span

RATE_HZ = 48000
SECONDS = 12
SPEECH = (Span(3.0, 5.0), Span(8.0, 9.0))


def tone(hz: float, level: float, spans=(Span(0.0, SECONDS),)) -> np.ndarray:
    times_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    on = sum(((times_s >= s.start_s) & (times_s < s.end_s)) for s in spans)
    return np.tile(level * np.sin(2 * np.pi * hz * times_s) * on, (2, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def made():
    levels = replace(draw_levels(np.random.default_rng(0)), duck_db=9.0, music_lu=-8.0)
    game = Sound(tone(900, 0.05)[:, ::1], RATE_HZ)
    voice = Sound(tone(300, 0.2, SPEECH), RATE_HZ)
    return finish(voice, game, tone(2000, 0.3), SPEECH, levels), levels


def rms_db(sound: Sound, start_s: float, end_s: float) -> float:
    part = sound.samples[:, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
    return 10 * np.log10(np.mean(part**2) + 1e-12)


def test_music_goes_down_under_speech_by_what_was_asked(made):
    finished, levels = made
    under, between = rms_db(finished.music, 3.5, 4.5), rms_db(finished.music, 6.6, 7.0)
    assert between - under == pytest.approx(levels.duck_db, abs=0.5)


def test_the_mix_has_its_loudness_and_never_clips(made):
    finished, levels = made
    assert media.loudness_lufs(finished.mix) == pytest.approx(levels.target_lufs, abs=0.7)
    assert media.true_peak_dbtp(finished.mix) <= -1.0


def test_stems_have_one_length_and_none_is_silent(made):
    finished, _ = made
    stems = (finished.voice, finished.music, finished.effects)
    assert {stem.samples.shape for stem in stems} == {(2, SECONDS * RATE_HZ)}
    assert all(rms_db(stem, 3.2, 4.8) > -60 for stem in stems)


def test_short_music_leaves_silence_not_an_error():
    levels = draw_levels(np.random.default_rng(1))
    voice, game = Sound(tone(300, 0.2, SPEECH), RATE_HZ), Sound(tone(900, 0.05), RATE_HZ)
    finished = finish(voice, game, tone(2000, 0.3)[:, : 6 * RATE_HZ], SPEECH, levels)
    assert rms_db(finished.music, 7.0, 11.0) < -100


def test_ducked_music_can_still_be_heard():
    drawn = [draw_levels(np.random.default_rng(seed)) for seed in range(300)]
    assert min(one.music_lu - one.duck_db for one in drawn) >= LEAST_MUSIC_LU - 1e-9
    assert max(one.duck_db for one in drawn) > 12.0


def test_the_loud_part_is_of_what_sounds_however_seldom():
    always, seldom = tone(1000, 0.1), tone(1000, 0.1, (Span(4.0, 4.4),))
    steady = loud_part_lufs(Sound(always, RATE_HZ))
    assert loud_part_lufs(Sound(seldom, RATE_HZ)) == pytest.approx(steady, abs=0.3)
    assert loud_part_lufs(Sound(0 * always, RATE_HZ)) == SILENCE_LUFS


def test_the_loud_part_of_a_bass_counts_as_it_is_heard():
    bass, middle = (loud_part_lufs(Sound(tone(hz, 0.1), RATE_HZ)) for hz in (40, 1000))
    assert bass < middle - 3  # K-weighting, ITU-R BS.1770
