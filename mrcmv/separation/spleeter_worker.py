"""Runs inside Spleeter's own environment, as a script: never imported by the app.

    python spleeter_worker.py FOLDER

Reads each `mix-*.npy` of the folder, `(n, 2)` float32 at 44.1 kHz, writes the vocals beside it as
`voice-*.npy` of the same shape, and prints one line for each. Spleeter reads MODEL_PATH.
"""

import sys
from pathlib import Path

import numpy as np


def main(folder: Path) -> None:
    from spleeter.separator import Separator  # type: ignore[import-not-found]

    separator = Separator("spleeter:2stems", multiprocess=False)
    for mix in sorted(folder.glob("mix-*.npy")):
        vocals = separator.separate(np.load(mix))["vocals"]
        np.save(folder / mix.name.replace("mix", "voice"), vocals.astype(np.float32))
        sys.stdout.write(f"{mix.name}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
