"""The one place that knows matplotlib: figures without a screen, in one look.

Colours are Okabe and Ito's (2008), which people with any kind of colour vision tell apart. Pictures
stand on a light card of their own, so that they read alike on a light and on a dark page.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrcmv.errors import MrcmvError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
RED, SKY, PINK = "#D55E00", "#56B4E9", "#CC79A7"
INK, DIM, GRID, CARD = "#24292f", "#6e7781", "#d0d7de", "#ffffff"
LOOK: dict[str, Any] = {
    "figure.facecolor": CARD,
    "axes.facecolor": CARD,
    "savefig.facecolor": CARD,
    "axes.edgecolor": DIM,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "text.color": INK,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "opengame",
}


def figure(width_in: float, height_in: float) -> "Figure":
    """An empty figure of the project's look.

    Raises:
        MrcmvError: matplotlib is not installed.
    """
    matplotlib = _matplotlib()
    from matplotlib.figure import Figure

    with matplotlib.rc_context(LOOK):
        return Figure(figsize=(width_in, height_in))


def look() -> Any:
    """A context in which axes that are made get the project's look."""
    return _matplotlib().rc_context(LOOK)


def save(drawn: "Figure", path: Path) -> Path:
    """Write a figure as its name ends: .svg or .png. The same figure gives the same bytes."""
    matplotlib = _matplotlib()
    path.parent.mkdir(parents=True, exist_ok=True)
    undated = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    with matplotlib.rc_context(LOOK):
        drawn.savefig(path, dpi=100, metadata=undated)
    return path


def bare(axes: "Axes") -> None:
    """Take frame, ticks and grid off."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _matplotlib() -> Any:
    try:
        import matplotlib
    except ImportError:
        raise MrcmvError(
            "The data sheet is drawn with matplotlib, which is not installed: "
            "`make corpus` installs it."
        ) from None
    return matplotlib
