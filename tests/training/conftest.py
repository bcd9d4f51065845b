"""Reels of made-up sounds: what a finished corpus would give, in a second."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from mrcmv import media
from mrcmv.media import Reel
from mrcmv.training.treatments import RATE_HZ
from mrcmv.types import Sound


def tone(hz: float, seconds: float, n_channels: int, rng: np.random.Generator) -> Sound:
    times_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = np.stack(
        [np.sin(2 * np.pi * hz * times_s + rng.uniform(0, 6)) for _ in range(n_channels)]
    )
    return Sound((0.2 * wave).astype(np.float32), RATE_HZ)


def lines(rng: np.random.Generator):
    """Two speakers, one of them recorded, of two lines each: harmonics that start and stop."""
    for number, kind in enumerate(("synthetic", "human")):
        for line in range(2):
            facts = {"kind": kind, "speaker": f"s{number}", "family": f"f{number}"}
            facts |= {"language": "en", "session": f"a-{number}", "codec": ""}
            samples = sum(
                tone(hz, 0.6, 1, rng).samples for hz in (150 + 40 * number, 450, 900 + 99 * line)
            )
            yield f"v{number}{line}", facts, Sound(samples, RATE_HZ)


def others(kind: str, hz: tuple[float, ...], seconds: float, rng: np.random.Generator):
    for number, each in enumerate(hz):
        yield f"{kind}{number}", {"kind": kind}, tone(each, seconds, 2, rng)


def make_reels(folder: Path, seed: int = 0) -> dict[str, Reel]:
    rng = np.random.default_rng(seed)
    return {
        "voice": media.write_reel(folder / "voice", RATE_HZ, 1, lines(rng)),
        "music": media.write_reel(
            folder / "music", RATE_HZ, 2, others("music", (2000.0, 2600.0), 3.0, rng)
        ),
        "effects": media.write_reel(
            folder / "effects", RATE_HZ, 2, others("doom", (6000.0, 8000.0), 3.0, rng)
        ),
        "short": media.write_reel(
            folder / "short", RATE_HZ, 2, others("short", (9000.0,), 0.2, rng)
        ),
    }


@pytest.fixture(scope="session")
def reels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reel]:
    return make_reels(tmp_path_factory.mktemp("reels"))


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Such small products are faster so, thirty times where other work keeps the cores busy."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)
