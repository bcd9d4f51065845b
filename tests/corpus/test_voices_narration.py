"""Laws of a narration: it lies inside its take, says what it did, and is the same again."""

import ctypes.util

import numpy as np
import pytest

from mrcmv.corpus.footage.take import Moment, Shot, Take
from mrcmv.corpus.voices import SOURCES
from mrcmv.corpus.voices.mood import Mood
from mrcmv.corpus.voices.narration import narrate
from mrcmv.corpus.voices.speaker import KINDS
from mrcmv.types import Sound

pytestmark = pytest.mark.skipif(
    ctypes.util.find_library("espeak-ng") is None, reason="espeak-ng is not installed"
)

DURATION_S = 24.5
SOURCE = SOURCES["espeak"](None)
SPEAKERS = SOURCE.speakers()


def take(action=0.4, moments=True):
    happened = [Moment(2.0 + 2.5 * n, "kill", "DoomImp") for n in range(8)] if moments else []
    return Take(
        Shot("test", "nowhere", (), DURATION_S, 0),
        Sound(np.zeros((2, 10), np.float32), 48000),
        {"action": np.broadcast_to(np.float32(action), 24).copy()},
        tuple(happened),
        10,
    )


def narration(seed=0, speaker=SPEAKERS[700], mood=None, **options):
    rng = np.random.default_rng(seed)
    return narrate(take(**options), SOURCE, speaker, mood or Mood(), rng)


@pytest.fixture(scope="module")
def told():
    return narration()


def test_the_tracks_are_as_long_as_the_take_and_never_clip(told):
    for sound in (told.dry, told.voice):
        assert sound.samples.shape == (1, round(DURATION_S * 48000))
        assert np.abs(sound.samples).max() < 1.0
    assert told.arousal.shape == (24,)


def test_the_same_seed_gives_the_same_samples_and_another_seed_does_not(told):
    again, other = narration(), narration(seed=1)
    np.testing.assert_array_equal(told.voice.samples, again.voice.samples)
    assert told.lines == again.lines
    assert told.lines != other.lines


def test_no_line_goes_past_the_end_and_none_overlaps(told):
    starts = [line.span.start_s for line in told.lines]
    ends = [line.span.end_s for line in told.lines]
    assert all(one < following for one, following in zip(ends, starts[1:], strict=False))
    assert ends[-1] < DURATION_S
    assert {line.kind for line in told.lines} <= set(KINDS)


def test_there_is_sound_where_the_transcript_says_and_none_elsewhere(told):
    samples = told.dry.mono
    spoken = np.zeros(len(samples), bool)
    for line in told.lines:
        spoken[round(line.span.start_s * 48000) : round(line.span.end_s * 48000)] = True
    assert not samples[~spoken].any()
    for line in told.lines:
        for word in line.words:
            assert line.span.start_s <= word.start_s <= word.end_s <= line.span.end_s + 1e-6
            piece = samples[round(word.start_s * 48000) : round(word.end_s * 48000)]
            assert np.abs(piece).max(initial=0.0) > 1e-3


def test_arousal_by_second_is_that_of_the_line_spoken_then(told):
    for line in told.lines:
        middle = int((line.span.start_s + line.span.end_s) / 2)
        nearby = [each for each in told.lines if each.span.start_s < middle + 1]
        assert told.arousal[middle] in [np.float32(each.manner.arousal) for each in nearby]
    silent = [
        second
        for second in range(24)
        if all(not (s.span.start_s < second + 1 and s.span.end_s > second) for s in told.lines)
    ]
    assert np.isnan(told.arousal[silent]).all()


def test_a_clips_mood_is_heard_in_its_arousal():
    low, high = (narration(mood=Mood(arousal=x, swing=0.0)) for x in (-1.5, 1.5))
    assert np.nanmean(high.arousal) > np.nanmean(low.arousal) + 2
    level = [10 * np.log10(np.mean(n.dry.mono[n.dry.mono != 0] ** 2)) for n in (low, high)]
    assert level[1] > level[0] + 4


def test_who_follows_the_action_is_aroused_by_it_and_who_does_not_is_not():
    for swing, least, most in ((1.0, 1.5, 4.5), (0.0, -0.6, 0.6)):
        calm, wild = (narration(mood=Mood(swing=swing), action=a) for a in (0.05, 0.9))
        assert least < np.nanmean(wild.arousal) - np.nanmean(calm.arousal) < most


def test_the_talkative_say_more():
    few, many = (narration(mood=Mood(talk=t), moments=False) for t in (-2.0, 2.0))
    assert many.speech_s > 1.3 * few.speech_s


def test_no_line_of_a_narration_is_said_twice(told):
    assert len({line.text for line in told.lines}) == len(told.lines) >= 5


def test_a_take_without_a_second_to_speak_is_silent():
    short = Take(
        Shot("test", "nowhere", (), 1.2, 0),
        Sound(np.zeros((2, 10), np.float32), 48000),
        {"action": np.zeros(1, np.float32)},
        (),
        1,
    )
    assert narrate(short, SOURCE, SPEAKERS[0], Mood(), np.random.default_rng(0)).lines == ()
