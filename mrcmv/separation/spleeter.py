"""Spleeter's 2stems (Hennequin et al. 2020), the paper's separator, as a process of its own.

Its old tensorflow can't share an environment with the app, so `make spleeter` builds it one, and
the sound goes there and back as numpy files in a temporary folder. Nothing is downloaded here.
"""

import os
import subprocess
import tempfile
import threading
from pathlib import Path

import numpy as np

from mrcmv import media, weights
from mrcmv.errors import SeparationError
from mrcmv.progress import Hook
from mrcmv.separation import chunks
from mrcmv.separation.backend import voice_and_rest
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.types import Floats, Sound, Stems

ENVIRONMENT = REPOSITORY / ".venv-spleeter"
WORKER = Path(__file__).with_name("spleeter_worker.py")
WEIGHTS = "spleeter"
RATE_HZ = 44_100
PIECE_S = 20.0
OVERLAP_S = 1.0
START_LIMIT_S = 120.0
LIMIT_PER_S = 4.0
"""Longest run: two minutes to start and 4 s for each second of sound."""

NOTE = "Spleeter was trained on songs: shouts of the game may be taken for the voice-over."


class Spleeter:
    """Takes the vocals for the voice; the rest is what is left."""

    summary = "the paper's separator, trained on songs; runs in an environment of its own (2 GB)"
    licence = weights.WEIGHTS[WEIGHTS].licence

    def missing(self, settings: Settings) -> str | None:
        steps = []
        if not _python().exists():
            steps.append("`make spleeter` builds its environment (Python 3.11, 2 GB).")
        if not (model_folder(settings) / "2stems" / "model.index").is_file():
            steps.append(weights.how_to_get(WEIGHTS, settings))
        return " ".join(steps) or None

    def split(self, sound: Sound, settings: Settings, hook: Hook) -> Stems:
        stereo = np.broadcast_to(sound.samples, (2, sound.samples.shape[1]))
        mix = media.resample(Sound(stereo, sound.rate_hz), RATE_HZ).samples
        vocals = vocals_of(mix, model_folder(settings), hook)
        voice = media.resample(Sound(vocals, RATE_HZ), sound.rate_hz)
        kept, rest = voice_and_rest(sound, voice)
        return Stems(voice=kept, rest=rest, note=NOTE)


def model_folder(settings: Settings) -> Path:
    """What holds `2stems/`: Spleeter's own variable MODEL_PATH, or else the app's weights."""
    own = os.environ.get("MODEL_PATH")
    return Path(own).absolute() if own else weights.path(WEIGHTS, settings).parent.absolute()


def vocals_of(mix: Floats, models: Path, hook: Hook) -> Floats:
    """The vocals of a stereo mix at 44.1 kHz, in pieces of 20 s. Shape: `(2, n)` → `(2, n)`.

    Raises:
        SeparationError: the process failed or took too long, or has no room for its files.
    """
    try:
        return _vocals_of(mix, models, hook)
    except OSError as error:
        reason = error.strerror or error
        raise SeparationError(
            f"Spleeter cannot exchange files with its process in {tempfile.gettempdir()}: {reason}."
        ) from error


def _vocals_of(mix: Floats, models: Path, hook: Hook) -> Floats:
    places = chunks.pieces(mix.shape[1], round(PIECE_S * RATE_HZ), round(OVERLAP_S * RATE_HZ))
    with tempfile.TemporaryDirectory(prefix="mrcmv-spleeter-") as name:
        folder = Path(name)
        for i, place in enumerate(places):
            np.save(folder / f"mix-{i:03}.npy", mix[:, place].T)
        limit_s = START_LIMIT_S + LIMIT_PER_S * mix.shape[1] / RATE_HZ
        _run(folder, models, len(places), limit_s, hook)
        parts = [
            np.load(folder / f"voice-{i:03}.npy").T[:, : place.stop - place.start]
            for i, place in enumerate(places)
        ]
    return chunks.join(parts, places, mix.shape[1])


def _python() -> Path:
    return ENVIRONMENT / "bin" / "python"


def _run(folder: Path, models: Path, n_pieces: int, limit_s: float, hook: Hook) -> None:
    """Run the worker on the folder and tell the hook of each piece."""
    environment = os.environ | {
        "MODEL_PATH": str(models),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    log = folder / "log.txt"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [str(_python()), "-I", str(WORKER), str(folder)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        timer = threading.Timer(limit_s, process.kill)
        timer.start()
        try:
            assert process.stdout is not None
            hook("Separating the voice", completed=0, total=n_pieces)
            for done, _ in enumerate(process.stdout, start=1):
                hook("Separating the voice", completed=min(done, n_pieces), total=n_pieces)
            process.wait()
        finally:
            timed_out = not timer.is_alive()
            timer.cancel()
            process.kill()
    if process.returncode != 0:
        raise SeparationError(_failure(log, timed_out, limit_s))


def _failure(log: Path, timed_out: bool, limit_s: float) -> str:
    if timed_out:
        return f"Spleeter was stopped after {limit_s:.0f} s. Choose another separation backend."
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    last = lines[-1] if lines else "it said nothing"
    return f"Spleeter failed: {last[:300]}. `make spleeter` builds its environment again."
