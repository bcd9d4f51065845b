"""The figures of a check as Markdown: tables for the data sheet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mrcmv.corpus.editor.mind import AXES

Told = Mapping[str, Any]


def markdown(told: Told) -> str:
    """All sections of what `run.check` found."""
    parts = [
        _probes(told["probes"]),
        _baseline(told["baseline"]),
        _shortcuts(told["shortcuts"]),
        _residue(told["residue"]),
        _duplicates(told["duplicates"]),
        _ambiguity(told["ambiguity"]),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _between(interval: Sequence[float], digits: int = 0) -> str:
    low, high = (f"{end:.{digits}f}" for end in interval)
    return f"({low}–{high})".replace("-", "−")


def _probes(rows: Sequence[Told]) -> str:
    """An axis a line, a group of each side a column."""
    columns = list(dict.fromkeys((row["side"], row["group"]) for row in rows))
    cells = {(row["side"], row["group"], row["axis"]): row for row in rows}
    counts = {(row["side"], row["group"]): row["n"] for row in rows if row["carried"]}

    def cell(column: tuple[str, str], axis: str) -> str:
        row = cells.get((*column, axis))
        if row is None:
            return ""
        if not row["carried"]:
            return "not carried"
        return f"{row['rho']:.2f} {_between(row['interval'], 2)}".replace("-", "−")

    head = ["axis"] + [f"{side}, {group} (n = {counts[side, group]})" for side, group in columns]
    lines = [[axis, *(cell(column, axis) for column in columns)] for axis in AXES]
    return "### Axes on unseen sources, Spearman ρ (95 %)\n\n" + table(head, lines)


def _baseline(told: Told) -> str:
    rows = []
    for name, one in told.items():
        recalls = [
            f"{one['recall'][k]:.1f} {_between(one['interval'][k], 1)}" for k in one["recall"]
        ]
        chance = " / ".join(f"{value:g}" for value in one["chance"].values())
        rows.append([name, *recalls, f"{one['median_rank']:g}", one["n_queries"], chance])
    ks = [f"R@{k}" for k in next(iter(told.values()))["recall"]]
    head = ["hand statistics and ridge", *ks, "median rank", "n", "chance"]
    return "### Baseline, in percent (95 %)\n\n" + table(head, rows)


def _figures(name: str, one: Told, verdict: str) -> list[object]:
    value = f"{one['value']:.1f} {_between(one['interval'], 1)}"
    return [name, one["figure"], value, f"{one['chance']:g}", one["n"], verdict]


def _shortcuts(told: Told) -> str:
    head = ["shortcut", "figure", "value (95 %)", "chance", "n", ""]
    rows = [
        _figures(name, one, "**open**" if name in told["open"] else "closed")
        for name, one in told["closed or open"].items()
    ]
    rows += [_figures(name, one, "") for name, one in told["for information"].items()]
    tags = [
        f"{kind} {one['n_differing']} of {one['n']} files" for kind, one in told["tags"].items()
    ]
    return (
        "### Shortcuts\n\n" + table(head, rows) + "\n\nTags that differ: " + ", ".join(tags) + "."
    )


def _residue(told: Told) -> str:
    head = ["voice", "figure", "value (95 %)", "chance", "n", ""]
    rows = [_figures(name, one, "") for name, one in told.items() if isinstance(one, dict)]
    title = f"### Residue of a separated voice ({told['separator']})\n\n"
    return title + (table(head, rows) if rows else "No whole clip could be asked for.")


def _duplicates(told: Told) -> str:
    rows: list[list[object]] = [[kind, one["n"]] for kind, one in told["names"].items()]
    pictures = told["pictures"]
    rows += [
        ["recordings of music", told["music"]["n"]],
        ["takes that look alike for 8 s", pictures["n_alike"]],
        ["least distance of pictures across splits", pictures["nearest_across"].get("least", "")],
        ["the same within a split", pictures["nearest_within"].get("least", "")],
        ["lines of the test that training has heard, %", told["lines_heard_in_training"]],
    ]
    return "### In two splits\n\n" + table(["what", "n"], rows)


def _ambiguity(told: Told) -> str:
    rows = [
        [f"target explained by {name}, %", *(round(own[axis]) for axis in AXES)]
        for name, own in told["explained"].items()
    ]
    spread = told["voice_spread_in_a_take"]
    rows.append(
        ["spread of voices over one take, of all", *(f"{spread[axis]:.2f}" for axis in AXES)]
    )
    share = told["dubs_of_a_take_with_one_piece"]
    return (
        f"### What the picture leaves open (n = {told['n_pairs']} pairs)\n\n"
        + table(["", *AXES], rows)
        + f"\n\nTwo dubs of one take have the same piece in {share:g} % of cases."
    )
