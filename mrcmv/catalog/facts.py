"""What must be read from a track's bytes once: its content hash and its duration."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mrcmv import media
from mrcmv.catalog import storage
from mrcmv.errors import CatalogError, MediaError

NAME = "files.json"


@dataclass(frozen=True)
class Facts:
    """A sound file's content hash (hex) and duration in seconds."""

    content_hash: str
    duration_s: float


class FileFacts:
    """Remembers the facts of each file for as long as its size and time of change stay.

    `path` is where they may be kept between runs; losing that file costs time, nothing else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, tuple[storage.Stamp, Facts]] = {}
        self._broken: dict[str, tuple[storage.Stamp, str]] = {}
        self._loaded = False
        self._changed = False

    def of(self, file: Path) -> Facts | None:
        """The file's facts, or None when it is not there.

        Raises:
            MediaError: the file is not a sound that can be used.
        """
        now = storage.stamp(file)
        if now is None:
            return None
        self._load()
        name = str(file)
        if name in self._broken and self._broken[name][0] == now:
            raise MediaError(self._broken[name][1])
        if name not in self._known or self._known[name][0] != now:
            self._known[name] = (now, self._measure(file, now))
            self._changed = True
        return self._known[name][1]

    def read(self, file: Path) -> Facts:
        """The facts of a file that is there.

        Raises:
            MediaError: the file is missing, or is not a sound that can be used.
        """
        facts = self.of(file)
        if facts is None:
            raise MediaError(f"There is no file {file}.")
        return facts

    def save(self) -> None:
        """Keep what is known for the next run, if there is anything new.

        Where it cannot be kept, all of it will be read again: no error.
        """
        if not self._changed:
            return
        self._changed = False
        entries = {
            name: [*at, facts.content_hash, facts.duration_s]
            for name, (at, facts) in list(self._known.items())
        }
        # In ASCII, as a folder's name need not be valid UTF-8.
        data = json.dumps(entries, indent=0).encode("ascii")
        with suppress(CatalogError, OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            storage.replace(self.path, lambda file: file.write(data))

    def _measure(self, file: Path, now: storage.Stamp) -> Facts:
        try:
            return Facts(media.content_hash(file), media.sound_duration_s(file))
        except MediaError as error:
            self._broken[str(file)] = (now, str(error))
            raise

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        try:
            entries = json.loads(self.path.read_text(encoding="utf-8"))
            for name, (size, time_ns, content_hash, duration_s) in entries.items():
                facts = Facts(str(content_hash), float(duration_s))
                self._known[str(name)] = ((int(size), int(time_ns)), facts)
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, AttributeError):
            # A damaged file of facts is forgotten: all of it can be read again.
            self._known.clear()
