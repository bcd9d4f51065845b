"""Voices taken out of mixes that are laid on the way: what a separator loses, and nothing else."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus.decoding import decode, separated
from mrcmv.corpus.decoding.separated import laid
from mrcmv.inputs import levelled
from mrcmv.types import Sound, Span, Stems
from tests.tiny_corpus import hum, make_corpus

module = import_module("mrcmv.corpus.decoding.separated")
ONE = "test-1-0"
"""A pair of a clip of 20.5 s."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    made = make_corpus(tmp_path_factory.mktemp("corpus"))
    voice = levelled(hum(260.0, 20.5, 16_000))
    media.write_sound(voice, made / "voices/test-1.flac")
    return made


@pytest.fixture(scope="module")
def dataset(corpus):
    return decode(corpus, ("test",), side_px=16)


@pytest.fixture
def order(corpus):
    return next(iter(module._orders(corpus, {ONE: 32.0})))


def take_all(mix, backend, *, settings):
    """A separator that takes everything for the voice."""
    return Stems(voice=mix, speech=(Span(0.0, 1.0),))


def quiet_game(order, monkeypatch, corpus):
    silence = Sound(np.zeros((2, 48_000 * 20), np.float32), 48_000)
    media.write_sound(silence, corpus / "quiet.flac")
    monkeypatch.setattr(
        module, "_orders", lambda *given: [replace(order, game=corpus / "quiet.flac")]
    )


def test_a_mix_holds_voice_game_and_the_music_that_lies_under_it(order):
    stems = laid(order)
    assert stems.mix.rate_hz == 48_000
    assert stems.mix.duration_s == pytest.approx(20.5, abs=0.01)
    for stem, hz in ((stems.voice, 260), (stems.effects, 3000), (stems.music, 520)):
        spectrum = np.abs(np.fft.rfft(stem.mono[:480_000]))
        assert np.argmax(spectrum) * 48_000 / 480_000 == pytest.approx(hz, abs=2)
    again = laid(order)
    assert np.array_equal(again.mix.samples, stems.mix.samples)


def test_of_a_longer_clip_no_more_is_laid_than_is_needed_and_its_end_is_not_faded(order):
    part = laid(replace(order, length_s=10.0))
    assert part.mix.duration_s == pytest.approx(14.0, abs=0.01)
    power = (part.music.samples[:, 9 * 48_000 : 10 * 48_000] ** 2).mean()
    before = (part.music.samples[:, 6 * 48_000 : 7 * 48_000] ** 2).mean()
    assert power > 0.5 * before


def test_a_separator_that_loses_nothing_gives_back_the_clean_voice_whatever_its_level(
    corpus, dataset, order, monkeypatch
):
    quiet_game(order, monkeypatch, corpus)
    monkeypatch.setattr(module, "separate", take_all)
    told = separated(corpus, dataset, {ONE: 32.0}, with_music=False)
    ours, theirs = told.voice(ONE).astype(float), dataset.voice(ONE).astype(float)
    loud = theirs > theirs.max() - 3.0
    assert np.abs(ours - theirs)[loud].mean() < 0.1
    assert told.is_spoken(ONE)
    assert told.voices_mark.startswith("separated-no-music-")


def test_where_no_voice_is_found_there_is_silence_and_it_is_told(corpus, dataset, monkeypatch):
    monkeypatch.setattr(
        module, "separate", lambda mix, backend, *, settings: Stems(voice=None, rest=mix)
    )
    told = separated(corpus, dataset, {ONE: 32.0})
    assert not told.is_spoken(ONE)
    assert dataset.is_spoken(ONE)
    assert np.allclose(told.voice(ONE), np.log(0.01), atol=1e-2)


def test_what_was_separated_is_not_separated_again(corpus, dataset, monkeypatch):
    monkeypatch.setattr(module, "separate", take_all)
    first = separated(corpus, dataset, {ONE: 32.0})

    def refuse(*given, **more):
        raise AssertionError("separated again")

    monkeypatch.setattr(module, "separate", refuse)
    again = separated(corpus, dataset, {ONE: 32.0})
    assert np.array_equal(first.voice(ONE), again.voice(ONE))
