"""Voices: lines spoken by espeak-ng, calmly or excitedly, into a microphone in a room.

espeak-ng's library is called directly: its command line has no pitch range. It is one global
machine, so a lock lets one line through at a time.
"""

import ctypes
import ctypes.util
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from mrcmv.errors import MrcmvError
from mrcmv.types import Floats, Sound

RATE_HZ = 48000
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_RETRIEVAL = 1
_WORD_EVENT = 1
_END_OF_TEXT = 0
_UTF8 = 1
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Voice:
    """A speaker: an espeak-ng voice (`language+variant`) and how it speaks when at ease.

    pitch and pitch_range are espeak's 0–99, rate_wpm words a minute, formant a shift of the
    whole voice in semitones (it makes another person of the same variant).
    """

    name: str
    pitch: int = 40
    pitch_range: int = 45
    rate_wpm: int = 160
    formant: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """How one line is spoken; volume_db and tilt_db (above 1.5 kHz) relative to at ease."""

    rate_wpm: int
    pitch: int
    pitch_range: int
    volume_db: float
    tilt_db: float


@dataclass(frozen=True)
class Microphone:
    """Where the speaker sits: room_s is the reverberation time, room_db its level."""

    room_s: float = 0.25
    room_db: float = -24.0
    low_cut_hz: float = 80.0
    high_cut_hz: float = 9000.0


@dataclass(frozen=True)
class Word:
    """A word as it was spoken, in seconds from the start of its sound."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Utterance:
    """A spoken line: mono sound at 48 kHz, its words with their times."""

    text: str
    sound: Sound
    words: tuple[Word, ...]


def deliver(voice: Voice, intensity: float) -> Delivery:
    """How this speaker says a line at an intensity from 0 (calm) to 1 (fierce)."""
    push = float(np.clip(intensity, 0.0, 1.0))
    return Delivery(
        rate_wpm=round(voice.rate_wpm * (0.85 + 0.55 * push)),
        pitch=int(np.clip(voice.pitch - 6 + 34 * push, 0, 99)),
        pitch_range=int(np.clip(voice.pitch_range * (0.55 + 1.15 * push), 5, 99)),
        volume_db=-4.0 + 10.0 * push,
        tilt_db=-2.0 + 7.0 * push,
    )


def speak(
    text: str, voice: Voice, delivery: Delivery, microphone: Microphone | None = None
) -> Utterance:
    """Speak a line.

    Raises:
        MrcmvError: espeak-ng is not installed, or does not have the voice.
    """
    microphone = microphone or Microphone()
    samples, rate_hz, marks = _synthesise(text, voice, delivery)
    stretch = 2.0 ** (voice.formant / 12.0)
    raw = signal.resample(samples, int(len(samples) * RATE_HZ / (rate_hz * stretch)))
    voiced = np.flatnonzero(np.abs(raw) > 0.005 * max(np.abs(raw).max(), 1e-6))
    first, last = (voiced[0], voiced[-1] + 1) if len(voiced) else (0, len(raw))
    first = max(0, first - RATE_HZ // 100)
    dry = raw[first : last + RATE_HZ // 50]
    words = _words(text, marks, first / RATE_HZ, len(dry) / RATE_HZ, stretch)
    wet = _record(dry, delivery, microphone)
    return Utterance(text, Sound(wet[np.newaxis], RATE_HZ), words)


def _record(dry: Floats, delivery: Delivery, microphone: Microphone) -> Floats:
    """The voice as the microphone hears it: effort, room, cuts. Shape: `(n,)` → `(m,)`."""
    shelf = signal.butter(1, 1500, "high", fs=RATE_HZ, output="sos")
    pushed = dry + (10 ** (delivery.tilt_db / 20) - 1) * signal.sosfilt(shelf, dry)
    level = np.sqrt(np.mean(pushed**2)) + 1e-9
    pushed = pushed / level * 10 ** ((-24.0 + delivery.volume_db) / 20)
    n = int(microphone.room_s * RATE_HZ)
    decay = np.random.default_rng(7).normal(size=n) * 10 ** (-3 * np.arange(n) / max(n, 1))
    decay *= 10 ** (microphone.room_db / 20) / (np.sqrt(np.sum(decay**2)) + 1e-9)
    echo = signal.fftconvolve(np.pad(pushed, (0, n)), decay)[: len(pushed) + n]
    heard = np.pad(pushed, (0, n)) + echo
    band = [microphone.low_cut_hz, microphone.high_cut_hz]
    heard = signal.sosfilt(signal.butter(2, band, "band", fs=RATE_HZ, output="sos"), heard)
    fade = np.minimum(1.0, np.arange(len(heard))[::-1] / (0.02 * RATE_HZ))
    quiet: Floats = (heard * fade).astype(np.float32)
    return quiet


def _words(
    text: str, marks: list[tuple[int, int, float]], offset_s: float, end_s: float, stretch: float
) -> tuple[Word, ...]:
    """espeak's marks (place, length, time) as words; a word ends where the next begins."""
    starts = [max(0.0, at / stretch - offset_s) for _, _, at in marks]
    ends = [*starts[1:], end_s]
    return tuple(
        Word(text[place - 1 : place - 1 + length], start, end)
        for (place, length, _), start, end in zip(marks, starts, ends, strict=True)
    )


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


@cache
def _library() -> tuple[Any, int]:
    """espeak-ng, initialised once, and its sampling rate."""
    name = ctypes.util.find_library("espeak-ng")
    if name is None:
        raise MrcmvError(
            "Voices need espeak-ng, which is not installed: `apt-get install espeak-ng` "
            "(macOS: `brew install espeak-ng`)."
        )
    library = ctypes.CDLL(name)
    return library, library.espeak_Initialize(_RETRIEVAL, 0, None, 0)


def _synthesise(
    text: str, voice: Voice, delivery: Delivery
) -> tuple[Floats, int, list[tuple[int, int, float]]]:
    """Samples `(n,)`, their rate, and (place in text, length, seconds) of each word."""
    blocks: list[NDArray[np.int16]] = []
    marks: list[tuple[int, int, float]] = []

    def collect(wave: Any, n: int, events: Any) -> int:
        if wave and n > 0:
            blocks.append(np.ctypeslib.as_array(wave, shape=(n,)).copy())
        index = 0
        while events[index].type != _END_OF_TEXT:
            event = events[index]
            if event.type == _WORD_EVENT:
                marks.append((event.text_position, event.length, event.audio_position / 1000))
            index += 1
        return 0

    with _LOCK:
        library, rate_hz = _library()
        if library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise MrcmvError(f"espeak-ng has no voice {voice.name!r}; `espeak-ng --voices` lists.")
        for parameter, value in (
            (_RATE, delivery.rate_wpm),
            (_VOLUME, 80),
            (_PITCH, delivery.pitch),
            (_RANGE, delivery.pitch_range),
        ):
            library.espeak_SetParameter(parameter, value, 0)
        callback = _Callback(collect)
        library.espeak_SetSynthCallback(callback)
        data = text.encode()
        library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
        library.espeak_Synchronize()
    if not blocks:
        raise MrcmvError(f"espeak-ng said nothing for {text!r}.")
    return np.concatenate(blocks).astype(np.float32) / np.float32(32768), rate_hz, marks
