"""The trained methods: clip and music become points of one space, and the nearest music wins.

The query is the clip window's pictures and, where somebody speaks in it, its separated voice. The
catalog's windows are embedded ahead of time (`mrcmv.indexing`), anew for other weights.

`cmmr` and `cbvmr` read what MRCMV's backbones say, so their weights lie beside those of the network
whose backbones they were trained on, under the same name with theirs for `mrcmv`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mrcmv.catalog import Catalog, Space
from mrcmv.errors import EmptyCatalog, WeightsError
from mrcmv.methods.method import UNANALYSED, matches, measured_tracks
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.types import Floats, Match, Query, Sound, Span

if TYPE_CHECKING:
    from mrcmv.methods.networks import Network

MRCMV = "mrcmv"
WEIGHTS = REPOSITORY / "assets" / "weights" / "mrcmv-compact.safetensors"
WRITTEN = "mrcmv.safetensors"
"""What `mrcmv train retrieval` calls the network in its folder."""
SUMMARIES = {
    MRCMV: "By voice-over and picture together, as learnt from clips with music.",
    "cmmr": "By the picture alone, learnt after CMMR: first moods, then matches.",
    "cbvmr": "By the picture alone, learnt after CBVMR: what is alike stays near.",
}
TRAIN = (
    "Train a network (`mrcmv train retrieval`) and name it by MRCMV_NETWORK, or choose a method "
    "that needs none: descriptors, tags or random."
)
TRAIN_HEADS = (
    "Train it on this network's features (`mrcmv train variants`) and put it there, or choose "
    "another method."
)


@dataclass(frozen=True)
class Trained:
    """A network as a method. weights: MRCMV's; heads: of those that read its backbones' features.

    Nothing is loaded before it is needed.
    """

    name: str
    weights: Path
    heads: Path | None = None

    @property
    def summary(self) -> str:
        return SUMMARIES[self.name]

    @property
    def hears_voice(self) -> bool:
        return self.heads is None

    @property
    def missing(self) -> str | None:
        """What is not there and what to do; None where nothing is missing."""
        for file in (self.weights, self.heads or self.weights):
            if not file.is_file():
                what = f"The method {self.name} has no weights here: {_shown(file)} is missing."
                return f"{what} {TRAIN if self.name == MRCMV else TRAIN_HEADS}"
        return None

    @property
    def space(self) -> Space:
        """The space of its embeddings.

        Raises:
            WeightsError: its weights are missing, damaged, or do not belong together.
        """
        return self._network().space

    def embed(self, sound: Sound, spans: Sequence[Span]) -> Floats:
        """The embeddings of a track's windows. Shape: samples (channels, n) → (n_spans, width).

        Raises:
            WeightsError: as for `space`.
        """
        return self._network().embed_bgm(sound, spans)

    def rank(self, query: Query, catalog: Catalog) -> tuple[Match, ...]:
        tracks, _ = measured_tracks(catalog)
        network = self._network()
        windows, points = catalog.embedded(network.space)
        if not windows:
            raise EmptyCatalog(UNANALYSED)
        far = network.distances(network.embed_query(query), points)
        return matches(tracks, windows, far, query.seed)

    def _network(self) -> "Network":
        from mrcmv.methods import networks

        if self.missing:
            raise WeightsError(self.missing)
        return networks.load(self.name, self.weights, self.heads)


def trained_methods(settings: Settings) -> dict[str, Trained]:
    """The trained methods by name, whether their weights are there or not."""
    weights = settings.network or WEIGHTS
    if weights.is_dir():
        weights /= WRITTEN
    after = weights.name.removeprefix(MRCMV)
    heads = {name: weights.with_name(f"{name}{after}") for name in SUMMARIES if name != MRCMV}
    own = {MRCMV: Trained(MRCMV, weights)}
    return own | {name: Trained(name, weights, file) for name, file in heads.items()}


def _shown(file: Path) -> str:
    """A file's place, without the folder that the repository lies in."""
    return str(file.relative_to(REPOSITORY) if file.is_relative_to(REPOSITORY) else file)
