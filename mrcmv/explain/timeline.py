"""Where the tokens of a window lie on the clip's own seconds.

**Conventions.** A window begins at `start_s` of the clip and lasts `length_s`, 32 s at most. A clip
under 32 s is repeated until the window is full (`inputs`), so a moment of it may have several
tokens, and times are taken modulo `length_s`. Seconds are counted from the window's start: second k
is `[start_s + k, start_s + k + 1)`, the last one may be shorter. The picture's 72 tokens are 64
fast and 8 slow ones in order of time (`model.grid`); a sound's token lies in the middle of its
patch.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mrcmv.model import grid
from mrcmv.types import WINDOW_S, Floats, Span

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Timeline:
    """The seconds of one window, of a clip or of a track."""

    start_s: float
    length_s: float

    def __post_init__(self) -> None:
        if not (0 < self.length_s <= WINDOW_S and math.isfinite(self.start_s)):
            raise ValueError(f"a window lasts up to {WINDOW_S:g} s, not {self.length_s:g} s")

    @classmethod
    def of(cls, window: Span) -> "Timeline":
        """The time line of a window. Raises ValueError where it lasts more than 32 s or nothing."""
        return cls(window.start_s, min(window.duration_s, WINDOW_S))

    @property
    def n_seconds(self) -> int:
        """How many seconds there are, the last perhaps a part of one."""
        return max(1, math.ceil(self.length_s - 1e-6))

    @property
    def repeats(self) -> float:
        """How often the clip is seen and heard in the 32 s: 1 where it is long enough."""
        return WINDOW_S / self.length_s

    @property
    def picture_times_s(self) -> Floats:
        """When each picture token is seen, on the clip's seconds. Shape: `(72,)`."""
        return self._on_clip(grid.picture_token_times_s())

    @property
    def voice_times_s(self) -> Floats:
        """When the middle of each sound token is heard, on the clip's seconds. Shape: `(72,)`."""
        return self._on_clip(grid.sound_token_times_s())

    @property
    def is_slow(self) -> Flags:
        """Which picture tokens are the slow path's. Shape: `(72,)`."""
        return np.array(grid.picture_order()) >= grid.N_FAST

    def second_of(self, times_s: Floats) -> Places:
        """The second in which times since the window's start lie. Shape: `(n,)` → `(n,)`."""
        seconds = np.floor(np.mod(times_s.astype(np.float64), self.length_s) + 1e-9)
        return np.minimum(seconds.astype(np.int64), self.n_seconds - 1)

    @property
    def picture_seconds(self) -> Places:
        """The second of each picture token. Shape: `(72,)`."""
        return self.second_of(grid.picture_token_times_s())

    @property
    def voice_seconds(self) -> Places:
        """The second of the middle of each sound token. Shape: `(72,)`."""
        return self.second_of(grid.sound_token_times_s())

    @property
    def fast_seconds(self) -> Places:
        """The second of each fast frame. Shape: `(64,)`."""
        return self.second_of(grid.fast_times_s())

    @property
    def slow_seconds(self) -> Places:
        """The second of each slow frame. Shape: `(8,)`."""
        return self.fast_seconds[grid.slow_indices()]

    @property
    def patch_seconds(self) -> Places:
        """The second of each log-mel frame of each sound patch. Shape: `(72, 96)`."""
        starts = np.array(grid.patch_starts())[:, np.newaxis] + np.arange(grid.PATCH_FRAMES)
        return self.second_of((starts * grid.FRAME_HOP_S + grid.FRAME_S / 2).astype(np.float32))

    def picture_by_second(self, of_tokens: Floats) -> Floats:
        """What lies on picture tokens, added up by second. Shape: `(72,)` → `(n_seconds,)`."""
        summed: Floats = np.bincount(
            self.picture_seconds, weights=of_tokens, minlength=self.n_seconds
        ).astype(np.float32)
        return summed

    def voice_by_second(self, of_tokens: Floats) -> Floats:
        """What lies on sound tokens, spread evenly over their patches' 0.96 s and added up by
        second. Shape: `(72,)` → `(n_seconds,)`."""
        each = np.repeat(of_tokens / grid.PATCH_FRAMES, grid.PATCH_FRAMES)
        summed: Floats = np.bincount(
            self.patch_seconds.ravel(), weights=each, minlength=self.n_seconds
        ).astype(np.float32)
        return summed

    def _on_clip(self, times_s: Floats) -> Floats:
        times: Floats = (self.start_s + np.mod(times_s, self.length_s)).astype(np.float32)
        return times
