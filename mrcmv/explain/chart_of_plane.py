"""The map of the catalog as a figure: a dot a window, coloured by what is measured or by tag.

**Conventions.** Each dot carries its track's id and start (`customdata`), so that a click can
choose it. Tags have a colour and a shape each; those beyond the seven most frequent are grey.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from mrcmv.explain.looks import LOOKS, SCALE, Look, Spec, Theme, bare, layout, plain
from mrcmv.explain.plane import Plane
from mrcmv.types import Floats, Match, Track, TrackWindow

By = Literal["energy", "tempo", "tag"]
MEASURES: Mapping[str, tuple[str, Callable[[TrackWindow], float]]] = {
    "energy": ("energy, 0–1", lambda window: window.descriptors.energy),
    "tempo": ("tempo, beats a minute", lambda window: window.descriptors.tempo_bpm),
}
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star-triangle-down")
OTHER = "other tags"


def catalog(
    found: Plane,
    windows: Sequence[TrackWindow],
    tracks: Mapping[str, Track],
    *,
    by: By = "energy",
    query: Floats | None = None,
    matches: Sequence[Match] = (),
    theme: Theme = "light",
) -> Spec:
    """All windows, the query (its place on the map, `(2,)`) and rings about the matches' windows.

    Raises:
        ValueError: there are not as many windows as points.
    """
    if len(windows) != len(found.points):
        raise ValueError(f"{len(found.points)} points are not of {len(windows)} windows")
    look = LOOKS[theme]
    rows = list(range(len(windows)))
    if by == "tag":
        data = _by_tag(found, windows, tracks, look)
    else:
        label, measure = MEASURES[by]
        marker = {
            "size": 8, "color": [measure(window) for window in windows], "colorscale": SCALE,
            "showscale": True, "colorbar": _bar(label, look),
            "line": {"width": 1, "color": look.quiet},  # dark dots on a dark ground
        }  # fmt: skip
        data = [_dots(found, windows, tracks, rows, marker, label)]
    data += _rings(found, windows, matches, look)
    if query is not None:
        data.append(_query(query, look))
    shown = layout(look, 440, showlegend=by == "tag", margin={"l": 8, "r": 8, "t": 40, "b": 60})
    shown["hovermode"] = "closest"
    shown["xaxis"], shown["yaxis"] = bare(), bare(scaleanchor="x")
    return {"data": data, "layout": shown}


def _dots(
    found: Plane,
    windows: Sequence[TrackWindow],
    tracks: Mapping[str, Track],
    rows: Sequence[int],
    marker: Spec,
    name: str,
) -> Spec:
    own = [windows[row] for row in rows]
    values = marker["color"] if isinstance(marker["color"], list) else [name] * len(own)
    said = [f"{value:.3g}" if isinstance(value, float) else str(value) for value in values]
    return {
        "type": "scatter", "mode": "markers", "name": name, "marker": marker,
        "x": found.points[rows, 0], "y": found.points[rows, 1],
        "customdata": [[window.track_id, window.start_s] for window in own],
        "text": [
            f"{plain(tracks[window.track_id].title)} from {window.start_s:.0f} s: {value}"
            for window, value in zip(own, said, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _by_tag(
    found: Plane, windows: Sequence[TrackWindow], tracks: Mapping[str, Track], look: Look
) -> list[Spec]:
    """A trace a tag. A track goes by the most frequent of its tags, so that few colours do."""
    counts = Counter(tag for track in tracks.values() for tag in track.tags)
    frequent = [tag for tag, _ in counts.most_common(len(COLOURS))]
    own = [
        next((tag for tag in frequent if tag in tracks[window.track_id].tags), OTHER)
        for window in windows
    ]
    looks = {tag: (c, s) for tag, c, s in zip(frequent, COLOURS, SHAPES, strict=False)}
    looks[OTHER] = look.quiet, "circle-open"
    return [
        _dots(
            found, windows, tracks, [row for row, name in enumerate(own) if name == tag],
            {"size": 8, "color": colour, "symbol": shape}, plain(tag),
        )
        for tag, (colour, shape) in looks.items()
        if tag in own
    ]  # fmt: skip


def _rings(
    found: Plane, windows: Sequence[TrackWindow], matches: Sequence[Match], look: Look
) -> list[Spec]:
    """The matches' windows, ringed and numbered."""
    places = {(window.track_id, window.start_s): row for row, window in enumerate(windows)}
    own = [
        (match, places[match.track.track_id, match.window.start_s])
        for match in matches
        if (match.track.track_id, match.window.start_s) in places
    ]
    rows = [row for _, row in own]
    ring = {"size": 16, "symbol": "circle-open", "color": look.text, "line": {"width": 2}}
    return [
        {
            "type": "scatter", "mode": "markers+text", "name": "matches", "showlegend": False,
            "x": found.points[rows, 0], "y": found.points[rows, 1], "marker": ring,
            "text": [str(match.rank) for match, _ in own], "textposition": "top right",
            "hoverinfo": "skip",
        }
    ] if own else []  # fmt: skip


def _query(query: Floats, look: Look) -> Spec:
    star = {"size": 18, "symbol": "star", "color": look.voice}
    return {
        "type": "scatter", "mode": "markers+text", "name": "your clip", "text": ["your clip"],
        "x": [float(query[0])], "y": [float(query[1])], "textposition": "bottom center",
        "marker": star | {"line": {"width": 1, "color": look.text}}, "showlegend": False,
        "hovertemplate": "your clip<extra></extra>",
    }  # fmt: skip


def _bar(label: str, look: Look) -> Spec:
    return {
        "orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.02, "yanchor": "top",
        "thickness": 8, "len": 0.7, "outlinewidth": 0, "nticks": 5,
        "tickfont": {"size": 10, "color": look.quiet},
        "title": {"text": label, "side": "bottom", "font": {"size": 11, "color": look.quiet}},
    }  # fmt: skip
