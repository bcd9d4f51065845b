"""What a check found, as a table in Markdown."""

from collections.abc import Sequence

import numpy as np

from mrcmv.explain.checking import (
    ALIKE,
    GATE,
    ROLLOUT,
    SUM_TOLERANCE,
    WAYS,
    Measured,
    advantages,
    mean_of,
)
from mrcmv.explain.deletion import RANDOM, SHARES
from mrcmv.explain.evidence import LEAST_CLIPS, Advantage, Claims

HEAD = "| check | n | value | 95 % interval | says |\n|---|---|---|---|---|"


def markdown(found: Sequence[Measured], claims: Claims, material: str) -> str:
    """All checks, then the deletion curves, then what captions may say."""
    rows = [_sums(found), *_randomised(found), *_advantages(found)]
    return "\n".join(
        [
            f"Checked on {len(found)} clips: {material}.",
            "",
            HEAD,
            *rows,
            "",
            "Loss of the match's lead over the catalog, in per cent, when seconds are deleted:",
            "",
            *_curves(found),
            "",
            verdict(claims, len(found)),
        ]
    )


def verdict(claims: Claims, n_clips: int) -> str:
    """What captions may say, in a sentence or two."""
    if n_clips < LEAST_CLIPS:
        return f"Fewer than {LEAST_CLIPS} clips prove nothing: captions claim no causes."
    told = {"rollout": claims.rollout, "the gate": claims.gate}
    said = [
        f"Seconds that {name} ranks highest decide more than random ones: captions say so."
        if proven
        else f"{name[0].upper()}{name[1:]} does not beat random seconds: captions claim no causes."
        for name, proven in told.items()
    ]
    return " ".join(said)


def _sums(found: Sequence[Measured]) -> str:
    worst = max((one.sum_error for one in found), default=float("nan"))
    says = "ok" if worst < SUM_TOLERANCE else "WRONG"
    return f"| rows of weights sum to 1: largest error | {len(found)} | {worst:.1e} | – | {says} |"


def _randomised(found: Sequence[Measured]) -> list[str]:
    rows = []
    for what, values in (
        ("attention shuffled", [one.alike_attention for one in found]),
        ("all weights shuffled", [one.alike_all for one in found]),
    ):
        told = mean_of(values)
        says = "maps change" if told.high < ALIKE else "MAPS STAY" if told.n else "no maps"
        rows.append(f"| {what}: Spearman ρ of maps | {_cells(told, '.2f')} | {says} |")
    return rows


def _advantages(found: Sequence[Measured]) -> list[str]:
    rows = []
    for name, told in advantages(found).items():
        says = "beats random" if told.proven else "does not beat random"
        says = says if told.n >= LEAST_CLIPS else "too few clips"
        if name not in (ROLLOUT, GATE):
            says = "upper bound"
        rows.append(
            f"| deleting by {name} less random, % of lead | {_cells(told, '+.1f')} | {says} |"
        )
    return rows


def _curves(found: Sequence[Measured]) -> list[str]:
    shares = " | ".join(f"{100 * share:.3g} % of seconds" for share in SHARES)
    rows = [f"| deleted | n | {shares} |", "|---" * (2 + len(SHARES)) + "|"]
    for name in (*(name for name in WAYS if name != RANDOM), RANDOM):
        if not found or name not in found[0].losses:
            continue
        lost = np.stack([one.losses[name] for one in found])  # (clips, 4)
        told = [mean_of(column.tolist()) for column in lost.T]
        cells = " | ".join(f"{one.mean:.1f} ({_bounds(one, '.1f')})" for one in told)
        rows.append(f"| {WAYS[name]} | {told[0].n} | {cells} |")
    return rows


def _cells(told: Advantage, form: str) -> str:
    return f"{told.n} | {told.mean:{form}} | {_bounds(told, form)}"


def _bounds(told: Advantage, form: str) -> str:
    return f"{told.low:{form}} to {told.high:{form}}" if np.isfinite(told.low) else "–"
