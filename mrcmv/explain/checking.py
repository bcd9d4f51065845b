"""The checks that attention papers ask for, over clips, as rows of a table.

**Conventions.** One clip at a time: what is measured of it (`Measured`) is a number or a few, so
that a check of hundreds of clips holds none of them. Its match is the nearest window of the
gallery. Means are over clips, their intervals percentiles of 2,000 bootstrap draws of clips (Efron
1979).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from mrcmv.explain.attribution import explain, features_of
from mrcmv.explain.deletion import RANDOM, Embed, RawClip, curves, ranked
from mrcmv.explain.evidence import Advantage, Evidence
from mrcmv.explain.explanation import Explanation
from mrcmv.explain.occlusion import occluded
from mrcmv.explain.randomisation import ATTENTION, likeness, shuffled
from mrcmv.explain.scoring import Gallery, leads
from mrcmv.model.network import Mrcmv
from mrcmv.progress import Hook, silent
from mrcmv.types import Floats, Span

N_DRAWS = 2000
ROLLOUT, GATE, OCCLUSION = "rollout", "gate", "occlusion"
WAYS = {
    ROLLOUT: "the seconds that rollout ranks highest",
    GATE: "the seconds of which the gate lets most through",
    OCCLUSION: "the seconds whose tokens cost most (upper bound)",
    RANDOM: "random seconds",
}
ALIKE = 0.5
"""Maps of random weights that agree with the true ones more than this show no learning."""
SUM_TOLERANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Measured:
    """What one clip gives: how far sums of weights are from 1, how alike maps under shuffled
    weights are (attention's alone, all), and the loss by each way of deletion, `(4,)` each."""

    sum_error: float
    alike_attention: float
    alike_all: float
    losses: Mapping[str, Floats]


def measure(
    network: Mrcmv,
    randoms: Sequence[Mrcmv],
    clip: RawClip,
    gallery: Gallery,
    *,
    n_draws: int = 8,
    seed: int = 0,
    embed: Embed | None = None,
) -> Measured:
    """Check one clip. `randoms`: the network with attention, and with all of it, shuffled; `embed`:
    what embeds raw clips instead of the network itself (a copy on a GPU)."""
    own = features_of(network, *clip.inputs)
    window = Span(clip.line.start_s, clip.line.start_s + clip.line.length_s)
    seen = explain(network.query, own, window, gallery, ())
    with torch.inference_mode():
        query = network.query(own.picture, own.voice).numpy()
    row = int(gallery.distances(query)[0].argmin())

    def lead(embeddings: Floats) -> Floats:
        return leads(gallery.distances(embeddings), gallery.track_ids, row)

    orders = {
        ROLLOUT: ranked(seen.rollout_by_second.sum(axis=0)),
        GATE: ranked(seen.flow_by_second.sum(axis=0)),
        OCCLUSION: ranked(-lead(occluded(network.query, own, clip.line))),
    }
    if seen.gate is None:
        del orders[GATE]
    alike = [
        likeness(
            seen.maps, explain(r.query, features_of(r, *clip.inputs), window, gallery, ()).maps
        )
        if seen.maps
        else float("nan")
        for r in randoms
    ]
    lost = curves(embed or network.embed_query, clip, orders, lead, n_draws=n_draws, seed=seed)
    return Measured(_sum_error(seen), alike[0], alike[1], lost)


def check(
    network: Mrcmv,
    clips: Iterable[RawClip],
    gallery: Gallery,
    *,
    n_draws: int = 8,
    seed: int = 0,
    embed: Embed | None = None,
    total: int | None = None,
    hook: Hook = silent,
) -> list[Measured]:
    """Measure each clip. Raises ValueError where the gallery has one track only."""
    if gallery.n_tracks < 2:
        raise ValueError("a match has no lead over other tracks in a catalog of one: add music")
    randoms = [shuffled(network, seed, ATTENTION).eval(), shuffled(network, seed).eval()]
    found = []
    for number, clip in enumerate(clips):
        hook("Deleting seconds", completed=number, total=total)
        found.append(
            measure(
                network, randoms, clip, gallery,
                n_draws=n_draws, seed=seed + number, embed=embed,
            )
        )  # fmt: skip
    return found


def mean_of(values: Sequence[float], seed: int = 0) -> Advantage:
    """The mean of what is a number, with its interval (NaN of fewer than two)."""
    from scipy.stats import bootstrap

    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) < 2:
        mean = float(known[0]) if len(known) else float("nan")
        return Advantage(mean, float("nan"), float("nan"), len(known))
    told = bootstrap(
        (known,), np.mean, n_resamples=N_DRAWS, method="percentile", rng=np.random.default_rng(seed)
    ).confidence_interval
    return Advantage(float(known.mean()), float(told.low), float(told.high), len(known))


def advantages(found: Sequence[Measured]) -> dict[str, Advantage]:
    """How much more each way costs than random seconds, the mean of the four shares, in per cent of
    the lead."""
    names = [name for name in WAYS if name != RANDOM and found and name in found[0].losses]
    return {
        name: mean_of([float((one.losses[name] - one.losses[RANDOM]).mean()) for one in found])
        for name in names
    }


def evidence_of(found: Sequence[Measured], weights: str, material: str) -> Evidence:
    """What the captions may go by. `weights`: their digest."""
    told = advantages(found)
    return Evidence(weights, material, told[ROLLOUT], told.get(GATE))


def _sum_error(seen: Explanation) -> float:
    """How far the sums of rows, of maps and of rollout, are from 1 at most."""
    sums = [rows.sum(axis=-1) for rows in (*seen.maps.values(), seen.rolled)]
    return max(float(np.abs(each - 1).max()) for each in sums)
