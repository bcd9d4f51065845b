"""All checks of a finished corpus, in order."""

from pathlib import Path
from typing import Any

from mrcmv.corpus.build.manifest import read_record
from mrcmv.corpus.build.sizes import Size
from mrcmv.corpus.checks import (
    ambiguity,
    baseline,
    duplicates,
    music,
    picture,
    probes,
    residue,
    shortcuts,
    voice,
)  # fmt: skip
from mrcmv.corpus.checks.material import read_material
from mrcmv.corpus.checks.measuring import measure
from mrcmv.progress import Hook, silent


def check(folder: Path, size: Size, seed: int, *, jobs: int, hook: Hook = silent) -> dict[str, Any]:
    """Measure a corpus and judge it. What was measured is kept below `folder/checks`.

    Raises:
        MrcmvError: no corpus was built there, or a file of it is gone.
    """
    material = read_material(folder, size, seed)
    measured = measure(material, jobs, hook)
    hook("Checking")
    built = read_record(folder / "figures.json") or {}
    return {
        "corpus": {name: built.get(name) for name in ("version", "size", "seed", "test_hash")},
        "statistics": {
            "voice": list(voice.NAMES),
            "picture": list(picture.NAMES),
            "music": list(music.NAMES),
        },
        "probes": probes.probe(material, measured),
        "baseline": baseline.judge(material, measured),
        "shortcuts": shortcuts.judge(material, measured),
        "duplicates": duplicates.judge(material, measured),
        "ambiguity": ambiguity.judge(material),
        "residue": residue.judge(material, measured, jobs, hook),
    }
