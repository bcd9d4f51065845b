"""Separators' figures as Markdown."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mrcmv.evaluation.separators import QUIET_DB

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
    for row in told.get("false_voices", ()):
        lines += [
            "",
            f"{row['backend']}: of {row['n']} clips without speech, {row['quiet']} have a voice "
            f"stem at least {-QUIET_DB:.0f} dB under the mix; the loudest is at "
            f"{row['loudest']:.1f} dB. The app looks for words in it and keeps a voice in "
            f"{row['mistaken']} of them, and in {row['heard']} of {row['n_spoken']} with speech.",
        ]
    for group, rows in told.get("groups", {}).items():
        levels = sorted({row["level"] for row in rows}, key=float)
        lines += ["", f"Voice SI-SDR improvement by {group} and level, without noise:", ""]
        lines += _head(["backend", group, *(f"{level} dB" for level in levels), "n a level"])
        for key in dict.fromkeys((row["backend"], row[group]) for row in rows):
            own = {r["level"]: r for r in rows if (r["backend"], r[group]) == key}
            counts = sorted({row["n"] for row in own.values()})
            told_n = "–".join(str(n) for n in dict.fromkeys((counts[0], counts[-1])))
            lines.append(_row([*key, *(shown(own.get(level)) for level in levels), told_n]))
    lines += [
        "",
        "Speed and memory of a process that does nothing else. *Idle* is what it holds with the "
        "libraries and the network loaded, *the sound* what the sound itself takes.",
        "",
    ]
    heads = ["backend", "× real time on the mixes", "on a long sound", "idle MB", "the sound MB"]
    lines += _head([*heads, "peak MB"])
    for name, speed in told["speed"].items():
        cost = told.get("costs", {}).get(name)
        cells = (
            [f"{cost['speed']:.1f} ({cost['duration_s']:.0f} s)"]
            + [f"{cost[key]:.0f}" for key in ("idle_mb", "sound_mb", "peak_mb")]
            if cost
            else ["–"] * 4
        )
        lines.append(_row([name, f"{speed:.1f}", *cells]))
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
