"""A find's answer for others than Python: plain JSON values, and names of files."""

import math
import re
from pathlib import Path
from typing import Any

from mrcmv.types import Clip, Found, Match, Track

NAME_BYTES = 110
"""Most bytes of each part of a mix's file name."""


def as_json(found: Found, mixes: dict[int, Path] | None = None) -> dict[str, Any]:
    """A find's answer as plain JSON values; `mixes` are the rendered files by rank.

    A method that measures no distance (tags, random) has null there.
    """
    mixes = mixes or {}
    return {
        "clip": str(found.clip.path),
        "window": {
            "start_s": round(found.window.start_s, 3),
            "duration_s": round(found.window.duration_s, 3),
        },
        "voice": {
            "detected": found.stems.voice is not None,
            "speech_s": round(found.stems.speech_s, 2),
        },
        "method": found.method,
        "notes": list(found.notes),
        "matches": [_match_json(match, mixes.get(match.rank)) for match in found.matches],
    }


def _match_json(match: Match, mix: Path | None) -> dict[str, Any]:
    return {
        "rank": match.rank,
        "track_id": match.track.track_id,
        "file": str(match.track.file),
        "title": match.track.title,
        "artist": match.track.artist,
        "licence": match.track.licence,
        "song": match.track.song or None,
        "singing_share": match.track.singing_share,
        "start_s": round(match.window.start_s, 2),
        "distance": round(match.distance, 4) if math.isfinite(match.distance) else None,
        "fit": round(match.fit, 1) if math.isfinite(match.fit) else None,
        "mix": str(mix) if mix else None,
    }


def mix_name(clip: Clip, track: Track, rank: int | None = None) -> str:
    """A file name for a mix, safe on every system: `clip - 1 - Night Watch.mp4`."""
    parts = [clip.path.stem, *([str(rank)] if rank else []), track.title]
    words = [_short(re.sub(r"[^\w \-.,'()]+", "_", part)) for part in parts]
    return " - ".join(word for word in words if word) + ".mp4"


def _short(part: str) -> str:
    """A part of a file name: file systems count bytes, at most 255 in all."""
    return part.encode("utf-8", "ignore")[:NAME_BYTES].decode("utf-8", "ignore").strip(" .")
