"""A corpus decoded into `CORPUS/decoded/SIDE`: made once, and gone on with where it stopped."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mrcmv.corpus.build.manifest import read_table
from mrcmv.corpus.build.redubs import REDUBS
from mrcmv.corpus.build.workers import in_turn
from mrcmv.corpus.checks import voice
from mrcmv.corpus.checks.measuring import file_key
from mrcmv.corpus.decoding import files
from mrcmv.corpus.decoding.files import MUSIC_CURVES, PICTURE_CURVES, Order
from mrcmv.dataset import KINDS, Dataset, Kind, Split, layout_of, write_tables
from mrcmv.errors import MrcmvError
from mrcmv.media.arrays import Named, append_arrays, arrays_of
from mrcmv.progress import Hook, silent
from mrcmv.types import WINDOW_S

SIDE_PX = 112
"""Of the squares: what the compact network sees."""
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
CURVES: dict[Kind, tuple[str, ...]] = {
    "pictures": PICTURE_CURVES, "voices": voice.CURVES, "music": MUSIC_CURVES,
}  # fmt: skip
MEASURED = ("energy", "tempo_bpm", "brightness_hz", *(f"level_{n}" for n in range(1, 5)))
"""What `windows.measured` holds (`editor.listening.hear_music`): numbers of the sound."""

Table = Sequence[Mapping[str, Any]]


def decode(
    corpus: Path, splits: Sequence[Split] = SPLITS, *, side_px: int = SIDE_PX, jobs: int = 1,
    hook: Hook = silent,
) -> Dataset:  # fmt: skip
    """Decode what the pairs of some splits need, and all music of these splits.

    `corpus`: the folder of a finished build, or of a corpus from videos. Of a file that has
    changed since, all of its kind are decoded anew.

    Raises:
        MrcmvError: no corpus was built there, or not to its end, or a file is gone or damaged.
    """
    tables = {name: read_table(corpus / f"{name}.parquet") for name in ("takes", "pieces")}
    windows, pairs = (read_table(corpus / f"{name}.parquet") for name in ("windows", "pairs"))
    redubs = corpus / REDUBS  # a corpus from videos has none
    takes = {row["take_id"]: row for row in tables["takes"]}
    own = [row for row in pairs if row["split"] in splits]
    if not own:
        raise MrcmvError(f"{corpus} has no pairs of {' and '.join(splits)}: nothing to decode.")
    folder = corpus / "decoded" / str(side_px)
    folder.mkdir(parents=True, exist_ok=True)
    orders = _orders(corpus, own, takes, tables["pieces"], windows, splits)
    work: dict[Kind, Callable[[Order], Named]] = {
        "pictures": partial(files.take_rows, side_px=side_px),
        "voices": files.voice_rows,
        "music": files.piece_rows,
    }
    for kind in KINDS:
        _fill(folder, kind, side_px, orders[kind], work[kind], jobs, hook)
    write_tables(
        folder, side_px,
        [pair_row(row, takes[row["take_id"]]) for row in pairs],
        [window_row(row) for row in windows],
        CURVES, MEASURED, _rounds(read_table(redubs) if redubs.is_file() else []),
    )  # fmt: skip
    return Dataset(folder)


def pair_row(pair: Mapping[str, Any], take: Mapping[str, Any]) -> dict[str, Any]:
    """What the networks may know of a pair (`dataset.Pair`), and nothing of the editor's mind."""
    first = pair["segments"][0]
    lasts_s = first["end_s"] if first["piece_id"] == pair["piece_id"] else WINDOW_S
    return {
        "pair_id": pair["pair_id"],
        "take_id": pair["take_id"],
        "split": pair["split"],
        "piece_id": pair["piece_id"],
        "music_start_s": pair["music_start_s"],
        "duration_s": take["duration_s"],
        "covered_s": lasts_s,
        "gallery": pair["gallery"],
    }


def _rounds(redubs: Table) -> list[list[dict[str, Any]]]:
    """The redubs as pairs, round by round."""
    rounds: dict[int, list[dict[str, Any]]] = {}
    for row in redubs:
        told = {name: value for name, value in row.items() if name != "round"}
        rounds.setdefault(row["round"], []).append({**told, "split": "train"})
    return [rounds[number] for number in sorted(rounds)]


def window_row(window: Mapping[str, Any]) -> dict[str, Any]:
    """What the networks may know of a window of music (`dataset.Window`)."""
    return {name: window[name] for name in ("split", "piece_id", "start_s", "measured")}


def _orders(
    corpus: Path, pairs: Table, takes: Mapping[str, Mapping[str, Any]], pieces: Table,
    windows: Table, splits: Sequence[Split],
) -> dict[Kind, list[Order]]:  # fmt: skip
    """What has to be decoded, in the order of the tables."""
    ends_s: dict[str, float] = {}
    needed = [
        *((row["piece_id"], row["start_s"]) for row in windows if row["split"] in splits),
        *((row["piece_id"], row["music_start_s"] + _most(row, takes)) for row in pairs),
    ]
    for name, start_s in needed:
        ends_s[name] = max(ends_s.get(name, 0.0), start_s + WINDOW_S)
    seen = {row["take_id"]: takes[row["take_id"]] for row in pairs}
    return {
        "pictures": [
            Order(name, corpus / row["frames"], row["duration_s"], row["seconds"])
            for name, row in seen.items()
        ],
        "voices": [
            Order(row["pair_id"], corpus / row["voice"], takes[row["take_id"]]["duration_s"])
            for row in pairs
        ],
        "music": [
            Order(name, Path(row["file"]), _length_s(ends_s[name], row["duration_s"]))
            for row in pieces
            if (name := row["piece_id"]) in ends_s
        ],
    }


def _length_s(end_s: float, duration_s: float) -> float:
    """How much of a piece is wanted: to its last window's end, or all of one that will repeat."""
    return end_s if duration_s >= WINDOW_S else duration_s


def _most(pair: Mapping[str, Any], takes: Mapping[str, Mapping[str, Any]]) -> float:
    """How far into a clip its last window starts at most."""
    told = pair_row(pair, takes[pair["take_id"]])
    return max(0.0, float(min(told["duration_s"], told["covered_s"])) - WINDOW_S)


def _fill(
    folder: Path, kind: Kind, side_px: int, orders: Sequence[Order],
    work: Callable[[Order], Named], jobs: int, hook: Hook,
) -> None:  # fmt: skip
    """Decode what is missing of a kind."""
    path, layout = folder / kind, layout_of(kind, side_px)
    for order in orders:
        if not order.file.is_file():
            raise MrcmvError(f"{order.file} is gone, which the corpus's tables name: build again.")
    had = arrays_of(path, layout)
    changed = had is not None and any(
        order.name in had and had.entries[order.name].facts["key"] != file_key(order.file)
        for order in orders
    )
    if changed:
        had = None
    missing = [order for order in orders if had is None or order.name not in had]
    if missing or had is None:
        made = in_turn(work, missing, jobs=jobs, step=f"Decoding {kind}", hook=hook)
        append_arrays(path, layout, made, anew=changed)
