"""A query's and its matches' numbers, read off the network (issue: why this music).

**Conventions.** Everything starts after the backbones, from the features of one clip window
(`features_of`, or what a search has kept), so that it costs a few hundredths of a second; see
`explanation` for what comes out. The network must be in eval mode.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from mrcmv.explain.explanation import MAPS, Explanation, MatchExplanation, MusicMap
from mrcmv.explain.occlusion import PARTS, occluded
from mrcmv.explain.rollout import rollout
from mrcmv.explain.scoring import Gallery, Outcome, leads, outcome
from mrcmv.explain.timeline import Timeline
from mrcmv.model.branches import BgmBranch, QueryBranch, QueryInternals
from mrcmv.model.network import Frames, Mrcmv
from mrcmv.model.retriever import QueryFeatures
from mrcmv.types import Floats, Match, Span

TOLERANCE = 5e-3
"""Of a distance, between a search and what is computed here: rounding, no other voice or method."""


def features_of(network: Mrcmv, frames: Frames | None, voice: Tensor | None) -> QueryFeatures:
    """What the backbones say of clip windows. Shape: as `Mrcmv.embed_query` takes them."""
    with torch.inference_mode():
        return QueryFeatures(
            None if frames is None else network.picture_features(frames),
            None if voice is None else network.voice_features(voice),
        )


def explain(
    branch: QueryBranch,
    features: QueryFeatures,
    window: Span,
    gallery: Gallery,
    matches: Sequence[Match],
) -> Explanation:
    """All numbers of one query; `features` are those of one clip window, None for what it has not.

    Raises:
        ValueError: the features are not of one clip, the clip has neither picture nor voice, a
            match's window is not in the gallery, or a match's distance is not what the features
            give: it was found otherwise (by another method, another voice).
    """
    given = features.voice if features.picture is None else features.picture.fast
    if given is not None and len(given) != 1:
        raise ValueError(f"one clip window is explained at a time, not {len(given)}")
    line = Timeline.of(window)
    with torch.inference_mode():
        seen = branch.internals(features.picture, features.voice)
    maps = _maps(seen)
    gate, flow = _flow(seen)
    return Explanation(
        line=line,
        has_voice=features.voice is not None,
        n_tracks=gallery.n_tracks,
        maps=maps,
        rolled=rollout(maps),
        gate=gate,
        flow=flow,
        matches=_matches(branch, features, line, gallery, matches),
    )


def explain_music(branch: BgmBranch, features: Tensor, window: Span) -> MusicMap | None:
    """Who looks at whom inside a track's window; None where the network has no self-attention.

    Shape: features `(1, 72, n_bgm)` of `Mrcmv.bgm_features`.
    """
    with torch.inference_mode():
        weights = branch.internals(features).bgm_to_bgm
    return None if weights is None else MusicMap(Timeline.of(window), weights[0].numpy())


def embeddings(branch: QueryBranch, features: QueryFeatures) -> dict[str, Floats]:
    """The query under each condition that is possible. Shape: `(d_E,)` each."""
    with torch.inference_mode():
        made = {"both": branch(features.picture, features.voice)}
        if features.picture is not None and features.voice is not None:
            made["without_voice"] = branch(features.picture, None)
            made["without_picture"] = branch(None, features.voice)
    return {name: embedding[0].numpy() for name, embedding in made.items()}


def outcomes(queries: Mapping[str, Floats], gallery: Gallery, track_id: str) -> dict[str, Outcome]:
    """A track's distance and rank for each of the query's embeddings. Shape: `(d_E,)` each."""
    apart = gallery.distances(np.stack(list(queries.values())))
    return {
        name: outcome(row, gallery.track_ids, track_id)
        for name, row in zip(queries, apart, strict=True)
    }


def _maps(seen: QueryInternals) -> dict[str, Floats]:
    """Shape: `(heads, 72, 72)` each."""
    found = {name: getattr(seen, name) for name in MAPS}
    return {
        name: weights[0].detach().numpy() for name, weights in found.items() if weights is not None
    }


def _flow(seen: QueryInternals) -> tuple[Floats | None, Floats]:
    """The gate `(2, 72, d)` or None, and the length of what goes on of each token `(2, 72)`."""
    tokens = torch.cat([seen.picture, seen.voice]).detach()  # (2, 72, d)
    if seen.gate is None:
        return None, tokens.norm(dim=-1).numpy()
    gate = torch.stack(seen.gate[0].detach().chunk(2, dim=-1))  # (2, 72, d)
    return gate.numpy(), (gate * tokens).norm(dim=-1).numpy()  # the terms of eq. 4


def _matches(
    branch: QueryBranch,
    features: QueryFeatures,
    line: Timeline,
    gallery: Gallery,
    matches: Sequence[Match],
) -> tuple[MatchExplanation, ...]:
    if not matches:
        return ()
    rows = [gallery.place(one.track.track_id, one.window.start_s) for one in matches]
    queries = embeddings(branch, features)
    apart = gallery.distances(queries["both"][np.newaxis])
    without = [_without(branch, features, line, gallery, parts) for parts in PARTS]
    told = []
    for match, row in zip(matches, rows, strict=True):
        told_of = outcomes(queries, gallery, match.track.track_id)
        _check_found(match, told_of["both"].distance)
        lead = float(leads(apart, gallery.track_ids, row)[0])
        left = [leads(each, gallery.track_ids, row) for each in without]
        told.append(
            MatchExplanation(
                rank=match.rank,
                track_id=match.track.track_id,
                title=match.track.title,
                start_s=match.window.start_s,
                outcomes=told_of,
                lead=lead,
                ties=(lead - np.stack(left)).astype(np.float32),
            )
        )
    return tuple(told)


def _check_found(match: Match, distance: float) -> None:
    """Refuse to explain a match that these features would not have brought."""
    if not abs(match.distance - distance) <= TOLERANCE * distance:
        raise ValueError(
            f"{match.track.title} lies at {match.distance:.3f} as it was found and at "
            f"{distance:.3f} by these features: find again by the method that is explained"
        )


def _without(
    branch: QueryBranch,
    features: QueryFeatures,
    line: Timeline,
    gallery: Gallery,
    parts: Sequence[str],
) -> Floats:
    """Distances to all windows without each second's parts; NaN where the clip has not all of
    them. Shape: `(n_seconds, n_windows)`."""
    there = {"picture": features.picture, "voice": features.voice}
    if len(parts) == 1 and there[parts[0]] is None:
        return np.full((line.n_seconds, len(gallery.track_ids)), np.nan, np.float32)
    return gallery.distances(occluded(branch, features, line, parts))
