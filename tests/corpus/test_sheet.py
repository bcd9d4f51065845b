"""A clip that is wrong is told from one that isn't; what is drawn says what it shows."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from mrcmv.corpus.editor.finishing import Levels, planned_gains
from mrcmv.corpus.sheet.contact import lanes_of
from mrcmv.corpus.sheet.levels import inside, level_db, log_bands_db, longest_s
from mrcmv.corpus.sheet.measures import measure
from mrcmv.corpus.sheet.rules import RULES, broken
from mrcmv.corpus.sheet.wholes import Whole, pick
from mrcmv.types import Curve, Frames, Sound, Span

RATE_HZ = 48_000
LENGTH_S = 20.0
SPEECH = (Span(2.0, 6.0), Span(9.0, 12.0), Span(15.0, 17.5))
LEVELS = Levels(
    game_lu=-10.0, music_lu=-10.0, duck_db=8.0, attack_s=0.3, release_s=0.6, fade_in_s=0.5,
    fade_out_s=1.0, target_lufs=-14.0,
)  # fmt: skip


def tone(level_db: float, hz: float, seed: int = 0) -> np.ndarray:
    """A tone with a little noise, at an RMS level. Shape: (2, n)."""
    times_s = np.arange(round(LENGTH_S * RATE_HZ)) / RATE_HZ
    noise = np.random.default_rng(seed).normal(size=len(times_s))
    wave = np.sin(2 * np.pi * hz * times_s) + 0.1 * noise
    wave *= 10 ** (level_db / 20) / np.sqrt(np.mean(wave**2))
    return np.tile(wave, (2, 1)).astype(np.float32)


def spoken(samples: np.ndarray, speech=SPEECH) -> np.ndarray:
    times_s = np.arange(samples.shape[1]) / RATE_HZ
    mask = np.any([(times_s >= s.start_s) & (times_s < s.end_s) for s in speech], axis=0)
    return samples * mask


def a_clip(**changes) -> Whole:
    """A clip without a fault, or with those that are planted."""
    gains = planned_gains(SPEECH, LENGTH_S, LEVELS)
    at_s = np.arange(round(LENGTH_S * RATE_HZ)) / RATE_HZ
    ducked = 10 ** (np.interp(at_s, gains.times_s, gains.values) / 20)
    stems = {
        "voice": spoken(tone(-14.0, 300.0)),
        "music": tone(-28.0, 440.0, 1) * ducked.astype(np.float32),
        "effects": tone(-32.0, 1000.0, 2),
    }
    stems.update({name: changes.pop(name) for name in tuple(stems) if name in changes})
    mix = changes.pop("mix", sum(stems.values()))
    n = round(LENGTH_S * 10)
    strip = np.full((60, 9, 16, 3), 120, np.uint8)
    pictures = SimpleNamespace(
        clip=SimpleNamespace(duration_s=LENGTH_S),
        motion=Curve(changes.pop("motion", np.full(n, 0.02, np.float32)), 10.0),
        strip=Frames(changes.pop("strip", strip), np.arange(60, dtype=np.float32) / 3),
    )
    pair = {"lines": [{"start_s": s.start_s, "end_s": s.end_s} for s in SPEECH], "segments": []}
    pair.update(changes)
    return Whole(
        pair, {}, (), Sound(mix, RATE_HZ), pictures=pictures, levels=LEVELS, gains=gains,
        **{name: Sound(samples, RATE_HZ) for name, samples in stems.items()},
    )  # fmt: skip


def faults(**changes) -> set[str]:
    return set(broken(measure(a_clip(**changes))))


def muted(samples: np.ndarray, start_s: float, end_s: float) -> np.ndarray:
    quiet = samples.copy()
    quiet[:, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = 0.0
    return quiet


def test_a_clean_clip_breaks_no_rule():
    assert faults() == set()


def test_a_silent_stretch_is_flagged():
    mix = a_clip().mix.samples
    assert "silence" in faults(mix=muted(mix, 7.0, 9.5))
    assert "silence" not in faults(mix=muted(mix, 7.0, 8.0))


def test_clipping_is_flagged_and_so_is_its_peak():
    mix = np.clip(a_clip().mix.samples * 8, -1.0, 1.0)
    assert {"clipping", "peak", "loudness"} <= faults(mix=mix)


def test_music_that_is_not_ducked_is_flagged():
    assert faults(music=tone(-28.0, 440.0, 1)) == {"ducking"}


def test_ducking_is_measured_to_half_a_decibel():
    assert measure(a_clip()).duck_db == pytest.approx(LEVELS.duck_db, abs=0.5)


def test_loud_unheard_and_absent_music_are_flagged_each_as_such():
    music = a_clip().music.samples
    assert "music too loud" in faults(music=music * 10 ** (28 / 20))
    assert "music unheard" in faults(music=music * 10 ** (-20 / 20))
    assert "no music" in faults(music=music * 0)
    assert "music stops" in faults(music=muted(music, 12.5, 15.0))


def test_a_game_louder_than_the_voice_is_flagged():
    assert "game too loud" in faults(effects=tone(-14.0 + 3.0, 1000.0, 2))


def test_a_voice_that_is_cut_off_at_the_end_is_flagged():
    speech = (*SPEECH, Span(18.5, LENGTH_S))
    voice = spoken(tone(-14.0, 300.0), speech)
    lines = [{"start_s": s.start_s, "end_s": s.end_s} for s in speech]
    assert faults(voice=voice, lines=lines) == {"speech cut off"}


def test_a_transcript_beside_its_voice_is_flagged():
    lines = [{"start_s": s.start_s - 4.0, "end_s": s.end_s - 4.0} for s in SPEECH[1:]]
    assert "stray voice" in faults(lines=lines)
    unheard = [*a_clip().pair["lines"], {"start_s": 7.0, "end_s": 8.0}]
    assert "mute lines" in faults(lines=unheard)


def test_black_and_frozen_pictures_are_flagged_but_not_games_on_black():
    strip = np.full((60, 9, 16, 3), 5, np.uint8)
    assert faults(strip=strip) == {"black"}
    sprites = strip.copy()
    sprites[:, 4, 6:9] = 200
    assert faults(strip=sprites) == set()
    motion = np.full(200, 0.02, np.float32)
    motion[50:110] = 0.0
    assert faults(motion=motion) == {"frozen"}


def test_a_click_at_a_join_is_flagged_and_a_join_without_one_is_not():
    music = a_clip().music.samples
    segments = [{"start_s": 0.0}, {"start_s": 8.0}]
    assert "click" not in faults(segments=segments)
    stepped = music.copy()
    stepped[:, 8 * RATE_HZ] += 0.3
    assert "click" in faults(music=stepped, segments=segments)


def test_each_rule_has_a_name_of_its_own_and_tells_of_what_it_found():
    assert len({rule.name for rule in RULES}) == len(RULES)
    numbers = replace(measure(a_clip()), silent_s=3.2)
    assert broken(numbers) == {"silence": "3.2 s silent"}


def test_the_same_seed_picks_the_same_clips_and_another_one_others():
    pairs = [{"pair_id": f"p{at:02}", "whole": {} if at % 2 else None} for at in range(60)]
    pairs = [{**pair, "whole": pair["whole"] if pair["whole"] is None else {"clip": 1}}
             for pair in pairs]  # fmt: skip
    drawn = pick(pairs, 5, seed=3)
    assert drawn == pick(pairs[::-1], 5, seed=3)
    assert drawn != pick(pairs, 5, seed=4)
    assert all(pair["whole"] for pair in drawn)
    assert len(pick(pairs, 99, seed=0)) == 30


def test_levels_and_bands_know_a_tone():
    curve = level_db(Sound(tone(-20.0, 1000.0), RATE_HZ))
    assert curve.values == pytest.approx(-20.0, abs=0.5)
    bands, middles = log_bands_db(Sound(tone(-20.0, 1000.0), RATE_HZ))
    assert middles[bands.mean(axis=1).argmax()] == pytest.approx(1000.0, rel=0.05)


def test_spans_and_runs_are_counted_in_seconds():
    curve = Curve(np.zeros(100, np.float32), 10.0)
    mask = inside(curve, [Span(1.0, 2.5), Span(6.0, 7.0)])
    assert mask.sum() == 25
    assert longest_s(mask, 10.0) == 1.5
    assert longest_s(~mask, 10.0) == 3.5
    assert longest_s(np.zeros(0, bool), 10.0) == 0.0


def test_texts_that_would_touch_stand_in_lanes_of_their_own():
    assert lanes_of([0.0, 1.0, 5.0], [4.0, 4.0, 1.0], 3) == [0, 1, 0]
