"""Runs work in a thread and yields what it tells on the way, so that a page can show it."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

TELL_EVERY_S = 0.15
"""Progress inside a step is passed on at most this often."""


@dataclass(frozen=True)
class Told:
    """One thing the work told: a step's progress, or a result by name."""

    name: str
    value: Any = None
    share: float | None = None


class _Stopped(BaseException):
    """Nobody listens any more."""


class Teller:
    """Passed to the work: `tell` hands a result on, `step` names a step, `hook` its progress."""

    def __init__(self) -> None:
        self.said: queue.SimpleQueue[Told | BaseException | None] = queue.SimpleQueue()
        self.stopped = threading.Event()
        self._last_s = 0.0

    def tell(self, name: str, value: Any = None, share: float | None = None) -> None:
        if self.stopped.is_set():
            raise _Stopped
        self.said.put(Told(name, value, share))

    def step(self, name: str) -> None:
        self._last_s = 0.0
        self.tell("step", name)

    def hook(
        self,
        step: str,
        artifact: Any = None,
        *,
        completed: int | None = None,
        total: int | None = None,
    ) -> None:
        """A progress hook (`mrcmv.progress.Hook`) that also stops work nobody waits for."""
        if self.stopped.is_set():
            raise _Stopped
        now_s = time.monotonic()
        if total and completed is not None and now_s - self._last_s >= TELL_EVERY_S:
            self._last_s = now_s
            self.tell("progress", step, completed / total)


def told(work: Callable[[Teller], None]) -> Iterator[Told]:
    """Run the work in a thread and yield what it tells; what it raises is raised here.

    When the caller stops listening, the work ends at its next report.
    """
    teller = Teller()

    def run() -> None:
        try:
            work(teller)
            teller.said.put(None)
        except BaseException as error:  # handed to the listener, who decides
            teller.said.put(error)

    thread = threading.Thread(target=run, name="mrcmv-work", daemon=True)
    thread.start()
    try:
        while (item := teller.said.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        teller.stopped.set()
