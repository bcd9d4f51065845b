"""Work in a thread that tells."""

import threading

import pytest

from mrcmv.ui.working import Teller, told


def test_what_is_told_arrives_in_order():
    def work(teller: Teller) -> None:
        for number in range(5):
            teller.tell("n", number)

    assert [item.value for item in told(work)] == [0, 1, 2, 3, 4]


def test_an_error_arrives_after_what_was_told_before_it():
    def work(teller: Teller) -> None:
        teller.tell("before")
        raise ValueError("broken")

    items = told(work)
    assert next(items).name == "before"
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_work_ends_when_nobody_listens():
    ended, go = threading.Event(), threading.Event()

    def work(teller: Teller) -> None:
        try:
            teller.tell("started")
            go.wait(5)
            teller.hook("step")
        finally:
            ended.set()

    items = told(work)
    next(items)
    items.close()
    go.set()
    assert ended.wait(5)


def test_progress_is_told_at_most_a_few_times_a_second():
    def work(teller: Teller) -> None:
        for number in range(1000):
            teller.hook("reading", completed=number, total=1000)

    assert 1 <= sum(1 for _ in told(work)) < 20
