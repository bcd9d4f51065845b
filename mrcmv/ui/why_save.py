"""An explanation as files: a figure as a page of its own, the numbers as JSON and NPZ."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from mrcmv.errors import MrcmvError
from mrcmv.explain import plots, to_json, to_npz
from mrcmv.explain.looks import Theme
from mrcmv.explaining import Explained
from mrcmv.services import Services
from mrcmv.types import Clip
from mrcmv.ui import text
from mrcmv.ui.audition_mix import named
from mrcmv.ui.why_figures import Figure

NUMBERS = ("json", "npz")
KINDS = (*NUMBERS, "html")


def save(
    services: Services,
    clip: Clip,
    told: Explained,
    kind: str,
    figures: Sequence[Figure],
    name: str,
    theme: Theme,
) -> Path:
    """A file in the cache, under a name for people. `name` is that of the figure, for a page.

    Raises:
        MrcmvError: there is no such figure, or there are no numbers.
        CacheError: the cache cannot be written to.
    """
    if kind == "html":
        figure = next((one for one in figures if one.name == name), None)
        if figure is None:
            raise MrcmvError(text.WHY_NO_FIGURE)
        page = plots.standalone(figure.draw(None), figure.captions[0], figure.name, theme)
        return _kept(services, page.encode(), file_name(clip, figure.title, kind), kind)
    if told.explanation is None:
        raise MrcmvError(text.WHY_NO_FIGURE)
    data = to_npz(told.explanation) if kind == "npz" else to_json(told.explanation).encode()
    return _kept(services, data, file_name(clip, text.WHY_TAB, kind), kind)


def file_name(clip: Clip, what: str, suffix: str) -> str:
    """A name that is safe on every system: `boss-fight - Why.json`."""
    stem = re.sub(r"[^\w \-.,'()]+", "_", clip.path.stem)
    short = stem.encode("utf-8", "ignore")[:110].decode("utf-8", "ignore").strip(" .")
    return f"{short} - {what}.{suffix}"


def _kept(services: Services, data: bytes, name: str, kind: str) -> Path:
    mark = hashlib.blake2b(data, digest_size=16).hexdigest()
    made = services.cache.make("why", f".{kind}", (mark,), lambda out: _write(out, data))
    return named(made, name)


def _write(out: Path, data: bytes) -> None:
    out.write_bytes(data)
