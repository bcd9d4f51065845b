"""A report as Markdown, LaTeX (booktabs) and CSV."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from mrcmv.study.report.building import Report
from mrcmv.study.report.layout import Grid, grids
from mrcmv.study.report.verdicts import Verdict
from mrcmv.study.statistics.clusters import Interval

LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "χ²": r"$\chi^2$", "δ": r"$\delta$", "α": r"$\alpha$", "→": r"$\rightarrow$", "–": "--",
    "−": r"$-$", "<": r"$<$", ">": r"$>$", "×": r"$\times$", "½": r"$\frac12$",
}  # fmt: skip
COLUMNS = (
    "study", "table", "row", "figure", "value", "low", "high", "p", "p_corrected", "chance", "n",
    "n_raters", "n_clips", "kind",
)  # fmt: skip


def markdown(report: Report) -> str:
    """All tables, warnings first."""
    lines = ["# Preference study", ""]
    for warning in report.warnings:
        lines += [f"> **Warning.** {warning}", ">"]
    lines = [*lines[:-1], ""] if report.warnings else lines
    for grid in grids(report):
        lines += [f"## {grid.title}", "", grid.note, "", _row(grid.heads)]
        lines.append(_row(["---"] * len(grid.heads)))
        lines += [_row([_piped(cell) for cell in row]) for row in grid.rows]
        lines.append("")
    return "\n".join(lines)


def latex(grid: Grid, warnings: Sequence[str] = ()) -> str:
    """One table for the package booktabs; warnings stand as comments above it."""
    lines = [f"% {warning}" for warning in warnings]
    lines += [
        r"\begin{table}", r"\centering", r"\small", r"\setlength{\tabcolsep}{3pt}",
        rf"\caption{{{escaped(f'{grid.title}. {grid.note}')}}}",
        rf"\begin{{tabular}}{{l{'r' * (len(grid.heads) - 1)}}}", r"\toprule",
        _latex_row(grid.heads), r"\midrule",
        *[_latex_row(row) for row in grid.rows],
        r"\bottomrule", r"\end{tabular}", r"\end{table}", "",
    ]  # fmt: skip
    return "\n".join(lines)


def sheet(report: Report) -> str:
    """Every number as it is, a line a figure and way to see it (CSV). `kind` is `crossed` (over
    raters and clips: it leads), `raters`, `clips` or `independent`."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_numbers(report))
    return written.getvalue()


def escaped(text: str) -> str:
    """Text for LaTeX."""
    pattern = "|".join(map(re.escape, sorted(LATEX, key=len, reverse=True)))
    return re.sub(pattern, lambda found: LATEX[found[0]], text)


def _numbers(report: Report) -> Iterator[tuple[object, ...]]:
    for table in report.choices:
        for line in table.lines:
            told = line.of_choices
            start = (table.study, table.question, line.method)
            size = (told.n, told.n_raters, told.n_clips)
            votes = line.of_votes
            yield (
                *start, "share of votes", votes.value, *_bounds(votes.crossed.interval), "", "", "",
                votes.n, votes.n_raters, votes.n_clips, "crossed",
            )  # fmt: skip
            for kind, interval, p, adjusted in (
                ("crossed", told.crossed.interval, told.crossed.p, line.p_holm),
                ("raters", told.by_raters, "", ""),
                ("independent", told.wilson, told.p_binomial, ""),
            ):
                bounds = _bounds(interval)
                yield (
                    *start, "share of choices", told.value, *bounds, p, adjusted, told.chance,
                    *size, kind,
                )  # fmt: skip
            bounds = _bounds(line.strength_interval)
            yield (*start, "strength", line.strength, *bounds, "", "", 0, *size, "crossed")
        for answer, told in table.answers.items():
            yield (
                table.study, table.question, answer, "share of votes", told.value,
                *_bounds(told.crossed.interval), "", "", "", told.n, told.n_raters, told.n_clips,
                "crossed",
            )  # fmt: skip
        yield from _verdicts(table.study, table.question, table.verdicts)
    for rated in report.opinions:
        for name, mos in zip(rated.methods, rated.lines, strict=True):
            for kind, interval in (
                ("crossed", mos.crossed), ("raters", mos.by_raters), ("clips", mos.by_clips),
                ("independent", mos.naive),
            ):  # fmt: skip
                yield (
                    rated.study, "mos", name, "mean opinion score", mos.mean, *_bounds(interval),
                    "", "", rated.chance, mos.n, mos.n_raters, mos.n_clips, kind,
                )  # fmt: skip
        yield from _verdicts(rated.study, "mos", rated.verdicts)


def _verdicts(study: str, table: str, told: Sequence[Verdict]) -> Iterator[tuple[object, ...]]:
    for one in told:
        start = (study, table, f"{one.better} > {one.than}", one.test, one.value)
        size = (one.chance, one.n, one.n_raters, one.n_clips)
        yield (*start, *_bounds(one.interval), one.p, one.p_corrected, *size, "crossed")
        yield (*start, "", "", one.p_naive, "", *size, "independent")


def _bounds(told: Interval) -> tuple[float, float]:
    return told.low, told.high


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"


def _piped(text: str) -> str:
    return re.sub(r"([|*])", r"\\\1", text)
