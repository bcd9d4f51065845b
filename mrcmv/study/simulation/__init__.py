"""Raters who are made up: what they prefer is planted, so that statistics can be checked.

planted  what is planted, who votes, and their votes as arrays: Planted, Crew, choices, ratings
session  the same as a whole study's rows, with catch trials, repeats and times: simulated_rows

**Model.** What rater r finds in method m on clip c is u(m) + taste(r, m) + luck(c, m). Tastes and
luck are normal with mean 0: with all u equal no method is better, though every rater has favourites
and every clip a method that happened to fit. An honest rater chooses with chances ∝ exp of that
(Luce 1959); a noisy one divides it by 4; a lazy one chooses by slot; an adversarial one turns it
round. Ratings are 3 + that + the rater's severity + noise, rounded, within 1 to 5.
"""

from mrcmv.study.simulation.planted import (
    Choices,
    Crew,
    Planted,
    Ratings,
    choices,
    ratings,
    shares_of,
)
from mrcmv.study.simulation.session import excluding_failures, simulated_rows

__all__ = [
    "Choices",
    "Crew",
    "Planted",
    "Ratings",
    "choices",
    "excluding_failures",
    "ratings",
    "shares_of",
    "simulated_rows",
]
