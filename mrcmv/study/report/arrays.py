"""Rows of one question as the arrays that statistics take, and their groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mrcmv.study.rows import Row
from mrcmv.study.statistics.clusters import Places

Texts = np.ndarray


@dataclass(frozen=True, eq=False)
class Votes:
    """Votes of one table. raters, clips, chosen, answers (n,) names ("" of none); shown (n, m) bool
    by `methods`; slots (n,), −1 of none; positions (n,)."""

    methods: tuple[str, ...]
    raters: Texts
    clips: Texts
    chosen: Texts
    answers: Texts
    shown: np.ndarray
    slots: Places
    positions: Places

    def __len__(self) -> int:
        return len(self.raters)

    def of(self, kept: np.ndarray) -> "Votes":
        """The votes that a mask (n,) keeps."""
        return Votes(
            self.methods, self.raters[kept], self.clips[kept], self.chosen[kept],
            self.answers[kept], self.shown[kept], self.slots[kept], self.positions[kept],
        )  # fmt: skip

    @property
    def choices(self) -> "Votes":
        """Those that chose a method."""
        return self.of(self.chosen != "")

    @property
    def numbers(self) -> Places:
        """The number of each chosen method, m of none. Shape: (n,)."""
        at = {method: place for place, method in enumerate(self.methods)}
        return np.array([at.get(name, len(at)) for name in self.chosen], np.int64)


@dataclass(frozen=True, eq=False)
class Scores:
    """Ratings. raters, clips, methods (n,) names; values, positions (n,)."""

    raters: Texts
    clips: Texts
    methods: Texts
    values: Places
    positions: Places

    def of(self, kept: np.ndarray) -> "Scores":
        """The ratings that a mask (n,) keeps."""
        return Scores(
            self.raters[kept], self.clips[kept], self.methods[kept], self.values[kept],
            self.positions[kept],
        )  # fmt: skip


def votes(rows: Sequence[Row], order: Sequence[str] = ()) -> Votes:
    """Methods in the order given, else by name."""
    methods = methods_in(rows, order)
    return Votes(
        methods,
        np.array([row.rater for row in rows]),
        np.array([row.clip for row in rows]),
        np.array([row.chosen or "" for row in rows]),
        np.array([row.answer or "" for row in rows]),
        np.array([[method in row.methods for method in methods] for row in rows], bool),
        np.array([-1 if row.slot is None else row.slot for row in rows], np.int64),
        np.array([row.trial for row in rows], np.int64),
    )


def scores(rows: Sequence[Row]) -> Scores:
    """Rows of ratings."""
    return Scores(
        np.array([row.rater for row in rows]),
        np.array([row.clip for row in rows]),
        np.array([row.rated for row in rows]),
        np.array([row.rating for row in rows], np.int64),
        np.array([row.trial for row in rows], np.int64),
    )


def methods_in(rows: Iterable[Row], order: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of all methods shown: those of `order` first, then by name."""
    names = {method for row in rows for method in row.methods}
    first = [method for method in order if method in names]
    return (*first, *sorted(names - set(first)))
