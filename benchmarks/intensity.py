"""Does fierce music come to fierce clips? Thirty scripted clips through the `descriptors` method.

    python benchmarks/intensity.py [--set FOLDER] [--method descriptors]

Makes the clips when the folder does not hold them (about ten minutes on two cores). Prints the
rank correlation between the script's intensity and the mean energy of the five best matches, with
a bootstrap interval and the level of chance, and what swapping two clips' voices does to it.
"""

import argparse
import csv
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mrcmv.corpus.intensity import make_set
from mrcmv.services import FindOptions, Services
from mrcmv.settings import Settings

TOP = 5
N_RESAMPLES = 10_000


@dataclass(frozen=True)
class Row:
    """One clip: its script, and the mean energy found with its own and with the other voice."""

    intensity: float
    play: float
    voice: float
    other_voice: float
    energy: float
    energy_swapped: float


def found_energy(
    services: Services, folder: Path, name: str, method: str, own_voice: bool
) -> float:
    """The mean energy (0–1) of the best matches of one clip."""
    voice_file = folder / f"{name}.voice.flac" if own_voice else None
    options = FindOptions(method=method, top=TOP, voice_file=voice_file)
    found = services.find(folder / f"{name}.mp4", options)
    return float(np.mean([match.window.descriptors.energy for match in found.matches]))


def measure(folder: Path, method: str, own_voice: bool, catalog: Path | None) -> list[Row]:
    """Find music for every clip of the set, with its own voice and with the swapped one."""
    rows = []
    with tempfile.TemporaryDirectory() as data:
        services = Services(Settings(data_dir=Path(data), catalog_dir=catalog))
        with (folder / "intensity.csv").open() as file:
            for line in csv.DictReader(file):
                swapped = line["clip"].replace("clip", "swapped")
                rows.append(
                    Row(
                        float(line["intensity"]),
                        float(line["play"]),
                        float(line["voice"]),
                        float(line["swapped_voice"]),
                        found_energy(services, folder, line["clip"], method, own_voice),
                        found_energy(services, folder, swapped, method, own_voice),
                    )
                )
                print(f"{line['clip']}  {rows[-1]}", file=sys.stderr)
    return rows


def spearman(x: np.ndarray, y: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
    """Rank correlation with its 95 % bootstrap interval (clips drawn with replacement)."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(x), (N_RESAMPLES, len(x)))
    rhos = np.array([_rho(x[i], y[i]) for i in drawn])
    low, high = np.nanpercentile(rhos, [2.5, 97.5])
    return _rho(x, y), float(low), float(high)


def mean_interval(values: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
    """The mean with its 95 % bootstrap interval."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (N_RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(values.mean()), float(low), float(high)


def _rho(x: np.ndarray, y: np.ndarray) -> float:
    ranks_x, ranks_y = stats.rankdata(x), stats.rankdata(y)
    if ranks_x.std() == 0 or ranks_y.std() == 0:
        return 0.0
    return float(np.corrcoef(ranks_x, ranks_y)[0, 1])


def report(rows: list[Row]) -> str:
    """The figures as text, each with its n, interval and chance level."""
    column = {name: np.array([getattr(row, name) for row in rows]) for name in Row.__annotations__}
    n = len(rows)
    chance = 1.96 / np.sqrt(n - 1)
    lines = [f"n = {n} clips, mean energy of {TOP} matches; chance 0 (95 % within ±{chance:.2f})"]
    for name in ("intensity", "play", "voice"):
        rho, low, high = spearman(column[name], column["energy"])
        lines.append(f"Spearman of energy with {name}: {rho:.2f} (95 % {low:.2f} to {high:.2f})")
    rise = column["other_voice"] - column["voice"]
    moved = (column["energy_swapped"] - column["energy"]) * np.sign(rise)
    pairs = moved.reshape(2, n // 2).mean(axis=0)  # clips i and i + n/2 lent each other their voice
    mean, low, high = mean_interval(pairs)
    share = np.mean(moved > 0)
    lines.append(
        f"Swapping two clips' voices moves the energy towards the new voice by {mean:+.3f} "
        f"(95 % {low:+.3f} to {high:+.3f} over {n // 2} pairs; chance 0), "
        f"in {share:.0%} of {n} clips (chance at most 50 %)"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, default=Path("data/intensity-set"))
    parser.add_argument("--method", default="descriptors")
    parser.add_argument(
        "--own-voice", action="store_true", help="give the voice as its own file (no separation)"
    )
    parser.add_argument("--catalog", type=Path, help="a catalog folder (default: the starter set)")
    options = parser.parse_args()
    if not (options.set / "intensity.csv").is_file():
        make_set(options.set)
    print(report(measure(options.set, options.method, options.own_voice, options.catalog)))


if __name__ == "__main__":
    main()
