"""What the commands share: services from the settings, progress on stderr, results on stdout."""

import sys
from pathlib import Path
from typing import Any

import typer

from mrcmv.errors import MrcmvError
from mrcmv.services import Services
from mrcmv.settings import load_settings


def services() -> Services:
    """Services as the environment sets them."""
    return Services(load_settings())


def say(line: str) -> None:
    """A line of the result, on stdout."""
    typer.echo(line)


def tell(line: str) -> None:
    """A line about the work, on stderr."""
    typer.echo(line, err=True)


def make_folder(folder: Path) -> None:
    """Make a folder for results before any work.

    Raises:
        MrcmvError: there is a file of that name, or no folder can be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MrcmvError(
            f"{folder} cannot be a folder for results ({error.strerror}). Name another."
        ) from None


class Steps:
    """A progress hook that names each step once on stderr and counts in place on a terminal."""

    def __init__(self) -> None:
        self._step = ""
        self._counting = False

    def __call__(
        self,
        step: str,
        artifact: Any = None,
        *,
        completed: int | None = None,
        total: int | None = None,
    ) -> None:
        on_terminal = sys.stderr.isatty()
        if step != self._step:
            self._end_line()
            self._step = step
            typer.echo(step, err=True, nl=not on_terminal)
            self._counting = on_terminal
        if on_terminal and completed is not None and total:
            typer.echo(f"\r{step}  {completed}/{total}", err=True, nl=False)

    def _end_line(self) -> None:
        if self._counting:
            typer.echo("", err=True)
        self._counting = False

    def __enter__(self) -> "Steps":
        return self

    def __exit__(self, *_: object) -> None:
        self._end_line()
