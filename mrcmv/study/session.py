"""A rater's way through a study, as a state machine without a page and without a store.

    consent ─ sound-check ─ training ─ trials ─ questions ─ finished
                   └────────────┴── screened-out

Consent makes the session. Each function takes the progress and returns the next, or raises
VoteRefused (`out-of-turn`). Steps that a study does not have are passed over.
"""

import json
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Literal

from mrcmv.study.assignment import Turn, plan_turns
from mrcmv.study.design import Study
from mrcmv.study.refusals import refuse

Step = Literal["sound-check", "training", "trials", "questions", "finished", "screened-out"]
FEWEST_TONES, MOST_TONES = 2, 5


@dataclass(frozen=True)
class Progress:
    """Where a rater is.

    `turns`: the plan of the trials proper. `n_done`: how many of them are voted on. `n_training`:
    training votes so far; of those, `n_right` right ones in the present attempt, the
    `attempt`-th. `n_tones`: what the sound check plays. `tries`: sound checks failed.
    """

    step: Step
    turns: tuple[Turn, ...]
    n_tones: int
    n_done: int = 0
    n_training: int = 0
    n_right: int = 0
    attempt: int = 1
    tries: int = 0

    @property
    def trial(self) -> int:
        """The index of the present trial in the session, training included, from 0."""
        return self.n_training + self.n_done

    @property
    def kind(self) -> Literal["training", "trial", "catch", "repeat"]:
        """The kind of the present trial. VoteRefused (`out-of-turn`) where there is none."""
        if self.step == "training":
            return "training"
        if self.step == "trials":
            return self.turns[self.n_done].kind if self.turns else "trial"
        raise refuse("out-of-turn")

    @property
    def repeat_of(self) -> int | None:
        """Of a repeat, the index in the session of the trial that it repeats."""
        if self.step != "trials" or not self.turns:
            return None
        first = self.turns[self.n_done].repeat_of
        return None if first is None else self.n_training + first


def begin(study: Study, random: Random) -> Progress:
    """The progress of a rater who has just consented."""
    turns: tuple[Turn, ...] = ()
    if not study.is_open:
        turns = plan_turns(
            study.trials, study.catch.count, study.repeats.count, study.repeats.gap, random
        )
    first: Step = "sound-check" if study.sound_check.tries else _after_sound(study)
    return Progress(first, turns, random.randint(FEWEST_TONES, MOST_TONES))


def after_sound_check(progress: Progress, study: Study, n_heard: int, random: Random) -> Progress:
    """One try: on when the tones were counted right, out after too many wrong ones."""
    _expect(progress, "sound-check")
    if n_heard == progress.n_tones:
        return replace(progress, step=_after_sound(study))
    tries = progress.tries + 1
    n_tones = random.choice([n for n in range(FEWEST_TONES, MOST_TONES + 1) if n != n_heard])
    out = tries >= study.sound_check.tries
    return replace(
        progress, tries=tries, n_tones=n_tones, step="screened-out" if out else "sound-check"
    )


def after_vote(progress: Progress, study: Study, was_right: bool | None) -> Progress:
    """One vote on the present trial; `was_right` for one with a known answer."""
    if progress.step == "training":
        return _after_training_vote(progress, study, bool(was_right))
    _expect(progress, "trials")
    done = replace(progress, n_done=progress.n_done + 1)
    if study.is_open or done.n_done < len(done.turns):
        return done
    return replace(done, step=_after_trials(study))


def without_trials(progress: Progress, study: Study) -> Progress:
    """On to the questions: the rater has seen every cell that there is."""
    _expect(progress, "trials")
    return replace(progress, step=_after_trials(study))


def after_questions(progress: Progress) -> Progress:
    _expect(progress, "questions")
    return replace(progress, step="finished")


def to_json(progress: Progress) -> str:
    return json.dumps(asdict(progress))


def from_json(text: str) -> Progress:
    fields = json.loads(text)
    turns = tuple(Turn(**turn) for turn in fields.pop("turns"))
    return Progress(turns=turns, **fields)


def _after_training_vote(progress: Progress, study: Study, was_right: bool) -> Progress:
    wanted = study.training
    told = replace(
        progress, n_training=progress.n_training + 1, n_right=progress.n_right + was_right
    )
    if told.n_training < wanted.count * told.attempt:
        return told
    if told.n_right >= wanted.pass_mark:
        return replace(told, step="trials")
    if told.attempt < wanted.attempts:
        return replace(told, attempt=told.attempt + 1, n_right=0)
    return replace(told, step="screened-out")


def _after_sound(study: Study) -> Step:
    return "training" if study.training.count else "trials"


def _after_trials(study: Study) -> Step:
    return "questions" if study.questions else "finished"


def _expect(progress: Progress, step: Step) -> None:
    if progress.step != step:
        raise refuse("out-of-turn")
