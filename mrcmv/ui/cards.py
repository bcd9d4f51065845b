"""What a match card says: how it fits, what it is, whether it may be used."""

import math
from typing import Any

from mrcmv.catalog import fit_words, key_name, tempo_words
from mrcmv.types import Match

SINGING_SHARE = 0.4
"""Share of voice in the window from which a track is marked as sung."""
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


def card(match: Match) -> dict[str, Any]:
    """A match as plain values for the page; every text is shown as text, never as markup."""
    track, window = match.track, match.window
    measured = window.descriptors
    return {
        "rank": match.rank,
        "track_id": track.track_id,
        "title": track.title or track.file.stem,
        "artist": track.artist,
        "licence": licence_chip(track.licence),
        "fit": None if math.isnan(match.fit) else round(match.fit),
        "fit_word": fit_words(match),
        "tempo": tempo_words(measured),
        "key": key_name(measured),
        "tags": list(track.tags[:N_TAGS]),
        "singing": measured.vocal_share >= SINGING_SHARE,
        "start_s": window.start_s,
    }
