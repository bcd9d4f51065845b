"""The papers' tables out of a simulated study of twenty raters, against what was planted."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from mrcmv.errors import StudyError
from mrcmv.study.parts import Hypothesis
from mrcmv.study.report import Plan, latex, markdown, report_of, sheet, write_report
from mrcmv.study.report.layout import Grid, grids
from mrcmv.study.rows import Row
from mrcmv.study.simulation import Crew, Planted, excluding_failures, shares_of, simulated_rows

ORDER = ("cmmr", "cbvmr", "tags", "random", "mrcmv")
TABLE_2 = Planted({"cmmr": 0.0, "cbvmr": -0.3, "mrcmv": 1.0}, taste=0.4, luck=0.4, tie=0.1,
                  all_bad=0.04)  # fmt: skip
TABLE_3 = Planted({"tags": 0.0, "mrcmv": 0.9}, taste=0.4, luck=0.4, tie=1.0)
FIGURE_3 = Planted({"random": -0.6, "cmmr": 0.0, "mrcmv": 0.6}, taste=0.3, luck=0.3)
PLAN = Plan((Hypothesis(better="mrcmv", than="cmmr"), Hypothesis(better="mrcmv", than="chance")))


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return (
        *simulated_rows(TABLE_2, study="hok", seed=1),
        *simulated_rows(TABLE_3, study="songs", question="pairwise", seed=2),
        *simulated_rows(FIGURE_3, study="sounds", question="mos", n_clips=12, n_trials=12, seed=3),
    )


@pytest.fixture(scope="module")
def report(rows):
    return report_of(rows, methods=ORDER)


def test_table_2_holds_what_was_planted(report):
    table = report.choices[0]
    truth = shares_of(TABLE_2)
    assert table.methods == ("cmmr", "cbvmr", "mrcmv")
    assert (table.n_votes, table.n_raters, table.n_clips) == (520, 20, 26)
    for line in table.lines:
        told = line.of_choices
        assert told.crossed.interval.low < truth[line.method] < told.crossed.interval.high
        assert told.chance == pytest.approx(1 / 3)
    best = table.lines[2]
    assert best.of_choices.crossed.p < 0.001
    assert best.strength - table.lines[0].strength == pytest.approx(1.0, abs=0.4)
    shares = [line.of_votes.value for line in table.lines]
    assert sum(shares) + sum(told.value for told in table.answers.values()) == pytest.approx(1)
    assert table.answers["all-bad"].value == pytest.approx(0.04, abs=0.03)


def test_table_3_holds_what_was_planted(report):
    table = report.choices[1]
    truth = shares_of(TABLE_3)
    assert table.methods == ("tags", "mrcmv")
    (verdict,) = table.verdicts
    assert verdict.interval.low < truth["mrcmv"] < verdict.interval.high
    assert verdict.p_corrected < 0.01
    assert table.strengths.tie == pytest.approx(1.0, abs=0.3)


def test_figure_3_holds_what_was_planted(report):
    (table,) = report.opinions
    means = dict(zip(table.methods, (told.mean for told in table.lines), strict=True))
    assert means["mrcmv"] - means["cmmr"] == pytest.approx(0.6, abs=0.3)
    assert table.chance == means["random"]
    for told, method in zip(table.lines, table.methods, strict=True):
        truth = 3 + FIGURE_3.utilities[method]
        assert told.crossed.low - 0.05 < truth < told.crossed.high + 0.05
        assert told.naive.high - told.naive.low < told.crossed.high - told.crossed.low
    assert [(v.better, v.than, v.sided) for v in table.verdicts] == [
        ("mrcmv", "cmmr", "one"), ("mrcmv", "random", "one")
    ]  # fmt: skip
    assert all(v.p_corrected < 0.05 and v.effect > 0.1 for v in table.verdicts)


def test_all_three_are_printed_with_n_chance_and_interval(report):
    text = markdown(report)
    for title in ("Table 2. Preferred: hok", "Table 3. Preferred: songs", "Figure 3."):
        assert title in text
    table = text.split("## Table 2")[1].split("## ")[0]
    assert "520 votes of 20 raters on 26 clips" in table
    assert "| chance |" in table
    assert "95 %, raters and clips" in table


def test_votes_that_are_not_independent_are_said_to_be_first(report):
    text = markdown(report)
    assert text.index("votes are not independent: 520 votes come from 20 raters") < text.index("##")


def test_one_vote_a_rater_and_clip_brings_no_such_warning():
    rows = simulated_rows(TABLE_2, Crew(40), n_clips=40, n_trials=1, n_repeats=0)
    assert not [line for line in report_of(rows).warnings if "independent" in line]


def test_a_verdict_that_stands_on_independence_alone_is_named():
    """Two of six raters love it, the others are indifferent: 156 votes, six raters."""
    rows = simulated_rows(Planted({"tags": 0.0, "mrcmv": 0.0}, tie=0.0), Crew(6),
                          question="pairwise", n_repeats=0)  # fmt: skip
    loved = tuple(
        replace(row, chosen="mrcmv", slot=row.methods.index("mrcmv"))
        if row.rater in ("honest-00", "honest-01") and row.kind == "trial"
        else row
        for row in rows
    )
    report = report_of(loved)
    assert report.choices[0].verdicts[0].p_naive < 0.05 < report.choices[0].verdicts[0].p
    assert any("holds only if each of the votes" in line for line in report.warnings)


def test_declared_hypotheses_are_judged_and_corrected(rows):
    own = [row for row in rows if row.study == "hok"]
    table = report_of(own, PLAN, ORDER).choices[0]
    assert table.declared
    assert [(v.better, v.than, v.sided) for v in table.verdicts] == [
        ("mrcmv", "cmmr", "one"), ("mrcmv", "chance", "one")
    ]  # fmt: skip
    assert table.verdicts[1].chance == pytest.approx(1 / 3)
    assert max(v.p for v in table.verdicts) == max(v.p_corrected for v in table.verdicts)
    plain = report_of(own, replace(PLAN, correction="none"), ORDER).choices[0]
    assert [v.p for v in plain.verdicts] == [v.p_corrected for v in plain.verdicts]


def test_ratings_against_chance_need_the_random_method(rows):
    plan = Plan((Hypothesis(better="mrcmv", than="chance", test="mann-whitney"),))
    own = [row for row in rows if row.study == "sounds"]
    assert report_of(own, plan).opinions[0].verdicts[0].than == "random"
    without = [row for row in own if row.rated != "random"]
    with pytest.raises(StudyError, match="'random'"):
        report_of(without, plan)


def test_results_stand_with_and_without_excluded_raters():
    rows = excluding_failures(
        simulated_rows(TABLE_2, Crew(14, lazy=6), n_catches=4, study="hok", seed=4)
    )
    report = report_of(rows)
    kept, every = report.choices[0], report.with_excluded[0]
    assert kept.n_raters < every.n_raters == 20
    assert kept.lines[2].of_choices.value > every.lines[2].of_choices.value
    assert "With and without excluded raters" in markdown(report)
    assert {flag.rater[:4] for flag in report.checks[0].flags} >= {"lazy"}


def test_votes_over_changing_sets_have_chance_by_what_was_shown():
    four = Planted({"a": 0.0, "b": 0.0, "c": 0.0, "mrcmv": 1.5})
    table = report_of(simulated_rows(four, question="pairwise", study="s")).choices[0]
    assert table.n_slots == 2
    assert [line.of_choices.chance for line in table.lines] == [0.5] * 4
    assert table.lines[3].of_choices.n == pytest.approx(260, abs=40)
    assert np.isnan(table.p_equal)


def test_the_sheet_has_every_number_with_n_and_chance(report):
    lines = list(csv.DictReader(io.StringIO(sheet(report))))
    own = next(
        line for line in lines
        if (line["row"], line["figure"], line["kind"]) == ("mrcmv", "share of choices", "crossed")
    )  # fmt: skip
    told = report.choices[0].lines[2].of_choices
    assert float(own["value"]) == told.value
    assert float(own["low"]) == told.crossed.interval.low
    assert (float(own["chance"]), int(own["n"])) == (told.chance, told.n)
    assert {line["kind"] for line in lines if line["table"] == "mos"} == {
        "crossed", "raters", "clips", "independent"
    }  # fmt: skip


def test_latex_escapes_what_it_must():
    text = latex(Grid("t", "50 % & χ² < 1_0", "", ("a", "b"), (("−1", "x–y"),)), ["said"])
    assert r"50 \% \& $\chi^2$ $<$ 1\_0" in text
    assert r"$-$1 & x--y \\" in text
    assert text.startswith("% said")
    assert text.count("{") == text.count("}")


def test_every_row_has_a_cell_a_head(report):
    for grid in grids(report):
        assert {len(row) for row in grid.rows} == {len(grid.heads)}, grid.name


def test_files_and_figures_are_written(report, tmp_path):
    files = {path.name for path in write_report(report, tmp_path)}
    assert {"report.md", "report.csv", "best-of-n-hok.tex", "pairwise-songs.html"} <= files
    drawn = json.loads((tmp_path / "mos-sounds.json").read_text())
    table = report.opinions[0]
    assert drawn["layout"]["xaxis"]["ticktext"] == list(table.methods)
    assert all(-0.5 <= x <= 2.5 for trace in drawn["data"] for x in trace["x"])
    texts = [note["text"] for note in drawn["layout"]["annotations"]]
    assert texts
    assert set(texts) <= {"*", "**"}
    shares = json.loads((tmp_path / "best-of-n-hok.json").read_text())
    assert any(trace.get("name") == "chance" for trace in shares["data"])


def test_nothing_is_no_report(rows):
    with pytest.raises(StudyError, match="no vote that counts"):
        report_of([])
    with pytest.raises(StudyError, match="no vote that counts"):
        report_of([row for row in rows if row.kind == "catch"])
