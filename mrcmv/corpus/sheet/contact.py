"""A whole clip on one picture: film strip, transcript, spectrogram, stems, ducking, numbers."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mrcmv.corpus.sheet import canvas
from mrcmv.corpus.sheet.levels import level_db, log_bands_db
from mrcmv.corpus.sheet.measures import Numbers
from mrcmv.corpus.sheet.wholes import Whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE_IN = (16.0, 12.0)
ROWS = (1.5, 1.25, 1.5, 3.0, 2.6, 1.1, 1.3)
N_LANES = 5
LETTERS = 190
"""Letters that fit on the width of the picture."""
STEM_COLOURS = {"voice": canvas.BLUE, "music": canvas.RED, "effects": canvas.GREEN}


def draw_contact(
    whole: Whole, numbers: Numbers, wrong: Mapping[str, str], path: Path
) -> Path:  # fmt: skip
    """Write a clip's contact sheet as a PNG of 1600 × 1200 px."""
    drawn = canvas.figure(*SIZE_IN)
    with canvas.look():
        grid = drawn.add_gridspec(
            len(ROWS), 1, height_ratios=ROWS, left=0.05, right=0.985, top=0.985, bottom=0.04,
            hspace=0.16,
        )  # fmt: skip
        head, strip, lines, bands, stems, gains, truth = (
            drawn.add_subplot(grid[at]) for at in range(len(ROWS))
        )
        _head(head, whole, numbers, wrong)
        _strip(strip, whole)
        _lines(lines, whole)
        _bands(bands, whole)
        _stems(stems, whole)
        _gains(gains, whole)
        _truth(truth, whole)
        for axes in (lines, bands, stems, gains, truth):
            axes.set_xlim(0, numbers.duration_s)
        for axes in (lines, bands, stems, gains):
            axes.tick_params(labelbottom=False)
    return canvas.save(drawn, path)


def header_of(whole: Whole, numbers: Numbers) -> list[str]:
    """What is written above a clip: who, what, how loud."""
    pair, n = whole.pair, numbers
    mood = ", ".join(f"{name} {value:+.1f}" for name, value in pair["mood"].items())
    music = " → ".join(
        f"{piece['title']} ({piece['package']}, {piece['licence']}) from "
        f"{segment['music_start_s']:g} s"
        for piece, segment in zip(whole.pieces, pair["segments"], strict=True)
    )
    levels = whole.levels
    return [
        f"{pair['pair_id']} · {whole.take['source']} {whole.take['place']} · {n.duration_s:.1f} s "
        f"· {pair['speaker_id']} ({pair['language']}) · editor: {pair['editor']}",
        f"mood: {mood}",
        f"music: {music}",
        f"{n.loudness_lufs:.1f} LUFS (meant {n.target_lufs:.0f}) · true peak "
        f"{n.true_peak_dbtp:.1f} dBTP · voice {n.voice_lufs:.1f}, music {n.music_lufs:.1f}, "
        f"effects {n.effects_lufs:.1f} LUFS · speech {100 * n.speech_share:.0f} %",
        f"under speech: voice over music {n.voice_to_music_lu:.1f} LU, over effects "
        f"{n.voice_to_effects_lu:.1f} LU · ducking measured {n.duck_db:.1f} dB, set "
        f"{levels.duck_db:.1f} dB, up {100 * n.up_share:.0f} % of the time · set: music "
        f"{levels.music_lu:.1f} LU, game {levels.game_lu:.1f} LU",
    ]


def _head(axes: "Axes", whole: Whole, numbers: Numbers, wrong: Mapping[str, str]) -> None:
    canvas.bare(axes)
    for row, text in enumerate(header_of(whole, numbers)):
        weight = "bold" if row == 0 else "normal"
        axes.text(
            0, 0.97 - 0.17 * row, text[:LETTERS], va="top", weight=weight, transform=axes.transAxes
        )
    told = " · ".join(f"{name}: {text}" for name, text in wrong.items()) or "no rule is broken"
    colour = canvas.RED if wrong else canvas.GREEN
    axes.text(0, 0.1, told[:LETTERS], va="top", color=colour, weight="bold",
              transform=axes.transAxes)  # fmt: skip


def _strip(axes: "Axes", whole: Whole) -> None:
    canvas.bare(axes)
    frames = whole.pictures.frames
    row = np.concatenate(list(frames.images[:, ::2, ::2]), axis=1)
    axes.imshow(row, aspect="auto", extent=(0, len(frames.images), 0, 1))
    for at, time_s in enumerate(frames.times_s):
        axes.text(at + 0.03, 0.06, f"{time_s:.1f} s", color="white", fontsize=8,
                  bbox={"facecolor": "black", "alpha": 0.6, "pad": 1, "lw": 0})  # fmt: skip


def lanes_of(starts: Sequence[float], widths: Sequence[float], n_lanes: int) -> list[int]:
    """A lane for each text, the first that is free where it starts; the emptiest where none is."""
    free = [0.0] * n_lanes
    lanes = []
    for start, width in zip(starts, widths, strict=True):
        open_ = [lane for lane in range(n_lanes) if free[lane] <= start]
        lane = open_[0] if open_ else int(np.argmin(free))
        free[lane] = start + width
        lanes.append(lane)
    return lanes


def _lines(axes: "Axes", whole: Whole) -> None:
    said = whole.pair["lines"]
    letter_s = whole.voice.duration_s / LETTERS
    lanes = lanes_of(
        [line["start_s"] for line in said],
        [(len(line["text"]) + 3) * letter_s for line in said],
        N_LANES,
    )
    for line, lane in zip(said, lanes, strict=True):
        length_s = line["end_s"] - line["start_s"]
        axes.barh(N_LANES - lane - 0.9, length_s, 0.16, line["start_s"], color=canvas.BLUE)
        axes.text(line["start_s"], N_LANES - lane - 0.75, f"{line['text']} [{line['kind']}]",
                  fontsize=7, va="bottom")  # fmt: skip
    axes.set_ylim(0, N_LANES)
    axes.set_yticks([])
    axes.set_ylabel("transcript")


def _bands(axes: "Axes", whole: Whole) -> None:
    shown, middles = log_bands_db(whole.mix)
    top = float(np.quantile(shown, 0.999))
    axes.imshow(shown, origin="lower", aspect="auto", cmap="magma", vmin=top - 80, vmax=top,
                extent=(0, whole.mix.duration_s, 0, len(middles)), interpolation="nearest",
                )  # fmt: skip
    marks = (100, 200, 500, 1000, 2000, 5000, 10000, 16000)
    axes.set_yticks(np.interp(np.log(marks), np.log(middles), np.arange(len(middles)) + 0.5))
    axes.set_yticklabels([f"{mark / 1000:g}" for mark in marks])
    axes.set_ylabel("mix, kHz")
    axes.grid(visible=False)


def _stems(axes: "Axes", whole: Whole) -> None:
    for name, sound in whole.stems.items():
        curve = level_db(sound, 0.1)
        axes.plot(curve.times_s + 0.05, curve.values, color=STEM_COLOURS[name], lw=1.1, label=name)
    axes.set_ylim(-75, 0)
    axes.set_ylabel("stems, dBFS")
    axes.legend(loc="lower left", ncol=3)
    for segment in whole.pair["segments"][1:]:
        axes.axvline(segment["start_s"], color=canvas.INK, ls=":")
    for line in whole.pair["lines"]:
        axes.axvspan(line["start_s"], line["end_s"], color=canvas.BLUE, alpha=0.08, lw=0)


def _gains(axes: "Axes", whole: Whole) -> None:
    axes.plot(whole.gains.times_s, whole.gains.values, color=canvas.RED, lw=1.1)
    axes.set_ylim(-20, 1)
    axes.set_ylabel("music's\ngain, dB")


def _truth(axes: "Axes", whole: Whole) -> None:
    seconds = whole.take["seconds"]
    action = np.nan_to_num(np.array(seconds["action"], float))
    axes.step(np.arange(len(action)), action, where="post", color=canvas.ORANGE, label="action")
    motion, light = whole.pictures.motion, whole.pictures.brightness
    axes.plot(motion.times_s, np.minimum(1.0, 5 * motion.values), color=canvas.SKY, lw=0.8,
              label="motion × 5")  # fmt: skip
    axes.plot(light.times_s, light.values, color=canvas.DIM, lw=0.8, label="light")
    for start_s, style in json.loads(whole.take["plan"]):
        axes.axvline(start_s, color=canvas.INK, lw=0.6)
        axes.text(start_s, 1.02, f" {style}", fontsize=8, va="bottom")
    axes.set_ylim(0, 1.2)
    axes.set_ylabel("picture, 0–1")
    axes.set_xlabel("time, s")
    axes.legend(loc="upper right", ncol=3)
