"""Who sees what: pure functions on numbers. The store runs them inside one transaction.

A *place* is a vote that a cell is to get: 0, 1, 2, … Each place has its order of slots
(`orders.order_at`), and the lowest free one is taken first. So a rater who leaves frees a place
which the next one takes, and blocks of orders fill one after the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Literal, TypeVar

T = TypeVar("T")
TurnKind = Literal["trial", "catch", "repeat"]


@dataclass(frozen=True)
class Cell:
    """A clip with the methods that are compared on it. `number` counts from 0 in the study."""

    number: int
    clip: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class Turn:
    """What comes at a place in a rater's session. `repeat_of`: the turn that comes again."""

    kind: TurnKind
    repeat_of: int | None = None


@dataclass(frozen=True)
class Filling:
    """How full each cell is.

    `held`: votes and live leases at its first `target` places. `at_turn`: all that came at the
    rater's present turn.
    """

    held: Mapping[int, int]
    at_turn: Mapping[int, int]
    target: int


@dataclass(frozen=True)
class Seen:
    """What a rater has been shown."""

    cells: frozenset[int] = frozenset()
    clips: frozenset[str] = frozenset()


def cells_of(clips: Iterable[str], methods: Sequence[str], n_slots: int) -> tuple[Cell, ...]:
    """Every clip with every choice of `n_slots` methods, in a fixed order."""
    every = [(clip, some) for clip in clips for some in combinations(methods, n_slots)]
    return tuple(Cell(number, clip, some) for number, (clip, some) in enumerate(every))


def choose_cell(cells: Iterable[Cell], filling: Filling, seen: Seen, random: Random) -> Cell | None:
    """The cell to show next: short of votes, a clip not yet seen, the least filled; None: none.

    Among equals the one that was shown least often at this turn, then chance. A rater gets no
    cell twice; one who is in the middle of a session gets full cells too rather than none.
    """
    left = [cell for cell in cells if cell.number not in seen.cells]

    def rank(cell: Cell) -> tuple[bool, bool, int, int, float]:
        held = filling.held.get(cell.number, 0)
        shown_now = filling.at_turn.get(cell.number, 0)
        return held >= filling.target, cell.clip in seen.clips, held, shown_now, random.random()

    return min(left, key=rank, default=None)


def free_place(taken: Collection[int]) -> int:
    """The lowest place that nobody holds."""
    place = 0
    while place in taken:
        place += 1
    return place


def has_room(n_cells: int, held: Mapping[int, int], target: int) -> bool:
    """Whether a cell is short of votes, live leases counted as votes."""
    return any(held.get(number, 0) < target for number in range(n_cells))


def plan_turns(
    n_trials: int, n_catches: int, n_repeats: int, gap: int, random: Random
) -> tuple[Turn, ...]:
    """The kinds of a rater's trials in order: catches and repeats at random places.

    A catch never comes first; a repeat comes `gap` trials or more after what it repeats.
    `n_repeats + gap` must not be more than `n_trials` (ValueError).
    """
    if n_repeats and n_repeats + gap > n_trials:
        raise ValueError(f"{n_repeats} repeats {gap} apart do not fit into {n_trials} trials")
    # Each trial is a list of one, so that it can be told from its equals and found again.
    line: list[list[TurnKind]] = [["trial"] for _ in range(n_trials)]
    for _ in range(n_catches):
        line.insert(random.randint(1, len(line)), ["catch"])
    source: dict[int, list[TurnKind]] = {}
    for _ in range(n_repeats):
        used = {id(one) for one in source.values()}
        early = line[: len(line) - gap]
        first = random.choice([one for one in early if one[0] == "trial" and id(one) not in used])
        at = next(place for place, one in enumerate(line) if one is first)
        again: list[TurnKind] = ["repeat"]
        line.insert(random.randint(at + gap + 1, len(line)), again)
        source[id(again)] = first
    return tuple(_turn(one, line, source) for one in line)


def _turn(
    one: list[TurnKind], line: list[list[TurnKind]], source: dict[int, list[TurnKind]]
) -> Turn:
    first = source.get(id(one))
    if first is None:
        return Turn(one[0])
    return Turn(one[0], next(place for place, other in enumerate(line) if other is first))


def turned(order: Sequence[T]) -> tuple[T, ...]:
    """What stands in the slots of a repeat: each stimulus one slot further."""
    return (*order[-1:], *order[:-1])
