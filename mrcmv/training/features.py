"""What frozen backbones say of a data set, kept on disk: one cache for all heads that are compared.

**Conventions.** `DATASET/features/KIND-HASH` holds, for each take, pair or piece, the features of
its windows as float16, a window a row; `starts_s` beside them says where the windows start. The
hash is that of the backbone's weights, so a backbone that has learnt on has a cache of its own, and
the other two keep theirs. Voices that are not the clean ones carry their mark in the name. Made
once, and gone on with where it stopped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mrcmv.dataset import KINDS, Dataset, Kind, Split
from mrcmv.inputs import square_tensors
from mrcmv.media.arrays import Array, ArrayFile, Layout, Named, append_arrays, arrays_of
from mrcmv.model import grid
from mrcmv.model.backbones import backbone_hash
from mrcmv.model.comparisons import sizes_of
from mrcmv.model.network import Mrcmv
from mrcmv.model.retriever import FeatureSizes, QueryFeatures
from mrcmv.model.slowfast import PictureFeatures
from mrcmv.progress import Hook, silent
from mrcmv.training.loop import Recipe
from mrcmv.training.samples import Music, Sample, cuts_of

Wanted = Mapping[str, tuple[float, ...]]
"""Take, pair or piece → where its windows start, in seconds."""
IN_MEMORY = 1 << 30
"""Bytes of one kind's features up to which they are held in memory; more are read as mapped."""


class Rows:
    """The features of one kind, by window: read into memory at once, where that is not too much."""

    def __init__(self, file: ArrayFile) -> None:
        self.file = file

    def __reduce__(self) -> tuple[type["Rows"], tuple[ArrayFile]]:
        return Rows, (self.file,)

    def __getitem__(self, windows: Sequence[tuple[str, float]]) -> Tensor:
        """Shape: n names and starts → `(n, row)`."""
        rows = self._all[[self._place[window] for window in windows]]
        return torch.from_numpy(rows.astype(np.float32))

    @cached_property
    def _place(self) -> dict[tuple[str, float], int]:
        return {
            (one.name, start_s): one.start + number
            for one in self.file.entries.values()
            for number, start_s in enumerate(one.facts["starts_s"])
        }

    @cached_property
    def _all(self) -> Array:
        mapped = self.file.rows
        return np.array(mapped) if mapped.nbytes <= IN_MEMORY else mapped


class Features:
    """The features of a data set's windows by one network's backbones; can be sent to another
    process, which reads them anew."""

    def __init__(self, sizes: FeatureSizes, files: Mapping[Kind, ArrayFile]) -> None:
        self.sizes = sizes
        self.rows = {kind: Rows(file) for kind, file in files.items()}

    def query(self, samples: Sequence[Sample]) -> QueryFeatures:
        """Features of clip windows, on the CPU. Shape: see `QueryFeatures`."""
        n_fast = grid.N_FAST * self.sizes.n_fast
        rows = self.rows["pictures"][[(one.pair.take_id, one.cut_s) for one in samples]]
        picture = PictureFeatures(
            rows[:, :n_fast].reshape(-1, grid.N_FAST, self.sizes.n_fast),
            rows[:, n_fast:].reshape(-1, grid.N_SLOW, self.sizes.n_slow),
        )
        voice = self.rows["voices"][[(one.pair.pair_id, one.cut_s) for one in samples]]
        heard = torch.tensor([not one.mute for one in samples])
        return QueryFeatures(
            picture, voice.reshape(-1, grid.N_TOKENS, self.sizes.n_voice), has_voice=heard
        )

    def bgm(self, windows: Sequence[Music]) -> Tensor:
        """Features of windows of music, on the CPU. Shape: → `(n, 72, n_bgm)`."""
        return self.rows["music"][windows].reshape(-1, grid.N_TOKENS, self.sizes.n_bgm)


def features_of(
    network: Mrcmv, dataset: Dataset, recipe: Recipe,
    splits: Sequence[Split] = ("train", "validation"), *, device: str = "cpu", batch: int = 4,
    hook: Hook = silent,
) -> Features:  # fmt: skip
    """The features of what training and checking need, computed where they are missing.

    Of the validation and the test all windows of music are there, for galleries.
    """
    network = network.to(device).eval()
    files: dict[Kind, ArrayFile] = {}
    for kind, wanted in wanted_of(dataset, recipe, splits).items():
        path, layout = place_of(network, dataset, kind)
        had = arrays_of(path, layout)
        more_cuts = had is not None and any(
            name in had and not set(starts_s) <= set(had.entries[name].facts["starts_s"])
            for name, starts_s in wanted.items()
        )
        if more_cuts:
            had = None
        missing = {name: at for name, at in wanted.items() if had is None or name not in had}
        if missing or had is None:
            work = _worker(network, dataset, kind, device)
            made = _computed(missing, work, batch, f"Features of {kind}", hook)
            had = append_arrays(path, layout, made, anew=more_cuts)
        files[kind] = had
    return Features(sizes_of(network.config), files)


def place_of(network: Mrcmv, dataset: Dataset, kind: Kind) -> tuple[Path, Layout]:
    """Where the features of a kind lie, and what a row of them is."""
    mark = backbone_hash(network, kind)
    sizes = sizes_of(network.config)
    n = {
        "pictures": grid.N_FAST * sizes.n_fast + grid.N_SLOW * sizes.n_slow,
        "voices": grid.N_TOKENS * sizes.n_voice,
        "music": grid.N_TOKENS * sizes.n_bgm,
    }[kind]
    told = f"-{dataset.voices_mark}" if kind == "voices" and dataset.voices_mark else ""
    return dataset.folder / "features" / f"{kind}{told}-{mark}", Layout("<f2", (n,), mark)


def wanted_of(dataset: Dataset, recipe: Recipe, splits: Sequence[Split]) -> dict[Kind, Wanted]:
    """Which windows are asked for."""
    wanted: dict[Kind, dict[str, set[float]]] = {kind: {} for kind in KINDS}
    redubs = dataset.learnt_from(recipe.rounds)[1:] if "train" in splits else ()
    for pair in chain(dataset.pairs, *redubs):
        for cut_s in cuts_of(pair, recipe) if pair.split in splits else ():
            sample = Sample(pair, cut_s)
            wanted["pictures"].setdefault(pair.take_id, set()).add(cut_s)
            wanted["voices"].setdefault(pair.pair_id, set()).add(cut_s)
            wanted["music"].setdefault(pair.piece_id, set()).add(sample.music[1])
    for window in dataset.windows:
        if window.split in splits and window.split != "train":
            wanted["music"].setdefault(window.piece_id, set()).add(window.start_s)
    return {
        kind: {name: tuple(sorted(starts)) for name, starts in own.items()}
        for kind, own in wanted.items()
    }


Work = Callable[[str, Sequence[float]], Array]


def _worker(network: Mrcmv, dataset: Dataset, kind: Kind, device: str) -> Work:
    """Windows of something → their features. Shape: n starts → (n, row)."""

    @torch.inference_mode()
    def work(name: str, starts_s: Sequence[float]) -> Array:
        if kind == "pictures":
            squares = np.stack([dataset.pictures(name, at) for at in starts_s])
            seen = network.picture_features(square_tensors(torch.from_numpy(squares).to(device)))
            rows = torch.cat([seen.fast.flatten(1), seen.slow.flatten(1)], dim=1)
        else:
            read = dataset.voice if kind == "voices" else dataset.music
            patches = np.stack([read(name, at) for at in starts_s]).astype(np.float32)
            heard = torch.from_numpy(patches).to(device)
            listen = network.voice_features if kind == "voices" else network.bgm_features
            rows = listen(heard).flatten(1)
        kept: Array = rows.float().cpu().numpy().astype(np.float16)
        return kept

    return work


def _computed(missing: Wanted, work: Work, batch: int, step: str, hook: Hook) -> Iterator[Named]:
    for number, (name, starts_s) in enumerate(missing.items()):
        parts = [work(name, starts_s[at : at + batch]) for at in range(0, len(starts_s), batch)]
        yield name, {"starts_s": list(starts_s)}, np.concatenate(parts)
        hook(step, completed=number + 1, total=len(missing))
