"""Plans of play: which style when. They know nothing of any mood, so that the picture alone
says little about the music that an editor will choose."""

from collections.abc import Sequence

import numpy as np

LEAST_S, MOST_S = 6.0, 22.0
"""How long one style lasts, in seconds."""


def draw_plan(
    rng: np.random.Generator, duration_s: float, styles: Sequence[str]
) -> tuple[tuple[float, str], ...]:
    """A plan for `Shot.plan`: every style is as likely as any other, and each part differs from
    the one before. A third of all plans keep to one style.

    Raises:
        ValueError: no styles.
    """
    if not styles:
        raise ValueError("A plan needs at least one style.")
    name = str(rng.choice(styles))
    plan = [(0.0, name)]
    if len(styles) == 1 or rng.random() < 1 / 3:
        return tuple(plan)
    while (begin_s := round(plan[-1][0] + rng.uniform(LEAST_S, MOST_S), 1)) < duration_s - LEAST_S:
        name = str(rng.choice([other for other in styles if other != name]))
        plan.append((begin_s, name))
    return tuple(plan)


def style_at(plan: Sequence[tuple[float, str]], time_s: float) -> str:
    """The style of a plan at a time; before its first entry, the first."""
    begun = [name for begin_s, name in plan if begin_s <= time_s]
    return begun[-1] if begun else plan[0][1]
