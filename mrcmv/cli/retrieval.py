"""`mrcmv evaluate retrieval`: the paper's table 1 of methods and ablations."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mrcmv.cli.console import Steps, make_folder, say, tell
from mrcmv.cli.training import evaluate_app
from mrcmv.errors import MrcmvError

if TYPE_CHECKING:
    from mrcmv.evaluation.figures import Comparison, Table
    from mrcmv.evaluation.results import Results

__all__ = ["evaluate_app"]

METHODS = ("random", "oracle", "swaps", "ridge")
FIGURES = ("R@1", "R@10", "MRR", "ρ energy", "mIoU")
"""What rows are compared by."""


@evaluate_app.command("retrieval")
def evaluate_retrieval(
    corpus: Annotated[Path, typer.Option(metavar="DIR", help="A finished build of the corpus.")],
    method: Annotated[
        list[str] | None,
        typer.Option(metavar="|".join(METHODS), help="Judged here; default: all of them."),
    ] = None,
    results: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Results of methods that were judged elsewhere."),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(metavar="METHOD", help="Taken less all others; default: the last row."),
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="validation|test", help="Tune on validation, report test.")
    ] = "test",
    seeds: Annotated[int, typer.Option(min=1, help="Of methods that draw.")] = 3,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="For retrieval.md, .tex, .csv, .svg and results."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = os.cpu_count() or 1,
) -> None:
    """Judge methods of retrieval on the corpus: recall, rank, energy, moments, paired tests.
    Markdown on stdout."""
    from mrcmv.evaluation import figures, tables
    from mrcmv.evaluation.results import load_all, rows_of

    if split not in ("validation", "test"):
        raise typer.BadParameter("--split takes validation or test")
    if unknown := set(method or ()) - set(METHODS):
        raise typer.BadParameter(f"--method takes {', '.join(METHODS)}, not {min(unknown)}")
    if out:
        make_folder(out)
    with Steps() as steps:
        judged = _judged(corpus, method or METHODS, split, seeds, jobs, steps)
        rows = rows_of([*judged, *(one for folder in results or () for one in load_all(folder))])
        steps("Intervals and tests")
        told = figures.tables_of(rows)
        own = [(row.method, row.condition) for row in rows if not row.ceiling]
        compared = figures.compare(rows, _chosen(own, compare), FIGURES) if own else []
    if out:
        _write(out, told, compared, judged)
        tell(str(out / "retrieval.md"))
    say(tables.markdown(told, compared))


def _judged(
    corpus: Path, methods: Sequence[str], split: str, seeds: int, jobs: int, steps: Steps
) -> "list[Results]":
    """What the methods that need no training find."""
    from mrcmv.cli import protocols
    from mrcmv.evaluation.protocol import judge

    material = protocols.material_of(corpus)
    protocol = protocols.read_protocol(material, "test" if split == "test" else "validation")
    measured = protocols.measured_of(material, protocol, jobs, steps)
    references = {protocols.PREDICTED: protocols.statistics_of(material, measured)}
    makers = {
        "random": lambda: protocols.draws(seeds),
        "oracle": lambda: protocols.oracles(material, protocol),
        "swaps": lambda: protocols.ridge_swaps(material, measured, protocol),
        "ridge": lambda: protocols.ridges(material, measured, protocol),
    }
    made = []
    for name in METHODS:
        steps(f"Judging {name}")
        for one in makers[name]() if name in methods else ():
            made.append(
                judge(
                    protocol, one.name, one.seed, one.distances,
                    references=references, ceiling=one.ceiling,
                )
            )  # fmt: skip
    return made


def _chosen(rows: Sequence[tuple[str, str]], method: str | None) -> tuple[str, str]:
    """A method's first row; by default the last row of all.

    Raises:
        MrcmvError: there is no such method.
    """
    if method is None:
        return rows[-1]
    for row in rows:
        if row[0] == method:
            return row
    known = ", ".join(dict.fromkeys(name for name, _ in rows))
    raise MrcmvError(f"No results are of a method {method}. There are: {known}.")


def _write(
    out: Path, told: "Sequence[Table]", compared: "Sequence[Comparison]", judged: "list[Results]"
) -> None:
    """The tables in all forms, the plot where matplotlib is installed, and what was judged here.

    Raises:
        MrcmvError: the folder cannot be written to.
    """
    from mrcmv.evaluation import plots, tables
    from mrcmv.evaluation.results import save

    texts = {
        "retrieval.md": tables.markdown(told, compared),
        "retrieval.tex": "\n".join(tables.latex(table) for table in told),
        "retrieval.csv": tables.as_csv(told),
        "comparisons.csv": tables.comparisons_as_csv(compared),
    }
    try:
        for name, text in texts.items():
            (out / name).write_text(text)
        for one in judged:
            save(one, out / "results")
        plots.draw(told, out / "retrieval.svg")
    except OSError as error:
        raise MrcmvError(f"{out} cannot be written ({error.strerror}). Name another.") from None
