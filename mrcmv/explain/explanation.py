"""What there is to say of one query and its matches: numbers that travel to figures and papers.

**Conventions.** Attention maps are named by who looks at whom (`MAPS`); rows are who looks and sum
to 1. Wherever picture and voice stand in one array the picture is first. Times are the clip's own
seconds. A query whose clip has no voice has a learned vector in the place of all voice tokens
(`branches`): its maps are kept, but no second of a voice is meant by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mrcmv.explain import rollout
from mrcmv.explain.scoring import Outcome
from mrcmv.explain.timeline import Timeline
from mrcmv.types import Floats

MAPS = ("picture_to_picture", "voice_to_voice", "picture_to_voice", "voice_to_picture")
CONDITIONS = ("both", "without_voice", "without_picture")


@dataclass(frozen=True, eq=False)
class MusicMap:
    """Who looks at whom inside a track's window.

    Shape: weights `(heads, 72, 72)`; the window's tokens lie on `line`, the track's own seconds.
    """

    line: Timeline
    weights: Floats


@dataclass(frozen=True, eq=False)
class MatchExplanation:
    """What tipped one match.

    `outcomes`: the track's distance and rank under each of `CONDITIONS` that is possible (without
    the picture only where there is a voice, without the voice likewise). `lead`: how much nearer
    its window lies than the other tracks' on average. `ties`: how much of the lead is lost with
    each second of the clip: with all of it, with its picture, with its voice (NaN where there is
    none).

    Shape: ties `(3, n_seconds)`.
    """

    rank: int
    track_id: str
    title: str
    start_s: float
    outcomes: Mapping[str, Outcome]
    lead: float
    ties: Floats
    music: MusicMap | None = None


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why these matches.

    `maps`: attention by name, those that the network has. `rolled`: what each token before the gate
    is made of (`rollout`). `gate`: g, None where the network has none. `flow`: the length of what
    goes on of each token, ‖g_F∘Ḟ‖ and ‖g_S∘Ṡ‖.

    Shape: maps `(heads, 72, 72)`; rolled `(144, 144)`; gate `(2, 72, d)`; flow `(2, 72)`.
    """

    line: Timeline
    has_voice: bool
    n_tracks: int
    maps: Mapping[str, Floats]
    rolled: Floats
    gate: Floats | None
    flow: Floats
    matches: tuple[MatchExplanation, ...]

    @property
    def means(self) -> dict[str, Floats]:
        """The mean of the heads of each map. Shape: `(72, 72)` each."""
        return {name: heads.mean(axis=0) for name, heads in self.maps.items()}

    @property
    def relevance(self) -> Floats:
        """How much of all that reaches the gate each input token makes up. Shape: `(2, 72)`."""
        return rollout.relevance(self.rolled)

    @property
    def voice_share(self) -> Floats:
        """The voice's part of what goes on of each pair of tokens, 0–1; NaN where the gate lets
        nothing through. Shape: `(72,)`."""
        total = self.flow.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share: Floats = np.where(total > 0, self.flow[1] / total, np.nan).astype(np.float32)
        return share

    def by_second(self, of_tokens: Floats) -> Floats:
        """What lies on tokens, by second of the clip. Without a voice its half is 0: what rests on
        the vector that stands in its place is no second's. Shape: `(2, 72)` → `(2, n_seconds)`."""
        voice = of_tokens[1] if self.has_voice else np.zeros_like(of_tokens[1])
        return np.stack(
            [self.line.picture_by_second(of_tokens[0]), self.line.voice_by_second(voice)]
        )

    @property
    def rollout_by_second(self) -> Floats:
        """Rollout's relevance of each second. Shape: `(2, n_seconds)`."""
        return self.by_second(self.relevance)

    @property
    def flow_by_second(self) -> Floats:
        """What the gate lets through of each second. Shape: `(2, n_seconds)`."""
        return self.by_second(self.flow)

    def with_music(self, at: int, music: MusicMap) -> "Explanation":
        """The same with the attention inside the window of match `at` (counted from 0)."""
        told = list(self.matches)
        told[at] = replace(told[at], music=music)
        return replace(self, matches=tuple(told))
