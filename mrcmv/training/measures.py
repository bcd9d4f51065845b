"""What backbones are pre-trained on: what was measured of a window, by second and as a whole.

**Conventions.** Of each kind: curves of the data set (`Dataset.curve_names`), one value a token,
and of the window each curve's mean and spread over its 32 s; of music what was measured of the
window too. All in spreads of the training split, NaN where nothing could be measured. The editor's
mind is no measure (`dataset.FORBIDDEN`).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.dataset import Dataset, Kind, Split
from mrcmv.errors import MrcmvError
from mrcmv.model import grid
from mrcmv.types import WINDOW_S, Floats

LIMIT = 4.0
"""Spreads from the mean beyond which a value says no more: counts have long tails."""


@dataclass(frozen=True)
class Stretch:
    """A window of a take, a pair's voice or a piece, from a whole second on."""

    name: str
    start_s: float


class Measures:
    """The targets of a kind's windows.

    Raises:
        MrcmvError: nothing was measured in the training split.
    """

    def __init__(self, dataset: Dataset, kind: Kind) -> None:
        self.dataset, self.kind = dataset, kind
        times_s = grid.picture_token_times_s() if kind == "pictures" else grid.sound_token_times_s()
        self._seconds = np.minimum(times_s.astype(int), int(WINDOW_S) - 1)
        self._measured = {
            (one.piece_id, one.start_s): one.measured for one in dataset.windows if one.measured
        }
        self.starts = {split: self._starts(split) for split in ("train", "validation")}
        raw = [self._raw(one) for one in self.all("train")]
        if not raw:
            raise MrcmvError(f"{dataset.folder} has no {kind} to train on.")
        self._tokens = _Scale.of(np.concatenate([curves for curves, _ in raw]))
        self._window = _Scale.of(np.stack([whole for _, whole in raw]))
        self.token_names = dataset.curve_names[kind]
        n = len(self.token_names)
        if not (self._tokens.known.any() and n):
            raise MrcmvError(f"Nothing was measured of the {kind} in {dataset.folder}.")
        names = [*self.token_names, *(f"{name} spread" for name in self.token_names)]
        self.window_names = (*names, *(dataset.measured_names if kind == "music" else ()))

    def _starts(self, split: Split) -> dict[str, tuple[float, ...]]:
        """Where windows may start: on whole seconds; of music where it was measured."""
        if self.kind == "music":
            found: dict[str, list[float]] = {}
            for one in self.dataset.windows:
                if one.split == split:
                    found.setdefault(one.piece_id, []).append(one.start_s)
            return {name: tuple(starts) for name, starts in found.items()}
        own = self.dataset.of(split)
        return {
            (pair.take_id if self.kind == "pictures" else pair.pair_id): tuple(
                float(at) for at in range(1 + int(max(0.0, pair.duration_s - WINDOW_S)))
            )
            for pair in own
        }

    def all(self, split: Split, most: int | None = None) -> list[Stretch]:
        """Windows every 8 s, as far as there are any, the first `most` of each take, voice or
        piece: what scales and checks go by."""
        return [
            Stretch(name, at)
            for name, starts in self.starts[split].items()
            for at in [one for one in starts if one % 8 == 0][:most]
        ]

    def of(self, windows: Sequence[Stretch]) -> tuple[Floats, Floats]:
        """The targets of windows, of tokens and as a whole.

        Shape: → `(n, 72, len(token_names))`, `(n, len(window_names))`.
        """
        raw = [self._raw(one) for one in windows]
        tokens = self._tokens(np.stack([curves[self._seconds] for curves, _ in raw]))
        return tokens, self._window(np.stack([whole for _, whole in raw]))

    def _raw(self, one: Stretch) -> tuple[Floats, Floats]:
        """A window's curves and what is known of it as a whole. Shape: `(32, k)`, `(m,)`."""
        curves = self.dataset.curves(self.kind, one.name, one.start_s)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of what is nowhere known
            known = [np.nanmean(curves, axis=0), np.nanstd(curves, axis=0)]
        if self.kind == "music":
            n = len(self.dataset.measured_names)
            told = self._measured.get((one.name, one.start_s)) or (np.nan,) * n
            known.append(np.array(told))
        return curves, np.concatenate(known).astype(np.float32)

    def patches(self, windows: Sequence[Stretch]) -> np.ndarray:
        """What the backbone reads: squares or log-mel patches. Shape: → `(n, 64, side, side, 3)`
        uint8 or `(n, 72, 96, 64)` float32."""
        if self.kind == "pictures":
            return np.stack([self.dataset.pictures(one.name, one.start_s) for one in windows])
        read = self.dataset.voice if self.kind == "voices" else self.dataset.music
        return np.stack([read(one.name, one.start_s) for one in windows]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Scale:
    """Means and spreads of the training split, by column; what does not vary is not `known`."""

    mean: Floats
    spread: Floats
    known: np.ndarray

    @classmethod
    def of(cls, values: Floats) -> "_Scale":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
        return cls(mean, spread, np.nan_to_num(spread) > 1e-6)

    def __call__(self, values: Floats) -> Floats:
        scaled = (values - self.mean) / np.where(self.known, self.spread, 1.0)
        told: Floats = np.where(self.known, np.clip(scaled, -LIMIT, LIMIT), np.nan)
        return told.astype(np.float32)
