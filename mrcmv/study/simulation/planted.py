"""What is planted, who votes, and their votes as arrays."""

from dataclasses import dataclass

import numpy as np

from mrcmv.study.statistics.clusters import Numbers, Places

CHARACTERS = ("honest", "noisy", "lazy", "adversarial")
SCALE = {"honest": 1.0, "noisy": 0.25, "lazy": 0.0, "adversarial": -1.0}
"""How much of what a rater finds gets into the vote."""


@dataclass(frozen=True)
class Planted:
    """The truth of a simulated study.

    `utilities`: by method, on the scale of log strengths (choices) or of points (ratings). `taste`,
    `luck`: standard deviations between raters and between clips. `tie`: δ of the Davidson–Luce
    model; 0 of a study without "neutral". `all_bad`: share of votes that say so. `slot_habit`:
    deviation of raters' own leaning to slots, 0 on average. `severity`, `noise`: of ratings.
    """

    utilities: dict[str, float]
    taste: float = 0.0
    luck: float = 0.0
    tie: float = 0.0
    all_bad: float = 0.0
    slot_habit: float = 0.0
    severity: float = 0.6
    noise: float = 0.8

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(self.utilities)


@dataclass(frozen=True)
class Crew:
    """How many raters of each character."""

    honest: int = 20
    noisy: int = 0
    lazy: int = 0
    adversarial: int = 0

    @property
    def characters(self) -> tuple[str, ...]:
        """Shape: one a rater."""
        return tuple(name for name in CHARACTERS for _ in range(getattr(self, name)))


@dataclass(frozen=True, eq=False)
class Choices:
    """Votes. raters, clips, positions (n,); order (n, slots) of methods' numbers; picks (n,): the
    slot, or `slots` for a tie, or `slots + 1` for "all bad"."""

    raters: Places
    clips: Places
    positions: Places
    order: Places
    picks: Places

    @property
    def n_slots(self) -> int:
        return int(self.order.shape[1])

    @property
    def chosen(self) -> Places:
        """The method of each vote, −1 of a vote for none. Shape: (n,)."""
        rows = np.arange(len(self.picks))
        inside = np.minimum(self.picks, self.n_slots - 1)
        return np.where(self.picks < self.n_slots, self.order[rows, inside], -1)


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings. raters, clips, positions, methods, values (n,): one a stimulus."""

    raters: Places
    clips: Places
    positions: Places
    methods: Places
    values: Places


@dataclass(frozen=True, eq=False)
class Minds:
    """What there is before a vote: found (raters, clips, m); leanings (raters, slots);
    severity, scale and noise (raters,)."""

    planted: Planted
    found: Numbers
    leanings: Numbers
    severity: Numbers
    scale: Numbers
    noise: Numbers


def minds_of(
    rng: np.random.Generator, planted: Planted, crew: Crew, n_clips: int, n_slots: int
) -> Minds:
    """Draw the tastes, habits and severities of a crew and the luck of clips."""
    n, m = len(crew.characters), len(planted.methods)
    taste = rng.normal(0, planted.taste, (n, 1, m))
    luck = rng.normal(0, planted.luck, (1, n_clips, m))
    lazy = np.array([name == "lazy" for name in crew.characters])
    favourite = np.eye(n_slots)[rng.integers(n_slots, size=n)]
    return Minds(
        planted,
        np.array(list(planted.utilities.values())) + taste + luck,
        rng.normal(0, planted.slot_habit, (n, n_slots)) + 4.0 * lazy[:, np.newaxis] * favourite,
        rng.normal(0, planted.severity, n),
        np.array([SCALE[name] for name in crew.characters]),
        np.where(lazy, 0.2, 1.0) * planted.noise,
    )


def choose(
    rng: np.random.Generator, minds: Minds, raters: Places, clips: Places, order: Places
) -> Places:
    """Shape: raters (n,), clips (n,), order (n, slots) → picks (n,), as in `Choices`."""
    found = np.take_along_axis(minds.found[raters, clips], order, axis=1)  # (n, slots)
    logits = found * minds.scale[raters, np.newaxis] + minds.leanings[raters]
    with np.errstate(divide="ignore"):
        tie = logits.mean(axis=1) + np.log(minds.planted.tie)
    drawn = np.concatenate([logits, tie[:, np.newaxis]], axis=1)
    picks: Places = np.argmax(drawn + rng.gumbel(size=drawn.shape), axis=1)
    picks[rng.random(len(picks)) < minds.planted.all_bad] = order.shape[1] + 1
    return picks


def rate(
    rng: np.random.Generator, minds: Minds, raters: Places, clips: Places, methods: Places
) -> Places:
    """Shape: three of (n,) → ratings (n,) of 1 to 5."""
    told = 3 + minds.severity[raters] + minds.found[raters, clips, methods] * minds.scale[raters]
    noisy = told + minds.noise[raters] * rng.normal(size=len(raters))
    return np.clip(np.rint(noisy), 1, 5).astype(np.int64)


def choices(
    rng: np.random.Generator,
    planted: Planted,
    crew: Crew,
    n_clips: int,
    n_trials: int,
    n_slots: int | None = None,
) -> Choices:
    """Each rater's `n_trials` trials over the clips, `n_slots` methods a trial (all of them).

    The order of slots is drawn for each trial.
    """
    m = len(planted.methods)
    slots = n_slots or m
    minds = minds_of(rng, planted, crew, n_clips, slots)
    raters, clips, positions = trials(rng, len(crew.characters), n_clips, n_trials)
    order = rng.permuted(np.tile(np.arange(m), (len(raters), 1)), axis=1)[:, :slots]
    return Choices(raters, clips, positions, order, choose(rng, minds, raters, clips, order))


def ratings(
    rng: np.random.Generator, planted: Planted, crew: Crew, n_clips: int, n_trials: int
) -> Ratings:
    """Each rater rates all methods on `n_trials` clips. A lazy rater's ratings hardly differ."""
    n_raters, m = len(crew.characters), len(planted.methods)
    minds = minds_of(rng, planted, crew, n_clips, m)
    raters, clips, positions = (
        np.repeat(one, m) for one in trials(rng, n_raters, n_clips, n_trials)
    )
    methods = np.tile(np.arange(m), len(raters) // m)
    return Ratings(raters, clips, positions, methods, rate(rng, minds, raters, clips, methods))


def shares_of(planted: Planted, n_draws: int = 200_000) -> dict[str, float]:
    """The share of choices that each method has with honest raters who see all methods, over all
    raters and clips that there could be: Luce's chances over tastes, luck and habits of slots."""
    rng = np.random.default_rng(0)
    deviation = float(np.sqrt(planted.taste**2 + planted.luck**2 + planted.slot_habit**2))
    u = np.array(list(planted.utilities.values()))
    found = u + rng.normal(0, 1, (n_draws, len(u))) * deviation
    weight = np.exp(found)
    ties = planted.tie * np.exp(found.mean(axis=1))
    chosen = (weight / (weight.sum(axis=1) + ties)[:, np.newaxis]).mean(axis=0)
    return dict(zip(planted.methods, (chosen / chosen.sum()).tolist(), strict=True))


def trials(
    rng: np.random.Generator, n_raters: int, n_clips: int, n_trials: int
) -> tuple[Places, Places, Places]:
    """Which rater sees which clip at which place of the session. Shape: three of (n,).

    Clips are dealt out evenly; each rater sees them in an order of one's own.
    """
    raters = np.repeat(np.arange(n_raters), n_trials)
    positions = np.tile(np.arange(n_trials), n_raters)
    dealt = (np.arange(n_raters * n_trials) % n_clips).reshape(n_raters, n_trials)
    clips: Places = rng.permutation(n_clips)[rng.permuted(dealt, axis=1)].ravel()
    return raters, clips, positions
