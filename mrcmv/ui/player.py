"""What the player is given: one picture, and soundtracks that it switches on the same frame.

The player itself is `assets/player.js`. It knows nothing of clips and matches, so that every page
that compares soundtracks can use it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mrcmv.types import Match
from mrcmv.ui import text


def source(
    name: str, label: str, hint: str, file: Path | None = None, *, off: bool = False
) -> dict[str, Any]:
    """A soundtrack: without a file it is asked for when chosen; `off` can't be chosen."""
    path = str(file) if file else None
    return {"id": name, "label": label, "hint": hint, "path": path, "off": off}


def picture(
    video: Path | None, duration_s: float, sources: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """A picture (None: not playable yet) and its soundtracks, in the order of their buttons."""
    shown = str(video) if video else None
    return {"video": shown, "duration": duration_s, "sources": list(sources)}


def own_sources(
    original: Path | None, voice: Path | None, *, voice_known: bool
) -> list[dict[str, Any]]:
    """The clip's own soundtracks. `voice_known` says that None means nobody speaks."""
    no_voice = text.NO_VOICE_HINT if voice_known and voice is None else text.VOICE_HINT
    return [
        source(
            "original",
            text.ORIGINAL,
            text.ORIGINAL_HINT if original else text.NO_SOUND_HINT,
            original,
            off=original is None,
        ),
        source("voice", text.VOICE, no_voice, voice, off=voice is None),
    ]


def match_sources(matches: Sequence[Match]) -> list[dict[str, Any]]:
    """A soundtrack for each match, mixed when it is asked for."""
    return [
        source(
            str(match.rank),
            str(match.rank),
            text.MATCH_HINT.format(rank=match.rank, title=match.track.title),
        )
        for match in matches
    ]
