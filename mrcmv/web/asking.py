"""What a rater's browser may send, and how what goes wrong is answered: always in a sentence.

Bodies are JSON, small, and of one known shape each. A rule that is not met answers 4xx with a
reason code; a store that fails answers 503, so that the page knows to try again.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import ClientDisconnect

from mrcmv.errors import StudyError, VoteRefused
from mrcmv.study.ballots import Ballot
from mrcmv.study.refusals import refuse
from mrcmv.study.watching import Event

LONGEST_BODY = 256 * 1024
"""Bytes: twenty long answers in any alphabet, and nothing that fills a server."""
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
STATUS = {
    "unknown-code": 401,
    "forged": 403,
    "no-consent": 403,
    "bad-key": 422,
    "bad-answer": 422,
    "bad-event": 422,
    "too-long": 422,
    "unanswered": 422,
    "no-such-language": 422,
}
"""Reason → HTTP status; any other reason is a conflict with where the study is (409)."""

Endpoint = Callable[[Request], Awaitable[Response]]
T = TypeVar("T", bound=BaseModel)


class Unreadable(Exception):
    """A request that cannot be read: its status, a reason code, a sentence."""

    def __init__(self, status: int, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.reason = status, reason


class Body(BaseModel):
    """The base: exact types, and a field that is not known is an error."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Nothing(Body):
    """An empty object."""


class Begin(Body):
    """Consent given: `consent` is the hash of what was read. `key`: see `views.Arrival`."""

    study: str
    language: str
    consent: str
    parameters: dict[str, str] = {}
    key: str = ""


class Heard(Body):
    """How many tones were heard."""

    n_heard: int


class Played(Body):
    """What the player did: see `watching.Event`."""

    kind: str
    slot: int
    position_s: float

    @property
    def event(self) -> Event:
        return Event(self.kind, self.slot, self.position_s)  # type: ignore[arg-type]


class Watching(Body):
    """The player's reports, in order."""

    token: str
    events: list[Played]


class Vote(Body):
    """A vote or a correction: see `ballots.Ballot`."""

    token: str
    key: str
    slot: int | None = None
    answer: str | None = None
    ratings: list[int] | None = None
    comment: str = ""

    @property
    def ballot(self) -> Ballot:
        fields = self.model_dump()
        ratings = fields.pop("ratings")
        return Ballot(ratings=None if ratings is None else tuple(ratings), **fields)


class Answers(Body):
    """Answers to the questions after the trials, by the question's id."""

    answers: dict[str, Any]


def address_of(request: Request, *, behind_proxy: bool) -> str:
    """Where a request comes from: of a proxy's list the last one, which it has added itself."""
    forwarded = request.headers.get("x-forwarded-for", "") if behind_proxy else ""
    own = request.client.host if request.client else ""
    return forwarded.rpartition(",")[2].strip() or own


async def read(request: Request, shape: type[T]) -> T:
    """The request's body.

    Raises:
        Unreadable: it is no JSON of that shape, or too large.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Unreadable(415, "not-json", "Send JSON, as content type application/json.")
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > LONGEST_BODY:
            raise Unreadable(413, "too-large", "This is too large: 256 KB at most.")
    try:
        return shape.model_validate_json(bytes(data))
    except ValidationError as error:
        raise Unreadable(422, "malformed", _sentence(error)) from None


def code_of(request: Request) -> str:
    """The receipt code, from `Authorization: Bearer …`. VoteRefused (`unknown-code`) without."""
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not code.strip():
        raise refuse("unknown-code")
    return code.strip()


def told(content: object, status: int = 200) -> Response:
    """Content as JSON that nobody keeps."""
    return JSONResponse(content, status, headers=HEADERS)


def answered(endpoint: Endpoint) -> Endpoint:
    """The endpoint, with its errors as answers."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except VoteRefused as refusal:
            return _refusal(STATUS.get(refusal.reason, 409), refusal.reason, str(refusal))
        except Unreadable as unread:
            return _refusal(unread.status, unread.reason, str(unread))
        except StudyError as error:
            return _refusal(503, "out-of-order", str(error))
        except ClientDisconnect:
            return _refusal(400, "gone", "The request ended before it was whole.")

    return answer


def _refusal(status: int, reason: str, sentence: str) -> Response:
    return told({"reason": reason, "message": sentence}, status)


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong with a body, in a sentence without its content."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    where = f"{field}: " if field else ""
    return f"This request cannot be read ({where}{first['msg']})."
