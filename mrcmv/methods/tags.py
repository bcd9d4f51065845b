"""Search under tags, as editors do it today (MRCMV, table 3): a draw among the tracks so tagged."""

from mrcmv.catalog import Catalog
from mrcmv.errors import CatalogError
from mrcmv.methods.method import drawn, measured_tracks
from mrcmv.types import Match, Query


class Tags:
    """Draws from the seed among the tracks with all of the chosen tags; among all, without any."""

    name = "tags"
    summary = "By chance among the tracks that carry all of the chosen tags."
    hears_voice = False

    def rank(self, query: Query, catalog: Catalog) -> tuple[Match, ...]:
        tracks, windows = measured_tracks(catalog)
        wanted = {" ".join(tag.lower().split()) for tag in query.tags} - {""}
        tagged = {key: track for key, track in tracks.items() if wanted <= set(track.tags)}
        if not tagged:
            raise CatalogError(_none_has(wanted, {tag for t in tracks.values() for tag in t.tags}))
        inside = tuple(window for window in windows if window.track_id in tagged)
        return drawn(tagged, inside, query.seed)


def _none_has(wanted: set[str], known: set[str]) -> str:
    asked = ", ".join(sorted(wanted))
    named = f"Tags in use: {', '.join(sorted(known))}." if known else "No track has any tag yet."
    every = "all of the tags" if len(wanted) > 1 else "the tag"
    return f"No track has {every} {asked}. {named}"
