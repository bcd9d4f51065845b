"""The numbers in plain words: one sentence a figure, computed from them.

**Conventions.** What was tried out on this very query (a match without the voice, a second left
out) is told as what decides. Where attention looks and what the gate lets through is told as that
and no more, unless a check has shown that such seconds decide (`evidence.Claims`). Moments are
minutes and seconds of the clip; an *even share* is what every second would have if none were
preferred.
"""

import numpy as np

from mrcmv.explain.evidence import NONE, Claims
from mrcmv.explain.explanation import Explanation, MatchExplanation, MusicMap
from mrcmv.explain.timeline import Timeline
from mrcmv.model import grid
from mrcmv.types import Floats

NO_CAUSE = "which says where the network looks, not what decides"
NO_GATE_CAUSE = "which says what goes on, not what decides"
NO_VOICE = "Nobody speaks in this window"
VOICE_DECIDED, PICTURE_DECIDED = "The voice decided", "The picture decided"
WHOSE = {
    "picture_to_picture": ("the picture", "itself", "picture"),
    "voice_to_voice": ("the voice", "itself", "voice"),
    "picture_to_voice": ("the picture", "the voice", "voice"),
    "voice_to_picture": ("the voice", "the picture", "picture"),
}
"""Of each map: who looks, at whom in words, and whose seconds these are."""
EVEN = 1.15
"""Times an even share below which no moment is worth naming."""
SHUT = 0.01
"""A gate below this in all tokens lets nothing through worth naming."""


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 11th …"""
    last = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{last}"


def clock(time_s: float) -> str:
    """Seconds as minutes and seconds: 1:05."""
    minutes, seconds = divmod(int(time_s + 1e-6), 60)
    return f"{minutes}:{seconds:02d}"


def tipped(explanation: Explanation, at: int) -> str:
    """What tipped match `at` (from 0): its rank without the voice and without the picture."""
    told, n_tracks = explanation.matches[at].outcomes, explanation.n_tracks
    who = verdict(explanation, at)
    if len(told) == 1:
        lacks = "picture" if explanation.has_voice else "voice"
        where = f"this track lies {ordinal(told['both'].rank)} of {n_tracks}"
        return f"{who}, as there is no {lacks}: {where}."
    own = told["both"].rank
    mute = _moves(own, told["without_voice"].rank)
    blind = _moves(own, told["without_picture"].rank)
    if who == PICTURE_DECIDED:
        return f"{who}: without it this track {blind} of {n_tracks}, without the voice it {mute}."
    it = "it" if who == VOICE_DECIDED else "the voice"
    return f"{who}: without {it} this track {mute} of {n_tracks}, without the picture it {blind}."


def verdict(explanation: Explanation, at: int) -> str:
    """Who tipped match `at`, in a few words: what `tipped` begins with."""
    told = explanation.matches[at].outcomes
    if len(told) == 1:
        return f"The {'voice' if explanation.has_voice else 'picture'} alone chose"
    own = told["both"].rank
    mute, blind = told["without_voice"].rank - own, told["without_picture"].rank - own
    if mute >= 1 and mute >= 2 * blind:
        return VOICE_DECIDED
    if blind >= 1 and blind >= 2 * mute:
        return PICTURE_DECIDED
    return "Voice and picture decided together" if mute >= 1 else "Either would have done"


def contributions(explanation: Explanation) -> str:
    """How far these matches would fall without the voice and without the picture."""
    told = [match.outcomes for match in explanation.matches if len(match.outcomes) > 1]
    if not told:
        return "Without either there is nothing to compare."
    falls = {
        name: float(np.mean([one[name].rank - one["both"].rank for one in told]))
        for name in ("without_voice", "without_picture")
    }
    who = "this track" if len(told) == 1 else f"these {len(told)} tracks"
    mean = "" if len(told) == 1 else ", on average"
    first = f"Without the voice {who} would lie {_lower(falls['without_voice'])}"
    return f"{first}, without the picture {_lower(falls['without_picture'])}{mean}."


def attention(explanation: Explanation, name: str, head: int | None = None) -> str:
    """Where one map looks most, by one head (from 0) or by their mean."""
    who, whom, whose = WHOSE[name]
    if not explanation.has_voice and "voice" in name:
        return f"{NO_VOICE}: one learned vector stands in its place, so this map tells no moments."
    if name not in explanation.maps:
        return "This network was made without this attention."
    heads = explanation.maps[name]
    weights = heads.mean(axis=0) if head is None else heads[head]
    peak = _peak(explanation.line, weights.mean(axis=0), whose, whom)
    return f"{who.capitalize()} looks {peak} {_by(head, len(heads))}."


def rollout(explanation: Explanation, claims: Claims = NONE) -> str:
    """Which second attention rests on most, through all layers."""
    by_second = explanation.rollout_by_second.sum(axis=0)
    at_s, share = _highest(explanation.line, by_second)
    first = f"Attention rests most on {clock(at_s)} ({share:.0%} of all that is looked at)"
    if claims.rollout:
        return f"{first}, and seconds that rank so high were shown to decide."
    return f"{first}, {NO_CAUSE}."


def gate(explanation: Explanation, claims: Claims = NONE) -> str:
    """What the gate lets through of voice and picture, over time."""
    share = explanation.voice_share
    if not np.isfinite(share).any():
        return "The gate lets nothing through in this window."
    if not explanation.has_voice:
        mean = float(np.nanmean(share))
        return f"{NO_VOICE}: {mean:.0%} of what goes on is the vector that stands in its place."
    times_s = explanation.line.voice_times_s
    most, least = int(np.nanargmax(share)), int(np.nanargmin(share))
    said = (
        f"Of what goes on, {np.nanmean(share):.0%} is voice, most at {clock(times_s[most])} "
        f"({share[most]:.0%}) and least at {clock(times_s[least])} ({share[least]:.0%})"
    )
    tail = (
        "and seconds of which much goes on were shown to decide" if claims.gate else NO_GATE_CAUSE
    )
    return f"{said}, {tail}."


def gate_profile(explanation: Explanation) -> str:
    """How many dimensions the gate shuts off for each."""
    if explanation.gate is None:
        return "This network has no gate: picture and voice are added up as they are."
    shut = (explanation.gate.max(axis=1) < SHUT).sum(axis=1)
    d = explanation.gate.shape[2]
    return (
        f"Of {d} dimensions the gate shuts {shut[0]} for the picture and {shut[1]} for the voice "
        "throughout this window."
    )


def ties(match: MatchExplanation, line: Timeline) -> str:
    """Which second ties the track to the clip most."""
    lost = match.ties[0]
    second = int(lost.argmax())
    if lost[second] <= 0:
        return "No single second ties this track to the clip: without any one it stays as near."
    at = clock(line.start_s + second)
    if match.lead <= 0:
        return f"The second at {at} ties this track to the clip most."
    share = lost[second] / match.lead
    return (
        f"The second at {at} ties this track to the clip most: without it {share:.0%} of its lead "
        "over the rest of the catalog is gone."
    )


def music(found: MusicMap, head: int | None = None) -> str:
    """Which second of the track its window looks at most, by one head (from 0) or by their mean."""
    heads = found.weights
    weights = (heads.mean(axis=0) if head is None else heads[head]).mean(axis=0)
    peak = _peak(found.line, weights, "voice", "itself")
    return f"The music looks {peak} {_by(head, len(heads))}."


def notes(explanation: Explanation) -> tuple[str, ...]:
    """What a reader should know of this clip, above all figures."""
    told = []
    line = explanation.line
    if not explanation.has_voice:
        told.append(f"{NO_VOICE}, so the picture alone was compared.")
    if line.repeats > 1 + 1e-3:
        told.append(
            f"The clip lasts {line.length_s:.1f} s and is taken {line.repeats:.1f} times over, so "
            "its seconds come again."
        )
    return tuple(told)


def _by(head: int | None, n_heads: int) -> str:
    return "on average" if head is None else f"in head {head + 1} of {n_heads}"


def _lower(places: float) -> str:
    """How far tracks fall, or rise."""
    if abs(places) < 0.05:
        return "as high"
    where = "place" if abs(places) == 1 else "places"
    return f"{abs(places):.3g} {where} {'lower' if places > 0 else 'higher'}"


def _moves(before: int, after: int) -> str:
    if after == before:
        return f"stays {ordinal(before)}"
    verb = "falls" if after > before else "rises"
    return f"{verb} from {ordinal(before)} to {ordinal(after)}"


def _peak(line: Timeline, of_tokens: Floats, whose: str, whom: str) -> str:
    """At whom, and at which second for its tokens more than at any other."""
    by_second = line.picture_by_second if whose == "picture" else line.voice_by_second
    even = by_second(np.full(grid.N_TOKENS, 1 / grid.N_TOKENS, np.float32))
    ratios = by_second(of_tokens) / np.maximum(even, 1e-9)
    second = int(ratios.argmax())
    times = float(ratios[second])
    if times < EVEN:
        return f"at all moments of {whom} about evenly"
    return f"most at {whom} at {clock(line.start_s + second)}, {times:.1f} times an even share,"


def _highest(line: Timeline, by_second: Floats) -> tuple[float, float]:
    """The second with most, and its share of all."""
    second = int(by_second.argmax())
    return line.start_s + second, float(by_second[second] / by_second.sum())
