"""The real Spleeter, end to end, over models of random weights that the test saves.

What such a model hears means nothing; that it was found, run and brought back right does.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mrcmv import media
from mrcmv.progress import silent
from mrcmv.separation import backend_of, spleeter
from mrcmv.settings import Settings
from mrcmv.types import Floats, Sound

PYTHON = spleeter.ENVIRONMENT / "bin" / "python"
SAVE = Path(__file__).with_name("save_spleeter_model.py")
SECONDS = 3.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not PYTHON.exists(), reason="no .venv-spleeter here: `make spleeter` builds it (2 GB)"
    ),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of folders for MODEL_PATH."""
    folder = tmp_path_factory.mktemp("models")
    subprocess.run(
        [str(PYTHON), "-I", str(SAVE), str(folder)],
        env=os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=True,
    )
    return folder


@pytest.fixture
def voice_of(
    models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str, Sound], Floats]:
    """`voice_of(model, sound)`: what the backend takes for the voice; what is left fits to it."""
    settings = Settings(data_dir=tmp_path / "data")
    backend = backend_of("spleeter")

    def split(name: str, sound: Sound) -> Floats:
        monkeypatch.setenv("MODEL_PATH", str(models / name))
        assert backend.missing(settings) is None
        stems = backend.split(sound, settings, silent)
        assert stems.voice is not None
        assert stems.rest is not None
        for stem in (stems.voice, stems.rest):
            assert (stem.samples.shape, stem.rate_hz) == (sound.samples.shape, sound.rate_hz)
            assert np.isfinite(stem.samples).all()
        assert np.abs(stems.voice.samples + stems.rest.samples - sound.samples).max() < 1e-6
        return stems.voice.samples

    return split


def noise(rate_hz: int, n_channels: int) -> Sound:
    """Noise under 9 kHz: of what lies above 11 kHz Spleeter gives nothing to either stem."""
    rng = np.random.default_rng(0)
    low = Sound(0.1 * rng.standard_normal((n_channels, round(SECONDS * 18_000))), 18_000)
    samples = media.resample(low, rate_hz).samples.astype(np.float32)
    return Sound(samples, rate_hz)


def test_the_model_that_model_path_names_separates(voice_of):
    sound = noise(44_100, 2)
    one = voice_of("one", sound)
    other = voice_of("other", sound)
    assert 1e-3 < np.abs(one).max() <= 2 * np.abs(sound.samples).max()
    assert np.abs(one - other).max() > 1e-2, "two models, one voice"


@pytest.mark.parametrize(("rate_hz", "n_channels"), [(48_000, 2), (22_050, 1)])
def test_the_voice_is_what_spleeter_calls_vocals(voice_of, rate_hz, n_channels):
    sound = noise(rate_hz, n_channels)
    inner = slice(rate_hz // 4, -rate_hz // 4)
    missed = (voice_of("all-vocals", sound) - sound.samples)[:, inner]
    assert missed.std() < 0.01 * sound.samples.std()
