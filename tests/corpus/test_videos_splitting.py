"""Laws of the splits of videos."""

from collections import Counter

import numpy as np
import pytest

from mrcmv.corpus.build.plan import SHARES
from mrcmv.corpus.build.sizes import SPLITS
from mrcmv.corpus.videos.splitting import families_of, split_videos

MANY = {f"v{n}": f"v{n}" for n in range(3000)}


def test_shares_are_those_of_the_simulated_corpus():
    counts = Counter(split_videos(MANY, 0).values())
    for split in SPLITS:
        assert counts[split] / len(MANY) == pytest.approx(SHARES[split], abs=0.03)


def test_a_video_that_comes_or_goes_changes_no_others_split():
    whole = split_videos(MANY, 0)
    part = {name: name for name in list(MANY)[::3]}
    assert split_videos(part, 0) == {name: whole[name] for name in part}
    assert split_videos(dict(reversed(part.items())), 0) == split_videos(part, 0)


def test_another_seed_splits_otherwise():
    assert split_videos(MANY, 1) != split_videos(MANY, 0)


@pytest.mark.parametrize("n", [3, 4, 6, 10])
@pytest.mark.parametrize("seed", range(8))
def test_few_videos_leave_no_split_empty(n, seed):
    dealt = split_videos({f"v{at}": f"v{at}" for at in range(n)}, seed)
    assert set(dealt.values()) == set(SPLITS)


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_families_than_splits_are_dealt_as_far_as_they_go(n):
    dealt = split_videos({f"v{at}": f"v{at % n}" for at in range(9)}, 0)
    assert len(dealt) == 9
    assert len(set(dealt.values())) == n


def test_a_family_is_never_in_two_splits():
    families = {f"v{at}": f"v{at % 40}" for at in range(400)}
    dealt = split_videos(families, 0)
    assert all(dealt[name] == dealt[first] for name, first in families.items())


def prints(rng, n=200):
    """Landmarks of a recording that nobody else has."""
    return np.stack([rng.integers(0, 2**20, n), np.arange(n) * 4], axis=1).astype(np.int32)


def test_recordings_in_common_make_families_by_way_of_others():
    rng = np.random.default_rng(0)
    a, b, alone = prints(rng), prints(rng), prints(rng)
    both = np.concatenate([a, b + np.array([0, 1000], np.int32)])
    families = families_of({"z": a, "m": b, "c": both, "d": alone, "e": alone[:0]})
    assert families == {"z": "c", "m": "c", "c": "c", "d": "d", "e": "e"}
