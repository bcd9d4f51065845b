"""Which windows are learnt from, in which batches: the same for the same seed and epoch."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.dataset import Dataset, Pair, Split, label_of
from mrcmv.errors import MrcmvError
from mrcmv.training.loop import Recipe

Music = tuple[str, float]
"""A window of music: its piece and where it starts, in seconds."""


@dataclass(frozen=True)
class Sample:
    """A pair's window that starts `cut_s` into its clip; `mute`: it is learnt without its voice."""

    pair: Pair
    cut_s: float = 0.0
    mute: bool = False

    @property
    def music(self) -> Music:
        """The music under it."""
        return self.pair.piece_id, self.pair.music_start_s + self.cut_s

    @property
    def label(self) -> str:
        """Its pseudo-label."""
        return label_of(*self.music)


def cuts_of(pair: Pair, recipe: Recipe) -> tuple[float, ...]:
    """Where the windows of a pair start: several in training, the first 32 s else."""
    if pair.split != "train":
        return (0.0,)
    return tuple(one for one in pair.cuts_s(recipe.cut_hop_s) if one <= recipe.latest_cut_s)


def labels_of(dataset: Dataset, recipe: Recipe) -> dict[str, int]:
    """The training split's pseudo-labels, numbered.

    Raises:
        MrcmvError: there are less than two, so nothing to tell apart.
    """
    own = [
        Sample(pair, cut_s)
        for pairs in dataset.learnt_from(recipe.rounds)
        for pair in pairs
        for cut_s in cuts_of(pair, recipe)
    ]
    names = sorted({sample.label for sample in own})
    if len(names) < 2:
        raise MrcmvError(
            f"{dataset.folder} has {len(dataset.of('train'))} pairs for training with {len(names)} "
            "kinds of music: two at least are needed to tell apart. Build a larger corpus."
        )
    return {name: number for number, name in enumerate(names)}


def batches_of(dataset: Dataset, recipe: Recipe, epoch: int) -> list[list[Sample]]:
    """The training split once over, each pair at a cut of chance, in batches of chance; where the
    recipe has rounds of redubs, they and the pairs themselves take turns.

    Where the recipe keeps pieces `apart`, a pair waits for the next batch that lacks its piece. A
    batch of one kind of music tells nothing and is left out.
    """
    rng = np.random.default_rng([recipe.seed, epoch])
    rounds = dataset.learnt_from(recipe.rounds)
    pairs = rounds[epoch % len(rounds)]
    drawn = [_drawn(pairs[at], recipe, rng) for at in rng.permutation(len(pairs)).tolist()]
    if not recipe.apart:
        parts = [drawn[at : at + recipe.batch] for at in range(0, len(drawn), recipe.batch)]
    else:
        parts = _apart(drawn, recipe.batch)
    return [part for part in parts if len({sample.label for sample in part}) > 1]


def _drawn(pair: Pair, recipe: Recipe, rng: np.random.Generator) -> Sample:
    cuts_s = cuts_of(pair, recipe)
    return Sample(
        pair, cuts_s[int(rng.integers(len(cuts_s)))], bool(rng.random() < recipe.drop_voice)
    )


def _apart(drawn: Sequence[Sample], size: int) -> list[list[Sample]]:
    """Batches in which every piece comes once, first come, first served."""
    waiting = deque(drawn)
    parts: list[list[Sample]] = []
    while waiting:
        part: dict[str, Sample] = {}
        late: list[Sample] = []
        while waiting and len(part) < size:
            one = waiting.popleft()
            if one.pair.piece_id in part:
                late.append(one)
            else:
                part[one.pair.piece_id] = one
        waiting.extendleft(reversed(late))
        parts.append(list(part.values()))
    return parts


@dataclass(frozen=True)
class Gallery:
    """Queries and the distinct windows of music that lie under them; `truth`: each query's."""

    queries: tuple[Sample, ...]
    windows: tuple[Music, ...]
    truth: tuple[int, ...]


def gallery_of(dataset: Dataset, split: Split) -> Gallery:
    """A split's pairs before their own music.

    Raises:
        MrcmvError: the split has less than two windows of music.
    """
    queries = tuple(Sample(pair) for pair in dataset.of(split))
    windows = tuple(dict.fromkeys(sample.music for sample in queries))
    if len(windows) < 2:
        raise MrcmvError(
            f"{dataset.folder} has {len(queries)} pairs for {split}, too few to see whether the "
            "right music is found. Build a larger corpus, or add videos."
        )
    place = {window: at for at, window in enumerate(windows)}
    return Gallery(queries, windows, tuple(place[sample.music] for sample in queries))
