"""The rater's page and its endpoints: all that a rater's browser ever gets.

    GET  /study?s=STUDY            the page
    GET  /study/assets/NAME        its script, looks and words
    GET  /study/media/STUDY/NAME   a stimulus or a picture, in ranges
    GET  /study/api/describe?s=…   what raters may know of the study
    POST /study/api/…              begin, resume, sound-check, trial, watch, vote, correct, answer,
                                   withdraw: JSON; all but `begin` with `Authorization: Bearer CODE`

No rule is here: the store has them, and answers the page and hand-made requests alike. What is
sent is picked field by field, so that nothing of methods, clips or other raters slips out.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from mrcmv.study.ballots import allowed_answers
from mrcmv.study.bundle import PICTURE, SOUND, Bundle
from mrcmv.study.design import Study, said
from mrcmv.study.parts import MeanOpinion
from mrcmv.study.reading import consent_hash
from mrcmv.study.store import Arrival, Receipt, Session, Slot, Trial
from mrcmv.web import files
from mrcmv.web.asking import (
    Answers,
    Begin,
    Body,
    Heard,
    Nothing,
    Unreadable,
    Vote,
    Watching,
    address_of,
    answered,
    code_of,
    read,
    told,
)
from mrcmv.web.desk import Desk

PARAMETERS = (
    "PROLIFIC_PID",
    "STUDY_ID",
    "SESSION_ID",
    "workerId",
    "assignmentId",
    "hitId",
)
"""What platforms put into a rater's link; nothing else of it is kept."""
PERSONS = ("PROLIFIC_PID", "workerId")
LONGEST_PARAMETER = 200
UNKNOWN = "There is no such study here. Check the link."
B = TypeVar("B", bound=Body)
Do = Callable[[str, B], dict[str, Any]]


def routes(desk: Desk, *, behind_proxy: bool = False) -> APIRouter:
    """The rater's routes. `behind_proxy`: the address of a rater is in X-Forwarded-For."""
    router = APIRouter()
    _add_files(router, desk)
    _add_arriving(router, desk, behind_proxy=behind_proxy)
    _add_session(router, desk)
    return router


def described(study: Study, *, is_over: bool) -> dict[str, Any]:
    """All that a browser may know of a study before and during a session."""
    question = study.question
    return {
        "study": study.id,
        "languages": list(study.languages),
        "is_over": is_over,
        "consent": consent_hash(study),
        "gate": study.gate.share,
        "question": {
            "kind": question.kind,
            "answers": list(allowed_answers(question)),
            "free_text": question.free_text,
        },
        "texts": {language: _texts(study, language) for language in study.languages},
    }


def _texts(study: Study, language: str) -> dict[str, Any]:
    """The study's own words in a language."""
    question, ends = study.question, study.ends
    labels = question.labels if isinstance(question, MeanOpinion) else ()
    return {
        "title": said(study.title, language),
        "introduction": said(study.introduction, language),
        "consent": said(study.consent.text, language),
        "question": said(question.text, language),
        "labels": [said(label, language) for label in labels],
        "questions": [
            {
                "id": one.id,
                "kind": one.kind,
                "required": one.required,
                "text": said(one.text, language),
                "choices": [said(choice, language) for choice in one.choices],
            }
            for one in study.questions
        ],
        "ends": {name: said(getattr(ends, name), language) for name in type(ends).model_fields},
    }


def _add_files(router: APIRouter, desk: Desk) -> None:
    page = files.read_page()
    served = {study: bundle.files for study, bundle in desk.bundles.items()}

    async def show(request: Request) -> Response:
        bundle = _asked_for(desk, request)
        if bundle is None:
            wanted = request.headers.get("accept-language", "")
            return page.sorry(wanted, "no_study", "no_study_why", 404)
        language = request.query_params.get("lang", "")
        study = bundle.study
        language = language if language in study.languages else study.languages[0]
        return page.shown(study.id, said(study.title, language), language)

    async def tidy(request: Request) -> Response:
        return RedirectResponse(f"../study?{request.url.query}", 308)

    async def asset(request: Request) -> Response:
        return files.asset(page, request)

    async def media(request: Request) -> Response:
        names = request.path_params
        return files.media(served.get(names["study"], {}), names["name"])

    router.add_route("/study", show, ["GET"])
    router.add_route("/study/", tidy, ["GET"])
    router.add_route("/study/assets/{name}", asset, ["GET"])
    router.add_route("/study/media/{study}/{name}", media, ["GET"])


def _add_arriving(router: APIRouter, desk: Desk, *, behind_proxy: bool) -> None:
    @answered
    async def describe(request: Request) -> Response:
        bundle = _asked_for(desk, request)
        if bundle is None:
            raise Unreadable(404, "no-study", UNKNOWN)
        status = await run_in_threadpool(desk.store.status, bundle.study.id)
        return told(described(bundle.study, is_over=status.why_over is not None))

    @answered
    async def begin(request: Request) -> Response:
        body = await read(request, Begin)
        if body.study not in desk.bundles:
            raise Unreadable(404, "no-study", UNKNOWN)
        arrival = _arrival(request, body, behind_proxy=behind_proxy)
        session = await run_in_threadpool(desk.store.begin, body.study, arrival)
        return told({"session": _session(session)})

    router.add_route("/study/api/describe", describe, ["GET"])
    router.add_route("/study/api/begin", begin, ["POST"])


def _add_session(router: APIRouter, desk: Desk) -> None:
    """The endpoints that carry a receipt code."""
    store = desk.store

    def resume(code: str, _: Nothing) -> dict[str, Any]:
        return {"session": _session(store.resume(code))}

    def check_sound(code: str, body: Heard) -> dict[str, Any]:
        session, was_right = store.check_sound(code, body.n_heard)
        return {"session": _session(session), "was_right": was_right}

    def trial(code: str, _: Nothing) -> dict[str, Any]:
        found = store.trial(code)
        session = store.resume(code)
        shown = None if found is None else _trial(session.study, found)
        return {"trial": shown, "session": _session(session)}

    def watch(code: str, body: Watching) -> dict[str, Any]:
        return asdict(store.watch(code, body.token, [one.event for one in body.events]))

    def vote(code: str, body: Vote) -> dict[str, Any]:
        return {"receipt": _receipt(store.vote(code, body.ballot))}

    def correct(code: str, body: Vote) -> dict[str, Any]:
        return {"receipt": _receipt(store.correct(code, body.ballot))}

    def answer(code: str, body: Answers) -> dict[str, Any]:
        return {"session": _session(store.answer(code, body.answers))}

    def withdraw(code: str, _: Nothing) -> dict[str, Any]:
        store.withdraw(code)
        return {"is_withdrawn": True}

    _post(router, "resume", Nothing, resume)
    _post(router, "sound-check", Heard, check_sound)
    _post(router, "trial", Nothing, trial)
    _post(router, "watch", Watching, watch)
    _post(router, "vote", Vote, vote)
    _post(router, "correct", Vote, correct)
    _post(router, "answer", Answers, answer)
    _post(router, "withdraw", Nothing, withdraw)


def _post(router: APIRouter, name: str, shape: type[B], do: Do[B]) -> None:
    """An endpoint that does something with a session; the store's work waits in a thread."""

    @answered
    async def endpoint(request: Request) -> Response:
        code = code_of(request)
        body = await read(request, shape)
        return told(await run_in_threadpool(do, code, body))

    router.add_route(f"/study/api/{name}", endpoint, ["POST"])


def _asked_for(desk: Desk, request: Request) -> Bundle | None:
    """The bundle that `s` names; the only one there is, where `s` is missing."""
    named = request.query_params.get("s")
    if named is None and len(desk.bundles) == 1:
        return next(iter(desk.bundles.values()))
    return desk.bundles.get(named or "")


def _arrival(request: Request, body: Begin, *, behind_proxy: bool) -> Arrival:
    kept = {name: body.parameters[name] for name in PARAMETERS if body.parameters.get(name)}
    if long := [name for name, value in kept.items() if len(value) > LONGEST_PARAMETER]:
        raise Unreadable(422, "malformed", f"The link's {long[0]} is too long to be one.")
    return Arrival(
        language=body.language,
        consent=body.consent,
        participant=next((kept[name] for name in PERSONS if name in kept), None),
        parameters=tuple(kept.items()),
        address=address_of(request, behind_proxy=behind_proxy),
        agent=request.headers.get("user-agent", ""),
        key=body.key,
    )


def _session(session: Session) -> dict[str, Any]:
    """A session without the rater's pseudonym."""
    fields = asdict(session)
    del fields["rater"]
    return fields


def _trial(study: str, trial: Trial) -> dict[str, Any]:
    return {**asdict(trial), "slots": [_slot(study, one) for one in trial.slots]}


def _slot(study: str, slot: Slot) -> dict[str, Any]:
    """A slot by its links, relative to the page."""
    link = f"study/media/{study}/"
    sound = link + slot.name + SOUND
    picture = link + slot.picture + PICTURE if slot.picture else sound
    return {"sound": sound, "picture": picture, "duration_s": slot.duration_s}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return asdict(receipt)
