"""An explanation as JSON or NPZ, for papers and for the page; both come back as they were.

**Conventions.** Both hold `facts` (what is not an array: JSON) and arrays by name. In JSON the
arrays are nested lists under `arrays`, with nine digits, which is all that float32 has, and null
where a number is not known; in NPZ `facts` is a string. `times/…` are there for readers and say
nothing new.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.explain.explanation import Explanation, MatchExplanation, MusicMap
from mrcmv.explain.scoring import Outcome
from mrcmv.explain.timeline import Timeline
from mrcmv.types import Floats

FORMAT = "mrcmv-explanation-1"


def to_json(explanation: Explanation) -> str:
    """The numbers as one JSON object."""
    arrays = {name: _listed(array) for name, array in arrays_of(explanation).items()}
    return json.dumps({**facts_of(explanation), "arrays": arrays}, allow_nan=False)


def from_json(text: str) -> Explanation:
    """What `to_json` wrote.

    Raises:
        MrcmvError: it is something else.
    """
    try:
        told = json.loads(text)
        arrays = {name: np.array(rows, np.float32) for name, rows in told["arrays"].items()}
        return _built(told, arrays)
    except (ValueError, KeyError, TypeError) as error:
        raise _not_one("JSON") from error


def to_npz(explanation: Explanation) -> bytes:
    """The numbers as a NumPy archive, compressed."""
    file = io.BytesIO()
    facts = json.dumps(facts_of(explanation), allow_nan=False)
    arrays: dict[str, Any] = dict(arrays_of(explanation))
    np.savez_compressed(file, facts=np.array(facts), **arrays)
    return file.getvalue()


def from_npz(data: bytes) -> Explanation:
    """What `to_npz` wrote.

    Raises:
        MrcmvError: it is something else.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if name != "facts"}
            return _built(json.loads(str(archive["facts"])), arrays)
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise _not_one("NPZ") from error


def facts_of(explanation: Explanation) -> dict[str, Any]:
    """All that is not an array."""
    return {
        "format": FORMAT,
        "line": asdict(explanation.line),
        "has_voice": explanation.has_voice,
        "n_tracks": explanation.n_tracks,
        "matches": [
            {
                "rank": one.rank,
                "track_id": one.track_id,
                "title": one.title,
                "start_s": one.start_s,
                "lead": one.lead,
                "outcomes": {name: asdict(told) for name, told in one.outcomes.items()},
                "music_line": asdict(one.music.line) if one.music else None,
            }
            for one in explanation.matches
        ],
    }


def arrays_of(explanation: Explanation) -> dict[str, Floats]:
    """All arrays by name, float32."""
    line = explanation.line
    arrays = {f"attention/{name}": weights for name, weights in explanation.maps.items()}
    arrays["rollout"] = explanation.rolled
    arrays["flow"] = explanation.flow
    if explanation.gate is not None:
        arrays["gate"] = explanation.gate
    for at, one in enumerate(explanation.matches):
        arrays[f"matches/{at}/ties"] = one.ties
        if one.music:
            arrays[f"matches/{at}/music"] = one.music.weights
    arrays["times/picture_s"] = line.picture_times_s
    arrays["times/picture_is_slow"] = line.is_slow.astype(np.float32)
    arrays["times/voice_s"] = line.voice_times_s
    return arrays


def _built(facts: Mapping[str, Any], arrays: Mapping[str, Floats]) -> Explanation:
    if facts["format"] != FORMAT:
        raise ValueError(f"format {facts['format']}")
    return Explanation(
        line=Timeline(**facts["line"]),
        has_voice=facts["has_voice"],
        n_tracks=facts["n_tracks"],
        maps={
            name.removeprefix("attention/"): weights
            for name, weights in arrays.items()
            if name.startswith("attention/")
        },
        rolled=arrays["rollout"],
        gate=arrays.get("gate"),
        flow=arrays["flow"],
        matches=tuple(
            MatchExplanation(
                rank=one["rank"],
                track_id=one["track_id"],
                title=one["title"],
                start_s=one["start_s"],
                lead=one["lead"],
                outcomes={name: Outcome(**told) for name, told in one["outcomes"].items()},
                ties=arrays[f"matches/{at}/ties"],
                music=_music(one["music_line"], arrays.get(f"matches/{at}/music")),
            )
            for at, one in enumerate(facts["matches"])
        ),
    )


def _music(line: Mapping[str, float] | None, weights: Floats | None) -> MusicMap | None:
    return None if line is None or weights is None else MusicMap(Timeline(**line), weights)


def _listed(array: Floats) -> Any:
    """Nested lists, nine digits each, None for what is not known."""
    if array.ndim > 1:
        return [_listed(row) for row in array]
    return [float(f"{value:.9g}") if np.isfinite(value) else None for value in array.tolist()]


def _not_one(kind: str) -> MrcmvError:
    return MrcmvError(f"This {kind} is no explanation that this version wrote: export it again.")
