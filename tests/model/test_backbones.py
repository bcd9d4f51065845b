"""What heads on kept features belong to: the backbones, by what they are and not by their file."""

from pathlib import Path

import pytest
import torch

from mrcmv.errors import WeightsError
from mrcmv.model import backbones, network
from mrcmv.model.network import Mrcmv
from tests.methods.networks import TINY, write_network


def test_marks_are_those_of_the_file_however_often_it_is_written(tmp_path: Path):
    first = network.load(write_network(tmp_path))
    network.save(first, tmp_path / "again.safetensors", {"other": "words"})
    assert backbones.marks(network.load(tmp_path / "again.safetensors")) == backbones.marks(first)


def test_branches_may_learn_on_and_backbones_may_not():
    torch.manual_seed(0)
    made = Mrcmv(TINY)
    named = {backbones.KEY: backbones.marks(made)}
    with torch.no_grad():
        made.query.embed.weight += 1.0
    backbones.check(Path("heads"), named, made, Path("network"))
    with torch.no_grad():
        next(made.bgm_vggish.parameters()).add_(1.0)
    with pytest.raises(WeightsError, match="heads does not go with network"):
        backbones.check(Path("heads"), named, made, Path("network"))


def test_what_the_heads_do_not_go_by_need_not_be_named():
    torch.manual_seed(0)
    made = Mrcmv(TINY)
    named = {kind: mark for kind, mark in backbones.marks(made).items() if kind != "voices"}
    backbones.check(Path("heads"), {backbones.KEY: named}, made, Path("network"))
    for strange in ({}, {backbones.KEY: {}}, {backbones.KEY: {"smells": "1"}}):
        with pytest.raises(WeightsError, match="other backbones"):
            backbones.check(Path("heads"), strange, made, Path("network"))
