"""Files for raters: the page, its scripts and looks, and media whose bytes are all that is said.

Scripts come as one file in which the app's name is another word: it is the name of a method too,
and no byte that a rater gets may hold one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from fastapi import Request, Response
from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from mrcmv.settings import REPOSITORY

ASSETS = REPOSITORY / "assets"
SCRIPTS = (
    "soundtracks.js",
    "player.js",
    "study/talk.js",
    "study/reports.js",
    "study/parts.js",
    "study/task.js",
    "study/steps.js",
    "study/rater.js",
)
RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
)
NAME, OTHER_NAME = "mrcmv", "house"
MEDIA_TYPES = {".m4a": "audio/mp4", ".mp4": "video/mp4"}
FOR_EVER = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # No frame-ancestors: Spaces and MTurk show the page in a frame.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'",
}


@dataclass(frozen=True)
class Page:
    """The page and what belongs to it, read once. `assets`: name → (content, media type)."""

    template: Template
    gone: Template
    words: Mapping[str, Mapping[str, str]]
    assets: Mapping[str, tuple[bytes, str]]
    version: str

    def shown(self, study: str, title: str, language: str) -> Response:
        """The rater's page of a study."""
        fields = {"study": study, "title": title, "words": self.said(language, "no_script")}
        return self._filled(self.template, fields, language, 200)

    def sorry(self, languages: str, title: str, text: str, status: int) -> Response:
        """A page that says why there is no study; `title`, `text`: keys of the words."""
        wanted = (part.partition(";")[0].strip() for part in languages.split(","))
        mine = next((one.partition("-")[0] for one in wanted if one.partition("-")[0]), "en")
        language = mine if mine in self.words else "en"
        fields = {"title": self.said(language, title), "text": self.said(language, text)}
        return self._filled(self.gone, fields, language, status)

    def said(self, language: str, key: str) -> str:
        """The page's own words; English where the language has none."""
        return self.words.get(language.partition("-")[0], self.words["en"])[key]

    def _filled(
        self, template: Template, fields: Mapping[str, str], language: str, status: int
    ) -> Response:
        told = {**fields, "lang": language, "dir": direction(language), "version": self.version}
        text = template.substitute({name: escape(value) for name, value in told.items()})
        return Response(text, status, PAGE_HEADERS, "text/html")


class Media(FileResponse):
    """A file in ranges, without a date or a tag that could tell stimuli apart."""

    def set_stat_headers(self, stat_result: object) -> None:
        self.headers.setdefault("content-length", str(getattr(stat_result, "st_size", 0)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # What never changes needs no `If-Range`.
        kept = [pair for pair in scope["headers"] if pair[0] != b"if-range"]
        await super().__call__({**scope, "headers": kept}, receive, send)


def read_page() -> Page:
    """Read the page from the assets."""
    folder = ASSETS / "study"
    script = "\n".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    words = (folder / "words.json").read_bytes()
    assets = {
        "rater.js": (script.replace(NAME, OTHER_NAME).encode(), "text/javascript"),
        "rater.css": ((folder / "rater.css").read_bytes(), "text/css"),
        "words.json": (words, "application/json"),
    }
    every = hashlib.sha256(b"".join(content for content, _ in assets.values()))
    return Page(
        template=Template((folder / "page.html").read_text("utf-8")),
        gone=Template((folder / "gone.html").read_text("utf-8")),
        words=json.loads(words),
        assets=assets,
        version=every.hexdigest()[:12],
    )


def direction(language: str) -> str:
    """The direction in which a language is written, as HTML says it."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def asset(page: Page, request: Request) -> Response:
    """A script, a style sheet or the words."""
    found = page.assets.get(request.path_params["name"])
    if found is None:
        return Response("There is no such file.", 404, PAGE_HEADERS, "text/plain")
    return Response(found[0], 200, FOR_EVER, found[1])


def media(files: Mapping[str, Path], name: str) -> Response:
    """A stimulus or a picture; 404 for every other name."""
    file = files.get(name)
    if file is None or not file.is_file():
        return Response("There is no such file.", 404, PAGE_HEADERS, "text/plain")
    return Media(file, headers=FOR_EVER, media_type=MEDIA_TYPES[file.suffix])
