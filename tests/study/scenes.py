"""What the tests of the study share: a clock that stands still, studies, raters who vote."""

import itertools
from collections.abc import Iterable
from typing import Any

from mrcmv.study.ballots import Ballot
from mrcmv.study.design import Study
from mrcmv.study.reading import consent_hash
from mrcmv.study.stimulus import Stimulus, wanted
from mrcmv.study.store import Arrival, Receipt, Session, Store, Trial
from mrcmv.study.watching import Event

DURATION_S = 10.0
KEYS = itertools.count()
START_S = 1_800_000_000.0


class Clock:
    """Seconds since 1970 that pass when told to."""

    def __init__(self) -> None:
        self.now_s = START_S

    def __call__(self) -> float:
        return self.now_s

    def pass_s(self, seconds: float) -> None:
        self.now_s += seconds


def make_study(n_clips: int = 4, **changed: Any) -> Study:
    """A best-of-3 study without sound check and gate; any field can be another one."""
    fields: dict[str, Any] = {
        "id": "three",
        "title": "Which music?",
        "languages": ["en"],
        "consent": {"version": "1", "text": "I agree."},
        "clips": [f"clip-{number}.mp4" for number in range(n_clips)],
        "methods": ["mrcmv", "cmmr", "cbvmr"],
        "question": {"kind": "best-of-n", "text": "Which one?", "free_text": True},
        "trials": n_clips,
        "votes_a_cell": 6,
        "gate": {"share": 0},
        "sound_check": {"tries": 0},
    }
    return Study.model_validate(fields | changed)


def make_stimuli(study: Study, clips: Iterable[str] | None = None) -> tuple[Stimulus, ...]:
    """A bundle whose names say nothing, and are the same for the same study."""
    named = clips or [clip.file for clip in study.clips]  # type: ignore[union-attr]
    pairs = wanted(study, named)
    return tuple(
        Stimulus(f"{number * 7919 + 10**9:x}-st", clip, source, DURATION_S)
        for number, (clip, source) in enumerate(pairs)
    )


def locked(store: Store, study: Study | None = None) -> Study:
    """The study, locked in the store."""
    study = study or make_study()
    store.lock(study, () if study.is_open else make_stimuli(study))
    return study


def arrive(store: Store, study: Study, **more: Any) -> Session:
    """A rater who has consented."""
    return store.begin(study.id, Arrival(study.languages[0], consent_hash(study), **more))


def new_key() -> str:
    return f"key-{next(KEYS):08d}"


def ballot(trial: Trial, **answer: Any) -> Ballot:
    """A vote on the trial, for slot 0 unless told otherwise."""
    answer = answer or {"slot": 0}
    return Ballot(trial.token, answer.pop("key", None) or new_key(), **answer)


def vote(store: Store, session: Session, **answer: Any) -> Receipt:
    """The session's next vote."""
    trial = store.trial(session.code)
    assert trial is not None
    return store.vote(session.code, ballot(trial, **answer))


def watch(store: Store, session: Session, trial: Trial, clock: Clock) -> None:
    """See every stimulus of a trial to its end."""
    for slot, stimulus in enumerate(trial.slots):
        store.watch(session.code, trial.token, [Event("play", slot, 0.0)])
        clock.pass_s(stimulus.duration_s)
        store.watch(session.code, trial.token, [Event("pause", slot, stimulus.duration_s)])
