"""What a separation backend is: one file with one class, and one line in the table."""

from dataclasses import dataclass
from typing import Protocol

from mrcmv.progress import Hook
from mrcmv.settings import Settings
from mrcmv.types import Sound, Stems


class Backend(Protocol):
    """Takes a clip's sound apart. Heavy libraries are imported inside `split`."""

    summary: str
    """What it is good for, in one line."""
    licence: str
    """Of the code and of the weights."""

    def missing(self, settings: Settings) -> str | None:
        """How to get what it needs, in a sentence; None when it can be used."""
        ...

    def split(self, sound: Sound, settings: Settings, hook: Hook) -> Stems:
        """The stems of a sound, which sum to it.

        `speech` may be left empty: it is then found on the voice stem.

        Raises:
            SeparationError: the backend cannot be used or failed.
        """
        ...


@dataclass(frozen=True)
class BackendInfo:
    """A backend as the faces list it. `missing` says how to get it; None when it is available."""

    name: str
    summary: str
    licence: str
    missing: str | None

    @property
    def available(self) -> bool:
        return self.missing is None


def voice_and_rest(sound: Sound, voice: Sound) -> tuple[Sound, Sound]:
    """A voice of the sound's length and channels, and the rest: the sound minus the voice.

    Whatever the backend got wrong about the voice is in the rest, so the two sum to the sound.
    Shape: both as `sound`, `(channels, n)`.
    """
    import numpy as np

    n_channels, n = sound.samples.shape
    samples = voice.samples if voice.samples.shape[0] == n_channels else voice.mono[None]
    samples = np.pad(samples, ((0, 0), (0, max(0, n - samples.shape[1]))))[:, :n]
    samples = np.broadcast_to(samples, (n_channels, n)).astype(np.float32)
    return Sound(samples, sound.rate_hz), Sound(sound.samples - samples, sound.rate_hz)
