"""The figures of the data sheet, as SVG: clips, readings, music, oracles.

Each is made from the tables alone; the same tables give the same file.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mrcmv.corpus.build.manifest import Row, read_table
from mrcmv.corpus.build.sizes import SPLITS
from mrcmv.corpus.editor.mind import AXES
from mrcmv.corpus.sheet import canvas, panels
from mrcmv.types import Floats

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Rows = Sequence[Row]


def draw_figures(folder: Path, to: Path) -> list[Path]:
    """Write the figures of a finished corpus below `to`: clips.svg, readings.svg, music.svg,
    oracles.svg.

    Raises:
        MrcmvError: no finished corpus lies in `folder`, or matplotlib is not installed.
    """
    pairs, takes, pieces, windows = (
        read_table(folder / f"{name}.parquet") for name in ("pairs", "takes", "pieces", "windows")
    )
    oracles = json.loads((folder / "figures.json").read_text())["oracles"]
    with canvas.look():
        drawn = {
            "clips": clips(pairs, takes),
            "readings": readings(pairs),
            "music": music(pairs, pieces, windows),
            "oracles": recall_curves(oracles),
        }
    return [canvas.save(figure, to / f"{name}.svg") for name, figure in drawn.items()]


def clips(pairs: Rows, takes: Rows) -> "Figure":
    """Lengths, speech, languages, families, styles of play, how fierce it is."""
    by_id = {take["take_id"]: take for take in takes}
    length = {str(pair["pair_id"]): float(by_id[pair["take_id"]]["duration_s"]) for pair in pairs}
    drawn = canvas.figure(11, 9.5)
    grid = drawn.subplots(3, 2, gridspec_kw={"height_ratios": [1, 1, 1.5]})
    lengths, speech, styles, action, languages, families = grid.ravel()
    panels.outlines(lengths, _by(pairs, "split", lambda pair: length[str(pair["pair_id"])]))
    panels.title(lengths, "Length of clips", "length, s", "share of pairs, %")
    share = _by(pairs, "split", lambda pair: 100 * pair["speech_s"] / length[str(pair["pair_id"])])
    panels.outlines(speech, share)
    panels.title(speech, "Speech", "share of the clip, %", "share of pairs, %")
    panels.bars(styles, played_min(takes))
    panels.title(styles, "Styles of play", "recorded, min", "")
    fierce = {
        source: [second for take in takes if take["source"] == source
                 for second in take["seconds"]["action"]]
        for source in {take["source"] for take in takes}
    }  # fmt: skip
    panels.outlines(action, fierce)
    panels.title(action, "How fierce each second is", "action, 0–1", "share of seconds, %")
    panels.bars(languages, tally(pairs, "language", "split"))
    panels.title(languages, "Languages", "pairs", "")
    panels.bars(families, tally(pairs, "family", "split"))
    panels.title(families, "Families of speakers", "pairs", "")
    drawn.tight_layout()
    return drawn


def played_min(takes: Rows) -> dict[str, dict[str, float]]:
    """Style → source → minutes in which it was played."""
    minutes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for take in takes:
        plan = json.loads(take["plan"])
        ends = [start_s for start_s, _ in plan[1:]] + [take["duration_s"]]
        for (start_s, style), end_s in zip(plan, ends, strict=True):
            minutes[style][take["source"]] += (end_s - start_s) / 60
    return {style: dict(parts) for style, parts in minutes.items()}


def readings(pairs: Rows) -> "Figure":
    """What voice and picture say, beside each other, and the music that was chosen."""
    voice, picture, target, chosen = (
        _stacked(pairs, name) for name in ("voice_reading", "picture_reading", "target", "music")
    )
    drawn = canvas.figure(11, 7.5)
    two, fit, apart, close = drawn.subplots(2, 2).ravel()
    panels.density(two, voice[:, 0], picture[:, 0])
    panels.title(two, "Voice and picture say two things", "arousal of the voice, spreads",
                 "arousal of the picture, spreads")  # fmt: skip
    panels.density(fit, target[:, 0], chosen[:, 0])
    panels.title(fit, "What was chosen for what was asked", "arousal of the target, spreads",
                 "arousal of the music, spreads")  # fmt: skip
    panels.table(apart, _correlations(voice, picture), AXES, AXES)
    panels.title(apart, "ρ of voice (rows) and picture (columns)", "", "")
    sides = [voice, picture, target]
    values = np.array([[panels.rho(side[:, at], chosen[:, at]) for side in sides]
                       for at in range(len(AXES))], np.float32)  # fmt: skip
    panels.table(close, values, AXES, ("voice", "picture", "target"))
    panels.title(close, "ρ of the chosen music with", "", "")
    drawn.tight_layout()
    return drawn


def music(pairs: Rows, pieces: Rows, windows: Rows) -> "Figure":
    """Real and composed music on the axes, uses, licences, packages."""
    origin = {piece["piece_id"]: piece["origin"] for piece in pieces}
    drawn = canvas.figure(11, 9)
    grid = drawn.subplots(3, 2, gridspec_kw={"height_ratios": [1, 1, 1.4]})
    *spread, uses, licences, packages = grid.ravel()
    for axes, at in zip(spread, range(len(spread)), strict=True):
        of = _by(windows, lambda row: origin[row["piece_id"]], lambda row, at=at: row["axes"][at])
        panels.outlines(axes, of)
        panels.title(axes, f"{AXES[at].capitalize()} of the music", f"{AXES[at]}, spreads",
                     "share of windows, %")  # fmt: skip
    used = Counter((pair["split"], pair["piece_id"]) for pair in pairs)
    often = {split: [float(n) for (its, _), n in used.items() if its == split] for split in SPLITS}
    panels.outlines(uses, {name: values for name, values in often.items() if values}, counted=True)
    panels.title(uses, "Uses of a piece that was chosen", "pairs", "share of pieces, %")
    short = [{**piece, "licence": licence_of(piece["licence"])} for piece in pieces]
    panels.bars(licences, tally(short, "licence", "split"), most=10)
    panels.title(licences, "Licences", "pieces", "")
    real = [{**piece, "package": piece["package"].split()[0]} for piece in pieces
            if piece["origin"] == "real"]  # fmt: skip
    panels.bars(packages, tally(real, "package", "split"))
    panels.title(packages, "Where real pieces come from", "pieces", "")
    drawn.tight_layout()
    return drawn


def licence_of(text: str) -> str:
    """A licence without where it is written: `BSD (see copyright of noiz2sa)` → `BSD`."""
    return re.sub(r"\s*\(see [^)]*\)", "", text).strip()


def recall_curves(oracles: Mapping[str, Mapping[str, Any]]) -> "Figure":
    """Recall of each oracle at each K, one panel a gallery."""
    galleries: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, figure in oracles.items():
        reader, _, gallery = name.partition(", ")
        galleries[gallery][reader] = figure
    drawn = canvas.figure(11, 4)
    rows = drawn.subplots(1, len(galleries), squeeze=False)[0]
    for axes, (gallery, readers) in zip(rows, galleries.items(), strict=True):
        panels.recalls(axes, readers)
        n = next(iter(readers.values()))["n_queries"]
        panels.title(axes, f"{gallery.capitalize()} ({n} queries)", "K, windows", "recall at K, %")
    drawn.tight_layout()
    return drawn


def tally(rows: Rows, by: str, part: str) -> dict[str, dict[str, float]]:
    """Value of a column → value of another → how many rows."""
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        counts[str(row[by])][str(row[part])] += 1
    return {name: dict(parts) for name, parts in counts.items()}


def _by(rows: Rows, key: Any, value: Any) -> dict[str, list[float]]:
    """A value of each row, in groups. `key`: a column, or what makes a row's group."""
    name = key if callable(key) else lambda row: row[key]
    groups: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        groups[str(name(row))].append(float(value(row)))
    return dict(groups)


def _stacked(pairs: Rows, name: str) -> Floats:
    return np.array([pair[name] for pair in pairs], np.float32).reshape(-1, len(AXES))


def _correlations(one: Floats, other: Floats) -> Floats:
    values = [[panels.rho(a, b) for b in other.T] for a in one.T]
    return np.array(values, np.float32)
