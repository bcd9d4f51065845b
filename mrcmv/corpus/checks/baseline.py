"""How far hand-made numbers and a ridge get: the baseline that a network has to beat.

Numbers of voice and picture predict either the numbers of the music, or its place on the editor's
axes as a second ridge reads it off the music's numbers; validation chooses which.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mrcmv.corpus.build.sizes import SPLITS
from mrcmv.corpus.checks.material import Material, Window, validation_gallery
from mrcmv.corpus.checks.measuring import Measured
from mrcmv.corpus.checks.probes import first_of, picture_numbers, voice_numbers
from mrcmv.corpus.checks.retrieval import Reader, place, read, shown
from mrcmv.corpus.checks.ridge import fit
from mrcmv.types import Floats

Modality = Literal["both", "voice", "picture"]
MODALITIES: tuple[Modality, ...] = ("both", "voice", "picture")
MusicOf = Callable[[Sequence[Window]], Floats]


@dataclass(frozen=True, eq=False)
class Baseline:
    """A trained baseline of one modality. `target`: what it predicts, `numbers` or `axes`."""

    reader: Reader
    music_of: MusicOf
    target: str


def columns(material: Material, measured: Measured) -> dict[Modality, Floats]:
    """What each modality goes by. Shape: (pairs, columns) each."""
    said, seen = voice_numbers(material, measured), picture_numbers(material, measured)
    return {"both": np.concatenate([said, seen], axis=1), "voice": said, "picture": seen}


def train(material: Material, measured: Measured, queries: Floats) -> Baseline:
    """The better of both targets, by the mean rank on validation. Shape: (pairs, columns)."""
    rows, watched = material.rows("train"), material.rows("validation")
    gallery = validation_gallery(material)
    ways: dict[str, MusicOf] = {
        "numbers": measured.sound,
        "axes": axes_read_off(material, measured),
    }
    best: tuple[float, Baseline] | None = None
    for target, music_of in ways.items():
        reader = read(queries, music_of(material.windows), rows, watched)
        mean_rank = float(np.log(place(reader, queries, [gallery], music_of).mean).mean())
        if best is None or mean_rank < best[0]:
            best = mean_rank, Baseline(reader, music_of, target)
    assert best is not None
    return best[1]


def axes_read_off(material: Material, measured: Measured) -> MusicOf:
    """Music's numbers → the axes, by a ridge that learnt them on the training's windows."""
    distinct = first_of(material.windows)
    learnt, watched = (np.intersect1d(distinct, material.rows(s)) for s in SPLITS[:2])
    ridge = fit(measured.sound(material.windows), material.axes("music"), learnt, watched)
    return lambda windows: ridge(measured.sound(windows))


def judge(material: Material, measured: Measured) -> dict[str, Any]:
    """Recall of each modality over the three galleries together and over the large one."""
    galleries = {
        f"galleries of {len(material.galleries[0].windows)}": material.galleries,
        f"gallery of {len(material.large.windows)}": (material.large,),
    }
    told: dict[str, Any] = {}
    for modality, queries in columns(material, measured).items():
        one = train(material, measured, queries)
        for name, figures in shown(one.reader, queries, galleries, one.music_of).items():
            told[f"{modality}, {name}"] = {**figures, "target": one.target}
    return told
