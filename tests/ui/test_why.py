"""What the tab Why answers: figures of these very matches, in words that the numbers bear."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mrcmv import explaining
from mrcmv.cache import Cache
from mrcmv.explain import captions, from_json, from_npz
from mrcmv.ui import text, why
from mrcmv.ui.audition_find import Session
from mrcmv.ui.blind import BLIND
from tests.ui.fakes import FakeServices, clip
from tests.ui.whys import LAST, STARTS, Explaining, ask, looked_into, names, session_of

VOICED = ["voice_to_voice", "picture_to_voice", "voice_to_picture"]
LOOKED = ["gate", "contributions", *["ties"] * 5]
INSIDE = ["rollout", "picture_to_picture", *VOICED, "profile"]


@pytest.fixture
def session(place) -> Session:
    return session_of(clip(place.uploads / "clip.mp4"))


@pytest.fixture
def services(fake: FakeServices, tmp_path: Path) -> FakeServices:
    fake.cache = Cache(tmp_path / "cache")
    return Explaining().into(fake)


@pytest.fixture
def music(monkeypatch):
    return looked_into(monkeypatch)


def test_every_figure_comes_with_a_title_and_a_sentence(services, session):
    reply = ask(services, session)
    assert (reply["n"], reply["run"]) == (7, "r1")
    assert names(reply) == [*LOOKED, *INSIDE, "map"]
    for one in reply["figures"]:
        assert one["title"] == text.WHY_FIGURES[one["name"]]
        assert one["caption"].endswith(".")
        assert one["spec"]["data"]
    assert {*names(reply), "music"} == set(text.WHY_FIGURES)


def test_each_match_has_its_own_sentence_and_its_own_seconds(services, session):
    reply = ask(services, session)
    told = services.explain.__self__.told
    for at, match in enumerate(reply["matches"]):
        assert match["said"] == captions.tipped(told, at)
        assert match["said"].startswith(match["verdict"])
    own = [one for one in reply["figures"] if one["name"] == "ties"]
    tracks = [match["track_id"] for match in reply["matches"]]
    assert [one["track"] for one in own] == tracks == [one for one, _ in STARTS]
    for one, match in zip(own, told.matches, strict=False):
        shares = 100 * match.ties[0] / match.lead if match.lead > 0 else match.ties[0]
        assert one["spec"]["data"][0]["y"] == pytest.approx(shares, rel=1e-3, abs=1e-6)


def test_places_are_told_as_the_clips_own_seconds(services, session):
    assert ask(services, session)["line"] == {"start": 10.0, "length": 32.0}


def test_nothing_is_said_to_decide_that_no_check_has_shown(services, session):
    figures = {one["name"]: one for one in ask(services, session)["figures"]}
    assert captions.NO_GATE_CAUSE in figures["gate"]["caption"]
    assert captions.NO_CAUSE in figures["rollout"]["caption"]


def test_without_a_voice_what_needs_one_is_not_there_and_a_sentence_says_so(fake, session):
    reply = ask(Explaining(voice=False).into(fake), session)
    assert not {"gate", "contributions", *VOICED} & set(names(reply))
    assert {"ties", "picture_to_picture", "rollout", "map"} <= set(names(reply))
    assert reply["notes"][0].startswith(captions.NO_VOICE)


def test_a_method_without_attention_says_so_and_shows_its_map(fake, place):
    session = session_of(clip(place.uploads / "clip.mp4"), "descriptors")
    reply = ask(Explaining(plain=True).into(fake), session)
    assert names(reply) == ["map"]
    assert reply["notes"] == [text.WHY_PLAIN.format(method=text.METHOD_NAMES["descriptors"])]
    assert reply["line"] is None
    assert ask(fake, session, "save", kind="json", chosen="t0")["error"] == text.WHY_NO_FIGURE


def test_a_draw_has_no_place_for_the_clip_and_says_so(fake, place):
    session = session_of(clip(place.uploads / "clip.mp4"), "random")
    reply = ask(Explaining(plain=True).into(fake), session)
    assert text.WHY_NO_PLACE in reply["figures"][0]["caption"]


def test_a_blind_comparison_stays_blind(services, place):
    session = session_of(clip(place.uploads / "clip.mp4"), BLIND)
    for what in ("everything", "inside", "maps", "map", "pick", "save"):
        reply = ask(services, session, what, chosen="t0", track_id=LAST, kind="json")
        assert reply["error"] == text.WHY_BLIND
    assert services.explain.__self__.asked == []


@pytest.mark.parametrize(
    "starts", [(("t0", 0.0), *STARTS[1:]), (STARTS[1], STARTS[0], *STARTS[2:]), (("gone", 8.0),)]
)
def test_other_matches_than_those_shown_are_not_explained(services, session, starts):
    reply = ask(services, replace(session, starts=starts))
    assert reply["error"] == explaining.STALE


def test_colours_are_those_that_the_page_has(services, session):
    grounds = {
        theme: ask(services, session, theme=theme)["figures"][0]["spec"]["layout"]["paper_bgcolor"]
        for theme in ("dark", "light", None)
    }
    assert grounds["light"] != grounds["dark"] == grounds[None]
    by_tag = ask(services, session, "map", by="tag")["figures"]
    by_energy = ask(services, session, "map", by="colour")["figures"]
    assert [one["name"] for one in by_tag] == ["map"]
    assert isinstance(by_tag[0]["spec"]["data"][0]["marker"]["color"], str)
    assert len(by_energy[0]["spec"]["data"][0]["marker"]["color"]) == 12


def test_the_inside_is_that_of_the_chosen_track_in_the_window_that_matched(
    services, session, music
):
    reply = ask(services, session, "inside", chosen="t3")
    assert music == [("t3", 8.0, 40.0)]
    assert names(reply) == ["music"]
    assert reply["figures"][0]["track"] == "t3"
    assert not reply["figures"][0]["times"], "its seconds are not the clip's"


def test_a_track_picked_on_the_map_becomes_a_match_and_the_next_takes_its_place(services, session):
    update = why.answer(services, session, {"what": "pick", "track_id": LAST, "theme": "dark"})
    assert update["session"].starts == (*STARTS, (LAST, 8.0))
    assert [match["rank"] for match in update["why"]["matches"]] == [1, 2, 3, 4, 5, 6]
    assert update["why"]["card"]["track_id"] == LAST
    again = why.answer(services, update["session"], {"what": "pick", "track_id": LAST})
    assert again["session"].starts == (*STARTS, (LAST, 8.0))
    assert names(ask(services, update["session"])).count("ties") == 6


@pytest.mark.parametrize("track_id", ["t0", "nobody", None, {}, ["t5"], "x" * 5000])
def test_only_another_track_of_the_catalog_can_be_picked(services, session, track_id):
    update = why.answer(services, session, {"what": "pick", "track_id": track_id})
    assert update["why"]["error"] in (text.NOT_A_MATCH, explaining.STALE)
    assert "session" not in update


@pytest.mark.parametrize(("kind", "read"), [("json", from_json), ("npz", from_npz)])
def test_the_numbers_are_saved_with_the_inside_of_the_chosen_track(
    services, session, music, kind, read
):
    file = Path(ask(services, session, "save", kind=kind, chosen="t1")["file"])
    assert file.name == f"clip - {text.WHY_TAB}.{kind}"
    told = read(file.read_text() if kind == "json" else file.read_bytes())
    own = services.explain.__self__.told
    assert np.array_equal(told.maps["picture_to_voice"], own.maps["picture_to_voice"])
    assert [one.track_id for one in told.matches if one.music] == ["t1"]


def test_a_figure_is_saved_as_a_page_that_fetches_nothing(services, session, music):
    reply = ask(services, session, "save", kind="html", name="ties", chosen="t2")
    page = Path(reply["file"]).read_text()
    own = services.explain.__self__.told
    assert captions.ties(own.matches[2], own.line) in page
    assert "<script src=" not in page
    assert Path(reply["file"]).name == f"clip - {text.WHY_FIGURES['ties']}.html"


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "html", "name": "../../x"},
        {"kind": "html", "name": None},
        {"kind": "exe"},
        {"kind": "json", "chosen": "/etc/passwd"},
        {"kind": "json", "chosen": {}},
    ],
)
def test_only_what_there_is_can_be_saved(services, session, music, bad):
    reply = ask(services, session, "save", **{"chosen": "t0", **bad})
    assert reply["error"]
    assert reply["error"] != text.UNEXPECTED


@pytest.mark.parametrize("asked", [None, "everything", [], {}, {"what": "delete"}, {"what": {}}])
def test_whatever_a_page_sends_is_answered_in_words(services, session, asked):
    reply = why.answer(services, session, asked)["why"]
    assert reply["error"]
    assert reply["error"] != text.UNEXPECTED


def test_before_a_search_and_after_the_clip_is_gone_it_says_so(services, session, place):
    assert ask(services, Session())["error"] == text.NOT_A_MATCH
    (place.uploads / "clip.mp4").unlink()
    assert ask(services, session)["error"] == text.GONE


def test_what_goes_wrong_on_our_side_is_said_and_logged(services, session, caplog):
    services.explain = None
    assert ask(services, session)["error"] == text.UNEXPECTED
    assert "Traceback" in caplog.text


def test_titles_of_files_are_no_markup_in_figures(services, session):
    whys = services.explain.__self__
    hostile = '<a href="https://x.example">T</a>'
    whys.matches = [
        replace(one, track=replace(one.track, title=hostile, tags=("<b>loud</b>",)))
        for one in whys.matches
    ]
    whys.told = replace(
        whys.told, matches=tuple(replace(one, title=hostile) for one in whys.told.matches)
    )
    for by in ("energy", "tag"):
        drawn = json.dumps([one["spec"] for one in ask(services, session, by=by)["figures"]])
        assert "<a " not in drawn
        assert "<b>" not in drawn
        assert "&lt;a " in drawn
