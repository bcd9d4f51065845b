"""Whose a file of a Debian package is and what may be done with it, from the package's copyright.

Most packages say it in a form that machines read (DEP-5: https://www.debian.org/doc/packaging-
manuals/copyright-format/1.0/): stanzas of globs, of which the last that matches a file counts.
The globs name the source's files. A package installs them elsewhere, so a glob also matches from
any later folder of its own on: `data/music/*` speaks of `usr/share/games/x/music/a.ogg`. What no
glob names has the licence of all (`*`). Of the other packages the licences that their text names
are listed, in its order.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

URLS = {
    "gpl-2": "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html",
    "gpl-3": "https://www.gnu.org/licenses/gpl-3.0.html",
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cc-by-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa-3.0": "https://creativecommons.org/licenses/by-sa/3.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "bsd-2-clause": "https://opensource.org/license/bsd-2-clause",
    "expat": "https://opensource.org/license/mit",
}
"""Texts of the licences that are met most, by the beginning of their short name in lower case."""

PHRASES = (
    (r"GNU (?:Library|Lesser) General\s+Public\s+License", "LGPL"),
    (r"GNU\s+General\s+Public\s+License\s+as\s+published\s+by\s+the\s+Free\s+Software\s+"
     r"Foundation[;,]\s+(?:either\s+)?version\s+2\s+of\s+the\s+License,\s+or", "GPL-2+"),
    (r"GNU\s+General\s+Public\s+License\s+as\s+published\s+by\s+the\s+Free\s+Software\s+"
     r"Foundation[;,]\s+version\s+2", "GPL-2"),
    (r"CREATIVE\s+COMMONS\s+PUBLIC\s+LICENSE", "Creative Commons"),
    (r"Redistribution and use in source and binary forms", "BSD"),
)  # fmt: skip
"""What a licence is known by in a text that is not DEP-5."""
MOST_AUTHORS = 3


@dataclass(frozen=True)
class Rights:
    """The short name of the licence, where its text is, and who holds the rights."""

    licence: str
    url: str
    holder: str


@dataclass(frozen=True)
class Stanza:
    """The rights on the files that some globs match."""

    globs: tuple[str, ...]
    licence: str
    holder: str


def rights(text: str, file: PurePosixPath, package: str) -> Rights:
    """The rights on an installed file, given the text of its package's copyright file."""
    stanza = last_match(stanzas(text), file)
    if stanza is None or not stanza.licence:
        found = ", ".join(named_licences(text))
        return Rights(f"{found} (see copyright of {package})".lstrip(), "", named_holder(text))
    return Rights(stanza.licence, url_of(stanza.licence), stanza.holder)


@lru_cache(maxsize=4)
def stanzas(text: str) -> tuple[Stanza, ...]:
    """The Files stanzas of a DEP-5 text; none of another text."""
    if not re.match(r"\s*Format(?:-Specification)?:", text):
        return ()
    found = []
    for block in re.split(r"\n\s*\n", text):
        fields = dict(_fields(block))
        if "files" in fields:
            globs = tuple(one.removeprefix("./") for one in fields["files"].split())
            licence = fields.get("license", "").split("\n")[0].strip()
            found.append(Stanza(globs, licence, _first_holder(fields.get("copyright", ""))))
    return tuple(found)


def last_match(given: Sequence[Stanza], file: PurePosixPath) -> Stanza | None:
    """The last stanza with a glob for a file; `*` only counts where nothing else does."""
    named = [
        one for one in given if any(glob != "*" and speaks_of(glob, file) for glob in one.globs)
    ]
    general = [one for one in given if "*" in one.globs]
    return next(iter([*named[::-1], *general[::-1]]), None)


def speaks_of(glob: str, file: PurePosixPath) -> bool:
    """Whether a glob on source files matches an installed file, from some folder of both on.

    At least one whole name must agree: `debian/*` is nothing to a file outside of `debian`.
    """
    path = f"/{file}"
    return any(pattern.fullmatch(path) for pattern in _endings(glob))


@lru_cache(maxsize=10_000)
def _endings(glob: str) -> tuple[re.Pattern[str], ...]:
    """A glob from each of its folders on, as long as a whole name is left to go by."""
    parts = glob.split("/")
    named = [n for n, part in enumerate(parts) if part and not set(part) & set("*?")]
    last = max(named, default=0)
    return tuple(_pattern("/".join(parts[first:])) for first in range(last + 1))


def named_licences(text: str) -> list[str]:
    """The licences that a text names, in its order, each once."""
    found = [(at.start(), name) for phrase, name in PHRASES if (at := re.search(phrase, text))]
    names = [name for _, name in sorted(found)]
    return [name for name in names if not (name == "GPL-2" and "GPL-2+" in names)]


def named_holder(text: str) -> str:
    """The first three that are named as authors, else the first holder of the copyright."""
    authors = re.search(r"(?im)^\s*(?:upstream )?authors?\b[^:\n]*:((?:\n?[ \t]*\S[^\n]*)+)", text)
    if authors:
        names = [_first_holder(line.split(":")[0]) for line in authors.group(1).splitlines()]
        return ", ".join([name for name in names if name][:MOST_AUTHORS])
    holder = re.search(r"(?i)(?:copyright|©):?\s*(?:\(c\)|©)?\s*:?\s*(\d[^\n]+)", text)
    return _first_holder(holder.group(1)) if holder else ""


def url_of(licence: str) -> str:
    """Where a licence of this short name can be read, if it is one of `URLS`."""
    name = licence.lower()
    return next((url for start, url in URLS.items() if name.startswith(start)), "")


def _fields(block: str) -> Iterator[tuple[str, str]]:
    for entry in re.split(r"\n(?=\S)", block.strip("\n")):
        name, colon, value = entry.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _first_holder(text: str) -> str:
    """The first name in a Copyright field, without years, signs and addresses."""
    line = next((line for line in text.splitlines() if re.search(r"[^\W\d]", line)), "")
    line = re.sub(r"(?i)<[^>]*>|\([^)]*\)|copyright|©|\bby\b", " ", line)
    line = re.sub(r"^[\s\d,–:*-]+", "", line)
    return " ".join(line.split()).strip(' ,.;*-"')


def _pattern(glob: str) -> re.Pattern[str]:
    """DEP-5's globs: `*` and `?` also match a slash; brackets mean themselves."""
    text = "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in glob)
    return re.compile(f".*/{text}", re.DOTALL)
