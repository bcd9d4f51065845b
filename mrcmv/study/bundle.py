"""A bundle: a folder with a study, its rendered stimuli, and the list that says which is which.

study.json     the study, in its canonical form
stimuli.json   one `Stimulus` an entry: whose each file is, and its hash
made.json      how each was made (track, seconds, loudness): for the report, never served
media/         NAME.m4a a soundtrack, NAME.mp4 a silent picture; names say nothing
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mrcmv.errors import StudyError
from mrcmv.study.design import Study
from mrcmv.study.reading import read_study
from mrcmv.study.stimulus import Stimulus, check_bundle, to_fields

STUDY, STIMULI, MADE, MEDIA = "study.json", "stimuli.json", "made.json", "media"
SOUND, PICTURE = ".m4a", ".mp4"


@dataclass(frozen=True)
class Bundle:
    """A study that can be served. `made`: plain JSON about the making, for no rater's eyes."""

    folder: Path
    study: Study
    stimuli: tuple[Stimulus, ...]
    made: dict[str, Any]

    @property
    def files(self) -> dict[str, Path]:
        """What may be fetched: `NAME.m4a` and `NAME.mp4` → the file."""
        names = [one.name + SOUND for one in self.stimuli]
        names += [one.picture + PICTURE for one in self.stimuli if one.picture]
        return {name: self.folder / MEDIA / name for name in names}


def write_bundle(bundle: Bundle) -> None:
    """Write the lists; the media lie in their folder already. `stimuli.json` comes last: a folder
    that has it is whole.

    Raises:
        StudyError: the folder cannot be written, or the stimuli are not what the study needs.
    """
    check_bundle(bundle.study, bundle.stimuli)
    lists = (
        (STUDY, bundle.study.model_dump(mode="json")),
        (MADE, bundle.made),
        (STIMULI, to_fields(bundle.stimuli)),
    )
    try:
        for name, content in lists:
            text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
            (bundle.folder / name).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise StudyError(f"{bundle.folder} cannot be written ({error.strerror}).") from None


def read_bundle(folder: Path) -> Bundle:
    """The bundle in a folder; the files are looked for, their hashes are not (`check_hashes`).

    Raises:
        StudyError: it is none, or is not whole.
    """
    if not (folder / STIMULI).is_file():
        raise StudyError(f"{folder} holds no study: `mrcmv study build` makes such a folder.")
    try:
        study = read_study(folder / STUDY)
        entries = json.loads((folder / STIMULI).read_bytes())
        made = json.loads((folder / MADE).read_bytes())
        stimuli = tuple(Stimulus(**fields) for fields in entries)
    except (OSError, ValueError, TypeError) as error:
        raise StudyError(f"{folder} is damaged: build the study again ({error}).") from None
    bundle = Bundle(folder, study, stimuli, made)
    check_bundle(study, stimuli)
    for name, file in bundle.files.items():
        if not file.is_file():
            raise StudyError(f"{folder} lacks {MEDIA}/{name}: build the study again.")
    return bundle


def check_hashes(bundle: Bundle) -> None:
    """Raise StudyError for a soundtrack that is not the one that was built."""
    for one in bundle.stimuli:
        file = bundle.files[one.name + SOUND]
        if hashlib.sha256(file.read_bytes()).hexdigest() != one.sha256:
            raise StudyError(
                f"{file} is not the file that was built: votes on it would say nothing. "
                "Build the study again."
            )
