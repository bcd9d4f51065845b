"""The project's own separator: voice, music and effects, piece by piece to disk.

The sound is read at the network's rate in pieces; voice and music are written to files that vanish
with the stems, and read from there when somebody looks. Effects are what is left of the sound, so
the three sum to it whatever the rates did.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from mrcmv import media
from mrcmv.errors import SeparationError, WeightsError
from mrcmv.progress import Hook
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.types import Floats, Sound, Stems

if TYPE_CHECKING:
    from mrcmv.model.separator import Separator

WEIGHTS = REPOSITORY / "assets" / "weights" / "separator.safetensors"
PIECE_S = 10.0
BLOCK = 1 << 20
SILENCE = 1e-7
"""RMS (−140 dBFS) below which there is nothing to take apart."""


class Compact:
    """Three stems out of one small network. `weights`: those that the repository holds."""

    summary = "takes voice, music and effects apart; made for game clips, fast and offline"
    licence = "Apache-2.0"

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self.weights = weights

    def missing(self, settings: Settings) -> str | None:
        if self.weights.is_file():
            return None
        return f"{self.weights} is not there: `mrcmv train separator` makes it."

    def split(self, sound: Sound, settings: Settings, hook: Hook) -> Stems:
        rms = _rms(sound.samples)
        if rms < SILENCE:
            return Stems(voice=None, rest=sound)
        network = _network(self.weights, self.weights.stat().st_mtime_ns)
        n_channels, n = sound.samples.shape
        with ExitStack() as stack:
            files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            done = 0
            for part in _voice_and_music(network, sound, rms, hook):
                stems = _three(sound.samples[:, done : done + part.shape[2]], part[:, :n_channels])
                done += stems.shape[2]
                _append(files, stems)
            left = sound.samples[:, done:]  # a sample or two, where rates do not divide
            _append(files, _three(left, np.zeros((2, *left.shape), np.float32)))
            voice, music, effects = (_mapped(file, (n, n_channels)) for file in files)
        rate_hz = sound.rate_hz
        return Stems(
            voice=Sound(voice, rate_hz),
            music=Sound(music, rate_hz),
            effects=Sound(effects, rate_hz),
        )


def _voice_and_music(
    network: "Separator", sound: Sound, rms: float, hook: Hook
) -> Iterator[Floats]:
    """Voice and music at the sound's rate, piece by piece. Shape: each `(2, 2, some)`."""
    import torch

    from mrcmv.model.separator import LEVEL
    from mrcmv.model.streaming import stream

    own_hz, gain = network.config.rate_hz, np.float32(LEVEL / rms)
    stereo = media.resample_pieces(_pieces(sound, hook), sound.rate_hz, own_hz, 2)
    heard = (torch.from_numpy(np.ascontiguousarray(piece * gain)) for piece in stereo)

    def found() -> Iterator[Floats]:
        for part in stream(network, heard):
            yield (part[:2].flatten(0, 1) / float(gain)).numpy()  # (4, some)

    for both in media.resample_pieces(found(), own_hz, sound.rate_hz, 4):
        yield both.reshape(2, 2, -1)


def _pieces(sound: Sound, hook: Hook) -> Iterator[Floats]:
    """The sound in stereo, 10 s at a time. Shape: each `(2, up to 10 s)`."""
    n, step = sound.samples.shape[1], round(PIECE_S * sound.rate_hz)
    for start in range(0, n, step):
        hook("Separating the voice", completed=start // step, total=-(-n // step))
        piece = sound.samples[:, start : start + step]
        yield np.broadcast_to(piece, (2, piece.shape[1]))
    hook("Separating the voice", completed=-(-n // step), total=-(-n // step))


def _three(mix: Floats, voice_and_music: Floats) -> Floats:
    """Voice, music, and what is left of the mix. Shape: `(channels, n)`, `(2, channels, ≥ n)` →
    `(3, channels, n)`.
    """
    kept = voice_and_music[:, :, : mix.shape[1]]
    return np.concatenate([kept, (mix - kept.sum(axis=0))[np.newaxis]])


def _append(files: Sequence[IO[bytes]], stems: Floats) -> None:
    for file, stem in zip(files, stems, strict=True):
        file.write(np.ascontiguousarray(stem.T, np.float32).tobytes())


def _mapped(file: IO[bytes], shape: tuple[int, int]) -> Floats:
    """What was written, read when it is looked at; the file is gone with the last who looks.

    Shape: in the file `(n, channels)` → `(channels, n)`.
    """
    file.flush()
    mapped: Floats = np.memmap(file, np.float32, "c", shape=shape)
    return mapped.T


def _rms(samples: Floats) -> float:
    """Of all channels, without a copy of the whole. Shape: `(channels, n)`."""
    n = samples.shape[1]
    total = sum(
        float(np.square(samples[:, at : at + BLOCK], dtype=np.float64).sum())
        for at in range(0, n, BLOCK)
    )
    return float(np.sqrt(total / max(1, samples.size)))


@lru_cache(maxsize=1)
def _network(path: Path, changed_ns: int) -> "Separator":
    """The network, read once for each state of the file."""
    from mrcmv.model import checkpoint
    from mrcmv.model.separator import KIND, Separator, SeparatorConfig

    try:
        kept = checkpoint.read(path, KIND)
        network = Separator(SeparatorConfig(**kept.config)).eval()
        checkpoint.fill(network, kept)
    except (WeightsError, TypeError, ValueError) as error:
        raise SeparationError(f"The separator's weights cannot be used: {error}") from error
    return network
