from pathlib import Path

import pytest

from mrcmv.catalog import fit_words, key_name, tempo_words
from mrcmv.types import Descriptors, Match, Track, TrackWindow


def described(**values: float) -> Descriptors:
    usual = Descriptors(92.4, 9, 0.2, -16.0, 0.5, 1500.0, 3.0, 0.0)
    return Descriptors(**{**vars(usual), **values})


@pytest.mark.parametrize(
    ("key", "major", "name"),
    [(9, 0.2, "Am"), (6, 0.9, "F♯"), (10, 0.1, "B♭m"), (3, 0.5, "E♭"), (1, 0.0, "C♯m")],
)
def test_keys_are_written_as_on_a_lead_sheet(key: int, major: float, name: str):
    assert key_name(described(key=key, major=major)) == name


def test_tempo_is_a_whole_number_or_no_beat():
    assert tempo_words(described()) == "92 bpm"
    assert tempo_words(described(tempo_bpm=0.0)) == "no beat"


@pytest.mark.parametrize(
    ("distance", "fit", "words"),
    [
        (0.1, 100.0, "strong fit"),
        (0.1, 90.0, "good fit"),
        (0.1, 60.0, "fair fit"),
        (0.1, 0.0, "loose fit"),
        (float("nan"), float("nan"), "by chance"),
        (0.1, float("nan"), "the only track"),
    ],
)
def test_every_fit_has_words(distance: float, fit: float, words: str):
    window = TrackWindow("a", 0.0, 32.0, described())
    assert fit_words(Match(1, Track("a", Path("a"), "A"), window, distance, fit)) == words
