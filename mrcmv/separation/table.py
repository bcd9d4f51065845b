"""The table of backends by name, and the verb `separate`."""

from dataclasses import replace
from pathlib import Path

from mrcmv.errors import SeparationError
from mrcmv.progress import Hook, silent
from mrcmv.separation.backend import Backend, BackendInfo
from mrcmv.separation.compact import Compact
from mrcmv.separation.hdemucs import HDemucs
from mrcmv.separation.no_voice import NoVoice
from mrcmv.separation.own_voice import own_voice
from mrcmv.separation.speech import find_speech
from mrcmv.separation.spleeter import Spleeter
from mrcmv.separation.voice_activity import VoiceActivity
from mrcmv.settings import Settings
from mrcmv.types import Sound, Stems

BACKENDS: dict[str, Backend] = {
    "compact": Compact(),
    "voice-activity": VoiceActivity(),
    "hdemucs": HDemucs(),
    "spleeter": Spleeter(),
    "none": NoVoice(),
}

NO_SPEECH = "Nobody was heard to speak."
NO_SOUND = "The clip has no sound."


def separate(
    sound: Sound | None,
    backend: str,
    *,
    settings: Settings,
    voice_file: Path | None = None,
    duration_s: float | None = None,
    hook: Hook = silent,
) -> Stems:
    """Take a clip's sound apart into a voice and the rest.

    The stems sum to `sound`. Where nobody speaks, `voice` is None and the others are all of it.
    A `voice_file` of the user's own takes the place of the backend: it is the voice, padded or cut
    to the clip (to `duration_s` where the clip has no sound), and the clip's sound stays whole as
    the rest. The mix is then clip + voice, so it is the sum of the stems that counts, not `sound`;
    and to keep only the voice means that of the file.

    Raises:
        SeparationError: no backend of that name, or it is missing or failed.
        MediaError: the voice file cannot be read.
    """
    chosen = backend_of(backend)
    if voice_file is not None:
        return own_voice(sound, voice_file, duration_s, hook)
    if sound is None:
        return Stems(voice=None, backend=backend, note=NO_SOUND)
    missing = chosen.missing(settings)
    if missing:
        raise SeparationError(f"The backend {backend} is not installed. {missing}")
    if backend != "none":
        hook("Listening for a voice")
    return with_speech(replace(chosen.split(sound, settings, hook), backend=backend), sound, hook)


def with_speech(stems: Stems, sound: Sound, hook: Hook = silent) -> Stems:
    """A backend's stems with where somebody speaks in them; without a voice where nobody does."""
    if stems.voice is not None and not stems.speech:
        stems = replace(stems, speech=find_speech(stems.voice, hook, mix=sound))
    if stems.speech:
        return stems
    note = NO_SPEECH if stems.voice is not None else stems.note or NO_SPEECH
    return replace(_voiceless(stems, sound), backend=stems.backend, note=note)


def _voiceless(stems: Stems, sound: Sound) -> Stems:
    """What was taken for a voice goes back to where it came from: the effects, or the sound."""
    if stems.music is None:
        return Stems(voice=None, rest=sound)
    effects = Sound(sound.samples - stems.music.samples, sound.rate_hz)
    return Stems(voice=None, music=stems.music, effects=effects)


def backend_of(name: str) -> Backend:
    """The backend of that name.

    Raises:
        SeparationError: there is none.
    """
    if name not in BACKENDS:
        raise SeparationError(
            f"There is no separation backend {name!r}. Choose one of: {', '.join(BACKENDS)}."
        )
    return BACKENDS[name]


def describe(settings: Settings) -> tuple[BackendInfo, ...]:
    """Every backend, what it is good for, and how to get it where it is missing."""
    return tuple(
        BackendInfo(name, backend.summary, backend.licence, backend.missing(settings))
        for name, backend in BACKENDS.items()
    )
