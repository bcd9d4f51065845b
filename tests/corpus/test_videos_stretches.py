"""Laws of where speech and music are heard together, on numbers and on synthetic sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrcmv.corpus.build.dubs import LEAST_SPEECH_S
from mrcmv.corpus.videos.looking import SHORTEST_S
from mrcmv.corpus.videos.stretches import (
    LONGEST_S,
    Course,
    course_of,
    has_music,
    has_speech,
    stretches,
    under_speech_db,
    windows,
)
from mrcmv.types import WINDOW_S, Sound, Span

HZ = 1000


def course(speech, music_db=-20.0, voice_db=-15.0):
    speech = np.array(speech, np.float32)
    return Course(speech, np.broadcast_to(np.float32(music_db), speech.shape), voice_db)


def cut(one, duration_s):
    good = [w for w in windows(duration_s) if has_speech(one, w) and has_music(one, w)]
    return stretches(good)


@given(
    st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.3, 1.0]), min_size=20, max_size=300),
    st.lists(st.sampled_from([-20.0, -20.0, -60.0]), min_size=10, max_size=10),
    st.floats(0.0, 0.9),
)
def test_stretches_are_20_to_90_s_apart_and_good_wherever_they_are_cut(speech, levels, rest_s):
    duration_s = len(speech) + rest_s
    music_db = np.repeat(np.array(levels, np.float32), 30)[: len(speech)]
    one = course(speech, music_db)
    found = cut(one, duration_s)
    end_s = 0.0
    for span, starts_s in found:
        assert SHORTEST_S <= span.duration_s <= LONGEST_S
        assert end_s <= span.start_s
        assert span.end_s <= duration_s + 1e-6
        end_s = span.end_s
        last_s = max(0.0, span.duration_s - WINDOW_S)
        wanted = [span.start_s + step for step in range(int(last_s + 1e-6) + 1)]
        assert list(starts_s) == wanted
        for start_s in starts_s:
            window = Span(start_s, start_s + min(WINDOW_S, span.duration_s))
            assert has_speech(one, window)
            assert has_music(one, window)


def test_a_stretch_goes_on_as_long_as_its_windows_are_good_and_90_s_at_most():
    (first,) = cut(course([0.5] * 10 + [0.0] * 190), 200.0)
    assert first == (Span(0.0, 36.0), (0.0, 1.0, 2.0, 3.0, 4.0))
    everywhere = cut(course([0.4, 0.0] * 100), 200.0)
    assert [span for span, _ in everywhere] == [Span(0.0, 90.0), Span(90.0, 180.0)]


def test_a_window_without_enough_speech_is_dropped():
    speech = [0.0] * 60
    speech[50] = speech[51] = speech[52] = 1.0
    (found,) = cut(course(speech), 60.0)
    assert found[0].start_s == 21.0
    speech[52] = LEAST_SPEECH_S - 2.1
    assert cut(course(speech), 60.0) == []


@pytest.mark.parametrize(("music_db", "kept"), [(-33.0, True), (-47.0, False)])
def test_music_counts_relative_to_the_voice_wherever_the_clip_is_levelled(music_db, kept):
    for gain_db in (0.0, -10.0):
        one = course([1.0, 0.0] * 16, music_db + gain_db, -15.0 + gain_db)
        assert has_music(one, Span(0.0, 32.0)) is kept


def test_silence_is_no_music_however_soft_the_voice():
    assert not has_music(course([1.0, 0.0] * 16, -60.0, -50.0), Span(0.0, 32.0))


def test_music_that_a_gate_took_with_the_words_is_judged_in_the_pauses():
    music_db = np.array([-60.0, -20.0] * 16, np.float32)
    assert has_music(course([1.0, 0.0] * 16, music_db), Span(0.0, 32.0))
    assert not has_music(course([0.0, 0.0] * 16, music_db), Span(0.0, 32.0))
    assert not has_music(course([1.0, 1.0] * 16, -60.0), Span(0.0, 32.0))


def test_a_short_video_is_one_window():
    assert windows(25.5) == [Span(0.0, 25.5)]
    assert windows(34.2) == [Span(float(at), at + WINDOW_S) for at in range(3)]


@given(st.lists(st.tuples(st.integers(0, 190), st.integers(1, 40)), max_size=6))
def test_speech_of_each_second_is_what_counting_tenths_gives(spans):
    cut_up, end = [], 0
    for start, length in sorted(spans):
        if start >= end:
            end = min(start + length, 205)
            cut_up.append(Span(start / 10, end / 10))
    quiet = Sound(np.zeros((1, 21 * HZ), np.float32), HZ)
    found = course_of(cut_up, quiet, quiet, 20.5).speech
    slow = np.zeros(20)
    for tenth in range(200):
        at_s = tenth / 10 + 0.05
        slow[tenth // 10] += 0.1 * any(span.start_s < at_s < span.end_s for span in cut_up)
    assert found == pytest.approx(slow, abs=1e-5)


def test_levels_are_those_of_the_stems():
    times_s = np.arange(8 * HZ) / HZ
    tone = np.sqrt(2) * np.sin(2 * np.pi * 50 * times_s).astype(np.float32)[None]
    words = np.repeat([1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0], HZ).astype(np.float32)
    speech = [Span(0.0, 2.0), Span(4.0, 5.0), Span(7.0, 8.0)]
    voice = Sound(0.1 * tone * words, HZ)
    ducked = Sound(0.01 * tone * np.where(words, 0.5, 1.0).astype(np.float32), HZ)
    one = course_of(speech, voice, ducked, 8.0)
    assert one.voice_db == pytest.approx(-20.0, abs=0.1)
    assert under_speech_db(one) == pytest.approx(-6.0, abs=0.1)
    gated = course_of(speech, voice, Sound(0.1 * tone * (1 - words), HZ), 8.0)
    assert under_speech_db(gated) == pytest.approx(-40.0, abs=0.1)


def test_without_pauses_nothing_is_said_of_the_music_under_speech():
    assert under_speech_db(course([1.0] * 40)) is None
    assert under_speech_db(course([0.0] * 40)) is None
