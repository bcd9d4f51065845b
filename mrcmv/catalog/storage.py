"""How the catalog's files are written: whole or not at all, by one process at a time."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from mrcmv.errors import CatalogError

Stamp = tuple[int, int]
"""What tells that a file changed: its size in bytes and its time of change in ns."""


def stamp(path: Path) -> Stamp | None:
    """The file's stamp, or None when there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def lock(folder: Path, name: str) -> FileLock:
    """The lock `name` of a catalog's folder, which is made if need be.

    Raises:
        CatalogError: the folder cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _unwritable(folder, error) from None
    return FileLock(folder / f".{name}.lock")


def replace(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file beside `path` and put it in its place when it is whole and on disk.

    Raises:
        CatalogError: the folder cannot be written to.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise _unwritable(path.parent, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        raise _unwritable(path.parent, error) from None
    finally:
        Path(temporary).unlink(missing_ok=True)


def _unwritable(folder: Path, error: OSError) -> CatalogError:
    return CatalogError(
        f"The catalog's folder {folder} cannot be written to ({error.strerror}). "
        "Free or unlock it, or set MRCMV_CATALOG_DIR to another folder."
    )
