"""A simulated study as rows: trials, catch trials, repeats, and the times of it all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from mrcmv.study.rows import Question, Row
from mrcmv.study.simulation.planted import Crew, Minds, Planted, choose, minds_of, rate, trials

START = datetime(2026, 1, 1, tzinfo=UTC)
WATCHED_S = 40.0
BROKEN = "silent"
DECIDING_S = {"honest": 4.0, "noisy": 4.0, "lazy": 0.2, "adversarial": 4.0}
"""Medians of the time from the open gate to the vote, in seconds."""
PASSES = {"honest": 0.98, "noisy": 0.95, "lazy": 0.34, "adversarial": 0.98}
"""How often a catch trial is answered right."""


def simulated_rows(
    planted: Planted,
    crew: Crew = Crew(),
    *,
    question: Question = "best-of-n",
    n_clips: int = 26,
    n_trials: int = 26,
    n_catches: int = 2,
    n_repeats: int = 2,
    study: str = "simulated",
    seed: int = 0,
) -> tuple[Row, ...]:
    """A study of the crew; the same seed gives the same rows. Nobody is marked as excluded.

    Trials come first, then repeats of the first of them (tastes stay, slots and noise are new),
    then catch trials.
    """
    rng = np.random.default_rng(seed)
    m = len(planted.methods)
    minds = minds_of(rng, planted, crew, n_clips, 2 if question == "pairwise" else m)
    raters, clips, at = trials(rng, len(crew.characters), n_clips, n_trials)
    shown = rng.permuted(np.tile(np.arange(m), (len(raters), 1)), axis=1)
    shown = shown[:, : minds.leanings.shape[1]]
    made = _Maker(rng, minds, crew, question, study)
    rows = list(made.rows(raters, clips, at, shown))
    again = at < n_repeats
    order = rng.permuted(shown[again], axis=1)
    rows += made.rows(raters[again], clips[again], at[again] + n_trials, order, n_trials)
    rows += made.catches(n_catches, n_trials + n_repeats)
    return tuple(sorted(rows, key=lambda row: (row.rater, row.trial)))


def excluding_failures(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The same rows, with raters who failed a catch trial marked as excluded."""
    failed = {row.rater for row in rows if row.catch_passed is False}
    return tuple(replace(row, excluded=row.rater in failed) for row in rows)


class _Maker:
    """Rows of one study; knows who has been at it for how long."""

    def __init__(
        self, rng: np.random.Generator, minds: Minds, crew: Crew, question: Question, study: str
    ) -> None:
        self.rng, self.minds, self.crew = rng, minds, crew
        self.question, self.study = question, study
        self.spent_s: dict[int, float] = defaultdict(float)

    def rows(
        self, raters: Any, clips: Any, at: Any, shown: Any, repeats_after: int | None = None
    ) -> Iterator[Row]:
        """One row a choice, or one a stimulus. Shape: (n,), (n,), (n,), (n, slots)."""
        if self.question == "mos":
            n, k = shown.shape
            many = (np.repeat(raters, k), np.repeat(clips, k), shown.ravel())
            answers = rate(self.rng, self.minds, *many).reshape(n, k)
        else:
            answers = choose(self.rng, self.minds, raters, clips, shown)
        for rater, clip, trial, order, said in zip(raters, clips, at, shown, answers, strict=True):
            common = self._common(int(rater), int(trial)) | {
                "clip": f"clip-{clip:02d}",
                "methods": tuple(self.minds.planted.methods[i] for i in order),
                "kind": "trial" if repeats_after is None else "repeat",
                "repeat_of": None if repeats_after is None else int(trial) - repeats_after,
            }
            yield from self._said(common, said)

    def catches(self, n: int, first: int) -> Iterator[Row]:
        """Catch trials: one stimulus sounds, the others are silent; a rating is of a silent one."""
        for rater, character in enumerate(self.crew.characters):
            for trial in range(first, first + n):
                passed = bool(self.rng.random() < PASSES[character])
                common = self._common(rater, trial) | {
                    "clip": f"catch-{trial - first}", "kind": "catch", "catch_passed": passed,
                    "repeat_of": None,
                }  # fmt: skip
                real = self.minds.planted.methods[0]
                if self.question == "mos":
                    rating = 1 if passed else 4
                    yield _row(common | {"methods": (BROKEN,), "slot": 0, "rating": rating})
                else:
                    slots = self.minds.leanings.shape[1]
                    methods = (real, *[BROKEN] * (slots - 1))
                    yield _row(common | {"methods": methods, "slot": 0 if passed else 1})

    def _common(self, rater: int, trial: int) -> dict[str, Any]:
        character = self.crew.characters[rater]
        decision_s = float(self.rng.lognormal(np.log(DECIDING_S[character]), 0.5))
        self.spent_s[rater] += decision_s + WATCHED_S * (0.1 if character == "lazy" else 1.0)
        return {
            "study": self.study, "rater": f"{character}-{rater:02d}", "trial": trial,
            "question": self.question, "decision_s": decision_s,
            "at": START + timedelta(seconds=self.spent_s[rater]),
        }  # fmt: skip

    def _said(self, common: dict[str, Any], said: Any) -> Iterator[Row]:
        if self.question == "mos":
            for slot, rating in enumerate(said.tolist()):
                yield _row(common | {"slot": slot, "rating": rating})
            return
        slots = len(common["methods"])
        tie = "neutral" if self.question == "pairwise" else "none"
        if said < slots:
            yield _row(common | {"slot": int(said)})
        elif said == slots or self.question == "pairwise":
            yield _row(common | {"answer": tie})
        else:
            yield _row(common | {"answer": "all-bad"})


def _row(said: dict[str, Any]) -> Row:
    """A row with what follows from its slot."""
    slot, rating = said.get("slot"), said.get("rating")
    method = None if slot is None else said["methods"][slot]
    chosen, rated = (None, method) if rating is not None else (method, None)
    return Row(
        **{"slot": None, "answer": None, "rating": None} | said, chosen=chosen, rated=rated
    )  # fmt: skip
