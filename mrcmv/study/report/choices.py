"""Votes that chose a method: the papers' tables 2 (best of n) and 3 (a pair, with neutral)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mrcmv.study.parts import Hypothesis
from mrcmv.study.report.arrays import Votes
from mrcmv.study.report.verdicts import (
    Correction,
    Verdict,
    corrected,
    default_hypotheses,
    judged_choices,
)
from mrcmv.study.rows import Question
from mrcmv.study.statistics.clusters import Interval, t_interval
from mrcmv.study.statistics.ranks import holm
from mrcmv.study.statistics.shares import (
    Share,
    chi_square_p,
    equal_shares_p,
    share,
)
from mrcmv.study.statistics.strengths import Strengths, strengths_of


@dataclass(frozen=True)
class Line:
    """One method. `of_votes`: its share of all votes that showed it, as the papers print it;
    `of_choices`: of those that chose a method, against chance; `p_holm` over the table's methods;
    `strength` with its interval over other raters and clips."""

    method: str
    of_votes: Share
    of_choices: Share
    p_holm: float
    strength: float
    strength_interval: Interval


@dataclass(frozen=True, eq=False)
class ChoiceTable:
    """One study's votes. `answers`: what was said instead of a
    method, as a share of all votes. `p_equal`, `p_chi`:
    that all methods are at chance, over raters and clips and of independent votes; NaN where not
    every vote showed every method. `n_slots`: as most votes had."""

    study: str
    question: Question
    methods: tuple[str, ...]
    n_votes: int
    n_raters: int
    n_clips: int
    n_slots: int
    lines: tuple[Line, ...]
    answers: dict[str, Share]
    p_equal: float
    p_chi: float
    strengths: Strengths
    verdicts: tuple[Verdict, ...]
    declared: bool
    votes: Votes


def choice_table(
    study: str,
    question: Question,
    told: Votes,
    hypotheses: Sequence[Hypothesis] = (),
    correction: Correction = "holm",
) -> ChoiceTable | None:
    """The table of one study's votes; None where no vote chose a method."""
    choices = told.choices
    if not len(choices):
        return None
    fit = _strengths(told)
    lines = [_line(told, choices, fit, place) for place in range(len(told.methods))]
    adjusted = holm([line.of_choices.crossed.p for line in lines])
    family = [
        verdict
        for one in hypotheses or default_hypotheses(told.methods, rated=False)
        if (verdict := judged_choices(told, one))
    ]
    said = np.unique(told.answers[told.answers != ""]).tolist()
    answers = {name: share(told.answers == name, told.raters, told.clips) for name in said}
    equal = _equal(choices)
    return ChoiceTable(
        study, question, told.methods, len(told), len(np.unique(told.raters)),
        len(np.unique(told.clips)), int(np.median(told.shown.sum(axis=1))),
        tuple(replace(line, p_holm=float(p)) for line, p in zip(lines, adjusted, strict=True)),
        answers, *equal, fit,
        corrected(family, correction), bool(hypotheses), told,
    )  # fmt: skip


def _line(told: Votes, choices: Votes, fit: Strengths, place: int) -> Line:
    method = told.methods[place]
    all_of, own = told.of(told.shown[:, place]), choices.of(choices.shown[:, place])
    of_votes = share(all_of.chosen == method, all_of.raters, all_of.clips)
    of_choices = (
        share(own.chosen == method, own.raters, own.clips, 1 / own.shown.sum(axis=1))
        if len(own)
        else of_votes
    )
    error = float(np.sqrt(fit.covariance[place, place]))
    value = float(fit.strengths[place])
    interval = t_interval(value, error, fit.freedom)
    return Line(method, of_votes, of_choices, float("nan"), value, interval)


def _strengths(told: Votes) -> Strengths:
    """Of all votes but "all bad", which compares nothing."""
    kept = told.of((told.answers != "all-bad") & (told.shown.sum(axis=1) > 1))
    if not len(kept):
        nothing = np.full((len(told.methods),) * 2, np.nan)
        return Strengths(nothing[0], nothing, nothing, float("nan"), float("nan"), 0, False)
    return strengths_of(kept.shown, kept.numbers, kept.raters, kept.clips)


def _equal(choices: Votes) -> tuple[float, float]:
    m = len(choices.methods)
    if m < 2 or not choices.shown.all():
        return float("nan"), float("nan")
    picked = np.eye(m)[choices.numbers]
    p = equal_shares_p(picked, np.full(m, 1 / m), choices.raters, choices.clips)
    return p, chi_square_p(picked.sum(axis=0))
