"""The figures of the paper's table 1 and ours, with intervals, and paired tests between rows.

**Figures.** R@1, R@5, R@10, R@25 (%), of windows; track R@10 (%): the right piece by its nearest
window; median rank; MRR; "NAME distance": how far the first match is from the truth by a reference
of that name; ρ energy: Spearman's ρ between what a clip asks for in arousal and the mean energy of
its first five matches, above that of its gallery; ρ / oracle's: over that of the oracle on the same
queries. Of moments: mIoU and R1@0.5 (%), given the track. Of offers without a truth: the energies,
and their means over the calm, the middle and the intense third of the clips. Intervals: `paired`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.evaluation import paired, ranking
from mrcmv.evaluation.paired import Estimate, Statistic
from mrcmv.evaluation.protocol import UNHEARD
from mrcmv.evaluation.ranking import RECALL_AT, Numbers, Ranks
from mrcmv.evaluation.results import APART, CHANCE_APART, Judged, Row
from mrcmv.study.statistics.ranks import holm

Values = Callable[[Row, str], Numbers | None]
PERCENT = (0.0, 100.0)
THIRDS = ("calm", "middle", "intense")
ORACLE = "oracle: both"
"""The row that ρ of energies is a share of."""
TRACK_AT = 10


@dataclass(frozen=True, eq=False)
class Figure:
    """A column. more: more is better. chance: what a draw reaches, NaN where nobody knows."""

    name: str
    values: Values
    chance: Callable[[Judged], float]
    digits: int = 1
    more: bool = True
    statistic: Callable[[Judged], Statistic] = lambda judged: paired.mean
    bounds: tuple[float, float] = PERCENT


@dataclass(frozen=True, eq=False)
class Line:
    """A row of a table; an estimate for each figure that it was judged by."""

    row: Row
    cells: dict[str, Estimate]


@dataclass(frozen=True, eq=False)
class Table:
    """All methods on the galleries of one name."""

    gallery: str
    judged: Judged
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]

    @property
    def chance(self) -> dict[str, float]:
        return {figure.name: figure.chance(self.judged) for figure in self.figures}


@dataclass(frozen=True)
class Comparison:
    """By how much one row's figure is above another's; p_holm: corrected for all of its family."""

    gallery: str
    figure: str
    digits: int
    one: tuple[str, str]
    other: tuple[str, str]
    difference: Estimate
    p_holm: float


def tables_of(rows: Sequence[Row]) -> list[Table]:
    """A table for each name of galleries, moments last."""
    return [_table(rows, name) for name in galleries_of(rows)]


def figures_of(rows: Sequence[Row], gallery: str) -> tuple[Figure, ...]:
    """The columns that some row was judged by, in their order."""
    if gallery == "moments":
        return (_share("mIoU", "iou", "chance_iou"), _share("R1@0.5", "hit", "chance_hit"))
    every = (
        *(_recall(k) for k in RECALL_AT),
        _recall(TRACK_AT, "track "),
        Figure(
            "median rank", partial(_ranked, of=lambda ranks: ranks.mean),
            lambda judged: _mean_of(ranking.chance_median, judged.n_candidates),
            more=False, statistic=lambda judged: paired.median, bounds=(1.0, np.inf),
        ),
        Figure(
            "MRR", partial(_ranked, of=lambda ranks: ranks.reciprocal),
            lambda judged: _mean_of(ranking.chance_reciprocal, judged.n_candidates),
            digits=3, bounds=(0.0, 1.0),
        ),
        *(_apart(name) for name in _references(rows, gallery)),
        *_energies(rows, gallery),
    )  # fmt: skip
    return tuple(
        figure for figure in every if any(figure.values(row, gallery) is not None for row in rows)
    )


def _energies(rows: Sequence[Row], gallery: str) -> tuple[Figure, ...]:
    """Of the first five matches, where the corpus knows them."""

    def values(row: Row, gallery: str) -> Numbers | None:
        return row.figure(gallery, "energy")

    own = Figure(
        "ρ energy", values, lambda judged: 0.0, digits=2, bounds=(-1.0, 1.0),
        statistic=lambda judged: paired.correlation_with(judged.figures["arousal"]),
    )  # fmt: skip
    told = [own]
    oracle = next((row for row in rows if row.method == ORACLE), None)
    if oracle is not None and (most := values(oracle, gallery)) is not None:
        share = partial(_share_of, oracle=most[0])
        told.append(
            Figure("ρ / oracle's", values, lambda judged: 0.0, digits=2, bounds=(-np.inf, np.inf),
                   statistic=share)
        )  # fmt: skip
    own_runs = [run for row in rows for run in row.runs if gallery in run.galleries]
    if any("nearer" in run.galleries[gallery].figures for run in own_runs):
        return tuple(told)
    for number, name in enumerate(THIRDS):
        third = partial(_mean_of_third, number=number)
        told.append(
            Figure(f"energy, {name}", values, lambda judged: 0.0, digits=2,
                   bounds=(-np.inf, np.inf), statistic=third)
        )  # fmt: skip
    return tuple(told)


def _share_of(judged: Judged, oracle: Numbers) -> Statistic:
    return paired.share_of_correlation(judged.figures["arousal"], oracle)


def _mean_of_third(judged: Judged, number: int) -> Statistic:
    place = np.argsort(np.argsort(judged.figures["arousal"], kind="stable"))
    return paired.mean_where(place * len(THIRDS) // len(place) == number)


def estimate(row: Row, gallery: str, figure: Figure) -> Estimate | None:
    """A row's figure with its interval; None where it was not judged by it."""
    values = figure.values(row, gallery)
    if values is None:
        return None
    judged = row.runs[0].galleries[gallery]
    return paired.estimate(
        values, figure.statistic(judged), groups=judged.groups, bounds=figure.bounds
    )


def compare(
    rows: Sequence[Row], one: tuple[str, str], names: Sequence[str] = ("R@1", "R@10")
) -> list[Comparison]:
    """One row (method, condition) less each other, in each gallery and figure, paired by query.
    Left out are ceilings, and other methods under another condition (what hears no voice is under
    all of them). Holm's correction is over all comparisons that come back.

    Raises:
        MrcmvError: no such row.
    """
    chosen = [row for row in rows if (row.method, row.condition) == one]
    if not chosen:
        known = "; ".join(f"{row.method} ({row.condition})" for row in rows)
        raise MrcmvError(f"No row is {one[0]} ({one[1]}). There are: {known}.")
    others = [
        row
        for row in rows
        if row is not chosen[0]
        and not row.ceiling
        and (row.method == one[0] or UNHEARD in (one[1], row.condition) or row.condition == one[1])
    ]
    made = [
        (gallery, figure, other, told)
        for gallery in galleries_of(rows)
        for figure in figures_of(rows, gallery)
        if figure.name in names
        for other in others
        if (told := _difference(chosen[0], other, gallery, figure)) is not None
    ]
    corrected = holm([told.p for *_, told in made]).tolist()
    return [
        Comparison(
            gallery, figure.name, figure.digits, one, (other.method, other.condition), told, p
        )
        for (gallery, figure, other, told), p in zip(made, corrected, strict=True)
    ]


def galleries_of(rows: Sequence[Row]) -> list[str]:
    """The names of galleries, moments last."""
    names = dict.fromkeys(name for row in rows for run in row.runs for name in run.galleries)
    return sorted(names, key=lambda name: name == "moments")


def _table(rows: Sequence[Row], gallery: str) -> Table:
    own = [row for row in rows if all(gallery in run.galleries for run in row.runs)]
    figures = figures_of(own, gallery)
    lines = []
    for row in own:
        told = {figure.name: estimate(row, gallery, figure) for figure in figures}
        lines.append(Line(row, {name: one for name, one in told.items() if one is not None}))
    return Table(gallery, own[0].runs[0].galleries[gallery], figures, tuple(lines))


def _difference(one: Row, other: Row, gallery: str, figure: Figure) -> Estimate | None:
    a, b = figure.values(one, gallery), figure.values(other, gallery)
    if a is None or b is None:
        return None
    judged = one.runs[0].galleries[gallery]
    return paired.difference(a, b, figure.statistic(judged), groups=judged.groups)


def _recall(k: int, of: str = "") -> Figure:
    prefix = f"{of.strip()}_" if of else ""
    return Figure(
        f"{of}R@{k}",
        partial(_ranked, of=lambda ranks: 100 * ranks.hits(k), prefix=prefix),
        lambda judged: 100 * _mean_of(
            partial(ranking.chance_recall, k=k), judged.n_tracks if of else judged.n_candidates
        ),
    )  # fmt: skip


def _share(name: str, figure: str, chance: str) -> Figure:
    def values(row: Row, gallery: str) -> Numbers | None:
        told = row.figure(gallery, figure)
        return None if told is None else 100 * told

    return Figure(name, values, lambda judged: 100 * float(judged.figures[chance].mean()))


def _apart(name: str) -> Figure:
    def chance(judged: Judged) -> float:
        drawn = judged.figures.get(CHANCE_APART + name)
        return float("nan") if drawn is None else float(drawn.mean())

    return Figure(
        f"{name} distance", lambda row, gallery: row.figure(gallery, APART + name), chance,
        digits=2, more=False, bounds=(0.0, np.inf),
    )  # fmt: skip


def _ranked(
    row: Row, gallery: str, of: Callable[[Ranks], Numbers], prefix: str = ""
) -> Numbers | None:
    nearer = row.figure(gallery, f"{prefix}nearer")
    level = row.figure(gallery, f"{prefix}level")
    if nearer is None or level is None:
        return None
    return np.stack([of(Ranks(*seed)) for seed in zip(nearer, level, strict=True)])


def _references(rows: Sequence[Row], gallery: str) -> list[str]:
    figures = dict.fromkeys(
        name
        for row in rows
        for run in row.runs
        if gallery in run.galleries
        for name in run.galleries[gallery].figures
    )
    return [name[len(APART) :] for name in figures if name.startswith(APART)]


def _mean_of(chance: Callable[[int], float], counts: np.ndarray) -> float:
    """Over queries before galleries of several sizes."""
    sizes, n = np.unique(counts, return_counts=True)
    told = np.array([chance(int(size)) for size in sizes])
    return float((told * n).sum() / n.sum())
