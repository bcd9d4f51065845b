"""What happened in a take, as moments that a commentator would speak of."""

from typing import Any

import numpy as np

from mrcmv.corpus.footage.take import Moment
from mrcmv.corpus.footage.truth import Truth
from mrcmv.corpus.footage.view import TICS_HZ

PRIORITY = ("low", "kill", "hurt", "spotted", "win", "find", "fight")
"""Kinds of moments, the most pressing first."""
LOW_HEALTH = 40.0


def moments(truth: Truth) -> tuple[Moment, ...]:
    """All moments of a take, in order of time."""
    found = [*_sightings(truth), *_fights(truth), *_kills(truth), *_wounds(truth)]
    found += [Moment(tic / TICS_HZ, "find", name) for tic, name in truth.found.items()]
    found += _wins(truth)
    return tuple(sorted(found, key=lambda moment: moment.time_s))


def _sightings(truth: Truth) -> list[Moment]:
    """A monster in the picture after three seconds without one."""
    seen = np.flatnonzero(truth.seen > 0)
    first = np.diff(seen, prepend=-4 * TICS_HZ) > 3 * TICS_HZ
    return [Moment(t / TICS_HZ, "spotted", truth.names.get(int(t), "")) for t in seen[first]]


def _fights(truth: Truth) -> list[Moment]:
    """The first shot after four seconds without one."""
    shots = np.flatnonzero(truth.shots > 0)
    first = np.diff(shots, prepend=-5 * TICS_HZ) > 4 * TICS_HZ
    return [Moment(t / TICS_HZ, "fight", _in_sight(truth, t)) for t in shots[first]]


def _kills(truth: Truth) -> list[Moment]:
    tics = np.flatnonzero(truth.kills > 0)
    return [Moment(t / TICS_HZ, "kill", _in_sight(truth, t)) for t in tics]


def _wounds(truth: Truth) -> list[Moment]:
    """Ten damage within half a second, and health falling under the low mark."""
    half = np.convolve(truth.taken, np.ones(TICS_HZ // 2))[: len(truth.taken)]
    tics = np.flatnonzero(half >= 8)
    first = np.diff(tics, prepend=-3 * TICS_HZ) > 2 * TICS_HZ
    hurt = [Moment(t / TICS_HZ, "hurt") for t in tics[first]]
    low = truth.health < LOW_HEALTH
    falls = np.flatnonzero(low[1:] & ~low[:-1]) + 1
    return hurt + [Moment(t / TICS_HZ, "low") for t in falls]


def _wins(truth: Truth) -> list[Moment]:
    """Two seconds of quiet after two kills or more."""
    busy = (truth.seen > 0) | (truth.shots > 0)
    wins, kills, still = [], 0.0, 0
    for tic in range(len(busy)):
        kills += float(truth.kills[tic])
        still = 0 if busy[tic] else still + 1
        if still == 2 * TICS_HZ and kills >= 2:
            wins.append(Moment(tic / TICS_HZ, "win"))
            kills = 0.0
    return wins


def _in_sight(truth: Truth, tic: int | np.integer[Any]) -> str:
    """The monster last in sight within the second before."""
    for t in range(int(tic), max(0, int(tic) - TICS_HZ), -1):
        if t in truth.names:
            return truth.names[t]
    return ""
