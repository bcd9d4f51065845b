"""Debian packages with the soundtracks of free games: fetched, and the sounds taken out.

What was fetched and unpacked in a folder is never fetched or unpacked there again.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mrcmv.corpus import debian
from mrcmv.errors import MrcmvError

PACKAGES = (
    "supertux-data", "megaglest-data", "warzone2100-music", "extremetuxracer-data",
    "fillets-ng-data", "lincity-ng-data", "supertuxkart-data", "naev-data", "widelands-data",
    "ufoai-music", "nexuiz-music", "freedroidrpg-data", "singularity-music", "asc-music",
    "flare-game", "unknown-horizons", "marsshooter-data", "blobwars-data", "starfighter-data",
    "colobot-common-sounds", "frozen-bubble-data", "enigma-data", "scorched3d-data",
    "trackballs-data", "neverball-data", "torus-trooper-data", "tumiki-fighters-data",
    "parsec47-data", "noiz2sa-data", "rrootage-data", "titanion-data", "mu-cade-data",
    "gunroar-data", "a7xpg-data",
)  # fmt: skip
"""3.5 GB to download, of Debian 12. Of these `neverball-data` holds no music (another package of
that game does), and none holds tracker modules, which could not be decoded."""

SOUNDS = (".ogg", ".oga", ".opus", ".mp3", ".flac", ".wav")
ARCHIVES = (".pk3", ".zip")
"""Zip files in which some games keep their sounds."""

FETCHED, UNPACKED = "debs", "unpacked"

Fetch = Callable[[str, Path], None]
"""Puts the `.deb` of a package into a folder; raises MrcmvError when it can't be had."""


@dataclass(frozen=True)
class Package:
    """A package whose sounds lie below `folder`, at the paths that they would be installed at."""

    name: str
    version: str
    folder: Path

    @property
    def copyright(self) -> Path:
        """Where Debian says whose it is."""
        return self.folder / "usr/share/doc" / self.name / "copyright"


def obtain(name: str, folder: Path, fetch: Fetch) -> Package:
    """A package's sounds and its copyright file, fetched and unpacked below `folder` if need be.

    Raises:
        MrcmvError: the package can't be had, or can't be unpacked.
    """
    place = _found(folder / UNPACKED, name, "")
    if place is None:
        try:
            deb = _found(folder / FETCHED, name, ".deb") or _fetched(name, folder / FETCHED, fetch)
            place = folder / UNPACKED / deb.name.rpartition("_")[0]
            unpack(deb, place)
        except OSError as error:
            raise MrcmvError(f"{name} cannot be kept in {folder}: {error.strerror}.") from error
    return Package(name, debian.version_of(place.name), place)


def unpack(deb: Path, place: Path) -> None:
    """Take the sounds and the copyright file out of a `.deb`; `place` exists only when whole.

    Raises:
        MrcmvError: `dpkg-deb` is missing or can't read the file.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=place.parent) as temporary:
        everything = Path(temporary, "all")
        debian.extract(deb, everything)
        kept = Path(temporary, "kept")
        kept.mkdir()
        for file in sorted(everything.rglob("*")):
            _keep(file, kept / file.relative_to(everything))
        kept.rename(place)


def sounds_of(package: Package) -> list[Path]:
    """The sound files of a package, by path."""
    return sorted(file for file in package.folder.rglob("*") if is_sound(file))


def is_sound(file: Path) -> bool:
    """Whether a file is a sound by its suffix, or by its first bytes if it has no suffix."""
    if file.is_symlink() or not file.is_file():
        return False
    if file.suffix.lower() in SOUNDS:
        return True
    if file.suffix and " " not in file.suffix:
        return False
    with file.open("rb") as opened:
        head = opened.read(12)
    return head[:4] in (b"OggS", b"fLaC") or (head[:4] == b"RIFF" and head[8:] == b"WAVE")


def _keep(file: Path, place: Path) -> None:
    if file.suffix.lower() in ARCHIVES and file.is_file() and not file.is_symlink():
        _open_archive(file, place)
    elif is_sound(file) or (file.name == "copyright" and file.is_file()):
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, place)


def _open_archive(file: Path, place: Path) -> None:
    """The sounds of a zip file, in a folder of its name."""
    try:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if Path(name).suffix.lower() in SOUNDS:
                    archive.extract(name, place)  # which never leaves the folder
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return  # some games call other things by these suffixes


def _found(folder: Path, name: str, suffix: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{name}_*{suffix}"))), None)


def _fetched(name: str, folder: Path, fetch: Fetch) -> Path:
    """Fetch into a folder beside, so that a name in `folder` is always a whole file."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as temporary:
        fetch(name, Path(temporary))
        deb = _found(Path(temporary), name, ".deb")
        if deb is None:
            raise MrcmvError(f"Downloading {name} gave no package of that name.")
        return deb.rename(folder / deb.name)
