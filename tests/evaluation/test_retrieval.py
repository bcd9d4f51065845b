"""`mrcmv evaluate retrieval`, over a made-up corpus of numbers."""

import csv

import pytest
from typer.testing import CliRunner

from mrcmv.cli import judged, protocols
from mrcmv.cli.commands import app
from mrcmv.errors import MrcmvError
from mrcmv.evaluation.judging import judge
from mrcmv.evaluation.results import load_all, save


@pytest.fixture
def run(world, monkeypatch):
    monkeypatch.setattr(protocols, "material_of", lambda corpus: world.material)
    monkeypatch.setattr(protocols, "measured_of", lambda *given: world.measured)

    def called(*options):
        result = CliRunner().invoke(app, ["evaluate", "retrieval", "--corpus", "c", *options])
        if isinstance(result.exception, MrcmvError):
            raise result.exception
        return result

    return called


def figures(folder, gallery, figure):
    with (folder / "retrieval.csv").open() as file:
        return {
            row["method"]: float(row["value"])
            for row in csv.DictReader(file)
            if (row["gallery"], row["figure"]) == (gallery, figure)
        }


def test_methods_without_training_are_judged_written_and_join_others(run, world, tmp_path):
    # A network that was judged elsewhere: it draws, and is called ours.
    other = judge(world.protocol, "ours", 5, protocols.draws(1)[0].distances)
    save(other, tmp_path / "elsewhere")
    out = tmp_path / "out"
    result = run("--out", str(out), "--results", str(tmp_path / "elsewhere"), "--seeds", "2",
                 "--compare", "hand statistics + ridge, both")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "# Retrieval" in result.stdout
    assert result.stdout.strip() == (out / "retrieval.md").read_text().strip()
    for name in ("retrieval.tex", "comparisons.csv", "retrieval.svg"):
        assert (out / name).stat().st_size > 500, name
    kept = load_all(out)
    assert sorted((one.method, one.seed) for one in kept if one.seed is not None) == [
        ("random", 0), ("random", 1),
    ]  # fmt: skip
    assert "ours" not in {one.method for one in kept}
    recall = figures(out, "galleries of 12", "R@1")
    assert recall["oracle: both"] > recall["hand statistics + ridge, both"] > recall["random"]
    assert recall["swap: true query × true music"] == recall["oracle: both"]
    assert recall["oracle: both"] > recall["swap: predicted query × predicted music"]
    assert recall["ours"] < 40
    energy = figures(out, "gallery of 80", "ρ energy")
    assert energy["hand statistics + ridge, both"] > 0.4 > abs(energy["random"])
    assert figures(out, "moments", "mIoU")["oracle: both"] > 80
    assert "hand statistics distance" in result.stdout


def test_validation_is_asked_where_one_tunes(run, world):
    result = run("--split", "validation", "--method", "random", "--method", "ridge")
    assert result.exit_code == 0, result.output
    assert "Validation's gallery of 30" in result.stdout
    assert "Moments" not in result.stdout
    assert "oracle" not in result.stdout


def test_results_that_are_not_there_are_told_before_any_work(run, tmp_path, monkeypatch):
    monkeypatch.setattr(judged, "judged", lambda *a: pytest.fail("judged"))
    with pytest.raises(MrcmvError, match="holds no results"):
        run("--results", str(tmp_path), "--method", "ridge")


def test_a_wrong_call_is_told(run, tmp_path):
    assert run("--method", "magic").exit_code == 2
    assert run("--split", "train").exit_code == 2
    with pytest.raises(MrcmvError, match="are of a method magic"):
        run("--method", "random", "--compare", "magic")
    (tmp_path / "file").write_text("")
    with pytest.raises(MrcmvError, match="cannot be a folder"):
        run("--out", str(tmp_path / "file"))
    with pytest.raises(MrcmvError, match="holds no results"):
        run("--method", "random", "--results", str(tmp_path))


def test_an_unfinished_corpus_is_told(tmp_path):
    with pytest.raises(MrcmvError, match="no finished build of OpenGame"):
        protocols.material_of(tmp_path)


def test_draws_differ_by_seed_and_are_the_same_each_time(world):
    gallery = world.protocol.galleries["gallery of 80"][0]
    one, two = protocols.draws(2)
    assert (one.distances(gallery) == protocols.draws(1)[0].distances(gallery)).all()
    assert (one.distances(gallery) != two.distances(gallery)).any()
