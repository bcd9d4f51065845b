"""How lively recorded lines are: how far their pitch moves. A recording's pitch range cannot be
changed without a trace, but among hundreds of lines there are flat ones and lively ones."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.media.pitch import pitch_hz
from mrcmv.types import Floats

SAMPLES_A_BYTE = 2
"""Of G.722: 64 kbit/s for 16 kHz."""
LEAST_FRAMES = 10
"""With fewer voiced frames of 10 ms a line has no melody."""


def liveliness(files: Mapping[str, Path], kept: Path) -> dict[str, float]:
    """For each G.722 file, by name, from the 10th to the 90th percentile of its pitch, in
    semitones.

    Measured once; `kept` is the JSON file that remembers.

    Raises:
        MrcmvError: ffmpeg could not read them.
    """
    known = json.loads(kept.read_text()) if kept.is_file() else {}
    missing = [name for name in files if name not in known]
    if missing:
        lines = _decoded([files[name] for name in missing])
        known.update(zip(missing, map(pitch_range_st, lines), strict=True))
        half = kept.with_name(f".{kept.name}.part")
        half.write_text(json.dumps(known))
        half.replace(kept)
    return {name: known[name] for name in files}


def pitch_range_st(line: Floats) -> float:
    """How far the pitch of a line moves, in semitones. Shape: `(n,)` at 16 kHz."""
    found_hz = pitch_hz(line)
    voiced = found_hz[found_hz > 0]
    if len(voiced) < LEAST_FRAMES:
        return 0.0
    low, high = np.percentile(12 * np.log2(voiced), (10, 90))
    return round(float(high - low), 3)


def _decoded(files: Sequence[Path]) -> list[Floats]:
    """All files in one pass of ffmpeg: G.722 has no header. Shape: `(n,)` each, at 16 kHz."""
    from imageio_ffmpeg import get_ffmpeg_exe

    data = [file.read_bytes() for file in files]
    command = [get_ffmpeg_exe(), "-v", "error", "-f", "g722", "-i", "-", "-f", "f32le", "-"]
    done = subprocess.run(command, input=b"".join(data), capture_output=True, check=False)
    samples: Floats = np.frombuffer(done.stdout, np.float32)
    ends = SAMPLES_A_BYTE * np.cumsum([len(each) for each in data])
    if done.returncode != 0 or len(samples) < ends[-1]:
        raise MrcmvError(f"ffmpeg could not read the prompts: {done.stderr.decode().strip()}")
    return np.split(samples[: ends[-1]], ends[:-1])
