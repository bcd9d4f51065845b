"""Weights on disk: what goes in comes out, and what does not belong is refused in a sentence."""

from dataclasses import asdict

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint
from mrcmv.model.separator import KIND, Separator, SeparatorConfig

TINY = SeparatorConfig(n_fft=16, runs=((3, 3),), n_channels=4, n_shared=2, n_hidden=4)


class Counted(nn.Module):
    def __init__(self, n: int = 3) -> None:
        super().__init__()
        self.layer = nn.Linear(n, 2)
        self.register_buffer("steps", torch.tensor([7, 8]))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "deep" / "counted.safetensors"
    checkpoint.save(
        Counted(), path, kind="counted", config={"n": 3}, provenance={"data": "none", "steps": 5}
    )
    return path


def test_what_was_saved_comes_back(file):
    torch.manual_seed(1)
    network = Counted()
    checkpoint.save(network, file, kind="counted", config={"n": 3}, provenance={"by": "test"})
    kept = checkpoint.read(file, "counted")
    assert (kept.kind, kept.config, kept.provenance) == ("counted", {"n": 3}, {"by": "test"})
    other = Counted()
    checkpoint.fill(other, kept)
    assert torch.equal(other.layer.weight, network.layer.weight.half().float())
    assert other.layer.weight.dtype == torch.float32
    assert torch.equal(other.steps, torch.tensor([7, 8]))
    assert not list(file.parent.glob(".*"))


def test_a_float_takes_two_bytes(tmp_path):
    network = nn.Linear(500, 500)
    checkpoint.save(network, tmp_path / "a", kind="a", config={}, provenance={})
    assert (tmp_path / "a").stat().st_size == pytest.approx(2 * 500 * 501, rel=0.02)


def test_a_config_makes_the_same_network_again(tmp_path):
    network = Separator(TINY)
    checkpoint.save(network, tmp_path / "a", kind=KIND, config=asdict(TINY), provenance={})
    kept = checkpoint.read(tmp_path / "a", KIND)
    assert SeparatorConfig(**kept.config) == TINY
    checkpoint.fill(Separator(SeparatorConfig(**kept.config)), kept)


def test_another_kind_is_refused(file):
    with pytest.raises(WeightsError, match="weights of a counted, not of a separator"):
        checkpoint.read(file, "separator")


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Counted(4), r"layer\.weight has shape \(2, 3\) and not \(2, 4\)"),
        (nn.Sequential(Counted()), r"0\.steps is missing|0\.layer\.weight is missing"),
        (nn.Linear(3, 2), "weight is missing"),
    ],
)
def test_names_and_shapes_must_be_exact(file, network, words):
    with pytest.raises(WeightsError, match=words):
        checkpoint.fill(network, checkpoint.read(file, "counted"))


def test_one_tensor_too_many_is_refused(tmp_path):
    both = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.Linear(2, 2)})
    checkpoint.save(both, tmp_path / "w", kind="k", config={}, provenance={})
    alone = nn.ModuleDict({"a": nn.Linear(2, 2)})
    with pytest.raises(WeightsError, match=r"b\.bias is none of its tensors"):
        checkpoint.fill(alone, checkpoint.read(tmp_path / "w", "k"))


def test_what_is_no_such_file_is_refused_in_words(tmp_path, file):
    with pytest.raises(WeightsError, match="is not there"):
        checkpoint.read(tmp_path / "none", "counted")
    broken = tmp_path / "broken"
    broken.write_bytes(b"nothing of the kind")
    with pytest.raises(WeightsError, match="not a safetensors file"):
        checkpoint.read(broken, "counted")
    cut = tmp_path / "cut"
    cut.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(WeightsError, match="not a safetensors file"):
        checkpoint.read(cut, "counted")
    foreign = tmp_path / "foreign"
    save_file({"a": torch.zeros(2)}, foreign)
    with pytest.raises(WeightsError, match="no weights of this app's"):
        checkpoint.read(foreign, "counted")


def test_weights_that_ran_away_are_not_written(tmp_path):
    network = nn.Linear(2, 2)
    network.weight.data[0, 0] = 1e6
    with pytest.raises(WeightsError, match="weight is not finite"):
        checkpoint.save(network, tmp_path / "a", kind="k", config={}, provenance={})
    assert not list(tmp_path.iterdir())
