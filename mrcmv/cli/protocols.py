"""A finished corpus handed to the evaluation: its protocol, and methods that need no training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.evaluation.judging import N_MATCHES
from mrcmv.evaluation.protocol import (
    Distances,
    MusicOf,
    Offer,
    RetrievalProtocol,
    Window,
    protocol_of,
)
from mrcmv.progress import Hook, silent
from mrcmv.types import Floats

if TYPE_CHECKING:
    from mrcmv.corpus.checks.material import Material
    from mrcmv.corpus.checks.measuring import Measured

Asked = Literal["validation", "test"]
ORACLES = ("both", "voice", "picture")
PREDICTED = "hand statistics"
OFFERED = "real music"
"""What the offer of all real music of the test is called."""


@dataclass(frozen=True, eq=False)
class Method:
    """What `judge` needs of a method. seed: None where nothing is drawn."""

    name: str
    seed: int | None
    distances: Distances
    ceiling: bool = False
    only: tuple[str, ...] | None = None


def material_of(corpus: Path) -> "Material":
    """A finished build of OpenGame, by its folder.

    Raises:
        MrcmvError: none was built there to its end, or it is of videos.
    """
    from mrcmv.corpus.build.manifest import read_record
    from mrcmv.corpus.build.sizes import SIZES
    from mrcmv.corpus.checks.material import read_material

    built = read_record(corpus / "figures.json") or {}
    size, seed = built.get("size"), built.get("seed")
    if size not in SIZES or seed is None:
        raise MrcmvError(
            f"{corpus} is no finished build of OpenGame (its figures.json names no size). "
            "`mrcmv corpus build` makes one and goes on where it stopped."
        )
    return read_material(corpus, SIZES[size], int(seed))


def read_protocol(material: "Material", split: Asked = "test") -> RetrievalProtocol:
    """What a split asks: of the test its three galleries, the large one, moments, and what each
    clip draws from all real music of the test's packages, which training never saw; of the
    validation one gallery of its pairs' music. Tune on validation, report the test.

    Arousal and energy are the first of the editor's axes, as it read and measured them.
    """
    from mrcmv.corpus.checks.material import validation_gallery
    from mrcmv.corpus.editor.choosing import REAL

    where = axes_of(material)
    energy = {window: float(point[0]) for window, point in where.items()}
    if split == "validation":
        own = validation_gallery(material)
        name = f"validation's gallery of {len(own.windows)}"
        return protocol_of(material.folder.name, material.pairs, {name: [own]}, (), energy)
    small, large = material.galleries, material.large
    galleries = {
        f"galleries of {len(small[0].windows)}": small,
        f"gallery of {len(large.windows)}": (large,),
    }
    real = material.pool.origin == REAL
    offered = [window for window, one in zip(material.pool_windows, real, strict=True) if one]
    offers = {OFFERED: offered} if len({piece for piece, _ in offered}) > N_MATCHES else {}
    return protocol_of(
        material.folder.name, material.pairs, galleries, material.pool_windows, energy, offers
    )


def axes_of(material: "Material") -> Mapping[Window, Floats]:
    """Where the music of all pairs and of the test's pool lies. Shape: (axes,) each."""
    used = dict(zip(material.windows, material.axes("music"), strict=True))
    return {**used, **dict(zip(material.pool_windows, material.pool.features, strict=True))}


def draws(n_seeds: int) -> list[Method]:
    """`random`: any order is as likely."""

    def drawing(seed: int) -> Distances:
        def distances(offer: Offer) -> Floats:
            shape = (len(offer.queries), len(offer.windows))
            rng = np.random.default_rng([seed, *shape, int(offer.queries.sum())])
            return rng.random(shape).astype(np.float32)

        return distances

    return [Method("random", seed, drawing(seed)) for seed in range(n_seeds)]


def oracles(material: "Material", protocol: RetrievalProtocol) -> list[Method]:
    """Perfect readers of the average editor's mind, of both modalities and of one."""
    from mrcmv.corpus.editor.mind import WEIGHTS, target
    from mrcmv.evaluation.swaps import on_axes

    rows = rows_of(material, protocol)
    voice, picture = (material.axes(name)[rows] for name in ("voice_reading", "picture_reading"))
    nothing = np.zeros_like(voice)
    points = {
        "both": target(voice, picture),
        "voice": target(voice, nothing),
        "picture": target(nothing, picture),
    }
    where = axes_of(material)
    return [
        Method(
            f"oracle: {name}", None,
            on_axes(points[name], lambda windows: _stacked(where, windows), WEIGHTS), ceiling=True,
        )
        for name in ORACLES
    ]  # fmt: skip


def measured_of(
    material: "Material", protocol: RetrievalProtocol, jobs: int, hook: Hook = silent
) -> "Measured":
    """Hand statistics of all that the protocol asks about, measured where they are not known."""
    from mrcmv.corpus.checks.measuring import measure, measure_music

    known = measure(material, jobs, hook)
    missing = [window for window in protocol.windows if window not in known.music]
    more = measure_music(material, missing, jobs, hook, store="moments")
    return replace(known, music={**known.music, **more})


def statistics_of(material: "Material", measured: "Measured") -> MusicOf:
    """Hand statistics of music, each in spreads of the training's windows: the reference that
    stands in for VGGish where its weights are not there."""
    from mrcmv.corpus.checks.ridge import Standard

    train = [material.windows[row] for row in material.rows("train")]
    standard = Standard.of(measured.sound(train))
    return lambda windows: standard(measured.sound(windows))


def ridges(material: "Material", measured: "Measured", protocol: RetrievalProtocol) -> list[Method]:
    """The baseline of `mrcmv corpus check`: hand statistics and a ridge, of both and of one."""
    from mrcmv.corpus.checks import baseline

    rows = rows_of(material, protocol)
    made = []
    for modality, queries in reversed(baseline.columns(material, measured).items()):
        trained = baseline.train(material, measured, queries)

        def distances(
            offer: Offer, queries: Floats = queries, trained: baseline.Baseline = trained
        ) -> Floats:
            music = trained.music_of(offer.windows)
            return trained.reader.distances(queries[rows[offer.queries]], music)

        made.append(Method(f"{PREDICTED} + ridge, {modality}", None, distances))
    return made


def ridge_swaps(
    material: "Material", measured: "Measured", protocol: RetrievalProtocol
) -> list[Method]:
    """What the baseline loses on the clip's side and on the music's: swaps with the oracle."""
    from mrcmv.corpus.checks import baseline
    from mrcmv.corpus.checks.ridge import fit
    from mrcmv.corpus.editor.mind import WEIGHTS
    from mrcmv.evaluation.swaps import swaps

    rows = rows_of(material, protocol)
    targets = material.axes("target")
    queries = baseline.columns(material, measured)["both"]
    reader = fit(queries, targets, material.rows("train"), material.rows("validation"))
    where = axes_of(material)
    made = swaps(
        targets[rows],
        lambda windows: _stacked(where, windows),
        reader(queries)[rows],
        baseline.axes_read_off(material, measured),
        WEIGHTS,
    )
    return [
        Method(f"swap: {name}", None, distances, ceiling="true" in name)
        for name, distances in made.items()
    ]


def rows_of(material: "Material", protocol: RetrievalProtocol) -> np.ndarray:
    """The protocol's queries as rows of the corpus's pairs. Shape: (queries,)."""
    place = {pair["pair_id"]: row for row, pair in enumerate(material.pairs)}
    return np.array([place[name] for name in protocol.queries])


def _stacked(where: Mapping[Window, Floats], windows: Sequence[Window]) -> Floats:
    return np.array([where[window] for window in windows], np.float32)
