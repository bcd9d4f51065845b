"""What the data sheet says of a build: oracles, chance, a baseline of hand statistics, counts.

**Metrics.** Recall at K in percent with its 95 % interval, and the median rank, of oracles over
each gallery of n windows; three disjoint galleries are also given as one mean over all queries.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mrcmv.corpus.build.galleries import large_gallery
from mrcmv.corpus.build.hearing import Shelf
from mrcmv.corpus.build.pairs import Edited
from mrcmv.corpus.build.sizes import N_GALLERIES, Size, Split
from mrcmv.corpus.editor.choosing import REAL
from mrcmv.corpus.editor.oracle import RECALL_AT, Knows, Ranks, read_mind

READERS: tuple[Knows, ...] = ("both", "voice", "picture", "track")


def oracles(test: Edited, shelf: Shelf, size: Size, seed: int) -> dict[str, dict[str, Any]]:
    """Each oracle over the three galleries together and over the large one."""
    pool = shelf.pool
    large = large_gallery(test.rows, pool, size, seed)
    told: dict[str, dict[str, Any]] = {}
    for reader in READERS:
        own = [_within(reader, test, shelf, number) for number in range(N_GALLERIES)]
        told[f"{reader}, galleries of {own[0].n_gallery}"] = summary(joined(own))
        far = read_mind(
            reader,
            test.readings.voice,
            test.readings.picture,
            pool.features[large],
            np.arange(len(test.rows)),
            pool.piece[large],
        )
        told[f"{reader}, gallery of {far.n_gallery}"] = summary(far)
    return told


def _within(reader: Knows, test: Edited, shelf: Shelf, number: int) -> Ranks:
    own = np.flatnonzero(test.gallery == number)
    rows = test.rows[own]
    said = test.readings.only(own)
    pool = shelf.pool
    return read_mind(
        reader, said.voice, said.picture, pool.features[rows], np.arange(len(own)), pool.piece[rows]
    )


def joined(ranks: Sequence[Ranks]) -> Ranks:
    """The queries of galleries of one size, taken together."""
    nearer = np.concatenate([one.nearer for one in ranks])
    level = np.concatenate([one.level for one in ranks])
    return Ranks(nearer, level, ranks[0].n_gallery)


def summary(ranks: Ranks) -> dict[str, Any]:
    """Recall, interval and chance at each K, and the median rank, as plain numbers."""
    return {
        "n_queries": len(ranks.nearer),
        "n_gallery": ranks.n_gallery,
        "recall": {str(k): round(ranks.recall(k), 1) for k in RECALL_AT},
        "interval": {str(k): [round(end, 1) for end in ranks.interval(k)] for k in RECALL_AT},
        "chance": {str(k): round(ranks.chance(k), 1) for k in RECALL_AT},
        "median_rank": float(np.median(ranks.mean)),
    }


def counts(edited: Mapping[Split, Edited], shelves: Mapping[Split, Shelf]) -> dict[str, Any]:
    """Pairs, pieces, speakers and uses of each split."""
    told: dict[str, Any] = {}
    for split, one in edited.items():
        pool = shelves[split].pool
        uses = Counter(pool.piece[one.rows].tolist())
        told[split] = {
            "n_pairs": len(one.dubs),
            "n_takes": len({dub.take_id for dub in one.dubs}),
            "n_speakers": len({dub.speaker_id for dub in one.dubs}),
            "n_families": len({dub.family for dub in one.dubs}),
            "n_languages": len({dub.language for dub in one.dubs}),
            "n_pieces_used": len(uses),
            "most_uses": max(uses.values()),
            "n_pieces": len(shelves[split].pieces),
            "n_windows": len(pool.piece),
            "real_share": round(float((pool.origin[one.rows] == REAL).mean()), 3),
            "pieces_by_gallery": [
                len(set(pool.piece[one.rows[one.gallery == number]].tolist()))
                for number in range(N_GALLERIES)
                if (one.gallery == number).any()
            ],
        }
    return told
