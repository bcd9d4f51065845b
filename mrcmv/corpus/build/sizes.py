"""How much is built: takes, dubs, music and galleries, by the name of the size."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
N_GALLERIES = 3


@dataclass(frozen=True)
class Amount:
    """Takes of a split, and how many voices are laid over each: takes × dubs pairs."""

    n_takes: int
    n_dubs: int

    @property
    def n_pairs(self) -> int:
        return self.n_takes * self.n_dubs


@dataclass(frozen=True)
class Size:
    """A size of the corpus.

    clip_s: shortest and longest clip. n_composed: pieces by the composer, all splits together.
    packages: the Debian packages whose music is fetched; None for all that are known.
    n_whole: pairs that are also rendered as whole clips with stems. most_uses: how often a piece
    may be used by the training split. n_large: windows of the large gallery.
    """

    name: str
    amounts: Mapping[Split, Amount]
    clip_s: tuple[float, float]
    n_composed: int
    packages: tuple[str, ...] | None
    n_whole: int
    most_uses: int
    n_large: int


SIZES = {
    size.name: size
    for size in (
        Size(
            "small",
            {"train": Amount(30, 2), "validation": Amount(8, 2), "test": Amount(27, 2)},
            clip_s=(20.0, 50.0),
            n_composed=60,
            packages=(),
            n_whole=6,
            most_uses=6,
            n_large=120,
        ),
        Size(
            "full",
            {"train": Amount(1000, 4), "validation": Amount(150, 2), "test": Amount(243, 2)},
            clip_s=(20.0, 90.0),
            n_composed=1000,
            packages=None,
            n_whole=300,
            most_uses=12,
            n_large=2000,
        ),
    )
}
