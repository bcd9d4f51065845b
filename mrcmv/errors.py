"""Everything MRCMV raises on purpose.

    MrcmvError
    ├── MediaError        a file that cannot be used as a clip, a voice or a track
    ├── SeparationError   a separation backend that is missing or failed
    ├── WeightsError      weights that are missing, unreachable or not what they should be
    ├── CatalogError      a catalog that is broken, can't be written or can't give what was asked
    │   └── EmptyCatalog  a catalog without one track that can be ranked
    ├── MixError          a mix that cannot be made
    ├── CacheError        a folder for results that cannot be written to
    ├── SettingsError     a setting that makes no sense
    ├── StudyError        a study that makes no sense, was changed or cannot be stored
    │   └── VoteRefused   a rater's step that the rules refuse, with a reason code
    └── TakeEnded         a game that ended before the take was over: another seed may last

Every message is one sentence or two for the person who gave the input: what was given, what is
wrong with it, what to do. The CLI prints it and exits with 1; the page shows it as it is.
"""


class MrcmvError(Exception):
    """The base: catching it catches every error that a user can mend."""


class MediaError(MrcmvError):
    """A file that cannot be used as a clip, a voice or a track."""


class SeparationError(MrcmvError):
    """A separation backend that is missing or failed."""


class WeightsError(MrcmvError):
    """Weights that are missing, unreachable or not what they should be."""


class CatalogError(MrcmvError):
    """A catalog that is broken, cannot be written or cannot give what was asked of it."""


class EmptyCatalog(CatalogError):
    """A catalog without one track that can be ranked."""


class MixError(MrcmvError):
    """A mix that cannot be made."""


class CacheError(MrcmvError):
    """A folder for results that cannot be written to."""


class SettingsError(MrcmvError):
    """A setting that makes no sense."""


class TakeEnded(MrcmvError):
    """A game that ended before the take was over: another seed may last."""


class StudyError(MrcmvError):
    """A study that makes no sense, was changed after its lock or cannot be stored."""


class VoteRefused(StudyError):
    """A rater's step that the study's rules refuse; `reason` is a code, the text a sentence."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(reason, sentence)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.args[1])
