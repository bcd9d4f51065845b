"""Published weights by key map: made-up files of the right names and shapes, and wrong ones."""

import importlib.util

import pytest
import torch

from mrcmv.errors import WeightsError
from mrcmv.model.network import Mrcmv, MrcmvConfig
from mrcmv.model.published import (
    fill_backbones,
    slowfast_name,
    slowfast_tensors,
    vggish_names,
    vggish_tensors,
)
from mrcmv.model.slowfast import SlowFast, SlowFastConfig
from mrcmv.model.vggish import Vggish, VggishConfig

TINY = MrcmvConfig(
    SlowFastConfig(depths=(1, 2, 1, 1), width=4, beta=2),
    VggishConfig(channels=(2, 2, 2, 2), n_hidden=4, n_features=6),
)


def made_up(network: torch.nn.Module, seed: int = 0) -> dict[str, torch.Tensor]:
    """Tensors of a network's shapes under its names, none equal to another."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(tensor.shape, generator=generator).to(tensor.dtype)
        for name, tensor in network.state_dict().items()
    }


def as_pytorchvideo_names(network: SlowFast) -> dict[str, str]:
    """Our names → pytorchvideo's, written down from its module tree."""
    names = {}
    for ours in network.state_dict():
        path, *rest = ours.split(".")
        number = "0" if path.startswith("slow") else "1"
        if path.endswith("stem"):
            theirs = f"blocks.0.multipathway_blocks.{number}.{'.'.join(rest)}"
        elif path == "laterals":
            part = {"conv": "conv_fast_to_slow", "norm": "norm"}[rest[1]]
            theirs = f"blocks.{rest[0]}.multipathway_fusion.{part}.{rest[2]}"
        else:
            parts = {"a": "branch2.conv_a", "b": "branch2.conv_b", "c": "branch2.conv_c"}
            parts |= {f"norm_{x}": f"branch2.norm_{x}" for x in "abc"}
            parts |= {"shortcut.0": "branch1_conv", "shortcut.1": "branch1_norm"}
            part = parts[".".join(rest[2:-1])]
            stage = f"blocks.{int(rest[0]) + 1}.multipathway_blocks.{number}"
            theirs = f"{stage}.res_blocks.{rest[1]}.{part}.{rest[-1]}"
        names[ours] = theirs
    return names


@pytest.fixture
def files(tmp_path):
    """`slowfast.pyth` and `vggish.pth` as published, but tiny, and what they hold."""
    network = Mrcmv(TINY)
    pictures, sounds = made_up(network.slowfast), made_up(network.voice_vggish, 1)
    theirs = as_pytorchvideo_names(network.slowfast)
    state = {theirs[name]: tensor for name, tensor in pictures.items()}
    state |= {"blocks.6.proj.weight": torch.zeros(400, 48), "blocks.6.proj.bias": torch.zeros(400)}
    torch.save({"model_state": state}, tmp_path / "slowfast.pyth")
    back = {ours: published for published, ours in vggish_names().items()}
    torch.save({back[n]: t for n, t in sounds.items()}, tmp_path / "vggish.pth")
    return tmp_path / "slowfast.pyth", tmp_path / "vggish.pth", pictures, sounds


def test_every_backbone_gets_its_tensors_and_the_branches_keep_theirs(files):
    slowfast, vggish, pictures, sounds = files
    network = Mrcmv(TINY)
    before = {name: t.clone() for name, t in network.query.state_dict().items()}
    fill_backbones(network, slowfast, vggish)
    for backbone, tensors in (
        (network.slowfast, pictures),
        (network.voice_vggish, sounds),
        (network.bgm_vggish, sounds),
    ):
        filled = backbone.state_dict()
        assert all(torch.equal(filled[name], tensor) for name, tensor in tensors.items())
    assert all(torch.equal(t, before[n]) for n, t in network.query.state_dict().items())


def test_names_are_those_that_the_published_vggish_has():
    package = importlib.util.find_spec("torchvggish")
    path = f"{package.submodule_search_locations[0]}/torchvggish.py"
    spec = importlib.util.spec_from_file_location("torchvggish_network", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with torch.device("meta"):
        theirs, ours = module._vgg(postprocess=False).state_dict(), Vggish().state_dict()
    assert set(theirs) == set(vggish_names())
    shapes = {name: tensor.shape for name, tensor in vggish_tensors(theirs).items()}
    assert shapes == {name: tensor.shape for name, tensor in ours.items()}


def test_no_two_published_names_become_one():
    with torch.device("meta"):
        network = SlowFast()
    theirs = as_pytorchvideo_names(network)
    assert len(set(theirs.values())) == len(theirs)
    assert {slowfast_name(name) for name in theirs.values()} == set(network.state_dict())
    assert (
        slowfast_name("blocks.1.multipathway_blocks.0.res_blocks.0.branch3.conv_a.weight") is None
    )
    assert slowfast_name("head.weight") is None


def change_slowfast(files, change) -> None:
    state = torch.load(files[0])
    change(state["model_state"])
    torch.save(state, files[0])


def test_what_is_missing_too_much_or_misshapen_is_named(files):
    network = Mrcmv(TINY)
    first = "blocks.0.multipathway_blocks.0.conv.weight"
    whole = torch.load(files[0])["model_state"]
    for change, words in (
        (lambda state: state.pop(first), "slow_stem.conv.weight is missing"),
        (lambda state: state.update({"head.x": torch.zeros(1)}), "head.x is none of its tensors"),
        (lambda state: state.update({first: torch.zeros(2, 3)}), r"has shape \(2, 3\) and not"),
    ):
        change_slowfast(files, change)
        with pytest.raises(WeightsError, match=words):
            fill_backbones(network, *files[:2])
        torch.save({"model_state": dict(whole)}, files[0])
    fill_backbones(network, *files[:2])


def test_files_that_are_not_there_or_hold_no_tensors_are_refused(files, tmp_path):
    network = Mrcmv(TINY)
    with pytest.raises(WeightsError, match="not there"):
        fill_backbones(network, tmp_path / "nowhere", files[1])
    (tmp_path / "broken").write_bytes(b"not a file of tensors")
    with pytest.raises(WeightsError, match="broken is no file of tensors"):
        fill_backbones(network, tmp_path / "broken", files[1])
    (tmp_path / "half").write_bytes(files[0].read_bytes()[:3000])
    with pytest.raises(WeightsError, match="half is no file of tensors"):
        fill_backbones(network, tmp_path / "half", files[1])
    torch.save([1, 2], tmp_path / "list")
    with pytest.raises(WeightsError, match="no tensors by name"):
        fill_backbones(network, files[0], tmp_path / "list")


class Stranger:
    """Something that would run code when it is unpickled."""

    def __reduce__(self):
        return (print, ("this must never be printed",))


def test_a_pickle_that_runs_code_is_refused_unrun(files, tmp_path, capsys):
    torch.save({"model_state": Stranger()}, tmp_path / "stranger")
    with pytest.raises(WeightsError, match="no file of tensors"):
        fill_backbones(Mrcmv(TINY), tmp_path / "stranger", files[1])
    assert "never" not in capsys.readouterr().out


def test_the_classifier_is_left_behind():
    assert slowfast_tensors({"blocks.6.proj.weight": torch.zeros(400, 2304)}) == {}
