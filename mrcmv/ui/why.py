"""The tab Why: what tipped the chosen match, where the network looked, the map of the catalog."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, get_args

from mrcmv import explaining, methods
from mrcmv.catalog import unsung_by
from mrcmv.errors import MediaError, MixError, MrcmvError
from mrcmv.explain import MusicMap, captions
from mrcmv.explain.chart_of_plane import By
from mrcmv.explain.explanation import MAPS
from mrcmv.explain.looks import Theme
from mrcmv.explain.plots import library
from mrcmv.explaining import Explained
from mrcmv.services import Services
from mrcmv.types import Span
from mrcmv.ui import cards, text, why_save
from mrcmv.ui.audition_find import N_MATCHES, Session
from mrcmv.ui.audition_mix import catalog_track
from mrcmv.ui.blind import BLIND
from mrcmv.ui.parts import part, sent
from mrcmv.ui.uploads import choice
from mrcmv.ui.why_figures import MAP, Figure, figures, for_page, music

log = logging.getLogger(__name__)

Asked = dict[str, Any]
"""What a page asks for, nothing of it trusted: `what`, its number `n`, `theme`, the colours `by`,
the `head` of the maps, and the track that is `chosen`."""
Update = dict[str, Any]
"""The parts of the page that change, by name: session, why."""
COLOURS: tuple[By, ...] = get_args(By)


def answers(services: Services, session: Session, asked: Any) -> Iterator[Update]:
    """The replies to one question. The inside of a track `follows` the rest, which is drawn while
    that is computed."""
    update = answer(services, session, asked)
    yield update
    if track_id := update["why"].get("follows"):
        more = {**asked, "what": "inside", "chosen": track_id}
        yield answer(services, update.get("session", session), more)


def answer(services: Services, session: Session, asked: Any) -> Update:
    """The reply to one question of the page; whatever is wrong is said in words."""
    asked = asked if isinstance(asked, dict) else {}
    reply = {"n": asked.get("n"), "run": session.run}
    if session.options.method == BLIND:
        return {"why": {**reply, "error": text.WHY_BLIND}}
    try:
        work = QUESTIONS[choice(asked.get("what"), "what", QUESTIONS)]
        update = work(services, session, asked)
        return {**update, "why": {**reply, **update["why"]}}
    except MrcmvError as error:
        return {"why": {**reply, "error": str(error)}}
    except Exception:  # the page must say something, and the log says what
        log.exception("an explanation failed")
        return {"why": {**reply, "error": text.UNEXPECTED}}


def everything(services: Services, session: Session, asked: Asked) -> Update:
    """All figures of the matches, but for the inside of the tracks."""
    return {"why": shown(explained(services, session), asked)}


def inside(services: Services, session: Session, asked: Asked) -> Update:
    """Who looks at whom inside the chosen track."""
    track_id = chosen(session, asked)
    found = inside_of(services, session, track_id)
    own = [] if found is None else [music(found, track_id, theme_of(asked))]
    return {"why": for_page(own, head_of(asked))}


def maps(services: Services, session: Session, asked: Asked) -> Update:
    """The maps of the clip, of the head asked for."""
    own = [one for one in drawn(explained(services, session), asked) if one.name in MAPS]
    return {"why": for_page(own, head_of(asked))}


def coloured(services: Services, session: Session, asked: Asked) -> Update:
    """The map in other colours."""
    own = [one for one in drawn(explained(services, session), asked) if one.name == MAP]
    return {"why": for_page(own, head_of(asked))}


def pick(services: Services, session: Session, asked: Asked) -> Update:
    """A track chosen on the map becomes a match beside the first ones, in the place of the one
    that was picked before it."""
    track_id = asked.get("track_id")
    starts = session.starts[:N_MATCHES]
    if not isinstance(track_id, str) or not starts or track_id in dict(starts):
        raise MixError(text.NOT_A_MATCH)
    told = services.explain(clip_of(session), session.options, [*dict(starts), track_id])
    match = told.matches[-1]
    picked = replace(session, starts=(*starts, (track_id, match.window.start_s)))
    check_same(told, picked)
    shows = shown(told, {**asked, "chosen": track_id})
    return {"session": picked, "why": {**shows, "card": cards.card(match)}}


def save(services: Services, session: Session, asked: Asked) -> Update:
    """A figure as a page of its own, or all numbers: a file to download."""
    kind = choice(asked.get("kind"), "kind", why_save.KINDS)
    track_id = chosen(session, asked)
    told = explained(services, session)
    if told.explanation is not None and (found := inside_of(services, session, track_id)):
        at = [match.track.track_id for match in told.matches].index(track_id)
        told = replace(told, explanation=told.explanation.with_music(at, found))
    own = [one for one in drawn(told, asked) if one.track in (None, track_id)]
    saved = why_save.save(
        services, clip_of(session), told, kind, own, str(asked.get("name")), theme_of(asked)
    )
    return {"why": {"file": str(saved)}}


QUESTIONS: dict[str, Callable[[Services, Session, Asked], Update]] = {
    "everything": everything,
    "inside": inside,
    "maps": maps,
    "map": coloured,
    "pick": pick,
    "save": save,
}


def explained(services: Services, session: Session) -> Explained:
    """Why the session's matches were found.

    Raises:
        MixError: the session has no matches.
        MediaError: the clip is gone.
        MrcmvError: the catalog is another by now.
    """
    if not session.starts:
        raise MixError(text.NOT_A_MATCH)
    tracks = list(dict(session.starts))
    told = services.explain(clip_of(session), session.options, tracks)
    check_same(told, session)
    return told


def check_same(told: Explained, session: Session) -> None:
    """Refuse to explain other matches than those that are shown. Raises MrcmvError."""
    now = tuple((match.track.track_id, match.window.start_s) for match in told.matches)
    ranks = [match.rank for match in told.matches[:N_MATCHES]]
    if now != session.starts or ranks != list(range(1, len(ranks) + 1)):
        raise MrcmvError(explaining.STALE)


def clip_of(session: Session) -> Any:
    """The session's clip. Raises MediaError when it is gone."""
    if session.clip is None or not session.clip.path.is_file():
        raise MediaError(text.GONE)
    return session.clip


def chosen(session: Session, asked: Asked) -> str:
    """The track that is chosen on the page, one of the session's. Raises MixError if it is not."""
    track_id = asked.get("chosen")
    if not isinstance(track_id, str) or track_id not in dict(session.starts):
        raise MixError(text.NOT_A_MATCH)
    return track_id


def inside_of(services: Services, session: Session, track_id: str) -> MusicMap | None:
    """Who looks at whom inside a track of the session, in the window that matched."""
    method = methods.get(session.options.method or services.default_method, services.settings)
    track, start_s = catalog_track(services, track_id), dict(session.starts)[track_id]
    own = (one for one in services.catalog.windows if one.track_id == track_id)
    window = next((one for one in own if one.start_s == start_s), None)
    if window is None:
        raise MrcmvError(explaining.STALE)
    return explaining.music(method, track, Span(start_s, start_s + window.duration_s))


def theme_of(asked: Asked) -> Theme:
    return "light" if asked.get("theme") == "light" else "dark"


def head_of(asked: Asked) -> int:
    """The head of the maps that is asked for, from 1; 0: their mean."""
    head = asked.get("head")
    return head if isinstance(head, int) and head > 0 else 0


def drawn(told: Explained, asked: Asked) -> list[Figure]:
    """The figures in the theme and the colours that the page asks for."""
    by: By = next((one for one in COLOURS if one == asked.get("by")), COLOURS[0])
    return list(figures(told, theme_of(asked), by))


def shown(told: Explained, asked: Asked) -> dict[str, Any]:
    """An explanation as the page takes it."""
    own = told.explanation
    name = text.METHOD_NAMES.get(told.method, told.method)
    tracks = [match.track.track_id for match in told.matches]
    first = asked.get("chosen") if asked.get("chosen") in tracks else tracks[0]
    return {
        "theme": theme_of(asked),
        "method": name,
        "line": None if own is None else {"start": own.line.start_s, "length": own.line.length_s},
        "notes": [text.WHY_PLAIN.format(method=name)] if own is None else list(captions.notes(own)),
        "matches": [
            {
                "rank": match.rank,
                "track_id": match.track.track_id,
                "title": match.track.title or match.track.file.stem,
                "said": "" if own is None else captions.tipped(own, at),
                "verdict": "" if own is None else captions.verdict(own, at),
                "note": text.WHY_SONG if own is not None and unsung_by(match.track) else "",
            }
            for at, match in enumerate(told.matches)
        ],
        "head": head_of(asked),
        "follows": None if own is None else first,
        **for_page(drawn(told, asked), head_of(asked)),
    }


def build(services: Services, session: Any) -> None:
    """Lay out the tab and wire it to the page's session. Call it inside a `gr.Blocks`."""
    import gradio as gr

    words = {**text.WHY, "sections": text.WHY_SECTIONS, "colours": text.WHY_COLOURS}
    why = part("why", ("ask",), words=words, library=str(library()))
    names = {"session": session, "why": why}

    def on_ask(state: Session, event: gr.EventData) -> Iterator[dict[Any, Any]]:
        for update in answers(services, state, event._data):
            yield sent({names[name]: value for name, value in update.items()})

    asked = why.ask(
        on_ask,
        [session],
        list(names.values()),
        show_progress="hidden",
        api_visibility="private",
        trigger_mode="multiple",
        concurrency_limit=2,
    )
    asked.failure(None, js="() => window.mrcmv.whyFailed()", api_visibility="private")
