"""What files are besides what they hold: bytes, bit rates, levels, lengths, formats, tags.

None of it may tell which music belongs to a clip: these are the numbers that a shortcut would use.
"""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv.corpus.checks.material import Material, Window
from mrcmv.corpus.checks.measuring import Measured
from mrcmv.errors import MrcmvError
from mrcmv.types import Floats

QUERY = (
    "voice level", "voice peak", "voice bytes", "voice bit rate", "clip length", "frames bytes",
    "frames bit rate", "frames a second", "game bytes", "game level", "kept whole",
)  # fmt: skip
MUSIC = (
    "bytes", "bit rate", "length", "start", "level", "sample rate", "channels",
    "ogg", "mp3", "flac", "other",
)  # fmt: skip


def query_facts(material: Material, measured: Measured) -> Floats:
    """Of each pair: what `QUERY` names. Shape: (pairs, len(QUERY))."""
    rows = []
    for pair in material.pairs:
        take = material.takes[pair["take_id"]]
        heard, seen = measured.voices[pair["pair_id"]], measured.takes[pair["take_id"]]
        length_s = take["duration_s"]
        rows.append(
            [
                heard["level_db"],
                heard["peak_db"],
                np.log(heard["bytes"]),
                np.log(heard["bytes"] / length_s),
                length_s,
                np.log(seen["bytes"]),
                np.log(seen["bytes"] / length_s),
                take["fps"],
                np.log(seen["game_bytes"] / length_s),
                seen["level_db"],
                take["pictures"] is not None,
            ]
        )
    return np.array(rows, np.float32)


def music_facts(material: Material, measured: Measured, windows: Iterable[Window]) -> Floats:
    """Of each window: what `MUSIC` names. Shape: (n, len(MUSIC))."""
    rows = []
    for piece_id, start_s in windows:
        piece = material.pieces[piece_id]
        path = Path(piece["file"])
        size = path.stat().st_size
        kind = path.suffix.lower().lstrip(".")
        rate_hz, n_channels = _format(path)
        rows.append(
            [
                np.log(size),
                np.log(size / piece["duration_s"]),
                np.log(piece["duration_s"]),
                start_s,
                measured.music[piece_id, start_s]["level_db"],
                rate_hz,
                n_channels,
                *(kind == name for name in ("ogg", "mp3", "flac")),
                kind not in ("ogg", "mp3", "flac"),
            ]
        )
    return np.array(rows, np.float32)


@cache
def _format(path: Path) -> tuple[float, float]:
    """Sample rate and channels as the file's head says; NaN where libsndfile does not read it."""
    import soundfile

    try:
        told = soundfile.info(str(path))
    except soundfile.LibsndfileError:
        return float("nan"), float("nan")
    return float(told.samplerate), float(told.channels)


def tags_of(path: Path) -> tuple[str, ...]:
    """Everything that a file says of itself and of its streams: `name=value`, sorted.

    Raises:
        MrcmvError: it cannot be read.
    """
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-map", "0"]
    command += ["-c", "copy", "-t", "0", "-fflags", "+bitexact", "-f", "ffmetadata", "-"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise MrcmvError(f"{path} cannot be read: {done.stderr.decode(errors='replace').strip()}")
    lines = done.stdout.decode(errors="replace").splitlines()
    return tuple(sorted({line for line in lines if "=" in line and not line.startswith(";")}))


def tags_by_kind(files: Mapping[str, Sequence[Path]]) -> dict[str, dict[str, Any]]:
    """For each kind of files: how many were looked at, and what some say and others do not."""
    told = {}
    for kind, paths in files.items():
        said = [set(tags_of(path)) for path in paths]
        common = set.intersection(*said) if said else set()
        differ = sorted(set.union(*said) - common) if said else []
        told[kind] = {
            "n": len(said),
            "common": sorted(common),
            "n_differing": len(differ),
            "differing": differ[:5],
        }
    return told
