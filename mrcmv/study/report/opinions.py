"""Ratings of 1 to 5: the sound-effects paper's figure 3, as a table and as numbers to draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.study.parts import Hypothesis
from mrcmv.study.report.arrays import Scores
from mrcmv.study.report.verdicts import (
    RANDOM,
    Correction,
    Verdict,
    corrected,
    default_hypotheses,
    judged_ratings,
)
from mrcmv.study.statistics.opinions import Opinion, opinion


@dataclass(frozen=True, eq=False)
class OpinionTable:
    """One study's ratings. `chance`: the MOS of the method `random`, NaN without it."""

    study: str
    methods: tuple[str, ...]
    n_ratings: int
    n_raters: int
    n_clips: int
    lines: tuple[Opinion, ...]
    chance: float
    verdicts: tuple[Verdict, ...]
    declared: bool
    scores: Scores


def opinion_table(
    study: str,
    told: Scores,
    order: Sequence[str],
    hypotheses: Sequence[Hypothesis] = (),
    correction: Correction = "holm",
) -> OpinionTable:
    """The table of one study's ratings, methods in the given order."""
    methods = tuple(name for name in order if (told.methods == name).any())
    parts = [told.of(told.methods == name) for name in methods]
    lines = tuple(opinion(part.values, part.raters, part.clips) for part in parts)
    chance = lines[methods.index(RANDOM)].mean if RANDOM in methods else float("nan")
    family = [
        verdict
        for one in hypotheses or default_hypotheses(methods, rated=True)
        if (verdict := judged_ratings(told, one))
    ]
    return OpinionTable(
        study, methods, len(told.values), len(np.unique(told.raters)), len(np.unique(told.clips)),
        lines, chance, corrected(family, correction), bool(hypotheses), told,
    )  # fmt: skip
