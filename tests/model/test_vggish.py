"""VGGish's front end against torchvggish's and against the definition, computed bin by bin."""

import importlib.util
import math
import sys
from types import ModuleType

import numpy as np
import pytest
import torch

from mrcmv.model import vggish


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """torchvggish's numpy front end, without the resampler that its package imports."""
    package = importlib.util.find_spec("torchvggish")
    assert package is not None
    assert package.submodule_search_locations
    path = f"{package.submodule_search_locations[0]}/mel_features.py"
    spec = importlib.util.spec_from_file_location("mel_features", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


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
