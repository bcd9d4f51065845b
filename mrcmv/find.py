"""The verb from clip to matches."""

from mrcmv.catalog import Catalog
from mrcmv.inputs import window_sound
from mrcmv.methods import Method
from mrcmv.methods.speech import LEAST_SPEECH_S
from mrcmv.progress import Hook, silent
from mrcmv.types import Decoded, Found, Query, Span, Stems

NO_VOICE_HERE = "Nobody speaks in this window, so it is searched by its picture alone."


def find(
    decoded: Decoded,
    stems: Stems,
    catalog: Catalog,
    method: Method,
    *,
    top: int = 5,
    tags: tuple[str, ...] = (),
    seed: int = 0,
    hook: Hook = silent,
) -> Found:
    """Rank the catalog for a clip window and keep the `top` best.

    Raises:
        CatalogError: no track can be ranked.
    """
    query = query_of(decoded, stems, tags, seed)
    n_tracks = len({window.track_id for window in catalog.windows})
    hook(f"Comparing with {n_tracks} track{'' if n_tracks == 1 else 's'}")
    matches = method.rank(query, catalog)[: max(0, top)]
    return Found(
        clip=decoded.clip,
        window=decoded.window,
        decoded=decoded,
        stems=stems,
        method=method.name,
        matches=matches,
        notes=_notes(query, stems, method),
    )


def query_of(decoded: Decoded, stems: Stems, tags: tuple[str, ...] = (), seed: int = 0) -> Query:
    """What a clip window asks: its pictures, and its voice where enough is said in it."""
    window = decoded.window
    speech = tuple(
        Span(max(one.start_s, window.start_s), min(one.end_s, window.end_s))
        for one in stems.speech
        if one.start_s < window.end_s and one.end_s > window.start_s
    )
    enough = sum(one.duration_s for one in speech) >= LEAST_SPEECH_S
    voice = window_sound(stems.voice, window) if stems.voice is not None and enough else None
    return Query(decoded, voice, speech, tags, seed)


def _notes(query: Query, stems: Stems, method: Method) -> tuple[str, ...]:
    """What the user should know of how this answer came about."""
    notes = [stems.note] if stems.note else []
    if method.hears_voice and stems.voice is not None and query.voice is None:
        notes.append(NO_VOICE_HERE)
    return tuple(notes)
