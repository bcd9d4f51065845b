"""SlowFast: pytorchvideo's on the same weights, and which frame is heard where."""

import sys
from types import ModuleType

import pytest
import torch
from torch import Tensor, nn

from mrcmv.model import grid
from mrcmv.model.published import slowfast_tensors
from mrcmv.model.slowfast import SlowFast, SlowFastConfig

SIDE = 40  # px; leaves 2 × 2 after the last stage
TINY = SlowFastConfig(depths=(1, 1, 2, 1), width=8, beta=2)


@pytest.fixture(scope="module")
def create_slowfast():
    """pytorchvideo's builder. Its package imports torchvision for a head that is not used here."""
    stand_in = ModuleType("torchvision.ops")
    stand_in.RoIAlign = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torchvision", ModuleType("torchvision"))
        patch.setitem(sys.modules, "torchvision.ops", stand_in)
        from pytorchvideo.models.slowfast import create_slowfast
    return create_slowfast


def shaken(network: nn.Module) -> nn.Module:
    """The network with weights that all matter: none of a norm's is 0 or 1, variances differ."""
    torch.manual_seed(3)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.3)
            nn.init.normal_(module.running_mean, std=0.3)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
    return network.eval()


def pictures(n_fast: int = 64, side: int = SIDE, seed: int = 0) -> tuple[Tensor, Tensor]:
    fast = torch.randn(2, 3, n_fast, side, side, generator=torch.Generator().manual_seed(seed))
    return fast, fast[:, :, grid.ALPHA // 2 :: grid.ALPHA]


@pytest.mark.parametrize("first_slow", [0, grid.ALPHA // 2])
def test_r50_equals_pytorchvideos_on_the_same_weights(create_slowfast, first_slow):
    """As pytorchvideo has it, and with the lateral connections moved onto the slow frames."""
    theirs = shaken(
        create_slowfast(
            slowfast_fusion_conv_stride=(grid.ALPHA, 1, 1),
            head_pool_kernel_sizes=((8, 2, 2), (64, 2, 2)),
        )
    )
    for name, module in theirs.named_modules():
        if name.endswith("conv_fast_to_slow"):
            cut = first_slow - 3 if first_slow else 0
            module.padding = (0 if first_slow else 3, 0, 0)
            module.register_forward_pre_hook(lambda _, given, cut=cut: (given[0][:, :, cut:],))
    ours = SlowFast(SlowFastConfig(first_slow=first_slow)).eval()
    ours.load_state_dict(slowfast_tensors(theirs.state_dict()))
    fast, slow = (path[:1] for path in pictures())
    with torch.inference_mode():
        features = ours(fast, slow)
        paths = [slow, fast]
        for block in theirs.blocks[:5]:
            paths = block(paths)
        pooled = theirs.blocks[5](list(paths))[0, :, 0, 0, 0]
    assert features.fast.shape == (1, 64, 256)
    assert features.slow.shape == (1, 8, 2048)
    for path, feature in zip(paths, (features.slow, features.fast), strict=True):
        expected = path.mean((3, 4)).transpose(1, 2)
        assert expected.std() > 0.1
        assert (feature - expected).abs().max() < 1e-5 * expected.abs().max()
    whole = torch.cat([features.slow.mean(1), features.fast.mean(1)], dim=1)[0]
    assert (whole - pooled).abs().max() < 1e-5 * pooled.abs().max()


@pytest.fixture(scope="module")
def tiny() -> SlowFast:
    return shaken(SlowFast(TINY))


def test_shapes_are_the_configs(tiny):
    features = tiny(*pictures())
    assert features.fast.shape == (2, 64, TINY.n_fast) == (2, 64, 128)
    assert features.slow.shape == (2, 8, TINY.n_slow) == (2, 8, 256)


def test_any_side_and_any_number_of_slow_frames_will_do(tiny):
    fast = torch.randn(1, 3, 24, 50, 70)
    features = tiny(fast, fast[:, :, 4::8])
    assert features.fast.shape[:2] == (1, 24)
    assert features.slow.shape[:2] == (1, 3)


def test_frames_that_do_not_divide_are_refused(tiny):
    with pytest.raises(ValueError, match="8 fast frames for each slow one, got 63 and 8"):
        tiny(torch.zeros(1, 3, 63, 40, 40), torch.zeros(1, 3, 8, 40, 40))


def test_a_lateral_connection_hears_the_seven_fast_frames_about_its_slow_frame(tiny):
    lateral = tiny.laterals[0]
    torch.manual_seed(0)
    still = torch.randn(1, 4, 64, 2, 2)
    heard = []
    for frame in range(64):
        moved = still.clone()
        moved[:, :, frame] += 10.0
        changed = (lateral(moved) - lateral(still)).abs().amax((0, 1, 3, 4))
        heard.append(changed.nonzero().flatten().tolist())
    slow = grid.slow_indices()
    expected = [[k for k in range(8) if abs(frame - slow[k]) <= 3] for frame in range(64)]
    assert heard == expected


def test_a_fast_frame_changes_features_near_it_and_slow_ones_but_the_fast_path_hears_no_slow(tiny):
    fast, slow = pictures()
    before = tiny(fast, slow)
    other = fast.clone()
    other[:, :, 63] += 1.0
    after = tiny(other, slow)
    moved = (after.fast - before.fast).abs().amax((0, 2)) > 0
    assert moved[63]
    assert not moved[:40].any()
    assert (after.slow - before.slow)[:, 7].abs().max() > 1e-4
    assert torch.equal(tiny(fast, slow + 1.0).fast, before.fast)


def test_a_fresh_network_begins_with_blocks_that_change_nothing():
    block = SlowFast(TINY).eval().fast_stages[2][1]
    frames = torch.rand(1, 64, 8, 5, 5)
    assert torch.equal(block(frames[:, : block.a.in_channels]), frames[:, : block.a.in_channels])


def test_a_width_that_beta_does_not_divide_is_refused():
    with pytest.raises(ValueError, match="not divisible"):
        SlowFastConfig(width=10, beta=4)
