"""The gate: the clip's sound where somebody speaks, silence elsewhere. Needs no weights."""

import numpy as np

from mrcmv.progress import Hook
from mrcmv.separation.backend import voice_and_rest
from mrcmv.separation.speech import find_speech
from mrcmv.settings import Settings
from mrcmv.types import Floats, Sound, Span, Stems

BEFORE_S = 0.08
AFTER_S = 0.14
"""The gate opens early and closes late: breath and the tails of words lie outside the spans."""
EDGE_S = 0.05
"""Length of the soft edge, so that opening and closing doesn't click."""

NOTE = (
    "The voice is cut out by time, not separated: where somebody speaks, the voice stem holds "
    "all of the clip's sound."
)


class VoiceActivity:
    """Keeps what sounds while somebody speaks."""

    summary = "fast gate: keeps all sound while somebody speaks; best when the game is quiet then"
    licence = "Silero VAD, MIT"

    def missing(self, settings: Settings) -> str | None:
        return None

    def split(self, sound: Sound, settings: Settings, hook: Hook) -> Stems:
        speech = find_speech(sound, hook)
        if not speech:
            return Stems(voice=None, rest=sound)
        gain = gate(speech, sound.samples.shape[1], sound.rate_hz)
        voice, rest = voice_and_rest(sound, Sound(sound.samples * gain, sound.rate_hz))
        return Stems(voice=voice, rest=rest, speech=speech, note=NOTE)


def gate(spans: tuple[Span, ...], n: int, rate_hz: int) -> Floats:
    """A gain that is 1 over each span (and a little around it), 0 elsewhere, with soft edges.

    The edges are halves of a cosine, 50 ms long. Shape: `(n,)`, 0–1.
    """
    gain = np.zeros(n, np.float32)
    n_edge = round(EDGE_S * rate_hz)
    rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n_edge) + 0.5) / n_edge)).astype(np.float32)
    for span in spans:
        first = round((span.start_s - BEFORE_S) * rate_hz)
        last = round((span.end_s + AFTER_S) * rate_hz)
        whole = np.concatenate([rise, np.ones(max(0, last - first), np.float32), rise[::-1]])
        start = first - n_edge
        inside = slice(max(0, start), min(n, start + len(whole)))
        part = whole[inside.start - start : inside.stop - start]
        gain[inside] = np.maximum(gain[inside], part)
    return gain
