"""Redubs: the voices of the training split laid over other takes, and music chosen anew.

A round lays each voice over a take of another pair, drawn at random (now and then it is the voice's
own), and lets the editors choose from the same music under the same rules as for the pairs
themselves. Nothing is recorded or spoken for it: voice and picture are there, and what each says to
an editor is known apart from the other. So a network sees a voice with many pictures and many
answers, and cannot learn pairs by heart. What is said does not fit what happens, which the editors
do not mind: they go by how both sound and look.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from mrcmv.corpus.build.hearing import Shelf
from mrcmv.corpus.build.pairs import Edited, Readings, edit_freely
from mrcmv.corpus.build.plan import stream
from mrcmv.corpus.build.sizes import Size
from mrcmv.corpus.build.takes import TakeRecord

REDUBS = "redubs.parquet"
ROUNDS = 19
"""With the pairs themselves 20 epochs that differ: heads learn from each of them twice."""


def redub(
    edited: Edited, takes: Mapping[str, TakeRecord], shelf: Shelf, size: Size, seed: int
) -> Iterator[dict[str, Any]]:
    """Rows of the table `REDUBS`, from the edited training split.

    round: from 1 on. pair_id: whose voice it is. duration_s: as long as voice and take both last.
    covered_s: how far into it the piece plays.
    """
    lasts_s = np.array([takes[dub.take_id].duration_s for dub in edited.dubs])
    for number in range(1, ROUNDS + 1):
        other = stream(seed, "redub", number).permutation(len(edited.dubs))
        readings = Readings(edited.readings.voice, edited.readings.picture[other])
        chosen = edit_freely(
            "train", edited.dubs, readings, shelf.pool, size, f"{seed}/redub/{number}"
        )
        for at, row in enumerate(chosen.rows.tolist()):
            piece, start_s = int(shelf.pool.piece[row]), float(shelf.pool.start_s[row])
            duration_s = float(min(lasts_s[at], lasts_s[other[at]]))
            yield {
                "round": number,
                "pair_id": edited.dubs[at].pair_id,
                "take_id": edited.dubs[other[at]].take_id,
                "piece_id": shelf.ids[piece],
                "music_start_s": start_s,
                "duration_s": duration_s,
                "covered_s": min(duration_s, float(shelf.lengths_s[piece]) - start_s),
            }
