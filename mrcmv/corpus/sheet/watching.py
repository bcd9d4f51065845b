"""Clips drawn at random, measured, ruled and pictured; and a table of the numbers."""

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mrcmv.corpus.sheet.contact import draw_contact
from mrcmv.corpus.sheet.measures import Numbers, measure
from mrcmv.corpus.sheet.rules import broken
from mrcmv.corpus.sheet.wholes import open_whole, pick, tables_of
from mrcmv.progress import Hook, silent

TABLE = "watched.json"


def watch(folder: Path, n: int, seed: int, to: Path, hook: Hook = silent) -> list[dict[str, Any]]:
    """Contact sheets of n whole clips below `to`, and a row of numbers for each, also written
    as `watched.json`.

    Raises:
        MrcmvError: no finished corpus lies in `folder`, or matplotlib is not installed.
    """
    tables = tables_of(folder)
    takes = {take["take_id"]: take for take in tables["takes"]}
    drawn = pick(tables["pairs"], n, seed)
    to.mkdir(parents=True, exist_ok=True)
    rows = []
    for at, pair in enumerate(drawn):
        hook("Watching", completed=at, total=len(drawn))
        whole = open_whole(pair, takes[pair["take_id"]], tables["pieces"], folder)
        numbers = measure(whole)
        wrong = broken(numbers)
        sheet = draw_contact(whole, numbers, wrong, to / f"{pair['pair_id']}.png")
        rows.append(row_of(str(pair["pair_id"]), numbers, wrong, sheet.name))
    (to / TABLE).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    return rows


def row_of(pair_id: str, numbers: Numbers, wrong: dict[str, str], sheet: str) -> dict[str, Any]:
    """A row of the table; what could not be measured is null."""
    plain = {
        name: round(value, 3) if math.isfinite(value) else None
        for name, value in asdict(numbers).items()
    }
    return {"pair_id": pair_id, "sheet": sheet, **plain, "wrong": wrong}
