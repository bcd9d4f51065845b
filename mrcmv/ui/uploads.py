"""Which files and values a browser may name. Whatever arrives over HTTP is checked here."""

import math
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mrcmv.errors import MediaError, SettingsError
from mrcmv.ui import text


def uploaded(path: object, folder: Path) -> Path:
    """A file that lies in the upload folder.

    Raises:
        MediaError: it lies elsewhere, or isn't there any more.
    """
    if not isinstance(path, str) or not path or "\0" in path:
        raise MediaError(text.NOT_UPLOADED)
    resolved = Path(path).resolve()
    if not resolved.is_relative_to(folder.resolve()):
        raise MediaError(text.NOT_UPLOADED)
    if not resolved.is_file():
        raise MediaError(text.GONE)
    return resolved


def remove_old(folder: Path, keep_s: float) -> None:
    """Remove what earlier runs left in their upload folder, once it is older than `keep_s`.

    Gradio removes what came during a run when that run ends; one that was killed leaves it all.
    """
    for left in folder.glob("*"):
        with suppress(FileNotFoundError):  # another run is starting too
            if time.time() - left.stat().st_mtime < keep_s:
                continue
            if left.is_dir():
                shutil.rmtree(left)
            else:  # an upload that was cut off
                left.unlink()


def sample(name: object, samples: Iterable[Path]) -> Path:
    """One of the sample clips, by its file name.

    Raises:
        MediaError: no sample clip has that name.
    """
    for path in samples:
        if path.name == name:
            return path
    raise MediaError(text.NO_SAMPLE)


def number(value: Any, name: str, low: float, high: float) -> float:
    """A finite number in `[low, high]`.

    Raises:
        SettingsError: it is not one.
    """
    message = text.OUT_OF_RANGE.format(name=name, low=low, high=high)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingsError(message)
    if not math.isfinite(value) or not low <= value <= high:
        raise SettingsError(message)
    return float(value)


def choice(value: Any, name: str, choices: Iterable[str]) -> str:
    """One of the choices.

    Raises:
        SettingsError: it is none of them.
    """
    known = list(choices)
    if isinstance(value, str) and value in known:
        return value
    shown = repr(value)[:80]
    raise SettingsError(text.NOT_A_CHOICE.format(value=shown, name=name, choices=", ".join(known)))
