"""Separators' figures as Markdown."""

from collections.abc import Mapping
from typing import Any

import numpy as np

COLUMNS = {
    "voice_improvement": "voice SI-SDRi",
    "voice_sdr": "voice SDR",
    "music_sdr": "music SDR",
    "effects_sdr": "effects SDR",
    "rest_sdr": "rest SDR",
    "false_voice": "false voice",
}


def markdown(told: Mapping[str, Any]) -> str:
    """The tables: by condition, by language, speed and memory."""
    lines = ["# Separators", "", str(told.get("about", "")), ""]
    lines += ["In dB: mean, 95 % interval (bootstrap over clips).", ""]
    heads = ["backend", "condition", "n", *COLUMNS.values()]
    lines += _head(heads)
    for row in told["table"]:
        cells = [shown(row.get(name)) for name in COLUMNS]
        lines.append(_row([row["backend"], row["condition"], str(row["n"]), *cells]))
    for group, rows in told.get("groups", {}).items():
        lines += [
            "",
            f"Voice SI-SDR improvement by {group}:",
            "",
            *_head(["backend", group, "dB", "n"]),
        ]
        lines += [_row([r["backend"], r[group], shown(r), str(r["n"])]) for r in rows]
    lines += ["", *_head(["backend", "× real time on the mixes", "on a long sound", "peak MB"])]
    for name, speed in told["speed"].items():
        cost = told.get("costs", {}).get(name)
        long = f"{cost['speed']:.1f} ({cost['duration_s']:.0f} s)" if cost else "–"
        peak = f"{cost['peak_mb']:.0f} ({cost['before_mb']:.0f} before)" if cost else "–"
        lines.append(_row([name, f"{speed:.1f}", long, peak]))
    return "\n".join(lines) + "\n"


def shown(figure: Mapping[str, float] | None) -> str:
    """A mean with its interval: `9.1 (8.7–9.5)`."""
    if figure is None or not np.isfinite(figure["mean"]):
        return "–"
    if not np.isfinite(figure["low"]):
        return f"{figure['mean']:.1f}"
    return f"{figure['mean']:.1f} ({figure['low']:.1f} to {figure['high']:.1f})"


def _head(cells: list[str]) -> list[str]:
    return [_row(cells), _row(["---"] * len(cells))]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
