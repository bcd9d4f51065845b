"""The reels of a finished corpus: made once for a number of hours, then only opened."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from mrcmv import media
from mrcmv.corpus.build.gathering import SYNTHETIC, gather_voices
from mrcmv.corpus.build.manifest import read_record, read_table
from mrcmv.corpus.build.run import MUSIC, VOICES
from mrcmv.corpus.build.sizes import SPLITS, Split
from mrcmv.corpus.build.workers import cast_of, in_turn
from mrcmv.corpus.music.soundtracks import GameSoundtracks
from mrcmv.corpus.reels import stretches, voices
from mrcmv.corpus.reels.voices import RATE_HZ
from mrcmv.corpus.voices.invented import InventedVoices
from mrcmv.errors import MediaError, MrcmvError
from mrcmv.media import Reel
from mrcmv.progress import Hook, silent
from mrcmv.types import Sound

HOURS = 6.0
"""Of voice (twice that in training, half of it by invented people), of music and of games, for
training: 3.8 + 3.8 GB + the short sounds."""
HELD_OUT_SHARE = 1 / 6
"""Of that for validation, and as much for test."""
KINDS = ("voice", "music", "effects", "short")
"""A reel each. `effects`: what games sound like as they are played; `short`: single sounds."""

Reels = dict[str, Reel]


def reels_of(
    corpus: Path, split: Split, hours: float = HOURS, seed: int = 0, *, jobs: int = 1,
    hook: Hook = silent,
) -> Reels:  # fmt: skip
    """The reels of a split, made where they are missing. `corpus`: the folder of a finished build.

    Raises:
        MrcmvError: no corpus was built there, one of somebody's videos was, whose sounds are not
            clean, or what its voices need is not installed.
    """
    told = read_record(corpus / "figures.json")
    if told is not None and "backend" in told:
        raise MrcmvError(
            f"{corpus} was made of finished videos, whose sounds cannot be had apart. Name a "
            "corpus of games: `mrcmv corpus build` makes one."
        )
    places = {kind: _place(corpus, split, kind, hours, seed) for kind in KINDS}
    had = {kind: _opened(place) for kind, place in places.items()}
    if missing := [kind for kind, reel in had.items() if reel is None]:
        pieces = read_table(corpus / "pieces.parquet")
        takes = read_table(corpus / "takes.parquet")
        wanted_s = 3600 * hours * (1.0 if split == "train" else HELD_OUT_SHARE)
        shared = corpus.parent
        parts = {
            "music": lambda: stretches.music_of(pieces, split, wanted_s, seed),
            "effects": lambda: stretches.games_of(takes, corpus, split, wanted_s, seed),
            "short": lambda: stretches.short_sounds_of(
                pieces, shared / MUSIC / GameSoundtracks.name, split, seed
            ),
        }
        for kind in missing:
            if kind == "voice":
                sounds = _spoken(shared / VOICES, split, wanted_s, seed, jobs, hook)
            else:
                sounds = _cut(parts[kind](), kind, jobs, hook)
            n_channels = 1 if kind == "voice" else 2
            had[kind] = media.write_reel(places[kind], RATE_HZ, n_channels, sounds)
    return {kind: reel for kind, reel in had.items() if reel is not None}


def all_reels(
    corpus: Path, splits: Sequence[Split] = SPLITS, hours: float = HOURS, seed: int = 0, *,
    jobs: int = 1, hook: Hook = silent,
) -> dict[Split, Reels]:  # fmt: skip
    """The reels of several splits. Raises as `reels_of`."""
    return {split: reels_of(corpus, split, hours, seed, jobs=jobs, hook=hook) for split in splits}


def _place(corpus: Path, split: Split, kind: str, hours: float, seed: int) -> Path:
    """Where a reel lies; single sounds are the same whatever the hours."""
    amount = "all" if kind == "short" else f"{hours:g}h"
    return corpus / "reels" / f"{amount}-{seed}" / f"{split}-{kind}"


def _opened(path: Path) -> Reel | None:
    try:
        return Reel(path)
    except MediaError:
        return None


def _spoken(
    folder: Path, split: Split, wanted_s: float, seed: int, jobs: int, hook: Hook
) -> Iterator[voices.Line]:
    sources = gather_voices(folder, hook)
    own = voices.speakers_of(cast_of(folder, sources))[split]
    n = max(1, round(wanted_s / voices.SESSION_S))
    orders = voices.sessions_of(split, own, n, seed)
    if split == "train" and SYNTHETIC in sources:
        invented = InventedVoices(folder)
        invented.gather(hook)
        orders += voices.invented_sessions(invented.speakers(), n, seed)
        sources = (*sources, invented.name)
    work = partial(voices.speak, folder=folder, sources=sources)
    for lines in in_turn(work, orders, jobs=jobs, step=f"Speaking for {split}", hook=hook):
        yield from lines


def _cut(
    orders: Iterable[stretches.Stretch], kind: str, jobs: int, hook: Hook
) -> Iterator[tuple[str, dict[str, str], Sound]]:
    made = in_turn(stretches.read, orders, jobs=jobs, step=f"Decoding {kind}", hook=hook)
    return (one for one in made if one is not None)
