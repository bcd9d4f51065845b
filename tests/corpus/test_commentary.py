"""Laws of the commentator, on invented takes and a speaker that only takes time."""

from itertools import pairwise

import numpy as np
import pytest

from mrcmv.corpus.footage.moments import moments
from mrcmv.corpus.footage.truth import Truth
from mrcmv.corpus.footage.view import TICS_HZ
from mrcmv.corpus.voices.commentary import Pace, comment, speech_share
from mrcmv.corpus.voices.phrases import CALM, NAMES, TENSE, WILD, Reader
from mrcmv.corpus.voices.speaker import KINDS, Utterance, Word
from mrcmv.types import Sound

DURATION_S = 30


def quiet(**changes):
    """A take in which nothing happens, but for the changes: name → {second: value}."""
    n = DURATION_S * TICS_HZ
    arrays = {name: np.zeros(n, np.float32) for name in Truth.__annotations__}
    arrays["health"] += 100
    arrays["nearest_u"] += np.inf
    arrays |= {"names": {}, "found": {}}
    for name, events in changes.items():
        for second, value in events.items():
            at = round(second * TICS_HZ)
            if name == "health":
                arrays[name][at:] = value
            else:
                arrays[name][at] = value
    return Truth(**arrays)


def lasting(text, length_s=2.0):
    """A line that takes its time and nothing else."""
    n = round(length_s * 48000)
    return Utterance(text, Sound(np.zeros((1, n), np.float32), 48000), (Word(text, 0.0, length_s),))


def lines(truth, book=TENSE, **options):
    reader = Reader(book, np.random.default_rng(0))

    def say(kind, what, intensity):
        return lasting(reader.line(kind, what))

    action = truth.action()
    return comment(moments(truth), action, truth.duration_s, say, book, **options)


def over(action, pace, kinds=KINDS):
    """Lines named by their kind over a take without moments."""
    action = np.asarray(action, np.float32)
    return comment((), action, len(action), lambda kind, *_: lasting(kind), kinds, pace=pace)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("spotted", {"seen": {12: 1}, "names": {12: "DoomImp"}}),
        ("kill", {"kills": {12: 1}, "names": {12: "DoomImp"}}),
        ("hurt", {"taken": {12: 20}}),
        ("low", {"health": {12: 30}}),
        ("fight", {"shots": {12: 1}}),
        ("find", {"found": {12: "Medikit"}}),
    ],
)
def test_what_happens_is_found_at_its_time_and_spoken_of_after_it(kind, changes):
    truth = quiet(**changes)
    assert (kind, 12.0) in [(m.kind, m.time_s) for m in moments(truth)]
    about = [line for line in lines(truth, pace=Pace(most_s=20.0)) if line.kind == kind]
    assert len(about) == 1
    assert 12.3 < about[0].start_s < 13.8


def test_a_line_about_a_thing_names_it():
    truth = quiet(found={12: "Medikit"})
    line = next(line for line in lines(truth, pace=Pace(most_s=20.0)) if line.kind == "find")
    assert NAMES["Medikit"] in line.utterance.text


@pytest.mark.parametrize("book", [CALM, TENSE, WILD])
def test_lines_leave_room_between_them_and_end_before_the_take_does(book):
    truth = quiet(kills=dict.fromkeys(range(3, 28, 2), 1), found={5: "Clip", 15: "Stimpack"})
    spoken = lines(truth, book, pace=Pace(least_s=1.0, most_s=2.0))
    for one, following in pairwise(spoken):
        assert following.span.start_s - one.span.end_s >= 1.0 - 1e-6
    assert spoken[-1].span.end_s <= DURATION_S
    assert 0.3 < speech_share(spoken, DURATION_S) < 0.7


def test_nothing_is_said_twice_while_other_lines_are_left():
    spoken = lines(quiet(), CALM, pace=Pace(least_s=0.5, most_s=0.5))
    said = [line.utterance.text for line in spoken if line.kind == "quiet"]
    assert len(set(said[: len(CALM["quiet"])])) == min(len(said), len(CALM["quiet"]))


def test_a_fiercer_take_is_spoken_of_more_fiercely():
    calm = lines(quiet(), base=0.2)
    wild = lines(quiet(shots={t / 5: 1 for t in range(150)}), base=0.2)
    mean = [np.mean([line.intensity for line in spoken]) for spoken in (calm, wild)]
    assert mean[1] > mean[0] + 0.1


def test_every_line_can_be_said_whatever_the_thing_is():
    for book in (CALM, TENSE, WILD):
        for kind, texts in book.items():
            assert kind in ("spotted", "kill", "find") or not any("{what}" in t for t in texts)
            assert all("{" not in text.format(what="thing") for text in texts)


def test_full_action_shortens_the_silences_by_the_hurry():
    def pause_s(action, hurry):
        spoken = over([action] * 60, Pace(least_s=0.5, most_s=3.0, hurry=hurry))
        return np.median([b.span.start_s - a.span.end_s for a, b in pairwise(spoken)])

    assert pause_s(1.0, 0.5) < 0.6 * pause_s(1.0, 0.0)
    assert abs(pause_s(0.0, 0.5) - pause_s(0.0, 0.0)) < 0.2


def test_where_nothing_happens_every_second_filler_is_idle_talk():
    kinds = [line.kind for line in over([0.0] * 40, Pace(most_s=1.0))]
    assert kinds[0] == "open"
    assert set(kinds[1::2]) == {"quiet"}
    assert set(kinds[2::2]) == {"idle"}
    assert "idle" not in [line.kind for line in over([0.9] * 40, Pace(most_s=1.0))]


def test_only_kinds_that_the_speaker_has_are_asked_for():
    kinds = {line.kind for line in over([0.9] * 40, Pace(most_s=1.0), ("quiet",))}
    assert kinds == {"quiet"}


def test_a_thing_without_a_name_is_spoken_of_even_where_every_line_names_one():
    reader = Reader(WILD, np.random.default_rng(0))
    assert all("{what}" in line for line in WILD["spotted"])
    assert "{" not in reader.line("spotted", "something of another game")
