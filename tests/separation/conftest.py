"""Speech for the tests, spoken by espeak-ng when they run."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mrcmv import media
from mrcmv.types import Sound

RATE_HZ = 48_000
WORDS = "Look at this! They are coming from the left, and I have only two shells left. Run!"


@pytest.fixture(scope="session")
def say(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., np.ndarray]:
    """`say(words, voice)` → mono float32 at 48 kHz, loudest sample 0.5."""
    program = shutil.which("espeak-ng")
    if program is None:
        message = "espeak-ng is not installed, so there is no speech to test with"
        if Path("/etc/debian_version").exists():
            pytest.fail(f"{message}: apt-get install espeak-ng")
        pytest.skip(message)

    def speak(words: str = WORDS, voice: str = "en-us") -> np.ndarray:
        file = tmp_path_factory.mktemp("speech") / "words.wav"
        subprocess.run([program, "-v", voice, "-w", str(file), words], check=True)
        mono = media.read_sound(file, RATE_HZ, 1).samples[0]
        return mono * (0.5 / np.abs(mono).max())

    return speak


@pytest.fixture(scope="session")
def spoken(say: Callable[..., np.ndarray]) -> tuple[Sound, float, float]:
    """Stereo: 2 s of silence, words, 3 s of silence; and when the words start and end."""
    words = say()
    loud = np.flatnonzero(np.abs(words) > 0.01)
    mono = np.concatenate([np.zeros(2 * RATE_HZ), words, np.zeros(3 * RATE_HZ)])
    samples = np.stack([mono, 0.8 * mono]).astype(np.float32)
    return Sound(samples, RATE_HZ), 2 + loud[0] / RATE_HZ, 2 + loud[-1] / RATE_HZ


def stereo(mono: np.ndarray) -> Sound:
    return Sound(np.stack([mono, mono]).astype(np.float32), RATE_HZ)


def _times_s(duration_s: float) -> np.ndarray:
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def _bursts(rng: np.random.Generator) -> np.ndarray:
    """Gunshots: noise that dies within 40 ms, three a second."""
    time_s = _times_s(12)
    return 0.6 * rng.standard_normal(len(time_s)) * np.exp(-(time_s % (1 / 3)) / 0.04)


def _chirps(rng: np.random.Generator) -> np.ndarray:
    """Pick-ups and jumps: square and sine sweeps of 0.1 to 0.6 s between 150 Hz and 2 kHz."""
    out = np.zeros(12 * RATE_HZ)
    for start in range(0, len(out) - RATE_HZ, round(0.7 * RATE_HZ)):
        n = round(rng.uniform(0.1, 0.6) * RATE_HZ)
        wave = np.sin(2 * np.pi * np.cumsum(np.geomspace(*rng.uniform(150, 2000, 2), n)) / RATE_HZ)
        out[start : start + n] += (np.sign(wave) if rng.random() < 0.5 else wave) * np.hanning(n)
    return 0.4 * out


def _tune(rng: np.random.Generator) -> np.ndarray:
    """Eight square-wave notes a second."""
    notes_hz = np.repeat(220 * 2 ** (rng.integers(0, 24, 96) / 12), RATE_HZ // 8)
    fall = np.tile(np.linspace(1, 0, RATE_HZ // 8), 96)
    return 0.3 * np.sign(np.sin(2 * np.pi * np.cumsum(notes_hz) / RATE_HZ)) * fall


WORDLESS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "silence": lambda rng: np.zeros(12 * RATE_HZ),
    "tone": lambda rng: 0.5 * np.sin(2 * np.pi * 440 * _times_s(12)),
    "noise": lambda rng: 0.2 * rng.standard_normal(12 * RATE_HZ),
    "gunshots": _bursts,
    "chirps": _chirps,
    "tune": _tune,
}


@pytest.fixture(params=sorted(WORDLESS))
def wordless(request: pytest.FixtureRequest) -> Sound:
    """What a game sounds like while nobody speaks, one kind after the other."""
    return stereo(WORDLESS[request.param](np.random.default_rng(3)))
