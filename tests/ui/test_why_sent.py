"""What of the tab Why is sent when: the mean of the heads first, the rest as it is asked for."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mrcmv.cache import Cache
from mrcmv.explain import heat
from mrcmv.explain.scenery import N_PEAKS, Scenery
from mrcmv.ui import why
from tests.explain import scenes
from tests.explain.scenes import numbers
from tests.ui.fakes import clip
from tests.ui.whys import LAST, Explaining, ask, looked_into, names, session_of

MAPS = ["picture_to_picture", "voice_to_voice", "picture_to_voice", "voice_to_picture"]


@pytest.fixture
def session(place):
    return session_of(clip(place.uploads / "clip.mp4"))


@pytest.fixture
def services(fake, tmp_path):
    fake.cache = Cache(tmp_path / "cache")
    return Explaining().into(fake)


@pytest.fixture
def music(monkeypatch):
    return looked_into(monkeypatch)


def answers(services, session, what, **more):
    return list(why.answers(services, session, {"n": 7, "what": what, **more}))


@pytest.mark.parametrize("what", ["everything", "maps", "inside"])
def test_of_the_heads_only_what_is_asked_for_is_sent(services, session, music, what):
    told = services.explain.__self__.told
    inside = {"music": scenes.told().matches[0].music.weights}
    for head, layer, name in ((0, "mean of heads", "on average"), (2, "head 2", "head 2 of 2")):
        reply = ask(services, session, what, head=head, chosen="t1")
        sent = [one for one in reply["figures"] if one["layers"] > 1]
        assert [one["name"] for one in sent] == (["music"] if what == "inside" else MAPS)
        for one in sent:
            heads = {**told.maps, **inside}[one["name"]]
            shown = heads[head - 1] if head else heads.mean(axis=0)
            panels = [each for each in one["spec"]["data"] if each["type"] == "heatmap"]
            assert {each["name"] for each in panels} == {layer}
            assert all(each["visible"] for each in panels)
            drawn = np.concatenate([numbers(each["z"]).ravel() for each in panels])
            assert sorted(drawn) == sorted(shown.ravel())
            assert one["spec"]["layout"]["coloraxis"]["cmax"] == heat.top(shown)
            assert name in one["caption"]
            assert (one["head"], one["layers"]) == (head, 3)
        for one in reply["figures"]:
            assert one["head"] is None or one in sent, "the others have no heads"


@pytest.mark.parametrize("head", [3, 10**30, -1, "2", None, 1.0, [], {}])
def test_a_head_that_is_not_there_is_the_mean(services, session, head):
    for one in ask(services, session, "maps", head=head)["figures"]:
        heatmaps = {each["name"] for each in one["spec"]["data"] if each["type"] == "heatmap"}
        assert heatmaps == {"mean of heads"}
        assert "on average" in one["caption"]


def test_film_strips_come_once_however_many_figures_have_them(services, session):
    whys = services.explain.__self__
    whys.scene = Scenery("data:across", "data:down", (0.5,) * N_PEAKS)
    reply = ask(services, session)
    assert sorted(reply["strips"]) == ["data:across", "data:down"]
    assert "data:across" not in json.dumps(reply["figures"])
    images = {
        one["name"]: [reply["strips"][image["source"]] for image in layout["images"]]
        for one in reply["figures"]
        if (layout := one["spec"]["layout"]).get("images")
    }
    assert images["picture_to_picture"] == ["data:across", "data:down"]
    for name in ("gate", "ties", "rollout"):
        assert images[name] == ["data:across"]


def test_the_inside_of_the_chosen_track_follows_the_rest(services, session, music):
    first, rest = answers(services, session, "everything", chosen="t2")
    assert music == [("t2", 8.0, 40.0)]
    assert first["why"]["follows"] == "t2"
    assert names(rest["why"]) == ["music"]
    assert rest["why"]["figures"][0]["track"] == "t2"
    assert first["why"]["n"] == rest["why"]["n"] == 7
    assert "follows" not in rest["why"]
    first, _ = answers(services, session, "everything", chosen="nobody")
    assert first["why"]["follows"] == "t0"


def test_the_inside_of_a_track_picked_on_the_map_follows_its_card(services, session, music):
    first, rest = answers(services, session, "pick", track_id=LAST, chosen="t1")
    assert first["why"]["card"]["track_id"] == first["why"]["follows"] == LAST
    assert [one[0] for one in music] == [LAST]
    assert rest["why"]["figures"][0]["track"] == LAST


@pytest.mark.parametrize("what", ["maps", "inside", "map", "save", "delete"])
def test_nothing_follows_other_questions(services, session, music, what):
    assert len(answers(services, session, what, chosen="t0", kind="json")) == 1


def test_nothing_follows_an_error_or_where_there_is_no_inside(services, session, fake):
    assert len(answers(services, replace(session, starts=()), "everything")) == 1
    assert len(list(why.answers(services, session, None))) == 1
    plain = replace(session, options=replace(session.options, method="descriptors"))
    (reply,) = answers(Explaining(plain=True).into(fake), plain, "everything")
    assert reply["why"]["follows"] is None


def test_a_map_is_saved_with_all_its_heads(services, session, music):
    for name in ("voice_to_voice", "music"):
        reply = ask(services, session, "save", kind="html", name=name, chosen="t2", head=1)
        page = Path(reply["file"]).read_text()
        for layer in ("mean of heads", "head 1", "head 2"):
            assert f'"name":"{layer}"' in page
            assert f'"label":"{layer}"' in page
