"""Hybrid Demucs with made-up weights: the way in and out is right, whatever the network learned."""

import numpy as np
import pytest
import torch
import torchaudio

from mrcmv import weights
from mrcmv.errors import SeparationError
from mrcmv.progress import silent
from mrcmv.separation import hdemucs, separate
from mrcmv.settings import Settings
from mrcmv.types import Sound


class Shares(torch.nn.Module):
    """Gives 0.1, 0.2, 0.3 and 0.4 of the mix to drums, bass, other and vocals."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    def forward(self, mix: torch.Tensor) -> torch.Tensor:
        assert mix.shape[:2] == (1, 2)
        self.lengths.append(mix.shape[2])
        shares = torch.tensor([0.1, 0.2, 0.3, 0.4]).reshape(1, 4, 1, 1)
        return shares * mix[:, None]


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def tiny(monkeypatch):
    """The same architecture, narrow, in the place of the one that the weights belong to."""

    def build(sources: list[str]) -> torch.nn.Module:
        assert sources == ["drums", "bass", "other", "vocals"]
        torch.manual_seed(0)
        return torchaudio.models.HDemucs(sources=sources, channels=4, nfft=4096)

    monkeypatch.setattr(torchaudio.models, "hdemucs_high", build)
    return build


def save(network: torch.nn.Module, settings: Settings) -> None:
    place = weights.path("hdemucs", settings)
    place.parent.mkdir(parents=True)
    torch.save(network.state_dict(), place)


def test_vocals_come_back_at_their_level_from_overlapping_pieces():
    rng = np.random.default_rng(0)
    mix = (0.2 * rng.standard_normal((2, 25 * 44_100)) + 0.05).astype(np.float32)
    network = Shares()
    steps = []
    vocals = hdemucs.vocals_of(
        network,
        mix,
        lambda step, artifact=None, *, completed=None, total=None: steps.append((completed, total)),
    )
    expected = 0.4 * (mix - mix.mean())
    assert np.abs(vocals - expected).max() < 1e-5
    assert network.lengths == [441_000] * 3
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_silence_stays_silence():
    mix = np.zeros((2, 44_100), np.float32)
    assert not hdemucs.vocals_of(Shares(), mix, silent).any()


def test_the_pipelines_architecture_runs_and_its_stems_sum_to_the_mix(spoken, settings, tiny):
    save(tiny(["drums", "bass", "other", "vocals"]), settings)
    sound = Sound(spoken[0].samples[:, : 4 * 48_000], 48_000)
    stems = hdemucs.HDemucs().split(sound, settings, silent)
    assert stems.voice.samples.shape == sound.samples.shape
    assert stems.voice.rate_hz == 48_000
    total = stems.voice.samples + stems.rest.samples
    assert np.abs(total - sound.samples).max() < 1e-6


def test_a_mono_sound_stays_mono(settings, tiny):
    save(tiny(["drums", "bass", "other", "vocals"]), settings)
    sound = Sound(np.random.default_rng(0).standard_normal((1, 96_000)).astype("f4"), 48_000)
    stems = hdemucs.HDemucs().split(sound, settings, silent)
    assert stems.voice.samples.shape == (1, 96_000)


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"PK\x03\x04broken"])
def test_a_file_that_holds_no_weights_is_named(spoken, settings, tiny, content):
    place = weights.path("hdemucs", settings)
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    with pytest.raises(SeparationError, match="does not hold Hybrid Demucs' weights"):
        separate(spoken[0], "hdemucs", settings=settings)


def test_weights_of_another_network_are_refused(spoken, settings, tiny):
    save(torch.nn.Linear(2, 2), settings)
    with pytest.raises(SeparationError, match="does not hold Hybrid Demucs' weights"):
        separate(spoken[0], "hdemucs", settings=settings)


def test_sources_and_rate_are_those_of_torchaudios_pipeline():
    pipeline = torchaudio.pipelines.HDEMUCS_HIGH_MUSDB_PLUS
    assert pipeline.sample_rate == hdemucs.RATE_HZ
    assert pipeline._model_factory_func.keywords["sources"][hdemucs.VOCALS] == "vocals"
    assert weights.WEIGHTS["hdemucs"].url.endswith(f"torchaudio/{pipeline._model_path}")
