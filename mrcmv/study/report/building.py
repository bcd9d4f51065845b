"""From rows to a report: a table a study and question, with and without excluded raters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from mrcmv.errors import StudyError
from mrcmv.study.parts import Hypothesis
from mrcmv.study.report.arrays import methods_in, scores, votes
from mrcmv.study.report.checks import Checks, checks
from mrcmv.study.report.choices import ChoiceTable, choice_table
from mrcmv.study.report.opinions import OpinionTable, opinion_table
from mrcmv.study.report.verdicts import OURS, Correction
from mrcmv.study.report.warnings import warnings_of
from mrcmv.study.rows import Question, Row, votes_of

QUESTIONS: tuple[Question, ...] = ("best-of-n", "pairwise", "mos")
Made = ChoiceTable | OpinionTable


@dataclass(frozen=True)
class Plan:
    """What was said before the first vote: the study file's hypotheses and their correction."""

    hypotheses: tuple[Hypothesis, ...] = ()
    correction: Correction = "holm"
    alpha: float = 0.05


@dataclass(frozen=True, eq=False)
class Report:
    """`choices`: tables 2 and 3; `opinions`: figure 3. `with_excluded`: the same tables with the
    votes of excluded raters, empty if nobody is excluded. `warnings`: sentences, to be printed
    first."""

    choices: tuple[ChoiceTable, ...]
    opinions: tuple[OpinionTable, ...]
    checks: tuple[Checks, ...]
    excluded: tuple[str, ...]
    with_excluded: tuple[Made, ...]
    warnings: tuple[str, ...]
    alpha: float

    @property
    def tables(self) -> tuple[Made, ...]:
        return (*self.choices, *self.opinions)


def report_of(rows: Iterable[Row], plan: Plan = Plan(), methods: Sequence[str] = ()) -> Report:
    """The report of one study's rows, or of several's. methods: their order in the tables.

    Raises:
        StudyError: no vote that counts.
    """
    told = list(rows)
    asked = [
        (study, question, own) for question in QUESTIONS for study, own in _by_study(told, question)
    ]
    made = [part for each in asked for part in _tables(*each, plan, methods, False)]
    if not made:
        raise StudyError("There is nothing to report: no vote that counts has been cast yet.")
    excluded = tuple(sorted({f"{row.rater} ({row.study})" for row in told if row.excluded}))
    everyone = [part for each in asked for part in _tables(*each, plan, methods, True)]
    found = tuple(checked for each in asked if (checked := _checks(*each, methods)))
    with_excluded = tuple(everyone) if excluded else ()
    return Report(
        tuple(part for part in made if isinstance(part, ChoiceTable)),
        tuple(part for part in made if isinstance(part, OpinionTable)),
        found, excluded, with_excluded, warnings_of(made, with_excluded, found, plan.alpha),
        plan.alpha,
    )  # fmt: skip


def _by_study(rows: Sequence[Row], question: Question) -> list[tuple[str, list[Row]]]:
    ordered = sorted((row for row in rows if row.question == question), key=lambda row: row.study)
    return [(study, list(own)) for study, own in groupby(ordered, key=lambda row: row.study)]


def _tables(
    study: str, question: Question, rows: Sequence[Row], plan: Plan, order: Sequence[str],
    with_excluded: bool,
) -> list[Made]:  # fmt: skip
    kept = votes_of(rows, question, with_excluded=with_excluded)
    if not kept:
        return []
    if question == "mos":
        every = methods_in(kept, order)
        return [opinion_table(study, scores(kept), every, plan.hypotheses, plan.correction)]
    table = choice_table(study, question, votes(kept, order), plan.hypotheses, plan.correction)
    return [table] if table else []


def _checks(
    study: str, question: Question, rows: Sequence[Row], order: Sequence[str]
) -> Checks | None:
    kept = votes_of(rows, question)
    if not kept:
        return None
    methods = methods_in(kept, order)
    sizes = sorted(len(row.methods) for row in kept)
    about = OURS if OURS in methods else methods[0]
    return checks(study, question, rows, about, sizes[len(sizes) // 2])
