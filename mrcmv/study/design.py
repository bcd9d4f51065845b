"""A study is a file: these models say what may stand in it, and refuse what makes no sense.

Everything is frozen. Words are the design's: a *cell* is a clip with the set of methods that are
compared on it, a *trial* shows one cell to one *rater*, a *slot* is a place in the trial.
`reading` turns a file into a `Study`; `stimulus` says what has to be rendered for it.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from mrcmv.study.parts import (
    MANY_SLOTS,
    Catch,
    Clip,
    ClipFolder,
    Completion,
    Consent,
    Ends,
    Extra,
    Gate,
    Hypothesis,
    Language,
    Method,
    Part,
    Question,
    Rendering,
    Repeats,
    Slug,
    SoundCheck,
    Stop,
    Text,
    TrackFolder,
    Training,
)


def _listed(value: object) -> object:
    """`clips: [a.mp4, b.mp4]` is read as a list of clips with a file each."""
    if isinstance(value, list | tuple):
        return tuple({"file": one} if isinstance(one, str) else one for one in value)
    return value


def _named(value: object) -> object:
    """`methods: [mrcmv, tags]` is read as a list of methods with a name each."""
    if isinstance(value, list | tuple):
        return tuple({"name": one} if isinstance(one, str) else one for one in value)
    return value


def _branch(value: object) -> str:
    """Which of its three shapes `clips` has: errors then speak of that one."""
    if isinstance(value, dict | ClipFolder):
        return "a folder"
    return "uploads" if isinstance(value, str) else "a list"


Clips = Annotated[
    Annotated[tuple[Clip, ...], Tag("a list")]
    | Annotated[ClipFolder, Tag("a folder")]
    | Annotated[Literal["uploaded"], Tag("uploads")],
    Discriminator(_branch),
    BeforeValidator(_listed),
]


class Study(Part):
    """A preference study, as its file says it. Locked by `reading.study_hash` before a vote."""

    id: Slug
    title: Text
    languages: tuple[Language, ...] = Field(min_length=1)
    consent: Consent
    introduction: Text = ""
    clips: Clips
    catalog: TrackFolder | None = None
    methods: Annotated[tuple[Method, ...], BeforeValidator(_named)] = Field(min_length=1)
    rendering: Rendering = Rendering()
    question: Question = Field(discriminator="kind")
    trials: int = Field(ge=1, le=1000)
    votes_a_cell: int = Field(ge=1, le=100_000)
    catch: Catch = Catch()
    repeats: Repeats = Repeats()
    training: Training = Training()
    gate: Gate = Gate()
    sound_check: SoundCheck = SoundCheck()
    lease_s: float = Field(1200.0, gt=0, le=86_400)
    corrections: bool = True
    stop: Stop = Stop()
    hypotheses: tuple[Hypothesis, ...] = ()
    correction: Literal["holm", "bonferroni", "none"] = "holm"
    alpha: float = Field(0.05, gt=0, lt=1)
    questions: tuple[Extra, ...] = ()
    completion: Completion = Completion()
    ends: Ends = Ends()
    seed: int = 0

    @property
    def n_slots(self) -> int:
        """Stimuli in a trial."""
        if self.question.kind == "pairwise":
            return 2
        if self.question.kind == "mos":
            return len(self.methods) if self.question.together else 1
        return self.question.slots or len(self.methods)

    @property
    def is_open(self) -> bool:
        """Whether raters bring their own clips (the Audition tab): no cells, no end."""
        return self.clips == "uploaded"

    @property
    def method_names(self) -> tuple[str, ...]:
        return tuple(method.name for method in self.methods)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for wrong in _wrong(self):
            raise ValueError(wrong)
        return self


def said(text: Text, language: str) -> str:
    """The words in that language; the same words for all where only one text is given."""
    return text if isinstance(text, str) else text.get(language, next(iter(text.values())))


def _wrong(study: Study) -> Iterator[str]:
    """What does not fit together, one sentence each, the field first."""
    yield from _wrong_names(study)
    yield from _wrong_counts(study)
    yield from _wrong_hypotheses(study)
    for path, text in _texts(study, ""):
        if lacking := set(study.languages) - set(text):
            yield f"{path} has no text in {', '.join(sorted(lacking))}, a language of the study"


def _wrong_names(study: Study) -> Iterator[str]:
    clips = [clip.file for clip in study.clips] if isinstance(study.clips, tuple) else []
    if study.clips == ():
        yield "clips is empty: name a clip at least, or a folder of them"
    for field, names in (
        ("languages", list(study.languages)),
        ("methods", list(study.method_names)),
        ("clips", clips),
        ("questions", [one.id for one in study.questions]),
    ):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            yield f"{field} names {', '.join(twice)} twice: name each once"


def _wrong_counts(study: Study) -> Iterator[str]:
    n_methods, n_slots = len(study.methods), study.n_slots
    if study.question.kind != "mos" and not study.is_open and not 2 <= n_slots <= n_methods:
        yield f"methods has {n_methods}, and a {study.question.kind} trial compares {n_slots}: two \
at least, and no more than there are"
    if n_slots > MANY_SLOTS:
        yield f"question shows {n_slots} stimuli at once: {MANY_SLOTS} at most can be compared"
    if study.repeats.count and study.repeats.count + study.repeats.gap > study.trials:
        yield f"repeats.count + repeats.gap is more than the {study.trials} trials of a rater"
    if study.training.pass_mark > study.training.count:
        yield f"training.pass_mark is {study.training.pass_mark} of {study.training.count} trials"
    if study.is_open and (study.catch.count or study.repeats.count or study.training.count):
        yield "clips is 'uploaded': then catch, repeats and training have no count"


def _wrong_hypotheses(study: Study) -> Iterator[str]:
    fitting = {"mos": "mann-whitney"}.get(study.question.kind, "binomial")
    for place, one in enumerate(study.hypotheses):
        for name in (one.better, one.than):
            if name not in study.method_names and not (name == "chance" and name == one.than):
                yield f"hypotheses.{place} names {name}, which is not one of the study's methods"
        if one.better == one.than:
            yield f"hypotheses.{place} compares {one.better} with itself"
        if one.test != fitting:
            yield f"hypotheses.{place}.test is {one.test}: a {study.question.kind} study is \
decided by {fitting}"


def _texts(part: object, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text that is given by language, with the path of its field."""
    if isinstance(part, Part):
        for name in type(part).model_fields:
            value = getattr(part, name)
            here = f"{path}.{name}".lstrip(".")
            if isinstance(value, dict):
                yield here, value
            else:
                yield from _texts(value, here)
    elif isinstance(part, tuple):
        for place, one in enumerate(part):
            if isinstance(one, dict):
                yield f"{path}.{place}", one
            else:
                yield from _texts(one, f"{path}.{place}")
