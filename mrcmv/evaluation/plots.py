"""Retrieval drawn: each method's figure with its interval, beside chance, a panel a gallery."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.evaluation.figures import Table

METHOD, CEILING, CHANCE = "#0072B2", "#6e7781", "#D55E00"
"""Of Okabe and Ito's colours (2008), which people with any kind of colour vision tell apart."""
LOOK: Any = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "retrieval",
}


def draw(tables: Sequence[Table], to: Path, names: Sequence[str] = ("R@10", "mIoU")) -> Path:
    """Write a figure as its name ends (.svg, .png, .pdf); the same tables give the same SVG.

    Each table gives a panel with the first of `names` that it has; others are left out.

    Raises:
        MrcmvError: matplotlib is not installed, or no table has such a figure.
    """
    panels = [
        (table, next(figure for figure in table.figures if figure.name in names))
        for table in tables
        if any(figure.name in names for figure in table.figures)
    ]
    if not panels:
        raise MrcmvError(f"There is nothing to draw: no table has {' or '.join(names)}.")
    try:
        import matplotlib
        from matplotlib.figure import Figure as Canvas
    except ImportError:
        raise MrcmvError(
            "Plots need matplotlib, which is not installed: `make corpus` installs it."
        ) from None
    with matplotlib.rc_context(LOOK):
        height_in = 1.2 + 0.28 * max(len(table.lines) for table, _ in panels)
        canvas = Canvas(figsize=(3.0 + 3.2 * len(panels), height_in), layout="constrained")
        axes = canvas.subplots(1, len(panels), squeeze=False)[0]
        for number, (own, (table, figure)) in enumerate(zip(axes, panels, strict=True)):
            _panel(own, table, figure.name, labelled=number == 0)
        to.parent.mkdir(parents=True, exist_ok=True)
        undated = {"Date": None} if to.suffix == ".svg" else {}
        canvas.savefig(to, dpi=150, metadata=undated)
    return to


def _panel(axes: Any, table: Table, name: str, labelled: bool) -> None:
    lines = [line for line in table.lines if name in line.cells]
    places = np.arange(len(lines))[::-1]
    for place, line in zip(places, lines, strict=True):
        told = line.cells[name]
        colour = CEILING if line.row.ceiling else METHOD
        if np.isfinite(told.low):
            axes.plot([told.low, told.high], [place, place], color=colour, lw=1.5)
        axes.plot(told.value, place, "o", color=colour, ms=5)
    if np.isfinite(chance := table.chance[name]):
        axes.axvline(chance, color=CHANCE, lw=1, ls="--")
        axes.text(chance, len(lines) - 0.45, " chance", color=CHANCE, fontsize=8)
    several = len({line.row.condition for line in lines}) > 1
    labels = [
        f"{line.row.method}, {line.row.condition}" if several else line.row.method for line in lines
    ]
    axes.set_yticks(places, labels if labelled else [""] * len(lines))
    axes.set_ylim(-0.6, len(lines) - 0.1)
    axes.set_xlim(left=0)
    unit = " (%)" if name.startswith("R@") or name in ("mIoU", "R1@0.5", "track R@10") else ""
    axes.set_xlabel(name + unit)
    axes.set_title(f"{table.gallery}, n = {len(table.judged.queries)}", fontsize=9, loc="left")
    axes.grid(axis="x", lw=0.5, color="#d0d7de")
