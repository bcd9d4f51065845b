"""What perfect readers of the editor's mind would reach: the ceiling of every method.

An oracle knows the axes of a clip exactly, of both modalities or of one, and how the average
editor weighs them; it knows neither the taste nor the whim of the one who chose.

**Conventions.** Truth i of a gallery is its row `truth[i]`. Rank 1 is the nearest. Of windows that
lie equally far each is as likely to come first: recall counts the chance that the truth is within
the first K, and a rank is the mean one, so that an oracle that knows nothing is at chance.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mrcmv.corpus.editor.mind import mismatch, target
from mrcmv.types import Floats

RECALL_AT = (1, 5, 10, 25)
Knows = Literal["both", "voice", "picture", "track"]


@dataclass(frozen=True, eq=False)
class Ranks:
    """Where the truths came: how many windows lie nearer, and how many as far (itself included).

    Shape: `(n,)` each.
    """

    nearer: Floats
    level: Floats
    n_gallery: int

    @property
    def mean(self) -> Floats:
        """The mean rank of each truth over all orders of equals. Shape: `(n,)`."""
        placed: Floats = (self.nearer + (self.level + 1) / 2).astype(np.float32)
        return placed

    def hits(self, k: int) -> Floats:
        """The chance of each truth to be among the first k. Shape: `(n,)`, 0–1."""
        within: Floats = np.clip((k - self.nearer) / self.level, 0.0, 1.0).astype(np.float32)
        return within

    def recall(self, k: int) -> float:
        """Recall at k, in percent."""
        return 100.0 * float(self.hits(k).mean())

    def interval(self, k: int, seed: int = 0, n_draws: int = 2000) -> tuple[float, float]:
        """The 95 % interval of recall at k over the queries, by the bootstrap, in percent."""
        hits = self.hits(k)
        rng = np.random.default_rng(seed)
        drawn = hits[rng.integers(0, len(hits), (n_draws, len(hits)))].mean(axis=1)
        low, high = np.percentile(100.0 * drawn, (2.5, 97.5))
        return float(low), float(high)

    def chance(self, k: int) -> float:
        """What a draw would reach at k, in percent."""
        return 100.0 * min(1.0, k / self.n_gallery)


def ranks(distances: Floats, truth: np.ndarray) -> Ranks:
    """Where each query's truth comes. Shape: distances (n, m), truth (n,)."""
    own = distances[np.arange(len(truth)), truth][:, np.newaxis]
    nearer, level = (distances < own).sum(axis=1), (distances == own).sum(axis=1)
    return Ranks(nearer.astype(np.float32), level.astype(np.float32), distances.shape[1])


def read_mind(
    knows: Knows,
    voice: Floats,
    picture: Floats,
    gallery: Floats,
    truth: np.ndarray,
    pieces: np.ndarray,
) -> Ranks:
    """The ranks of the truths for an oracle that knows both modalities, one, or the track only.

    Shape: voice and picture (n, axes), gallery (m, axes), truth (n,), pieces (m,).
    """
    if knows == "track":
        other = (pieces[np.newaxis] != pieces[truth][:, np.newaxis]).astype(np.float32)
        return ranks(other, truth)
    nothing = np.zeros_like(voice)
    said = voice if knows in ("both", "voice") else nothing
    seen = picture if knows in ("both", "picture") else nothing
    return ranks(mismatch(target(said, seen), gallery), truth)
