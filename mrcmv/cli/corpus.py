"""`mrcmv corpus`: the training material that the project makes itself."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from mrcmv.cli.console import Steps, say, tell
from mrcmv.settings import load_settings

app = typer.Typer(help="OpenGame: the corpus that the project makes itself.", no_args_is_help=True)


@app.command()
def build(
    size: Annotated[str, typer.Option(metavar="small|full", help="How much to build.")] = "small",
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another corpus.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: `corpus` in the data folder.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = os.cpu_count() or 1,
) -> None:
    """Build the corpus: footage, voices, music, who fits whom. Goes on where it stopped."""
    from mrcmv.corpus.build.gathering import gather_music, gather_voices
    from mrcmv.corpus.build.run import VOICES, build
    from mrcmv.corpus.build.sizes import SIZES

    if size not in SIZES:
        raise typer.BadParameter(f"--size takes {' or '.join(SIZES)}")
    wanted = SIZES[size]
    folder = out or load_settings().data_dir / "corpus"
    tell(wanted.announcement)
    with Steps() as steps:
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
