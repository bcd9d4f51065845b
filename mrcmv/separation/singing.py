"""Singing taken out of a song: the accompaniment, and how much of the song is sung."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mrcmv.errors import SeparationError
from mrcmv.progress import Hook, silent
from mrcmv.separation.table import BACKENDS, backend_of
from mrcmv.settings import Settings
from mrcmv.types import Sound

SINGERS = ("spleeter", "hdemucs")
"""The backends that know singing, the paper's own first. The others look for speech."""
SUNG_DB = -12.0
"""Level of the voice below its mix from which a second is sung. Sung lines stand about as loud as
all that plays under them; what a separator wrongly leaves of instruments lies some 20 dB down."""
SILENT_DB = -60.0
"""Level below the song's loudest second from which nobody sings: what fades out has no voice."""

NO_SINGER = (
    "Nothing here takes singing out, so these songs are heard whole: run `make spleeter` and "
    "`mrcmv weights fetch spleeter`, or `mrcmv weights fetch hdemucs`, and add them again."
)


@dataclass(frozen=True, eq=False)
class Unsung:
    """A song without its singing. `singing_share`: 0–1, of its seconds."""

    accompaniment: Sound
    singing_share: float


def singer(settings: Settings) -> str | None:
    """The backend that takes singing out here: the first that can be used, None without one."""
    usable = (name for name in SINGERS if BACKENDS[name].missing(settings) is None)
    return next(usable, None)


def take_out(song: Sound, backend: str, settings: Settings, hook: Hook = silent) -> Unsung:
    """Take the singing out of a song.

    Shape: the accompaniment as `song`, `(channels, n)`.

    Raises:
        SeparationError: no backend of that name, or it is missing or failed.
    """
    chosen = backend_of(backend)
    if missing := chosen.missing(settings):
        raise SeparationError(f"The backend {backend} is not installed. {missing}")
    stems = chosen.split(song, settings, hook)
    if stems.voice is None:
        return Unsung(song, 0.0)
    # The stems sum to the song, so this is its rest, or its music and effects.
    accompaniment = Sound(song.samples - stems.voice.samples, song.rate_hz)
    return Unsung(accompaniment, singing_share(stems.voice, song))


def singing_share(voice: Sound, song: Sound) -> float:
    """The share of a song's seconds in which somebody sings, 0–1.

    A second is sung where the separated voice is at most 12 dB below the song in it (RMS over
    all channels), and the song at most 60 dB below its own loudest second. The last second may be
    shorter and counts for less. How loud both are together makes no difference.
    Shape: both `(channels, n)`, at one rate.

    Raises:
        ValueError: they differ in length or rate.
    """
    if voice.rate_hz != song.rate_hz or voice.samples.shape[1] != song.samples.shape[1]:
        raise ValueError("a voice is as long as its song, at the same rate")
    sung, whole = _powers(voice), _powers(song)
    audible = whole > whole.max(initial=0.0) * 10 ** (SILENT_DB / 10)
    is_sung = audible & (sung >= whole * 10 ** (SUNG_DB / 10))
    lengths = np.diff([*_seconds(song), song.samples.shape[1]])
    return float(lengths[is_sung].sum() / max(1, lengths.sum()))


def _seconds(sound: Sound) -> range:
    """Where each second of a sound begins, in samples."""
    return range(0, sound.samples.shape[1], sound.rate_hz)


def _powers(sound: Sound) -> NDArray[np.float64]:
    """Mean square of each second, without a copy of the whole. Shape: `(seconds,)`."""
    parts = (sound.samples[:, at : at + sound.rate_hz] for at in _seconds(sound))
    return np.array([np.square(part, dtype=np.float64).mean() for part in parts])
