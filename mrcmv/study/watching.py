"""The watch gate: which seconds of each stimulus a rater has seen, by the server's clock.

The page reports what its player does: `play` in a slot from a position, `tick` and `pause` at a
position, `seek` to one. A stretch counts only between two reports of unbroken play, and never for
more seconds than have passed between them on the server; what was seen twice counts once. One
soundtrack plays at a time, so the seconds of all slots together are no more than passed either.

Pure: the time comes from the caller. Positions and times are seconds.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from mrcmv.study.refusals import refuse

EventKind = Literal["play", "pause", "tick", "seek"]
LATE_S = 1.5
"""How much later than another report one may arrive and still be believed."""
EDGE_S = 0.05
"""So much of a stimulus's end may be missing from a player's last report."""
MANY_EVENTS = 100
Stretch = tuple[float, float]


@dataclass(frozen=True)
class Event:
    """What a player did: in which slot, and where in the clip, in seconds."""

    kind: EventKind
    slot: int
    position_s: float


@dataclass(frozen=True)
class Watch:
    """What has been seen of each slot, and what plays now (None: nothing) since when."""

    seen: tuple[tuple[Stretch, ...], ...]
    slot: int | None = None
    position_s: float = 0.0
    at_s: float = 0.0


def unwatched(n_slots: int) -> Watch:
    return Watch(((),) * n_slots)


def check_events(events: Sequence[Event], n_slots: int) -> None:
    """Raise VoteRefused (`bad-event`) for reports that no player makes."""
    if len(events) > MANY_EVENTS:
        raise refuse("bad-event")
    for event in events:
        whole = type(event.slot) is int and 0 <= event.slot < n_slots
        number = type(event.position_s) in (int, float) and math.isfinite(event.position_s)
        if event.kind not in get_args(EventKind) or not whole or not number:
            raise refuse("bad-event")


def after(watch: Watch, event: Event, now_s: float, durations_s: Sequence[float]) -> Watch:
    """The watch after an event that arrived at `now_s`. What cannot be is not counted."""
    here_s = round(min(max(event.position_s, 0.0), durations_s[event.slot]), 3)
    if event.kind == "play":
        # Another soundtrack on the same frame: the one before has played up to here.
        settled = _settled(watch, here_s, now_s)
        return replace(settled, slot=event.slot, position_s=here_s, at_s=now_s)
    if watch.slot != event.slot:
        return watch
    if event.kind == "seek":
        return replace(watch, position_s=here_s, at_s=now_s)
    settled = _settled(watch, here_s, now_s)
    return replace(settled, slot=None) if event.kind == "pause" else settled


def seen_s(watch: Watch, slot: int) -> float:
    """Unique seconds seen of a slot's stimulus."""
    return sum(stop - start for start, stop in watch.seen[slot])


def shares(watch: Watch, durations_s: Sequence[float]) -> tuple[float, ...]:
    """The share of each stimulus that was seen, 0 to 1. Shape: `(n_slots,)`."""
    return tuple(
        min(1.0, seen_s(watch, slot) / duration_s) if duration_s > 0 else 1.0
        for slot, duration_s in enumerate(durations_s)
    )


def gate_is_open(watch: Watch, durations_s: Sequence[float], share: float) -> bool:
    """Whether enough of each stimulus was seen; players stop a hair before the end."""
    return all(
        seen_s(watch, slot) >= share * duration_s - EDGE_S
        for slot, duration_s in enumerate(durations_s)
    )


def to_json(watch: Watch) -> str:
    return json.dumps([watch.seen, watch.slot, watch.position_s, watch.at_s])


def from_json(text: str) -> Watch:
    seen, slot, position_s, at_s = json.loads(text)
    stretches = tuple(tuple((start, stop) for start, stop in one) for one in seen)
    return Watch(stretches, slot, position_s, at_s)


def _settled(watch: Watch, here_s: float, now_s: float) -> Watch:
    """The watch with what was played since the last report counted, as far as time has passed."""
    if watch.slot is None:
        return watch
    passed_s = max(0.0, now_s - watch.at_s)
    claimed_s = here_s - watch.position_s
    if not 0.0 <= claimed_s <= passed_s + LATE_S:
        # A jump that was not reported as one: nothing in between was seen.
        return replace(watch, position_s=here_s, at_s=now_s)
    counted_s = math.floor(min(claimed_s, passed_s) * 1000.0 + 1e-6) / 1000.0
    stretch = (watch.position_s, round(watch.position_s + counted_s, 3))
    mine = _joined((*watch.seen[watch.slot], stretch))
    seen = (*watch.seen[: watch.slot], mine, *watch.seen[watch.slot + 1 :])
    # A late report leaves its lateness to the next one, which then comes early.
    left_at_s = max(watch.at_s + counted_s, now_s - LATE_S)
    return Watch(seen, watch.slot, stretch[1], left_at_s)


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The union of stretches, in order; neighbours that touch are one."""
    joined: list[Stretch] = []
    for start, stop in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        elif stop > start:
            joined.append((start, stop))
    return tuple(joined)
