"""Kill -9 while votes are written: how many acknowledged votes are lost or doubled. Aim: none.

    python -m benchmarks.study_kills [--kills 1000] [--clients 4] [--seed 0] [--folder DIR]

The same harness as `tests/study/test_kills.py`: a server process is killed at random moments, and
at random votes between insert and acknowledgement, under concurrent clients that retry. The
database lies in `--folder` (a temporary one by default; name one on the disk you mean).
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from mrcmv.study.store import Store, sqlite_url
from tests.study.clients import kill_often
from tests.study.scenes import locked, make_study


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    study = make_study(n_clips=12, votes_a_cell=1_000_000 // 12)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        url = sqlite_url(Path(name) / "studies.sqlite")
        store = Store(url)
        locked(store, study)
        store.close()
        began_s = time.monotonic()
        found = kill_often(
            url,
            study,
            Path(name),
            options.kills,
            n_clients=options.clients,
            seed=options.seed,
        )
    passed_s = time.monotonic() - began_s
    share = found.n_between / found.n_kills
    print(f"kills {found.n_kills}, of them {share:.0%} between insert and acknowledgement")
    print(f"votes acknowledged {found.n_acknowledged}, stored {found.n_stored}")
    print(f"lost {len(found.lost)}, doubled {len(found.doubled)}, refused {len(found.refused)}")
    print(f"chain {'whole' if found.is_whole else 'BROKEN'}; {passed_s:.0f} s")
    ok = found.is_whole and not (found.lost or found.doubled or found.refused)
    return 0 if ok and found.n_acknowledged == found.n_stored else 1


if __name__ == "__main__":
    sys.exit(main())
