"""A made-up corpus of points on axes, as its tables tell it, and a protocol of it."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from mrcmv.cli import protocols
from mrcmv.corpus.build.sizes import SIZES
from mrcmv.corpus.checks import music, picture, voice
from mrcmv.corpus.checks.material import Material
from mrcmv.corpus.checks.measuring import Measured
from mrcmv.corpus.editor.choosing import Pool
from mrcmv.corpus.editor.mind import AXES, target

N = {"train": 90, "validation": 30, "test": 36}
N_GALLERY, N_STARTS, N_LARGE = 12, 4, 80
"""Each piece of the test's pool has windows at 0, 8, 16 and 24 s; two clips share a take."""


@dataclass(frozen=True, eq=False)
class World:
    material: Material
    measured: Measured
    protocol: object


def made(folder) -> World:
    """Every clip says where its music lies, but for a little noise; all is heard but for some."""
    rng = np.random.default_rng(0)
    n = sum(N.values())
    split = np.repeat(list(N), list(N.values()))
    said, seen = rng.normal(size=(2, n, len(AXES))).astype(np.float32)
    points = target(said, seen)
    heard = (points + 0.2 * rng.normal(size=points.shape)).astype(np.float32)
    gallery = np.full(n, -1)
    gallery[split == "test"] = np.arange(N["test"]) // N_GALLERY

    def shown(where, names):
        turn = np.random.default_rng(len(names)).normal(size=(len(AXES), len(names)))
        return (where @ turn + 0.5 * rng.normal(size=(len(where), len(names)))).astype(np.float32)

    pairs = [
        {
            "pair_id": f"{split[at]}-{at}", "take_id": f"take-{at // 2}", "split": split[at],
            "piece_id": f"p{at}",
            "music_start_s": 8.0 * (at % N_STARTS if split[at] == "test" else 0),
            "gallery": int(gallery[at]), "speaker_id": "espeak/x", "voice_reading": said[at],
            "picture_reading": seen[at], "music": heard[at], "target": points[at],
        }
        for at in range(n)
    ]  # fmt: skip
    takes = {f"take-{at // 2}": {"source": "doom", "split": split[at]} for at in range(n)}
    pieces = {f"p{at}": {"origin": "composed", "split": split[at]} for at in range(n)}
    pool_windows, features, number = [], [], []
    for at in np.flatnonzero(split == "test"):
        for start in range(N_STARTS):
            own = start == at % N_STARTS
            pool_windows.append((f"p{at}", 8.0 * start))
            features.append(heard[at] if own else heard[at] + rng.normal(size=len(AXES)))
            number.append(at)
    features = np.array(features, np.float32)
    _, number = np.unique(number, return_inverse=True)
    starts_s = np.array([start_s for _, start_s in pool_windows], np.float32)
    pool = Pool(features, number, starts_s, np.zeros(len(number), int))
    size = replace(SIZES["small"], n_large=N_LARGE)
    material = Material(folder, folder, size, 0, pairs, takes, pieces, pool, tuple(pool_windows))
    where = protocols.axes_of(material)
    sounds = shown(np.array(list(where.values())), music.NAMES)
    voices, pictures = shown(said, voice.NAMES), shown(seen, picture.NAMES)
    measured = Measured(
        {pair["pair_id"]: {"values": row} for pair, row in zip(pairs, voices, strict=True)},
        {f"take-{at // 2}": {"values": pictures[at]} for at in range(n)},
        {window: {"values": row} for window, row in zip(where, sounds, strict=True)},
        {},
    )
    return World(material, measured, protocols.read_protocol(material))


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> World:
    return made(tmp_path_factory.mktemp("made") / "opengame-made-up")
