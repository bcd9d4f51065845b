"""What must tell nothing about the music of a clip, and whether it does.

pair      facts of a clip's files → facts of a window's file: is the pair found by them?
origin    can one tell by the clip whether its music is real or composed? Learnt on the training;
          and inside the test, whose clips were kept for how well they fit what they were dealt
filler    can one tell by a window alone that it is the truth of some clip?
tags      what files of one kind say of themselves: all the same

A shortcut is open when the 95 % interval of what it reaches lies above chance.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv.corpus.build.plan import stream
from mrcmv.corpus.build.sizes import SPLITS
from mrcmv.corpus.checks.facts import music_facts, query_facts, tags_by_kind
from mrcmv.corpus.checks.material import Material
from mrcmv.corpus.checks.measuring import Measured
from mrcmv.corpus.checks.probes import picture_numbers, voice_numbers
from mrcmv.corpus.checks.retrieval import place, read
from mrcmv.corpus.checks.ridge import balanced_accuracy, fit
from mrcmv.corpus.editor.oracle import Ranks
from mrcmv.types import Floats

RECALL_AT = 10
N_FOLDS = 5
PENALTY = (0.3,)
"""Where rows are told in folds, with nothing left to choose it on."""
MOST_TAGGED = 60
"""Files of a kind whose tags are read."""


def judge(material: Material, measured: Measured) -> dict[str, Any]:
    """All of them, as plain numbers; `open` names those that are."""
    facts = query_facts(material, measured)
    numbers = np.concatenate(
        [voice_numbers(material, measured), picture_numbers(material, measured)], axis=1
    )
    sound = measured.sound(material.windows)
    takes = np.array([pair["take_id"] for pair in material.pairs])
    test = material.rows("test")
    told = {"pair by facts": pair_by_facts(material, measured, facts)}
    known = {}
    if all(len(set(material.real[material.rows(split)].tolist())) == 2 for split in SPLITS):
        told["origin by the clip's numbers"] = origin(material, numbers)
        told["origin by the clip's facts"] = origin(material, facts)
        told["origin by the clip's numbers, within the test"] = told_apart(
            numbers[test], material.real[test], takes[test]
        )
        known["origin by the music's numbers"] = origin(material, sound)
    if len(material.large.windows) > len(material.large.queries):
        told["truth or filler by the music's numbers"] = fillers(material, measured)
    return {
        "open": [name for name, one in told.items() if one["interval"][0] > one["chance"]],
        "closed or open": told,
        "for information": known,
        "tags": tags_by_kind(files_of(material)),
    }


def pair_by_facts(material: Material, measured: Measured, facts: Floats) -> dict[str, Any]:
    """R@10 over the three galleries, of a reader that knows facts of files alone."""
    train, validation = material.rows("train"), material.rows("validation")
    own = music_facts(material, measured, material.windows)
    reader = read(facts, own, train, validation)
    found = place(reader, facts, material.galleries, lambda w: music_facts(material, measured, w))
    return recalled(found)


def recalled(found: Ranks, k: int = RECALL_AT) -> dict[str, Any]:
    """R@K with its interval, chance and n, in percent."""
    low, high = found.interval(k)
    return {
        "figure": f"R@{k} of {found.n_gallery}",
        "value": round(found.recall(k), 1),
        "interval": [round(low, 1), round(high, 1)],
        "chance": round(found.chance(k), 1),
        "n": len(found.nearer),
    }


def origin(material: Material, x: Floats) -> dict[str, Any]:
    """Real or composed, learnt on the training and told on the test. Shape: x (pairs, columns)."""
    train, validation, test = (material.rows(split) for split in SPLITS)
    y = np.where(material.real, 1.0, -1.0).astype(np.float32)[:, np.newaxis]
    score = fit(x, y, train, validation)(x)[:, 0]
    middle = 0.5 * (
        score[train][material.real[train]].mean() + score[train][~material.real[train]].mean()
    )
    takes = np.array([material.pairs[row]["take_id"] for row in test])
    return _accuracy(score[test], material.real[test], float(middle), takes)


def told_apart(x: Floats, label: np.ndarray, groups: np.ndarray) -> dict[str, Any]:
    """Two classes told in five folds, of which no group is in two.

    Shape: x (n, columns), label (n,) of bool, groups (n,).
    """
    names = np.unique(groups)
    dealt = stream("folds", len(names)).permutation(len(names)) % N_FOLDS
    fold = dealt[np.searchsorted(names, groups)]
    y = np.where(label, 1.0, -1.0).astype(np.float32)[:, np.newaxis]
    score = np.zeros(len(x), np.float32)
    for number in range(N_FOLDS):
        out, own = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(out) == 0 or len(set(label[own].tolist())) < 2:
            continue
        told = fit(x, y, own, own, PENALTY)(x)[:, 0]
        middle = 0.5 * (told[own][label[own]].mean() + told[own][~label[own]].mean())
        score[out] = told[out] - middle
    return _accuracy(score, label, 0.0, groups)


def fillers(material: Material, measured: Measured) -> dict[str, Any]:
    """Whether a truth of the large gallery looks other than what was added to it."""
    windows = material.large.windows
    is_truth = np.arange(len(windows)) < len(material.large.queries)
    pieces = np.array([piece for piece, _ in windows])
    return told_apart(measured.sound(windows), is_truth, pieces)


def _accuracy(
    score: Floats, label: np.ndarray, threshold: float, groups: np.ndarray
) -> dict[str, Any]:
    value, low, high = balanced_accuracy(score, label, threshold, groups)
    return {
        "figure": "balanced accuracy",
        "value": round(value, 1),
        "interval": [round(low, 1), round(high, 1)],
        "chance": 50.0,
        "n": len(score),
    }


def files_of(material: Material) -> Mapping[str, list[Path]]:
    """Some files of each kind that a query is read from, drawn from all splits."""

    def some(names: list[str]) -> list[Path]:
        drawn = stream("tags", len(names)).permutation(sorted(names))[:MOST_TAGGED]
        return [material.folder / str(name) for name in drawn]

    wholes = [pair["whole"]["clip"] for pair in material.pairs if pair["whole"]]
    return {
        "voices": some([pair["voice"] for pair in material.pairs]),
        "frames": some([take["frames"] for take in material.takes.values()]),
        "whole clips": some(wholes),
    }
