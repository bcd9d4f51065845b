"""A clip's sound → the voice-over and the rest.

backend         what a backend is
table           the backends by name; backend_of, separate, with_speech, describe
compact         voice, music and effects, by the project's own network
voice_activity  keeps the sound where somebody speaks (a gate)
no_voice        looks for no voice
own_voice       the user's own voice file
speech          where somebody speaks
singing         a song → its accompaniment, and how much of it is sung
"""

from mrcmv.separation.backend import Backend, BackendInfo
from mrcmv.separation.singing import NO_SINGER, Unsung, singer, take_out
from mrcmv.separation.speech import find_speech
from mrcmv.separation.table import BACKENDS, backend_of, describe, separate, with_speech

__all__ = [
    "BACKENDS",
    "NO_SINGER",
    "Backend",
    "BackendInfo",
    "Unsung",
    "backend_of",
    "describe",
    "find_speech",
    "separate",
    "singer",
    "take_out",
    "with_speech",
]
