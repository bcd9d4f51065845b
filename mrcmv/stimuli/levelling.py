"""A clip's soundtracks at one loudness, as files.

Each is mastered as a mix is: to the target, under the peak ceiling. Where its peaks keep one below
the target, all of the clip's are made as quiet as that one: what is louder is preferred for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.errors import StudyError
from mrcmv.mixing import meter
from mrcmv.mixing.master import Measured, master
from mrcmv.types import Floats, MixOptions, Sound

SPREAD_LU = 0.5
"""The most by which a clip's soundtracks may differ, as files."""
NEAR_LU = 0.2
"""How near to the quietest one a file is left as it is."""
ROUNDS = 4


@dataclass(frozen=True)
class Level:
    """What the file measures; None of a silent one. `gain_db`: what was done to it, in loudness."""

    file: Path
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    gain_db: float | None


def level(sounds: Mapping[str, Floats], target_lufs: float, folder: Path) -> dict[str, Level]:
    """Write each sound as an m4a named by its key, all equally loud; silence stays silent.

    Shape: each `(2, n)` at 48 kHz. Raises StudyError where they cannot be brought together.
    """
    heard = {name: samples for name, samples in sounds.items() if samples.any()}
    goal, measured = target_lufs, dict[str, Measured]()
    for _ in range(ROUNDS):
        for name, samples in heard.items():
            if name not in measured or measured[name].loudness_lufs > goal + NEAR_LU:
                measured[name] = _write(samples, goal, folder / f"{name}.m4a")
        lowest = min((one.loudness_lufs for one in measured.values()), default=goal)
        if spread_lu(measured) <= NEAR_LU or not np.isfinite(lowest):
            break
        goal = lowest
    if not spread_lu(measured) <= SPREAD_LU:
        raise StudyError(
            f"The soundtracks differ by {spread_lu(measured):.1f} LU and cannot be brought to one "
            "loudness."
        )
    for name in set(sounds) - set(heard):
        media.write_sound(Sound(sounds[name], meter.RATE_HZ), folder / f"{name}.m4a")
    return {name: _level(name, sounds[name], measured.get(name), folder) for name in sounds}


def spread_lu(measured: Mapping[str, Measured]) -> float:
    """How far the loudest is above the quietest, in LU."""
    values = [one.loudness_lufs for one in measured.values()]
    return max(values) - min(values) if values else 0.0


def _write(samples: Floats, target_lufs: float, file: Path) -> Measured:
    return master(samples.copy(), MixOptions(target_lufs=target_lufs), file)


def _level(name: str, samples: Floats, measured: Measured | None, folder: Path) -> Level:
    file = folder / f"{name}.m4a"
    if measured is None:
        return Level(file, None, None, None)
    gain_db = measured.loudness_lufs - meter.loudness_of(samples)
    return Level(
        file,
        round(measured.loudness_lufs, 3),
        round(measured.true_peak_dbtp, 3),
        round(gain_db, 3),
    )
