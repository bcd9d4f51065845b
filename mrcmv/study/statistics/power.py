"""How many raters a study needs before it starts.

**Conventions.** An effect is what is to be seen with a chance of `power` (0.8) at the level `alpha`
(0.05). `rater_icc` and `clip_icc` say how alike a rater's votes, and the votes on a clip, are:
0 if each vote stands alone, 1 if all are the same. Votes spread evenly over raters and clips.

**Model.** n votes are worth n / effect independent ones, with the design effect
1 + (votes a rater − 1) · rater_icc + (votes a clip − 1) · clip_icc (Kish 1965, for both), and the
test is Student's t with one degree less than there are raters, or clips if fewer: the one that the
report leads with. More raters on the same clips help less and less.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MOST_RATERS = 10_000


@dataclass(frozen=True)
class Plan:
    """Raters, votes, and the power that they have; `n_raters` is 0 where no number is enough."""

    n_raters: int
    n_votes: int
    power: float
    design_effect: float


@dataclass(frozen=True)
class Conditions:
    """What a study is run under. The likenesses (icc) are those of simulated raters and clips whose
    tastes and luck deviate by 0.7 (docs/study-statistics.md); a pilot's `likeness` is better."""

    votes_a_rater: int
    n_clips: int
    rater_icc: float = 0.12
    clip_icc: float = 0.12
    alpha: float = 0.05
    two_sided: bool = True

    def __post_init__(self) -> None:
        if self.votes_a_rater < 1 or self.n_clips < 1 or not 0 < self.alpha < 1:
            raise ValueError("a study has votes and clips, and alpha lies between 0 and 1")
        if not (0 <= self.rater_icc <= 1 and 0 <= self.clip_icc <= 1):
            raise ValueError("a likeness of votes (icc) lies between 0 and 1")


def share_power(share: float, chance: float, n_raters: int, under: Conditions) -> Plan:
    """Power to see that a method is chosen with `share` where chance gives `chance`.

    Raises:
        ValueError: shares outside 0 to 1, or fewer than two raters.
    """
    if not (0 < share < 1 and 0 < chance < 1):
        raise ValueError(f"shares lie between 0 and 1: {share}, {chance}")
    per_vote = (np.sqrt(chance * (1 - chance)), np.sqrt(share * (1 - share)))
    return _plan(share - chance, per_vote[0], per_vote[1], n_raters, under)


def rating_power(difference: float, deviation: float, n_raters: int, under: Conditions) -> Plan:
    """Power to see that one MOS is above another by `difference`, of ratings that deviate by
    `deviation` from theirs. `votes_a_rater` counts ratings of each method.

    Raises:
        ValueError: no deviation, or fewer than two raters.
    """
    if not deviation > 0:
        raise ValueError(f"ratings deviate from their mean: {deviation}")
    per_vote = deviation * np.sqrt(2)
    return _plan(difference, per_vote, per_vote, n_raters, under)


def raters_for(power_of: Callable[[int], Plan], power: float = 0.8) -> Plan:
    """The fewest raters with that power, up to 10,000: `raters_for(lambda n: share_power(…, n,
    …))`. With n_raters 0, and the power of 10,000, where clips are what is short."""
    most = power_of(MOST_RATERS)
    if most.power < power:
        return Plan(0, 0, most.power, most.design_effect)
    low, high = 2, MOST_RATERS
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(middle).power >= power else (middle + 1, high)
    return power_of(low)


def likeness(design_effect: float, votes_a_group: float) -> float:
    """The icc that a pilot's design effect speaks of; 0 at least, NaN with one vote a group."""
    if votes_a_group <= 1:
        return float("nan")
    return float(np.clip((design_effect - 1) / (votes_a_group - 1), 0.0, 1.0))


def _plan(
    effect: float, at_chance: float, at_effect: float, n_raters: int, under: Conditions
) -> Plan:
    from scipy.special import ndtr, stdtrit

    if n_raters < 2:
        raise ValueError(f"two raters or more are wanted: {n_raters}")
    n_votes = n_raters * under.votes_a_rater
    a_clip = max(1.0, n_votes / under.n_clips)
    kish = 1 + (under.votes_a_rater - 1) * under.rater_icc + (a_clip - 1) * under.clip_icc
    worth = np.sqrt(n_votes / kish)
    groups = min(n_raters, under.n_clips) if under.n_clips > 1 else n_raters
    tail = under.alpha / (2 if under.two_sided else 1)
    edge = float(stdtrit(groups - 1, 1 - tail)) * at_chance / worth  # where the test rejects
    error = at_effect / worth
    told = float(ndtr((effect - edge) / error))
    if under.two_sided:
        told += float(ndtr((-effect - edge) / error))
    return Plan(n_raters, n_votes, told, kish)
