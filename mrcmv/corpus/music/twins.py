"""Whether two recordings are the same one: encoded anew, louder, cut or shifted in time.

A fingerprint is a set of landmarks (Wang 2003): peaks of the spectrogram, joined in pairs. A pair
is known by the pitch of its first peak, the step in pitch and the step in time, none of which
depends on level, codec or where the recording begins. Two recordings are twins when many of
their pairs agree *and* lie the same time apart. A recording that is played faster, or the same
piece played again, has other landmarks and is no twin here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mrcmv.corpus.music.spectrum import FRAME_RATE_HZ
from mrcmv.types import Floats

NEAR_FRAMES, NEAR_BINS = 9, 15
"""A peak is the highest point of so many frames and frequencies."""
STANDS_OUT_DB = 6.0
QUIETEST_DB = -60.0
"""Relative to the loudest point: codecs write what lies below it anew."""
N_PARTNERS = 4
N_LOOKED_AT = 24
STEPS_FRAMES = (2, 31)
STEP_BINS = 40
ONE_IN = 8
"""Of all pairs this part is kept, chosen by number, so the same ones in every recording."""
COMMONEST = 150
"""A pair that occurs more often than this in all recordings tells none of them apart."""
LEAST_SHARE = 0.02
"""Twins share at least so many of the shorter one's pairs, and `LEAST_PAIRS` at any length. Of all
145,000 pairs of 540 sounds of games none that are different pieces shared 1.5 %; two editions of
one recording share 5–7 %, copies 40–90 %."""
LEAST_PAIRS = 12

Landmarks = NDArray[np.int32]
"""Shape: (n, 2), a pair's number and the frame at which it lies."""


@dataclass(frozen=True)
class Twins:
    """Two recordings, by their places in what was compared, and how much of the shorter agrees.

    The first's second 0 lies `offset_s` after the second's.
    """

    first: int
    second: int
    share: float
    offset_s: float


def landmarks(level_db: Floats) -> Landmarks:
    """The fingerprint of a spectrogram. Shape: (frames, bins) in decibels → (n, 2)."""
    from scipy.ndimage import maximum_filter, uniform_filter1d

    highest = maximum_filter(level_db, (NEAR_FRAMES, NEAR_BINS))
    around = uniform_filter1d(level_db, 41, axis=1)
    audible = level_db > level_db.max(initial=-np.inf) + QUIETEST_DB
    peaks = (level_db >= highest) & (level_db > around + STANDS_OUT_DB) & audible
    return _pairs(np.argwhere(peaks).astype(np.int32))


def find_twins(fingerprints: Sequence[Landmarks]) -> list[Twins]:
    """All pairs of twins among recordings, each pair once, `first` before `second`."""
    owners, numbers, frames = _joined(fingerprints)
    n_pairs = np.array([len(one) for one in fingerprints], np.int64)
    found = []
    for (first, second), (count, offset) in _agreement(owners, numbers, frames).items():
        share = count / max(1, min(n_pairs[first], n_pairs[second]))
        if share >= LEAST_SHARE and count >= LEAST_PAIRS:
            found.append(Twins(first, second, float(share), offset / FRAME_RATE_HZ))
    return found


def longest_of_each(durations_s: Sequence[float], twins: Sequence[Twins]) -> dict[int, int]:
    """Which recordings to leave out, each with the longer twin that stays in its place."""
    partners: dict[int, set[int]] = {}
    for one in twins:
        partners.setdefault(one.first, set()).add(one.second)
        partners.setdefault(one.second, set()).add(one.first)
    left_out: dict[int, int] = {}
    for index in sorted(partners, key=lambda i: (-durations_s[i], i)):
        if index not in left_out:
            left_out |= {twin: index for twin in partners[index] if twin not in left_out}
    return left_out


def _pairs(peaks: NDArray[np.int32]) -> Landmarks:
    """Each peak with the next few that are near it. Shape: peaks (n, 2), frame and bin."""
    chosen = np.zeros(len(peaks), np.int32)
    found = [np.zeros((0, 2), np.int32)]
    for ahead in range(1, min(N_LOOKED_AT + 1, len(peaks))):
        step = peaks[ahead:] - peaks[:-ahead]
        near = (step[:, 0] >= STEPS_FRAMES[0]) & (step[:, 0] <= STEPS_FRAMES[1])
        near &= (np.abs(step[:, 1]) <= STEP_BINS) & (chosen[:-ahead] < N_PARTNERS)
        chosen[:-ahead] += near
        first, step = peaks[:-ahead][near], step[near]
        number = (first[:, 1] << 12) | ((step[:, 1] + 64) << 5) | step[:, 0]
        found.append(np.stack([number, first[:, 0]], axis=1))
    pairs = np.concatenate(found).astype(np.int32)
    # Knuth's multiplicative hash, so that the choice favours no pitch and no step.
    drawn = (pairs[:, 0].astype(np.uint32) * np.uint32(2_654_435_761)) >> np.uint32(16)
    kept: Landmarks = pairs[drawn % ONE_IN == 0]
    return kept


def _joined(
    fingerprints: Sequence[Landmarks],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Owner, number and frame of every pair, by number; without what is too common."""
    empty = np.zeros((0, 2), np.int32)
    every = np.concatenate([empty, *fingerprints]).astype(np.int64)
    owners = np.repeat(np.arange(len(fingerprints)), [len(one) for one in fingerprints])
    order = np.argsort(every[:, 0], kind="stable")
    owners, numbers, frames = owners[order], every[order, 0], every[order, 1]
    _, back, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    rare = counts[back] <= COMMONEST
    return owners[rare], numbers[rare], frames[rare]


def _agreement(
    owners: NDArray[np.int64], numbers: NDArray[np.int64], frames: NDArray[np.int64]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each two owners, how many pairs agree at the best offset, and that offset in frames."""
    span = int(frames.max(initial=0)) + 2
    n_owners = int(owners.max(initial=0)) + 1
    votes = [np.zeros(0, np.int64)]
    for ahead in range(1, COMMONEST):
        same = numbers[ahead:] == numbers[:-ahead]
        if not same.any():
            break
        a, b = owners[:-ahead][same], owners[ahead:][same]
        offset = frames[ahead:][same] - frames[:-ahead][same]
        other = a != b  # equal numbers keep the order of their owners, so a < b
        a, b, offset = a[other], b[other], offset[other]
        votes.append(((a * n_owners + b) * 2 * span) + offset + span)
    keys, counts = np.unique(np.concatenate(votes), return_counts=True)
    return _best(keys, counts, 2 * span, n_owners)


def _best(
    keys: NDArray[np.int64], counts: NDArray[np.int64], width: int, n_owners: int
) -> dict[tuple[int, int], tuple[int, int]]:
    """The best offset of each two owners; a neighbouring frame's votes are its own too."""
    at = np.searchsorted(keys, keys + 1)
    follows = (at < len(keys)) & (keys[np.minimum(at, len(keys) - 1)] == keys + 1)
    totals = counts + np.where(follows, counts[np.minimum(at, len(keys) - 1)], 0)
    many = totals >= LEAST_PAIRS
    best: dict[tuple[int, int], tuple[int, int]] = {}
    for key, total in zip(keys[many].tolist(), totals[many].tolist(), strict=True):
        owners, offset = divmod(key, width)
        pair = divmod(owners, n_owners)
        if total > best.get(pair, (0, 0))[0]:
            best[pair] = total, offset - width // 2
    return best
