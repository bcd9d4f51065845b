"""Where the 72 tokens of a 32 s window lie in time: 64 + 8 of the picture, 72 of the sound.

**Conventions.** Times are seconds from the start of the window. The 64 fast frames stand in the
middle of half seconds (0.25, 0.75, …, 31.75). The slow path sees eight of them: SlowFast's slow
frames are a subset of its fast ones, and here each is the fifth of the eight in its stretch of 4 s
(2.25, 6.25, …, 30.25). In order of time, a fast token before the slow one of the same frame, that
makes nine picture tokens every 4 s. The 72 sound patches start at even distances, the first with
the window and the last so that it ends with it. Token i of the picture and token i of the sound
are then less than half a second apart (MRCMV adds them up, eq. 4). The paper gives the counts
(section 4.2) and is silent about the places.
"""

import numpy as np

from mrcmv.types import WINDOW_S, Floats

N_FAST = 64
N_SLOW = 8
N_TOKENS = N_FAST + N_SLOW
ALPHA = N_FAST // N_SLOW
"""Fast frames for each slow one (SlowFast's alpha)."""

PATCH_FRAMES = 96
FRAME_HOP_S = 0.01
FRAME_S = 0.025
PATCH_S = (PATCH_FRAMES - 1) * FRAME_HOP_S + FRAME_S
"""What the 96 frames of a patch cover: 0.975 s, nominally 0.96 s."""
WINDOW_FRAMES = 1 + int((WINDOW_S - FRAME_S) / FRAME_HOP_S)
"""Whole log-mel frames in a window: 3198."""


def fast_times_s() -> Floats:
    """Times of the fast frames. Shape: `(64,)`."""
    step_s = WINDOW_S / N_FAST
    return ((np.arange(N_FAST) + 0.5) * step_s).astype(np.float32)


def slow_indices() -> list[int]:
    """Which of the fast frames the slow path sees. Length 8."""
    return [block * ALPHA + ALPHA // 2 for block in range(N_SLOW)]


def picture_order() -> list[int]:
    """The place in `[fast, slow]` (64 + 8 in a row) of each picture token in order of time."""
    times_s = np.concatenate([fast_times_s(), fast_times_s()[slow_indices()]])
    return [int(index) for index in np.argsort(times_s, kind="stable")]


def picture_token_times_s() -> Floats:
    """Times of the picture tokens, in order. Shape: `(72,)`."""
    times_s = np.concatenate([fast_times_s(), fast_times_s()[slow_indices()]])
    return times_s[picture_order()]


def patch_starts() -> list[int]:
    """The first log-mel frame of each sound patch. Length 72."""
    return [round(i * (WINDOW_FRAMES - PATCH_FRAMES) / (N_TOKENS - 1)) for i in range(N_TOKENS)]


def sound_token_times_s() -> Floats:
    """Times of the middles of the sound patches. Shape: `(72,)`."""
    starts_s = np.array(patch_starts()) * FRAME_HOP_S
    return (starts_s + PATCH_S / 2).astype(np.float32)
