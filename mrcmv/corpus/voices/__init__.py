"""People who speak over footage.

speaker     who speaks, in what manner, and what every source of voices yields
mood        a clip's mood and a person's habits → the manner of each line
cues        a manner → rate, pitch, range, level, effort
commentary  which line is said when, so that there is room between lines
narration   somebody speaks over a take: voice track, transcript, arousal
booth       room, noise and band that a voice is heard through

espeak      lines by the `grammar` of `lines` (a file a language), spoken by espeak-ng's
            `variants` through its library (`synthesis`)
invented    more people for espeak-ng, drawn by chance, to train a separator on
prompts     recordings of people from Debian's packages (`packages`), moved in pitch and
            tempo (`reshaping`)
phrases     the books of the sample clips' commentators

A new source of voices is one file and one line in SOURCES.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from mrcmv.corpus.voices.speaker import VoiceSource


def _espeak(folder: Path) -> VoiceSource:
    from mrcmv.corpus.voices.espeak import EspeakVoices

    return EspeakVoices()


def _prompts(folder: Path) -> VoiceSource:
    from mrcmv.corpus.voices.prompts import PromptVoices

    return PromptVoices(folder)


def _invented(folder: Path) -> VoiceSource:
    from mrcmv.corpus.voices.invented import InventedVoices

    return InventedVoices(folder)


SOURCES: Mapping[str, Callable[[Path], VoiceSource]] = {
    "espeak": _espeak, "invented": _invented, "prompts": _prompts
}  # fmt: skip
"""Name → what makes the source, given the folder that holds what it has fetched."""
