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

VOICES = ("clean", "separated", "separated-no-music", "none")
METHODS = ("random", "oracle", "swaps", "ridge", "descriptors")
MRCMV = ("MRCMV", "MRCMV, whole")
"""What is compared with the others by default, where it was judged."""
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
    network: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Trained networks, one a seed, judged as they are."),
    ] = None,
    variants: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Variants on the backbones of the first --network."),
    ] = None,
    voice: Annotated[
        list[str] | None,
        typer.Option(
            metavar="clean|separated|separated-no-music|none",
            help="What networks hear of the voice; default: clean and none.",
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(metavar="METHOD", help="Taken less all others; default: MRCMV or the last."),
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
    from mrcmv.cli.judged import Request, judged
    from mrcmv.evaluation import figures, tables
    from mrcmv.evaluation.results import load_all, rows_of

    if split not in ("validation", "test"):
        raise typer.BadParameter("--split takes validation or test")
    if unknown := set(method or ()) - set(METHODS):
        raise typer.BadParameter(f"--method takes {', '.join(METHODS)}, not {min(unknown)}")
    if unknown := set(voice or ()) - set(VOICES):
        raise typer.BadParameter(f"--voice takes {', '.join(VOICES)}, not {min(unknown)}")
    if variants and not network:
        raise typer.BadParameter("--variants needs the --network whose backbones they read")
    if out:
        make_folder(out)
    request = Request(
        corpus, method or METHODS, "test" if split == "test" else "validation", seeds,
        network or (), variants or (), voice or ("clean", "none"), jobs,
    )  # fmt: skip
    elsewhere = [one for folder in results or () for one in load_all(folder)]  # before any work
    with Steps() as steps:
        made = judged(request, steps)
        rows = rows_of([*made, *elsewhere])
        steps("Intervals and tests")
        told = figures.tables_of(rows)
        own = [(row.method, row.condition) for row in rows if not row.ceiling]
        compared = [
            one for row in _chosen(own, compare) for one in figures.compare(rows, row, FIGURES)
        ]
    if out:
        _write(out, told, compared, made)
        tell(str(out / "retrieval.md"))
    say(tables.markdown(told, compared))


def _chosen(rows: Sequence[tuple[str, str]], method: str | None) -> list[tuple[str, str]]:
    """A method's rows, one a condition; by default those of MRCMV, or the last row of all.

    Raises:
        MrcmvError: there is no such method.
    """
    names = {name for name, _ in rows}
    if method is None:
        method = next((name for name in MRCMV if name in names), None)
        if method is None:
            return list(rows[-1:])
    if method not in names:
        known = ", ".join(dict.fromkeys(name for name, _ in rows))
        raise MrcmvError(f"No results are of a method {method}. There are: {known}.")
    return [row for row in rows if row[0] == method]


def _write(
    out: Path, told: "Sequence[Table]", compared: "Sequence[Comparison]", judged: "list[Results]"
) -> None:
    """The tables in all forms, the plot where matplotlib is installed, and what was judged here.

    Raises:
        MrcmvError: the folder cannot be written to.
    """
    from mrcmv.evaluation import plots, tables
    from mrcmv.evaluation.results import RESULTS, save

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
            save(one, out / RESULTS)
        plots.draw(told, out / "retrieval.svg")
    except OSError as error:
        raise MrcmvError(f"{out} cannot be written ({error.strerror}). Name another.") from None
