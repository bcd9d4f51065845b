"""`mrcmv study`: build, serve, status, verify; what comes out stands in `study_results`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mrcmv import find as finding
from mrcmv import stimuli
from mrcmv.cli import study_results as results
from mrcmv.cli.console import Steps, say, tell
from mrcmv.cli.study_results import StudyId, opened_store
from mrcmv.errors import StudyError
from mrcmv.methods import Method
from mrcmv.services import Services
from mrcmv.settings import Settings, load_settings
from mrcmv.study.bundle import STIMULI, check_hashes, read_bundle
from mrcmv.study.reading import read_study, study_hash
from mrcmv.types import Decoded, Found, Stems

if TYPE_CHECKING:
    from mrcmv.study.store import Status

app = typer.Typer(help="Preference studies: from a file to tables.", no_args_is_help=True)
app.command("export")(results.export)
app.command("report")(results.report)
app.command("exclude")(results.exclude)
app.command("include")(results.include)
app.command("withdraw")(results.withdraw)


class StudyApp(Services):
    """The services, with the find that renders stimuli: a clip's one best match."""

    def best(
        self, decoded: Decoded, stems: Stems, method: Method, tags: tuple[str, ...], seed: int
    ) -> Found:
        return finding.find(decoded, stems, self.catalog, method, top=1, tags=tags, seed=seed)


def open_app(settings: Settings, catalog: Path | None) -> StudyApp:
    """The app over the catalog in a folder, over its own for None."""
    if catalog is None:
        return StudyApp(settings)
    return StudyApp(settings.model_copy(update={"catalog_dir": catalog}))


@app.command()
def build(
    file: Annotated[Path, typer.Argument(help="The study.", metavar="FILE")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where (default: studies/ID in the data folder)."),
    ] = None,
) -> None:
    """Render a study's stimuli: find, mix, bring to one loudness and size, name."""
    study = read_study(file)
    settings = load_settings()
    folder = out or settings.studies / study.id
    with Steps() as steps:
        job = stimuli.gather(study, file.parent, lambda catalog: open_app(settings, catalog), steps)
        bundle = stimuli.built(job, folder)
        if bundle is None:
            _check_unbegun(settings, study.id, folder)
            bundle = stimuli.build(job, folder, steps)
        else:
            tell(f"Nothing has changed: {folder} stays as it is.")
    for note in bundle.made["notes"]:
        tell(note)
    tell(f"{len(bundle.stimuli)} stimuli of {len(job.clips)} clips")
    say(str(folder))


def _check_unbegun(settings: Settings, study: str, folder: Path) -> None:
    """Refuse to replace what raters are voting on."""
    if not (folder / STIMULI).is_file():
        return
    with opened_store(settings) as store:
        begun = study in store.studies() and store.status(study).raters
    if begun:
        raise StudyError(
            f"{study} has raters already, and what they vote on would change. Give the changed "
            "study another id."
        )


@app.command()
def serve(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="STUDY…", help="Ids of built studies, or their folders (default: all)."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0: all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any.")] = 7861,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy tells the raters' addresses.")
    ] = False,
) -> None:
    """Serve built studies to raters until Ctrl-C."""
    from mrcmv.web.desk import built_bundles, open_desk
    from mrcmv.web.serving import serve as serve_desk

    settings = load_settings()
    folders = [_folder_of(name, settings) for name in names or ()] or built_bundles(settings)
    if not folders:
        raise StudyError("No study is built yet: `mrcmv study build FILE` builds one.")
    desk = open_desk(settings, folders)
    try:
        serve_desk(desk, host=host, port=port, behind_proxy=behind_proxy)
    finally:
        desk.close()


def _folder_of(name: str, settings: Settings) -> Path:
    """The bundle that a folder, an id or a study's file means."""
    path = Path(name)
    if (path / STIMULI).is_file():
        return path
    if path.is_file():
        study = read_study(path)
        folder = settings.studies / study.id
        if not (folder / STIMULI).is_file():
            raise StudyError(f"{name} is not built yet: `mrcmv study build {name}` does that.")
        if study_hash(read_bundle(folder).study) != study_hash(study):
            raise StudyError(
                f"{name} has changed since it was built: `mrcmv study build {name}` does it again."
            )
        return folder
    folder = settings.studies / name
    if path.name != name or not (folder / STIMULI).is_file():
        built = sorted(one.parent.name for one in settings.studies.glob(f"*/{STIMULI}"))
        raise StudyError(f"No study {name} is built here ({', '.join(built) or 'none is'}).")
    return folder


@app.command()
def status(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="STUDY…", help="Ids (default: all).")
    ] = None,
) -> None:
    """Say how far studies are: votes in each cell, raters at each step. No result."""
    with opened_store(load_settings()) as store:
        studies = names or store.studies()
        if not studies:
            tell("There is no study in the store yet: `mrcmv study serve` begins one.")
        for number, name in enumerate(studies):
            if number:
                say("")
            for line in _told(store.status(name)):
                say(line)


def _told(now: "Status") -> list[str]:
    """A status in lines."""
    steps = [f"{count} {step}" for step, count in now.raters] or ["none"]
    lines = [
        f"{now.study}: {f'over, {now.why_over}' if now.why_over else 'open'}",
        f"locked {now.locked_at} as {now.hash}",
        f"raters: {', '.join(steps)}; {now.n_excluded} excluded, {now.n_withdrawn} withdrawn",
        f"votes: {now.n_votes}, and {now.n_leased} trials under way",
    ]
    if now.cells:
        lines.append(f"cells: {now.n_full} of {len(now.cells)} have their {now.target} votes")
    for cell in now.cells:
        lines.append(f"  {cell.n_votes} of {now.target}  {cell.clip}  {', '.join(cell.methods)}")
    return lines


@app.command()
def verify(
    study: StudyId,
    receipts: Annotated[
        list[str] | None,
        typer.Option("--receipt", metavar="N:HASH", help="A receipt that a rater holds."),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Its stimuli (default: studies/ID in the data folder)."),
    ] = None,
) -> None:
    """Walk the chain of votes, and compare the stimuli's files with what was built."""
    held = dict(_receipt(one) for one in receipts or ())
    settings = load_settings()
    with opened_store(settings) as store:
        locked = store.study(study)
        verdict = store.verify(study, held)
    if not verdict.is_whole:
        where = "" if verdict.broken_at is None else f" at row {verdict.broken_at}"
        raise StudyError(f"The chain of {study} is broken{where}: {verdict.why}.")
    say(f"{study}: {verdict.n_rows} in the chain, each follows the one before; last {verdict.head}")
    for number in sorted(held):
        say(f"receipt {number}: in the chain")
    folder = bundle or settings.studies / study
    if bundle is None and not (folder / STIMULI).is_file():
        tell(f"There are no stimuli in {folder} to compare: name their folder by --bundle.")
        return
    found = read_bundle(folder)
    check_hashes(found)
    if found.stimuli != locked.stimuli:
        raise StudyError(f"{folder} holds other stimuli than those that {study} was locked with.")
    say(f"{len(found.stimuli)} stimuli in {folder}: the files that were built")


def _receipt(text: str) -> tuple[int, str]:
    number, _, found = text.partition(":")
    if not number.isdigit() or not found:
        raise typer.BadParameter(f"--receipt takes a number and a hash, as 12:ab34…, not {text}")
    return int(number), found.strip().lower()
