"""The tab Audition: drop a clip, compare five tracks under it, take the mix home."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from mrcmv.errors import CatalogError, MediaError, MrcmvError
from mrcmv.methods import Method
from mrcmv.separation import BackendInfo
from mrcmv.services import Services
from mrcmv.ui import audition_find, audition_mix, text
from mrcmv.ui.audition_find import OF_ONE_CLIP, Choices, Session
from mrcmv.ui.audition_mix import DUCK_DB, FADE_S, LEVEL_LU, Levels
from mrcmv.ui.blind import BLIND, compared
from mrcmv.ui.parts import as_text, part, sent
from mrcmv.ui.preference import Preferences, Voter

POSTER_S = 6.0
"""Second of a sample clip that stands for it."""
TAGS = "tags"
"""The method that goes by the tags chosen; with the others that choice is not shown."""
HEAVY = "heavy"
"""Searches and mixes share this many at once (2), whoever asks."""


@dataclass(frozen=True)
class Place:
    """What the tab needs to know of its surroundings: the upload folder and the sample clips."""

    uploads: Path
    samples: tuple[Path, ...]


def answer(
    services: Services, place: Place, session: Session, asked: Any, choices: Choices
) -> Iterator[audition_find.Update]:
    """A search for what the page asks for; whatever is wrong with the asking is said in words.

    Another clip begins without the choices that belonged to the one before.
    """
    asked = asked if isinstance(asked, dict) else {}
    run = str(asked.get("run", ""))[:40]
    if not asked.get("again"):
        choices = replace(choices, **OF_ONE_CLIP)
        yield dict(OF_ONE_CLIP)
    try:
        again = session.clip if asked.get("again") else None
        if again and not again.path.is_file():
            raise MediaError(text.GONE)
        path = again.path if again else audition_find.clip_path(asked, place.uploads, place.samples)
        options = audition_find.find_options(services, choices, place.uploads)
    except MrcmvError as error:
        opened = bool(asked.get("again") and session.clip)
        message = {"run": run, "state": "error", "message": str(error), "opened": opened}
        yield {"matches": message}
        return
    yield from audition_find.search(services, path, options, run, again)


def sample_name(path: Path) -> str:
    """`boss-fight.mp4` → `Boss fight`."""
    return path.stem.replace("-", " ").replace("_", " ").capitalize()


def build(services: Services, place: Place, preferences: Preferences | None = None) -> Any:
    """Lay out the tab and wire it. Call it inside a `gr.Blocks`.

    preferences: stores which match would be used; None: the page does not ask. Returns what the
    open page works on, a `gr.State` of a `Session`, for the other tabs.
    """
    import gradio as gr

    # Who votes is kept apart: a vote must not bring back matches that a new search has replaced.
    session, voter = gr.State(Session()), gr.State(Voter())
    with gr.Row(elem_id="audition", elem_classes="is-plain"):
        with gr.Column(elem_id="left"):
            stage = part("stage", ("clip", "stop"), **_stage_words(services, place))
            lanes = part("lanes", words=text.LANES)
        with gr.Column(elem_id="side"):
            matches = part("matches", ("mix", "listen"), words=text.MATCHES)
            levels, choices, find, more = _controls(services)
            question = part("question", ("vote",), words=preferences.words if preferences else None)
    mixed, heard = part("mixed", visible="hidden"), part("heard", visible="hidden")
    chosen = dict(zip((field.name for field in fields(Choices)), choices, strict=True))
    shown = {"session": session, "stage": stage, "lanes": lanes, "matches": matches}
    shown |= {name: chosen[name] for name in OF_ONE_CLIP}

    def on_clip(state: Session, event: gr.EventData, *values: Any) -> Iterator[dict[Any, Any]]:
        for update in answer(services, place, state, event._data, Choices(*values)):
            yield sent({shown[name]: value for name, value in update.items()})

    def on_mix(state: Session, event: gr.EventData, *values: Any) -> str:
        return as_text(audition_mix.mix(services, state, _asked(event), Levels(*values)))

    def on_listen(state: Session, event: gr.EventData) -> str:
        return as_text(audition_mix.listen(services, state, _asked(event)))

    def on_vote(state: Session, who: Voter, event: gr.EventData) -> tuple[Voter, str]:
        voted = preferences.vote(who, state.shown, _asked(event)) if preferences else (who, {})
        return voted[0], as_text(voted[1])

    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "multiple",
        "concurrency_limit": 2,
    }
    heavy = {**quiet, "concurrency_id": HEAVY}
    search = stage.clip(on_clip, [session, *choices], list(shown.values()), **heavy)
    for when in (more.expand, search.then):
        # Tracks may have come since the page was built.
        when(lambda: gr.update(choices=tags_in_use(services)), None, chosen["tags"], **quiet)
    chosen["method"].change(
        lambda method: gr.update(visible=method == TAGS),
        chosen["method"],
        chosen["tags"],
        **quiet,
    )
    search.failure(None, js="() => window.mrcmv.busy()", api_visibility="private")
    stage.stop(None, cancels=[search], api_visibility="private")
    matches.mix(on_mix, [session, *levels], mixed, **heavy)
    matches.listen(on_listen, [session], heard, **quiet)
    question.vote(on_vote, [session, voter], [voter, question], **quiet)
    find.click(None, js="() => window.mrcmv.findAgain()", api_visibility="private")
    for control in levels:
        control.input(None, js="() => window.mrcmv.remix()", api_visibility="private")
    return session


def _asked(event: Any) -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _stage_words(services: Services, place: Place) -> dict[str, Any]:
    settings = services.settings
    formats = text.DROP["formats"].format(
        minutes=round(settings.max_duration_s / 60), megabytes=settings.max_upload_mb
    )
    return {
        "words": {**text.DROP, "formats": formats, "tagline": text.TAGLINE},
        "player": text.PLAYER,
        "max_mb": settings.max_upload_mb,
        "samples": [
            {
                "name": sample_name(path),
                "file": path.name,
                "path": str(path),
                "poster_s": POSTER_S,
            }
            for path in place.samples
        ],
    }


def _controls(services: Services) -> tuple[list[Any], list[Any], Any, Any]:
    """The mix controls in the order of `Levels`, the find controls in that of `Choices`.

    Then the button Find music and the options that are closed at first.
    """
    import gradio as gr

    words, usual = text.CONTROLS, Levels()
    with gr.Column(elem_id="controls"):
        part("sheet", words=words)
        with gr.Row(elem_classes="control-row"):
            level = gr.Slider(*LEVEL_LU, usual.music_lu, step=0.5, label=words["music_lu"])
            duck = gr.Slider(*DUCK_DB, usual.duck_db, step=0.5, label=words["duck_db"])
        target = gr.Dropdown(list(text.TARGETS), value=usual.target, label=words["target"])
        with gr.Accordion(words["more"], open=False, elem_id="more") as more:
            keep = gr.Radio(list(text.KEEPS), value=usual.keep, label=words["keep"])
            with gr.Row(elem_classes="control-row"):
                fade: dict[str, Any] = {"minimum": FADE_S[0], "maximum": FADE_S[1], "step": 0.1}
                fade_in = gr.Number(usual.fade_in_s, label=words["fade_in"], **fade)
                fade_out = gr.Number(usual.fade_out_s, label=words["fade_out"], **fade)
            choices = _find_controls(services)
        find = gr.Button(words["find"], elem_id="find")
    return [level, duck, target, keep, fade_in, fade_out], choices, find, more


def _find_controls(services: Services) -> list[Any]:
    import gradio as gr

    words = text.CONTROLS
    methods = [(method_label(method), method.name) for method in services.known_methods]
    if len(several := compared(services)) > 1:
        methods.append((text.BLIND.format(n=len(several)), BLIND))
    backends = [(backend_label(info), info.name) for info in services.known_backends]
    return [
        gr.Radio(methods, value=services.default_method, label=words["method"], elem_id="method"),
        gr.Dropdown(
            tags_in_use(services),
            value=[],
            multiselect=True,
            label=words["tags"],
            visible=services.default_method == TAGS,
            elem_id="tags",
        ),
        gr.Number(
            0,
            label=words["offset"],
            minimum=0,
            maximum=services.settings.max_duration_s,
            step=1,
        ),
        gr.Radio(
            backends,
            value=services.settings.separation,
            label=words["backend"],
            elem_id="backend",
        ),
        gr.File(label=words["voice_file"], file_types=["audio", "video"], elem_id="voice-file"),
    ]


def tags_in_use(services: Services) -> list[str]:
    """The catalog's tags, for a choice; none when it can't be read, which the find then tells."""
    try:
        return sorted({tag for track in services.catalog.tracks for tag in track.tags})
    except CatalogError:
        return []


def method_label(method: Method) -> str:
    """A method in a list: its name, and what it goes by."""
    shown, summary = text.METHOD_NAMES.get(method.name, method.name), method.summary
    return f"{shown}: {summary[:1].lower()}{summary[1:]}"


def backend_label(info: BackendInfo) -> str:
    """A separation backend in a list: its name, what it is good for and its licence, or how to get
    it.

    Only the first sentence of the latter: the rest may name folders of the server.
    """
    shown = text.BACKEND_NAMES.get(info.name, info.name)
    if info.missing is None:
        return f"{shown}: {info.summary}" + (f" ({info.licence})" if info.licence else "")
    return text.NOT_INSTALLED.format(name=shown, how=info.missing.split(". ")[0].replace("`", ""))
