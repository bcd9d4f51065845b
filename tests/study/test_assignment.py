"""Orders and assignment: balance after complete blocks, whatever raters do."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrcmv.study.assignment import (
    Cell,
    Filling,
    Seen,
    cells_of,
    choose_cell,
    free_place,
    has_room,
    plan_turns,
    turned,
)
from mrcmv.study.orders import order_at, williams


@pytest.mark.parametrize("n", range(1, 9))
def test_each_method_stands_in_each_slot_once_a_block(n: int):
    rows = williams(n)
    for start in range(0, len(rows), n):
        block = rows[start : start + n]
        assert all(len({row[slot] for row in block}) == n for slot in range(n))
        assert all(sorted(row) == list(range(n)) for row in block)


@pytest.mark.parametrize("n", range(2, 9))
def test_each_method_follows_each_other_equally_often(n: int):
    rows = williams(n)
    pairs = Counter(pair for row in rows for pair in pairwise(row))
    assert len(pairs) == n * (n - 1)
    assert len(set(pairs.values())) == 1


@settings(deadline=None)
@given(st.integers(1, 8), st.integers(0, 50), st.integers(0, 20))
def test_every_block_of_places_is_a_latin_square(n: int, cell: int, block: int):
    orders = [order_at(n, block * n + place, cell) for place in range(n)]
    assert all(len({order[slot] for order in orders}) == n for slot in range(n))


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_all_of_the_orders_come_before_one_comes_again(n: int):
    rows = williams(n)
    for cell in range(7):
        orders = [order_at(n, place, cell) for place in range(len(rows))]
        assert sorted(orders) == sorted(rows)


def test_no_slots_have_no_order():
    with pytest.raises(ValueError, match="a slot at least"):
        williams(0)


def test_pairs_of_three_methods_are_three_cells_a_clip():
    cells = cells_of(["a", "b"], ["x", "y", "z"], 2)
    assert [cell.number for cell in cells] == list(range(6))
    assert {cell.methods for cell in cells} == {("x", "y"), ("x", "z"), ("y", "z")}


CELLS = cells_of(["a", "b", "c"], ["x", "y"], 2)


def test_the_least_filled_cell_comes_first():
    filling = Filling({0: 2, 1: 1, 2: 2}, {}, 4)
    chosen = choose_cell(CELLS, filling, Seen(), Random(0))
    assert chosen == CELLS[1]


def test_a_clip_not_seen_comes_before_one_seen():
    cells = cells_of(["a", "b"], ["x", "y", "z"], 2)
    seen = Seen(frozenset({0}), frozenset({"a"}))
    chosen = choose_cell(cells, Filling({3: 3, 4: 3, 5: 3}, {}, 4), seen, Random(0))
    assert chosen is not None
    assert chosen.clip == "b"


def test_among_equals_the_one_shown_least_at_this_turn():
    chosen = choose_cell(CELLS, Filling({}, {0: 1, 2: 1}, 4), Seen(), Random(0))
    assert chosen == CELLS[1]


def test_full_cells_are_for_those_who_have_no_other():
    filling = Filling({0: 4, 1: 4, 2: 3}, {}, 4)
    assert choose_cell(CELLS, filling, Seen(), Random(0)) == CELLS[2]
    assert choose_cell(CELLS, filling, Seen(frozenset({2})), Random(0)) in CELLS[:2]
    assert choose_cell(CELLS, filling, Seen(frozenset({0, 1, 2})), Random(0)) is None
    assert has_room(3, filling.held, 4)
    assert not has_room(3, {0: 4, 1: 5, 2: 4}, 4)


def test_the_lowest_free_place_is_taken():
    assert [free_place(taken) for taken in ((), {0, 1}, {0, 2}, {1})] == [0, 2, 1, 0]


class Crowd:
    """Raters who come, lease, vote or leave in any order: the store's rule without a store."""

    def __init__(self, cells: tuple[Cell, ...], n_slots: int, target: int) -> None:
        self.cells, self.n_slots, self.target = cells, n_slots, target
        self.voted: set[tuple[int, int]] = set()
        self.leased: set[tuple[int, int]] = set()
        self.seen: dict[int, set[int]] = {}

    def lease(self, rater: int, random: Random) -> tuple[int, int] | None:
        places = self.voted | self.leased
        held = Counter(cell for cell, place in places if place < self.target)
        mine = self.seen.setdefault(rater, set())
        clips = frozenset(self.cells[number].clip for number in mine)
        filling = Filling(held, {}, self.target)
        cell = choose_cell(self.cells, filling, Seen(frozenset(mine), clips), random)
        if cell is None:
            return None
        place = free_place({place for number, place in places if number == cell.number})
        self.leased.add((cell.number, place))
        return cell.number, place

    def vote(self, rater: int, lease: tuple[int, int]) -> None:
        self.leased.remove(lease)
        self.voted.add(lease)
        self.seen[rater].add(lease[0])

    def slot_counts(self, places: set[tuple[int, int]]) -> Counter[tuple[str, str, int]]:
        counts: Counter[tuple[str, str, int]] = Counter()
        for number, place in places:
            cell = self.cells[number]
            for slot, method in enumerate(order_at(self.n_slots, place, number)):
                counts[cell.clip, cell.methods[method], slot] += 1
        return counts


@settings(deadline=None)
@given(
    st.sampled_from([(2, 2), (3, 2), (3, 3), (4, 4), (5, 5), (4, 3)]),
    st.floats(0, 0.6),
    st.integers(0, 2**32),
)
def test_slots_are_balanced_after_complete_blocks_whoever_leaves(
    shape: tuple[int, int], leaving: float, seed: int
):
    n_methods, n_slots = shape
    random = Random(seed)
    cells = cells_of(["a", "b", "c"], "vwxyz"[:n_methods], n_slots)
    crowd = Crowd(cells, n_slots, target=2 * n_slots)
    open_now: dict[int, tuple[int, int]] = {}
    for rater in range(2000):
        found = crowd.lease(rater, random)
        assert found is not None
        open_now[rater] = found
        while open_now and (len(open_now) > 6 or random.random() < 0.5):
            who = random.choice(list(open_now))
            lease = open_now.pop(who)
            if random.random() < leaving:
                crowd.leased.remove(lease)
            else:
                crowd.vote(who, lease)
        filled = Counter(cell for cell, place in crowd.voted if place < crowd.target)
        if all(filled[cell.number] >= crowd.target for cell in cells):
            break
    for block in range(2):
        whole = {(n, p) for n, p in crowd.voted if p // n_slots == block}
        assert len(whole) == len(cells) * n_slots
        counts = crowd.slot_counts(whole)
        for clip in "abc":
            for method in "vwxyz"[:n_methods]:
                each = [counts[clip, method, slot] for slot in range(n_slots)]
                assert max(each) - min(each) == 0, (clip, method, each)


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(0, 5), st.integers(0, 6), st.integers(1, 6), st.integers())
def test_a_session_has_its_catches_and_repeats_apart(
    n_trials: int, n_catches: int, n_repeats: int, gap: int, seed: int
):
    if n_repeats and n_repeats + gap > n_trials:
        with pytest.raises(ValueError, match="do not fit"):
            plan_turns(n_trials, n_catches, n_repeats, gap, Random(seed))
        return
    turns = plan_turns(n_trials, n_catches, n_repeats, gap, Random(seed))
    kinds = Counter(turn.kind for turn in turns)
    assert (kinds["trial"], kinds["catch"], kinds["repeat"]) == (n_trials, n_catches, n_repeats)
    assert turns[0].kind == "trial"
    sources = [turn.repeat_of for turn in turns if turn.kind == "repeat"]
    assert len(set(sources)) == n_repeats
    for place, turn in enumerate(turns):
        if turn.repeat_of is not None:
            assert turns[turn.repeat_of].kind == "trial"
            assert place - turn.repeat_of > gap


def test_catches_and_repeats_come_at_every_place():
    places = Counter(
        place
        for seed in range(400)
        for place, turn in enumerate(plan_turns(5, 1, 0, 1, Random(seed)))
        if turn.kind == "catch"
    )
    assert set(places) == {1, 2, 3, 4, 5}
    assert min(places.values()) > 40


def test_a_repeat_shows_the_same_in_other_slots():
    assert turned(("a", "b", "c")) == ("c", "a", "b")
    assert turned(("a",)) == ("a",)
