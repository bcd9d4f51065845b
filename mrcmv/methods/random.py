"""Chance: what every other method is compared with."""

from mrcmv.catalog import Catalog
from mrcmv.methods.method import drawn, measured_tracks
from mrcmv.types import Match, Query


class Random:
    """Draws the order from the seed alone; neither picture nor voice is looked at."""

    name = "random"
    summary = "By chance: the same seed draws the same tracks."
    hears_voice = False

    def rank(self, query: Query, catalog: Catalog) -> tuple[Match, ...]:
        return drawn(*measured_tracks(catalog), query.seed)
