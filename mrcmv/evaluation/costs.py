"""How fast a backend takes a long sound apart, and how much memory it takes, alone in a process."""

import resource
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from mrcmv.progress import silent
from mrcmv.separation import Backend
from mrcmv.settings import Settings
from mrcmv.types import Sound

LONG_S = 600.0
RATE_HZ = 48_000


@dataclass(frozen=True)
class Cost:
    """What it took. speed: seconds of sound a second; peak_mb: of the whole process. Of that
    idle_mb is there with libraries and network loaded (torch built for CUDA takes 0.5 GB by
    itself), and sound_mb is the sound that is handed in."""

    duration_s: float
    seconds: float
    speed: float
    peak_mb: float
    idle_mb: float
    sound_mb: float


def cost_of(backend: Backend, settings: Settings, duration_s: float = LONG_S) -> Cost:
    """Run a backend over noise with gaps, in a process of its own, after a second of it."""
    context = get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (backend, settings, duration_s))


def _measure(backend: Backend, settings: Settings, duration_s: float) -> Cost:
    n = round(duration_s * RATE_HZ)
    samples = np.empty((2, n), np.float32)
    rng = np.random.default_rng(0)
    for start in range(0, n, RATE_HZ):
        part = samples[:, start : start + RATE_HZ]
        part[:] = rng.standard_normal(part.shape, dtype=np.float32)
        part *= np.float32(0.1 if (start // RATE_HZ) % 3 else 0.001)
    backend.split(Sound(samples[:, :RATE_HZ], RATE_HZ), settings, silent)
    idle_mb = max(0.0, _peak_mb() - samples.nbytes / 1e6)
    began = time.perf_counter()
    backend.split(Sound(samples, RATE_HZ), settings, silent)
    seconds = time.perf_counter() - began
    return Cost(
        duration_s=duration_s,
        seconds=seconds,
        speed=duration_s / seconds,
        peak_mb=_peak_mb(),
        idle_mb=idle_mb,
        sound_mb=samples.nbytes / 1e6,
    )


def _peak_mb() -> float:
    """The most memory that this process has had.

    Linux tells it of the program that runs; `getrusage` there also counts what the process was
    before it became this program: its parent.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts bytes
