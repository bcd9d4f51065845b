"""The blind audit: everything that a rater's browser gets, searched for what it must not learn.

A needle is looked for in any case, in UTF-8 and UTF-16, percent-encoded, in hex and in base64. The
methods that the app knows by ordinary words (`tags`, `random`) are looked for as whole words.
"""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page, Request, Response


class Recorder:
    """Records every byte that a browser's pages get, from the moment it is made."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._responses: list[Response] = []
        self._requests: list[Request] = []
        self._said: list[str] = []
        context.on("response", lambda response: self._responses.append(response))
        context.on("request", lambda request: self._requests.append(request))
        context.on("console", lambda message: self._said.append(message.text))

    def keep(self, page: Page) -> None:
        """Keep the page as it stands now, and what it has stored."""
        self._said += [page.content(), page.title(), page.url]
        self._said.append(page.evaluate("JSON.stringify([localStorage, sessionStorage])"))
        self._said.append(page.evaluate("document.body.innerText"))

    def everything(self) -> dict[str, bytes]:
        """What was received, by where it was found. Media are fetched once more, whole."""
        found = {f"page {number}": text.encode() for number, text in enumerate(self._said)}
        for number, request in enumerate(self._requests):
            found[f"request {number}"] = request.url.encode()
        for number, response in enumerate(self._responses):
            headers = "\n".join(
                f"{one['name']}: {one['value']}" for one in response.headers_array()
            )
            found[f"headers {number} of {response.url}"] = headers.encode()
            if "/media/" not in response.url and response.status not in (204, 301, 308):
                found[f"body {number} of {response.url}"] = response.body()
        for url in {one.url for one in self._responses if "/media/" in one.url}:
            found[f"body of {url}"] = self._context.request.get(url).body()
        return found

    @property
    def media(self) -> set[str]:
        return {one.url for one in self._responses if "/media/" in one.url}


def traces(found: dict[str, bytes], needles: Iterable[str], words: Iterable[str]) -> list[str]:
    """Every place where a needle stands, or one of the whole words."""
    patterns = {needle: _pattern(needle) for needle in needles}
    patterns |= {word: re.compile(rb"\b" + word.encode() + rb"\b", re.IGNORECASE) for word in words}
    return [
        f"{name} in {place}"
        for place, content in found.items()
        for name, pattern in patterns.items()
        if pattern.search(content)
    ]


def _pattern(needle: str) -> "re.Pattern[bytes]":
    """The needle in any disguise."""
    raw = needle.encode()
    plain = [raw, needle.encode("utf-16-le"), needle.encode("utf-16-be"), quote(needle).encode()]
    plain.append(raw.hex().encode())
    for lead in range(3):
        # Of three alignments, what does not depend on the bytes around it.
        coded = base64.b64encode(b"\0" * lead + raw).rstrip(b"=")
        plain.append(coded[(0, 2, 3)[lead] : -1])
    return re.compile(b"|".join(re.escape(one) for one in plain if len(one) > 3), re.IGNORECASE)
