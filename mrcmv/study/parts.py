"""The parts of a study's file. Each is frozen and refuses fields that it does not know."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

LONGEST_ANSWER = 2000
"""Letters in a free text."""
MANY_SLOTS = 8
"""More soundtracks than these are not compared but forgotten."""
KNOWN_METHODS = ("mrcmv", "cmmr", "cbvmr", "descriptors", "tags", "random")
"""Methods that the app can run itself; any other is a folder of files made elsewhere."""
KEPT_NAMES = ("silent", "shifted", "chance")
"""What stands for a broken stimulus and for chance in votes and hypotheses: no method's name."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Text = Words | dict[str, Words]
"""Words for raters: one text for every language, or one a language."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Part(BaseModel):
    """The base: frozen, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Consent(Part):
    """What a rater agrees to. The version and a hash of the text go with every vote."""

    version: Line
    text: Text


class Clip(Part):
    """A clip by its file, relative to the study's file; `tags` are for the method `tags`."""

    file: Line
    tags: tuple[Line, ...] = ()


class ClipFolder(Part):
    """All clips of a folder; `count`, where given, is how many there have to be.

    `tags` is a CSV file with the columns `file` and `tags` (separated by `;`).
    """

    folder: Line
    count: int | None = Field(None, ge=1)
    tags: Line | None = None


class TrackFolder(Part):
    """The catalog that methods rank; `count`, where given, is how many tracks it has to hold."""

    folder: Line
    count: int | None = Field(None, ge=1)


class Method(Part):
    """A method by name; with a folder, its results are files that were made elsewhere."""

    name: Slug
    folder: Line | None = None

    @model_validator(mode="after")
    def _can_be_had(self) -> Self:
        if self.name in KEPT_NAMES:
            raise ValueError(f"{self.name} is a word of the study's own: name the method otherwise")
        if self.folder is None and self.name not in KNOWN_METHODS:
            raise ValueError(
                f"{self.name} is none of {', '.join(KNOWN_METHODS)}: give the folder of its files"
            )
        return self


class Rendering(Part):
    """How stimuli are rendered: the stretch of the clip, in seconds (None: all), and LUFS."""

    length_s: float | None = Field(None, gt=0)
    target_lufs: float = Field(-16.0, ge=-40, le=-8)


class BestOfN(Part):
    """Which of n anonymous results is preferred (MRCMV, table 2). `slots`: n, None for all."""

    kind: Literal["best-of-n"]
    text: Text
    slots: int | None = Field(None, ge=2, le=MANY_SLOTS)
    no_preference: bool = True
    all_bad: bool = True
    free_text: bool = False


class Pairwise(Part):
    """Which of two, or neutral (MRCMV, table 3). Every pair of methods is a cell."""

    kind: Literal["pairwise"]
    text: Text
    neutral: bool = True
    free_text: bool = False


class MeanOpinion(Part):
    """Five points a stimulus (the sound-effects paper, 4.3). `together`: all methods a trial."""

    kind: Literal["mos"]
    text: Text
    labels: tuple[Text, Text, Text, Text, Text] = ("bad", "poor", "fair", "good", "excellent")
    together: bool = False
    free_text: bool = False


Question = BestOfN | Pairwise | MeanOpinion


class Catch(Part):
    """Trials with a known answer: all but one soundtrack are broken (one is, where one is shown).

    A rater who fails more than `most_failed` is marked as excluded in exports; None: nobody is.
    """

    count: int = Field(0, ge=0, le=100)
    broken: Literal["silent", "shifted"] = "silent"
    most_failed: int | None = Field(None, ge=0)


class Repeats(Part):
    """Trials shown again, slots in another order, `gap` or more trials later."""

    count: int = Field(0, ge=0, le=100)
    gap: int = Field(2, ge=1, le=100)


class Training(Part):
    """Trials with a known answer and feedback; `pass_mark` right ones of `count` let one on."""

    count: int = Field(0, ge=0, le=20)
    pass_mark: int = Field(0, ge=0, le=20)
    attempts: int = Field(2, ge=1, le=5)


class Gate(Part):
    """The share of each stimulus's unique seconds that have to be seen before a vote."""

    share: float = Field(0.95, ge=0, le=1)


class SoundCheck(Part):
    """How often a rater may try to tell how many tones are heard; 0: no check."""

    tries: int = Field(3, ge=0, le=10)


class Stop(Part):
    """When the study closes: whichever comes first. `targets`: every cell has its votes."""

    targets: bool = True
    raters: int | None = Field(None, ge=1)
    votes: int | None = Field(None, ge=1)
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _comes(self) -> Self:
        if not self.targets and not (self.raters or self.votes or self.until):
            raise ValueError("it never comes: set targets, raters, votes or until")
        return self


class Hypothesis(Part):
    """What the study is to decide, said before the first vote."""

    better: Slug
    than: Slug
    test: Literal["binomial", "mann-whitney"] = "binomial"
    sided: Literal["one", "two"] = "one"


class Extra(Part):
    """A question after the trials. Its answer stands outside the chain: a withdrawal erases it."""

    id: Slug
    text: Text
    kind: Literal["choice", "text", "number"] = "text"
    choices: tuple[Text, ...] = ()
    required: bool = False

    @model_validator(mode="after")
    def _has_choices(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"choices belong to the kind choice: {self.id} is a {self.kind}")
        return self


class Completion(Part):
    """The code that pays the rater. Prolific's is given by Prolific; MTurk's is one a rater."""

    platform: Literal["none", "prolific", "mturk", "own"] = "none"
    code: Line | None = None
    screened_out_code: Line | None = None
    return_url: Annotated[Line, StringConstraints(pattern=r"^https://")] | None = None

    @model_validator(mode="after")
    def _has_code(self) -> Self:
        if self.platform == "prolific" and self.code is None:
            raise ValueError("prolific gives each study a code: set code to it")
        return self


class Ends(Part):
    """What the last page says."""

    finished: Text = ""
    screened_out: Text = ""
    declined: Text = ""
    closed: Text = ""
