"""What may not change once the corpus has a name: who the editor is and who competes with whom.

Whoever changes one of these gives the corpus a new version (`plan.DEAL`), since figures of two
balances cannot be compared. The hash stands in the data sheet, and a test holds the two equal.
"""

import hashlib
import json

from mrcmv.corpus.build import galleries, pairs, plan
from mrcmv.corpus.editor import choosing, mind


def editor_hash() -> str:
    """A hash of the editor's axes, weights and tastes, and of how galleries are dealt."""
    frozen = [
        plan.DEAL,
        list(mind.AXES),
        [share.tolist() for share in (mind.VOICE_SHARE, mind.PICTURE_SHARE, mind.WEIGHTS)],
        [[editor.taste, editor.noise] for editor in mind.EDITORS],
        choosing.ALTERNATIVES,
        [galleries.MOST_A_PIECE, galleries.MOST_A_PIECE_LARGE, galleries.PIECES_A_QUERY],
        [pairs.REAL_SHARE, pairs.CUT_SHARE],
        [plan.SHARES[split] for split in sorted(plan.SHARES)],
    ]
    return hashlib.sha256(json.dumps(frozen).encode()).hexdigest()[:16]
