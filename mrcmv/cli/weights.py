"""`mrcmv weights`: what can be fetched by name, and fetching it. Nothing else ever downloads."""

from typing import Annotated

import typer

from mrcmv import weights
from mrcmv.cli.console import Steps, say, tell
from mrcmv.settings import load_settings

app = typer.Typer(help="Weights that are fetched by name.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Show the weights that can be fetched, with their licences."""
    settings = load_settings()
    for entry in weights.WEIGHTS.values():
        state = "here" if weights.installed(entry.name, settings) else "not fetched"
        say(f"{entry.name}  {state}  {entry.size_mb} MB  for the {entry.purpose}")
        say(f"    licence: {entry.licence}")


@app.command()
def fetch(name: Annotated[str, typer.Argument(help="A name from `mrcmv weights list`.")]) -> None:
    """Download weights, check them and keep them in the data folder."""
    with Steps() as steps:
        path = weights.fetch(name, load_settings(), steps)
    tell(f"licence: {weights.WEIGHTS[name].licence}")
    say(str(path))
