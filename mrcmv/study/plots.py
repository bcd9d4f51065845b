"""A study's results drawn: shares beside chance, and the sound-effects paper's figure 3.

Bars carry the interval over other raters and clips. Colours are of Okabe and Ito (2008), which
people with any kind of colour vision tell apart.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from mrcmv.study.report.choices import ChoiceTable
from mrcmv.study.report.opinions import OpinionTable
from mrcmv.study.report.verdicts import Verdict
from mrcmv.study.report.words import percent, stars
from mrcmv.study.statistics.clusters import Interval

METHOD, CHANCE = "#0072B2", "#D55E00"


def shares_figure(table: ChoiceTable) -> Any:
    """How often each method was chosen, of the votes that chose one, with chance."""
    lines = [line.of_choices for line in table.lines]
    figure = go.Figure(
        go.Bar(
            x=list(range(len(table.methods))),
            y=[told.value for told in lines],
            error_y=_bars([told.value for told in lines], [t.crossed.interval for t in lines]),
            marker_color=METHOD,
            text=[f"{percent(told.value)}<br>n = {told.n}" for told in lines],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            name="share",
        )
    )
    for place, told in enumerate(lines):
        _level(figure, place, told.chance, first=place == 0)
    _look(figure, table, "share of choices", "share")
    figure.update_yaxes(range=[0, 1], tickformat=".0%")
    return figure


def opinions_figure(table: OpinionTable) -> Any:
    """Mean opinion scores with brackets: ** p < 0.01, * p < 0.05, corrected (figure 3)."""
    means = [told.mean for told in table.lines]
    figure = go.Figure(
        go.Bar(
            x=list(range(len(table.methods))),
            base=1,  # bars begin at the scale's lowest point
            y=[mean - 1 for mean in means],
            hoverinfo="text",
            error_y=_bars(means, [told.crossed for told in table.lines]),
            marker_color=METHOD,
            text=[f"{told.mean:.2f}<br>n = {told.n}" for told in table.lines],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            name="MOS",
        )
    )
    if np.isfinite(table.chance):
        for place in range(len(table.methods)):
            _level(figure, place, table.chance, first=place == 0)
    _look(figure, table, "mean opinion scores", "MOS")
    found = [one for one in table.verdicts if stars(one.p_corrected)]
    for step, verdict in enumerate(found):
        _bracket(figure, table.methods, verdict, 5.1 + 0.3 * step)
    figure.update_yaxes(range=[1, 5.2 + 0.3 * len(found)], tickvals=[1, 2, 3, 4, 5])
    return figure


def _bars(values: Sequence[float], intervals: Sequence[Interval]) -> dict[str, Any]:
    """Distances from the value to its bounds; none where they are not known."""
    up = [max(0.0, i.high - v) for v, i in zip(values, intervals, strict=True)]
    down = [max(0.0, v - i.low) for v, i in zip(values, intervals, strict=True)]
    told = {"array": np.nan_to_num(up).tolist(), "arrayminus": np.nan_to_num(down).tolist()}
    return {"type": "data", "symmetric": False} | told


def _level(figure: Any, place: int, level: float, first: bool) -> None:
    """Chance as a dashed line over one bar, named once in the legend."""
    figure.add_scatter(
        x=[place - 0.45, place + 0.45], y=[level, level], mode="lines",
        line={"color": CHANCE, "dash": "dash"}, name="chance", legendgroup="chance",
        showlegend=first, hoverinfo="y",
    )  # fmt: skip


def _bracket(figure: Any, methods: Sequence[str], verdict: Verdict, height: float) -> None:
    left, right = sorted(methods.index(name) for name in (verdict.better, verdict.than))
    figure.add_scatter(
        x=[left, left, right, right], y=[height - 0.08, height, height, height - 0.08],
        mode="lines", line={"color": "black", "width": 1}, showlegend=False, hoverinfo="skip",
    )  # fmt: skip
    figure.add_annotation(
        x=(left + right) / 2, y=height, text=stars(verdict.p_corrected), showarrow=False, yshift=7
    )  # fmt: skip


def _look(figure: Any, table: ChoiceTable | OpinionTable, title: str, axis: str) -> None:
    """Places are numbers, so that lines can reach beside a bar; their names are the methods."""
    size = f"{table.n_raters} raters, {table.n_clips} clips; bars: 95 % over both"
    figure.update_layout(
        title=f"{table.study}: {title}<br><sup>{size}</sup>",
        yaxis_title=axis,
        template="plotly_white",
        legend={"orientation": "h", "y": -0.15},
    )
    figure.update_xaxes(tickvals=list(range(len(table.methods))), ticktext=list(table.methods))
