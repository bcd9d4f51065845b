"""From click to first playable mix, step by step, and a re-encode of the same mix beside it.

    python -m benchmarks.bench [--runs N] [CLIP]

Every run is of a clip that the app has not seen (a copy with other bytes at its end), in a process
that has already served one other clip, as an app that is up has. Times are of this machine at this
moment; the ratio is the figure to quote.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from mrcmv import media
from mrcmv.services import Services
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.types import Found, Mix

CLIPS = sorted((REPOSITORY / "assets/clips").glob("*.mp4"))


class PeakMemory:
    """The most memory this process and its children held above where it started, in MB."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._stop = threading.Event()
        self._start = self._now()
        self.above_mb = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _now(self) -> float:
        total = self._process.memory_info().rss
        for child in self._process.children(recursive=True):
            try:
                total += child.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total / 1e6

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self.above_mb = max(self.above_mb, self._now() - self._start)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def unseen(clip: Path, folder: Path) -> Path:
    """A copy of an mp4 with a `free` box of random bytes behind it: same clip, other content."""
    copy = folder / clip.name
    box = (24).to_bytes(4, "big") + b"free" + os.urandom(16)
    copy.write_bytes(clip.read_bytes() + box)
    return copy


def click_to_mix(work: Services, clip: Path) -> tuple[dict[str, float], Found, Mix]:
    """Seconds of each step for an unseen clip, and what came out."""
    steps: dict[str, float] = {}
    last = [time.perf_counter(), "open"]

    def hook(step: str, artifact: object = None, **_: object) -> None:
        now = time.perf_counter()
        if step != last[1]:
            steps[str(last[1])] = steps.get(str(last[1]), 0.0) + now - float(last[0])
            last[:] = [now, step]

    start = time.perf_counter()
    found = work.find(clip, hook=hook)
    mix = work.mix_found(found, found.matches[0], hook=hook)
    hook("done")
    steps["total"] = time.perf_counter() - start
    return steps, found, mix


def reencode(found: Found, mix: Mix, out: Path) -> float:
    """Seconds that MoviePy takes to write the same mix with a re-encoded picture."""
    start = time.perf_counter()
    media.recode(found.clip, out, sound_file=mix.sound)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", nargs="?", type=Path, default=CLIPS[0])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = Services(Settings(data_dir=folder / "data"))
        click_to_mix(work, unseen(CLIPS[-1], folder))
        totals, laying = [], []
        for run in range(options.runs):
            with PeakMemory() as peak:
                steps, found, mix = click_to_mix(work, unseen(options.clip, folder))
            totals.append(steps.pop("total"))
            laying.append(sum(steps[step] for step in list(steps)[-3:]))
            print(f"run {run + 1}: {totals[-1]:.2f} s, {peak.above_mb:.0f} MB above idle")
            for step, seconds in steps.items():
                print(f"  {seconds:6.2f} s  {step}")
        seconds = reencode(found, mix, folder / "reencoded.mp4")
    clip, mixed = found.clip, statistics.median(laying)
    print(
        f"{clip.path.name}: {clip.width}×{clip.height}, {clip.duration_s:.0f} s\n"
        f"click to first mix: median {statistics.median(totals):.2f} s of {options.runs} "
        f"(min {min(totals):.2f}, max {max(totals):.2f})\n"
        f"the mix alone, picture copied: {mixed:.2f} s; MoviePy's re-encode of the same mix: "
        f"{seconds:.2f} s; ratio {seconds / mixed:.1f}"
    )


if __name__ == "__main__":
    main()
