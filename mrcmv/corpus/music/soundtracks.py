"""The soundtracks of free games as a source of music: fetched, sifted, with their rights."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mrcmv import media
from mrcmv.corpus import debian
from mrcmv.corpus.music.licences import rights
from mrcmv.corpus.music.listening import why_not_music
from mrcmv.corpus.music.measuring import Measured, measure_all
from mrcmv.corpus.music.packages import PACKAGES, Fetch, Package, obtain, sounds_of
from mrcmv.corpus.music.piece import Piece
from mrcmv.corpus.music.twins import find_twins, longest_of_each
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook, silent

LEFT_OUT = "left-out.csv"
"""Beside the packages: every sound of theirs that is no piece, and why."""
MEASURED = "measured"
MUSIC_FOLDERS = ("music", "soundtrack", "cdtracks")
UNNAMED = ("unknown", "various", "anonymous")
"""Words in the artist's tag of those who named nobody."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A sound file of a package and what it measures."""

    package: Package
    measured: Measured

    @property
    def path(self) -> PurePosixPath:
        """Where the package would install it."""
        return PurePosixPath(self.measured.file.relative_to(self.package.folder))

    @property
    def among_music(self) -> bool:
        """Whether it lies in a folder of music."""
        folders = "/".join(self.path.parts[:-1]).lower()
        return any(word in folders for word in MUSIC_FOLDERS)


class GameSoundtracks:
    """Music from Debian packages of free games; `fetch` gets one package's file."""

    name = "soundtracks"

    def __init__(
        self,
        packages: Sequence[str] = PACKAGES,
        fetch: Fetch = debian.download,
        n_workers: int | None = None,
    ) -> None:
        self.packages = packages
        self.fetch = fetch
        self.n_workers = n_workers

    def gather(self, folder: Path, hook: Hook = silent) -> tuple[Piece, ...]:
        """Fetch what is missing, sift it, and describe what is music.

        A package that can't be had is reported and skipped. What was left out is in `LEFT_OUT`.

        Raises:
            MrcmvError: not one of the packages could be had.
        """
        had = self._obtain(folder, hook)
        files = [(package, file) for package in had for file in sounds_of(package)]
        measured = measure_all([file for _, file in files], folder / MEASURED, hook, self.n_workers)
        candidates = [
            Candidate(package, one) for (package, _), one in zip(files, measured, strict=True)
        ]
        kept, left_out = sift(candidates)
        _write(folder / LEFT_OUT, left_out)
        hook("Sifted the sounds of games", left_out, completed=len(kept), total=len(candidates))
        return tuple(describe(one) for one in kept)

    def _obtain(self, folder: Path, hook: Hook) -> list[Package]:
        had, problems = [], []
        for n_done, name in enumerate(self.packages):
            hook("Fetching game music", name, completed=n_done, total=len(self.packages))
            try:
                had.append(obtain(name, folder, self.fetch))
            except MrcmvError as error:
                problems.append(str(error))
                hook("A package cannot be had", str(error))
        if not had:
            why = problems[0] if problems else "no package was asked for."
            raise MrcmvError(
                "No music could be had: Debian's packages of game music need apt-get, dpkg-deb and "
                f"a connection. {why}"
            )
        return had


def sift(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[tuple[Candidate, str]]]:
    """Part what is music, once each, from the rest with its reason."""
    with_folder = {one.package.name for one in candidates if one.among_music}
    music, left_out = [], []
    for one in candidates:
        elsewhere = one.package.name in with_folder and not one.among_music
        why = one.measured.problem or why_not_music(one.measured.heard, elsewhere)
        if why:
            left_out.append((one, why))
        else:
            music.append(one)
    twins = longest_of_each(
        [one.measured.heard.duration_s for one in music],
        find_twins([one.measured.fingerprint for one in music]),
    )
    for index, stays in sorted(twins.items()):
        twin = music[stays]
        left_out.append((music[index], f"twin of {twin.package.name} {twin.path.name}"))
    return [one for n, one in enumerate(music) if n not in twins], left_out


def describe(one: Candidate) -> Piece:
    """A candidate as a piece: its own tags first, then what its package says."""
    file, package = one.measured.file, one.package
    tags = media.read_tags(file)
    has = package.copyright.is_file()
    text = package.copyright.read_text(encoding="utf-8", errors="replace") if has else ""
    held = rights(text, one.path, package.name)
    album = tags.get("album") or one.path.parent.name
    artist = tags.get("artist", "")
    if any(word in artist.casefold() for word in UNNAMED):
        artist = ""
    return Piece(
        piece_id=one.measured.content_hash[:12],
        file=file,
        title=_line(tags.get("title") or re.sub(r"[_\s]+", " ", file.stem)),
        artist=_line(artist or held.holder),
        album=f"{package.name}: {_line(album)}",
        package=f"{package.name} {package.version}",
        licence=held.licence,
        licence_url=held.url,
        origin="real",
        duration_s=one.measured.heard.duration_s,
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _write(path: Path, left_out: Sequence[tuple[Candidate, str]]) -> None:
    # A package may hold names that are not UTF-8.
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("package", "file", "duration_s", "reason"))
        for one, why in left_out:
            heard = one.measured.heard
            table.writerow((one.package.name, one.path, f"{heard.duration_s:.1f}", why))
