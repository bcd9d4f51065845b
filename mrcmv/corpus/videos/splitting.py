"""Which split a video belongs to: drawn from its content and the seed, whatever else is there.

Videos with the same recording in their music go together: a video published twice, at another size
or by another name, and two that share a track. Otherwise the test's answers were heard in training.
"""

from collections.abc import Mapping, Sequence

from mrcmv.corpus.build.plan import SHARES, stream
from mrcmv.corpus.build.sizes import SPLITS, Split
from mrcmv.corpus.music.twins import Landmarks, find_twins


def families_of(landmarks: Mapping[str, Landmarks]) -> dict[str, str]:
    """Video id → the id of the first of those whose music holds the same recording."""
    names = sorted(landmarks)
    family = {name: name for name in names}
    for twins in find_twins([landmarks[name] for name in names]):
        one, other = sorted((family[names[twins.first]], family[names[twins.second]]))
        family = {name: one if first == other else first for name, first in family.items()}
    return family


def split_videos(families: Mapping[str, str], seed: int) -> dict[str, Split]:
    """Video id → split, by `SHARES`; a family is never in two.

    A video that is added changes no other's split. Only where a split would be empty (likely
    with fewer than 20 videos) does the family that was drawn nearest to it go there.
    """
    drawn = {name: stream(seed, "split", name).random() for name in sorted(set(families.values()))}
    dealt = {name: _split_at(at) for name, at in drawn.items()}
    for split in SPLITS:
        counts = {other: list(dealt.values()).count(other) for other in SPLITS}
        fullest = max(SPLITS, key=lambda one: counts[one])
        if counts[split] == 0 and counts[fullest] > 1:
            own = [name for name, its in dealt.items() if its == fullest]
            dealt[min(own, key=lambda name: _away(drawn[name], split))] = split
    return {name: dealt[family] for name, family in families.items()}


def _bounds(split: Split) -> tuple[float, float]:
    order: Sequence[Split] = ("validation", "test", "train")
    start = sum(SHARES[one] for one in order[: order.index(split)])
    return start, start + SHARES[split]


def _split_at(drawn: float) -> Split:
    return next((one for one in SPLITS if _bounds(one)[0] <= drawn < _bounds(one)[1]), "train")


def _away(drawn: float, split: Split) -> float:
    low, high = _bounds(split)
    return max(low - drawn, drawn - high, 0.0)
