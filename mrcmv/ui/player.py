"""What the player is given: one picture, and soundtracks that it switches on the same frame.

The player itself is `assets/player.js`. It knows nothing of clips and matches, so that every page
that compares soundtracks can use it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mrcmv.types import Clip, Match
from mrcmv.ui import text


def source(
    name: str,
    label: str,
    hint: str,
    file: Path | None = None,
    *,
    off: bool = False,
    later: bool = False,
) -> dict[str, Any]:
    """A soundtrack: without a file it is asked for when chosen.

    Neither can be chosen: one that is `off` (the clip has none), and one that comes `later`.
    """
    path = str(file) if file else None
    return {"id": name, "label": label, "hint": hint, "path": path, "off": off, "later": later}


def picture(video: Path | None, clip: Clip, sources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A picture (None: not playable yet) and its soundtracks, in the order of their buttons."""
    return {
        "video": str(video) if video else None,
        "duration": clip.duration_s,
        "aspect": clip.width / clip.height,
        "sources": list(sources),
    }


def own_sources(
    clip: Clip, original: Path | None, voice: Path | None, *, voice_known: bool
) -> list[dict[str, Any]]:
    """The clip's own soundtracks. `voice_known` says that None means nobody speaks."""
    mute, nobody = not clip.has_sound, voice_known and voice is None
    return [
        source(
            "original",
            text.ORIGINAL,
            text.NO_SOUND_HINT if mute else text.ORIGINAL_HINT,
            original,
            off=mute,
            later=not mute and original is None,
        ),
        source(
            "voice",
            text.VOICE,
            text.NO_VOICE_HINT if nobody else text.VOICE_HINT,
            voice,
            off=nobody,
            later=not voice_known,
        ),
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
