"""People drawn by chance: many, unlike each other and the corpus's own, in training alone."""

import ctypes.util

import numpy as np
import pytest

from mrcmv.corpus.reels import run, voices
from mrcmv.corpus.voices import invented
from mrcmv.corpus.voices.espeak import EspeakVoices
from mrcmv.corpus.voices.invented import PEOPLE, InventedVoices, variant
from mrcmv.corpus.voices.speaker import Manner

pytestmark = pytest.mark.skipif(
    ctypes.util.find_library("espeak-ng") is None, reason="espeak-ng is not installed"
)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    own = InventedVoices(tmp_path_factory.mktemp("voices"))
    own.gather()
    return own


def said(source, speaker):
    return source.say(speaker, "quiet", "", Manner(), np.random.default_rng(3)).sound.samples


def test_a_variant_says_all_that_makes_a_voice_within_its_ranges():
    for seed in range(50):
        lines = [line.split() for line in variant(np.random.default_rng(seed)).splitlines()]
        told = {" ".join(line[:2]) if line[0] == "formant" else line[0]: line for line in lines}
        assert {f"formant {n}" for n in range(9)} < set(told)
        for n, (frequency, height) in enumerate(
            zip(invented.FREQUENCIES, invented.HEIGHTS, strict=True)
        ):
            values = [float(value) for value in told[f"formant {n}"][2:]]
            for value, (least, most) in zip(
                values, (frequency, height, invented.WIDTHS), strict=True
            ):
                assert least <= value <= most
        low, high = map(float, told["pitch"][1:])
        assert low < high
    drawn = [variant(np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_each_is_a_family_that_the_corpus_does_not_have(tmp_path):
    people = InventedVoices(tmp_path).speakers()
    assert len({one.family for one in people}) == len(people) == PEOPLE
    own = EspeakVoices().speakers()
    assert not {one.family for one in people} & {one.family for one in own}
    assert {one.language for one in people} == {one.language for one in own}


def test_all_can_be_had_at_once_and_none_sounds_like_another(source):
    english = [one for one in source.speakers() if one.language == "en"]
    first, last = english[0], english[-1]
    heard = {said(source, one).tobytes() for one in (first, last, *english[10:14])}
    assert len(heard) == 6
    assert said(source, first).tobytes() in heard


def test_they_speak_as_much_again_in_training_and_nowhere_else(source, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "gather_voices", lambda folder, hook: ("espeak",))
    monkeypatch.setattr(voices, "LINES", 1)
    voices._cast.cache_clear()
    split_by_split = {}
    for split in ("train", "test"):
        lines = list(run._spoken(tmp_path, split, 88.0, 0, 1, lambda *a, **k: None))
        split_by_split[split] = [facts["family"] for _, facts, _ in lines]
    drawn = [invented.NAME in family for family in split_by_split["train"]]
    assert drawn == 4 * [False] + 4 * [True]
    assert not any(invented.NAME in family for family in split_by_split["test"])
