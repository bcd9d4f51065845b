"""Attention maps as figures: seconds against seconds, frames and voice along the axes.

**Conventions.** Rows look at columns; time runs down and to the right. Fast and slow picture tokens
are at the same moments, so each has panels of its own: 64 cells of half a second, 8 of four
seconds. A figure holds one layer (0: the heads' mean, n: head n), or all of them (None) with a
dropdown to choose. Places on the axes are seconds since the window's start (`scenery`), what is
written on them and under the pointer are the clip's own seconds. A sound's cells are even, up to
5 ms beside their patches: of even cells Plotly draws a pixel each.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrcmv.explain.explanation import Explanation, MusicMap
from mrcmv.explain.looks import LOOKS, SCALE, Look, Spec, Theme, axis, bare, faded, layout
from mrcmv.explain.scenery import N_PEAKS, Scenery
from mrcmv.explain.timeline import Timeline
from mrcmv.model import grid
from mrcmv.types import WINDOW_S, Floats

BARE = Scenery()
TICK_S = 8.0

Edges = NDArray[np.float64]
Block = tuple[str, NDArray[np.int64], Edges]
"""Tokens of one kind: its name, which tokens, the edges of their cells in seconds."""


def attention(
    explanation: Explanation,
    name: str,
    theme: Theme = "light",
    scene: Scenery = BARE,
    layer: int | None = None,
) -> Spec:
    """One of the query's attention maps, by name (`explanation.MAPS`).

    Raises:
        KeyError: the network has no such map.
    """
    heads, line, (looks, looked) = explanation.maps[name], explanation.line, name.split("_to_")
    return _figure(heads, line, looks, looked, LOOKS[theme], scene, layer)


def music(found: MusicMap, theme: Theme = "light", layer: int | None = None) -> Spec:
    """Who looks at whom inside a track's window."""
    return _figure(found.weights, found.line, "music", "music", LOOKS[theme], BARE, layer)


def ticks(line: Timeline) -> Spec:
    """Marks every 8 s of the window, written as the clip's seconds."""
    places = np.arange(0, WINDOW_S + 0.1, TICK_S)
    shown = line.start_s + np.mod(places, line.length_s)
    shown[places == line.length_s] = line.start_s + line.length_s
    return {
        "tickmode": "array",
        "tickvals": places.tolist(),
        "ticktext": [f"{time_s:.3g} s" for time_s in shown],
        "range": [0, WINDOW_S],
    }


def blocks(kind: str) -> list[Block]:
    """The tokens of an axis by kind, each kind in order of time."""
    if kind != "picture":
        times_s = grid.sound_token_times_s().astype(np.float64)
        half_s = (times_s[-1] - times_s[0]) / (grid.N_TOKENS - 1) / 2
        edges = np.linspace(times_s[0] - half_s, times_s[-1] + half_s, grid.N_TOKENS + 1)
        return [(kind, np.arange(grid.N_TOKENS), edges)]
    slow = np.array(grid.picture_order()) >= grid.N_FAST
    offset_s = grid.fast_times_s()[grid.slow_indices()[0]] - WINDOW_S / grid.N_SLOW / 2
    return [
        ("fast", np.flatnonzero(~slow), np.linspace(0, WINDOW_S, grid.N_FAST + 1)),
        ("slow", np.flatnonzero(slow), np.linspace(0, WINDOW_S, grid.N_SLOW + 1) + offset_s),
    ]


def _figure(
    heads: Floats,
    line: Timeline,
    looks: str,
    looked: str,
    look: Look,
    scene: Scenery,
    layer: int | None,
) -> Spec:
    rows, columns = blocks(looks), blocks(looked)
    shown, panels = _panels(line, looks, looked, look, scene)
    layers = _layers(heads, layer)
    if len(layers) > 1:
        shown["margin"]["t"] = 52
        shown["updatemenus"] = [_menu(layers, len(panels), look)]
    first = next(iter(layers))
    data = [
        _heat(weights, line, rows[row], columns[column], str(at + 1) if at else "")
        | {"name": name, "visible": name == first}
        for name, weights in layers.items()
        for at, (row, column) in enumerate(panels)
    ]
    shown["coloraxis"] = _scale(layers[first], look)
    return {"data": data + _along(shown, looks, looked, look, scene), "layout": shown}


def _layers(heads: Floats, layer: int | None) -> dict[str, Floats]:
    """The heads' mean and, where there are several, each head, by name; or one of these."""
    layers = {"mean of heads": heads.mean(axis=0)}
    if len(heads) > 1:
        layers |= {f"head {n + 1}": weights for n, weights in enumerate(heads)}
    return layers if layer is None else dict([list(layers.items())[layer]])


def _panels(
    line: Timeline, looks: str, looked: str, look: Look, scene: Scenery
) -> tuple[Spec, list[tuple[int, int]]]:
    """The layout with the axes of each panel, and which rows and columns each shows."""
    rows, columns = blocks(looks), blocks(looked)
    across, down = _domains(len(columns), scene), _domains(len(rows), scene)
    panels = list(product(range(len(rows)), range(len(columns))))
    shown: Spec = layout(
        look, 460, margin={"l": 46, "r": 16, "t": 12, "b": 84}, shapes=[], images=[]
    )
    for at, (row, column) in enumerate(panels):
        suffix = str(at + 1) if at else ""
        shown[f"xaxis{suffix}"] = _side(look, line, suffix) | {
            "domain": across[column],
            "showticklabels": row == len(rows) - 1 and column == 0,
        }
        shown[f"yaxis{suffix}"] = _side(look, line, suffix, down=True) | {
            # Downwards: the first rows lie highest.
            "domain": [1 - down[row][1], 1 - down[row][0]],
            "showticklabels": column == 0 and row == 0,
        }
    _label(shown, looks, looked, len(rows), len(columns))
    return shown, panels


def _domains(n: int, scene: Scenery) -> list[list[float]]:
    """Where panels lie along a side, after what stands along it; the slow one is narrow."""
    start = 0.0 if scene is BARE else 0.13
    return [[start, 1.0]] if n == 1 else [[start, 0.84], [0.87, 1.0]]


def _heat(weights: Floats, line: Timeline, rows: Block, columns: Block, suffix: str) -> Spec:
    """One panel; arrays stay arrays, which Plotly writes in a quarter of the room."""
    told: Spec = {
        "type": "heatmap",
        "z": np.ascontiguousarray(weights[np.ix_(rows[1], columns[1])]),
        "y": rows[2].round(3),
        "x": columns[2].round(3),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "coloraxis": "coloraxis",
    }
    who, whom = "%{y:.2f}", "%{x:.2f}"
    if line.start_s or line.repeats > 1:  # places on the axes are not the clip's seconds
        middles = [(edges[1:] + edges[:-1]) / 2 for _, _, edges in (rows, columns)]
        seconds = [line.start_s + np.mod(places, line.length_s) for places in middles]
        moments = np.meshgrid(*seconds, indexing="ij")
        told["customdata"] = np.stack(moments, axis=-1).astype(np.float32)  # (rows, columns, 2)
        who, whom = "%{customdata[0]:.2f}", "%{customdata[1]:.2f}"
    told["hovertemplate"] = (
        f"{rows[0]} at {who} s looks at<br>{columns[0]} at {whom} s: %{{z:.4f}}<extra></extra>"
    )
    return told


def _side(look: Look, line: Timeline, suffix: str, *, down: bool = False) -> Spec:
    own = axis(look, **ticks(line), anchor=f"{'x' if down else 'y'}{suffix}", showgrid=False)
    # Their labels stand at the edge, beyond frames and voice.
    return own | ({"range": [WINDOW_S, 0], "anchor": "free", "position": 0} if down else {})


def _label(shown: Spec, looks: str, looked: str, n_rows: int, n_columns: int) -> None:
    """Who looks (down) and who is looked at (across), once each, and which panels are slow."""
    names = [f"axis{at + 1 if at else ''}" for at in range(n_rows * n_columns)]
    bottom = names[(n_rows - 1) * n_columns :]
    shown["y" + names[0]]["title"]["text"] = f"{looks} looks"
    shown["x" + bottom[0]]["title"]["text"] = f"at the {looked}"
    if n_columns > 1:
        shown["x" + bottom[1]]["title"] |= {"text": "slow", "standoff": 22}
    if n_rows > 1:
        shown["y" + bottom[0]]["title"] |= {"text": "slow", "standoff": 22}


def _along(shown: Spec, looks: str, looked: str, look: Look, scene: Scenery) -> list[Spec]:
    """Film strips as images, the voice as filled curves on axes of their own."""
    if scene is BARE:
        return []
    data = []
    across, down = (shown[name]["domain"] for name in ("xaxis", "yaxis"))
    if looked == "picture" and scene.across:
        box = {"x": across[0], "y": 1, "sizex": across[1] - across[0], "sizey": 0.1}
        shown["images"].append(_strip(scene.across, box))
    if looks == "picture" and scene.down:
        box = {"x": 0.01, "y": down[1], "sizex": 0.1, "sizey": down[1] - down[0]}
        shown["images"].append(_strip(scene.down, box))
    if looked == "voice" and scene.peaks:
        shown["xaxis8"] = bare(domain=across, range=[0, WINDOW_S], anchor="y8")
        shown["yaxis8"] = bare(domain=[0.9, 1], range=[-1.05, 1.05], anchor="x8")
        data += voice_lane(shown, look, scene, "x8", "y8")
    if looks == "voice" and scene.peaks:
        shown["xaxis9"] = bare(domain=[0.01, 0.11], range=[-1.05, 1.05], anchor="y9")
        shown["yaxis9"] = bare(domain=down, range=[WINDOW_S, 0], anchor="x9")
        data += voice_lane(shown, look, scene, "x9", "y9", down=True)
    return data


def _strip(source: str, box: Spec) -> Spec:
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    return {"source": source, "sizing": "stretch", "layer": "above", **place, **box}


def voice_lane(
    shown: Spec, look: Look, scene: Scenery, x: str, y: str, *, down: bool = False
) -> list[Spec]:
    """The voice's waveform, and its words as marks behind it (added to the layout's shapes)."""
    times_s = ((np.arange(N_PEAKS) + 0.5) * WINDOW_S / N_PEAKS).astype(np.float32)
    peaks = np.array(scene.peaks, np.float32)
    outline, places = (
        np.concatenate([peaks, -peaks[::-1]]),
        np.concatenate([times_s, times_s[::-1]]),
    )
    for span in scene.speech:
        along, over = [span.start_s, span.end_s], [-1.05, 1.05]
        (x0, x1), (y0, y1) = (over, along) if down else (along, over)
        mark = {"type": "rect", "xref": x, "yref": y, "x0": x0, "x1": x1, "y0": y0, "y1": y1}
        shown["shapes"].append(
            {**mark, "layer": "below", "line": {"width": 0}, "fillcolor": faded(look.voice, 0.25)}
        )
    lane: dict[str, Any] = {"type": "scatter", "mode": "lines", "fill": "toself", "xaxis": x}
    lane |= {"yaxis": y, "hoverinfo": "skip", "line": {"width": 0}, "fillcolor": look.voice}
    return [lane | ({"x": outline, "y": places} if down else {"x": places, "y": outline})]


def top(weights: Floats) -> float:
    """The weight at the bright end: the largest, or three even shares: an even map is dim."""
    return max(float(weights.max()), 3 / grid.N_TOKENS)


def _scale(weights: Floats, look: Look) -> Spec:
    bar = {
        "orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.12, "yanchor": "top",
        "thickness": 8, "len": 0.7, "outlinewidth": 0,
        "tickfont": {"size": 10, "color": look.quiet}, "nticks": 4,
    }  # fmt: skip
    return {"colorscale": SCALE, "cmin": 0, "cmax": top(weights), "colorbar": bar}


def _menu(layers: Mapping[str, Floats], n_panels: int, look: Look) -> Spec:
    """The heads' mean, or one head: each with a scale of its own (`top`)."""
    places = list(range(n_panels * len(layers)))
    buttons = []
    for name, weights in layers.items():
        seen = [own == name for own in layers for _ in range(n_panels)]
        change = [{"visible": seen}, {"coloraxis.cmax": top(weights)}, places]
        buttons.append({"label": name, "method": "update", "args": change})
    return {
        "type": "dropdown", "buttons": buttons, "x": 0, "xanchor": "left", "y": 1.02,
        "yanchor": "bottom", "pad": {"b": 4}, "bgcolor": look.ground, "bordercolor": look.line,
        "font": {"color": look.text, "size": 12},
    }  # fmt: skip
