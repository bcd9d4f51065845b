"""Ablations and comparisons: alike but for what they are called after, on one cache of features."""

import json
from dataclasses import replace

import pytest
import torch
from typer.testing import CliRunner

from mrcmv.cli.commands import app
from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint, comparisons, network
from mrcmv.training import features as kept
from mrcmv.training.loop import LOG, STATE, Recipe
from mrcmv.training.pretraining import fresh
from mrcmv.training.samples import Sample
from mrcmv.training.variants import (
    VARIANTS,
    config_of,
    fewer,
    found_in,
    load,
    train_variants,
    trained_on,
)
from tests.tiny_corpus import make_corpus
from tests.training.tiny_dataset import TINY, make_dataset

QUICK = Recipe(epochs=2, batch=8, rate=3e-3, cut_hop_s=8.0, latest_cut_s=8.0)
ABLATIONS = ("without-sa", "without-cma", "without-gate", "without-pseudo-labels")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data"), 8, 5)


@pytest.fixture(scope="module")
def out(dataset, tmp_path_factory):
    out = tmp_path_factory.mktemp("variants")
    train_variants(fresh(TINY, 0), dataset, out, list(VARIANTS), [0], QUICK)
    return out


def test_an_ablation_differs_from_mrcmv_in_the_one_thing_that_it_lacks():
    own = config_of("mrcmv", TINY, 10, 9)
    changes = {
        name: {
            key
            for key, value in checkpoint.json.loads(told(config_of(name, TINY, 10, 9))).items()
            if value != checkpoint.json.loads(told(own))[key]
        }
        for name in ABLATIONS
    }
    assert changes == {
        "without-sa": {"self_attention"},
        "without-cma": {"cross_attention"},
        "without-gate": {"gate"},
        "without-pseudo-labels": {"balance"},
    }


def told(config):
    return json.dumps({**vars(config.branches), "balance": config.balance,
                       "modalities": config.modalities})  # fmt: skip


def test_each_is_trained_by_the_same_budget_and_can_be_loaded(out, dataset):
    found = list(found_in(out))
    assert [name for name, _, _ in found] == list(VARIANTS)
    for name, seed, file in found:
        assert len((file.parent / LOG).read_text().splitlines()) == QUICK.epochs
        recipe = checkpoint.read(file, comparisons.KINDS[type(load(name, file).config)])
        assert recipe.provenance["recipe"] == {**vars(QUICK), "seed": seed}
        assert recipe.provenance["variant"] == name
    assert load("without-gate", found[3][2]).config.branches.gate is False


def test_one_cache_serves_all(out, dataset, monkeypatch, tmp_path):
    def refuse(*given):
        raise AssertionError("features were computed again")

    monkeypatch.setattr(kept, "_worker", refuse)
    train_variants(fresh(TINY, 0), dataset, tmp_path, ["mrcmv", "cbvmr"], [1], QUICK)
    assert len(list((dataset.folder / "features").glob("*.rows"))) == 3


def test_what_was_trained_is_not_trained_again_and_other_seeds_join(out, dataset):
    before = {file: file.read_bytes() for file in out.rglob(STATE)}
    train_variants(fresh(TINY, 0), dataset, out, ["mrcmv", "voice"], [0, 1], QUICK)
    assert {file: file.read_bytes() for file in before} == before
    seeds = [(name, seed) for name, seed, _ in found_in(out) if name in ("mrcmv", "voice")]
    assert seeds == [("mrcmv", 0), ("mrcmv", 1), ("voice", 0), ("voice", 1)]
    states = [torch.load(out / f"mrcmv-{n}" / STATE, weights_only=True)["network"] for n in (0, 1)]
    assert not all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_runs_in_processes_are_those_of_one_process(out, dataset, tmp_path):
    train_variants(fresh(TINY, 0), dataset, tmp_path, ["mrcmv", "voice"], [0], QUICK, jobs=2)
    for name in ("mrcmv-0", "voice-0"):
        ours, theirs = (
            torch.load(one / name / STATE, weights_only=True)["network"] for one in (out, tmp_path)
        )
        for key in ours:
            torch.testing.assert_close(ours[key], theirs[key], rtol=1e-3, atol=1e-4)


def test_other_features_pairs_or_epochs_are_refused_in_the_same_folder(out, dataset):
    for whole, pairs, recipe, why in (
        (fresh(TINY, 1), None, QUICK, "trained with backbone of pictures"),
        (fresh(TINY, 0), 6, QUICK, "trained with pairs all and not 6"),
        (fresh(TINY, 0), None, replace(QUICK, epochs=3), "trained with epochs 2 and not 3"),
    ):
        with pytest.raises(WeightsError, match=why):
            train_variants(whole, dataset, out, ["mrcmv"], [0], recipe, pairs=pairs)


def test_a_run_that_has_not_ended_is_not_taken_for_one(out, dataset, tmp_path):
    class Stopped(Exception):
        pass

    def stop(step, artifact=None, *, completed=None, total=None):
        if step.startswith("voice-0"):
            raise Stopped

    with pytest.raises(Stopped):
        train_variants(fresh(TINY, 0), dataset, tmp_path, ["mrcmv", "voice"], [0], QUICK, hook=stop)
    assert (tmp_path / "voice-0" / STATE).is_file()
    assert [name for name, _, _ in found_in(tmp_path)] == ["mrcmv"]
    with pytest.raises(WeightsError, match="holds no variants"):
        list(found_in(tmp_path / "mrcmv-0"))


def test_fewer_pairs_are_the_same_ones_each_time_and_only_of_the_training(dataset):
    few = fewer(dataset, 3)
    assert len(few.of("train")) == 3
    assert few.of("validation") == dataset.of("validation")
    assert few.pairs == fewer(dataset, 3).pairs
    assert set(few.of("train")) < set(fewer(dataset, 5).of("train"))


def test_features_held_in_memory_are_those_on_disk(dataset, out, monkeypatch):
    samples = [Sample(pair) for pair in reversed(dataset.of("train"))]
    held, mapped = (kept.features_of(fresh(TINY, 0), dataset, QUICK) for _ in range(2))
    told = held.query(samples).voice
    monkeypatch.setattr(kept, "IN_MEMORY", 0)
    assert torch.equal(told, mapped.query(samples).voice)
    file = held.rows["voices"].file
    rows = [file.read(one.pair.pair_id, 0, 1)[0].astype("float32") for one in samples]
    assert torch.equal(told.flatten(1), torch.tensor(rows))


@pytest.mark.slow
def test_the_command_trains_what_is_asked_for(tmp_path, monkeypatch):
    corpus = make_corpus(tmp_path)
    network.save(fresh(TINY, 0), tmp_path / "n.safetensors", {})
    words = ["train", "variants", "--corpus", corpus, "--network", tmp_path / "n.safetensors",
             "--jobs", 1, "--device", "cpu", "--epochs", 1, "--seeds", 2]  # fmt: skip

    def call(*more):
        return CliRunner().invoke(app, [str(word) for word in (*words, *more)])

    done = call("--out", tmp_path / "v", "--only", "mrcmv", "--only", "cbvmr")
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == [
        str(tmp_path / "v" / one / "best.safetensors")
        for one in ("mrcmv-0", "cbvmr-0", "mrcmv-1", "cbvmr-1")
    ]
    record = json.loads((tmp_path / "v" / "variants.json").read_text())
    assert record["voices"] == "clean"
    assert trained_on(network.load(tmp_path / "n.safetensors")).items() <= record.items()
    assert call("--out", tmp_path / "v", "--only", "magic").exit_code == 2
