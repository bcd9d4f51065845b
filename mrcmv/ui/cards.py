"""What a match card says: how it fits, what it is, whether it may be used."""

import math
from typing import Any

from mrcmv.catalog import WHOLE, fit_words, key_name, tempo_words
from mrcmv.types import Match
from mrcmv.ui.text import SINGING, SONG_SUNG, SONG_WHOLE

SINGING_SHARE = 0.4
"""Share of voice in the window from which a track that is not known as a song is marked as sung."""
N_TAGS = 3


def licence_chip(licence: str) -> dict[str, str]:
    """The licence as a chip: its text, what to heed, and how urgent that is.

    `level` is `free`, `heed` (credit is owed, or nothing is known) or `stop` (not for videos that
    earn money, or not to be put under a video at all).
    """
    text = licence.strip()
    low = text.lower().replace("_", "-")
    words = set(low.replace("-", " ").replace("/", " ").replace(",", " ").split())
    if not text:
        return {"text": "licence unknown", "heed": "ask the maker", "level": "heed"}
    if "nc" in words or "noncommercial" in words or "non commercial" in low.replace("-", " "):
        return {"text": text, "heed": "not for videos that earn money", "level": "stop"}
    if "nd" in words or "noderivatives" in words or {"all", "rights", "reserved"} <= words:
        return {"text": text, "heed": "not to be put under a video", "level": "stop"}
    if "cc0" in low or "public domain" in low or "pdm" in words:
        return {"text": text, "heed": "", "level": "free"}
    if "by" in words or "attribution" in words:
        return {"text": text, "heed": "credit needed", "level": "heed"}
    return {"text": text, "heed": "read its terms", "level": "heed"}


def badge(match: Match) -> str:
    """Whether and how much is sung, in words; empty where nobody sings.

    A song says how much of it is sung, or that the index hears it whole; another track only that
    a voice was heard in the window.
    """
    track = match.track
    if track.song == WHOLE:
        return SONG_WHOLE
    if track.song and track.singing_share is not None:
        return SONG_SUNG.format(percent=round(100 * track.singing_share))
    return SINGING if match.window.descriptors.vocal_share >= SINGING_SHARE else ""


def card(match: Match, *, blind: bool = False) -> dict[str, Any]:
    """A match as plain values for the page; every text is shown as text, never as markup.

    blind: without its fit, which could tell whose match it is.
    """
    track, window = match.track, match.window
    measured = window.descriptors
    return {
        "rank": match.rank,
        "track_id": track.track_id,
        "title": track.title or track.file.stem,
        "artist": track.artist,
        "licence": licence_chip(track.licence),
        "fit": None if blind or math.isnan(match.fit) else round(match.fit),
        "fit_word": "" if blind else fit_words(match),
        "tempo": tempo_words(measured),
        "key": key_name(measured),
        "tags": list(track.tags[:N_TAGS]),
        "badge": badge(match),
        "start_s": window.start_s,
    }
