"""Laws of mood and cues: directions, spread, and habits that stay."""

import numpy as np
from scipy.stats import spearmanr

from mrcmv.corpus.voices.cues import cues, spoken_part, with_effort
from mrcmv.corpus.voices.mood import (
    Mood,
    arousal_at,
    draw_habit,
    draw_mood,
    manner_of,
    pace_of,
)
from mrcmv.corpus.voices.speaker import RATE_HZ, Manner


def manners(mood, actions, seed=0):
    rng = np.random.default_rng(seed)
    habit = draw_habit(mood, rng)
    return [manner_of(mood, habit, action, rng) for action in actions]


def test_every_cue_rises_with_arousal():
    steps = [cues(Manner(arousal=x)) for x in np.linspace(-2, 2, 5)]
    for name in ("rate", "pitch_st", "pitch_range", "level_db", "tilt_db"):
        values = [getattr(step, name) for step in steps]
        assert all(np.diff(values) > 0)


def test_each_departure_moves_its_own_cue():
    at_ease = cues(Manner())
    assert cues(Manner(pace=1.0)).rate > at_ease.rate
    assert cues(Manner(pitch=1.0)).pitch_st > at_ease.pitch_st
    assert cues(Manner(melody=1.0)).pitch_range > at_ease.pitch_range
    assert cues(Manner(level=1.0)).level_db > at_ease.level_db


def test_arousal_follows_the_action_by_the_swing_and_never_leaves_its_range():
    assert arousal_at(Mood(swing=1.0), 0.9) > arousal_at(Mood(swing=1.0), 0.1) + 2
    assert arousal_at(Mood(swing=0.0), 0.9) == arousal_at(Mood(swing=0.0), 0.1)
    assert arousal_at(Mood(swing=-0.5), 0.9) < arousal_at(Mood(swing=-0.5), 0.1)
    assert arousal_at(Mood(arousal=9.0), 1.0) == -arousal_at(Mood(arousal=-9.0), 0.0) == 2.2


def test_some_whisper_in_a_battle_and_some_shout_at_nothing():
    rng = np.random.default_rng(0)
    moods = [draw_mood(rng) for _ in range(500)]
    battle = np.array([arousal_at(mood, 0.9) for mood in moods])
    nothing = np.array([arousal_at(mood, 0.05) for mood in moods])
    assert battle.mean() > nothing.mean() + 1.0
    assert 0.02 < np.mean(battle < -0.5) < 0.25
    assert 0.02 < np.mean(nothing > 0.5) < 0.25


def test_no_single_cue_tells_the_arousal_for_certain():
    rng = np.random.default_rng(0)
    drawn = [manners(draw_mood(rng), [rng.uniform()], seed)[0] for seed in range(400)]
    arousal = [manner.arousal for manner in drawn]
    for name in ("rate", "pitch_st", "tilt_db"):
        likeness = spearmanr(arousal, [getattr(cues(m), name) for m in drawn]).statistic
        assert 0.3 < likeness < 0.995
    wide = [cues(manner).pitch_range for manner in drawn]
    assert spearmanr([manner.melody for manner in drawn], wide).statistic > 0.9
    assert spearmanr(arousal, wide).statistic > 0.15  # the aroused are livelier too, but little


def test_a_habit_stays_through_a_clip_and_differs_between_people():
    pitches = np.array([[m.pitch for m in manners(Mood(), [0.5] * 20, s)] for s in range(40)])
    assert pitches.mean(axis=1).std() > 1.2 * pitches.std(axis=1).mean()


def test_the_talkative_and_the_excited_pause_less():
    assert pace_of(Mood(talk=1.0)).most_s < pace_of(Mood()).most_s < pace_of(Mood(talk=-1.0)).most_s
    assert pace_of(Mood(arousal=1.5)).least_s < pace_of(Mood(arousal=-1.5)).least_s


def test_effort_brings_a_line_to_its_level_and_raises_its_high_part():
    line = np.random.default_rng(0).normal(0, 0.1, RATE_HZ)
    for wanted_db in (-6.0, 0.0, 6.0):
        level = 10 * np.log10(np.mean(with_effort(line, wanted_db, 3.0) ** 2))
        assert abs(level - (-24.0 + wanted_db)) < 0.1
    spectra = [np.abs(np.fft.rfft(with_effort(line, 0.0, tilt))) for tilt in (0.0, 6.0)]
    bright = [np.sum(s[6000:] ** 2) / np.sum(s[:500] ** 2) for s in spectra]
    assert 3 < 10 * np.log10(bright[1] / bright[0]) < 7


def test_the_spoken_part_is_the_line_without_the_silence_around_it():
    raw = np.zeros(RATE_HZ)
    raw[10_000:20_000] = 0.5
    part = spoken_part(raw)
    assert 9_000 < part.start <= 10_000
    assert 20_000 <= part.stop < 21_500
