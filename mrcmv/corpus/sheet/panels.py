"""One panel of a figure each: what is drawn, on axes that the figure gives."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mrcmv.corpus.build.sizes import SPLITS
from mrcmv.corpus.sheet import canvas
from mrcmv.types import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (canvas.BLUE, canvas.RED, canvas.GREEN, canvas.PINK, canvas.ORANGE, canvas.SKY)
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
"""Lines of a panel differ in colour and in dashes: either of them tells them apart."""
FEWEST_BINS, MOST_BINS = 6, 24
PARTS = (*SPLITS, "doom", "atari", "real", "composed")
"""The order of parts wherever they are drawn, so that each keeps its colour."""


def title(axes: "Axes", name: str, x: str, y: str) -> None:
    """Name a panel and its axes, units included."""
    axes.set_title(name)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def ordered(names: Iterable[str]) -> list[str]:
    """Names in the order of `PARTS`, what is not of them behind, by name."""
    known = set(names)
    return [part for part in PARTS if part in known] + sorted(known - set(PARTS))


def outlines(axes: "Axes", groups: Mapping[str, Sequence[float]], *, counted: bool = False) -> None:
    """Each group's distribution as an outline, in shares of the group, on common bins.

    Values that are not finite are left out. counted: they are whole numbers, a bin each.
    """
    finite = {name: _finite(groups[name]) for name in ordered(groups)}
    bins = _bins(list(finite.values()), counted)
    top = 0.0
    for (name, values), colour, dashes in zip(finite.items(), COLOURS, DASHES, strict=False):
        share = np.histogram(values, bins)[0] / max(1, len(values)) * 100
        axes.stairs(share, bins, color=colour, linestyle=dashes, lw=1.6, label=_named(name, values))
        top = max(top, float(share.max(initial=0.0)))
    axes.set_ylim(0, max(1.0, top * (1.2 + 0.1 * len(finite))))  # the legend stands above the lines
    axes.legend(loc="upper right")


def _bins(groups: Sequence[Floats], counted: bool) -> Floats:
    together = np.concatenate([*groups, np.zeros(0, np.float32)])
    low, high = (float(together.min()), float(together.max())) if len(together) else (0.0, 1.0)
    if counted:
        return (np.arange(int(low), int(high) + 2) - 0.5).astype(np.float32)
    n = int(np.clip(np.sqrt(min(len(group) for group in groups)), FEWEST_BINS, MOST_BINS))
    return np.linspace(low, high if high > low else low + 1.0, n + 1).astype(np.float32)


def bars(axes: "Axes", counts: Mapping[str, Mapping[str, float]], most: int = 18) -> None:
    """Rows of stacked parts: row → part → amount; the largest rows at the top.

    What goes beyond `most` rows is one row, "others".
    """
    totals = {row: sum(parts.values()) for row, parts in counts.items()}
    order = sorted(totals, key=lambda row: (-totals[row], row))
    rows = [(row, counts[row]) for row in order[:most]]
    if rest := order[most:]:
        names = {part for row in rest for part in counts[row]}
        others = {part: sum(counts[row].get(part, 0.0) for row in rest) for part in names}
        rows.append((f"others ({len(rest)})", others))
    parts = ordered({part for _, amounts in rows for part in amounts})
    left = np.zeros(len(rows))
    for part, colour in zip(parts, COLOURS, strict=False):
        wide = np.array([amounts.get(part, 0.0) for _, amounts in rows])
        axes.barh(range(len(rows)), wide, left=left, color=colour, label=part, height=0.75)
        left += wide
    axes.set_yticks(range(len(rows)), [row for row, _ in rows])
    axes.tick_params(axis="y", labelsize=7)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    if len(parts) > 1:
        axes.legend(loc="center right")


def density(axes: "Axes", x: Floats, y: Floats) -> None:
    """Where the points of two standard axes lie: darker is denser; the whole as one ρ.

    Shape: (n,), (n,).
    """
    bins = np.linspace(-3, 3, 21)
    points = np.stack([y, x], axis=1).clip(-2.99, 2.99)
    dense = np.histogramdd(points, bins=[bins, bins])[0]
    axes.imshow(dense, origin="lower", extent=(-3, 3, -3, 3), cmap="Blues")
    axes.text(0.03, 0.96, f"ρ = {rho(x, y):+.2f}, n = {len(x)}", transform=axes.transAxes, va="top")


def table(axes: "Axes", values: Floats, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Correlations as shaded numbers. Shape: (rows, columns), −1 to 1."""
    axes.imshow(values, cmap="PuOr", vmin=-1, vmax=1, aspect="auto")
    for row, column in np.ndindex(*values.shape):
        value = float(values[row, column])
        axes.text(column, row, f"{value:+.2f}" if np.isfinite(value) else "–", ha="center",
                  va="center", fontsize=7, color="white" if abs(value) > 0.55 else canvas.INK,
                  )  # fmt: skip
    axes.set_xticks(range(len(columns)), columns, rotation=35, ha="right")
    axes.set_yticks(range(len(rows)), rows)
    axes.grid(visible=False)


def recalls(axes: "Axes", readers: Mapping[str, Mapping[str, Any]]) -> None:
    """Recall over K, a line a reader with its 95 % interval, and chance. K is on a log scale.

    readers: name → a figure as `figures.summary` gives it.
    """
    chance: tuple[list[int], list[float]] = ([], [])
    for (name, figure), colour, dashes in zip(readers.items(), COLOURS, DASHES, strict=False):
        at = sorted(int(k) for k in figure["recall"])
        recall = [float(figure["recall"][str(k)]) for k in at]
        ends = np.array([figure["interval"][str(k)] for k in at], float)
        axes.plot(at, recall, color=colour, linestyle=dashes, marker="o", ms=4, label=name)
        axes.fill_between(at, ends[:, 0], ends[:, 1], color=colour, alpha=0.12, lw=0)
        chance = (at, [float(figure["chance"][str(k)]) for k in at])
    axes.plot(*chance, color=canvas.DIM, lw=1, marker="x", ms=4, label="chance")
    axes.set_xscale("log")
    axes.set_xticks(chance[0], [str(k) for k in chance[0]])
    axes.minorticks_off()
    axes.set_ylim(0, 102)
    axes.legend(loc="best")


def rho(x: Floats, y: Floats) -> float:
    """Spearman's rank correlation; NaN where one side does not vary. Shape: (n,), (n,)."""
    from scipy.stats import spearmanr

    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(spearmanr(x, y).statistic)


def _finite(values: Sequence[float]) -> Floats:
    kept = np.array(values, np.float32)
    finite: Floats = kept[np.isfinite(kept)]
    return finite


def _named(name: str, values: Floats) -> str:
    middle = f", median {np.median(values):.3g}" if len(values) else ""
    return f"{name} (n = {len(values)}{middle})"
