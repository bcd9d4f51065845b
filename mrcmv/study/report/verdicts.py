"""What a study was to decide, and what it decided.

A hypothesis is the study file's: `better` than `than`, a method or chance. Of choices the votes for
one of the two are counted against ½ (against 1 / slots for chance); of ratings it is Mann and
Whitney's U, as in the sound-effects paper. p that leads is over other raters and clips; p of
independent votes stands beside it. Correction is over all hypotheses of a study.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from mrcmv.errors import StudyError
from mrcmv.study.parts import Hypothesis
from mrcmv.study.report.arrays import Scores, Votes
from mrcmv.study.statistics.clusters import Alternative, Interval
from mrcmv.study.statistics.ranks import clustered_mann_whitney, holm, mann_whitney
from mrcmv.study.statistics.shares import share

Correction = Literal["holm", "bonferroni", "none"]
CHANCE, RANDOM = "chance", "random"
OURS = "mrcmv"


@dataclass(frozen=True)
class Verdict:
    """A hypothesis and what the votes say of it.

    `value`: share of `better` among choices, or the chance that a rating of it is above one of
    `than`; `chance`: what it is where there is no difference. `effect`: rank-biserial, or NaN of
    choices. `p`, `interval`: over other raters and clips; `p_naive`: of independent votes.
    """

    better: str
    than: str
    sided: str
    test: str
    value: float
    chance: float
    interval: Interval
    effect: float
    p: float
    p_corrected: float
    p_naive: float
    n: int
    n_raters: int
    n_clips: int


def default_hypotheses(methods: Sequence[str], rated: bool) -> tuple[Hypothesis, ...]:
    """MRCMV over each other method, of ratings one-sided as the paper has it; without MRCMV all
    pairs, two-sided."""
    test: Literal["mann-whitney", "binomial"] = "mann-whitney" if rated else "binomial"
    if OURS in methods:
        sided: Literal["one", "two"] = "one" if rated else "two"
        return tuple(
            Hypothesis(better=OURS, than=other, test=test, sided=sided)
            for other in methods
            if other != OURS
        )
    return tuple(
        Hypothesis(better=one, than=other, test=test, sided="two")
        for one, other in combinations(methods, 2)
    )


def judged_choices(told: Votes, hypothesis: Hypothesis) -> Verdict | None:
    """None where no vote chose between the two."""
    choices = told.choices
    if not {hypothesis.better, hypothesis.than} <= {*told.methods, CHANCE}:
        return None
    kept = choices.shown[:, told.methods.index(hypothesis.better)]
    if hypothesis.than != CHANCE:
        both = np.isin(choices.chosen, [hypothesis.better, hypothesis.than])
        kept = kept & choices.shown[:, told.methods.index(hypothesis.than)] & both
    if not kept.any():
        return None
    votes = choices.of(kept)
    level = 0.5 if hypothesis.than != CHANCE else (1 / votes.shown.sum(axis=1)).mean()
    found = share(
        votes.chosen == hypothesis.better, votes.raters, votes.clips, level, _sided(hypothesis)
    )
    nothing = float("nan")
    return Verdict(
        hypothesis.better, hypothesis.than, hypothesis.sided, "binomial",
        found.value, found.chance, found.crossed.interval, nothing, found.crossed.p,
        found.crossed.p, found.p_binomial, found.n, found.n_raters, found.n_clips,
    )  # fmt: skip


def judged_ratings(told: Scores, hypothesis: Hypothesis) -> Verdict | None:
    """None where one of the two was not rated.

    Raises:
        StudyError: against chance, without the method `random` that stands for it.
    """
    than = hypothesis.than
    if than == CHANCE:
        if RANDOM not in told.methods:
            raise StudyError(
                "A rating has no chance level of its own: the hypothesis against chance needs the "
                "method 'random' in the study."
            )
        than = RANDOM
    one, other = (told.of(told.methods == name) for name in (hypothesis.better, than))
    if not len(one.values) or not len(other.values):
        return None
    alone = mann_whitney(one.values, other.values, _sided(hypothesis))
    found = clustered_mann_whitney(
        one.values, other.values, (one.raters, other.raters), (one.clips, other.clips),
        _sided(hypothesis),
    )  # fmt: skip
    raters, clips = (
        len(set(a.tolist()) | set(b.tolist()))
        for a, b in ((one.raters, other.raters), (one.clips, other.clips))
    )
    return Verdict(
        hypothesis.better, than, hypothesis.sided, f"mann-whitney, {alone.method}",
        found.superiority, 0.5, found.interval, found.effect, found.p, found.p,
        alone.p, alone.n + alone.m, raters, clips,
    )  # fmt: skip


def corrected(told: Sequence[Verdict], correction: Correction) -> tuple[Verdict, ...]:
    """The family with its p corrected for being several."""
    p = np.array([one.p for one in told])
    if correction == "holm":
        p = holm(p)
    elif correction == "bonferroni":
        p = np.minimum(1.0, p * max(1, int(np.isfinite(p).sum())))
    return tuple(replace(one, p_corrected=float(q)) for one, q in zip(told, p, strict=True))


def _sided(hypothesis: Hypothesis) -> Alternative:
    return "greater" if hypothesis.sided == "one" else "two-sided"
