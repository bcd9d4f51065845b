"""The watch gate: only seconds that passed, only once, only what really played."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrcmv.errors import VoteRefused
from mrcmv.study.watching import (
    Event,
    Watch,
    after,
    check_events,
    from_json,
    gate_is_open,
    seen_s,
    shares,
    to_json,
    unwatched,
)

LENGTHS = (10.0, 10.0)


def play(reports: list[tuple[float, str, int, float]], lengths: tuple[float, ...] = LENGTHS):
    """The watch after reports of (server's time, kind, slot, position)."""
    watch = unwatched(len(lengths))
    for now_s, kind, slot, position_s in reports:
        watch = after(watch, Event(kind, slot, position_s), now_s, lengths)
    return watch


def test_playing_to_the_end_opens_the_gate():
    reports = [(0, "play", 0, 0), (5, "tick", 0, 5), (10, "pause", 0, 10)]
    half = play(reports)
    assert seen_s(half, 0) == 10
    assert not gate_is_open(half, LENGTHS, 0.95)
    both = play([*reports, (20, "play", 1, 0), (30, "pause", 1, 10)])
    assert gate_is_open(both, LENGTHS, 1.0)
    assert shares(both, LENGTHS) == (1.0, 1.0)


def test_the_same_seconds_twice_count_once():
    watch = play([(0, "play", 0, 0), (4, "pause", 0, 4), (5, "play", 0, 0), (9, "pause", 0, 4)])
    assert seen_s(watch, 0) == 4


def test_a_seek_counts_nothing_in_between():
    watch = play([(0, "play", 0, 0), (2, "tick", 0, 2), (2, "seek", 0, 8), (4, "pause", 0, 10)])
    assert watch.seen[0] == ((0, 2), (8, 10))


def test_a_jump_that_was_not_reported_counts_nothing():
    watch = play([(0, "play", 0, 0), (2, "tick", 0, 9.9)])
    assert seen_s(watch, 0) == 0


def test_a_hidden_tab_that_reports_a_pause_counts_nothing():
    watch = play([(0, "play", 0, 0), (3, "pause", 0, 3), (60, "tick", 0, 10)])
    assert seen_s(watch, 0) == 3


def test_another_soundtrack_on_the_same_frame_goes_on_there():
    watch = play([(0, "play", 0, 0), (4, "play", 1, 4), (7, "play", 0, 7), (10, "pause", 0, 10)])
    assert watch.seen == (((0, 4), (7, 10)), ((4, 7),))


def test_a_late_report_costs_nothing_in_the_end():
    reports = [(0, "play", 0, 0), (3.9, "tick", 0, 3), (6.0, "tick", 0, 6), (9.5, "tick", 0, 9)]
    assert seen_s(play(reports), 0) == pytest.approx(9, abs=0.01)
    late_start = [(0.8, "play", 0, 0), (3, "tick", 0, 3), (6, "tick", 0, 6), (10.9, "pause", 0, 10)]
    assert seen_s(play(late_start), 0) == pytest.approx(10, abs=0.01)


def test_fast_playback_takes_its_time():
    reports = [(0, "play", 0, 0), *((n, "tick", 0, min(10, 2 * n)) for n in range(1, 6))]
    assert seen_s(play(reports), 0) <= 5


EVENTS = st.tuples(
    st.floats(0, 4),
    st.sampled_from(["play", "pause", "tick", "seek"]),
    st.integers(0, 2),
    st.floats(-5, 40),
)


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=60))
def test_nobody_sees_more_seconds_than_passed_nor_than_there_are(steps):
    lengths = (10.0, 7.3, 31.04)
    now_s, watch = 100.0, unwatched(3)
    for wait_s, kind, slot, position_s in steps:
        now_s += wait_s
        watch = after(watch, Event(kind, slot, position_s), now_s, lengths)
        assert sum(seen_s(watch, one) for one in range(3)) <= now_s - 100.0 + 1e-6
        for one, length_s in enumerate(lengths):
            assert seen_s(watch, one) <= length_s + 1e-9
            ends = [second for stretch in watch.seen[one] for second in stretch]
            assert ends == sorted(ends)
        assert from_json(to_json(watch)) == watch


@settings(deadline=None)
@given(st.lists(st.floats(0, 1.2), max_size=60), st.floats(8.0, 20.0))
def test_an_honest_viewer_with_jittery_reports_passes(delays: list[float], length_s: float):
    """Ticks every 2 s of play that arrive up to 1.2 s late, in order."""
    watch = after(unwatched(1), Event("play", 0, 0.0), 0.0, (length_s,))
    arrives_s, position_s = 0.0, 0.0
    for delay_s in [*delays, 0.0]:
        position_s = min(length_s, position_s + 2.0)
        arrives_s = max(arrives_s, position_s + delay_s)
        watch = after(watch, Event("tick", 0, position_s), arrives_s, (length_s,))
    assert seen_s(watch, 0) == pytest.approx(position_s, abs=0.01)


@pytest.mark.parametrize(
    "events",
    [
        [Event("play", 2, 0.0)],
        [Event("play", -1, 0.0)],
        [Event("play", True, 0.0)],
        [Event("play", "0", 0.0)],
        [Event("fly", 0, 0.0)],
        [Event("play", 0, float("nan"))],
        [Event("play", 0, float("inf"))],
        [Event("play", 0, "3")],
        [Event("play", 0, None)],
        [Event("tick", 0, 1.0)] * 101,
    ],
)
def test_reports_that_no_player_makes_are_refused(events: list[Event]):
    with pytest.raises(VoteRefused) as refusal:
        check_events(events, 2)
    assert refusal.value.reason == "bad-event"


def test_a_gate_of_nothing_is_open():
    assert gate_is_open(unwatched(2), LENGTHS, 0.0)
    assert isinstance(unwatched(2), Watch)
