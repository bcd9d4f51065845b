"""Whole clips opened: stems, mix, pictures, and what the manifest says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.manifest import Row, read_table
from mrcmv.corpus.build.whole import STEMS
from mrcmv.corpus.editor.finishing import Levels, planned_gains
from mrcmv.errors import MrcmvError
from mrcmv.settings import Settings
from mrcmv.types import Curve, Decoded, Sound, Span

N_FRAMES = 12
RATE_HZ = 48_000


@dataclass(frozen=True, eq=False)
class Whole:
    """A whole clip. `mix` is what its file plays; voice, music and effects are its stems.

    pictures: the frames of the film strip at even times, motion and brightness over the clip;
    gains: the plan of the music, in dB; pair, take, pieces: rows of the manifest, the pieces in
    the order they are heard in.
    """

    pair: Row
    take: Row
    pieces: tuple[Row, ...]
    mix: Sound
    voice: Sound
    music: Sound
    effects: Sound
    pictures: Decoded
    levels: Levels
    gains: Curve

    @property
    def speech(self) -> tuple[Span, ...]:
        return speech_of(self.pair)

    @property
    def stems(self) -> dict[str, Sound]:
        return {name: getattr(self, name) for name in STEMS}


def speech_of(pair: Row) -> tuple[Span, ...]:
    """Where a pair's lines are spoken."""
    return tuple(Span(line["start_s"], line["end_s"]) for line in pair["lines"])


def pick(pairs: Sequence[Row], n: int, seed: int) -> list[Row]:
    """n of the pairs that were rendered whole, drawn by the seed; all where there are fewer."""
    rendered = [pair for pair in pairs if pair["whole"]]
    rendered.sort(key=lambda pair: str(pair["pair_id"]))
    drawn = np.random.default_rng(seed).permutation(len(rendered))[:n]
    return [rendered[at] for at in sorted(drawn.tolist())]


def tables_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The tables that whole clips are described in: pairs, takes, pieces.

    Raises:
        MrcmvError: no finished corpus lies in the folder.
    """
    return {name: read_table(folder / f"{name}.parquet") for name in ("pairs", "takes", "pieces")}


def open_whole(pair: Row, take: Row, pieces: Sequence[Row], folder: Path) -> Whole:
    """Read a rendered pair. `pieces`: all of the corpus.

    Raises:
        MrcmvError: a file of it is missing or damaged.
    """
    file = folder / pair["whole"]["clip"]
    if not file.is_file():
        raise MrcmvError(f"{file} is in the manifest and not on disk: build the corpus again.")
    clip = media.probe(file, Settings())
    times_s = [(at + 0.5) * clip.duration_s / N_FRAMES for at in range(N_FRAMES)]
    pictures = media.read_clip(clip, Span(0.0, clip.duration_s), times_s)
    stems = {name: media.read_sound(file.with_suffix(f".{name}.flac"), RATE_HZ) for name in STEMS}
    levels = Levels(**pair["whole"]["levels"])
    by_id = {piece["piece_id"]: piece for piece in pieces}
    return Whole(
        pair=pair,
        take=take,
        pieces=tuple(by_id[segment["piece_id"]] for segment in pair["segments"]),
        mix=media.read_sound(file, RATE_HZ),
        pictures=pictures,
        levels=levels,
        gains=planned_gains(speech_of(pair), stems["voice"].duration_s, levels),
        **stems,
    )
