"""How long work reports on itself: library code calls a hook, the faces bring the listener."""

from typing import Any, Protocol


class Hook(Protocol):
    """Told about each step; `completed` of `total` units, `artifact` when a step yields one."""

    def __call__(
        self,
        step: str,
        artifact: Any = None,
        *,
        completed: int | None = None,
        total: int | None = None,
    ) -> None: ...


def silent(
    step: str,
    artifact: Any = None,
    *,
    completed: int | None = None,
    total: int | None = None,
) -> None:
    """The listener that listens to nothing."""
