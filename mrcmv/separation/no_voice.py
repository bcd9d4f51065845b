"""No voice-over is looked for: all of the clip's sound is the rest."""

from mrcmv.progress import Hook
from mrcmv.settings import Settings
from mrcmv.types import Sound, Stems


class NoVoice:
    """Takes nothing apart."""

    summary = "no voice-over is looked for; the clip is searched by its picture alone"
    licence = ""

    def missing(self, settings: Settings) -> str | None:
        return None

    def split(self, sound: Sound, settings: Settings, hook: Hook) -> Stems:
        return Stems(voice=None, rest=sound, note="No voice-over was looked for.")
