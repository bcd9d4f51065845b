"""The compact backend: three stems that sum to the sound, whatever its rate and length."""

from dataclasses import asdict

import numpy as np
import pytest
import torch

from mrcmv import media
from mrcmv.errors import SeparationError
from mrcmv.evaluation.separation import improvement_db
from mrcmv.model import checkpoint
from mrcmv.model.separator import KIND, LEVEL, Separator, SeparatorConfig, separate
from mrcmv.progress import silent
from mrcmv.separation import BACKENDS, compact, table
from mrcmv.separation.compact import Compact
from mrcmv.settings import REPOSITORY
from mrcmv.types import Sound, Stems

STARTER = REPOSITORY / "catalog"

TINY = SeparatorConfig(
    n_fft=256, runs=((10, 4), (1, 89)), n_channels=6, n_shared=2, n_hidden=6, dilations=(1, 2)
)


@pytest.fixture(scope="module")
def network() -> Separator:
    torch.manual_seed(3)
    made = Separator(TINY).eval()
    for weight in made.leave.weights:
        weight.data *= 20
    for parameter in made.parameters():
        parameter.data = parameter.data.half().float()  # what the file will hold
    return made


@pytest.fixture(scope="module")
def backend(network, tmp_path_factory) -> Compact:
    path = tmp_path_factory.mktemp("weights") / "separator.safetensors"
    checkpoint.save(network, path, kind=KIND, config=asdict(TINY), provenance={})
    return Compact(path)


def noise(seconds: float, rate_hz: int, n_channels: int = 2, level: float = 0.1) -> Sound:
    rng = np.random.default_rng(int(1000 * seconds))
    samples = level * rng.standard_normal((n_channels, round(seconds * rate_hz)))
    return Sound(samples.astype(np.float32), rate_hz)


def total(stems: Stems) -> np.ndarray:
    return sum(sound.samples for sound in stems.present.values())


@pytest.mark.parametrize("rate_hz", [48_000, 44_100, 22_050])
@pytest.mark.parametrize("seconds", [0.001, 0.5, 12.34])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_three_stems_of_the_sounds_shape_sum_to_it(backend, settings, rate_hz, seconds, n_channels):
    sound = noise(seconds, rate_hz, n_channels)
    stems = backend.split(sound, settings, silent)
    assert set(stems.present) == {"voice", "music", "effects"}
    assert all(one.samples.shape == sound.samples.shape for one in stems.present.values())
    error = ((total(stems) - sound.samples) ** 2).sum()
    assert error < 1e-12 * (sound.samples**2).sum()


def test_it_is_the_network_on_the_whole_sound_at_its_level(backend, network, settings):
    sound = noise(21.7, 44_100, level=0.02)
    rms = float(np.sqrt((sound.samples.astype(float) ** 2).mean()))
    mix = torch.from_numpy(sound.samples)[None] * (LEVEL / rms)
    with torch.inference_mode():
        whole = separate(network, mix)[0].numpy() * (rms / LEVEL)
    stems = backend.split(sound, settings, silent)
    for name, expected in zip(("voice", "music", "effects"), whole, strict=True):
        assert np.abs(getattr(stems, name).samples - expected).max() < 1e-5


def test_a_louder_sound_gives_the_same_stems_louder(backend, settings):
    sound = noise(1.3, 48_000, level=0.01)
    loud = Sound(sound.samples * 20, 48_000)
    one, two = (backend.split(each, settings, silent) for each in (sound, loud))
    assert np.abs(two.voice.samples - 20 * one.voice.samples).max() < 1e-4


def test_silence_holds_no_voice(backend, settings):
    sound = Sound(np.zeros((2, 5000), np.float32), 48_000)
    stems = backend.split(sound, settings, silent)
    assert stems.voice is None
    assert stems.rest is sound


def test_stems_outlive_the_files_they_were_written_to(backend, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(compact.tempfile, "tempdir", str(tmp_path))
    stems = backend.split(noise(1.0, 48_000), settings, silent)
    assert not list(tmp_path.iterdir())
    assert isinstance(stems.voice.samples, np.memmap)
    stems.voice.samples[:] = 0.0  # a copy of one's own, not the file
    assert np.abs(stems.music.samples).max() > 0


def test_progress_is_told_up_to_the_end(backend, settings):
    told = []
    backend.split(
        noise(25.0, 8000),
        settings,
        lambda step, artifact=None, *, completed=None, total=None: told.append((completed, total)),
    )
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_wrong_weights_are_refused_in_a_sentence(settings, tmp_path):
    file = tmp_path / "separator.safetensors"
    assert "mrcmv train separator" in Compact(file).missing(settings)
    file.write_bytes(b"nothing")
    assert Compact(file).missing(settings) is None
    with pytest.raises(SeparationError, match=r"weights cannot be used.*safetensors"):
        Compact(file).split(noise(0.1, 48_000), settings, silent)


def test_its_stems_still_sum_to_the_sound_after_speech_was_found(
    backend, spoken, settings, monkeypatch
):
    monkeypatch.setitem(table.BACKENDS, "compact", backend)
    stems = table.separate(spoken[0], "compact", settings=settings)
    assert np.abs(total(stems) - spoken[0].samples).max() < 1e-5


def test_the_shipped_weights_take_a_voice_out_of_music(spoken, settings):
    assert BACKENDS["compact"].missing(settings) is None
    voice = spoken[0].samples
    n = voice.shape[1]
    track = media.read_sound(next(iter(sorted(STARTER.glob("*.opus")))), 48_000, start_s=20.0)
    music = track.samples[:, :n] * np.float32(
        np.sqrt(np.square(voice).mean() / np.square(track.samples[:, :n]).mean())
    )
    truth = np.broadcast_to(voice, music.shape)
    mix = Sound((truth + music).astype(np.float32), 48_000)
    stems = BACKENDS["compact"].split(mix, settings, silent)
    assert improvement_db(stems.voice.samples, truth, mix.samples) > 4.0
