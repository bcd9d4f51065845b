"""Stretches of a split's music and of its games' sound."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.plan import stream
from mrcmv.corpus.build.sizes import Split
from mrcmv.corpus.music.packages import UNPACKED
from mrcmv.corpus.music.soundtracks import LEFT_OUT
from mrcmv.corpus.reels.codecs import perhaps_coded
from mrcmv.corpus.reels.voices import RATE_HZ
from mrcmv.errors import MediaError
from mrcmv.separation.speech import find_speech
from mrcmv.types import Sound

SHORTEST_S, LONGEST_S = 20.0, 90.0
"""Of a stretch, where the file is that long."""
EFFECT_S = (0.15, 20.0)
TALK = re.compile(r"voice|speech|speak|talk|say|dialog|narrat|/units?/|announc", re.IGNORECASE)
"""Where the files of packages speak. What is left is listened to as well."""


@dataclass(frozen=True)
class Stretch:
    """A part of a file. `facts` go onto the reel; `must_be_wordless`: nothing if it speaks."""

    name: str
    file: Path
    start_s: float
    duration_s: float
    seed: int
    facts: dict[str, str] = field(default_factory=dict)
    must_be_wordless: bool = False


def music_of(
    pieces: Sequence[Mapping[str, Any]], split: Split, wanted_s: float, seed: int
) -> list[Stretch]:
    """A stretch of each of the split's pieces, as long as they must be for `wanted_s` in all."""
    own = [piece for piece in pieces if piece["split"] == split]
    facts = [{"kind": str(piece["origin"]), "album": str(piece["album"])} for piece in own]
    files = [Path(str(piece["file"])) for piece in own]
    lengths = [float(piece["duration_s"]) for piece in own]
    names = [str(piece["piece_id"]) for piece in own]
    return _cut(names, files, lengths, facts, wanted_s, stream(seed, "reels", "music", split))


def games_of(
    takes: Sequence[Mapping[str, Any]], folder: Path, split: Split, wanted_s: float, seed: int
) -> list[Stretch]:
    """A stretch of each of the split's takes, as long as they must be for `wanted_s` in all."""
    own = [take for take in takes if take["split"] == split]
    facts = [{"kind": str(take["source"]), "place": str(take["place"])} for take in own]
    files = [folder / str(take["game"]) for take in own]
    lengths = [float(take["duration_s"]) for take in own]
    names = [str(take["take_id"]) for take in own]
    return _cut(names, files, lengths, facts, wanted_s, stream(seed, "reels", "games", split))


def short_sounds_of(
    pieces: Sequence[Mapping[str, Any]], folder: Path, split: Split, seed: int
) -> list[Stretch]:
    """Short sounds that lie beside the music in its packages, by the split of that music.

    A package without a piece is the training's. `folder`: of the soundtracks.
    """
    dealt = {str(p["package"]).split(" ")[0]: p["split"] for p in pieces if p["origin"] == "real"}
    listed = folder / LEFT_OUT
    if not listed.is_file():
        return []
    rng = stream(seed, "reels", "short", split)
    found = []
    with listed.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            home = next(iter(sorted((folder / UNPACKED).glob(f"{row['package']}_*"))), None)
            duration_s = float(row["duration_s"])
            wordless = not TALK.search(row["file"]) and EFFECT_S[0] <= duration_s <= EFFECT_S[1]
            if home is not None and wordless and dealt.get(row["package"], "train") == split:
                found.append(
                    Stretch(
                        name=f"{row['package']}/{row['file']}",
                        file=home / row["file"],
                        start_s=0.0,
                        duration_s=EFFECT_S[1],
                        seed=int(rng.integers(2**31)),
                        facts={"kind": "short", "package": row["package"]},
                        must_be_wordless=True,
                    )
                )
    return found


def read(stretch: Stretch) -> tuple[str, dict[str, str], Sound] | None:
    """A stretch's sound, stereo at `RATE_HZ`; None where it cannot be had or somebody speaks."""
    rng = np.random.default_rng(stretch.seed)
    try:
        sound = media.read_sound(
            stretch.file, RATE_HZ, 2, start_s=stretch.start_s, duration_s=stretch.duration_s
        )
    except (MediaError, OSError):
        return None
    if not sound.samples.size or not float(np.abs(sound.samples).max()) > 0.0:
        return None
    if stretch.must_be_wordless and find_speech(sound, phrase_s=0.0):
        return None
    kept, codec = perhaps_coded(sound, rng)
    return stretch.name, {**stretch.facts, "codec": codec}, kept


def _cut(
    names: Sequence[str], files: Sequence[Path], lengths_s: Sequence[float],
    facts: Sequence[dict[str, str]], wanted_s: float, rng: np.random.Generator,
) -> list[Stretch]:  # fmt: skip
    """Stretches in an order of chance, at places of chance, until there is enough."""
    each_s = float(np.clip(wanted_s / max(1, len(files)), SHORTEST_S, LONGEST_S))
    stretches: list[Stretch] = []
    total_s = 0.0
    for at in rng.permutation(len(files)).tolist():
        if total_s >= wanted_s:
            break
        length_s = min(each_s, lengths_s[at])
        start_s = float(rng.uniform(0.0, lengths_s[at] - length_s))
        seed = int(rng.integers(2**31))
        stretches.append(Stretch(names[at], files[at], start_s, length_s, seed, facts[at]))
        total_s += length_s
    return stretches
