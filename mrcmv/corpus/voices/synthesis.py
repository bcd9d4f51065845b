"""espeak-ng's library, called so that the same line gives the same samples.

Its command line has no pitch range. The library is one global machine whose hiss, flutter and
timing hang on everything it said before; it is loaded afresh for each line (16 ms), and a lock
lets one line through at a time. (Where a system does not unload libraries, the same line differs
a little from time to time.)
"""

import ctypes
import ctypes.util
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrcmv.errors import MrcmvError
from mrcmv.types import Floats

_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_RETRIEVAL = 1
_WORD_EVENT = 1
_END_OF_TEXT = 0
_UTF8 = 1
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Mark:
    """A word in the text (place of its first letter, letters) and when it begins."""

    place: int
    length: int
    start_s: float


@dataclass(frozen=True, eq=False)
class Synthesised:
    """What espeak-ng makes of a text. Shape: samples `(n,)`."""

    samples: Floats
    rate_hz: int
    marks: tuple[Mark, ...]


def synthesise(
    text: str, voice: str, rate_wpm: int, pitch: int, pitch_range: int, seed: int = 0, *,
    data: Path | None = None,
) -> Synthesised:  # fmt: skip
    """Speak a text with a voice (`language+variant`); pitch and its range are espeak's 0–99.

    data: the folder that holds the `espeak-ng-data` to speak with, where not the installed one.

    Raises:
        MrcmvError: espeak-ng is not installed, or does not have the voice.
    """
    blocks: list[NDArray[np.int16]] = []
    marks: list[Mark] = []

    def collect(wave: Any, n: int, events: Any) -> int:
        if wave and n > 0:
            blocks.append(np.ctypeslib.as_array(wave, shape=(n,)).copy())
        index = 0
        while events[index].type != _END_OF_TEXT:
            event = events[index]
            if event.type == _WORD_EVENT:
                marks.append(Mark(event.text_position, event.length, event.audio_position / 1000))
            index += 1
        return 0

    where = None if data is None else str(data.resolve()).encode()
    with _LOCK:
        library = ctypes.CDLL(library_name())
        rate_hz = library.espeak_Initialize(_RETRIEVAL, 0, where, 0)
        try:
            ctypes.CDLL(None).srand(seed)
            _set_up(library, voice, rate_wpm, pitch, pitch_range)
            callback = _Callback(collect)
            library.espeak_SetSynthCallback(callback)
            spelt = text.encode()
            library.espeak_Synth(spelt, len(spelt) + 1, 0, 1, 0, _UTF8, None, None)
            library.espeak_Synchronize()
        finally:
            library.espeak_Terminate()
            ctypes.CDLL(None).dlclose(ctypes.c_void_p(library._handle))
    if not blocks:
        raise MrcmvError(f"espeak-ng said nothing for {text!r}.")
    samples = np.concatenate(blocks).astype(np.float32) / np.float32(32768)
    return Synthesised(samples, rate_hz, tuple(marks))


def _set_up(library: Any, voice: str, rate_wpm: int, pitch: int, pitch_range: int) -> None:
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise MrcmvError(f"espeak-ng has no voice {voice!r}; `espeak-ng --voices` lists.")
    values = ((_RATE, rate_wpm), (_VOLUME, 80), (_PITCH, pitch), (_RANGE, pitch_range))
    for parameter, value in values:
        library.espeak_SetParameter(parameter, value, 0)


@cache
def data_path() -> Path:
    """Where the installed espeak-ng has its data.

    Raises:
        MrcmvError: espeak-ng is not installed.
    """
    with _LOCK:
        library = ctypes.CDLL(library_name())
        library.espeak_Initialize(_RETRIEVAL, 0, None, 0)
        told = ctypes.c_char_p()
        library.espeak_Info(ctypes.byref(told))
        path = Path((told.value or b"").decode())
        library.espeak_Terminate()
        ctypes.CDLL(None).dlclose(ctypes.c_void_p(library._handle))
    return path


@cache
def library_name() -> str:
    """The file name of espeak-ng's library.

    Raises:
        MrcmvError: espeak-ng is not installed.
    """
    name = ctypes.util.find_library("espeak-ng")
    if name is None:
        raise MrcmvError(
            "Voices need espeak-ng, which is not installed: `apt-get install espeak-ng` "
            "(macOS: `brew install espeak-ng`)."
        )
    return name


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h; the union's tail is kept as bytes."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)
