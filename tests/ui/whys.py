"""What tests of the tab Why share: an explanation by a tiny network, as services would give it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mrcmv import explaining
from mrcmv.errors import MrcmvError
from mrcmv.explain import evidence, plane
from mrcmv.explain.scenery import Scenery
from mrcmv.explaining import Atlas, Explained
from mrcmv.services import FindOptions
from mrcmv.types import Clip, TrackWindow
from mrcmv.ui import why
from mrcmv.ui.audition_find import Session
from tests.explain import scenes
from tests.ui.fakes import FakeServices

N_FIRST = 5
LAST = f"t{scenes.N_TRACKS - 1}"
"""A track that is no match: it ranks last of six."""
STARTS = tuple((f"t{n}", 8.0) for n in range(N_FIRST))


class Explaining:
    """Gives `FakeServices` six tracks of a tiny network, and an `explain`."""

    def __init__(self, *, voice: bool = True, plain: bool = False) -> None:
        self.told = scenes.told(voice=voice, n=scenes.N_TRACKS)
        self.told = replace(
            self.told, matches=tuple(replace(one, music=None) for one in self.told.matches)
        )
        self.matches = [scenes.match(n) for n in range(scenes.N_TRACKS)]
        self.plain = plain
        self.scene = Scenery()
        self.asked: list[FindOptions] = []
        windows = [
            TrackWindow(one.track.track_id, start_s, 32.0, one.window.descriptors)
            for one in self.matches
            for start_s in (0.0, 8.0)
        ]
        self.windows = tuple(windows)

    def into(self, fake: FakeServices) -> FakeServices:
        fake.explain = self.explain  # type: ignore[attr-defined]
        tracks = tuple(one.track for one in self.matches)
        fake.catalog = SimpleNamespace(tracks=tracks, windows=self.windows)
        return fake

    def explain(self, clip: Clip, options: FindOptions, track_ids: Sequence[str]) -> Explained:
        self.asked.append(options)
        by_id = {one.track.track_id: at for at, one in enumerate(self.matches)}
        if not all(track_id in by_id for track_id in track_ids):
            raise MrcmvError(explaining.STALE)
        rows = [by_id[track_id] for track_id in track_ids]
        told = replace(self.told, matches=tuple(self.told.matches[row] for row in rows))
        return Explained(
            options.method or "mrcmv",
            tuple(self.matches[row] for row in rows),
            None if self.plain else told,
            self.scene,
            evidence.NONE,
            self.atlas(),
        )

    def atlas(self) -> Atlas:
        points = np.random.default_rng(0).normal(size=(len(self.windows), 4)).astype(np.float32)
        tracks = {one.track.track_id: one.track for one in self.matches}
        place: Any = np.zeros(2, np.float32)
        return Atlas(plane.plane(points), self.windows, tracks, place, (2, 5))


def session_of(clip: Clip, method: str = "mrcmv") -> Session:
    return Session("r1", clip, FindOptions(method=method), STARTS)


def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float, float]]:
    """The windows of tracks that are looked into from now on, by id: each holds the same."""
    looked: list[tuple[str, float, float]] = []
    found = scenes.told().matches[0].music

    def look(method: Any, track: Any, window: Any) -> Any:
        looked.append((track.track_id, window.start_s, window.end_s))
        return found

    monkeypatch.setattr(explaining, "music", look)
    return looked


def ask(services: Any, session: Session, what: str = "everything", **more: Any) -> dict[str, Any]:
    """The one reply to a question of the page, or the first."""
    update = why.answer(services, session, {"n": 7, "what": what, "theme": "dark", **more})
    json.dumps(update["why"], allow_nan=False)
    return update["why"]


def names(reply: dict[str, Any]) -> list[str]:
    return [one["name"] for one in reply["figures"]]
