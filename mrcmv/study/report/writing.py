"""A report as files."""

from pathlib import Path

from mrcmv.study.report.building import Report
from mrcmv.study.report.layout import grids
from mrcmv.study.report.rendering import latex, markdown, sheet


def write_report(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write report.md, report.csv, a .tex for each table and, for each table that is drawn, an
    .html that needs nothing else and its Plotly .json. Returns what was written."""
    from mrcmv.study.plots import opinions_figure, shares_figure

    folder.mkdir(parents=True, exist_ok=True)
    texts = {"report.md": markdown(report), "report.csv": sheet(report)}
    for grid in grids(report):
        texts[f"{grid.name}.tex"] = latex(grid, report.warnings)
    drawn = [(f"{one.question}-{one.study}", shares_figure(one)) for one in report.choices]
    drawn += [(f"mos-{one.study}", opinions_figure(one)) for one in report.opinions]
    for name, figure in drawn:
        texts[f"{name}.html"] = figure.to_html(include_plotlyjs=True, full_html=True)
        texts[f"{name}.json"] = figure.to_json()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(folder / name for name in texts)
