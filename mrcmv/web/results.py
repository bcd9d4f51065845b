"""The results page: how full a study is, what it says, whom to look at; behind the admin's token.

Counts are always shown. Shares, intervals and tests wait for the stop rule, or for being asked for
early: whoever looks at them and stops when he likes them finds what is not there, and the page
says so. Nothing here is reachable from the rater's page.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.responses import FileResponse

from mrcmv.errors import StudyError
from mrcmv.settings import REPOSITORY
from mrcmv.study.report import Report, write_report
from mrcmv.study.report.layout import grids
from mrcmv.study.results import check_over, report_now
from mrcmv.study.rows import Row
from mrcmv.study.statistics.flags import flags
from mrcmv.study.store import Status
from mrcmv.web import asking
from mrcmv.web.desk import Desk
from mrcmv.web.guard import Guard, TooManyGuesses

ASSETS = REPOSITORY / "assets" / "study"
PAGE_FILES = {"": "results.html", "results.js": "results.js", "results.css": "results.css"}
HEADERS = {
    **asking.HEADERS,
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'; base-uri 'none'",
}
NO_TOKEN = (
    "There is no results page here: set MRCMV_ADMIN_TOKEN, to 16 letters or more that nobody "
    "guesses, and start again."
)
LONGEST_REASON = 500
Told = TypeVar("Told")


def routes(desk: Desk, guard: Guard | None = None, *, behind_proxy: bool = False) -> APIRouter:
    """The page at /study/results and its endpoints. `behind_proxy`: see `asking.address_of`."""
    guard = guard or Guard(desk.admin_token)
    router = APIRouter(prefix="/study/results", include_in_schema=False)
    inside = APIRouter(prefix="/api", dependencies=[Depends(_door(guard, behind_proxy))])
    _page(router, guard)
    _reading(inside, desk)
    _judging(inside, desk)
    _taking(inside, desk)
    router.include_router(inside)
    return router


def raters_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each rater's votes in numbers, with what is suspect about them; suspects first."""
    signs: dict[str, list[str]] = {}
    for flag in flags(rows):
        signs.setdefault(flag.rater, []).append(f"{flag.sign}: {flag.words}")
    by_rater: dict[str, list[Row]] = {}
    for row in rows:
        if row.kind != "training":
            by_rater.setdefault(row.rater, []).append(row)
    told = [
        {
            "rater": rater,
            "n_trials": len({row.trial for row in own}),
            "decision_s": round(median(row.decision_s for row in own), 1),
            "n_catches": sum(row.kind == "catch" for row in own),
            "n_failed": sum(row.catch_passed is False for row in own),
            "flags": signs.get(rater, []),
            "excluded": own[-1].excluded,
        }
        for rater, own in by_rater.items()
    ]
    return sorted(told, key=lambda one: (not one["flags"], one["rater"]))


def _door(guard: Guard, behind_proxy: bool) -> Callable[..., None]:
    def check(request: Request, response: Response, authorization: str = Header("")) -> None:
        response.headers.update(HEADERS)
        if not guard.is_open:
            raise HTTPException(404, NO_TOKEN)
        address = asking.address_of(request, behind_proxy=behind_proxy)
        try:
            right = guard.lets_in(authorization.removeprefix("Bearer "), address)
        except TooManyGuesses as error:
            wait = {"Retry-After": f"{error.wait_s:.0f}"}
            raise HTTPException(429, str(error), headers=wait) from None
        if not right:
            raise HTTPException(401, "This is not the admin's token.")

    return check


def _page(router: APIRouter, guard: Guard) -> None:
    def served(name: str) -> Response:
        if not guard.is_open:
            return Response(NO_TOKEN, 404, HEADERS, "text/plain")
        return FileResponse(ASSETS / name, headers=HEADERS)

    for path, name in PAGE_FILES.items():
        router.add_api_route(f"/{path}".rstrip("/"), _serving(served, name), methods=["GET"])


def _serving(served: Callable[[str], Response], name: str) -> Callable[[], Response]:
    return lambda: served(name)


def _reading(router: APIRouter, desk: Desk) -> None:
    reports: dict[tuple[str, str], Report] = {}

    @router.get("/studies")
    def studies() -> list[dict[str, Any]]:
        names = _or_404(desk.store.studies, code=503)
        every = _or_404(lambda: [desk.store.status(name) for name in names], code=503)
        return [_counts(one) for one in every]

    @router.get("/shipping")
    def shipping() -> dict[str, Any] | None:
        own = desk.shipping
        return asdict(_or_404(own.status, code=503)) if own else None

    @router.get("/status")
    def status(s: str) -> dict[str, Any]:
        told = _or_404(lambda: desk.store.status(s))
        rows = desk.store.rows(s)
        seen = _counts(told) | {"cells": [asdict(cell) for cell in told.cells]}
        return seen | {"people": raters_of(rows)}

    @router.get("/tables")
    def tables(s: str, early: bool = False) -> dict[str, Any]:
        report = _report(desk, s, early, reports)
        return {
            "warnings": report.warnings,
            "tables": [asdict(grid) for grid in grids(report) if grid.name != "flags"],
        }


def _judging(router: APIRouter, desk: Desk) -> None:
    @router.post("/judge")
    def judge(asked: dict[str, Any]) -> dict[str, Any]:
        names = ("study", "rater", "reason")
        study, rater, reason = (str(asked.get(name, "")).strip() for name in names)
        if len(reason) > LONGEST_REASON:
            raise HTTPException(400, f"A reason has {LONGEST_REASON} letters at most.")
        act = desk.store.exclude if asked.get("excluded") is True else desk.store.include
        _or_404(lambda: act(study, rater, reason), code=400)
        return {"people": raters_of(desk.store.rows(study))}

    @router.get("/verify")
    def verify(s: str) -> dict[str, Any]:
        return asdict(_or_404(lambda: desk.store.verify(s)))


def _taking(router: APIRouter, desk: Desk) -> None:
    @router.get("/export.zip")
    def export(s: str, early: bool = False) -> Response:
        status = _or_404(lambda: desk.store.status(s))
        _or_404(lambda: check_over(status, early=early), code=409)
        return _zipped(f"{s}-votes", lambda folder: desk.store.export(s, folder, _formats()))

    @router.get("/report.zip")
    def report(s: str, early: bool = False) -> Response:
        made = _report(desk, s, early, {})
        return _zipped(f"{s}-report", lambda folder: write_report(made, folder))


def _report(desk: Desk, study: str, early: bool, known: dict[tuple[str, str], Report]) -> Report:
    """The report of a study as it is now; kept until another vote, correction or judgement."""
    status = _or_404(lambda: desk.store.status(study))
    _or_404(lambda: check_over(status, early=early), code=409)
    # A study may also end by the clock, without another row in its chain.
    now = f"{desk.store.verify(study).head}|{status.results_are_open}"
    if (study, now) not in known:
        made = _or_404(lambda: report_now(desk.store, study, early=early), code=409)
        known.clear()
        known[study, now] = made
    return known[study, now]


def _counts(status: Status) -> dict[str, Any]:
    fields = asdict(status)
    del fields["cells"]
    return fields | {
        "n_cells": len(status.cells),
        "n_full": status.n_full,
        "results_are_open": status.results_are_open,
    }


def _formats() -> tuple[str, ...]:
    """All formats that can be written here."""
    from importlib.util import find_spec

    return ("csv", "jsonl", "parquet") if find_spec("pyarrow") else ("csv", "jsonl")


def _zipped(name: str, write: Callable[[Path], Sequence[Path]]) -> Response:
    """What is written into a folder, as one file to download."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        files = _or_404(lambda: write(Path(folder)))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, f"{name}/{file.name}")
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(packed.getvalue(), headers=headers, media_type="application/zip")


def _or_404(ask: Callable[[], Told], code: int = 404) -> Told:
    """What is asked for; what the store refuses is told as that status."""
    try:
        return ask()
    except StudyError as error:
        raise HTTPException(code, str(error)) from None
