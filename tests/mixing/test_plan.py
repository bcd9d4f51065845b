"""Laws of the gain plan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrcmv.mixing import plan
from mrcmv.types import MixOptions, Span

FLAT = MixOptions(fade_in_s=0.0, fade_out_s=0.0)

spans = st.lists(
    st.tuples(st.floats(0, 55), st.floats(0.05, 8)).map(lambda at: Span(at[0], at[0] + at[1])),
    max_size=8,
).map(tuple)
options = st.builds(
    MixOptions,
    duck_db=st.floats(0, 30),
    attack_s=st.floats(0, 2),
    release_s=st.floats(0, 3),
    fade_in_s=st.floats(0, 4),
    fade_out_s=st.floats(0, 4),
)


def gain_at(curve, time_s: float) -> float:
    return float(np.interp(time_s, curve.times_s, curve.values))


def slow_gain_db(time_s: float, speech: list[Span], duration_s: float, chosen: MixOptions):
    """The obvious twin: one moment, plain loops, from the words of the docstrings."""
    attack_s, release_s = max(chosen.attack_s, 0.02), max(chosen.release_s, 0.02)
    stretches: list[list[float]] = []
    for span in sorted(speech, key=lambda span: span.start_s):
        start_s, end_s = max(0.0, span.start_s), min(duration_s, span.end_s)
        if end_s <= start_s:
            continue
        pause_s = 0.06 + 0.12 + attack_s + release_s
        if stretches and start_s <= stretches[-1][1] + pause_s:
            stretches[-1][1] = max(stretches[-1][1], end_s)
        else:
            stretches.append([start_s, end_s])
    deepest = 0.0
    for start_s, end_s in stretches:
        down_s, up_s = start_s - 0.06, end_s + 0.12
        if down_s <= time_s <= up_s:
            depth = 1.0
        elif down_s - attack_s < time_s < down_s:
            depth = 1 - (down_s - time_s) / attack_s
        elif up_s < time_s < up_s + release_s:
            depth = 1 - (time_s - up_s) / release_s
        else:
            depth = 0.0
        deepest = max(deepest, depth)
    gain_db = -chosen.duck_db * np.sin(0.5 * np.pi * deepest) ** 2
    amplitude = 1.0
    total_s = chosen.fade_in_s + chosen.fade_out_s
    shrink = min(1.0, duration_s / total_s) if total_s else 1.0
    for left_s, fade_s in (
        (time_s, chosen.fade_in_s * shrink),
        (duration_s - time_s, chosen.fade_out_s * shrink),
    ):
        if fade_s > 0.001 and left_s < fade_s:
            position = max(left_s, 0.0) / fade_s
            amplitude = min(amplitude, 0.5 - 0.5 * np.cos(np.pi * position))
    return max(-80.0, gain_db + 20 * np.log10(max(amplitude, 1e-4)))


@settings(max_examples=60, deadline=None)
@given(spans, options, st.floats(1, 60))
def test_plan_is_what_its_words_say(speech, chosen, duration_s):
    curve = plan.plan_gains(speech, duration_s, chosen)
    times_s = np.arange(len(curve.values)) / plan.PLAN_HZ
    slow = [slow_gain_db(time_s, list(speech), duration_s, chosen) for time_s in times_s]
    np.testing.assert_allclose(curve.values, slow, atol=2e-3)


@settings(max_examples=60, deadline=None)
@given(spans, options, st.floats(1, 60))
def test_plan_is_bounded_and_never_jumps(speech, chosen, duration_s):
    ducking = plan.plan_gains(
        speech, duration_s, MixOptions(chosen.music_lu, chosen.duck_db, chosen.attack_s,
                                       chosen.release_s, fade_in_s=0.0, fade_out_s=0.0)
    ).values  # fmt: skip
    assert ducking.max() <= 1e-6
    assert ducking.min() >= -chosen.duck_db - 1e-4
    steepest = 0.5 * np.pi * chosen.duck_db / max(min(chosen.attack_s, chosen.release_s), 0.02)
    assert np.abs(np.diff(ducking)).max() <= steepest / plan.PLAN_HZ + 1e-3


@settings(max_examples=40, deadline=None)
@given(spans, spans, options)
def test_more_speech_never_raises_the_music(speech, more, chosen):
    less = plan.plan_gains(speech, 60.0, chosen).values
    both = plan.plan_gains(speech + more, 60.0, chosen).values
    assert (both <= less + 1e-4).all()


@settings(max_examples=40, deadline=None)
@given(spans, options)
def test_music_is_fully_down_before_the_first_word_until_the_last(speech, chosen):
    curve = plan.plan_gains(
        speech, 70.0, MixOptions(duck_db=chosen.duck_db, attack_s=chosen.attack_s,
                                 release_s=chosen.release_s, fade_in_s=0.0, fade_out_s=0.0)
    )  # fmt: skip
    for span in speech:
        for time_s in np.linspace(max(span.start_s - 0.03, 0.0), span.end_s + 0.05, 9):
            assert gain_at(curve, time_s) == pytest.approx(-chosen.duck_db, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(spans, st.integers(1, 500))
def test_later_speech_gives_the_same_plan_later(speech, n_points):
    shift_s = n_points / plan.PLAN_HZ
    moved = tuple(Span(span.start_s + shift_s, span.end_s + shift_s) for span in speech)
    here = plan.plan_gains([Span(s.start_s + 5, s.end_s + 5) for s in speech], 120.0, FLAT).values
    there = plan.plan_gains([Span(s.start_s + 5, s.end_s + 5) for s in moved], 120.0, FLAT).values
    np.testing.assert_allclose(there[n_points:], here[: len(here) - n_points], atol=1e-3)


def test_no_speech_no_ducking():
    assert (plan.plan_gains((), 30.0, FLAT).values == 0).all()


def test_ducking_of_0_db_leaves_only_the_fades():
    chosen = MixOptions(duck_db=0.0)
    speech = (Span(3, 5), Span(9, 20))
    ducked = plan.plan_gains(speech, 30.0, chosen).values
    np.testing.assert_array_equal(ducked, plan.plan_gains((), 30.0, chosen).values)
    assert (ducked[50:-120] == 0).all()


def test_short_pauses_hold_the_music_down():
    curve = plan.plan_gains((Span(5, 7), Span(7.7, 9), Span(10, 12)), 20.0, FLAT)
    held = (curve.times_s > 5) & (curve.times_s < 12)
    np.testing.assert_allclose(curve.values[held], -FLAT.duck_db, atol=1e-4)


def test_long_pauses_let_the_music_come_all_the_way_up():
    pause_s = plan.hold_s(FLAT) + 2.5 / plan.PLAN_HZ
    curve = plan.plan_gains((Span(5, 7), Span(7 + pause_s, 9 + pause_s)), 20.0, FLAT)
    between = (curve.times_s > 7) & (curve.times_s < 7 + pause_s)
    assert curve.values[between].max() == pytest.approx(0.0, abs=0.05)


def test_busy_speech_still_has_6_db_less_music_than_all_the_pauses_together():
    # A commentary that pauses for a second at a time, as speech detection hears it.
    ends_s = ((0.7, 5.5), (6.7, 8), (10.6, 13.3), (14.2, 15.9), (16.6, 18.5), (21, 22.8))
    ends_s += ((24.9, 25.9), (26.3, 28), (28.7, 29.8), (30.6, 32.7))
    curve = plan.plan_gains([Span(*ends) for ends in ends_s], 34.0, MixOptions())
    spoken = np.zeros(len(curve.values), bool)
    for start_s, end_s in ends_s:
        spoken |= (curve.times_s >= start_s) & (curve.times_s < end_s)
    power = 10 ** (curve.values / 10)
    assert 10 * np.log10(power[~spoken].mean() / power[spoken].mean()) >= 6.0


def test_fades_shrink_to_fit_a_short_mix():
    chosen = MixOptions(fade_in_s=3.0, fade_out_s=6.0)
    assert plan.fade_lengths_s(3.0, chosen) == pytest.approx((1.0, 2.0))
    values = plan.plan_gains((), 3.0, chosen).values
    assert values.max() == pytest.approx(0.0, abs=1e-3)
    assert values[0] == values[-1] == plan.FLOOR_DB


def test_speech_is_put_in_order_and_kept_inside():
    speech = (Span(8, 12), Span(-1, 1), Span(0.5, 2), Span(20, 30), Span(3, 3))
    assert plan.merge_speech(speech, 10.0) == (Span(0.0, 2), Span(8, 10.0))


def test_music_keeps_its_distance_to_the_voice():
    quiet = plan.music_level_db(-30.0, -16.0, -6.0)
    loud = plan.music_level_db(-20.0, -16.0, -6.0)
    assert quiet == -20.0
    assert loud - quiet == 10.0


def test_without_a_reference_music_has_a_loudness_of_its_own():
    assert plan.music_level_db(-np.inf, -16.0, -6.0) == plan.ALONE_LUFS + 16.0
    assert plan.music_level_db(-20.0, -np.inf, -6.0) == 0.0
