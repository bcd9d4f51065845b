"""In which order methods stand in the slots: Latin squares that also balance who follows whom.

**Conventions.** An order is a tuple: the number of the method in each slot. A *block* is `n`
orders of `n` methods in which each method stands once in each slot.
Source: E. J. Williams, Aust. J. Sci. Res. A 2 (1949), 149–168.
"""

from functools import cache

Order = tuple[int, ...]


@cache
def williams(n_slots: int) -> tuple[Order, ...]:
    """One block for an even number of slots, two for an odd one. Shape: `(n or 2n, n)`.

    In all of them together each method follows each other one equally often. ValueError under 1.
    """
    if n_slots < 1:
        raise ValueError(f"an order has a slot at least: {n_slots}")
    first = [0]
    for step in range(1, n_slots):
        # 0, 1, n−1, 2, n−2, …: neighbours differ by every amount once.
        first.append((step + 1) // 2 if step % 2 else n_slots - step // 2)
    block = tuple(tuple((one + row) % n_slots for one in first) for row in range(n_slots))
    if n_slots % 2 == 0 or n_slots == 1:
        return block
    return block + tuple(row[::-1] for row in block)


def order_at(n_slots: int, place: int, cell: int) -> Order:
    """The order for the `place`-th vote of a cell: places 0 to n−1 are a block, n to 2n−1 one.

    Cells begin at different rows, so that few votes on many cells are balanced too.
    """
    rows = williams(n_slots)
    n_blocks = len(rows) // n_slots
    block = (place // n_slots + cell // n_slots) % n_blocks
    return rows[block * n_slots + (place + cell) % n_slots]
