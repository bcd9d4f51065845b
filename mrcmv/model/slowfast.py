"""SlowFast: pictures of a window → features of each fast and each slow frame.

**Conventions** (Feichtenhofer et al. 2019, the R50 of table 1 and the published 8x8 model). Two
bottleneck ResNets over space and time. The slow path sees few frames and is wide; the fast path
sees `alpha` times as many and is `beta` times narrower. After the stem and every stage but the
last, a convolution along time with stride `alpha` carries the fast path's features to the slow
path (lateral connection). No layer strides along time, so each frame keeps a feature of its own;
space is averaged away, whatever its size.

MRCMV feeds 64 fast and 8 slow frames, so alpha is 8 here; the published model was trained with 4,
which changes the stride of the lateral connections and no weight. They are centred on the slow
frames, which are not the first of each eight (`grid.slow_indices`).
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from mrcmv.model import grid

EXPANSION = 4
"""How much wider a bottleneck's way out is than its middle."""
LATERAL_FRAMES = 7
"""Fast frames that a lateral connection looks at."""
LATERAL_RATIO = 2
"""Channels of a lateral connection for each of the fast path's."""


class PictureFeatures(NamedTuple):
    """Features of each frame. Shape: fast `(batch, 64, n_fast)`, slow `(batch, 8, n_slow)`."""

    fast: Tensor
    slow: Tensor


@dataclass(frozen=True)
class SlowFastConfig:
    """Sizes of the network; the defaults are the published 8x8 R50's, but for alpha.

    depths: blocks of each stage; width: channels of the slow path's stem; beta: slow channels for
    each fast one; alpha: fast frames for each slow one; first_slow: which fast frame is the first
    slow one, where the lateral connections are centred (published: 0).
    """

    depths: tuple[int, ...] = (3, 4, 6, 3)
    width: int = 64
    beta: int = 8
    alpha: int = grid.ALPHA
    first_slow: int = grid.ALPHA // 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "depths", tuple(self.depths))  # JSON knows lists only
        if self.width % self.beta:
            raise ValueError(f"a width of {self.width} is not divisible by beta {self.beta}")

    @property
    def n_slow(self) -> int:
        """Channels of a slow frame's feature: 2048 as published."""
        return self.width * EXPANSION << (len(self.depths) - 1)

    @property
    def n_fast(self) -> int:
        """Channels of a fast frame's feature: 256 as published."""
        return self.n_slow // self.beta


class Stem(nn.Module):
    """What a path begins with. Shape: `(batch, 3, t, h, w)` → `(batch, n_out, t, h / 4, w / 4)`."""

    def __init__(self, n_out: int, n_frames: int) -> None:
        super().__init__()
        kernel, padding = (n_frames, 7, 7), (n_frames // 2, 3, 3)
        self.conv = nn.Conv3d(3, n_out, kernel, (1, 2, 2), padding, bias=False)
        self.norm = nn.BatchNorm3d(n_out)
        self.pool = nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1))

    def forward(self, frames: Tensor) -> Tensor:
        pooled: Tensor = self.pool(self.norm(self.conv(frames)).relu_())
        return pooled


class Block(nn.Module):
    """A bottleneck, added to what came in: along time or 1, then 3 × 3 in space, then 1.

    Shape: `(batch, n_in, t, h, w)` → `(batch, n_out, t, h / stride, w / stride)`.
    """

    def __init__(self, n_in: int, n_out: int, n_frames: int, stride: int) -> None:
        super().__init__()
        n = n_out // EXPANSION
        self.a = nn.Conv3d(n_in, n, (n_frames, 1, 1), padding=(n_frames // 2, 0, 0), bias=False)
        self.norm_a = nn.BatchNorm3d(n)
        self.b = nn.Conv3d(n, n, (1, 3, 3), (1, stride, stride), (0, 1, 1), bias=False)
        self.norm_b = nn.BatchNorm3d(n)
        self.c = nn.Conv3d(n, n_out, 1, bias=False)
        self.norm_c = nn.BatchNorm3d(n_out)
        self.shortcut: nn.Module = nn.Identity()
        if n_in != n_out or stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv3d(n_in, n_out, 1, (1, stride, stride), bias=False), nn.BatchNorm3d(n_out)
            )

    def forward(self, frames: Tensor) -> Tensor:
        changed = self.norm_a(self.a(frames)).relu_()
        changed = self.norm_b(self.b(changed)).relu_()
        changed = self.norm_c(self.c(changed))
        added: Tensor = (changed + self.shortcut(frames)).relu_()
        return added


class Lateral(nn.Module):
    """What the slow path hears of the fast one: at each slow frame, the seven frames about it.

    Shape: `(batch, n, t, h, w)` → `(batch, 2n, t / alpha, h, w)`.
    """

    def __init__(self, n_fast: int, alpha: int, first_slow: int) -> None:
        super().__init__()
        n_out, kernel = LATERAL_RATIO * n_fast, (LATERAL_FRAMES, 1, 1)
        reach = LATERAL_FRAMES // 2
        self.margins = (0, 0, 0, 0, reach - first_slow, first_slow + reach + 1 - alpha)
        self.conv = nn.Conv3d(n_fast, n_out, kernel, (alpha, 1, 1), bias=False)
        self.norm = nn.BatchNorm3d(n_out)

    def forward(self, fast: Tensor) -> Tensor:
        about_slow = functional.pad(fast, self.margins)  # those below 0 cut frames off
        heard: Tensor = self.norm(self.conv(about_slow)).relu_()
        return heard


class SlowFast(nn.Module):
    """The network. Features are those before the published classifier, of every frame."""

    def __init__(self, config: SlowFastConfig | None = None) -> None:
        super().__init__()
        self.config = config or SlowFastConfig()
        sizes = self.config
        slow, fast = sizes.width, sizes.width // sizes.beta
        self.slow_stem, self.fast_stem = Stem(slow, 1), Stem(fast, 5)
        self.laterals, self.slow_stages, self.fast_stages = (nn.ModuleList() for _ in range(3))
        for i, depth in enumerate(sizes.depths):
            self.laterals.append(Lateral(fast, sizes.alpha, sizes.first_slow))
            n_slow, n_fast = ((sizes.width // b) * EXPANSION * 2**i for b in (1, sizes.beta))
            stride, slow_frames = (1 if i == 0 else 2), (1 if i < 2 else 3)
            slow_in = slow + LATERAL_RATIO * fast
            self.slow_stages.append(_stage(depth, slow_in, n_slow, slow_frames, stride))
            self.fast_stages.append(_stage(depth, fast, n_fast, 3, stride))
            slow, fast = n_slow, n_fast
        _start(self)

    def forward(self, fast: Tensor, slow: Tensor) -> PictureFeatures:
        """Features of each frame, space averaged away.

        Shape: fast `(batch, 3, 64, h, w)`, slow `(batch, 3, 8, h, w)` →
        `(batch, 64, n_fast)` and `(batch, 8, n_slow)`. Any number of slow frames will do.

        Raises:
            ValueError: there are not `alpha` fast frames for each slow one.
        """
        if fast.shape[2] != self.config.alpha * slow.shape[2]:
            raise ValueError(
                f"expected {self.config.alpha} fast frames for each slow one, "
                f"got {fast.shape[2]} and {slow.shape[2]}"
            )
        slow, fast = self.slow_stem(slow), self.fast_stem(fast)
        for lateral, slow_stage, fast_stage in zip(
            self.laterals, self.slow_stages, self.fast_stages, strict=True
        ):
            slow = slow_stage(torch.cat([slow, lateral(fast)], dim=1))
            fast = fast_stage(fast)  # (batch, channels, frames, h, w)
        return PictureFeatures(*(path.mean((3, 4)).transpose(1, 2) for path in (fast, slow)))


def _stage(depth: int, n_in: int, n_out: int, n_frames: int, stride: int) -> nn.Sequential:
    first = Block(n_in, n_out, n_frames, stride)
    return nn.Sequential(first, *(Block(n_out, n_out, n_frames, 1) for _ in range(depth - 1)))


def _start(network: SlowFast) -> None:
    """As published: He's initialisation, and blocks that begin by changing nothing."""
    for module in network.modules():
        if isinstance(module, nn.Conv3d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, Block):
            nn.init.zeros_(module.norm_c.weight)
