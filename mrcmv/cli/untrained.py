"""The app's method `descriptors` before the corpus's questions, on real music alone.

It hears the clean voice as the app would (speech is looked for in it) and sees the picture by its
motion, flashes and light. The corpus keeps 4 pictures a second, where the app sees all of them, so
what is a usual picture is read off the training's takes instead of the method's own constants.
Nothing that it hears or sees depends on how loud a clip is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mrcmv import media
from mrcmv.cli.protocols import OFFERED, Method, rows_of
from mrcmv.evaluation.protocol import Offer, RetrievalProtocol, Window
from mrcmv.evaluation.ranking import distances_between
from mrcmv.media.pitch import RATE_HZ
from mrcmv.methods import descriptors as app
from mrcmv.methods.picture import Look
from mrcmv.methods.speech import Prosody, prosody
from mrcmv.progress import Hook, silent
from mrcmv.types import WINDOW_S, Descriptors, Floats, TrackWindow

if TYPE_CHECKING:
    from mrcmv.corpus.checks.material import Material
    from mrcmv.corpus.checks.measuring import Measured

STORE = "descriptors"
"""Folder of what was measured, below the corpus's `checks`."""
MOST = 3.0
"""Scores are cut here, as the method does."""


def descriptors(
    material: "Material", measured: "Measured", protocol: RetrievalProtocol, jobs: int,
    hook: Hook = silent,
) -> list[Method]:  # fmt: skip
    """The method, asked for what it draws from the offer of real music; none where there is none.

    Raises:
        MrcmvError: a file is gone or damaged.
    """
    if OFFERED not in protocol.offers:
        return []
    for part in ("voices", "music"):
        (material.folder / "checks" / STORE / part).mkdir(parents=True, exist_ok=True)
    spoken = _spoken(material, protocol, jobs, hook)
    seen = _seen(material, measured)[rows_of(material, protocol)]
    queries = np.stack([_point(voice, look) for voice, look in zip(spoken, seen, strict=True)])
    music = _measured(material, protocol.offers[OFFERED].windows, jobs, hook)

    def distances(offer: Offer) -> Floats:
        windows = tuple(
            TrackWindow(piece, start_s, WINDOW_S, music[piece, start_s])
            for piece, start_s in offer.windows
        )
        return distances_between(queries[offer.queries], app.window_vectors(windows))

    return [Method("descriptors", None, distances, only=(OFFERED,))]


def _point(voice: list[float] | None, look: Floats) -> Floats:
    """A query's place. Shape: look (3,), standardised → (4,)."""
    heard = None
    if voice is not None:
        middle, spread = (np.array(astuple(one)) for one in app.SPEECH)
        heard = Prosody(*_cut((np.array(voice) - middle) / spread))
    return app.query_vector(app.Scores(heard, Look(*_cut(look))))


def _cut(values: np.ndarray) -> list[float]:
    told: list[float] = np.clip(values, -MOST, MOST).tolist()
    return told


def _seen(material: "Material", measured: "Measured") -> Floats:
    """How each pair's picture looks, in spreads of the training's takes. Shape: → (pairs, 3)."""
    from mrcmv.corpus.checks import picture

    columns = [picture.NAMES.index(name) for name in ("motion_db", "flash_db", "light")]
    values = measured.picture(pair["take_id"] for pair in material.pairs)[:, columns]
    train = values[material.rows("train")]
    standard: Floats = (values - np.median(train, axis=0)) / np.maximum(train.std(axis=0), 1e-6)
    return standard


def _spoken(
    material: "Material", protocol: RetrievalProtocol, jobs: int, hook: Hook
) -> list[list[float] | None]:
    """How each query's voice is spoken: numbers of `Prosody`; None where too little is said."""
    from mrcmv.corpus.build.workers import each

    pairs = [material.pairs[row] for row in rows_of(material, protocol)]
    store = material.folder / "checks" / STORE / "voices"
    found: list[dict[str, Any]] = each(
        partial(_voice, store=store),
        [(pair["pair_id"], material.folder / pair["voice"]) for pair in pairs],
        jobs=jobs, step="Listening to how voices are spoken", hook=hook,
    )  # fmt: skip
    return [one["prosody"] for one in found]


def _voice(item: tuple[str, Path], store: Path) -> dict[str, Any]:
    from mrcmv.corpus.build.manifest import read_record, write_record
    from mrcmv.corpus.checks.measuring import file_key
    from mrcmv.separation.speech import find_speech

    name, file = item
    stamp = store / f"{name}.json"
    if (kept := read_record(stamp)) is not None and kept["key"] == file_key(file):
        return kept
    voice = media.read_sound(file, RATE_HZ, 1, duration_s=WINDOW_S)
    told = prosody(voice, find_speech(voice))
    record = {"key": file_key(file), "prosody": None if told is None else list(astuple(told))}
    write_record(record, stamp)
    return record


def _measured(
    material: "Material", windows: Sequence[Window], jobs: int, hook: Hook
) -> Mapping[Window, Descriptors]:
    """What the catalog measures of windows."""
    from mrcmv.corpus.build.workers import each

    pieces = list(dict.fromkeys(piece for piece, _ in windows))
    store = material.folder / "checks" / STORE / "music"
    found = each(
        partial(_piece, store=store),
        [(name, Path(material.pieces[name]["file"])) for name in pieces],
        jobs=jobs, step="Measuring music as the catalog does", hook=hook,
    )  # fmt: skip
    return {
        (name, start_s): Descriptors(**values)
        for name, record in zip(pieces, found, strict=True)
        for start_s, values in record["windows"]
    }


def _piece(item: tuple[str, Path], store: Path) -> dict[str, Any]:
    from mrcmv import catalog
    from mrcmv.corpus.build.hearing import LONGEST_S
    from mrcmv.corpus.build.manifest import read_record, write_record
    from mrcmv.corpus.checks.measuring import file_key

    name, file = item
    stamp = store / f"{name}.json"
    if (kept := read_record(stamp)) is not None and kept["key"] == file_key(file):
        return kept
    sound = media.read_sound(file, catalog.RATE_HZ, 2, duration_s=LONGEST_S)
    told = [(span.start_s, asdict(one)) for span, one in catalog.measure(sound)]
    record = {"key": file_key(file), "windows": told}
    write_record(record, stamp)
    return record
