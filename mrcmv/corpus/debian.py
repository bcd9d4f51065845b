"""Debian packages, fetched and taken apart: nothing is installed, no right of root is needed."""

import subprocess
from pathlib import Path
from urllib.parse import unquote

from mrcmv.errors import MrcmvError

PATIENCE = ("-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30")


def download(name: str, folder: Path) -> None:
    """Fetch the `.deb` of one package into a folder.

    Raises:
        MrcmvError: apt is missing, or the package can't be reached.
    """
    _run(["apt-get", *PATIENCE, "download", name], f"{name} cannot be downloaded", folder)


def extract(deb: Path, place: Path) -> None:
    """Everything that a `.deb` would install, below `place`.

    Raises:
        MrcmvError: dpkg is missing, or can't read the file.
    """
    _run(["dpkg-deb", "-x", str(deb), str(place)], f"{deb.name} cannot be unpacked")


def version_of(deb_name: str) -> str:
    """The version in the name of a package's file: `a-data_1%3a2.0-1_all.deb` → `1:2.0-1`."""
    return unquote(deb_name.split("_")[1])


def _run(command: list[str], failed: str, folder: Path | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise MrcmvError(
            f"{failed}: {command[0]} is not installed; it is part of Debian. On another system put "
            "the .deb files into the folder and install dpkg."
        ) from None
    if done.returncode:
        words = [line for line in done.stderr.splitlines() if line.startswith(("E:", "dpkg"))]
        why = " ".join(words or done.stderr.splitlines()[-1:])
        raise MrcmvError(f"{failed}: {why or 'no reason given'}")
