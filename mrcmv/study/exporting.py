"""Votes as files for others: CSV, Parquet, JSONL, with a codebook and the chain beside them.

Whoever opens a CSV in a spreadsheet must not run what a rater typed: cells that begin like a
formula are told as text (OWASP, "CSV injection"). Platform ids and addresses are in no export.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from mrcmv.errors import StudyError
from mrcmv.study.design import Study, said
from mrcmv.study.reading import study_hash
from mrcmv.study.rows import Row

FORMATS = ("csv", "parquet", "jsonl")
COLUMNS = {
    "study": "id of the study",
    "rater": "pseudonym of the rater, random",
    "trial": "index of the trial in the rater's session, from 0, training included",
    "kind": "trial; catch: the answer is known; repeat: shown before; training: before the trials",
    "clip": "the clip that was shown",
    "question": "best-of-n, pairwise or mos",
    "methods": "what stood in the slots, in order (in CSV separated by |); silent and shifted are "
    "stimuli broken on purpose",
    "slot": "slot that was chosen or rated, from 0",
    "answer": "what was said instead of a slot: none (no preference), all-bad, neutral",
    "chosen": "method in the chosen slot",
    "rating": "1 bad, 2 poor, 3 fair, 4 good, 5 excellent",
    "rated": "method in the rated slot",
    "at": "when the last answer was stored, UTC, ISO 8601",
    "decision_s": "seconds from the opening of the watch gate to the vote, by the server's clock",
    "excluded": "whether the rater is excluded: by hand, or by failed catch trials",
    "repeat_of": "of a repeat, the index of the trial that it repeats",
    "catch_passed": "of a catch, whether its answer was right",
}
"""Column → what it says. The columns are the fields of `rows.Row`."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\u2212", "\uff1d", "\uff0b", "\uff0d")
"""What makes a spreadsheet take a cell for a formula, full-width look-alikes included."""


def neutral(cell: object) -> object:
    """A cell that no spreadsheet runs: text that begins like a formula gets a quote before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def to_fields(row: Row) -> dict[str, Any]:
    """A row as plain JSON: methods as a list, the time as text."""
    plain = {field.name: getattr(row, field.name) for field in fields(Row)}
    at = row.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return plain | {"methods": list(row.methods), "at": at}


def to_csv(table: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """A CSV in UTF-8; lists are joined by `|`, nothing is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in table:
        writer.writerow([neutral(_joined(row.get(name))) for name in columns])
    return text.getvalue()


def to_jsonl(table: Iterable[Mapping[str, Any]]) -> str:
    """A JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table)


def write_parquet(rows: Iterable[Row], path: Path) -> None:
    """Rows with their types. StudyError where pyarrow is not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise StudyError(
            "Parquet is written by pyarrow, which is not installed: pip install pyarrow, "
            "or export CSV or JSONL."
        ) from None
    text, number, yes = pa.string(), pa.int32(), pa.bool_()
    special = {
        "trial": number,
        "slot": number,
        "rating": number,
        "repeat_of": number,
        "decision_s": pa.float64(),
        "excluded": yes,
        "catch_passed": yes,
        "methods": pa.list_(text),
        "at": pa.timestamp("ms", "UTC"),
    }
    schema = pa.schema([(name, special.get(name, text)) for name in COLUMNS])
    table = [to_fields(row) | {"at": row.at} for row in rows]
    parquet.write_table(pa.Table.from_pylist(table, schema), path)


def codebook(study: Study, rows: Sequence[Row], locked: str) -> str:
    """What the files and their columns mean, in Markdown."""
    language = study.languages[0]
    lines = [
        f"# Codebook: {_cell(said(study.title, language))}",
        "",
        f"Study `{study.id}`, locked as `{locked}` (design `{study_hash(study)}`).",
        f"{len(rows)} answers of {len({row.rater for row in rows})} raters. "
        f"Question ({study.question.kind}): {_cell(said(study.question.text, language))}",
        "",
        "| column | meaning |",
        "|---|---|",
        *(f"| `{name}` | {_cell(meaning)} |" for name, meaning in COLUMNS.items()),
        "",
        "Beside the votes: `comments.csv` (free text), `answers.csv` (questions after the trials;",
        "a choice by its number, from 0), `study.json` (the locked study), `chain.jsonl` (a row's",
        "hash is SHA-256 of the canonical JSON of its other six fields; the content of withdrawn",
        "raters is null). Withdrawn raters are in none of the others.",
        "",
    ]
    return "\n".join(lines)


def write(
    folder: Path,
    study: Study,
    *,
    rows: Sequence[Row],
    comments: Sequence[Mapping[str, Any]] = (),
    answers: Sequence[Mapping[str, Any]] = (),
    chain: Sequence[Mapping[str, Any]] = (),
    locked: str = "",
    formats: Iterable[str] = FORMATS,
) -> tuple[Path, ...]:
    """Write a study's votes and all that explains them into a folder; the files, sorted.

    Raises:
        StudyError: an unknown format, or the folder cannot be written to.
    """
    formats = tuple(formats)
    if odd := sorted(set(formats) - set(FORMATS)):
        raise StudyError(f"Votes are exported as {', '.join(FORMATS)}, not as {odd[0]}.")
    table = [to_fields(row) for row in rows]
    files = {
        "comments.csv": to_csv(comments, ("rater", "trial", "clip", "comment")),
        "answers.csv": to_csv(answers, ("rater", "question", "answer")),
        "chain.jsonl": to_jsonl(chain),
        "study.json": study.model_dump_json(indent=1) + "\n",
        "codebook.md": codebook(study, rows, locked),
    }
    if "csv" in formats:
        files["votes.csv"] = to_csv(table, tuple(COLUMNS))
    if "jsonl" in formats:
        files["votes.jsonl"] = to_jsonl(table)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        if "parquet" in formats:
            write_parquet(rows, folder / "votes.parquet")
    except OSError as error:
        raise StudyError(f"{folder} cannot be written to ({error.strerror}).") from None
    written = [*files, *(["votes.parquet"] if "parquet" in formats else [])]
    return tuple(folder / name for name in sorted(written))


def _joined(value: object) -> object:
    return "|".join(map(str, value)) if isinstance(value, list | tuple) else value


def _cell(text: str) -> str:
    """Text in one line of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
