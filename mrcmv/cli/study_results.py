"""`mrcmv study` export, report, exclude, include, withdraw: what comes out, and who is left out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mrcmv.cli.console import make_folder, say, tell
from mrcmv.errors import StudyError
from mrcmv.settings import Settings, load_settings
from mrcmv.study.exporting import FORMATS

if TYPE_CHECKING:
    from mrcmv.study.store import Store

StudyId = Annotated[str, typer.Argument(metavar="STUDY", help="Its id.")]
RaterId = Annotated[str, typer.Argument(metavar="RATER", help="The pseudonym, as exports have it.")]
Reason = Annotated[str, typer.Option(help="Why: it stands in the log for reviewers.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder for the files.")]


@contextmanager
def opened_store(settings: Settings) -> Iterator["Store"]:
    """The store that the settings name. Raises StudyError where it cannot be had."""
    from mrcmv.web.desk import open_store

    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


def export(
    study: StudyId,
    out: Out,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="|".join(FORMATS), help="Of the votes; several times."),
    ] = None,
) -> None:
    """Write votes, texts, codebook and chain."""
    if odd := set(formats or ()) - set(FORMATS):
        raise typer.BadParameter(f"--format takes {', '.join(FORMATS)}, not {odd.pop()}")
    with opened_store(load_settings()) as store:
        for file in store.export(study, out, formats or ["csv"]):
            say(str(file))


def report(
    study: StudyId,
    out: Out,
    early: Annotated[
        bool, typer.Option("--early", help="Before the study is over; the report says so.")
    ] = False,
) -> None:
    """Write the papers' tables, with tests, intervals and warnings."""
    from mrcmv.study.report import write_report
    from mrcmv.study.results import check_over, report_now

    with opened_store(load_settings()) as store:
        try:
            check_over(store.status(study), early=early)
        except StudyError as error:
            hint = "--early writes the report all the same, and says so in it."
            raise StudyError(f"{error} {hint}") from None
        made = report_now(store, study, early=early)
    make_folder(out)
    for warning in made.warnings:
        tell(warning)
    for file in write_report(made, out):
        say(str(file))


def exclude(study: StudyId, rater: RaterId, reason: Reason) -> None:
    """Leave a rater's votes out of results; they stay in the log and in exports, marked."""
    with opened_store(load_settings()) as store:
        store.exclude(study, rater, reason)
    say(f"{rater} is excluded from {study}: {reason}")


def include(study: StudyId, rater: RaterId, reason: Reason) -> None:
    """Take an exclusion back."""
    with opened_store(load_settings()) as store:
        store.include(study, rater, reason)
    say(f"{rater} counts in {study} again: {reason}")


def withdraw(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="The rater's receipt code.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase what leads to a rater who asks for it, and leave the votes out of everything."""
    with opened_store(load_settings()) as store:
        session = store.resume(receipt)
        if not yes:
            typer.confirm(
                f"Withdraw the rater {session.rater} from {session.study}? It cannot be undone.",
                abort=True,
                err=True,
            )
        store.withdraw(receipt)
    say(f"{session.rater} is withdrawn from {session.study}")
