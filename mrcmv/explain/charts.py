"""The other figures, as specifications: gate, rollout, contributions, ties; one time line each.

**Conventions.** As `heat`: places are seconds since the window's start, what is read are the clip's
own. Bars of seconds stand in the middle of their second. Under a figure over time stand the clip's
frames and the voice, where they are given.
"""

from typing import Any

import numpy as np

from mrcmv.explain.explanation import Explanation
from mrcmv.explain.heat import BARE, ticks, voice_lane
from mrcmv.explain.looks import LOOKS, Look, Spec, Theme, axis, bare, faded, layout, plain
from mrcmv.explain.scenery import Scenery
from mrcmv.explain.timeline import Timeline
from mrcmv.model import grid
from mrcmv.types import Floats

SHADE = "/"
"""The voice's bars are hatched, so that they are told apart without colour."""


def gate_bands(explanation: Explanation, theme: Theme = "light", scene: Scenery = BARE) -> Spec:
    """What goes on of picture and voice, as two bands over time that add up to 1."""
    look, share = LOOKS[theme], explanation.voice_share
    moments = explanation.line.voice_times_s
    data = [
        _band(name, values, colour, moments)
        for name, values, colour in (
            ("voice", share, look.voice),
            ("picture", 1 - share, look.picture),
        )
    ]
    shown = _over_time(look, explanation.line, "", scene)
    shown["yaxis"] |= {"range": [0, 1], "tickformat": ".0%", "nticks": 5}
    return _finished(data, shown, look, scene)


def gate_profile(explanation: Explanation, theme: Theme = "light") -> Spec:
    """g of each dimension, the mean over tokens, from the most open to the least.

    Raises:
        ValueError: the network has no gate.
    """
    if explanation.gate is None:
        raise ValueError("this network has no gate to show")
    look, data = LOOKS[theme], []
    sides = (("picture", look.picture, "solid"), ("voice", look.voice, "dash"))
    for half, (name, colour, dash) in zip(explanation.gate, sides, strict=True):
        means = half.mean(axis=0)
        order = np.argsort(-means, kind="stable")
        data.append(
            {
                "type": "scatter", "mode": "lines", "name": name,
                "x": list(range(1, len(means) + 1)), "y": _digits(means[order]),
                "customdata": order.tolist(), "line": {"color": colour, "width": 2, "dash": dash},
                "hovertemplate": f"{name}, dimension %{{customdata}}: %{{y:.3f}}<extra></extra>",
            }
        )  # fmt: skip
    shown = layout(look, 280, showlegend=True)
    shown["xaxis"] = axis(look, "dimensions, most open first", showgrid=False)
    shown["yaxis"] = axis(look, "gate", rangemode="tozero")
    return {"data": data, "layout": shown}


def rollout(explanation: Explanation, theme: Theme = "light", scene: Scenery = BARE) -> Spec:
    """How much attention rests on each second, on its picture and on its voice."""
    look, line = LOOKS[theme], explanation.line
    total = explanation.rollout_by_second
    data = _bars(line, 100 * total / total.sum(), look, "%{y:.1f} % of attention")
    shown = _over_time(look, line, "% of attention", scene) | {"barmode": "stack"}
    return _finished(data, shown, look, scene)


def ties(explanation: Explanation, at: int, theme: Theme = "light", scene: Scenery = BARE) -> Spec:
    """How much of the lead of match `at` is lost without each second: whole, picture, voice."""
    look, line, match = LOOKS[theme], explanation.line, explanation.matches[at]
    percent = 100 * match.ties / match.lead if match.lead > 0 else match.ties
    unit = "% of the lead" if match.lead > 0 else "distance"
    told = f"%{{y:.2f}} {unit}"
    data = [_bar(line, percent[0], "all of it", look.both, "", told, 0.9)]
    data += _bars(line, percent[1:], look, told, width=0.4)
    shown = _over_time(look, line, f"{unit} lost", scene) | {"barmode": "overlay"}
    return _finished(data, shown, look, scene)


def contributions(explanation: Explanation, theme: Theme = "light") -> Spec:
    """How many places each match falls without the picture and without the voice: what decided is
    what a rank needs, whereas distances grow and shrink for all tracks alike."""
    look = LOOKS[theme]
    told = [match for match in explanation.matches if len(match.outcomes) > 1]
    names = [f"{match.rank}  {plain(_short(match.title))}" for match in told]
    data, reached = [], list[int]()
    for condition, words, colour, pattern in (
        ("without_picture", "without the picture", look.picture, ""),
        ("without_voice", "without the voice", look.voice, SHADE),
    ):
        falls = [m.outcomes[condition].rank - m.outcomes["both"].rank for m in told]
        farther = [m.outcomes[condition].distance - m.outcomes["both"].distance for m in told]
        reached += falls
        ranks = [f"{m.outcomes['both'].rank} → {m.outcomes[condition].rank}" for m in told]
        data.append(
            {
                "type": "bar", "orientation": "h", "name": words, "y": names, "x": falls,
                "text": ranks, "textposition": "outside", "cliponaxis": False,
                "customdata": farther, "marker": {"color": colour, "pattern": _hatch(pattern)},
                "hovertemplate": f"{words}: %{{text}}, %{{customdata:+.3f}} farther<extra></extra>",
            }
        )  # fmt: skip
    shown = layout(look, 120 + 64 * len(told), showlegend=True, barmode="group")
    least, most = min([0, *reached]), max([0, *reached])
    room = 0.4 * max(most - least, 1)  # for the words beside the longest bars
    shown["xaxis"] = axis(look, "places it falls", range=[least - room * (least < 0), most + room])
    shown["xaxis"] |= {"zeroline": True, "zerolinecolor": look.quiet, "nticks": 6}
    shown["yaxis"] = axis(look, autorange="reversed", showgrid=False, automargin=True)
    return {"data": data, "layout": shown}


def _over_time(look: Look, line: Timeline, title: str, scene: Scenery) -> Spec:
    """A layout over the window's seconds, with room below for what stands there."""
    lanes = (scene.across is not None) + bool(scene.peaks)
    shown = layout(look, 260 + 52 * lanes, showlegend=True, shapes=[], images=[])
    shown["xaxis"] = axis(look, **ticks(line), showgrid=False, anchor="free", position=0)
    shown["yaxis"] = axis(look, title, domain=[0.06 + 0.16 * lanes if lanes else 0, 1])
    return shown


def _finished(data: list[Spec], shown: Spec, look: Look, scene: Scenery) -> Spec:
    """With film strip and voice below."""
    bottom = 0.02
    if scene.peaks:
        shown["yaxis2"] = bare(domain=[bottom, bottom + 0.14], range=[-1.05, 1.05])
        data = data + [
            lane | {"showlegend": False} for lane in voice_lane(shown, look, scene, "x", "y2")
        ]
        bottom += 0.16
    if scene.across:
        box = {"x": 0, "y": bottom + 0.14, "sizex": 1, "sizey": 0.14}
        place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
        shown["images"].append({"source": scene.across, "sizing": "stretch", **place, **box})
    return {"data": data, "layout": shown}


def _band(name: str, values: Floats, colour: str, moments: Floats) -> Spec:
    return {
        "type": "scatter", "mode": "lines", "name": name, "stackgroup": "one",
        "x": _digits(grid.sound_token_times_s()), "y": _digits(values),
        "customdata": _digits(moments), "line": {"width": 0.5, "color": colour},
        "fillcolor": faded(colour, 0.75 if name == "voice" else 0.4),
        "hovertemplate": f"{name} at %{{customdata:.1f}} s: %{{y:.0%}}<extra></extra>",
    }  # fmt: skip


def _bars(line: Timeline, values: Floats, look: Look, told: str, width: float = 0.9) -> list[Spec]:
    """Picture and voice by second. Shape: values `(2, n_seconds)`."""
    parts = (("picture", look.picture, ""), ("voice", look.voice, SHADE))
    return [
        _bar(line, row, name, colour, pattern, told, width)
        for row, (name, colour, pattern) in zip(values, parts, strict=True)
        if np.isfinite(row).any()
    ]


def _bar(
    line: Timeline, values: Floats, name: str, colour: str, pattern: str, told: str, width: float
) -> dict[str, Any]:
    shift = {"picture": -0.2, "voice": 0.2}.get(name, 0.0) if width < 0.5 else 0.0
    middles = np.arange(len(values)) + 0.5
    moments = line.start_s + np.arange(len(values))
    opacity = 0.35 if name == "all of it" else 1.0
    return {
        "type": "bar", "name": name, "x": _digits(middles + shift), "y": _digits(values),
        "width": width, "customdata": _digits(moments), "opacity": opacity,
        "marker": {"color": colour, "pattern": _hatch(pattern)},
        "hovertemplate": f"{name} from %{{customdata:.0f}} s: {told}<extra></extra>",
    }  # fmt: skip


def _hatch(shape: str) -> Spec:
    """A bar's own colour, with lines over it where a shape is given."""
    return {"shape": shape, "fillmode": "overlay", "fgopacity": 0.35, "size": 6}


def _digits(values: Floats) -> list[float | None]:
    """Five digits each, None for what is not known."""
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in values.tolist()]


def _short(title: str) -> str:
    return title if len(title) <= 18 else title[:17] + "…"
