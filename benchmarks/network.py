"""How long the network takes over one clip window, and how fast it hears tracks.

    python -m benchmarks.network [--runs 5] [--weights FILE]

A query is one window of 32 s of each sample clip, its pictures decoded and its voice found before:
from there to the embedding, on all cores. A track is heard by one core: seconds of music a second,
its windows lie 8 s apart, as in the catalog, so every second is heard four times.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from mrcmv import media
from mrcmv.cache import Memory
from mrcmv.catalog import RATE_HZ, measure
from mrcmv.find import query_of
from mrcmv.methods import networks
from mrcmv.methods.trained import trained_methods
from mrcmv.services import Services
from mrcmv.settings import REPOSITORY, Settings

CLIPS = sorted((REPOSITORY / "assets/clips").glob("*.mp4"))
TRACKS = sorted((REPOSITORY / "catalog").glob("*.opus"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="queries of each clip")
    parser.add_argument("--weights", type=Path, default=None, help="default: the app's")
    asked = parser.parse_args()
    weights = asked.weights or trained_methods(Settings())["mrcmv"].weights
    network = networks.load("mrcmv", weights, None)
    print(f"{platform.platform()}, {os.cpu_count()} cores, torch {torch.__version__}, {weights}")
    told = sorted(queries(network, asked.runs))
    print(
        f"query, all cores: median {statistics.median(told):.2f} s "
        f"({told[0]:.2f} to {told[-1]:.2f}, n = {len(told)})"
    )
    torch.set_num_threads(1)
    speeds = sorted(hearing(network, track) for track in TRACKS[: asked.runs])
    print(
        f"tracks, one core: median {statistics.median(speeds):.0f} times real time "
        f"({speeds[0]:.0f} to {speeds[-1]:.0f}, n = {len(speeds)})"
    )


def queries(network: networks.Network, runs: int) -> list[float]:
    """Seconds of each query; the first of all is left out."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        work = Services(Settings(data=Path(folder)))
        for clip in CLIPS:
            found = work.find(clip)
            query = query_of(found.decoded, found.stems)
            for _ in range(runs):
                fresh = replace(network, kept=Memory(networks.KEPT_BYTES))
                began = time.perf_counter()
                fresh.embed_query(replace(query))  # another query: nothing of it is known
                seconds.append(time.perf_counter() - began)
    return seconds[1:]


def hearing(network: networks.Network, track: Path) -> float:
    """Seconds of a track a second."""
    sound = media.read_sound(track, RATE_HZ, 2)
    spans = [span for span, _ in measure(sound)]
    began = time.perf_counter()
    network.embed_bgm(sound, spans)
    return sound.duration_s / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
