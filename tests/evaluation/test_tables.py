"""Tables say how many, against what chance, how sure; and what is best."""

import csv
import io
import re

import numpy as np
import pytest

from mrcmv.errors import MrcmvError
from mrcmv.evaluation import figures, plots, tables
from mrcmv.evaluation.results import Judged, Results, rows_of

N = 40
ODD = "50% of A&B_{x} w/o the λ-gate | #1"


def results(method, seed, nearer, condition="clean voice", ceiling=False):
    ids = tuple(f"q{at}" for at in range(N))
    takes = tuple(f"t{at // 2}" for at in range(N))
    rng = np.random.default_rng(seed or 0)
    told = {
        "nearer": np.asarray(nearer, float), "level": np.ones(N),
        "track_nearer": np.zeros(N), "track_level": np.ones(N),
        "apart: VGGish": rng.random(N), "chance apart: VGGish": np.ones(N),
        "arousal": np.arange(N, dtype=float), "energy": np.arange(N) + 9 * rng.normal(size=N),
    }  # fmt: skip
    moments = {"iou": np.full(N, 0.6), "hit": np.ones(N),
               "chance_iou": np.full(N, 0.3), "chance_hit": np.full(N, 0.2)}  # fmt: skip
    sizes = np.full(N, 162), np.full(N, 77)
    galleries = {
        "moments": Judged(ids, takes, 1, *sizes, moments),
        "galleries of 162": Judged(ids, takes, 3, *sizes, told),
    }
    return Results(method, seed, condition, "made-up", "0", galleries, ceiling)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    return rows_of(
        [
            results("oracle", None, np.zeros(N), ceiling=True),
            *(results(ODD, seed, rng.integers(0, 12, N)) for seed in range(3)),
            results("random", None, rng.integers(0, 162, N)),
            results("random", None, rng.integers(0, 162, N), "no voice"),
        ]
    )


@pytest.fixture(scope="module")
def told(rows):
    return figures.tables_of(rows)


@pytest.fixture(scope="module")
def compared(rows):
    return figures.compare(rows, (ODD, "clean voice"), ("R@10", "MRR"))


def test_markdown_has_every_row_figure_count_and_chance(told, compared):
    text = tables.markdown(told, compared)
    assert "40 queries over 20 takes, in 3 galleries of 162 windows of 77 tracks" in text
    assert "| chance |  |  | 0.6 | 3.1 | 6.2 | 15.4 | 13.0 | 81.5 | 0.035 | 1.00 | 0.00 |" in text
    assert "| *oracle* | clean voice | fixed | 100.0 (83.2–100.0) |" in text
    assert r"| 50% of A&B_{x} w/o the λ-gate \| #1 | clean voice | 3 |" in text
    assert "| random | no voice | fixed |" in text
    assert "each looks for its window within its own track" in text
    assert "over these 2 comparisons" in text
    assert "nan" not in text
    assert text.index("Galleries of 162") < text.index("Moments")
    widths = [line.count("|") - line.count(r"\|") for line in text.splitlines() if line[:1] == "|"]
    for table in text.split("## ")[1:]:
        own = [
            re.sub(r"\\\|", "", line).count("|") for line in table.splitlines() if line[:1] == "|"
        ]
        assert len(set(own)) == 1
    assert widths


def test_the_best_is_bold_equals_all_and_ceilings_never(told):
    table = told[0]
    best = tables.best_of(table)
    assert {line.row.method for line, name in best if name == "R@10"} == {ODD}
    assert not any(line.row.ceiling for line, _ in best)
    assert {line.row.method for line, name in best if name == "track R@10"} == {ODD, "random"}
    nearest = min(
        (line for line in table.lines if not line.row.ceiling),
        key=lambda line: line.cells["median rank"].value,
    )
    assert (nearest, "median rank") in best  # less is better there


def test_latex_is_balanced_and_escaped(told):
    text = tables.latex(told[0])
    assert r"50\% of A\&B\_\{x\} w/o the $\lambda$-gate | \#1" in text
    begun, ended = (re.findall(rf"\\{word}{{(\w+)}}", text) for word in ("begin", "end"))
    assert begun == ended[::-1] == ["table", "tabular"]
    assert [text.count(rf"\{rule}rule") for rule in ("top", "mid", "bottom")] == [1, 3, 1]
    columns = re.search(r"\\begin{tabular}{(\w+)}", text)[1]
    for line in text.splitlines():
        if line.endswith(r"\\"):
            assert len(re.split(r"(?<!\\)&", line)) == len(columns), line
    bare = re.sub(r"\\[%&_#${}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert "%" not in bare
    assert "_" not in bare
    assert bare.count("$") % 2 == 0
    assert text.isascii()


def test_csv_has_a_line_a_figure(told):
    lines = list(csv.DictReader(io.StringIO(tables.as_csv(told))))
    assert len(lines) == 4 * (9 + 2)
    own = [line for line in lines if line["method"] == ODD and line["figure"] == "R@10"]
    assert [(line["seeds"], line["n_queries"], line["n_takes"]) for line in own] == [
        ("3", "40", "20")
    ]
    assert float(own[0]["low"]) < float(own[0]["value"]) < float(own[0]["high"])


def test_comparisons_are_told_with_both_p(compared):
    lines = list(csv.DictReader(io.StringIO(tables.comparisons_as_csv(compared))))
    assert {line["less_method"] for line in lines} == {"random"}
    assert all(float(line["p"]) <= float(line["p_holm"]) < 0.05 for line in lines)


def test_numbers_have_a_true_minus_and_no_negative_zero():
    assert tables.number(-1.25, 1) == "−1.2"
    assert tables.number(-0.01, 1) == "0.0"
    assert tables.number(float("nan"), 1) == "–"
    assert tables.p_shown(0.0004) == "< 0.001"


def test_the_plot_shows_every_row_and_is_the_same_each_time(told, tmp_path):
    pytest.importorskip("matplotlib")
    one, two = (plots.draw(told, tmp_path / f"{name}.svg") for name in "ab")
    assert one.read_bytes() == two.read_bytes()
    text = one.read_text()
    for label in ("oracle, clean voice", "random, no voice", "R@10 (%)", "mIoU (%)", "n = 40"):
        assert label in text, label
    assert text.count("chance") == 2
    with pytest.raises(MrcmvError, match="nothing to draw"):
        plots.draw(told, tmp_path / "c.svg", ("R@3",))
