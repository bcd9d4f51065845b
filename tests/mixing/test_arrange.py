"""Laws of laying a track over a clip."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrcmv.mixing import arrange

RATE = 48_000


def chord(seconds: float):
    time_s = np.arange(round(seconds * RATE)) / RATE
    left = 0.2 * np.sin(2 * np.pi * 220 * time_s) + 0.2 * np.sin(2 * np.pi * 331 * time_s)
    right = 0.2 * np.sin(2 * np.pi * 277 * time_s) + 0.2 * np.sin(2 * np.pi * 414 * time_s)
    return np.stack([left, right]).astype(np.float32)


def beats(seconds: float, bpm: float, seed: int = 0):
    """A decaying noise burst on each beat over a quiet bed."""
    rng = np.random.default_rng(seed)
    n_samples = round(seconds * RATE)
    out = 0.002 * rng.standard_normal(n_samples)
    hit = rng.standard_normal(4800) * np.exp(-np.arange(4800) / 900) * 0.3
    for at in np.arange(0, n_samples - 4800, 60 / bpm * RATE).astype(int):
        out[at : at + 4800] += hit
    return np.tile(out, (2, 1)).astype(np.float32)


def hits_s(sound, bpm: float):
    """Times of the beats in a sound: where the level leaps."""
    level = np.square(sound[:, : sound.shape[1] // 480 * 480]).mean(axis=0).reshape(-1, 480)
    level = level.mean(axis=1)
    leaps = np.flatnonzero((level[1:] > 1e-4) & (level[1:] > 8 * level[:-1])) + 1
    return leaps * 0.01


@settings(max_examples=25, deadline=None)
@given(st.floats(1.0, 9.0), st.floats(0.0, 0.999), st.floats(0.5, 20.0))
def test_any_track_fills_any_clip_without_a_click(track_s, share, need_s):
    music = chord(track_s)
    tail = music[:, int(share * music.shape[1]) :]
    n_samples = round(need_s * RATE)
    out = arrange.loop_music(tail, music, n_samples)
    assert out.shape == (2, n_samples)
    # Equal power adds up to 3 dB where the material is the same on both sides.
    own = np.abs(np.diff(music)).max()
    assert np.abs(np.diff(out)).max() <= 1.45 * own
    level = np.sqrt(np.square(out[:, : n_samples // 4800 * 4800]).reshape(2, -1, 4800).mean(axis=2))
    assert level.min() > 0.0


def test_music_starts_where_the_match_does():
    music = chord(6.0)
    out = arrange.loop_music(music[:, 2 * RATE :], music, 10 * RATE)
    np.testing.assert_array_equal(out[:, : 2 * RATE], music[:, 2 * RATE : 4 * RATE])


def test_a_start_in_the_last_moment_goes_round():
    music = chord(6.0)
    out = arrange.loop_music(music[:, -500:], music, 3 * RATE)
    np.testing.assert_array_equal(out, music[:, : 3 * RATE])


def test_loops_leave_out_the_fades_at_the_tracks_ends():
    music = chord(20.0)
    music[:, : 3 * RATE] *= np.linspace(0, 1, 3 * RATE, dtype=np.float32) ** 3
    music[:, -4 * RATE :] *= np.linspace(1, 0, 4 * RATE, dtype=np.float32) ** 3
    out = arrange.loop_music(music[:, 10 * RATE :], music, 40 * RATE)
    level_db = 10 * np.log10(np.square(out).reshape(2, -1, 4800).mean(axis=(0, 2)))
    assert level_db.min() > np.median(level_db) - 14.0


def test_loudness_holds_through_a_crossfade():
    noise = np.random.default_rng(1).standard_normal((2, 12 * RATE)).astype(np.float32) * 0.1
    out = arrange.loop_music(noise[:, 4 * RATE :], noise, 30 * RATE)
    level_db = 10 * np.log10(np.square(out).reshape(2, -1, RATE // 2).mean(axis=(0, 2)))
    assert np.ptp(level_db) < 0.7


@pytest.mark.parametrize("bpm", [84.0, 97.0, 130.0])
def test_loops_join_on_the_beat(bpm):
    music = beats(21.3, bpm)
    out = arrange.loop_music(music[:, 12 * RATE :], music, 30 * RATE)
    gaps_s = np.diff(hits_s(out, bpm))
    off = np.abs(gaps_s / (60 / bpm) - np.round(gaps_s / (60 / bpm))) * 60 / bpm
    assert off.max() <= 0.03


def test_music_without_beats_is_not_moved():
    noise = np.random.default_rng(2).standard_normal((2, 10 * RATE)).astype(np.float32)
    swell = np.sin(np.linspace(0, 3, 10 * RATE)).astype(np.float32) + 1.2
    assert arrange.in_step(chord(4.0), chord(10.0), 2 * RATE) == 0
    assert arrange.in_step(noise * swell, np.zeros((2, 10 * RATE), np.float32), 2 * RATE) == 0
