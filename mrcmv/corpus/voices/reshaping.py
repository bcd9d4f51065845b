"""A recorded line, moved: another pitch, another tempo, another person.

By rubberband (in imageio-ffmpeg's ffmpeg), formants kept while pitch moves; a shift of the whole
voice (another person) is a change of the sampling rate, its tempo undone.
"""

import subprocess
from pathlib import Path

import numpy as np

from mrcmv.corpus.voices.speaker import RATE_HZ, Word
from mrcmv.errors import MrcmvError
from mrcmv.types import Floats

FILE_RATE_HZ = 16000
FRAME_S = 0.01
SILENCE_DB = 32.0
"""This far below the line's loud frames nobody speaks."""


def reshaped(file: Path, *, tempo: float, pitch_st: float, shift_st: float) -> Floats:
    """A G.722 recording at 48 kHz: tempo × faster, pitch moved, the whole voice shifted.

    Shape: `(n,)`, peak as in the recording.

    Raises:
        MrcmvError: ffmpeg could not read it.
    """
    from imageio_ffmpeg import get_ffmpeg_exe

    factor = 2.0 ** (shift_st / 12.0)
    filters = (
        f"asetrate={round(FILE_RATE_HZ * factor)},aresample={FILE_RATE_HZ},"
        f"rubberband=tempo={tempo / factor:.5f}:pitch={2.0 ** (pitch_st / 12.0):.5f}"
        f":formant=preserved:pitchq=quality,aresample={RATE_HZ}"
    )
    command = [get_ffmpeg_exe(), "-v", "error", "-f", "g722", "-i", str(file), "-af", filters]
    done = subprocess.run([*command, "-f", "f32le", "-"], capture_output=True, check=False)
    samples: Floats = np.frombuffer(done.stdout, np.float32)
    if done.returncode != 0 or not len(samples):
        raise MrcmvError(
            f"ffmpeg could not read the prompt {file.name}: {done.stderr.decode().strip()}"
        )
    return samples


def word_times(text: str, dry: Floats) -> tuple[Word, ...]:
    """An estimate of when each word is said: the time in which there is sound, shared out by
    the words' letters. Shape: dry `(n,)` at 48 kHz.
    """
    words = text.split()
    n = round(FRAME_S * RATE_HZ)
    frames = dry[: len(dry) // n * n].reshape(-1, n)
    level_db = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    speaks = level_db > np.percentile(level_db, 95) - SILENCE_DB
    if not words or not speaks.any():
        return (Word(text, 0.0, len(dry) / RATE_HZ),)
    said = np.concatenate([[0.0], np.cumsum(speaks) / speaks.sum()])
    shares = np.cumsum([0.0, *(len(word) + 1.0 for word in words)])
    shares /= shares[-1]
    starts = np.searchsorted(said, shares[:-1], side="right") - 1
    ends = np.searchsorted(said, shares[1:] - 1e-9, side="left")
    return tuple(
        Word(word, float(start) * FRAME_S, float(end) * FRAME_S)
        for word, start, end in zip(words, starts, ends, strict=True)
    )
