"""Captions say what the numbers say, and claim causes only where they were shown."""

from dataclasses import replace

import numpy as np

from mrcmv.explain import Outcome, captions
from mrcmv.explain.evidence import Claims
from mrcmv.explain.timeline import Timeline
from tests.explain import scenes

PROVEN = Claims(rollout=True, gate=True)


def tipped(told, both: int, mute: int, blind: int, n_tracks: int = 42) -> str:
    outcomes = {
        "both": Outcome(1.0, both),
        "without_voice": Outcome(2.0, mute),
        "without_picture": Outcome(2.0, blind),
    }
    match = replace(told.matches[0], outcomes=outcomes)
    return captions.tipped(replace(told, matches=(match,), n_tracks=n_tracks), 0)


def test_what_tipped_a_match_is_named(told):
    assert tipped(told, 1, 23, 1) == (
        "The voice decided: without it this track falls from 1st to 23rd of 42, "
        "without the picture it stays 1st."
    )
    assert tipped(told, 2, 2, 12) == (
        "The picture decided: without it this track falls from 2nd to 12th of 42, "
        "without the voice it stays 2nd."
    )
    assert tipped(told, 1, 11, 9) == (
        "Voice and picture decided together: without the voice this track falls from 1st to 11th "
        "of 42, without the picture it falls from 1st to 9th."
    )
    assert tipped(told, 3, 3, 1) == (
        "Either would have done: without the voice this track stays 3rd of 42, "
        "without the picture it rises from 3rd to 1st."
    )


def test_without_a_voice_the_picture_alone_chose():
    told = scenes.told(voice=False)
    assert captions.tipped(told, 1) == (
        "The picture alone chose, as there is no voice: this track lies 2nd of 6."
    )
    assert captions.attention(told, "picture_to_voice").startswith("Nobody speaks in this window")
    assert captions.gate(told).startswith("Nobody speaks in this window")
    assert captions.notes(told) == (
        "Nobody speaks in this window, so the picture alone was compared.",
    )


def test_attention_names_the_moment_looked_at(told):
    weights = np.full((2, 72, 72), 0.5 / 71, np.float32)
    weights[:, :, 30] = 0.5  # a picture token at 13.25 s of the window, 23.25 s of the clip
    planted = replace(told, maps={**told.maps, "voice_to_picture": weights})
    said = captions.attention(planted, "voice_to_picture")
    assert said.startswith("The voice looks most at the picture at 0:23, 18")
    one = weights.copy()
    one[1] = 1 / 72
    planted = replace(told, maps={"voice_to_picture": one})
    assert captions.attention(planted, "voice_to_picture", 1) == (
        "The voice looks at all moments of the picture about evenly in head 2 of 2."
    )
    assert "without this attention" in captions.attention(planted, "picture_to_voice")


def test_only_what_was_shown_is_claimed(told):
    for words, forbidden in (
        (captions.rollout(told), captions.NO_CAUSE),
        (captions.gate(told), captions.NO_GATE_CAUSE),
    ):
        assert words.endswith(f"{forbidden}.")
        assert "shown to decide" not in words
    for words in (captions.rollout(told, PROVEN), captions.gate(told, PROVEN)):
        assert words.endswith("were shown to decide.")
    assert captions.NO_GATE_CAUSE in captions.gate(told, Claims(rollout=True))


def test_gate_and_profile_tell_planted_shares(told):
    flow = np.ones((2, 72), np.float32)
    flow[1, 40:] = 3.0
    flow[1, 50] = 9.0
    said = captions.gate(replace(told, flow=flow))
    assert "most at 0:32 (90%) and least at 0:10 (50%)" in said
    shut = replace(told, flow=np.zeros((2, 72), np.float32))
    assert captions.gate(shut) == "The gate lets nothing through in this window."
    gate = np.ones((2, 72, 8), np.float32)
    gate[0, :, :3] = 0.0
    gate[1, 1:, 0] = 0.0  # open once
    assert captions.gate_profile(replace(told, gate=gate)).startswith(
        "Of 8 dimensions the gate shuts 3 for the picture and 0 for the voice"
    )


def test_ties_name_the_second_and_what_is_lost_with_it(told):
    lost = np.zeros((3, 32), np.float32)
    lost[0, 5] = 0.5
    match = replace(told.matches[0], ties=lost, lead=2.0)
    assert captions.ties(match, told.line) == (
        "The second at 0:15 ties this track to the clip most: without it 25% of its lead over "
        "the rest of the catalog is gone."
    )
    assert captions.ties(replace(match, ties=-lost), told.line).startswith("No single second")


def test_a_repeated_clip_is_told_as_one():
    told = replace(scenes.told(n=0), line=Timeline(0.0, 12.0))
    assert captions.notes(told) == (
        "The clip lasts 12.0 s and is taken 2.7 times over, so its seconds come again.",
    )


def test_every_caption_is_one_sentence(told):
    said = [
        *(captions.attention(told, name) for name in told.maps),
        captions.rollout(told),
        captions.gate(told),
        captions.gate_profile(told),
        captions.music(told.matches[0].music),
        captions.music(told.matches[0].music, 1),
        captions.contributions(told),
        captions.ties(told.matches[0], told.line),
        captions.tipped(told, 0),
    ]
    for one in said:
        assert one.endswith(".")
        assert ". " not in one
        assert one[0].isupper()


def test_ordinals():
    said = [captions.ordinal(n) for n in (1, 2, 3, 4, 11, 22, 113)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "22nd", "113th"]
