"""What goes into a study's stimuli, checked before any work, and a hash of it all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from mrcmv import media, methods
from mrcmv.catalog import Catalog
from mrcmv.errors import StudyError
from mrcmv.methods import Method
from mrcmv.mixing.request import VERSION as MIX_VERSION
from mrcmv.progress import Hook, silent
from mrcmv.settings import Settings
from mrcmv.stimuli import folders
from mrcmv.stimuli.folders import Listed
from mrcmv.study import Study
from mrcmv.study.reading import canonical, digest, study_hash
from mrcmv.types import Clip, Decoded, Found, Sound, Stems, Track

VERSIONS = {"stimuli": "stimuli-1", "mix": MIX_VERSION}
"""Raise the first when the same study would sound or look different."""
SHORT_S = 0.05
"""A clip may be this much shorter than the stretch asked for: files end between two frames."""
SHORTEST_S = 1.0
"""The shortest stretch of a clip: less has no loudness and no music."""


class App(Protocol):
    """The app's verbs over one catalog, as this one needs them. Errors are theirs."""

    @property
    def settings(self) -> Settings: ...

    @property
    def catalog(self) -> Catalog: ...

    def open(self, path: Path) -> Clip: ...

    def decode(self, clip: Clip, offset_s: float = 0.0, hook: Hook = silent) -> Decoded: ...

    def separate(self, clip: Clip, sound: Sound | None, *, hook: Hook = silent) -> Stems: ...

    def index(self, method: Method | None = None, hook: Hook = silent) -> object: ...

    def best(
        self, decoded: Decoded, stems: Stems, method: Method, tags: tuple[str, ...], seed: int
    ) -> Found:
        """A find's answer with its first match alone."""
        ...


@dataclass(frozen=True)
class Asked:
    """A clip of the study, its stretch that is shown, and what was made for it elsewhere.

    `clip` lasts as long as the stretch, under a content hash of its own. `whole`: the hash of the
    file. `files`: method → file.
    """

    name: str
    clip: Clip
    whole: str
    tags: tuple[str, ...]
    files: Mapping[str, Path]


@dataclass(frozen=True, eq=False)
class Job:
    """All that goes into the stimuli. `methods`: those that rank the catalog, by name.
    `identity`: a hash that changes with whatever would change them. `weights`: method → mark."""

    study: Study
    app: App
    clips: tuple[Asked, ...]
    methods: Mapping[str, Method]
    weights: Mapping[str, str]
    n_tracks: int
    identity: str
    notes: tuple[str, ...] = ()


def gather(
    study: Study,
    beside: Path,
    open_app: Callable[[Path | None], App],
    hook: Hook = silent,
) -> Job:
    """Find and check what a study's stimuli are made of; paths count from the folder `beside`.

    open_app: gives the app over the catalog in a folder, its own for None. Music that lies in the
    study's folder of tracks and is not in its table yet is added.

    Raises:
        StudyError: clips, tracks or files are missing or not as many as said, or a clip is short.
        MrcmvError: a file, the catalog or a method's weights cannot be used.
    """
    listed = folders.clips_of(study, beside)
    elsewhere = {
        one.name: folders.made_elsewhere(one, listed, beside) for one in study.methods if one.folder
    }
    ranking = [one.name for one in study.methods if not one.folder]
    _check_tags(listed, ranking)
    own = beside / study.catalog.folder if study.catalog and ranking else None
    if own is not None and not own.is_dir():
        raise StudyError(f"There is no folder {own}, where the study's tracks are meant to be.")
    app = open_app(own)
    ready = {name: methods.get(name, app.settings) for name in ranking}
    clips = tuple(_asked(study, app, one, elsewhere, hook) for one in listed)
    tracks, notes = _tracks(study, app, own, ready, hook) if ranking else ((), ())
    weights = {n: m.space.mark for n, m in ready.items() if isinstance(m, methods.Trained)}
    inputs = {
        "versions": VERSIONS,
        "study": study_hash(study),
        "clips": [[one.name, one.whole, list(one.tags)] for one in clips],
        "files": {
            one.name: {name: media.content_hash(file) for name, file in one.files.items()}
            for one in clips
        },
        "tracks": [[one.content_hash, sorted(one.tags), one.song] for one in tracks],
        "weights": weights,
        "separation": app.settings.separation if ranking else None,
    }
    identity = digest(canonical(inputs))
    return Job(study, app, clips, ready, weights, len(tracks), identity, notes)


def _check_tags(listed: tuple[Listed, ...], ranking: list[str]) -> None:
    """A search under no tags would be one among all: that is another method."""
    for one in listed:
        if "tags" in ranking and not one.tags:
            raise StudyError(
                f"The clip {one.name} has no tags, and the method tags searches by them: give it "
                "some (clips.tags)."
            )


def _asked(
    study: Study, app: App, one: Listed, elsewhere: dict[str, dict[str, Path]], hook: Hook
) -> Asked:
    hook("Looking at the clips", one.name)
    clip = app.open(one.file)
    files = {method: found[one.name] for method, found in elsewhere.items()}
    shown = _stretch(clip, study.rendering.length_s, one.name)
    return Asked(one.name, shown, clip.content_hash, one.tags, files)


def _stretch(clip: Clip, length_s: float | None, name: str) -> Clip:
    """The clip's first seconds as a clip of its own, so that a method sees what raters see."""
    if length_s is None:
        return clip
    if length_s < SHORTEST_S:
        raise StudyError(
            f"The study shows {length_s:g} s of each clip (rendering.length_s): {SHORTEST_S:g} s "
            "is the least that can be judged."
        )
    if clip.duration_s < length_s - SHORT_S:
        raise StudyError(
            f"The clip {name} lasts {clip.duration_s:.1f} s, and the study shows {length_s:g} s of "
            "each (rendering.length_s)."
        )
    if clip.duration_s <= length_s:
        return clip
    own = digest(f"{clip.content_hash}|{length_s}")
    return replace(clip, duration_s=length_s, content_hash=own)


def _tracks(
    study: Study, app: App, own: Path | None, ready: Mapping[str, Method], hook: Hook
) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """The tracks that can be ranked, and notes. Of a study's own catalog all have to be usable."""
    catalog = app.catalog
    if own is not None and (broken := catalog.add([own], hook=hook).broken):
        raise StudyError(f"A track of the study cannot be used: {broken[0].message}")
    for method in ready.values():
        app.index(method, hook)
    problems = catalog.check()
    if own is not None and problems:
        raise StudyError(f"A track of the study cannot be used: {problems[0].message}")
    bad = {problem.file for problem in problems}
    tracks = tuple(one for one in catalog.tracks if one.file not in bad)
    count = study.catalog.count if study.catalog else None
    where = own if own is not None else "The catalog"
    if count is not None and count != len(tracks):
        raise StudyError(
            f"{where} holds {len(tracks)} tracks, and the study says {count} (catalog.count). "
            "Equal files count once."
        )
    if len(tracks) < len(ready):
        raise StudyError(
            f"{where} holds too few tracks, {len(tracks)}, for {len(ready)} methods to choose "
            "from: add some."
        )
    left_out = f"{len(problems)} tracks of the catalog cannot be used: `mrcmv catalog check`."
    return tracks, (left_out,) if problems else ()
