"""What a build needs from outside, fetched once for all: recorded speakers and game music."""

from pathlib import Path

from mrcmv.corpus.build.sizes import Size
from mrcmv.corpus.music import Piece
from mrcmv.corpus.music.composed import Composer
from mrcmv.corpus.music.soundtracks import GameSoundtracks
from mrcmv.corpus.voices.prompts import PromptVoices
from mrcmv.errors import MrcmvError
from mrcmv.progress import Hook

SYNTHETIC, HUMAN = "espeak", "prompts"
"""Names of the sources of voices."""


def gather_voices(folder: Path, hook: Hook) -> tuple[str, ...]:
    """The sources of voices that can be had: without a connection, the synthetic ones alone."""
    try:
        PromptVoices(folder).gather(hook)
    except MrcmvError as error:
        hook(f"No recorded speakers: {error}")
        return (SYNTHETIC,)
    return SYNTHETIC, HUMAN


def gather_music(size: Size, folder: Path, jobs: int, hook: Hook) -> tuple[Piece, ...]:
    """The music of a size: composed, and of games' packages what can be had.

    Raises:
        MrcmvError: the composer lacks what it needs.
    """
    composed = Composer(size.n_composed, jobs).gather(folder / Composer.name, hook)
    try:
        real = GameSoundtracks(size.packages, n_workers=jobs).gather(
            folder / GameSoundtracks.name, hook
        )
    except MrcmvError as error:
        hook(f"No game music: {error}")
        return composed
    return composed + real
