"""A corpus as the networks take it: decoded once, and cut into windows without decoding again.

**Conventions.** A folder holds three files of arrays (`media.arrays`) and `tables.json`:

pictures  by take: centre squares as SlowFast sees them, uint8 `(side, side, 3)`, 2 a second, the
          first at 0.25 s: a window may start at any half second
voices    by pair: log-mel frames of the clean voice, float16 `(64,)`, 100 a second
music     by piece: the same of its first six minutes: a window may start at any hundredth

What is shorter than 32 s was repeated until it is that long, as `inputs` does. Beside its rows each
array keeps `curves`: what was *measured* in each of its seconds (NaN where nothing could be).
`tables.json` has the pairs and the windows of music. What only the simulated editor knows
(`FORBIDDEN`) is in none of them: a network that learns from the editor's mind has read its answers.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.media.arrays import ArrayFile, Layout, arrays_of
from mrcmv.model import grid
from mrcmv.types import WINDOW_S, Bytes, Floats

Kind = Literal["pictures", "voices", "music"]
KINDS: tuple[Kind, ...] = ("pictures", "voices", "music")
Split = Literal["train", "validation", "test"]

VERSION = 1
"""Raise it when the same files would be decoded otherwise."""
FRAMES_HZ = grid.N_FAST / WINDOW_S
LOG_MEL_HZ = round(1 / grid.FRAME_HOP_S)
N_BANDS = 64
"""Of a log-mel frame (`model.vggish.N_BANDS`, which needs torch)."""
TABLES = "tables.json"
LABEL_STEP_S = 7.0
"""Windows of one piece are alike when they start in the same such step (MRCMV, section 4.2: "less
than 7 s apart", which is not transitive, so the steps are bins)."""
FORBIDDEN = (
    "mood", "booth", "reading", "voice_reading", "picture_reading", "target", "editor", "music",
    "lines", "plan", "axes",
)  # fmt: skip
"""Columns of the corpus that say what the simulation had in mind (of `lines`: the manner in which
each is said; of `plan`: how the player was told to play). No loader hands them on."""


def label_of(piece_id: str, start_s: float) -> str:
    """The pseudo-label of a window: its piece (of videos: the video) and the bin of its start."""
    return f"{piece_id}/{int(start_s // LABEL_STEP_S)}"


@dataclass(frozen=True)
class Pair:
    """A clip and its music. `duration_s`: of the clip; `covered_s`: how far into it the window's
    piece plays; `gallery`: whose test it belongs to, −1 for none. Of a redub
    `pair_id` is the pair whose voice it has, and the take another's."""

    pair_id: str
    take_id: str
    split: Split
    piece_id: str
    music_start_s: float
    duration_s: float
    covered_s: float
    gallery: int = -1

    def cuts_s(self, hop_s: float) -> tuple[float, ...]:
        """Where the clip's windows start, every `hop_s`: those that its piece plays through. The
        first is always one; a clip under 32 s has no other."""
        last_s = min(self.duration_s, self.covered_s) - WINDOW_S
        return tuple(hop_s * n for n in range(int(max(0.0, last_s + 1e-6) // hop_s) + 1))


@dataclass(frozen=True)
class Window:
    """A window of music, and what was measured of it (`Dataset.measured_names`); None: nothing."""

    split: Split
    piece_id: str
    start_s: float
    measured: tuple[float, ...] | None = None


def layout_of(kind: Kind, side_px: int) -> Layout:
    """What a row of each file is."""
    if kind == "pictures":
        return Layout("|u1", (side_px, side_px, 3), f"pictures {VERSION}")
    return Layout("<f2", (N_BANDS,), f"log-mel {VERSION}")


class Dataset:
    """A decoded corpus to read from; can be sent to another process.

    Raises:
        MrcmvError: nothing was decoded in the folder, or it is damaged.
    """

    voices_mark = ""
    """What the voices are, where they are not the clean ones (`with_voices`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            told = json.loads((folder / TABLES).read_text(encoding="utf-8"))
            self.side_px = int(told["side_px"])
            self.pairs = tuple(Pair(**row) for row in told["pairs"])
            self.rounds = tuple(tuple(Pair(**row) for row in rows) for rows in told["rounds"])
            self.windows = tuple(Window(**row) for row in told["windows"])
            self.curve_names: dict[str, tuple[str, ...]] = {
                kind: tuple(names) for kind, names in told["curves"].items()
            }
            self.measured_names = tuple(told["measured"])
        except FileNotFoundError:
            raise MrcmvError(f"{folder} holds no decoded corpus: decode one first.") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MrcmvError(f"{folder / TABLES} is damaged ({error}): delete it.") from error

    @cached_property
    def files(self) -> dict[Kind, ArrayFile]:
        """The files of arrays. Raises MrcmvError where one is missing or of another version."""
        found = {}
        for kind in KINDS:
            one = arrays_of(self.folder / kind, layout_of(kind, self.side_px))
            if one is None:
                raise MrcmvError(f"{self.folder} lacks its {kind}: decode the corpus again.")
            found[kind] = one
        return found

    def of(self, split: Split) -> tuple[Pair, ...]:
        """The pairs of a split."""
        return tuple(pair for pair in self.pairs if pair.split == split)

    def learnt_from(self, rounds: int = 0) -> tuple[tuple[Pair, ...], ...]:
        """The training split's pairs, then as many rounds of redubs as are asked for and there."""
        return (self.of("train"), *self.rounds[:rounds])

    def with_voices(self, voices: ArrayFile, mark: str) -> "Dataset":
        """The same data set with other voices, such as separated ones; `mark` tells them apart."""
        other = copy(self)
        other.files = {**self.files, "voices": voices}
        other.voices_mark = mark
        return other

    def is_spoken(self, pair_id: str) -> bool:
        """Whether a voice was found in a clip; that of a clean one is always there."""
        return bool(self.files["voices"].entries[pair_id].facts.get("spoken", True))

    def only(self, pairs: Iterable[Pair]) -> "Dataset":
        """The same data set with some of its pairs, and the redubs of their voices and takes."""
        other = copy(self)
        other.pairs = tuple(pairs)
        voices = {pair.pair_id for pair in other.pairs}
        takes = {pair.take_id for pair in other.pairs}
        other.rounds = tuple(
            tuple(pair for pair in one if pair.pair_id in voices and pair.take_id in takes)
            for one in self.rounds
        )
        return other

    def pictures(self, take_id: str, start_s: float = 0.0) -> Bytes:
        """The 64 fast frames of a window, as `grid.fast_times_s` places them. Shape: →
        `(64, side, side, 3)`. Raises MediaError where the take has no such window."""
        frames: Bytes = self.files["pictures"].read(
            take_id, round(start_s * FRAMES_HZ), grid.N_FAST
        )
        return frames

    def voice(self, pair_id: str, start_s: float = 0.0) -> Floats:
        """The 72 patches of a window of a clip's voice. Shape: → `(72, 96, 64)` float16. Raises
        MediaError where the clip has no such window."""
        return self._patches("voices", pair_id, start_s)

    def music(self, piece_id: str, start_s: float = 0.0) -> Floats:
        """The 72 patches of a window of music. Shape: → `(72, 96, 64)` float16. Raises MediaError
        where the piece has no such window."""
        return self._patches("music", piece_id, start_s)

    def _patches(self, kind: Kind, name: str, start_s: float) -> Floats:
        rows = self.files[kind].read(name, round(start_s * LOG_MEL_HZ), grid.WINDOW_FRAMES)
        places = np.array(grid.patch_starts())[:, np.newaxis] + np.arange(grid.PATCH_FRAMES)
        patches: Floats = rows[places]
        return patches

    def curves(self, kind: Kind, name: str, start_s: float = 0.0) -> Floats:
        """What was measured in each second of a window (`curve_names`); the seconds of something
        shorter come again. Shape: → `(32, n)`."""
        known = np.array(self.files[kind].entries[name].facts["curves"], np.float32)
        known = known.reshape(-1, len(self.curve_names[kind]))
        if len(known) == 0:
            return np.full((int(WINDOW_S), known.shape[1]), np.nan, np.float32)
        seconds = int(start_s) + np.arange(int(WINDOW_S))
        # Whole seconds are known: what a longer take's last half second does, its last one says.
        wrapped = seconds % len(known) if len(known) < WINDOW_S else seconds
        curves: Floats = known[np.minimum(wrapped, len(known) - 1)]
        return curves


def write_tables(
    folder: Path, side_px: int, pairs: Iterable[dict[str, Any]], windows: Iterable[dict[str, Any]],
    curves: Mapping[Kind, Sequence[str]], measured: Sequence[str],
    rounds: Iterable[list[dict[str, Any]]] = (),
) -> None:  # fmt: skip
    """Write `tables.json`; it appears whole or not at all. Rows have the fields of `Pair` and
    `Window`; rounds: of redubs, which are pairs too."""
    told = {
        "side_px": side_px,
        "pairs": list(pairs),
        "rounds": list(rounds),
        "windows": list(windows),
        "curves": dict(curves),
        "measured": list(measured),
    }
    half = folder / f".{TABLES}.part"
    half.write_text(json.dumps(told), encoding="utf-8")
    half.replace(folder / TABLES)
