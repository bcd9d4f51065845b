"""What the store hands to faces: frozen, and without a word that a rater should not read."""

from dataclasses import dataclass
from typing import Any

from mrcmv.study.session import Step


@dataclass(frozen=True)
class Arrival:
    """What a new rater brings. `consent`: the hash of the text that was agreed to.

    `participant`: the platform's id of a person (Prolific's PROLIFIC_PID, MTurk's workerId), None
    without a platform. `address` (IP) is stored salted and hashed only. `key`: made by the page,
    sent again with each retry, so that a lost answer begins no second session; empty: each does.
    """

    language: str
    consent: str
    participant: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    address: str = ""
    agent: str = ""
    key: str = ""


@dataclass(frozen=True)
class Session:
    """Where a rater is. `code`: the receipt code, told once, when the session begins.

    `n_trials`: trials proper, catches and repeats included (0: no end). `n_tones`: what the sound
    check has to play. `completion_code`, `return_url`: at the end, where the study has them.
    """

    study: str
    rater: str
    language: str
    step: Step
    n_done: int
    n_trials: int
    n_tones: int
    attempt: int
    code: str = ""
    completion_code: str = ""
    return_url: str = ""


@dataclass(frozen=True)
class Slot:
    """One stimulus of a trial: the opaque names of its sound and of the picture, and its length."""

    name: str
    picture: str
    duration_s: float


@dataclass(frozen=True)
class Trial:
    """What to show now. `watched`: the share seen of each slot, as the server counts."""

    token: str
    n_done: int
    n_trials: int
    is_training: bool
    slots: tuple[Slot, ...]
    watched: tuple[float, ...]
    gate_is_open: bool


@dataclass(frozen=True)
class Watched:
    """The answer to a player's report."""

    watched: tuple[float, ...]
    gate_is_open: bool


@dataclass(frozen=True)
class Receipt:
    """A vote that is on disk: its number and hash in the chain.

    `was_right`: of a training trial, told to the rater. `change_token`: lets the vote be corrected
    while it is the last one. `is_replay`: this very vote was stored before.
    """

    number: int
    hash: str
    at: str
    step: Step
    was_right: bool | None = None
    change_token: str = ""
    is_replay: bool = False


@dataclass(frozen=True)
class Filled:
    """A cell with its votes (those of excluded and withdrawn raters left out) and live leases."""

    clip: str
    methods: tuple[str, ...]
    n_votes: int
    n_leased: int


@dataclass(frozen=True)
class Status:
    """How far a study is. It counts and says no result: raters' eyes may fall on it.

    `n_votes`: on trials proper, by raters who count. `raters`: how many are at each step.
    """

    study: str
    hash: str
    locked_at: str
    why_over: str | None
    target: int
    cells: tuple[Filled, ...]
    n_votes: int
    n_leased: int
    raters: tuple[tuple[str, int], ...]
    n_excluded: int
    n_withdrawn: int

    @property
    def n_full(self) -> int:
        """Cells that have their votes."""
        return sum(cell.n_votes >= self.target for cell in self.cells)

    @property
    def results_are_open(self) -> bool:
        """Results are for nobody's eyes until the stop rule."""
        return self.why_over is not None


@dataclass(frozen=True)
class Offer:
    """A stimulus that a rater's own clip brings (Audition): method, opaque name, length."""

    method: str
    name: str
    duration_s: float
    picture: str = ""


Fields = dict[str, Any]
