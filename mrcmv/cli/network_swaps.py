"""What limits MRCMV: its query or its music in the place of the true one, on the editor's axes.

A ridge reads the axes off its embeddings, fitted on the training, its strength chosen on the
validation. The query is taken apart once more: what the voice says and what the picture says are
read off the joint embedding, and one of them is replaced by the truth.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mrcmv.cli.networks import WHOLE, Points, Run
from mrcmv.cli.protocols import Method, axes_of, rows_of
from mrcmv.evaluation.protocol import Distances, RetrievalProtocol, Window
from mrcmv.types import Floats

if TYPE_CHECKING:
    from mrcmv.corpus.checks.material import Material

SWAPPED = ("MRCMV", WHOLE)
"""Rows that are taken apart."""


def swapped(runs: Sequence[Run], material: "Material", points: Points) -> Iterator[Method]:
    """The swaps of each run of MRCMV, with clean voices."""
    for run in runs:
        if run.label not in SWAPPED:
            continue
        points.hook(f"Swaps of {run.label} (seed {run.seed})")
        queries, music = points.of_pairs(run, material.pairs)
        windows = {
            **dict(zip(material.windows, music, strict=True)),
            **dict(zip(points.protocol.windows, points.music(run), strict=True)),
        }
        made = swaps_of(material, points.protocol, queries, windows)
        for name, one in made.items():
            yield Method(f"{run.label} swap: {name}", run.seed, one, ceiling="true" in name)


def swaps_of(
    material: "Material", protocol: RetrievalProtocol, queries: Floats,
    music: Mapping[Window, Floats],
) -> Mapping[str, Distances]:  # fmt: skip
    """The swaps by embeddings. Shape: queries (pairs, d), a row a pair; music (d,) a window."""
    from mrcmv.corpus.checks.probes import first_of
    from mrcmv.corpus.checks.ridge import fit
    from mrcmv.corpus.editor.mind import WEIGHTS, target
    from mrcmv.evaluation.swaps import on_axes, swaps

    rows = rows_of(material, protocol)
    train, validation = material.rows("train"), material.rows("validation")
    columns = [material.axes(name) for name in ("target", "voice_reading", "picture_reading")]
    reader = fit(queries, np.concatenate(columns, axis=1), train, validation)
    told = np.split(reader(queries)[rows], len(columns), axis=1)
    where = axes_of(material)
    distinct = first_of(material.windows)
    x = np.stack([music[window] for window in material.windows])
    learnt, watched = (np.intersect1d(distinct, own) for own in (train, validation))
    hearer = fit(x, material.axes("music"), learnt, watched)

    def true_music(windows: Sequence[Window]) -> Floats:
        return np.stack([where[window] for window in windows])

    def predicted_music(windows: Sequence[Window]) -> Floats:
        return hearer(np.stack([music[window] for window in windows]))

    true, said, seen = (column[rows] for column in columns)
    sides = swaps(true, true_music, told[0], predicted_music, WEIGHTS)
    return {
        **{str(name): one for name, one in sides.items()},
        "true voice, predicted picture × true music":
            on_axes(target(said, told[2]), true_music, WEIGHTS),
        "predicted voice, true picture × true music":
            on_axes(target(told[1], seen), true_music, WEIGHTS),
    }  # fmt: skip
