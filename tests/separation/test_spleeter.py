"""Spleeter's process, with a small package of the same name in the place of the real one."""

import sys
import time

import numpy as np
import pytest

from mrcmv.errors import SeparationError
from mrcmv.progress import silent
from mrcmv.separation import separate, spleeter
from mrcmv.settings import Settings
from mrcmv.types import Sound

QUARTER = """
import os
class Separator:
    def __init__(self, name, multiprocess):
        assert (name, multiprocess) == ("spleeter:2stems", False)
        assert os.path.isfile(os.path.join(os.environ["MODEL_PATH"], "2stems", "model.index"))
    def separate(self, waveform):
        assert waveform.shape[1] == 2 and len(waveform) <= 20 * 44100, waveform.shape
        return {"vocals": waveform * 0.25, "accompaniment": waveform * 0.75}
"""
BROKEN = "raise ImportError('no tensorflow for this machine')"
ENDLESS = "import time\ntime.sleep(60)"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """Weights are in their place; nothing is read from the environment."""
    monkeypatch.delenv("MODEL_PATH", raising=False)
    settings = Settings(data_dir=tmp_path / "data")
    model = settings.weights / "spleeter" / "2stems"
    model.mkdir(parents=True)
    (model / "model.index").touch()
    return settings


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """`environment(code)`: an environment whose python has a package spleeter with that code."""

    def build(code: str) -> None:
        package = tmp_path / "packages" / "spleeter"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "separator.py").write_text(code)
        python = tmp_path / "environment" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(
            f'#!/bin/sh\nshift\nPYTHONPATH="{package.parent}" exec "{sys.executable}" -P "$@"\n'
        )
        python.chmod(0o755)
        monkeypatch.setattr(spleeter, "ENVIRONMENT", tmp_path / "environment")

    return build


def noise(duration_s: float) -> Sound:
    rng = np.random.default_rng(1)
    samples = 0.1 * rng.standard_normal((2, round(duration_s * 48_000)))
    return Sound(samples.astype(np.float32), 48_000)


def test_vocals_travel_to_the_process_and_back(settings, environment):
    environment(QUARTER)
    mix = (0.1 * np.random.default_rng(0).standard_normal((2, 44_100 * 45))).astype(np.float32)
    steps = []
    vocals = spleeter.vocals_of(
        mix,
        spleeter.model_folder(settings),
        lambda step, artifact=None, *, completed=None, total=None: steps.append((completed, total)),
    )
    assert np.abs(vocals - 0.25 * mix).max() < 1e-6
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_stems_sum_to_the_mix(spoken, settings, environment):
    environment(QUARTER)
    stems = separate(spoken[0], "spleeter", settings=settings)
    assert stems.speech
    total = stems.voice.samples + stems.rest.samples
    assert np.abs(total - spoken[0].samples).max() < 1e-6
    assert np.abs(stems.voice.samples - 0.25 * spoken[0].samples).max() < 0.02


def test_a_process_that_fails_is_told_in_a_sentence(settings, environment):
    environment(BROKEN)
    with pytest.raises(SeparationError, match=r"no tensorflow for this machine.*make spleeter"):
        separate(noise(1), "spleeter", settings=settings)


def test_a_process_that_brings_nothing_back_is_told_in_a_sentence(settings, environment):
    environment("raise SystemExit(0)")
    with pytest.raises(SeparationError, match="cannot exchange files with its process"):
        separate(noise(1), "spleeter", settings=settings)


def test_a_process_that_hangs_is_stopped(settings, environment, monkeypatch):
    environment(ENDLESS)
    monkeypatch.setattr(spleeter, "START_LIMIT_S", 0.5)
    monkeypatch.setattr(spleeter, "LIMIT_PER_S", 0.0)
    start_s = time.monotonic()
    with pytest.raises(SeparationError, match="was stopped after"):
        separate(noise(1), "spleeter", settings=settings)
    assert time.monotonic() - start_s < 20


def test_without_its_environment_make_spleeter_is_named(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(spleeter, "ENVIRONMENT", tmp_path / "nowhere")
    with pytest.raises(SeparationError, match="make spleeter"):
        separate(noise(1), "spleeter", settings=settings)


def test_without_weights_it_never_starts(settings, environment, monkeypatch, tmp_path):
    environment("raise SystemExit('started')")
    monkeypatch.setenv("MODEL_PATH", str(tmp_path / "empty"))
    with pytest.raises(SeparationError, match="mrcmv weights fetch spleeter"):
        separate(noise(1), "spleeter", settings=settings)


def test_spleeters_own_variable_names_the_weights(settings, monkeypatch, tmp_path):
    assert spleeter.model_folder(settings) == settings.weights / "spleeter"
    monkeypatch.setenv("MODEL_PATH", str(tmp_path / "mine"))
    assert spleeter.model_folder(settings) == tmp_path / "mine"


def test_nothing_is_left_in_the_temporary_folder(settings, environment, monkeypatch, tmp_path):
    environment(QUARTER)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    spleeter.vocals_of(noise(1).samples, spleeter.model_folder(settings), silent)
    assert list(scratch.iterdir()) == []
