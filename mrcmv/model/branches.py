"""From features to embeddings: the query's branch and the music's (MRCMV, sections 3.1 and 3.2).

**Conventions.** Features are what the backbones say of each frame or patch (`slowfast`, `vggish`);
a branch needs nothing else, so that it can be trained on features that were kept. Tokens are
features brought to d dimensions, in order of time. The picture's need a fully connected layer, as
printed; the sound's are VGGish's as they are, unless d is another width (then a layer brings
them "into the same space").

A voice or a picture that is not there is a learned vector in the place of each of its tokens: no
zeros, no silence. `has_voice` and `has_picture` say for which clips; None is for all of them.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from mrcmv.model import grid
from mrcmv.model.attention import Attention
from mrcmv.model.gate import Gate, fuse
from mrcmv.model.slowfast import PictureFeatures

Normalise = Literal["layer", "unit"]


@dataclass(frozen=True)
class BranchConfig:
    """Sizes of both branches, and what is left out.

    d: of a token; n_heads: of each χ; d_embedding: d_E; normalise: "layer" leaves vectors of
    squared length d_E, which a margin of 30 fits, "unit" of length 1. n_courses: None flattens all
    72 tokens, as printed; k flattens their course over time, k smooth curves of each dimension
    (`Flatten`), which has fewer weights to learn. `self_attention`,
    `cross_attention` and `gate` switch off for table 1's ablations: the tokens then go on as they
    came, and without the gate picture and voice are added up.
    """

    d: int = 128
    n_heads: int = 8
    d_embedding: int = 512
    normalise: Normalise = "layer"
    n_courses: int | None = None
    self_attention: bool = True
    cross_attention: bool = True
    gate: bool = True

    def __post_init__(self) -> None:
        if self.normalise not in ("layer", "unit"):
            raise ValueError(f'normalise is "layer" or "unit", not {self.normalise!r}')
        if self.n_courses is not None and not 1 <= self.n_courses <= grid.N_TOKENS:
            raise ValueError(f"courses are 1 to {grid.N_TOKENS}, not {self.n_courses}")

    @property
    def n_flat(self) -> int:
        """How many numbers of a window's tokens the embedding is made of."""
        return (self.n_courses or grid.N_TOKENS) * self.d


@dataclass(frozen=True, eq=False)
class QueryInternals:
    """All that the query's branch computes; None where a part is switched off.

    `picture` and `voice` are Ḟ and Ṡ, which the gate weighs. Attention weights are named by who
    looks at whom; rows are who looks.

    Shape: embedding `(batch, d_E)`; picture, voice `(batch, 72, d)`; attention
    `(batch, heads, 72, 72)`; gate `(batch, 72, 2d)`, the picture's weights first.
    """

    embedding: Tensor
    picture: Tensor
    voice: Tensor
    picture_to_picture: Tensor | None
    voice_to_voice: Tensor | None
    picture_to_voice: Tensor | None
    voice_to_picture: Tensor | None
    gate: Tensor | None


@dataclass(frozen=True, eq=False)
class BgmInternals:
    """All that the music's branch computes.

    Shape: embedding `(batch, d_E)`; bgm (M̃) `(batch, 72, d)`; bgm_to_bgm
    `(batch, heads, 72, 72)` or None where self-attention is switched off.
    """

    embedding: Tensor
    bgm: Tensor
    bgm_to_bgm: Tensor | None


def normalised(vectors: Tensor, how: Normalise) -> Tensor:
    """Vectors of one length: √d_E and mean 0 ("layer"), or 1 ("unit"). Shape: `(batch, d_E)`."""
    if how == "unit":
        return functional.normalize(vectors, dim=-1)
    return functional.layer_norm(vectors, vectors.shape[-1:])


class PictureTokens(nn.Module):
    """F: fast and slow features brought to d and put in order of time.

    The paper writes one fc; features of two widths need two.
    """

    order: Tensor

    def __init__(self, n_fast: int, n_slow: int, d: int) -> None:
        super().__init__()
        self.fast, self.slow = nn.Linear(n_fast, d), nn.Linear(n_slow, d)
        self.register_buffer("order", torch.tensor(grid.picture_order()), persistent=False)

    def forward(self, features: PictureFeatures) -> Tensor:
        """Shape: `(batch, 64, n_fast)` and `(batch, 8, n_slow)` → `(batch, 72, d)`."""
        row = torch.cat([self.fast(features.fast), self.slow(features.slow)], dim=1)
        return row[:, self.order]


def sound_tokens(n_features: int, d: int) -> nn.Module:
    """What brings VGGish's features to d: nothing, where that is their width."""
    return nn.Identity() if n_features == d else nn.Linear(n_features, d)


class Flatten(nn.Module):
    """A window's tokens as one row: all of them, or how each dimension goes over time.

    The curves are the first of the discrete cosine transform (DCT-II): the mean, rising or falling,
    a hill or a valley, and so on. Tokens half a second apart then have no weights of their own, so
    that a few thousand pairs are enough to learn from.
    """

    curves: Tensor

    def __init__(self, n_courses: int | None) -> None:
        super().__init__()
        curves = torch.eye(grid.N_TOKENS) if n_courses is None else cosines(n_courses)
        self.whole = n_courses is None
        self.register_buffer("curves", curves, persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Shape: `(batch, 72, d)` → `(batch, n_flat)`."""
        if self.whole:
            return tokens.flatten(1)
        return torch.einsum("kt,btd->bkd", self.curves, tokens).flatten(1)


def cosines(n: int) -> Tensor:
    """Orthogonal curves over the tokens, all of one length. Shape: `(n, 72)`."""
    places = (torch.arange(grid.N_TOKENS) + 0.5) / grid.N_TOKENS
    waves = torch.cos(torch.pi * torch.arange(n)[:, None] * places)
    waves[1:] *= 2**0.5
    return waves * (4.0 / grid.N_TOKENS)


class QueryBranch(nn.Module):
    """Features of picture and voice → the joint embedding E_J."""

    def __init__(self, config: BranchConfig, n_fast: int, n_slow: int, n_voice: int) -> None:
        super().__init__()
        self.config = config
        d, n_heads = config.d, config.n_heads
        self.picture = PictureTokens(n_fast, n_slow, d)
        self.voice = sound_tokens(n_voice, d)
        self.no_picture, self.no_voice = (nn.Parameter(torch.randn(d) * d**-0.5) for _ in range(2))
        if config.self_attention:
            self.picture_to_picture = Attention(d, n_heads)
            self.voice_to_voice = Attention(d, n_heads)
        if config.cross_attention:
            self.picture_to_voice = Attention(d, n_heads)
            self.voice_to_picture = Attention(d, n_heads)
        if config.gate:
            self.gate = Gate(d)
        self.flatten = Flatten(config.n_courses)
        self.embed = nn.Linear(config.n_flat, config.d_embedding)

    def forward(
        self,
        picture: PictureFeatures | None,
        voice: Tensor | None,
        has_picture: Tensor | None = None,
        has_voice: Tensor | None = None,
    ) -> Tensor:
        """The joint embeddings; arguments as for `internals`. Shape: `(batch, d_E)`."""
        return self.internals(picture, voice, has_picture, has_voice).embedding

    def internals(
        self,
        picture: PictureFeatures | None,
        voice: Tensor | None,
        has_picture: Tensor | None = None,
        has_voice: Tensor | None = None,
    ) -> QueryInternals:
        """The joint embeddings and all that led to them.

        Shape: picture `(batch, 64, n_fast)` and `(batch, 8, n_slow)`, voice
        `(batch, 72, n_voice)`, either None where no clip has it; has_picture, has_voice
        `(batch,)` bool, None where all have what is given. What stands in the place of an absent
        one does not matter as long as it is finite (zeros, say).

        Raises:
            ValueError: a clip has neither picture nor voice.
        """
        clips = _clips(picture, voice)
        seen = _present(picture is not None, has_picture, clips)
        heard = _present(voice is not None, has_voice, clips)
        if not bool((seen | heard).all()):
            raise ValueError("a clip without picture and without voice has nothing to embed")
        f = self._tokens(None if picture is None else self.picture(picture), seen, self.no_picture)
        s = self._tokens(None if voice is None else self.voice(voice), heard, self.no_voice)
        ff = ss = fs = sf = gate = None
        if self.config.self_attention:
            (f, ff), (s, ss) = self.picture_to_picture(f, f), self.voice_to_voice(s, s)
        if self.config.cross_attention:
            (f, fs), (s, sf) = self.picture_to_voice(f, s), self.voice_to_picture(s, f)
        if self.config.gate:
            gate = self.gate(f, s)
        fused = f + s if gate is None else fuse(f, s, gate)  # (batch, 72, d)
        embedding = normalised(self.embed(self.flatten(fused)), self.config.normalise)
        return QueryInternals(embedding, f, s, ff, ss, fs, sf, gate)

    def _tokens(self, tokens: Tensor | None, present: Tensor, absent: Tensor) -> Tensor:
        """The tokens where they are there, else the learned vector. Shape: `(batch, 72, d)`."""
        instead = absent.expand(len(present), grid.N_TOKENS, -1)
        return instead if tokens is None else torch.where(present[:, None, None], tokens, instead)


class BgmBranch(nn.Module):
    """Features of music → the BGM embedding E_M. It never sees the query."""

    def __init__(self, config: BranchConfig, n_bgm: int) -> None:
        super().__init__()
        self.config = config
        self.bgm = sound_tokens(n_bgm, config.d)
        if config.self_attention:
            self.bgm_to_bgm = Attention(config.d, config.n_heads)
        self.flatten = Flatten(config.n_courses)
        self.embed = nn.Linear(config.n_flat, config.d_embedding)

    def forward(self, bgm: Tensor) -> Tensor:
        """Shape: `(batch, 72, n_bgm)` → `(batch, d_E)`."""
        return self.internals(bgm).embedding

    def internals(self, bgm: Tensor) -> BgmInternals:
        """The embeddings and all that led to them. Shape: `(batch, 72, n_bgm)`."""
        tokens, weights = self.bgm(bgm), None
        if self.config.self_attention:
            tokens, weights = self.bgm_to_bgm(tokens, tokens)
        embedding = normalised(self.embed(self.flatten(tokens)), self.config.normalise)
        return BgmInternals(embedding, tokens, weights)


def _clips(picture: PictureFeatures | None, voice: Tensor | None) -> Tensor:
    """A row of True, one for each clip, where the features lie."""
    given = voice if picture is None else picture.fast
    if given is None:
        raise ValueError("a clip without picture and without voice has nothing to embed")
    return torch.ones(len(given), dtype=torch.bool, device=given.device)


def _present(given: bool, has: Tensor | None, clips: Tensor) -> Tensor:
    """Which clips have it. Shape: `(batch,)` bool."""
    if not given:
        return ~clips
    return clips if has is None else has
