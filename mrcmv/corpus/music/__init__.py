"""Music of the corpus: soundtracks of free games and pieces by the project's composer.

piece        what every source yields: Piece, MusicSource
soundtracks  Debian packages of free games, sifted: `packages` fetches them, `licences` reads whose
             they are, `listening` tells music from other sounds, `twins` finds a recording again,
             `measuring` remembers both, on the spectrogram of `spectrum`
composed     the composer over all its moods
splitting    which pieces train, validate and test

A new source takes one file with a `MusicSource` and one line in `SOURCES`.
"""

from collections.abc import Callable

from mrcmv.corpus.music.composed import Composer
from mrcmv.corpus.music.piece import MusicSource, Piece
from mrcmv.corpus.music.soundtracks import GameSoundtracks
from mrcmv.corpus.music.splitting import Split, suggest_split

SOURCES: dict[str, Callable[[], MusicSource]] = {
    GameSoundtracks.name: GameSoundtracks,
    Composer.name: Composer,
}
"""Every source by its name; each gathers into a folder of its own."""

__all__ = ["SOURCES", "MusicSource", "Piece", "Split", "suggest_split"]
