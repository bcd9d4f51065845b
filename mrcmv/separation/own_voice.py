"""A voice-over of the user's own, from a second file."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.errors import SeparationError
from mrcmv.progress import Hook
from mrcmv.separation.speech import SILENCE, find_speech
from mrcmv.types import Sound, Span, Stems

BACKEND = "voice-file"
RATE_HZ = 48_000
"""Rate of the voice where the clip has no sound: that of every decoded clip."""


def own_voice(sound: Sound | None, voice_file: Path, duration_s: float | None, hook: Hook) -> Stems:
    """The file's sound as the voice, the clip's whole sound as the rest.

    The voice starts with the clip and is padded with silence or cut to its length. A lone shout
    counts as speech here, and where the detector finds no words in a file that does sound, all of
    it does: the user said that it is the voice.

    Raises:
        SeparationError: the file is silent as far as the clip goes.
        MediaError: the file cannot be read.
    """
    hook("Reading the voice file")
    rate_hz = sound.rate_hz if sound else RATE_HZ
    n_channels = sound.samples.shape[0] if sound else 2
    length_s = sound.duration_s if sound else duration_s
    read = media.read_sound(voice_file, rate_hz, n_channels, duration_s=length_s)
    voice = _fit(read, length_s)
    if voice.samples.size == 0 or np.abs(voice.samples).max() < SILENCE:
        raise SeparationError(
            f"{voice_file.name} is silent for as long as the clip lasts, so it cannot be the "
            "voice-over. Choose another file, or search without a voice file."
        )
    stems = Stems(voice=voice, rest=sound, backend=BACKEND)
    speech = find_speech(voice, hook, phrase_s=0.0)
    if speech:
        return replace(stems, speech=speech, note=f"The voice-over is {voice_file.name}.")
    return replace(
        stems,
        speech=(Span(0.0, min(read.duration_s, voice.duration_s)),),
        note=f"No words were recognised in {voice_file.name}, so all of it counts as speech.",
    )


def _fit(voice: Sound, length_s: float | None) -> Sound:
    if length_s is None:
        return voice
    n = round(length_s * voice.rate_hz)
    samples = voice.samples[:, :n]
    return Sound(np.pad(samples, ((0, 0), (0, n - samples.shape[1]))), voice.rate_hz)
