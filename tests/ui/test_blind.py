"""Compared blind: one match of each method, no track twice, and nothing tells whose each is."""

from types import SimpleNamespace

import pytest

from mrcmv.services import FindOptions
from mrcmv.ui.audition import answer
from mrcmv.ui.audition_find import Choices, Session
from mrcmv.ui.blind import BLIND, compared, find_blind

NAMES = ("mrcmv", "cbvmr", "descriptors", "tags", "random")


@pytest.fixture(autouse=True)
def several(fake):
    fake.known_methods = tuple(SimpleNamespace(name=n, summary=f"By {n}.") for n in NAMES)


def last(fake, place, method):
    asked = {"path": str(place.uploads / "clip.mp4"), "run": "r1"}
    return [*answer(fake, place, Session(), asked, Choices(method=method))][-1]


def test_each_method_has_one_match_and_none_has_anothers(fake, place):
    names = compared(fake)
    assert names == NAMES[:3]
    orders = set()
    for _ in range(20):
        found, methods = find_blind(fake, place.uploads / "clip.mp4", FindOptions())
        ids = [match.track.track_id for match in found.matches]
        assert len(set(ids)) == len(ids)
        assert [match.rank for match in found.matches] == list(range(1, len(ids) + 1))
        assert len(set(methods)) == len(methods) == len(ids)
        assert set(methods) <= set(names)
        orders.add(methods)
    assert len(orders) > 1, "the order says whose they are"


def test_the_page_gets_no_word_of_whose_they_are(fake, place):
    shown = last(fake, place, BLIND)
    told = str(shown["matches"]) + str(shown["stage"])
    for name in compared(fake):
        assert name not in told.lower()
    assert all(card["fit"] is None and card["fit_word"] == "" for card in shown["matches"]["cards"])
    assert {name for name, _ in shown["session"].shown.matches} <= set(compared(fake))


def test_a_plain_search_keeps_its_fit_and_its_method(fake, place):
    method = fake.known_methods[0].name
    shown = last(fake, place, method)
    assert {name for name, _ in shown["session"].shown.matches} == {method}


@pytest.mark.parametrize("name", ["blind "])
def test_only_the_word_itself_is_a_choice(fake, place, name):
    assert last(fake, place, name)["matches"]["state"] == "error"
