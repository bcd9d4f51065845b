"""Numbers as a report writes them."""

import numpy as np

from mrcmv.study.statistics.clusters import Interval


def percent(value: float) -> str:
    """`28.4%`, as the papers print it."""
    return "–" if not np.isfinite(value) else f"{100 * value:.1f}%"


def percents(told: Interval) -> str:
    """`24.6–32.5`."""
    if not np.isfinite(told.low):
        return "–"
    return f"{100 * told.low:.1f}–{100 * told.high:.1f}"


def number(value: float, digits: int) -> str:
    """With a true minus; `–` of what is not known."""
    if not np.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    return f"{0:.{digits}f}" if float(text) == 0 else text.replace("-", "−")


def numbers(told: Interval, digits: int) -> str:
    """`−0.20 to 0.31`."""
    if not np.isfinite(told.low):
        return "–"
    return f"{number(told.low, digits)} to {number(told.high, digits)}"


def p_shown(p: float) -> str:
    """`0.013`, `< 0.001`."""
    return "–" if not np.isfinite(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def stars(p: float) -> str:
    """The paper's: ** below 0.01, * below 0.05 (figure 3)."""
    return "**" if p < 0.01 else "*" if p < 0.05 else ""
