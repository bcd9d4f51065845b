"""`mrcmv train separator` and `mrcmv evaluate separator`, from reels to tables."""

import json

import pytest
from typer.testing import CliRunner

from mrcmv.cli.commands import app
from mrcmv.corpus.reels import run
from mrcmv.model import checkpoint
from mrcmv.model.separator import KIND


@pytest.fixture
def call(reels, monkeypatch, tmp_path):
    monkeypatch.setattr(
        run, "all_reels", lambda corpus, splits, *a, **k: dict.fromkeys(splits, reels)
    )
    monkeypatch.setattr(run, "reels_of", lambda *a, **k: reels)
    monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path / "data"))

    def run_it(*words: object):
        return CliRunner().invoke(app, [str(word) for word in words])

    return run_it


@pytest.mark.slow
def test_what_is_trained_can_be_evaluated(call, tmp_path):
    trained = call(
        "train", "separator", "--corpus", "opengame-x", "--out", tmp_path / "run", "--steps", 1,
        "--batch", 1, "--seconds", 0.5, "--workers", 0, "--device", "cpu",
    )  # fmt: skip
    assert trained.exit_code == 0, trained.output
    weights = tmp_path / "run" / "separator.safetensors"
    assert str(weights) in trained.stdout
    kept = checkpoint.read(weights, KIND)
    assert kept.provenance["corpus"] == "opengame-x"
    assert weights.stat().st_size < 12e6

    judged = call(
        "evaluate", "separator", "--corpus", "x", "--weights", weights, "--clips", 1,
        "--long-s", 0, "--out", tmp_path / "figures",
    )  # fmt: skip
    assert judged.exit_code == 0, judged.output
    assert "| compact | human +0 dB | 1 |" in judged.stdout
    assert "| voice-activity | no speech | 1 |" in judged.stdout
    told = json.loads((tmp_path / "figures" / "separators.json").read_text())
    assert {row["backend"] for row in told["rows"]} == {"compact", "voice-activity"}
    silent = [row for row in told["rows"] if row["condition"] == "no speech"]
    heard = {row["backend"]: row["false_voice"] for row in silent}
    assert heard["compact"] == pytest.approx(-9.5, abs=1.5)  # a third, as after one step: not ours
    assert (tmp_path / "figures" / "separators.md").read_text() in judged.stdout


def test_how_long_must_be_said_in_one_way(call, tmp_path):
    for words in ((), ("--minutes", 1, "--steps", 1)):
        done = call("train", "separator", "--corpus", "x", "--out", tmp_path, *words)
        assert done.exit_code == 2
        assert "--minutes N or --steps N" in done.output


def test_only_held_out_splits_are_judged(call):
    done = call("evaluate", "separator", "--corpus", "x", "--split", "train")
    assert done.exit_code == 2
    assert "validation or test" in done.output


def test_results_that_no_folder_can_hold_are_refused_before_any_work(call, tmp_path):
    (tmp_path / "taken").write_text("")
    for words in (("train", "separator", "--steps", 1), ("evaluate", "separator")):
        done = call(*words, "--corpus", "x", "--out", tmp_path / "taken")
        assert done.exit_code == 1
        assert "Name another" in str(done.exception)
