"""Laws of the commentator, on invented takes and a speaker that only takes time."""

from itertools import pairwise

import numpy as np
import pytest

from mrcmv.corpus.footage.moments import moments
from mrcmv.corpus.footage.truth import Truth
from mrcmv.corpus.footage.view import TICS_HZ
from mrcmv.corpus.voices.commentary import NAMES, Pace, comment, speech_share
from mrcmv.corpus.voices.espeak import Utterance, Word
from mrcmv.corpus.voices.phrases import CALM, TENSE, WILD
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


def say(text, intensity):
    """A speaker whose every line lasts two seconds."""
    words = (Word(text, 0.0, 2.0),)
    return Utterance(text, Sound(np.zeros((1, 96000), np.float32), 48000), words)


def lines(truth, book=TENSE, **options):
    return comment(truth, book, say, np.random.default_rng(0), **options)


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
