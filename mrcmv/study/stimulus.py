"""What a study needs rendered, and whether a bundle of stimuli has it.

A *stimulus* is one soundtrack to one clip: a method's result, or one broken on purpose for trials
with a known answer. Its name is all that a rater's browser learns of it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from mrcmv.errors import StudyError
from mrcmv.study.design import Study
from mrcmv.study.parts import Clip, ClipFolder

Role = Literal["result", "silent", "shifted"]
_NAME = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Stimulus:
    """One file of a bundle.

    `name`: opaque, unique, what raters fetch. `source`: the method, or how it is broken. `picture`:
    the name of the silent video that all of a clip's stimuli share ("" where they have their own).
    `sha256`: of the file, hex.
    """

    name: str
    clip: str
    source: str
    duration_s: float
    sha256: str = ""
    picture: str = ""

    @property
    def is_broken(self) -> bool:
        return self.source in ("silent", "shifted")


def wanted(study: Study, clips: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Every (clip, source) that the study needs, for its clips in order."""
    sources = list(study.method_names)
    if study.catch.count or study.training.count:
        sources.append(study.catch.broken)
    return tuple((clip, source) for clip in clips for source in sources)


def listed_clips(study: Study) -> tuple[str, ...]:
    """The clips that the file names; empty where it names a folder, or raters upload them."""
    listed = study.clips if isinstance(study.clips, tuple) else ()
    return tuple(clip.file for clip in listed if isinstance(clip, Clip))


def clips_of(stimuli: Iterable[Stimulus]) -> tuple[str, ...]:
    """The clips that have stimuli, each once, in order."""
    return tuple(dict.fromkeys(one.clip for one in stimuli))


def check_bundle(study: Study, stimuli: tuple[Stimulus, ...]) -> None:
    """Raise StudyError, in one sentence, for a bundle that this study cannot be run with."""
    for wrong in _wrong(study, stimuli):
        raise StudyError(f"The stimuli of {study.id} cannot be used: {wrong}.")


def to_fields(stimuli: Iterable[Stimulus]) -> list[dict[str, Any]]:
    """Plain JSON of a bundle."""
    return [asdict(one) for one in stimuli]


def _wrong(study: Study, stimuli: tuple[Stimulus, ...]) -> Iterator[str]:
    if study.is_open:
        if stimuli:
            yield "its raters bring their own clips, and there are stimuli"
        return
    names = [one.name for one in stimuli]
    yield from (f"{name!r} is no opaque name" for name in names if not _NAME.fullmatch(name))
    if len(set(names)) != len(names):
        yield "a name stands twice"
    yield from (f"{one.name} has no length" for one in stimuli if not one.duration_s > 0)
    yield from _lacking(study, stimuli)


def _lacking(study: Study, stimuli: tuple[Stimulus, ...]) -> Iterator[str]:
    clips = clips_of(stimuli)
    if (listed := listed_clips(study)) and set(listed) != set(clips):
        odd = sorted(set(listed) ^ set(clips))
        yield f"the study and the bundle do not agree on the clip {odd[0]}"
    count = study.clips.count if isinstance(study.clips, ClipFolder) else None
    if count is not None and count != len(clips):
        yield f"the study says {count} clips, and there are {len(clips)}"
    if not clips:
        yield "there are none"
    pairs = [(one.clip, one.source) for one in stimuli]
    needed = wanted(study, clips)
    yield from (f"{clip} has no {source}" for clip, source in needed if (clip, source) not in pairs)
    if len(set(pairs)) != len(pairs):
        yield "a clip has the same source twice"
