"""Tables of retrieval as Markdown, LaTeX and CSV.

Each says how many queries of how many takes were asked, before how many windows, and what chance
reaches. A cell is a figure with its 95 % interval. The best of each column is bold, of equals all;
oracles and other ceilings stand apart and are never best.
"""

import csv
import io
import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from mrcmv.evaluation.figures import Comparison, Figure, Line, Table
from mrcmv.evaluation.paired import Estimate

NOTES = (
    "In brackets: 95 % intervals over queries (drawn by take) and seeds; `fixed`: a method that "
    "draws nothing. Of one seed the interval is over queries alone. R@K and shares in percent. "
    "Windows count one by one; *track* asks for the right piece alone."
)
LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "ρ": r"$\rho$", "×": r"$\times$", "–": "--", "−": r"$-$", "≥": r"$\geq$", "λ": r"$\lambda$",
}  # fmt: skip


def markdown(tables: Sequence[Table], comparisons: Sequence[Comparison] = ()) -> str:
    """All tables, and paired differences under them."""
    lines = ["# Retrieval", "", NOTES, ""]
    for table in tables:
        lines += [f"## {heading(table)}", "", described(table), ""]
        best = best_of(table)
        heads = ["method", "condition", "seeds", *(figure.name for figure in table.figures)]
        lines += [_row(heads), _row(["---"] * len(heads))]
        told = [figure.name for figure in table.figures]
        drawn = [number(table.chance[figure.name], figure.digits) for figure in table.figures]
        lines.append(_row(["chance", "", "", *drawn]))
        for line in table.lines:
            cells = [
                f"**{text}**" if (line, name) in best else text
                for name, text in zip(told, _cells(line, table.figures), strict=True)
            ]
            name = _piped(line.row.method)
            label = f"*{name}*" if line.row.ceiling else name
            lines.append(_row([label, _piped(line.row.condition), seeds(line), *cells]))
        lines.append("")
    for _, own in groupby(comparisons, key=lambda one: one.one):
        lines += _compared(list(own))
    return "\n".join(lines)


def latex(table: Table) -> str:
    """One table for the package booktabs; intervals stand under their figures."""
    n = len(table.figures)
    best = best_of(table)
    heads = ["Method", "Condition", "Seeds", *(figure.name for figure in table.figures)]
    lines = [
        r"\begin{table}", r"\centering", r"\small", r"\setlength{\tabcolsep}{3pt}",
        rf"\caption{{{escaped(f'{heading(table)}. {described(table)}')}}}",
        rf"\begin{{tabular}}{{llr{'r' * n}}}", r"\toprule",
        _latex_row([escaped(head) for head in heads]), r"\midrule",
    ]  # fmt: skip
    drawn = [number(table.chance[figure.name], figure.digits) for figure in table.figures]
    lines.append(_latex_row(["chance", "", "", *map(escaped, drawn)]))
    for ceiling in (True, False):
        own = [line for line in table.lines if line.row.ceiling == ceiling]
        lines += [r"\midrule"] if own else []
        for line in own:
            cells, intervals = [], []
            for figure, text in zip(table.figures, _cells(line, table.figures), strict=True):
                value, _, interval = text.partition(" ")
                value = escaped(value)
                cells.append(rf"\textbf{{{value}}}" if (line, figure.name) in best else value)
                intervals.append(rf"{{\tiny {escaped(interval)}}}" if interval else "")
            names = [escaped(line.row.method), escaped(line.row.condition), seeds(line)]
            lines.append(_latex_row([*names, *cells]))
            if any(intervals):
                lines.append(_latex_row(["", "", "", *intervals]))
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}", ""])


def as_csv(tables: Sequence[Table]) -> str:
    """A line a figure: gallery, method, condition, seeds, figure, value, low, high, chance, and
    how many queries, takes and windows."""
    rows: list[list[Any]] = [
        ["gallery", "method", "condition", "ceiling", "seeds", "figure", "value", "low", "high",
         "chance", "n_queries", "n_takes", "n_windows"],
    ]  # fmt: skip
    for table in tables:
        for line in table.lines:
            for figure in table.figures:
                if (cell := line.cells.get(figure.name)) is None:
                    continue
                rows.append(
                    [
                        table.gallery, line.row.method, line.row.condition, int(line.row.ceiling),
                        seeds(line), figure.name, cell.value, cell.low, cell.high,
                        table.chance[figure.name], cell.n, cell.n_groups, _sizes(table),
                    ]
                )  # fmt: skip
    return _csv(rows)


def comparisons_as_csv(comparisons: Sequence[Comparison]) -> str:
    """A line a paired difference."""
    rows: list[list[Any]] = [
        ["gallery", "figure", "method", "condition", "less_method", "less_condition", "difference",
         "low", "high", "p", "p_holm", "n_queries", "n_takes", "n_seeds"],
    ]  # fmt: skip
    for one in comparisons:
        told = one.difference
        rows.append(
            [
                one.gallery, one.figure, *one.one, *one.other, told.value, told.low, told.high,
                told.p, one.p_holm, told.n, told.n_groups, told.n_seeds,
            ]
        )  # fmt: skip
    return _csv(rows)


def heading(table: Table) -> str:
    """`Galleries of 162`."""
    return table.gallery[:1].upper() + table.gallery[1:]


def described(table: Table) -> str:
    """How much was asked."""
    judged = table.judged
    n_takes = len(set(judged.groups))
    asked = f"{len(judged.queries)} queries over {n_takes} takes"
    if table.gallery == "moments":
        return f"{asked}; each looks for its window within its own track."
    many = f"{judged.n_galleries} galleries" if judged.n_galleries > 1 else "a gallery"
    tracks = _range(judged.n_tracks)
    return f"{asked}, in {many} of {_sizes(table)} windows of {tracks} tracks."


def seeds(line: Line) -> str:
    """How many seeds, or `fixed`."""
    return "fixed" if line.row.n_seeds is None else str(line.row.n_seeds)


def best_of(table: Table) -> set[tuple[Line, str]]:
    """Lines and figures that nothing of the table is better than, as far as is shown."""
    best = set()
    own = [line for line in table.lines if not line.row.ceiling]
    for figure in table.figures:
        told = {
            line: round(line.cells[figure.name].value, figure.digits)
            for line in own
            if figure.name in line.cells and np.isfinite(line.cells[figure.name].value)
        }
        if len(told) < 2:
            continue
        first = max(told.values()) if figure.more else min(told.values())
        best |= {(line, figure.name) for line, value in told.items() if value == first}
    return best


def shown(told: Estimate | None, digits: int) -> str:
    """`45.1 (40.6–49.6)`; `–` of nothing."""
    if told is None or not np.isfinite(told.value):
        return "–"
    value = number(told.value, digits)
    if not np.isfinite(told.low):
        return value
    return f"{value} ({number(told.low, digits)}–{number(told.high, digits)})"


def number(value: float, digits: int) -> str:
    """With a true minus, and none before a zero; `–` of what is not known."""
    if not np.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    return f"{0:.{digits}f}" if float(text) == 0 else text.replace("-", "−")


def escaped(text: str) -> str:
    """Text for LaTeX."""
    return "".join(LATEX.get(letter, letter) for letter in text)


def p_shown(p: float) -> str:
    """`0.013`, `< 0.001`."""
    return "–" if not np.isfinite(p) else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _compared(comparisons: Sequence[Comparison]) -> list[str]:
    method, condition = comparisons[0].one
    told = comparisons[0].difference
    lines = [
        f"## {_piped(method)} ({condition}), less the others", "",
        f"Paired by query ({told.n} over {told.n_groups} takes), two-sided; Holm's correction is "
        f"over these {len(comparisons)} comparisons.", "",
    ]  # fmt: skip
    heads = ["gallery", "figure", "less", "condition", "difference (95 %)", "p", "p, Holm", "seeds"]
    lines += [_row(heads), _row(["---"] * len(heads))]
    for one in comparisons:
        other, condition = one.other
        cells = [one.gallery, one.figure, _piped(other), _piped(condition)]
        gap = (
            shown(one.difference, one.digits).replace("–", " to ")
            if np.isfinite(one.difference.low)
            else shown(one.difference, one.digits)
        )
        cells += [gap, p_shown(one.difference.p), p_shown(one.p_holm)]
        lines.append(_row([*cells, str(one.difference.n_seeds)]))
    return [*lines, ""]


def _cells(line: Line, figures: Sequence[Figure]) -> list[str]:
    return [shown(line.cells.get(figure.name), figure.digits) for figure in figures]


def _sizes(table: Table) -> str:
    return _range(table.judged.n_candidates)


def _range(counts: np.ndarray) -> str:
    least, most = int(counts.min()), int(counts.max())
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def _piped(text: str) -> str:
    return re.sub(r"([|*])", r"\\\1", text)


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()
