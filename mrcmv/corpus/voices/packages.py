"""Recorded prompts of Debian's asterisk-core-sounds: fetched, unpacked, never installed.

The G.722 packages are used (16 kHz; the others are 8 kHz). Each language has one speaker, named
by the folder the recordings lie in: Allison Smith speaks English and Spanish (one family), June
Wallack French, a woman of ivrvoice.ru Russian. What they say is in a list of the package without a
format in its name.
"""

import gzip
import re
import tempfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from mrcmv.corpus import debian
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook, silent

_VERSION = "VERSION"
"""The file in an unpacked package that says which version it is."""


@dataclass(frozen=True)
class Recording:
    """What one person recorded in one language."""

    language: str
    person: str

    @property
    def sounds(self) -> str:
        """The package with the recordings."""
        return f"{self.texts}-g722"

    @property
    def texts(self) -> str:
        """The package with the list of what they say."""
        return f"asterisk-core-sounds-{self.language}"


RECORDINGS = (
    Recording("en", "allison"),
    Recording("es", "allison"),
    Recording("fr", "june"),
    Recording("ru", "ivrvoice"),
)


def fetch(
    folder: Path, recordings: tuple[Recording, ...] = RECORDINGS, hook: Hook = silent
) -> None:
    """Unpack the packages below a folder, one folder each; what is there already is kept.

    A `.deb` that lies in the folder is taken before the network is asked.

    Raises:
        MrcmvError: apt or dpkg is missing, or the package cannot be reached.
    """
    names = [name for each in recordings for name in (each.sounds, each.texts)]
    for done, name in enumerate(names):
        hook("fetching prompts", name, completed=done, total=len(names))
        if not (folder / name / _VERSION).exists():
            _unpack(name, folder)
    hook("fetching prompts", completed=len(names), total=len(names))


def version(folder: Path, package: str) -> str:
    """The version of an unpacked package.

    Raises:
        MrcmvError: it was not fetched.
    """
    mark = folder / package / _VERSION
    if not mark.exists():
        raise MrcmvError(
            f"{package} is not in {folder}: the recorded prompts must be fetched first, as the "
            "first step of building the corpus does."
        )
    return mark.read_text().strip()


def transcripts(folder: Path, recording: Recording) -> dict[str, str]:
    """What is said, by the recording's name (`vm-goodbye`, `dictate/pause`)."""
    version(folder, recording.texts)
    said: dict[str, str] = {}
    for path in sorted((folder / recording.texts).rglob("core-sounds-*.txt.gz")):
        text = gzip.decompress(path.read_bytes()).decode("utf-8-sig", errors="replace")
        for line in text.splitlines():
            name, colon, words = line.partition(":")
            if colon and not line.startswith(";"):
                said[name.strip()] = words.strip()
    return said


def licence(folder: Path, recording: Recording) -> str:
    """The licence of the recordings and whose they are, from Debian's copyright file."""
    version(folder, recording.sounds)
    texts = [path.read_text() for path in (folder / recording.sounds).rglob("copyright")]
    found = [found for text in texts if (found := licence_in(text, recording.language))]
    if not found:
        raise MrcmvError(f"{recording.sounds} has no copyright file that names a licence.")
    return found[0]


def licence_in(copyright_text: str, language: str) -> str:
    """The last paragraph for the language's files, else for all: `CC-BY-3.0, © 2010, Maxim`."""
    best = ""
    for paragraph in re.split(r"\n\s*\n", copyright_text):
        files = re.search(r"^Files:\s*(\S+)", paragraph, re.M)
        name = re.search(r"^\s*License:\s*(\S+)", paragraph, re.M)
        if files and name and fnmatch(f"{language}-sounds", files[1]):
            holder = re.search(r"^Copyright:\s*([^<\n]+)", paragraph, re.M)
            best = name[1] + (f", © {holder[1].strip(' ,')}" if holder else "")
    return best


def _unpack(name: str, folder: Path) -> None:
    """Unpack beside its place and move it there, so that what is there is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as work:
        making = Path(work)
        here = sorted(folder.glob(f"{name}_*.deb"))
        if not here:
            debian.download(name, making)
            here = sorted(making.glob(f"{name}_*.deb"))
        deb = here[-1]
        debian.extract(deb, making / name)
        (making / name / _VERSION).write_text(debian.version_of(deb.name))
        (making / name).rename(folder / name)
