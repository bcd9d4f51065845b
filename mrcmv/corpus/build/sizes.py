"""How much is built: takes, dubs, music and galleries, by the name of the size."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mrcmv.corpus.music.packages import PACKAGES

SMALL_PACKAGES = (
    "noiz2sa-data", "torus-trooper-data", "parsec47-data", "rrootage-data", "a7xpg-data",
    "asc-music", "frozen-bubble-data", "trackballs-data", "enigma-data",
)  # fmt: skip
"""Small downloads, 120 MB in all, that give each split some music."""
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

    clip_s: shortest and longest clip. n_gallery: queries of each of the three galleries (the test
    has twice as many pairs: those that find music that fits are kept). n_composed: pieces by
    the composer, all splits together. packages: the Debian packages whose music is fetched.
    n_whole: pairs that are also rendered as whole clips with stems. most_uses: how often a piece
    may be used outside the test. n_large: windows of the large gallery. picture_px: width and
    height that games are played at where no whole clip is made of it. costs: what it took here.
    """

    name: str
    amounts: Mapping[Split, Amount]
    clip_s: tuple[float, float]
    n_gallery: int
    n_composed: int
    packages: tuple[str, ...]
    n_whole: int
    most_uses: int
    n_large: int
    costs: str
    picture_px: tuple[int, int] = (320, 180)

    @property
    def announcement(self) -> str:
        """What is about to be made, and what it takes."""
        n_pairs = sum(amount.n_pairs for amount in self.amounts.values())
        n_takes = sum(amount.n_takes for amount in self.amounts.values())
        return (
            f"OpenGame {self.name}: {n_pairs} pairs over {n_takes} takes, {self.n_composed} "
            f"composed pieces, music of {len(self.packages)} packages. {self.costs}".strip()
        )


SIZES = {
    size.name: size
    for size in (
        Size(
            "small",
            {"train": Amount(30, 2), "validation": Amount(8, 2), "test": Amount(26, 4)},
            clip_s=(20.0, 50.0),
            n_gallery=16,
            n_composed=60,
            packages=SMALL_PACKAGES,
            n_whole=6,
            most_uses=6,
            n_large=120,
            costs="About 6 minutes on 2 cores and 0.6 GB, with 190 MB of downloads.",
        ),
        Size(
            "medium",
            {"train": Amount(400, 3), "validation": Amount(60, 2), "test": Amount(240, 4)},
            clip_s=(20.0, 60.0),
            n_gallery=162,
            n_composed=400,
            packages=PACKAGES,
            n_whole=40,
            most_uses=8,
            n_large=2000,
            costs="About 50 minutes on 2 busy cores and 8 GB, with 3.6 GB of downloads.",
        ),
        Size(
            "full",
            {"train": Amount(1000, 4), "validation": Amount(150, 2), "test": Amount(240, 4)},
            clip_s=(20.0, 90.0),
            n_gallery=162,
            n_composed=1000,
            packages=PACKAGES,
            n_whole=320,
            most_uses=12,
            n_large=2000,
            costs="About 95 minutes on 2 busy cores and 17 GB, with 3.6 GB of downloads.",
        ),
    )
}
