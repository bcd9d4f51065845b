"""How little the picture alone says: one take, one place and one style meet many moods.

explained  the share of an axis's variance over the pairs that a grouping explains, adjusted for
           the number of groups (adjusted R²; 0: nothing, 1: all), in percent
spread     how much voices over one take differ, beside how much all voices do
"""

import json
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from mrcmv.corpus.checks.material import Material
from mrcmv.corpus.editor.mind import AXES
from mrcmv.types import WINDOW_S, Floats


def judge(material: Material) -> dict[str, Any]:
    """Over the pairs of all splits."""
    targets, voices = material.axes("target"), material.axes("voice_reading")
    takes = np.array([pair["take_id"] for pair in material.pairs])
    places = np.array([str(material.takes[name]["place"]) for name in takes])
    styles = np.array([style_of(material.takes[name]) for name in takes])
    groups = {"take": takes, "place": places, "style": styles, "source": material.footage}
    return {
        "n_pairs": len(takes),
        "explained": {
            name: dict(zip(AXES, np.round(100 * explained(targets, own), 1).tolist(), strict=True))
            for name, own in groups.items()
            if 1 < len(set(own.tolist())) < len(own)
        },
        "voice_spread_in_a_take": dict(
            zip(AXES, np.round(spread_within(voices, takes), 2).tolist(), strict=True)
        ),
        "dubs_of_a_take_with_one_piece": round(
            100 * same_piece(takes, [piece for piece, _ in material.windows]), 1
        ),
    }


def style_of(take: Mapping[str, Any]) -> str:
    """The style that most of a take's first 32 s are played in."""
    plan = json.loads(take["plan"])
    ends = [start_s for start_s, _ in plan[1:]] + [float(take["duration_s"])]
    held: dict[str, float] = {}
    for (start_s, style), end_s in zip(plan, ends, strict=True):
        held[style] = held.get(style, 0.0) + max(0.0, min(end_s, WINDOW_S) - start_s)
    return max(held, key=lambda style: held[style])


def explained(values: Floats, groups: np.ndarray) -> Floats:
    """Adjusted R² of the means of groups, of which there are fewer than rows.

    Shape: (n, axes), (n,) → (axes,).
    """
    names, group = np.unique(groups, return_inverse=True)
    n, k = len(values), len(names)
    share = _within(values, group, k) / ((values - values.mean(axis=0)) ** 2).sum(axis=0)
    adjusted: Floats = (1 - share * (n - 1) / (n - k)).astype(np.float32)
    return adjusted


def spread_within(values: Floats, groups: np.ndarray) -> Floats:
    """Standard deviation within groups, as a share of that over all. Shape: → (axes,)."""
    names, group = np.unique(groups, return_inverse=True)
    freedom = max(1, len(values) - len(names))
    within = np.sqrt(_within(values, group, len(names)) / freedom)
    share: Floats = (within / values.std(axis=0, ddof=1)).astype(np.float32)
    return share


def same_piece(takes: np.ndarray, pieces: list[str]) -> float:
    """Of all two dubs of one take, the share that got the same piece."""
    of_take: dict[str, list[str]] = {}
    for take, piece in zip(takes.tolist(), pieces, strict=True):
        of_take.setdefault(take, []).append(piece)
    same = [a == b for own in of_take.values() for a, b in combinations(own, 2)]
    return float(np.mean(same)) if same else 0.0


def _within(values: Floats, group: np.ndarray, n_groups: int) -> Floats:
    """The squares around each group's mean, summed. Shape: → (axes,)."""
    n = np.bincount(group, minlength=n_groups)[:, np.newaxis]
    sums = np.zeros((n_groups, values.shape[1]))
    np.add.at(sums, group, values)
    squares: Floats = ((values - (sums / n)[group]) ** 2).sum(axis=0)
    return squares
