"""A track laid over a whole clip: from its start on, and round again where it is too short.

The loop turns back before the track's last notes fade and comes in after its first ones have
grown (`sounding`), crossfades with equal power, and lets the beat decide the join (`in_step`).
"""

from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.errors import MixError
from mrcmv.mixing.meter import RATE_HZ
from mrcmv.types import Floats

CROSSFADE_S = 2.0
EDGE_DB = 12.0
"""A track's edge sounds when it is this near to its usual level."""
EDGE_S = 0.4
SHORTEST_S = 0.1
"""A track under this is a click, not music."""
STEP_S = 0.01
"""Grid on which joins are looked for."""
LISTEN_S = 16.0
"""How much of the music on either side tells where the beat is."""
FOLDS = 32
"""Places in a beat."""
RECURS = 0.1
"""Likeness to itself, beats later, from which music counts as having a beat."""
SURE = 0.4
"""Likeness of the two sides' patterns from which the join is moved."""


def read_music(file: Path, start_s: float, n_samples: int) -> Floats:
    """The track from `start_s` on, looped or trimmed. Shape: `(2, n_samples)` at 48 kHz.

    Only what is heard is read. Raises MediaError when the track cannot be read, MixError when it
    holds no sound.
    """
    need_s = n_samples / RATE_HZ
    tail = media.read_sound(file, RATE_HZ, 2, start_s=start_s, duration_s=need_s).samples
    if tail.shape[1] >= n_samples:
        return tail[:, :n_samples]
    head = media.read_sound(file, RATE_HZ, 2, start_s=0.0, duration_s=need_s).samples
    if head.shape[1] < SHORTEST_S * RATE_HZ:
        raise MixError(f"{file.name} holds no sound that could be laid under a clip.")
    return loop_music(tail, head, n_samples)


def loop_music(tail: Floats, head: Floats, n_samples: int) -> Floats:
    """What follows the start, then the track again and again. Shape: `(2, n_samples)`.

    `tail` is the track from the start to its end; `head` is the track from its beginning, all
    of it or at least `n_samples`.
    """
    body = head[:, sounding(head)]
    first = tail[:, : sounding(tail).stop]
    cross = crossfade_length(body.shape[1])
    if first.shape[1] <= cross:
        first = body
    out = np.zeros((2, n_samples), np.float32)
    at = _place(out, first, 0, 0)
    before = first
    while at < n_samples:
        overlap = min(cross, before.shape[1], at)
        following = body[:, in_step(before, body, overlap) :]
        at = _place(out, following, at - overlap, overlap)
        before = following
    return out


def crossfade_length(n_samples: int) -> int:
    """Crossfade of a loop of `n_samples`, in samples: 2 s, less in a very short loop."""
    return min(int(CROSSFADE_S * RATE_HZ), n_samples // 4)


def _place(out: Floats, piece: Floats, at: int, overlap: int) -> int:
    """Add a piece at `at`, crossfaded over `overlap` samples; returns where it ends."""
    stop: int = min(at + piece.shape[1], out.shape[1])
    angle = 0.5 * np.pi * (np.arange(overlap, dtype=np.float32) + 0.5) / max(overlap, 1)
    angle = angle[: stop - at]
    joint = slice(at, at + len(angle))
    out[:, joint] = out[:, joint] * np.cos(angle) + piece[:, : len(angle)] * np.sin(angle)
    out[:, joint.stop : stop] = piece[:, len(angle) : stop - at]
    return stop


def sounding(music: Floats) -> slice:
    """Where a piece sounds as it usually does: without the fades at its ends."""
    step = int(EDGE_S * RATE_HZ)
    n_steps = music.shape[1] // step
    if n_steps < 8:
        return slice(0, music.shape[1])
    part = music[:, : n_steps * step].reshape(len(music), n_steps, step)
    power = np.square(part).mean(axis=(0, 2))
    loud = np.flatnonzero(power >= np.median(power) * 10.0 ** (-EDGE_DB / 10.0))
    first, last = int(loud[0]), int(loud[-1]) + 1
    if last == n_steps:
        return slice(first * step, music.shape[1])
    return slice(first * step, last * step)


def in_step(before: Floats, following: Floats, overlap: int) -> int:
    """How far into `following` to come in, in samples, so that beats meet in the crossfade.

    The seconds on either side of the join are folded at the length of a beat: where the two
    patterns lie on each other, one beat goes on. Less than a beat is left out; nothing where
    no beat is sure.
    """
    step = int(STEP_S * RATE_HZ)
    length = min(int(LISTEN_S * RATE_HZ), before.shape[1], following.shape[1] // 2)
    ending = _onsets(before[:, before.shape[1] - length :], step)
    opening = _onsets(following[:, :length], step)
    period = beat_period(ending)
    if period == 0.0 or overlap < step:
        return 0
    join = len(ending) - overlap / step
    pattern = _folded(ending, period, join)
    other = _folded(opening, period, 0.0)
    fits = [_likeness(pattern, np.roll(other, -lag)) for lag in range(FOLDS)]
    best = int(np.argmax(fits))
    return round(best / FOLDS * period * step) if fits[best] > SURE else 0


def beat_period(onsets: Floats) -> float:
    """The length of a beat, in steps of `STEP_S`; 0 where nothing recurs. Shape: `(n,)`.

    The period, 0.3 to 1.2 s, at whose multiples the onsets are most like themselves.
    """
    flat = onsets - onsets.mean()
    n_steps = len(flat)
    if n_steps < 8 / STEP_S or not flat.any():
        return 0.0
    own = np.correlate(flat, flat, "full")[n_steps - 1 :] / np.arange(n_steps, 0, -1)
    own = own / own[0]
    periods = np.arange(0.3, 1.2, 0.0005) / STEP_S
    multiples = np.arange(1, 7)
    lags = periods[:, None] * multiples  # (periods, multiples)
    likeness = np.interp(lags, np.arange(n_steps), own).mean(axis=1)
    best = int(np.argmax(likeness))
    return float(periods[best]) if likeness[best] > RECURS else 0.0


def _folded(onsets: Floats, period: float, origin: float) -> Floats:
    """Mean onset at each place in the beat, counted from `origin`. Shape: `(FOLDS,)`."""
    place = ((np.arange(len(onsets)) - origin) / period % 1.0 * FOLDS).astype(int)
    sums = np.bincount(place, onsets, FOLDS)[:FOLDS] / np.maximum(
        np.bincount(place, minlength=FOLDS)[:FOLDS], 1
    )
    # Neighbours count too: players and folds are a hair off.
    weighted = [np.roll(sums, lag) * (3 - abs(lag)) for lag in range(-2, 3)]
    smooth: Floats = (np.sum(weighted, axis=0) / 9).astype(np.float32)
    return smooth


def _onsets(music: Floats, step: int) -> Floats:
    """Rises of the level per step, in dB. Shape: `(2, n)` → `(n // step,)`."""
    n_steps = music.shape[1] // step
    power = np.square(music[:, : n_steps * step].reshape(2, n_steps, step)).mean(axis=(0, 2))
    level = 10.0 * np.log10(power + 1e-7)
    rises: Floats = np.maximum(np.diff(level, prepend=level[:1]), 0.0)
    return rises


def _likeness(one: Floats, other: Floats) -> float:
    """Correlation, 0 where either is flat."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
    return float((one * other).sum()) / size if size > 0 else 0.0
