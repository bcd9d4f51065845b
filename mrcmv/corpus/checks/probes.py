"""Whether each axis can be heard or seen, on speakers, places and pieces that were not trained on.

A ridge from hand-made numbers to what the editor read (voice, picture) or measured (music) on each
axis, judged by the rank correlation on the test. A lower bound: a network may hear more. Voices and
footage are told apart by their source, as anyone would; takes and windows count once.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mrcmv.corpus.checks.material import Material
from mrcmv.corpus.checks.measuring import Measured
from mrcmv.corpus.checks.ridge import by_kind, fit, spearman, within
from mrcmv.corpus.editor.mind import AXES, PICTURE_SHARE, VOICE_SHARE
from mrcmv.types import Floats

LEAST_ROWS = 8
"""With fewer rows no correlation is told."""


def voice_numbers(material: Material, measured: Measured) -> Floats:
    """Of each pair, for a ridge. Shape: (pairs, columns)."""
    values = measured.voice(pair["pair_id"] for pair in material.pairs)
    return heard(material, values, material.voices)


def heard(material: Material, values: Floats, kinds: np.ndarray) -> Floats:
    """Numbers of voices, with a copy for each source. Shape: (pairs, …) → (pairs, columns)."""
    return by_kind(values, kinds, material.rows("train"))


def picture_numbers(material: Material, measured: Measured) -> Floats:
    """Of each pair's take, each source of footage on its own scale. Shape: (pairs, columns)."""
    values = measured.picture(pair["take_id"] for pair in material.pairs)
    kinds = material.footage
    train = material.rows("train")
    return by_kind(within(values, kinds, train), kinds, train)


def probe(material: Material, measured: Measured) -> list[dict[str, Any]]:
    """A row for each side, axis and group: ρ on the test with its interval, and how many."""
    takes = first_of([pair["take_id"] for pair in material.pairs])
    windows = first_of(list(material.windows))
    everything = np.arange(len(material.pairs))
    sound = measured.sound(material.windows)
    origin = np.where(material.real, "real", "composed")
    return [
        *_side(
            "voice", voice_numbers(material, measured), material.axes("voice_reading"),
            VOICE_SHARE, material, everything, material.voices,
        ),
        *_side(
            "picture", picture_numbers(material, measured), material.axes("picture_reading"),
            PICTURE_SHARE, material, takes, material.footage,
        ),
        *_side(
            "music", sound, material.axes("music"),
            np.ones(len(AXES), np.float32), material, windows, origin,
        ),
    ]  # fmt: skip


def first_of(names: Sequence[object]) -> np.ndarray:
    """The first row of each name. Shape: → (distinct,)."""
    first: dict[object, int] = {}
    for row, name in enumerate(names):
        first.setdefault(name, row)
    return np.array(sorted(first.values()))


def _side(
    side: str, x: Floats, y: Floats, share: Floats, material: Material, rows: np.ndarray,
    groups: np.ndarray,
) -> list[dict[str, Any]]:  # fmt: skip
    train, validation, test = (
        np.intersect1d(rows, material.rows(split)) for split in ("train", "validation", "test")
    )
    told = fit(x, y, train, validation)(x)
    shown = []
    for number, axis in enumerate(AXES):
        if share[number] == 0:
            shown.append({"side": side, "axis": axis, "group": "all", "carried": False})
            continue
        for group in ("all", *sorted(set(groups.tolist()))):
            own = test if group == "all" else test[groups[test] == group]
            if len(own) < LEAST_ROWS:
                continue
            rho, low, high = spearman(told[own, number], y[own, number])
            shown.append(
                {
                    "side": side, "axis": axis, "group": group, "carried": True, "n": len(own),
                    "rho": round(rho, 3), "interval": [round(low, 3), round(high, 3)],
                }
            )  # fmt: skip
    return shown
