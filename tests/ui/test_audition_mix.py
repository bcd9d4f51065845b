"""From a match to a mix: only matches of this session, only values that a control offers."""

from pathlib import Path

import gradio as gr
import pytest

from mrcmv.errors import SettingsError
from mrcmv.types import MixOptions
from mrcmv.ui import audition, audition_mix, text
from mrcmv.ui.audition_find import Session
from mrcmv.ui.audition_mix import Levels
from tests.ui.fakes import clip

FIRST = "000000000001"


@pytest.fixture
def session(place) -> Session:
    return Session("r1", clip(place.uploads / "clip.mp4"), starts=((FIRST, 8.0),))


def test_a_mix_starts_at_the_stretch_that_matched_and_follows_the_controls(fake, session):
    levels = Levels(-10, 12.0, "−23 LUFS, broadcast", "Only the voice", 0.0, 1.0)
    reply = audition_mix.mix(fake, session, {"n": 3, "track_id": FIRST}, levels)
    track_id, start_s, options = fake.mixed[0]
    assert (track_id, start_s) == (FIRST, 8.0)
    assert (options.music_lu, options.duck_db, options.target_lufs) == (-10.0, 12.0, -23.0)
    assert (options.keep, options.fade_in_s, options.fade_out_s) == ("voice", 0.0, 1.0)
    assert reply["n"] == 3


def test_the_download_is_named_after_clip_and_track(fake, session):
    reply = audition_mix.mix(fake, session, {"n": 1, "track_id": FIRST}, Levels())
    assert Path(reply["video"]).name == "clip - T1.mp4"
    assert Path(reply["video"]).read_bytes() == b"mix"
    again = audition_mix.mix(fake, session, {"n": 2, "track_id": FIRST}, Levels())
    assert again["video"] == reply["video"]


def test_the_music_lane_goes_down_where_the_gain_does(fake, session):
    reply = audition_mix.mix(fake, session, {"n": 1, "track_id": FIRST}, Levels())
    heights = reply["lane"]["gain"]
    assert min(heights) < heights[0] == max(heights)
    assert reply["lane"]["label"] == "from 0:08"


@pytest.mark.parametrize("track_id", ["000000000002", "/etc/passwd", None, {}, "x" * 5000])
@pytest.mark.parametrize("verb", ["mix", "listen"])
def test_only_a_match_of_this_session_can_be_asked_for(fake, session, track_id, verb):
    asked = {"n": 1, "track_id": track_id}
    reply = (
        audition_mix.mix(fake, session, asked, Levels())
        if verb == "mix"
        else audition_mix.listen(fake, session, asked)
    )
    assert reply["error"] == text.NOT_A_MATCH
    assert not fake.mixed


def test_a_clip_that_was_cleaned_away_says_so(fake, session, place):
    (place.uploads / "clip.mp4").unlink()
    reply = audition_mix.mix(fake, session, {"n": 1, "track_id": FIRST}, Levels())
    assert reply["error"] == text.GONE


def test_listening_plays_the_stretch_that_matched(fake, session):
    reply = audition_mix.listen(fake, session, {"n": 1, "track_id": FIRST})
    assert reply["sound"].endswith(f"{FIRST}-8.m4a")


@pytest.mark.parametrize(
    "bad",
    [
        {"music_lu": 400},
        {"duck_db": -1},
        {"target": "loud"},
        {"keep": "all"},
        {"fade_in_s": float("inf")},
        {"fade_out_s": None},
        {"music_lu": True},
    ],
)
def test_levels_that_no_control_offers_are_refused(bad):
    with pytest.raises(SettingsError):
        audition_mix.mix_options(Levels(**bad))


def test_the_controls_begin_with_the_usual_mix():
    assert audition_mix.mix_options(Levels()) == MixOptions()


def test_the_sliders_offer_exactly_what_is_taken(fake, place):
    with gr.Blocks() as blocks:
        audition.build(fake, place)
    made = {b.label: b for b in blocks.blocks.values() if hasattr(b, "label")}
    words = text.CONTROLS
    for label, (low, high) in {
        words["music_lu"]: audition_mix.LEVEL_LU,
        words["duck_db"]: audition_mix.DUCK_DB,
        words["fade_in"]: audition_mix.FADE_S,
        words["fade_out"]: audition_mix.FADE_S,
    }.items():
        assert (made[label].minimum, made[label].maximum) == (low, high)
    values = [made[words[name]].value for name in ("music_lu", "duck_db", "target", "keep")]
    assert values == [Levels.music_lu, Levels.duck_db, Levels.target, Levels.keep]


def test_every_offered_choice_is_taken():
    for target, lufs in text.TARGETS.items():
        for keep in text.KEEPS:
            options = audition_mix.mix_options(Levels(target=target, keep=keep))
            assert options.target_lufs == lufs
