"""What a check found, kept beside the weights: it decides what captions may claim.

**Conventions.** `mrcmv explain check` measures, over clips, how much more of a match's lead goes
when the seconds that rollout (or the gate) ranks highest are deleted than when random ones are.
Only where the whole interval of that advantage lies above 0 may a caption say that those seconds
decide. Without such a file, with one of other weights, or of fewer clips than `LEAST_CLIPS`, no
caption says so. What is measured for the query itself (matches without the voice, seconds left out)
needs no such leave.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from mrcmv.errors import MrcmvError

FORMAT = "mrcmv-explain-check-1"
SUFFIX = ".explain.json"
LEAST_CLIPS = 20


@dataclass(frozen=True)
class Advantage:
    """Loss by a ranking less loss by chance, in per cent of the lead: mean over n clips and the
    bounds of its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def proven(self) -> bool:
        """Whether it beats chance beyond doubt, on clips enough."""
        return self.n >= LEAST_CLIPS and self.low > 0


@dataclass(frozen=True)
class Evidence:
    """What a check of some weights found; `material` says on which clips."""

    weights: str
    material: str
    rollout: Advantage
    gate: Advantage | None


@dataclass(frozen=True)
class Claims:
    """Whether captions may say that seconds which rollout, or the gate, ranks high decide."""

    rollout: bool = False
    gate: bool = False


NONE = Claims()


def digest(weights: Path) -> str:
    """What a file of weights is known by: its SHA-256, read once for each state of the file."""
    state = weights.stat()
    return _digest(weights, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _digest(weights: Path, changed_ns: int, n_bytes: int) -> str:
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(weights: Path) -> Path:
    """Where the evidence of a file of weights lies."""
    return weights.with_suffix(SUFFIX)


def keep(evidence: Evidence, weights: Path) -> Path:
    """Write the evidence beside the weights.

    Raises:
        MrcmvError: it cannot be written there.
    """
    to = place(weights)
    try:
        to.write_text(json.dumps({"format": FORMAT, **asdict(evidence)}, indent=1) + "\n")
    except OSError as error:
        raise MrcmvError(f"{to} cannot be written ({error.strerror}).") from None
    return to


def read(weights: Path) -> Evidence | None:
    """The evidence of these very weights; None where there is none.

    Raises:
        MrcmvError: the file is damaged.
    """
    file = place(weights)
    if not (file.is_file() and weights.is_file()):
        return None
    try:
        told = json.loads(file.read_text())
        if told.pop("format") != FORMAT or told["weights"] != digest(weights):
            return None
        gate = Advantage(**told.pop("gate")) if told["gate"] else told.pop("gate")
        return Evidence(rollout=Advantage(**told.pop("rollout")), gate=gate, **told)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MrcmvError(
            f"{file} is damaged: delete it, or run `mrcmv explain check` again."
        ) from error


def claims(evidence: Evidence | None) -> Claims:
    """What may be claimed. The only place that decides it."""
    if evidence is None:
        return NONE
    return Claims(evidence.rollout.proven, evidence.gate is not None and evidence.gate.proven)
