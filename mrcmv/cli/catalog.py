"""`mrcmv catalog`: add, list, index, remove, check."""

import json
from pathlib import Path
from typing import Annotated

import typer

from mrcmv import indexing
from mrcmv.catalog import unsung_by
from mrcmv.cli.console import Steps, say, services, tell
from mrcmv.errors import CatalogError
from mrcmv.services import Services
from mrcmv.types import Track

app = typer.Typer(help="The tracks that a find searches.", no_args_is_help=True)


@app.command()
def add(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Music files or folders.", metavar="PATH…")
    ] = None,
    copy: Annotated[bool, typer.Option(help="Copy the files into the catalog's folder.")] = False,
    starter: Annotated[bool, typer.Option(help="Add the starter tracks.")] = False,
    songs: Annotated[
        bool | None,
        typer.Option(help="These are songs: compare without their singing, mix with it."),
    ] = None,
) -> None:
    """Add music files or folders, where they lie or as copies."""
    if not paths and not starter:
        raise typer.BadParameter("Name files or folders, or --starter.")
    if "" in (paths or ()):
        raise typer.BadParameter("A path is empty. Name files or folders.")
    work = services()
    files = [Path(path) for path in paths or ()]
    with Steps() as steps:
        report = indexing.add(
            work.catalog, work.settings, files, songs=songs, copy=copy, starter=starter, hook=steps
        )
    for problem in report.broken:
        tell(f"skipped {problem.file}: {problem.message}")
    changed = f", {len(report.changed)} of them marked anew" if report.changed else ""
    say(f"{len(report.added)} added, {len(report.duplicates)} there already{changed}")
    if report.note:
        tell(report.note)
    if report.broken and not report.added and not report.duplicates:
        raise CatalogError("None of these could be added.")
    if songs:
        _index(work)


@app.command("list")
def list_(
    json_: Annotated[bool, typer.Option("--json", help="A JSON list on stdout.")] = False,
) -> None:
    """Show the tracks."""
    tracks = services().catalog.tracks
    if json_:
        say(json.dumps([_row(track) for track in tracks], ensure_ascii=False, indent=2))
        return
    for track in tracks:
        by = f" by {track.artist}" if track.artist else ""
        tags = f"  [{', '.join(track.tags)}]" if track.tags else ""
        say(
            f"{track.track_id}  {_minutes(track.duration_s)}  {track.title}{by}{tags}{_song(track)}"
        )
    tell(f"{len(tracks)} tracks in {services().settings.catalog}")


def _row(track: Track) -> dict[str, object]:
    return {
        "track_id": track.track_id,
        "file": str(track.file),
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "licence": track.licence,
        "licence_url": track.licence_url,
        "source": track.source,
        "tags": list(track.tags),
        "duration_s": round(track.duration_s, 2),
        "song": track.song or None,
        "singing_share": track.singing_share,
    }


def _song(track: Track) -> str:
    if not track.song:
        return ""
    if not unsung_by(track):
        return "  (song, heard whole)"
    share = track.singing_share
    sung = "not analysed yet" if share is None else f"singing {share:.0%}"
    return f"  (song, {sung})"


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@app.command()
def index() -> None:
    """Analyse the tracks that are new; a find does this by itself too."""
    _index(services())


def _index(work: Services) -> None:
    with Steps() as steps:
        report = work.index(hook=steps)
    for problem in report.broken:
        tell(f"skipped {problem.file}: {problem.message}")
    for problem in report.whole:
        tell(f"heard whole {problem.file}: {problem.message}")
    say(f"{report.n_analysed} analysed, {len(work.catalog.tracks)} tracks in all")


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="Ids, files or titles.", metavar="TRACK…")],
) -> None:
    """Take tracks out of the catalog; the files stay where they are."""
    for title in services().catalog.remove(names):
        say(f"removed {title}")


@app.command()
def check() -> None:
    """Say what is wrong with the catalog; exit code 1 if anything is."""
    work = services()
    with Steps() as steps:
        indexing.index(work.catalog, work.settings, hook=steps)
    problems = work.catalog.check()
    for problem in problems:
        say(f"{problem.file}: {problem.message}")
    if problems:
        raise CatalogError(f"{len(problems)} of the catalog's entries cannot be used.")
    say(f"{len(work.catalog.tracks)} tracks, nothing wrong")
