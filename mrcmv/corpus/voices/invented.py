"""People whom nobody made: variants of espeak-ng drawn by chance, for a separator to learn from.

espeak-ng's own variants are few, and a network that heard some of them knows those. What makes one
is a short text (the frequency, height and width of each formant beside the language's own, the
slope of the spectrum, breath, roughness: `docs/voices.md` of espeak-ng), so any number can be
had. They speak in training's reels alone, each a family; no pair of the corpus has them.
Ranges are about those of the variants of training's and validation's families; those of the test's
were read before, too (`docs/separator.md` says what that means for the figures).
"""

from pathlib import Path

import numpy as np

from mrcmv.corpus.voices.espeak import FAMILY, EspeakVoices
from mrcmv.corpus.voices.speaker import Speaker
from mrcmv.corpus.voices.synthesis import data_path
from mrcmv.corpus.voices.variants import VOICES
from mrcmv.progress import Hook, silent

NAME = "invented"
PEOPLE = 200
"""espeak-ng reads no more than 349 files of voices, of which languages are about 130."""
SEED = 20261127
Range = tuple[float, float]
FREQUENCIES: tuple[Range, ...] = (
    (55, 125), (80, 120), (72, 132), (55, 135), (55, 135), (65, 130), (60, 130), (60, 120),
    (60, 120),
)  # fmt: skip
HEIGHTS: tuple[Range, ...] = (
    (70, 190), (70, 140), (50, 130), (40, 130), (30, 120), (20, 120), (0, 120), (0, 110), (0, 110)
)  # fmt: skip
WIDTHS: Range = (45, 155)
"""Of formants 0 to 8, in per cent of what the language has."""
TONES_HZ: tuple[Range, ...] = ((60, 600), (700, 1300), (1600, 3000), (3200, 5500))
TONES: tuple[Range, ...] = ((150, 255), (60, 255), (50, 255), (20, 200))
"""Where the spectrum's slope bends, and how loud it is there (255 is all)."""
TONE_SHARE, BREATH_SHARE, KLATT_SHARE = 0.6, 0.2, 0.12
VOICING, CONSONANTS, PITCH_HZ, PITCH_RANGE = (30, 400), (45, 180), (62, 210), (1.15, 1.75)


class InventedVoices(EspeakVoices):
    """People drawn by chance, kept in a folder of espeak-ng data beside the corpora's voices."""

    name = NAME

    def __init__(self, folder: Path) -> None:
        self.data: Path = folder / NAME

    def gather(self, hook: Hook = silent) -> None:
        """Write the variants, beside links to what espeak-ng has.

        Raises:
            MrcmvError: espeak-ng is not installed.
        """
        system, own = data_path(), self.data / "espeak-ng-data"
        variants = own / "voices" / "!v"
        variants.mkdir(parents=True, exist_ok=True)
        for entry in system.iterdir():
            if entry.name != variants.parent.name and not (own / entry.name).exists():
                (own / entry.name).symlink_to(entry)
        for number in range(PEOPLE):
            text = variant(np.random.default_rng([SEED, number]))
            (variants / _called(number)).write_text(text, encoding="utf-8")

    def speakers(self) -> tuple[Speaker, ...]:
        voices = [(language, voice) for language, own in VOICES.items() for voice in own]
        return tuple(
            Speaker(
                speaker_id=f"espeak/{voice}+{_called(number)}/+0.0",
                family=FAMILY + _called(number),
                language=language,
                origin="synthetic",
                source=NAME,
                licence="GPL-3.0-or-later (the program; its speech is free)",
            )
            for number in range(PEOPLE)
            for language, voice in [voices[number % len(voices)]]
        )


def variant(rng: np.random.Generator) -> str:
    """What espeak-ng reads of a person drawn by chance."""
    lines = ["language variant", "name invented"]
    low = float(np.exp(rng.uniform(*np.log(PITCH_HZ))))
    lines.append(f"pitch {low:.0f} {low * rng.uniform(*PITCH_RANGE):.0f}")
    for at, (frequency, height) in enumerate(zip(FREQUENCIES, HEIGHTS, strict=True)):
        drawn = (rng.uniform(*frequency), rng.uniform(*height), rng.uniform(*WIDTHS))
        lines.append(f"formant {at} " + " ".join(f"{value:.0f}" for value in drawn))
    if rng.random() < TONE_SHARE:
        points = zip(TONES_HZ, TONES, strict=True)
        bends = [f"{rng.uniform(*hz):.0f} {rng.uniform(*loud):.0f}" for hz, loud in points]
        lines.append("tone " + " ".join(bends))
    lines.append(f"voicing {np.exp(rng.uniform(*np.log(VOICING))):.0f}")
    lines.append("consonants {:.0f} {:.0f}".format(*rng.uniform(*CONSONANTS, 2)))
    lines.append(f"flutter {rng.integers(12)}")
    lines.append(f"roughness {rng.integers(4)}")
    lines.append(f"intonation {rng.integers(1, 5)}")
    if rng.random() < BREATH_SHARE:
        lines.append("breath " + " ".join(str(level) for level in rng.integers(0, 7, 8)))
    if rng.random() < KLATT_SHARE:
        lines.append(f"klatt {rng.integers(1, 7)}")
    return "\n".join(lines) + "\n"


def _called(number: int) -> str:
    return f"{NAME}-{number:03d}"
