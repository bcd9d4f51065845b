"""A report's tables as text in cells, for Markdown and LaTeX alike.

The papers' own form comes first; under it stand intervals and tests, what leads before what does
not. Shares are in percent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.study.report.building import Report
from mrcmv.study.report.checks import Checks
from mrcmv.study.report.choices import ChoiceTable
from mrcmv.study.report.opinions import OpinionTable
from mrcmv.study.report.verdicts import Verdict
from mrcmv.study.report.words import number, numbers, p_shown, percent, percents, stars

ANSWERS = {"none": "no preference", "all-bad": "all bad", "neutral": "neutral"}
LEADS = "95 %, raters and clips"
NAMES = {"best-of-n": "Table 2", "pairwise": "Table 3", "mos": "Figure 3"}


@dataclass(frozen=True)
class Grid:
    """One table: `name` is good for a file, `note` stands under the title."""

    name: str
    title: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def grids(report: Report) -> tuple[Grid, ...]:
    """All tables of a report, in order."""
    made: list[Grid] = []
    for table in report.choices:
        made += [_preferred(table), _shares(table)]
        made += _judged(table.study, table.question, table.verdicts, table.declared)
    for rated in report.opinions:
        made += [_opinions(rated)]
        made += _judged(rated.study, "mos", rated.verdicts, rated.declared)
    made += [_checked(one) for one in report.checks]
    if report.with_excluded:
        made.append(_exclusion(report))
    flags = [(one.study, f.rater, f.sign, f.words) for one in report.checks for f in one.flags]
    if flags:
        heads = ("study", "rater", "sign", "what was seen")
        made.append(Grid("flags", "Raters to look at", "Signs, not verdicts.", heads, tuple(flags)))
    return tuple(made)


def _preferred(table: ChoiceTable) -> Grid:
    """The papers' form: a row of percentages of all votes; chance and intervals under it."""
    answers = [name for name in ANSWERS if name in table.answers]
    heads = ("", *table.methods, *(ANSWERS[name] for name in answers), "votes")
    shares = [line.of_votes for line in table.lines] + [table.answers[name] for name in answers]
    decided = 1 - sum(told.value for told in table.answers.values())
    chance = [percent(line.of_choices.chance * decided) for line in table.lines]
    whole = table.n_slots == len(table.methods)
    note = (
        f"{table.n_votes} votes of {table.n_raters} raters on {table.n_clips} clips, "
        f"{table.n_slots} slots. Shares are of {'all votes' if whole else 'votes that showed it'}; "
        "chance is of raters who can't tell the methods apart and decide as often."
    )
    rows = (
        ("preferred", *(percent(told.value) for told in shares), str(table.n_votes)),
        (LEADS, *(percents(told.crossed.interval) for told in shares), ""),
        ("chance", *chance, *["–"] * len(answers), ""),
    )
    name = f"{table.question}-{table.study}"
    return Grid(name, f"{NAMES[table.question]}. Preferred: {table.study}", note, heads, rows)


def _shares(table: ChoiceTable) -> Grid:
    heads = (
        "method", "of choices", LEADS, "chance", "n", "p", "p, Holm", "design effect",
        "95 %, raters drawn", "95 %, independent", "p, independent", "strength", LEADS,
    )  # fmt: skip
    rows = []
    for line in table.lines:
        told = line.of_choices
        rows.append((
            line.method, percent(told.value), percents(told.crossed.interval),
            percent(told.chance), str(told.n), p_shown(told.crossed.p), p_shown(line.p_holm),
            number(told.crossed.design_effect, 1), percents(told.by_raters), percents(told.wilson),
            p_shown(told.p_binomial), number(line.strength, 2), numbers(line.strength_interval, 2),
        ))  # fmt: skip
    note = (
        "Of the votes that chose a method; two-sided against chance. p leads: over other raters "
        f"and clips. All methods at chance: p {p_shown(table.p_equal)}; χ² of independent votes: "
        f"p {p_shown(table.p_chi)}. Strengths: Bradley–Terry with ties (Davidson–Luce), logarithms "
        f"that add up to 0, δ {number(table.strengths.tie, 2)}."
    )
    name = f"{table.question}-{table.study}-intervals"
    return Grid(name, f"How sure: {table.study}", note, heads, tuple(rows))


def _opinions(table: OpinionTable) -> Grid:
    heads = (
        "method", "MOS", LEADS, "n", "raters", "clips", "95 %, raters", "95 %, clips",
        "95 %, independent",
    )  # fmt: skip
    rows = [
        (
            name, number(told.mean, 2), numbers(told.crossed, 2), str(told.n), str(told.n_raters),
            str(told.n_clips), numbers(told.by_raters, 2), numbers(told.by_clips, 2),
            numbers(told.naive, 2),
        )
        for name, told in zip(table.methods, table.lines, strict=True)
    ]  # fmt: skip
    known = np.isfinite(table.chance)
    chance = (
        f"Chance is the method `random`: {number(table.chance, 2)}."
        if known
        else "Without the method `random` there is no chance level."
    )
    note = f"{table.n_ratings} ratings of 1 to 5 by {table.n_raters} raters. {chance}"
    title = f"{NAMES['mos']}. Mean opinion scores: {table.study}"
    return Grid(f"mos-{table.study}", title, note, heads, tuple(rows))


def _judged(
    study: str, question: str, verdicts: Sequence[Verdict], declared: bool
) -> Iterator[Grid]:
    if not verdicts:
        return
    rated = question == "mos"
    value = "P(better rating)" if rated else "share of the two"
    heads = (
        "hypothesis", "sided", value, LEADS, "chance", "n", "raters", "clips", "effect", "p",
        "p, corrected", "", "p, independent", "test",
    )  # fmt: skip
    rows = tuple(
        (
            f"{one.better} > {one.than}", one.sided, percent(one.value), percents(one.interval),
            percent(one.chance), str(one.n), str(one.n_raters), str(one.n_clips),
            number(one.effect, 2), p_shown(one.p), p_shown(one.p_corrected),
            stars(one.p_corrected), p_shown(one.p_naive), one.test,
        )
        for one in verdicts
    )  # fmt: skip
    said = "Declared before the votes." if declared else "Not declared: exploratory."
    what = (
        "Mann–Whitney U by ratings; effect: rank-biserial."
        if rated
        else "Of the votes for one of the two."
    )
    note = (
        f"{said} {what} p leads, over other raters and clips; ** p < 0.01, * p < 0.05, corrected."
    )
    yield Grid(f"{question}-{study}-verdicts", f"Verdicts: {study}", note, heads, rows)


def _checked(one: Checks) -> Grid:
    rows: list[tuple[str, ...]] = [
        ("catch trials failed", f"{one.n_failed} of {one.n_catches}", "", "", ""),
        (
            "agreement, α", number(one.agreement.alpha, 2), numbers(one.agreement.interval, 2), "",
            f"{one.agreement.n_units} units, clips drawn",
        ),
    ]  # fmt: skip
    if one.retest:
        told = one.retest
        rows.append((
            "same answer twice", percent(told.same), percents(told.interval), "",
            f"n {told.n}, chance {percent(told.chance)}, α {number(told.alpha, 2)}",
        ))  # fmt: skip
    if one.slots:
        shares = " / ".join(percent(value) for value in one.slots.shares)
        beside = f"n {one.slots.n}, χ² of independent votes: p {p_shown(one.slots.p_naive)}"
        rows.append(("slots", shares, "", p_shown(one.slots.p), beside))
    what = "rating" if one.question == "mos" else "share"
    for name, drift in (
        (f"order: {what} of {one.about}", one.order), ("fatigue: log of decision time", one.fatigue)
    ):  # fmt: skip
        cells = (number(drift.value, 2), numbers(drift.interval, 2), p_shown(drift.p))
        rows.append((name, *cells, f"over a session, {drift.n_raters} raters"))
    found = one.influence
    if found.rater:
        turns = f"turns the verdict: {', '.join(found.turns)}" if found.turns else "turns nothing"
        value = f"{number(found.value, 3)} → {number(found.without, 3)}"
        rows.append((f"{what} of {one.about} without {found.rater}", value, "", "", turns))
    heads = ("check", "value", "95 %", "p", "of what")
    name = f"{one.question}-{one.study}-checks"
    note = "What could spoil the votes; p over raters, each for itself (not corrected)."
    return Grid(name, f"Checks: {one.study}", note, heads, tuple(rows))


def _exclusion(report: Report) -> Grid:
    rows = []
    for every, kept in zip(report.with_excluded, report.tables, strict=False):
        for before in every.verdicts:
            same = [v for v in kept.verdicts if (v.better, v.than) == (before.better, before.than)]
            if kept.study != every.study or not same:
                continue
            after = same[0]
            rows.append((
                every.study, f"{before.better} > {before.than}",
                f"{percent(after.value)} ({after.n})", p_shown(after.p),
                f"{percent(before.value)} ({before.n})", p_shown(before.p),
            ))  # fmt: skip
    heads = ("study", "hypothesis", "without (n)", "p", "with all (n)", "p")
    note = f"{len(report.excluded)} excluded: {', '.join(report.excluded)}."
    return Grid("excluded", "With and without excluded raters", note, heads, tuple(rows))
