"""A clip → its time line and its matches, told step by step."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mrcmv.errors import CatalogError, EmptyCatalog, MrcmvError
from mrcmv.media import browser_plays
from mrcmv.services import FindOptions, Services
from mrcmv.types import Clip, Decoded, Found, Stems
from mrcmv.ui import cards, lanes, player, text
from mrcmv.ui.blind import BLIND, find_blind
from mrcmv.ui.preference import Shown, shown_of
from mrcmv.ui.uploads import choice, number, sample, uploaded
from mrcmv.ui.working import Teller, Told, told

log = logging.getLogger(__name__)

N_MATCHES = 5
MAX_TAGS = 20


@dataclass(frozen=True)
class Session:
    """What one open page works on. `starts` is where each match starts, by track id; `shown`: the
    matches as they can be voted on."""

    run: str = ""
    clip: Clip | None = None
    options: FindOptions = field(default_factory=FindOptions)
    starts: tuple[tuple[str, float], ...] = ()
    shown: Shown | None = None


@dataclass(frozen=True)
class Choices:
    """What the controls say, as they arrive: nothing here is trusted."""

    method: Any = None
    tags: Any = ()
    offset_s: Any = 0.0
    backend: Any = None
    voice_file: Any = None


OF_ONE_CLIP: dict[str, Any] = {"offset_s": 0.0, "voice_file": None}
"""Choices that belong to one clip, as the next clip begins with them. The others are taste."""

Update = dict[str, Any]
"""The parts of the page that change, by name: session, stage, lanes, matches, `OF_ONE_CLIP`."""


def clip_path(asked: dict[str, Any], folder: Path, samples: tuple[Path, ...]) -> Path:
    """The file that a page asks for: an upload (`path`) or a sample clip (`sample`).

    Raises:
        MediaError: neither, or one that a browser may not name.
    """
    if asked.get("sample") is not None:
        return sample(asked["sample"], samples)
    return uploaded(asked.get("path"), folder)


def find_options(services: Services, choices: Choices, folder: Path) -> FindOptions:
    """The controls' values, checked.

    Raises:
        SettingsError: a value that no control offers.
        MediaError: a voice file that was not uploaded here.
    """
    methods = [*(method.name for method in services.known_methods), BLIND]
    backends = [backend.name for backend in services.known_backends]
    tags = choices.tags if isinstance(choices.tags, list | tuple) else ()
    method = choices.method or services.default_method
    backend = choices.backend or services.settings.separation
    longest_s = services.settings.max_duration_s
    return FindOptions(
        method=choice(method, text.CONTROLS["method"], methods),
        backend=choice(backend, text.CONTROLS["backend"], backends),
        voice_file=uploaded(choices.voice_file, folder) if choices.voice_file else None,
        offset_s=number(choices.offset_s or 0.0, text.CONTROLS["offset"], 0.0, longest_s),
        top=N_MATCHES,
        tags=tuple(str(tag)[:80] for tag in tags[:MAX_TAGS]),
    )


def search(
    services: Services, path: Path, options: FindOptions, run: str, known: Clip | None = None
) -> Iterator[Update]:
    """Everything from a clip to its matches, as updates of the page.

    `run` comes back in every update, so that a page can tell an old search from a new one;
    `known` is the clip when it was opened before.
    """
    view = _View(services, run, Session(run, options=options))
    try:
        for item in told(lambda teller: _work(services, path, options, known, teller)):
            yield view.update(item)
    except MrcmvError as error:
        yield view.failed(str(error), empty_catalog=isinstance(error, EmptyCatalog))
    except Exception:  # the page must say something, and the log says what
        log.exception("a search failed")
        yield view.failed(text.UNEXPECTED)


def _work(
    services: Services, path: Path, options: FindOptions, known: Clip | None, teller: Teller
) -> None:
    """The search itself, in a thread of its own."""
    teller.step("open")
    clip = known or services.open(path)
    plays = browser_plays(clip)
    teller.tell("clip", (clip, clip.path if plays else None))
    teller.step("look")
    decoded = services.decode(clip, options.offset_s, teller.hook)
    sound = decoded.sound
    original = services.sound_file(sound) if sound is not None else None
    teller.tell("decoded", (decoded, original))
    teller.step("listen")
    stems = services.separate(
        clip,
        sound,
        backend=options.backend,
        voice_file=options.voice_file,
        hook=teller.hook,
    )
    voice = None
    if stems.voice is not None:
        voice = services.sound_file(stems.voice)
    teller.tell("stems", (decoded, stems, voice))
    teller.step("compare")
    if options.method == BLIND:
        found, methods = find_blind(services, path, options, teller.hook)
    else:
        found, methods = services.find(path, options, teller.hook), ()
    if not plays:
        # Encoding takes minutes for a long clip: not before all that may fail, and by its name.
        teller.step("picture")
        teller.tell("picture", services.video_file(clip, teller.hook))
    teller.tell("found", (found, methods))


class _View:
    """Turns what the work tells into what the page shows."""

    def __init__(self, services: Services, run: str, session: Session) -> None:
        self.services = services
        self.run = run
        self.session = session
        self.tracks = tracks_words(services)
        self.steps: list[str] = []
        self.plays = True
        self.video: Path | None = None
        self.original: Path | None = None
        self.voice: Path | None = None

    def update(self, item: Told) -> Update:
        if item.name in ("step", "progress"):
            if item.name == "step":
                self.steps.append(str(item.value))
            return {"matches": self._searching(item.share)}
        shown: Update = getattr(self, f"_{item.name}")(item.value)
        return shown

    def failed(self, message: str, *, empty_catalog: bool = False) -> Update:
        state = "empty" if empty_catalog else "error"
        shown = {"run": self.run, "state": state, "message": message, "opened": bool(self.video)}
        return {"matches": shown, "session": self.session}

    def _searching(self, share: float | None = None) -> dict[str, Any]:
        names = [name for name in text.STEPS if name != "picture" or not self.plays]
        at = names.index(self.steps[-1]) if self.steps else 0
        steps = [
            {"text": text.STEPS[name].format(tracks=self.tracks), "done": place < at}
            for place, name in enumerate(names)
        ]
        if names[at] == "compare" and share is not None:
            steps[at]["text"] = text.MEASURING
        return {"run": self.run, "state": "searching", "steps": steps, "at": at, "share": share}

    def _clip(self, value: tuple[Clip, Path | None]) -> Update:
        clip, self.video = value
        self.plays = self.video is not None
        self.session = replace(self.session, clip=clip)
        return {"session": self.session, "stage": self._stage(clip, voice_known=False)}

    def _decoded(self, value: tuple[Decoded, Path | None]) -> Update:
        decoded, self.original = value
        return {
            "stage": self._stage(decoded.clip, voice_known=False),
            "lanes": {"run": self.run, **lanes.waiting(decoded)},
        }

    def _stems(self, value: tuple[Decoded, Stems, Path | None]) -> Update:
        decoded, stems, self.voice = value
        return {
            "stage": self._stage(decoded.clip, voice_known=True),
            "lanes": {"run": self.run, **lanes.known(decoded, stems)},
        }

    def _picture(self, video: Path) -> Update:
        self.video = video
        clip = self.session.clip
        return {"stage": self._stage(clip, voice_known=True)} if clip else {}

    def _found(self, value: tuple[Found, tuple[str, ...]]) -> Update:
        found, methods = value
        starts = tuple((m.track.track_id, m.window.start_s) for m in found.matches)
        asked = shown_of(found, self.run, methods)
        self.session = replace(self.session, starts=starts, shown=asked)
        stage = self._stage(found.clip, voice_known=True)
        stage["sources"] += player.match_sources(found.matches)
        shown = {
            "run": self.run,
            "state": "found",
            "notes": notes(found),
            "cards": [cards.card(match, blind=found.method == BLIND) for match in found.matches],
        }
        return {"session": self.session, "stage": stage, "matches": shown}

    def _stage(self, clip: Clip, *, voice_known: bool) -> dict[str, Any]:
        sources = player.own_sources(clip, self.original, self.voice, voice_known=voice_known)
        return {"run": self.run, **player.picture(self.video, clip, sources)}


def tracks_words(services: Services) -> str:
    """How many tracks there are to compare with; an unreadable catalog is told by the find."""
    try:
        n_tracks = len(services.catalog.tracks)
    except CatalogError:
        return text.THE_CATALOG
    return text.ONE_TRACK if n_tracks == 1 else text.TRACKS.format(n=n_tracks)


def notes(found: Found) -> list[str]:
    """What a user should know of the matches; the stems' own note stands under the time line."""
    own: list[str] = []
    if found.decoded.sound is None and found.stems.voice is None:
        own = [text.NO_SOUND_NOTE]
    elif found.stems.voice is None:
        own = [text.NO_VOICE_NOTE]
    own += [note for note in found.notes if note != found.stems.note]
    return list(dict.fromkeys(own))
