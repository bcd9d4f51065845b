"""MRCMV: backbones and branches as one network, and the sizes that exist.

**Conventions.** Backbones turn what `inputs` samples into features, branches turn features into
embeddings; each can be called alone. The voice and the music have a VGGish each. Pictures are
brought to `side_px` by averaging areas, so the small network takes what the large one takes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint
from mrcmv.model.branches import (
    BgmBranch,
    BgmInternals,
    BranchConfig,
    QueryBranch,
    QueryInternals,
)
from mrcmv.model.slowfast import PictureFeatures, SlowFast, SlowFastConfig
from mrcmv.model.vggish import Vggish, VggishConfig

KIND = "mrcmv"
"""What its checkpoints call themselves."""

Frames = tuple[Tensor, Tensor]
"""Fast `(batch, 3, 64, h, w)` and slow `(batch, 3, 8, h, w)` frames of `inputs.picture_tensors`."""


@dataclass(frozen=True)
class MrcmvConfig:
    """Sizes of the network. `side_px`: of the square pictures that SlowFast sees."""

    slowfast: SlowFastConfig = field(default_factory=SlowFastConfig)
    vggish: VggishConfig = field(default_factory=VggishConfig)
    branches: BranchConfig = field(default_factory=BranchConfig)
    side_px: int = 224

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> "MrcmvConfig":
        """The config that `asdict` wrote, as a checkpoint keeps it.

        Raises:
            TypeError, ValueError, KeyError: it is none.
        """
        return cls(
            SlowFastConfig(**config["slowfast"]),
            VggishConfig(**config["vggish"]),
            BranchConfig(**config["branches"]),
            config["side_px"],
        )


CONFIGS = {
    "paper": MrcmvConfig(),
    "compact": MrcmvConfig(
        SlowFastConfig(depths=(2, 2, 2, 2), width=24, beta=3),
        VggishConfig(channels=(16, 32, 64, 128), n_hidden=256),
        BranchConfig(d=64, n_heads=4, n_courses=8),
        side_px=112,
    ),
}
"""`paper`: the published backbones. `compact`: the same code, narrower, small enough to ship."""


class Mrcmv(nn.Module):
    """The network: a clip's window or a track's → a point in the same space."""

    def __init__(self, config: MrcmvConfig | None = None) -> None:
        super().__init__()
        self.config = config or MrcmvConfig()
        sizes = self.config
        self.slowfast = SlowFast(sizes.slowfast)
        self.voice_vggish, self.bgm_vggish = Vggish(sizes.vggish), Vggish(sizes.vggish)
        n_sound = sizes.vggish.n_features
        self.query = QueryBranch(
            sizes.branches, sizes.slowfast.n_fast, sizes.slowfast.n_slow, n_sound
        )
        self.bgm = BgmBranch(sizes.branches, n_sound)

    def picture_features(self, frames: Frames) -> PictureFeatures:
        """What SlowFast says of each frame. Shape: see `Frames` and `PictureFeatures`."""
        fast, slow = (_brought_to(self.config.side_px, path) for path in frames)
        features: PictureFeatures = self.slowfast(fast, slow)
        return features

    def voice_features(self, patches: Tensor) -> Tensor:
        """What the voice's VGGish says of each patch. Shape: `(batch, 72, 96, 64)` → `(batch, 72,
        n_features)`."""
        features: Tensor = self.voice_vggish(patches)
        return features

    def bgm_features(self, patches: Tensor) -> Tensor:
        """What the music's VGGish says of each patch. Shape: `(batch, 72, 96, 64)` → `(batch, 72,
        n_features)`."""
        features: Tensor = self.bgm_vggish(patches)
        return features

    def embed_query(self, frames: Frames | None, voice: Tensor | None) -> Tensor:
        """Joint embeddings of clip windows; None for what no clip has.

        Shape: frames see `Frames`, voice `(batch, 72, 96, 64)` → `(batch, d_E)`.

        Raises:
            ValueError: neither picture nor voice is given.
        """
        return self.query_internals(frames, voice).embedding

    def query_internals(self, frames: Frames | None, voice: Tensor | None) -> QueryInternals:
        """Joint embeddings and all that led to them; takes what `embed_query` takes."""
        return self.query.internals(
            None if frames is None else self.picture_features(frames),
            None if voice is None else self.voice_features(voice),
        )

    def embed_bgm(self, patches: Tensor) -> Tensor:
        """Embeddings of windows of music; on a CPU one window at a time is fastest.

        Shape: `(batch, 72, 96, 64)` → `(batch, d_E)`.
        """
        return self.bgm_internals(patches).embedding

    def bgm_internals(self, patches: Tensor) -> BgmInternals:
        """Embeddings of music and all that led to them; takes what `embed_bgm` takes."""
        return self.bgm.internals(self.bgm_features(patches))


def save(network: Mrcmv, path: Path, provenance: Mapping[str, Any]) -> None:
    """Write the network with its config (see `checkpoint.save`)."""
    checkpoint.save(network, path, kind=KIND, config=asdict(network.config), provenance=provenance)


def load(path: Path) -> Mrcmv:
    """The network that a checkpoint holds, ready to embed (in eval mode).

    Raises:
        WeightsError: the file is missing, or holds no such network.
    """
    kept = checkpoint.read(path, KIND)
    try:
        network = Mrcmv(MrcmvConfig.read(kept.config))
    except (TypeError, ValueError, KeyError) as error:
        raise WeightsError(f"{path} describes no network that can be built: {error}.") from error
    checkpoint.fill(network, kept)
    return network.eval()


def _brought_to(side_px: int, frames: Tensor) -> Tensor:
    """Frames of the side wanted, each pixel the mean of what it covers."""
    if frames.shape[-1] == frames.shape[-2] == side_px:
        return frames
    return functional.adaptive_avg_pool3d(frames, (frames.shape[2], side_px, side_px))
