"""Trained networks handed to the evaluation: whole ones, and variants on the backbones of one.

A method is a network with its seeds; it is judged under each condition of the voice that was asked
for, and once where it never hears one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mrcmv.errors import MrcmvError, WeightsError
from mrcmv.evaluation.protocol import CONDITIONS, UNHEARD, RetrievalProtocol, embedded
from mrcmv.progress import Hook, silent
from mrcmv.types import WINDOW_S, Floats

if TYPE_CHECKING:
    from mrcmv.cli.protocols import Method
    from mrcmv.dataset import Dataset, Split
    from mrcmv.model.network import Mrcmv
    from mrcmv.model.retriever import Retriever
    from mrcmv.training.features import Features

WHOLE = "MRCMV, whole"
"""The row of networks as they are; variants have rows of their own."""
VOICES = dict(zip(("clean", "separated", "separated-no-music", "none"), CONDITIONS, strict=True))
"""What the voice of a query can be, by what the command calls it."""


@dataclass(frozen=True, eq=False)
class Run:
    """A trained network of one seed: what it is called, and whose features it reads."""

    label: str
    seed: int
    retriever: "Retriever"
    backbones: "Mrcmv"

    @property
    def hears(self) -> bool:
        return "voice" in self.retriever.modalities


def runs_of(files: Sequence[Path], folders: Sequence[Path]) -> list[Run]:
    """The networks of some files, each with the seed that it was trained by, and the variants of
    some folders, trained on the backbones of the first file.

    Raises:
        WeightsError: a file is missing or no network, or variants were trained on other backbones.
    """
    from mrcmv.model import checkpoint, network
    from mrcmv.training import variants
    from mrcmv.training.retrieval import retriever_of

    wholes = [network.load(file) for file in files]
    made = []
    for file, whole in zip(files, wholes, strict=True):
        recipe = checkpoint.read(file, network.KIND).provenance.get("recipe", {})
        made.append(Run(WHOLE, int(recipe.get("seed", 0)), retriever_of(whole), whole))
    for folder in folders:
        record = variants.read_record(folder)
        if not variants.trained_on(wholes[0]).items() <= record.items():
            raise WeightsError(
                f"{folder} holds variants that were trained on other backbones than those of "
                f"{files[0]}: name the network that they were trained on first."
            )
        heard = "" if record["voices"] == "clean" else ", trained on separated voices"
        fewer = "" if record["pairs"] == "all" else f", {record['pairs']} pairs"
        found = list(variants.found_in(folder))
        if not found:
            raise WeightsError(f"{folder} holds no variant that was trained to its end.")
        made += [
            Run(
                f"{variants.VARIANTS[name].label}{heard}{fewer}", seed,
                variants.load(name, file), wholes[0],
            )
            for name, seed, file in found
        ]  # fmt: skip
    return made


class Points:
    """Where the runs put a protocol's queries and windows; features are made once for each set of
    backbones and each kind of voice."""

    def __init__(
        self, corpus: Path, protocol: RetrievalProtocol, split: "Split", jobs: int,
        hook: Hook = silent,
    ) -> None:  # fmt: skip
        self.corpus, self.protocol, self.split = corpus, protocol, split
        self.jobs, self.hook = jobs, hook
        self._kept: dict[tuple[int, str], tuple[Dataset, Features]] = {}

    def queries(self, run: Run, voice: str) -> Floats:
        """Shape: → (queries, d_E), in the protocol's order."""
        from mrcmv.training.embedding import points_of
        from mrcmv.training.retrieval import heard
        from mrcmv.training.samples import Sample

        dataset, features = self._of(run.backbones, voice)
        pairs = {pair.pair_id: pair for pair in dataset.pairs}
        samples = [Sample(pairs[name], mute=voice == "none") for name in self.protocol.queries]
        return points_of(run.retriever, features, heard(run.retriever, dataset, samples), ())[0]

    def music(self, run: Run) -> Floats:
        """Shape: → (windows, d_E), in the protocol's order."""
        from mrcmv.training.embedding import points_of

        _, features = self._of(run.backbones, "clean")
        return points_of(run.retriever, features, (), self.protocol.windows)[1]

    def of_pairs(self, run: Run, pairs: Sequence[Mapping[str, Any]]) -> tuple[Floats, Floats]:
        """Clips and music of all splits, a row a pair, with clean voices.

        Shape: → (pairs, d_E) twice.
        """
        from mrcmv.corpus.decoding import decode
        from mrcmv.training.embedding import points_of
        from mrcmv.training.features import features_of
        from mrcmv.training.retrieval import DEFAULT, heard
        from mrcmv.training.samples import Sample

        splits: tuple[Split, ...] = ("train", "validation", "test")
        whole = run.backbones
        if (id(whole), "all") not in self._kept:
            dataset = decode(
                self.corpus, splits, side_px=whole.config.side_px, jobs=self.jobs, hook=self.hook
            )
            features = features_of(whole, dataset, DEFAULT, splits, hook=self.hook)
            self._kept[id(whole), "all"] = dataset, features
        dataset, features = self._kept[id(whole), "all"]
        known = {pair.pair_id: pair for pair in dataset.pairs}
        samples = [Sample(known[pair["pair_id"]]) for pair in pairs]
        own = heard(run.retriever, dataset, samples)
        return points_of(run.retriever, features, own, [one.music for one in own])

    def _of(self, whole: "Mrcmv", voice: str) -> "tuple[Dataset, Features]":
        from mrcmv.training.features import features_of
        from mrcmv.training.retrieval import DEFAULT

        key = (id(whole), "clean" if voice == "none" else voice)
        if key not in self._kept:
            dataset = self._dataset(whole.config.side_px, voice)
            features = features_of(whole, dataset, DEFAULT, (self.split,), hook=self.hook)
            self._kept[key] = dataset, features
        return self._kept[key]

    def _dataset(self, side_px: int, voice: str) -> "Dataset":
        from mrcmv.corpus.decoding import decode, separated

        dataset = decode(
            self.corpus, (self.split,), side_px=side_px, jobs=self.jobs, hook=self.hook
        )
        if voice not in ("separated", "separated-no-music"):
            return dataset
        return separated(
            self.corpus, dataset, dict.fromkeys(self.protocol.queries, WINDOW_S),
            with_music=voice == "separated", jobs=self.jobs, hook=self.hook,
        )  # fmt: skip


def methods_of(
    runs: Sequence[Run], points: Points, voices: Sequence[str]
) -> "Iterator[tuple[Method, str]]":
    """Each run under each condition that makes a difference to it, with the condition's name.

    Raises:
        MrcmvError: a network's embeddings are not finite.
    """
    from mrcmv.cli.protocols import Method

    for number, run in enumerate(runs):
        points.hook("Judging networks", completed=number, total=len(runs))
        music = points.music(run)
        for voice in voices if run.hears else ["clean"]:
            if voice == "none" and run.retriever.modalities == {"voice"}:
                continue  # nothing is left to go by
            queries = points.queries(run, voice)
            if not np.isfinite(queries).all():
                raise MrcmvError(f"{run.label} (seed {run.seed}) says nothing: train it again.")
            far = embedded(queries, points.protocol.windows, music)
            yield (
                Method(run.label, run.seed, far),
                VOICES[voice] if run.hears else UNHEARD,
            )
