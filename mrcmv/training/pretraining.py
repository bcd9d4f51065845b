"""Pre-training of a backbone on what can be measured, by linear heads that are thrown away.

A head reads each token, another the mean and the spread of all tokens. So what the features say is
there for the branches to read too: they begin with a layer of that kind.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mrcmv.dataset import Dataset, Kind
from mrcmv.inputs import square_tensors
from mrcmv.model import checkpoint
from mrcmv.model.backbones import backbone_of
from mrcmv.model.branches import PictureTokens
from mrcmv.model.network import Mrcmv, MrcmvConfig
from mrcmv.training.augmenting import less_bands, mirrored
from mrcmv.training.loop import SCORE, Recipe
from mrcmv.training.measures import Measures, Stretch

KINDS: Mapping[Kind, str] = {
    "pictures": "mrcmv-slowfast", "voices": "mrcmv-voice-vggish", "music": "mrcmv-bgm-vggish",
}  # fmt: skip
"""What the checkpoints of backbones call themselves."""
PRETRAINING = Recipe(name="pretraining", epochs=30, batch=16, rate=1e-3)
CHECKED = 4
"""Windows at once while checking."""
WATCHED = 3
"""Windows of each take, voice or piece that a check looks at."""
THINNED = 3
"""One patch in so many is learnt from at a time, from another one on each time: patches lie half a
second apart and overlap, so the rest says little more of the same window."""


@dataclass(frozen=True, eq=False)
class Windows:
    """A batch, and what its changes are drawn by."""

    stretches: list[Stretch]
    key: tuple[int, ...]


class Readout(nn.Module):
    """A backbone with a linear head on each token and one on the window."""

    def __init__(self, network: Mrcmv, kind: Kind, n_tokens: int, n_window: int) -> None:
        super().__init__()
        self.kind = kind
        self.backbone = backbone_of(network, kind)
        n = network.config.vggish.n_features
        pooled = 2 * n
        self.tokens: nn.Module = nn.Linear(n, n_tokens)
        if kind == "pictures":
            sizes = network.config.slowfast
            self.tokens = PictureTokens(sizes.n_fast, sizes.n_slow, n_tokens)
            pooled = 2 * (sizes.n_fast + sizes.n_slow)
        self.window = nn.Linear(pooled, n_window)

    def forward(self, read: Tensor) -> tuple[Tensor, Tensor]:
        """What is read off windows. Shape: what `Measures.patches` gives → `(n, 72, n_tokens)`,
        `(n, n_window)`."""
        if self.kind == "pictures":
            features = self.backbone(*square_tensors(read))
            paths = tuple(features)
        else:
            features = self.backbone(read)
            paths = (features,)
        means = [path.mean(1) for path in paths]
        spreads = [(path.var(1, correction=0) + 1e-6).sqrt() for path in paths]
        return self.tokens(features), self.window(torch.cat([*means, *spreads], dim=1))


class Pretraining:
    """The loop's task: one backbone of a network learns what was measured. Nothing else changes."""

    def __init__(
        self, network: Mrcmv, dataset: Dataset, kind: Kind, recipe: Recipe, device: str = "cpu"
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.kind, self.recipe, self.device = kind, recipe, device
        self.config = network.config
        self.measures = Measures(dataset, kind)
        names = self.measures.token_names, self.measures.window_names
        self.network = Readout(network, kind, len(names[0]), len(names[1])).to(device)

    def batches(self, epoch: int) -> list[Windows]:
        """Each take, voice or piece once, at a start of chance."""
        rng = np.random.default_rng([self.recipe.seed, epoch])
        starts, size = self.measures.starts["train"], self.recipe.batch
        names = [list(starts)[at] for at in rng.permutation(len(starts)).tolist()]
        drawn = [Stretch(name, float(rng.choice(starts[name]))) for name in names]
        return [
            Windows(drawn[at : at + size], (self.recipe.seed, epoch, at // size + epoch))
            for at in range(0, len(drawn), size)
        ]

    def loss(self, batch: Windows, epoch: int) -> Tensor:
        """Huber's distance from what was measured, of tokens and of windows."""
        read = torch.from_numpy(self.measures.patches(batch.stretches)).to(self.device)
        if self.recipe.augment:
            rng = np.random.default_rng(batch.key)
            read = mirrored(read, rng) if self.kind == "pictures" else less_bands(read, rng)
        tokens, whole = (torch.from_numpy(one) for one in self.measures.of(batch.stretches))
        if self.kind != "pictures":
            first = batch.key[-1] % THINNED
            read, tokens = read[:, first::THINNED], tokens[:, first::THINNED]
        wanted = (tokens.to(self.device), whole.to(self.device))
        told = self.network(read)
        return sum((_off(*pair) for pair in zip(told, wanted, strict=True)), torch.zeros(()))

    def check(self) -> dict[str, float]:
        """Pearson's r with what was measured on the validation split, of each curve and overall."""
        windows = self.measures.all("validation", WATCHED)
        told: list[tuple[np.ndarray, np.ndarray]] = []
        for at in range(0, len(windows), CHECKED):
            part = self.measures.patches(windows[at : at + CHECKED])
            tokens, whole = self.network(torch.from_numpy(part).to(self.device))
            told.append((tokens.float().cpu().numpy(), whole.float().cpu().numpy()))
        if not told:
            return {SCORE: float("nan")}
        tokens, whole = (np.concatenate(parts) for parts in zip(*told, strict=True))
        true_tokens, true_whole = self.measures.of(windows)
        n = len(self.measures.token_names)
        by_token = correlations(tokens.reshape(-1, n), true_tokens.reshape(-1, n))
        by_window = correlations(whole, true_whole)
        figures = {
            **{f"{a}, tokens": r for a, r in zip(self.measures.token_names, by_token, strict=True)},
            **dict(zip(self.measures.window_names, by_window, strict=True)),
        }
        known = {name: float(r) for name, r in figures.items() if np.isfinite(r)}
        return {SCORE: float(np.mean(list(known.values()))) if known else float("nan"), **known}

    def save(self, path: Path, provenance: Mapping[str, Any]) -> None:
        """Write the backbone alone."""
        checkpoint.save(
            self.network.backbone, path, kind=KINDS[self.kind], config=asdict(self.config),
            provenance=provenance,
        )  # fmt: skip


def take_backbone(network: Mrcmv, kind: Kind, path: Path) -> None:
    """Put a pre-trained backbone into a network.

    Raises:
        WeightsError: the file is missing, or of another kind or size.
    """
    checkpoint.fill(backbone_of(network, kind), checkpoint.read(path, KINDS[kind]))


def fresh(config: MrcmvConfig, seed: int) -> Mrcmv:
    """A network whose weights hang on the seed alone."""
    torch.manual_seed(seed)
    return Mrcmv(config)


def correlations(told: np.ndarray, true: np.ndarray) -> list[float]:
    """Pearson's r by column, over what is known; NaN where that is too little or does not vary.

    Shape: `(n, k)` twice → k.
    """
    found = []
    for ours, theirs in zip(told.T, true.T, strict=True):
        known = np.isfinite(theirs)
        varies = known.sum() > 2 and ours[known].std() > 0 and theirs[known].std() > 0
        found.append(float(np.corrcoef(ours[known], theirs[known])[0, 1]) if varies else np.nan)
    return found


def _off(told: Tensor, wanted: Tensor) -> Tensor:
    """The mean Huber distance where something is known; 0 where nothing is."""
    known = wanted.isfinite()
    each = functional.smooth_l1_loss(told.float(), wanted.nan_to_num(), reduction="none")
    return (each * known).sum() / known.sum().clamp(min=1)
