"""Separation backends side by side: the same mixes, the same figures."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from mrcmv.evaluation import separation
from mrcmv.evaluation.intervals import mean_of
from mrcmv.progress import Hook, silent
from mrcmv.separation import Backend, with_speech
from mrcmv.settings import Settings
from mrcmv.types import Floats, Sound, Stems

STEMS = ("voice", "music", "effects")
FIGURES = ("voice_improvement", "voice_si_sdr", "voice_sdr", "music_sdr", "effects_sdr",
           "rest_sdr", "false_voice")  # fmt: skip
QUIET_DB = -30.0
"""Where nobody speaks, a voice stem this far under the mix is not heard beside it."""


@dataclass(frozen=True, eq=False)
class Example:
    """A mix to take apart, with the truth. `groups`: what it counts for (`{"language": "ru"}`).

    Shape: stems `(3, 2, n)`, voice, music, effects; they sum to the mix.
    """

    name: str
    condition: str
    stems: Floats
    rate_hz: int
    groups: Mapping[str, str] = field(default_factory=dict)


def judge(
    examples: Iterable[Example],
    backends: Mapping[str, Backend],
    settings: Settings,
    total: int | None = None,
    hook: Hook = silent,
) -> dict[str, Any]:
    """The figures of each backend by condition and group, with counts and intervals.

    `rows` are the clips one by one; `speed` is seconds of sound a second over all of them. Figures
    are of the stems as the backend gives them; `speech`: whether words are found in the voice, for
    the app gives a voice without words back to the rest.
    """
    rows: list[dict[str, Any]] = []
    for done, example in enumerate(examples):
        hook("Taking mixes apart", completed=done, total=total)
        mix = example.stems.sum(axis=0)
        for name, backend in backends.items():
            began = time.perf_counter()
            stems = backend.split(Sound(mix, example.rate_hz), settings, silent)
            seconds = time.perf_counter() - began
            kept = with_speech(stems, Sound(mix, example.rate_hz))
            rows.append(
                {
                    "backend": name,
                    "clip": example.name,
                    "condition": example.condition,
                    **example.groups,
                    "speech": bool(kept.speech),
                    "seconds": seconds,
                    "duration_s": mix.shape[1] / example.rate_hz,
                    **figures_of(stems, example.stems),
                }
            )
    return {"rows": rows, "table": table_of(rows), "speed": _speed(rows)}


def figures_of(stems: Stems, truth: Floats) -> dict[str, float]:
    """What a backend's stems are worth. Shape: truth `(3, 2, n)`."""
    mix = truth.sum(axis=0)
    nothing = np.zeros_like(mix)
    voice = stems.voice.samples if stems.voice is not None else nothing
    figures = {
        "voice_sdr": separation.sdr_db(voice, truth[0]),
        "voice_si_sdr": separation.si_sdr_db(voice, truth[0]),
        "voice_improvement": separation.improvement_db(voice, truth[0], mix),
        "rest_sdr": separation.sdr_db(mix - voice, truth[1] + truth[2]),
    }
    for at, name in enumerate(STEMS[1:], start=1):
        if (found := getattr(stems, name)) is not None:
            figures[f"{name}_sdr"] = separation.sdr_db(found.samples, truth[at])
    if not np.isfinite(figures["voice_sdr"]):  # nobody speaks
        figures["false_voice"] = separation.false_voice_db(voice, mix)
    return figures


def table_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line for each backend and condition: means with intervals of all that was measured."""
    lines = []
    for key in dict.fromkeys((row["backend"], row["condition"]) for row in rows):
        own = [row for row in rows if (row["backend"], row["condition"]) == key]
        figures = {
            name: asdict(mean_of([row[name] for row in own if name in row]))
            for name in FIGURES
            if any(np.isfinite(row.get(name, np.nan)) for row in own)
        }
        lines.append({"backend": key[0], "condition": key[1], "n": len(own), **figures})
    return lines


def by_groups(
    rows: list[dict[str, Any]], groups: tuple[str, str], figure: str
) -> list[dict[str, Any]]:
    """The mean of a figure by backend and two groups that clips belong to (`language`, `level`)."""
    heads = ("backend", *groups)
    known = [row for row in rows if all(head in row for head in heads)]
    known = [row for row in known if np.isfinite(row.get(figure, np.nan))]
    lines = []
    for key in sorted({tuple(row[head] for head in heads) for row in known}):
        own = [row[figure] for row in known if tuple(row[head] for head in heads) == key]
        lines.append({**dict(zip(heads, key, strict=True)), **asdict(mean_of(own))})
    return lines


def false_voices(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By backend: of how many clips without speech the voice stem is `QUIET_DB` under the mix, and
    in how many of those, and of the clips with speech, words are found."""
    lines = []
    for name in dict.fromkeys(row["backend"] for row in rows):
        own = [row for row in rows if row["backend"] == name]
        without = [row for row in own if np.isfinite(row.get("false_voice", np.nan))]
        spoken = [row for row in own if row not in without]
        if without:
            found = [row["false_voice"] for row in without]
            line = {"backend": name, "n": len(without), "loudest": max(found)}
            line |= {"quiet": sum(figure <= QUIET_DB for figure in found)}
            line |= {"mistaken": sum(row["speech"] for row in without)}
            line |= {"n_spoken": len(spoken), "heard": sum(row["speech"] for row in spoken)}
            lines.append(line)
    return lines


def _speed(rows: list[dict[str, Any]]) -> dict[str, float]:
    speeds = {}
    for name in dict.fromkeys(row["backend"] for row in rows):
        own = [row for row in rows if row["backend"] == name]
        speeds[name] = sum(r["duration_s"] for r in own) / max(sum(r["seconds"] for r in own), 1e-9)
    return speeds
