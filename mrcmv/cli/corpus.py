"""`mrcmv corpus`: the training material that the project makes itself."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mrcmv.cli.console import Steps, say, tell
from mrcmv.errors import MrcmvError
from mrcmv.settings import load_settings

if TYPE_CHECKING:
    from mrcmv.corpus.build.sizes import Size

app = typer.Typer(help="OpenGame: the corpus that the project makes itself.", no_args_is_help=True)


Built = Annotated[str, typer.Option(metavar="small|medium|full", help="How much is built.")]


@app.command()
def build(
    size: Built = "small",
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another corpus.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: `corpus` in the data folder.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = os.cpu_count() or 1,
) -> None:
    """Build the corpus: footage, voices, music, who fits whom. Goes on where it stopped."""
    from mrcmv.corpus.build.gathering import gather_music, gather_voices
    from mrcmv.corpus.build.run import VOICES, build

    wanted = _size(size)
    folder = _home(out)
    tell(wanted.announcement)
    with _writing_below(folder), Steps() as steps:
        made = build(
            wanted,
            seed,
            folder,
            jobs=jobs,
            voice_sources=gather_voices(folder / VOICES, steps),
            gather=lambda one, place, hook: gather_music(one, place, jobs, hook),
            hook=steps,
        )
    told = json.loads((made / "figures.json").read_text())
    for name, figure in told["oracles"].items():
        shown = "  ".join(f"R@{k} {value:.0f}" for k, value in figure["recall"].items())
        say(f"oracle {name}: {shown}  (n = {figure['n_queries']})")
    say(str(made))


@app.command()
def from_videos(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Videos, also in folders below.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: `corpus` in the data folder.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed splits otherwise.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = os.cpu_count() or 1,
    backend: Annotated[
        str | None, typer.Option(metavar="NAME", help="Separation backend; default: the app's.")
    ] = None,
) -> None:
    """Make a corpus of videos with voice-over and music. Goes on where it stopped."""
    from mrcmv.corpus.videos.run import from_videos

    settings = load_settings()
    with Steps() as steps:
        made = from_videos(
            folder,
            _home(out),
            seed,
            jobs=jobs,
            backend=backend or settings.separation,
            settings=settings,
            hook=steps,
        )
    told = json.loads((made / "figures.json").read_text())
    for split, count in told["counts"].items():
        say(f"{split}: {count['n_pairs']} pairs of {count['n_videos']} videos")
    if left_out := told["left_out"]:
        say("left out: " + ", ".join(f"{n} {kind}" for kind, n in left_out.items()))
    say(str(made))


@app.command()
def check(
    size: Built = "small",
    seed: Annotated[int, typer.Option(min=0, help="Of the build.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="What `build` had as --out.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="For checks.json; default: the build's own.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = os.cpu_count() or 1,
) -> None:
    """Measure a finished corpus: probes, baseline, shortcuts, duplicates. Prints Markdown."""
    from mrcmv.corpus.build.manifest import write_record
    from mrcmv.corpus.build.run import place_of
    from mrcmv.corpus.checks.report import markdown
    from mrcmv.corpus.checks.run import check

    wanted = _size(size)
    folder = place_of(_home(out), wanted, seed).folder
    with Steps() as steps:
        told = check(folder, wanted, seed, jobs=jobs, hook=steps)
    say(markdown(told))
    kept = (to or folder) / "checks.json"
    with _writing_below(kept.parent):
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_record(told, kept)
    tell(str(kept))


@app.command()
def sheet(
    size: Built = "small",
    seed: Annotated[int, typer.Option(min=0, help="Of the build; also draws the clips.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="What `build` had as --out.")
    ] = None,
    watch: Annotated[int, typer.Option(min=0, help="Whole clips to picture and measure.")] = 12,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="For the figures; default: `sheet` in it.")
    ] = None,
) -> None:
    """Draw a finished corpus: figures of it, and contact sheets of whole clips with numbers."""
    from mrcmv.corpus.build.run import place_of
    from mrcmv.corpus.sheet.plots import draw_figures
    from mrcmv.corpus.sheet.watching import watch as watch_clips

    folder = place_of(_home(out), _size(size), seed).folder
    with _writing_below(to or folder):
        for drawn in draw_figures(folder, to or folder / "sheet"):
            say(str(drawn))
    if watch:
        with _writing_below(folder), Steps() as steps:
            rows = watch_clips(folder, watch, seed, folder / "sheet" / "watched", steps)
        for row in rows:
            say(f"{row['pair_id']}: {'; '.join(row['wrong'].values()) or 'nothing wrong'}")
        say(str(folder / "sheet" / "watched"))


def _size(name: str) -> "Size":
    from mrcmv.corpus.build.sizes import SIZES

    if name not in SIZES:
        raise typer.BadParameter(f"--size takes {' or '.join(SIZES)}")
    return SIZES[name]


def _home(out: Path | None) -> Path:
    """Where corpora lie."""
    return out or load_settings().data_dir / "corpus"


@contextmanager
def _writing_below(place: Path) -> Iterator[None]:
    """Say in a sentence when a folder cannot be written to.

    Raises:
        MrcmvError: why, and what to do.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise MrcmvError(f"{place} cannot be written ({why}): give another folder.") from error
