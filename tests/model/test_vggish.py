"""VGGish: front end and network against torchvggish's, and against the definition."""

import importlib.util
import math
import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from mrcmv.model import vggish
from mrcmv.model.published import vggish_tensors
from mrcmv.model.vggish import Vggish, VggishConfig

TINY = VggishConfig(channels=(2, 3, 4, 5), n_hidden=7, n_features=6)


def of_torchvggish(name: str) -> ModuleType:
    """A module of torchvggish, without the resampler that its package imports."""
    package = importlib.util.find_spec("torchvggish")
    assert package is not None
    assert package.submodule_search_locations
    path = f"{package.submodule_search_locations[0]}/{name}.py"
    spec = importlib.util.spec_from_file_location(f"torchvggish_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    return of_torchvggish("mel_features")


def sounds() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    time_s = np.arange(24_000) / 16_000
    noise = rng.standard_normal(24_000).astype(np.float32)
    return {
        "noise": 0.2 * noise,
        "loud tone": np.sin(2 * np.pi * 440 * time_s).astype(np.float32),
        "quiet sweep": (1e-3 * np.sin(2 * np.pi * 3000 * time_s**2)).astype(np.float32),
        "silence": np.zeros(24_000, np.float32),
        "clipping noise": np.clip(5 * noise, -1, 1),
        "odd length": noise[:16_123],
    }


@pytest.mark.parametrize("name", sounds())
def test_frames_equal_those_of_torchvggish(reference: ModuleType, name: str):
    sound = sounds()[name]
    expected = reference.log_mel_spectrogram(
        sound.astype(np.float64),
        audio_sample_rate=16_000,
        log_offset=0.01,
        window_length_secs=0.025,
        hop_length_secs=0.010,
        num_mel_bins=64,
        lower_edge_hertz=125,
        upper_edge_hertz=7500,
    )
    frames = vggish.log_mel(torch.from_numpy(sound)).numpy()
    assert frames.shape == expected.shape
    assert np.abs(frames - expected).max() < 1e-5


def slow_log_mel_frame(samples: np.ndarray) -> list[float]:
    """One frame of 400 samples by the definition: windowed, a plain DFT, triangles in mel."""
    window = [0.5 - 0.5 * math.cos(2 * math.pi * i / 400) for i in range(400)]
    magnitudes = [
        abs(
            sum(
                window[i] * float(samples[i]) * np.exp(-2j * math.pi * k * i / 512)
                for i in range(400)
            )
        )
        for k in range(257)
    ]

    def mel(hz: float) -> float:
        return 1127 * math.log(1 + hz / 700)

    edges = [mel(125) + (mel(7500) - mel(125)) * i / 65 for i in range(66)]
    bands = []
    for low, middle, high in zip(edges, edges[1:], edges[2:], strict=False):
        total = 0.0
        for k in range(1, 257):
            place = mel(k * 8000 / 256)
            total += magnitudes[k] * max(
                0.0, min((place - low) / (middle - low), (high - place) / (high - middle))
            )
        bands.append(math.log(total + 0.01))
    return bands


def test_frames_equal_the_definition():
    sound = sounds()["noise"][:720]
    frames = vggish.log_mel(torch.from_numpy(sound)).numpy()
    assert frames.shape == (3, 64)
    for i in range(3):
        expected = slow_log_mel_frame(sound[160 * i : 160 * i + 400])
        assert np.abs(frames[i] - expected).max() < 1e-5


def test_patches_are_the_frames_from_each_start():
    frames = torch.arange(200 * 64, dtype=torch.float32).reshape(200, 64)
    cut = vggish.patches(frames, [0, 17, 104])
    assert cut.shape == (3, 96, 64)
    assert torch.equal(cut[1], frames[17:113])


def test_silence_is_the_logarithm_of_the_offset():
    frames = vggish.log_mel(torch.zeros(1600))
    assert torch.allclose(frames, torch.tensor(math.log(0.01)))


def test_the_network_equals_torchvggishs_on_the_same_weights():
    torch.manual_seed(0)
    theirs = of_torchvggish("torchvggish")._vgg(postprocess=False).eval()
    for parameter in theirs.parameters():  # its own start leaves next to nothing at the end
        if parameter.ndim > 1:
            torch.nn.init.kaiming_normal_(parameter, nonlinearity="relu")
    ours = Vggish().eval()
    ours.load_state_dict(vggish_tensors(theirs.state_dict()))
    patches = torch.randn(3, 96, 64) - 1.0
    with torch.inference_mode():
        expected, features = theirs(patches[:, None]), ours(patches)
    assert features.shape == (3, 128)
    assert expected.std() > 0.1
    assert (features - expected).abs().max() < 1e-5 * expected.abs().max()


def test_each_patch_is_described_by_itself_wherever_it_stands():
    network = Vggish(TINY)
    patches = torch.randn(2, 5, 96, 64)
    features = network(patches)
    assert features.shape == (2, 5, 6)
    assert torch.allclose(features[1, 3], network(patches[1, 3]), atol=1e-6)
    assert features.std(dim=1).max() > 0


def test_a_fresh_narrow_network_keeps_the_patches_apart():
    """He's start: what differs at the way in differs as much at the way out, not 1e-6 of it."""
    torch.manual_seed(0)
    patches = 2 * torch.randn(40, 96, 64)
    features = Vggish(VggishConfig(channels=(16, 32, 64, 128), n_hidden=256))(patches)
    assert 0.1 < features.std() < 10


def test_another_number_of_stages_is_refused():
    with pytest.raises(ValueError, match="4 stages"):
        VggishConfig(channels=(1, 2, 3))


BESIDE = VggishConfig(channels=(2, 3, 4, 5), n_hidden=7, n_features=6, beside=True)


def test_statistics_are_means_spreads_rises_and_returns_of_a_patch():
    patches = torch.randn(3, 96, 64, generator=torch.Generator().manual_seed(0))
    told = vggish.statistics(patches)
    assert told.shape == (3, vggish.N_STATISTICS)
    means, spreads, rises, again = told.split((64, 64, 64, vggish.LAGS), dim=-1)
    assert torch.allclose(means, patches.mean(1) / 2 + 1, atol=1e-5)
    assert torch.allclose(spreads, patches.std(1, correction=0), atol=1e-4)
    later, earlier = patches[:, 1:], patches[:, :-1]
    assert torch.allclose(rises, 5 * (later - earlier).clamp(min=0).mean(1), atol=1e-5)
    begins = (later - earlier).clamp(min=0).mean(2)
    begins = begins - begins.mean(1, keepdim=True)
    slow = [(begins[:, lag:] * begins[:, :-lag]).sum(1) for lag in range(1, vggish.LAGS + 1)]
    assert torch.allclose(again, torch.stack(slow, 1) / begins.square().sum(1)[:, None], atol=1e-3)


def test_beats_come_again_after_their_period_and_louder_ones_no_sooner():
    for period in (25, 40, 60):
        frames = torch.zeros(96, 64)
        frames[::period] = 1.0
        again = vggish.statistics(frames)[-vggish.LAGS :]
        assert int(again.argmax()) + 1 == period
        assert torch.allclose(vggish.statistics(3 * frames)[-vggish.LAGS :], again, atol=1e-2)
    assert torch.isfinite(vggish.statistics(torch.zeros(96, 64))).all()


def test_a_way_beside_begins_by_saying_nothing_and_then_adds_what_it_learns():
    torch.manual_seed(0)
    grown, plain = Vggish(BESIDE), Vggish(TINY)
    known = {name: one for name, one in grown.state_dict().items() if "beside" not in name}
    plain.load_state_dict(known)
    patches = torch.randn(2, 5, 96, 64)
    assert torch.equal(grown(patches), plain(patches))
    with torch.no_grad():
        grown.beside.weight[0, 3] = 100.0  # the mean of the fourth band
    told = grown(patches)
    added = 100.0 * vggish.statistics(patches)[..., 3]
    assert torch.equal(told[..., 1:], plain(patches)[..., 1:])
    assert told[..., 0][added > 50].min() > 0
    told.sum().backward()
    assert grown.beside.weight.grad.abs().sum() > 0
