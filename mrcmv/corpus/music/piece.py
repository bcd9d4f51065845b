"""What every source of music yields."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from mrcmv.progress import Hook, silent


@dataclass(frozen=True)
class Piece:
    """One track of the corpus. Splits are by `album`: what was recorded together stays together.

    `package` is where it came from with its version (a Debian package, or `composer`).
    """

    piece_id: str
    file: Path
    title: str
    artist: str
    album: str
    package: str
    licence: str
    licence_url: str
    origin: Literal["real", "composed"]
    duration_s: float


class MusicSource(Protocol):
    """A way to get music."""

    @property
    def name(self) -> str: ...

    def gather(self, folder: Path, hook: Hook = silent) -> tuple[Piece, ...]:
        """Fetch or make all pieces below a folder; what is there already is kept.

        Raises:
            MrcmvError: what it needs is not installed or cannot be reached.
        """
        ...
