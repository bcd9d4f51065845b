"""What a reader has to know before the numbers."""

from collections.abc import Iterator, Sequence

import numpy as np

from mrcmv.study.report.checks import Checks
from mrcmv.study.report.choices import ChoiceTable
from mrcmv.study.report.opinions import OpinionTable
from mrcmv.study.report.words import p_shown

FEW = 10
Made = ChoiceTable | OpinionTable


def warnings_of(
    tables: Sequence[Made], with_excluded: Sequence[Made], checked: Sequence[Checks], alpha: float
) -> tuple[str, ...]:
    """Sentences, the gravest first."""
    return (
        *(line for table in tables for line in _of_table(table, alpha)),
        *_of_exclusion(tables, with_excluded, alpha),
        *(line for one in checked for line in _of_checks(one, alpha)),
    )


def _of_table(table: Made, alpha: float) -> Iterator[str]:
    n = table.n_votes if isinstance(table, ChoiceTable) else table.n_ratings
    what = "votes" if isinstance(table, ChoiceTable) else "ratings"
    name = table.study
    if n > table.n_raters or n > table.n_clips:
        yield (
            f"{name}: {what} are not independent: {n} {what} come from {table.n_raters} raters and "
            f"are on {table.n_clips} clips. Intervals and p that lead are over other raters and "
            "other clips; those of independent votes stand beside them, because papers print them, "
            "and find differences that are not there (docs/study-statistics.md)."
        )
    flipped = [v for v in table.verdicts if v.p_naive < alpha <= v.p]
    for verdict in flipped:
        yield (
            f"{name}: {verdict.better} over {verdict.than} holds only if each of the {what} is "
            f"taken for independent (p {p_shown(verdict.p_naive)}); over other raters and clips "
            f"p is {p_shown(verdict.p)}."
        )
    if table.n_clips == 1:
        yield f"{name}: one clip was shown: what is found holds for it, and for no other."
    elif table.n_clips < FEW:
        yield f"{name}: {table.n_clips} clips are few, so intervals are wide: more clips help most."
    if table.n_raters < FEW:
        yield f"{name}: {table.n_raters} raters are few: p and intervals are rough."
    if not table.declared:
        yield f"{name}: no hypotheses were declared before the votes: what follows is exploratory."
    if isinstance(table, ChoiceTable) and not table.strengths.identified:
        yield (
            f"{name}: strengths can't be told: some methods never lost, or never won, against the "
            "others."
        )
    if isinstance(table, OpinionTable) and not np.isfinite(table.chance):
        yield f"{name}: no method 'random' was rated, so nothing says what chance would get."


def _of_exclusion(
    tables: Sequence[Made], with_excluded: Sequence[Made], alpha: float
) -> Iterator[str]:
    after = {
        (table.study, type(table), v.better, v.than): v for table in tables for v in table.verdicts
    }
    for table in with_excluded:
        for before in table.verdicts:
            told = after.get((table.study, type(table), before.better, before.than))
            if told and (told.p < alpha) != (before.p < alpha):
                yield (
                    f"{table.study}: {before.better} over {before.than} depends on who is excluded:"
                    f" p is {p_shown(told.p)} without them, {p_shown(before.p)} with all."
                )


def _of_checks(one: Checks, alpha: float) -> Iterator[str]:
    if not one.n_catches:
        yield f"{one.study}: no catch trials: nothing shows that raters listened."
    if one.retest is None:
        yield f"{one.study}: no repeats: nothing shows that raters agree with themselves."
    if one.slots and one.slots.p < alpha:
        yield (
            f"{one.study}: slots were not chosen equally often (p {p_shown(one.slots.p)}, over "
            "raters). That blurs differences, and makes none while slots are balanced."
        )
    for what, told in (("order", one.order), ("fatigue", one.fatigue)):
        if told.p < alpha:
            yield f"{one.study}: {what}: votes drift over a session (p {p_shown(told.p)})."
    if one.influence.turns:
        names = ", ".join(one.influence.turns)
        yield f"{one.study}: {one.about} against chance hangs on single raters: {names}."
