"""What a method found for each query, as files that can be joined later.

A file is one method, one training seed and one condition: `results/METHOD-CONDITION-SEED.npz`,
with a header in JSON and arrays `N/FIGURE` of its Nth kind of gallery, a number a query. Recalls
and means are computed from them, never stored. Files join where they asked the same queries for
the same answers.
"""

import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.evaluation.ranking import Numbers

APART, CHANCE_APART = "apart: ", "chance apart: "
"""Before the name of a reference: distance of the first match to the truth, and of a draw."""
VERSION = 1
RESULTS = "results"
"""Folder of results within what a command writes."""
COUNTS = ("n_candidates", "n_tracks")


@dataclass(frozen=True, eq=False)
class Judged:
    """The galleries of one name, taken together.

    queries: n ids; groups: what each belongs to; n_candidates and n_tracks: what each query was
    compared with. Shape: (n,) each. figures: name → (n,).
    """

    queries: tuple[str, ...]
    groups: tuple[str, ...]
    n_galleries: int
    n_candidates: np.ndarray
    n_tracks: np.ndarray
    figures: Mapping[str, Numbers]

    def __post_init__(self) -> None:
        """Raises ValueError: a figure is not told of each query, or a query is there twice."""
        n = len(self.queries)
        if len(set(self.queries)) != n:
            raise ValueError("a query is there twice")
        for name, values in {
            "groups": self.groups, "n_candidates": self.n_candidates, "n_tracks": self.n_tracks,
            **self.figures,
        }.items():  # fmt: skip
            if len(values) != n:
                raise ValueError(f"{name} is told of {len(values)} queries of {n}")


@dataclass(frozen=True, eq=False)
class Results:
    """A method under one condition, trained with one seed; None where nothing is drawn.

    test: the hash of what was asked. ceiling: it knows what no method can, and is never best.
    """

    method: str
    seed: int | None
    condition: str
    corpus: str
    test: str
    galleries: Mapping[str, Judged]
    ceiling: bool = False

    @property
    def file_name(self) -> str:
        """`mrcmv-clean-voice-0.npz`."""
        seed = "fixed" if self.seed is None else str(self.seed)
        return f"{_slug(self.method)}-{_slug(self.condition)}-{seed}.npz"


@dataclass(frozen=True, eq=False)
class Row:
    """A method under one condition, all seeds: a line of the table."""

    method: str
    condition: str
    runs: tuple[Results, ...]

    @property
    def n_seeds(self) -> int | None:
        """None where nothing is drawn."""
        return None if self.runs[0].seed is None else len(self.runs)

    @property
    def ceiling(self) -> bool:
        return self.runs[0].ceiling

    def figure(self, gallery: str, name: str) -> Numbers | None:
        """Shape: (seeds, n); None where it was not judged."""
        own = [run.galleries[gallery].figures for run in self.runs if gallery in run.galleries]
        if len(own) < len(self.runs) or any(name not in figures for figures in own):
            return None
        return np.stack([figures[name] for figures in own])


def save(results: Results, folder: Path) -> Path:
    """Keep results in a folder; the file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    header = {
        "version": VERSION, "method": results.method, "seed": results.seed,
        "condition": results.condition, "corpus": results.corpus, "test": results.test,
        "ceiling": results.ceiling,
        "galleries": {
            name: {"queries": one.queries, "groups": one.groups, "n_galleries": one.n_galleries}
            for name, one in results.galleries.items()
        },
    }  # fmt: skip
    arrays = {
        f"{number}/{figure}": values
        for number, one in enumerate(results.galleries.values())
        for figure, values in (
            *one.figures.items(),
            *((count, getattr(one, count)) for count in COUNTS),
        )
    }
    path = folder / results.file_name
    half = path.with_name(f".{path.name}.part")
    with half.open("wb") as file:
        np.savez_compressed(file, header=np.array(json.dumps(header)), **arrays)
    half.replace(path)
    return path


def load(path: Path) -> Results:
    """Results as `save` kept them.

    Raises:
        MrcmvError: there are none, they are damaged, or of another version.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            header = json.loads(str(kept["header"]))
            arrays = {name: kept[name] for name in kept.files if name != "header"}
        if header["version"] != VERSION:
            raise MrcmvError(
                f"{path} holds results of version {header['version']}, not {VERSION}: "
                "judge the method again."
            )
        galleries = {}
        for number, (name, about) in enumerate(header["galleries"].items()):
            own = {
                key.partition("/")[2]: values
                for key, values in arrays.items()
                if key.partition("/")[0] == str(number)
            }
            counts = {count: own.pop(count) for count in COUNTS}
            ids, groups = tuple(about["queries"]), tuple(about["groups"])
            galleries[name] = Judged(ids, groups, about["n_galleries"], **counts, figures=own)
        return Results(
            header["method"], header["seed"], header["condition"], header["corpus"],
            header["test"], galleries, header["ceiling"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise MrcmvError(f"{path} cannot be read as results of a method ({why}).") from error


def load_all(folder: Path) -> list[Results]:
    """All results of a folder, or of its folder `results` as a command's `--out` has it, by file
    name.

    Raises:
        MrcmvError: there are none, or one is damaged.
    """
    paths = sorted(folder.glob("*.npz")) or sorted((folder / RESULTS).glob("*.npz"))
    if not paths:
        raise MrcmvError(f"{folder} holds no results (*.npz) of methods.")
    return [load(path) for path in paths]


def rows_of(results: Iterable[Results]) -> tuple[Row, ...]:
    """The lines of a table: seeds of one method and condition together, in the order given.

    Raises:
        MrcmvError: not all were asked the same queries, or two are of one seed.
    """
    told: Sequence[Results] = tuple(results)
    if not told:
        raise MrcmvError("There are no results to compare.")
    by_row: dict[tuple[str, str], list[Results]] = {}
    for one in told:
        if one.test != told[0].test or not _same_queries(one, told[0]):
            raise MrcmvError(
                f"{one.method} ({one.corpus}, test {one.test}) and {told[0].method} "
                f"({told[0].corpus}, test {told[0].test}) were not asked the same queries: "
                "judge both on one corpus."
            )
        by_row.setdefault((one.method, one.condition), []).append(one)
    for (method, condition), runs in by_row.items():
        seeds = [run.seed for run in runs]
        if len(set(seeds)) < len(seeds) or (None in seeds and len(seeds) > 1):
            raise MrcmvError(f"{method} ({condition}) has two results of one seed: {seeds}.")
    return tuple(
        Row(method, condition, tuple(runs)) for (method, condition), runs in by_row.items()
    )


def _same_queries(one: Results, other: Results) -> bool:
    """In the galleries that both were judged on: the same ids in the same order."""
    shared = set(one.galleries) & set(other.galleries)
    return all(one.galleries[name].queries == other.galleries[name].queries for name in shared)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
