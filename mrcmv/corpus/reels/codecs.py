"""Sounds through a codec and back, as what people upload has been, perhaps more than once."""

import tempfile
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.types import Sound

CODED = 0.4
"""Share of the sounds that go through a codec, of synthetic and recorded ones alike."""
KBPS = {
    1: {".m4a": (32, 96), ".mp3": (32, 96), ".opus": (16, 48)},
    2: {".m4a": (64, 160), ".mp3": (64, 192), ".opus": (40, 128)},
}
"""Channels → the file's ending → lowest and highest bit rate."""
SHORTEST_S = 0.5


def perhaps_coded(sound: Sound, rng: np.random.Generator) -> tuple[Sound, str]:
    """The sound, or what a codec left of it, and which one (`mp3 64`); "" for none."""
    if rng.random() >= CODED or sound.duration_s < SHORTEST_S:
        return sound, ""
    n_channels = sound.samples.shape[0]
    endings = sorted(KBPS[n_channels])
    ending = endings[int(rng.integers(len(endings)))]
    kbps = int(rng.integers(*KBPS[n_channels][ending], endpoint=True))
    return coded(sound, ending, kbps), f"{ending[1:]} {kbps}"


def coded(sound: Sound, ending: str, kbps: int) -> Sound:
    """Through a codec and back, at the same rate. Shape: `(channels, n)` → `(channels, about n)`.

    Raises:
        MediaError: there is no such codec.
    """
    peak = max(1.0, float(np.abs(sound.samples).max(initial=0.0)))
    held = Sound(sound.samples / np.float32(peak), sound.rate_hz)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"sound{ending}"
        media.write_sound(held, file, kbps)
        back = media.read_sound(file, sound.rate_hz, sound.samples.shape[0])
    return Sound(back.samples * np.float32(peak), sound.rate_hz)
