"""What a match card says."""

import math
from dataclasses import replace

import pytest

from mrcmv.catalog import fit_words, key_name, tempo_words
from mrcmv.ui import cards
from tests.ui.fakes import match


def test_a_card_says_what_the_catalog_says_of_fit_key_and_tempo():
    one = match(3)
    card = cards.card(one)
    measured = one.window.descriptors
    assert card["fit_word"] == fit_words(one)
    assert (card["key"], card["tempo"]) == (key_name(measured), tempo_words(measured))


def test_a_method_without_distances_claims_no_fit():
    card = cards.card(replace(match(1), fit=math.nan, distance=math.nan))
    assert card["fit"] is None
    assert card["fit_word"] == "by chance"


@pytest.mark.parametrize(
    ("licence", "level", "heed"),
    [
        ("CC0-1.0", "free", ""),
        ("Public Domain", "free", ""),
        ("CC BY 4.0", "heed", "credit needed"),
        ("CC-BY-SA-3.0", "heed", "credit needed"),
        ("Creative Commons Attribution 4.0", "heed", "credit needed"),
        ("CC BY-NC 4.0", "stop", "not for videos that earn money"),
        ("cc_by_nc_nd", "stop", "not for videos that earn money"),
        ("Attribution-NonCommercial", "stop", "not for videos that earn money"),
        ("CC BY-ND 4.0", "stop", "not to be put under a video"),
        ("All rights reserved", "stop", "not to be put under a video"),
        ("", "heed", "ask the maker"),
        ("House licence 3", "heed", "read its terms"),
    ],
)
def test_a_licence_says_what_to_heed_and_never_by_colour_alone(licence, level, heed):
    chip = cards.licence_chip(licence)
    assert (chip["level"], chip["heed"]) == (level, heed)
    assert chip["text"]
    assert level == "free" or chip["heed"]


def test_a_card_speaks_of_the_window_that_matched():
    card = cards.card(match(2, tags=("calm", "piano", "slow", "long")))
    assert (card["tempo"], card["key"], card["start_s"]) == ("92 bpm", "Am", 16.0)
    assert card["tags"] == ["calm", "piano", "slow"]
    assert card["badge"] == ""


def test_singing_is_marked_and_of_a_song_how_much_or_that_it_is_heard_whole():
    plain = match(1)
    voiced = replace(plain.window, descriptors=replace(plain.window.descriptors, vocal_share=0.8))
    for track, window, words in (
        (plain.track, voiced, "singing"),
        (match(1, song="spleeter", singing_share=0.618).track, voiced, "Song · singing 62 %"),
        (match(1, song="spleeter", singing_share=0.0).track, plain.window, "Song · singing 0 %"),
        (match(1, song="whole").track, plain.window, "Song · heard whole"),
    ):
        assert cards.card(replace(plain, track=track, window=window))["badge"] == words


def test_text_stays_text():
    title = "<img src=x onerror=alert(1)>"
    assert cards.card(match(1, title=title))["title"] == title
