"""The figures of the tab Why: which there are for a find, with their captions and their parts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from mrcmv.explain import captions, chart_of_plane, charts, heat, plane, plots
from mrcmv.explain.chart_of_plane import By
from mrcmv.explain.explanation import MAPS, MusicMap
from mrcmv.explain.looks import Spec, Theme
from mrcmv.explaining import Explained
from mrcmv.methods import DRAWN
from mrcmv.ui import text

VOICED = ("voice_to_voice", "picture_to_voice", "voice_to_picture")
"""Maps that say nothing where nobody speaks: they are left out there."""
MAP = "map"
MUSIC = "music"


@dataclass(frozen=True)
class Figure:
    """A figure that can be drawn. group: the section it stands in. captions: one, or that of the
    heads' mean and one a head. draw: one layer, 0 or the head's number, or all of them (None).
    track: whose it is, where each match has its own. times: what a place on its horizontal axis
    is: a second of the clip, or nothing that one can go to."""

    name: str
    group: str
    captions: tuple[str, ...]
    draw: Callable[[int | None], Spec]
    track: str | None = None
    times: bool = False

    @property
    def title(self) -> str:
        return text.WHY_FIGURES[self.name]

    @property
    def has_heads(self) -> bool:
        return len(self.captions) > 1

    def sent(self, head: int) -> dict[str, Any]:
        """The figure as the page takes it: where it has heads, the one asked for alone (0, or one
        that it has not: their mean). The others are four fifths of all there is to send."""
        layer = head if head < len(self.captions) else 0
        return {
            "name": self.name,
            "group": self.group,
            "title": self.title,
            "caption": self.captions[layer],
            "head": head if self.has_heads else None,
            "layers": len(self.captions),
            "track": self.track,
            "times": self.times,
            "spec": plots.sent(self.draw(layer)),
        }


def for_page(figures: Iterable[Figure], head: int) -> dict[str, Any]:
    """Figures as the page takes them. The film strips, which many of them have, come once beside
    them: an image says which it is."""
    strips: dict[str, int] = {}
    told = [one.sent(head) for one in figures]
    for one in told:
        for image in one["spec"]["layout"].get("images", ()):
            image["source"] = strips.setdefault(image["source"], len(strips))
    return {"figures": told, "strips": list(strips)}


def figures(told: Explained, theme: Theme, by: By) -> Iterator[Figure]:
    """All figures there are, in the order of the page."""
    if told.explanation is not None:
        yield from _looked(told, theme)
        yield from _inside(told, theme)
        for one in told.explanation.matches:
            if one.music is not None:
                yield music(one.music, one.track_id, theme)
    if told.atlas is not None:
        yield Figure(MAP, "map", (map_caption(told),), lambda _: _map(told, theme, by))


def _looked(told: Explained, theme: Theme) -> Iterator[Figure]:
    """What is read in one look: voice and picture over time, the matches, the seconds."""
    own, scene, claims = told.explanation, told.scene, told.claims
    if own is None:
        return
    if own.has_voice:
        yield Figure(
            "gate", "look", (captions.gate(own, claims),),
            lambda _: charts.gate_bands(own, theme, scene), times=True,
        )  # fmt: skip
        yield Figure(
            "contributions", "look", (captions.contributions(own),),
            lambda _: charts.contributions(own, theme),
        )  # fmt: skip
    for at, match in enumerate(own.matches):
        yield Figure(
            "ties", "look", (captions.ties(match, own.line),),
            lambda _, at=at: charts.ties(own, at, theme, scene),  # type: ignore[misc]
            track=match.track_id, times=True,
        )  # fmt: skip


def _inside(told: Explained, theme: Theme) -> Iterator[Figure]:
    """Where the network looked, and what its gate does."""
    own, scene = told.explanation, told.scene
    if own is None:
        return
    if own.maps:
        yield Figure(
            "rollout", "inside", (captions.rollout(own, told.claims),),
            lambda _: charts.rollout(own, theme, scene), times=True,
        )  # fmt: skip
    for name in MAPS:
        if name not in own.maps or (name in VOICED and not own.has_voice):
            continue
        heads = _heads(len(own.maps[name]))
        yield Figure(
            name, "inside", tuple(captions.attention(own, name, head) for head in heads),
            partial(heat.attention, own, name, theme, scene), times=True,
        )  # fmt: skip
    if own.gate is not None:
        yield Figure(
            "profile", "inside", (captions.gate_profile(own),),
            lambda _: charts.gate_profile(own, theme),
        )  # fmt: skip


def music(found: MusicMap, track_id: str, theme: Theme) -> Figure:
    """Who looks at whom inside a track."""
    heads = _heads(len(found.weights))
    said = tuple(captions.music(found, head) for head in heads)
    return Figure(MUSIC, "inside", said, partial(heat.music, found, theme), track=track_id)


def _heads(n: int) -> tuple[int | None, ...]:
    """The layers of a map: the mean of the heads, then each where there are several."""
    return (None, *range(n)) if n > 1 else (None,)


def map_caption(told: Explained) -> str:
    """How far the map can be trusted, and whether the clip is on it."""
    if told.atlas is None:
        return ""
    said = plane.caption(told.atlas.plane, told.atlas.kept)
    return f"{said} {text.WHY_NO_PLACE}" if told.method in DRAWN else said


def _map(told: Explained, theme: Theme, by: By) -> Spec:
    own = told.atlas
    assert own is not None
    return chart_of_plane.catalog(
        own.plane, own.windows, own.tracks,
        by=by, query=own.query, matches=told.matches, theme=theme,
    )  # fmt: skip
