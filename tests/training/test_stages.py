"""From a corpus to a network: backbones, heads, all of it; by command too."""

import json
from dataclasses import replace

import pytest
import torch
from typer.testing import CliRunner

from mrcmv.cli.commands import app
from mrcmv.cli.training import in_half
from mrcmv.dataset import KINDS
from mrcmv.model import checkpoint, network
from mrcmv.training.loop import LOG, SCORE, STATE, Recipe
from mrcmv.training.pretraining import fresh
from mrcmv.training.retrieval import EndToEnd
from mrcmv.training.stages import BY_PAPER, NETWORK, Stages, train_network
from tests.tiny_corpus import make_corpus
from tests.training.tiny_dataset import SIDE_PX, TINY, make_dataset

ONE = Recipe(epochs=1, batch=4, cut_hop_s=8.0, latest_cut_s=8.0)
QUICK = Stages(ONE, replace(ONE, epochs=2), replace(ONE, rate=1e-5))


def epochs(out):
    return {log.parent.name: len(log.read_text().splitlines()) for log in out.rglob(LOG)}


def test_all_stages_make_a_network_and_what_is_done_is_not_done_again(tmp_path):
    dataset = make_dataset(tmp_path / "data", 4, 2)
    out = tmp_path / "out"
    made = train_network(fresh(TINY, 0), dataset, out, QUICK)
    assert made == out / NETWORK
    assert epochs(out) == {**dict.fromkeys(KINDS, 1), "heads": 2, "whole": 1}
    kept = checkpoint.read(made, network.KIND)
    scores = [
        max(json.loads(line)["score"] for line in (out / stage / LOG).read_text().splitlines())
        for stage in ("heads", "whole")
    ]
    assert kept.provenance["checked"]["score"] == max(scores)
    assert isinstance(network.load(made), network.Mrcmv)
    states = {file: file.read_bytes() for file in out.rglob(STATE)}
    train_network(fresh(TINY, 0), dataset, out, QUICK)
    assert {file: file.read_bytes() for file in out.rglob(STATE)} == states
    assert epochs(out)["heads"] == 2


def test_what_end_to_end_training_made_worse_is_not_taken(tmp_path, monkeypatch):
    dataset = make_dataset(tmp_path / "data", 4, 2)
    monkeypatch.setattr(EndToEnd, "check", lambda self: {SCORE: 0.0})
    stages = replace(QUICK, backbones=replace(ONE, epochs=0))
    made = train_network(fresh(TINY, 0), dataset, tmp_path / "out", stages)
    assert checkpoint.read(made, network.KIND).provenance["checked"][SCORE] == 100.0  # of 2 windows


def test_weights_to_go_on_from_are_where_the_heads_begin(tmp_path):
    dataset = make_dataset(tmp_path / "data", 4, 2)
    stages = Stages(replace(ONE, epochs=0), replace(ONE, rate=0.0), replace(ONE, epochs=0))
    begun = fresh(TINY, 3)
    before = {name: tensor.clone() for name, tensor in begun.state_dict().items()}
    made = network.load(train_network(begun, dataset, tmp_path / "out", stages))
    for name, tensor in made.state_dict().items():
        assert torch.allclose(tensor.float(), before[name].float(), atol=1e-3), name


def test_heads_begin_anew_where_a_backbone_has_learnt_on(tmp_path):
    dataset = make_dataset(tmp_path / "data", 4, 2)
    stages = Stages(ONE, replace(ONE, rate=0.0), replace(ONE, epochs=0), ("music",))
    begun = fresh(TINY, 3)
    before = {name: tensor.clone() for name, tensor in begun.state_dict().items()}
    made = network.load(train_network(begun, dataset, tmp_path / "out", stages)).state_dict()
    for part in ("query.", "bgm."):
        own = [name for name in made if name.startswith(part)]
        assert own
        assert not all(torch.allclose(made[n].float(), before[n].float(), atol=1e-3) for n in own)


def test_backbones_that_are_not_named_stay_as_they_are(tmp_path):
    dataset = make_dataset(tmp_path / "data", 4, 2)
    backbones = replace(ONE, rate=1e-2, epochs=4)
    stages = Stages(backbones, ONE, replace(ONE, epochs=0), ("music",))
    begun = fresh(TINY, 3)
    before = {name: tensor.clone() for name, tensor in begun.state_dict().items()}
    made = network.load(train_network(begun, dataset, tmp_path / "out", stages)).state_dict()
    changed = {
        name.split(".")[0]
        for name, tensor in made.items()
        if not torch.allclose(tensor.float(), before[name].float(), atol=1e-3)
    }
    assert "bgm_vggish" in changed
    assert not changed & {"slowfast", "voice_vggish"}
    assert set(epochs(tmp_path / "out")) == {"music", "heads"}


def test_the_paper_has_one_stage():
    assert [BY_PAPER.backbones.epochs, BY_PAPER.heads.epochs] == [0, 0]
    assert BY_PAPER.seeded(7).whole == replace(BY_PAPER.whole, seed=7)


@pytest.mark.slow
def test_the_command_trains_on_a_corpus_and_goes_on_from_weights(tmp_path, monkeypatch):
    monkeypatch.setitem(network.CONFIGS, "compact", TINY)
    corpus = make_corpus(tmp_path)
    words = ["train", "retrieval", "--corpus", corpus, "--device", "cpu", "--jobs", 1]

    def call(*more):
        return CliRunner().invoke(app, [str(word) for word in (*words, *more)])

    first = call(
        "--out", tmp_path / "a", "--backbone-epochs", 1, "--epochs", 1, "--whole-epochs", 0
    )
    assert first.exit_code == 0, first.output
    weights = tmp_path / "a" / NETWORK
    assert str(weights) in first.stdout
    assert checkpoint.read(weights, network.KIND).provenance["corpus"] == corpus.name
    assert (corpus / "decoded" / str(SIDE_PX)).is_dir()
    on = call("--out", tmp_path / "b", "--weights", weights, "--epochs", 1, "--whole-epochs", 1)
    assert on.exit_code == 0, on.output
    assert not (tmp_path / "b" / "pictures").exists()
    nothing = call("--out", tmp_path / "c", "--epochs", 0, "--whole-epochs", 0)
    assert nothing.exit_code == 2


@pytest.mark.parametrize(
    ("asked", "device", "able", "told"),
    [
        (None, "cpu", True, False),
        (True, "cpu", True, True),
        (True, "cpu", False, False),
        (None, "cuda", False, True),
        (False, "cuda", True, False),
    ],
)
def test_half_the_digits_only_where_the_processor_can(
    asked, device, able, told, monkeypatch, capsys
):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: able)
    assert in_half(asked, device) is told
    assert ("has no bfloat16" in capsys.readouterr().err) == (asked is True and not told)


def test_a_corpus_that_is_not_finished_is_told_in_a_sentence(tmp_path):
    (tmp_path / "corpus").mkdir()
    told = CliRunner().invoke(
        app,
        ["train", "retrieval", "--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "o")],
    )
    assert told.exit_code == 1
    assert "not to its end" in str(told.exception) + told.output


def test_published_backbones_that_are_missing_are_told_in_a_sentence(tmp_path):
    words = ["train", "retrieval", "--corpus", "c", "--out", str(tmp_path / "o"), "--recipe",
             "paper", "--size", "paper", "--backbones", str(tmp_path)]  # fmt: skip
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 1
    assert "SLOWFAST_8x8_R50.pyth is not there" in str(told.exception)
    assert "mrcmv weights fetch slowfast" in str(told.exception)
    for wrong in (["--size", "compact"], ["--weights", "w.safetensors"]):
        assert CliRunner().invoke(app, [*words, *wrong]).exit_code == 2


def test_published_backbones_are_where_the_network_begins(tmp_path, monkeypatch):
    monkeypatch.setitem(network.CONFIGS, "paper", TINY)
    begun = []
    monkeypatch.setattr(
        "mrcmv.model.published.fill_backbones", lambda *given: begun.append(given[1:])
    )
    monkeypatch.setattr("mrcmv.training.stages.train_network", lambda *given, **more: more)
    monkeypatch.setattr("mrcmv.corpus.decoding.decode", lambda *given, **more: None)
    files = [tmp_path / name for name in ("SLOWFAST_8x8_R50.pyth", "vggish-10086976.pth")]
    for file in files:
        file.write_bytes(b"")
    told = CliRunner().invoke(
        app,
        ["train", "retrieval", "--corpus", "c", "--out", str(tmp_path / "o"), "--recipe", "paper",
         "--size", "paper", "--backbones", str(tmp_path), "--device", "cpu"],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert begun == [tuple(files)]
    assert "published SlowFast and VGGish" in told.stdout
