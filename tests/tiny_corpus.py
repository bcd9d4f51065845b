"""A finished corpus of made-up files, a few seconds to make: what is read is known beforehand.

A pair's voice, picture and music agree in one number: how high they hum and how light it is.
"""

from pathlib import Path
from typing import Any

import av
import numpy as np

from mrcmv import media
from mrcmv.corpus.build.tables import write_tables
from mrcmv.dataset import label_of
from mrcmv.types import Sound

SECRET = -98765.0
"""Stands in every column that no network may see."""
CLIP_S = {"long": 50.0, "short": 20.5}


def hum(hz: float, seconds: float, rate_hz: int, n_channels: int = 1) -> Sound:
    times_s = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = 0.2 * np.sin(2 * np.pi * hz * times_s) * (1 + 0.5 * np.sin(2 * np.pi * times_s / 7))
    return Sound(np.tile(wave, (n_channels, 1)).astype(np.float32), rate_hz)


def film(path: Path, seconds: float, light: int) -> None:
    """4 pictures a second, each a little lighter than the one before."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=4)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(round(seconds * 4)):
            image = np.full((36, 64, 3), min(235, light + number // 4), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image)))
        container.mux(stream.encode(None))


def make_corpus(folder: Path, per_split: int = 2) -> Path:
    """Tables and files: in each split a long and a short clip by turns, each with its piece."""
    corpus = folder / "opengame-1-tiny-0"
    for name in ("takes", "voices"):
        (corpus / name).mkdir(parents=True)
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("pairs", "takes", "pieces", "windows")
    }
    for split in ("train", "validation", "test"):
        for number in range(per_split):
            _add(tables, corpus, split, number)
    write_tables(corpus, tables)  # type: ignore[arg-type]
    return corpus


def _add(tables: dict[str, list[dict[str, Any]]], corpus: Path, split: str, number: int) -> None:
    name, clip_s = f"{split}-{number}", CLIP_S["long" if number % 2 == 0 else "short"]
    start_s, length_s = 8.0 * (number % 2), 72.0
    film(corpus / "takes" / f"{name}.mp4", clip_s, 20 + 30 * number)
    media.write_sound(hum(3000.0, clip_s, 48_000, 2), corpus / f"takes/{name}.flac")
    media.write_sound(hum(200.0 + 60 * number, clip_s, 16_000), corpus / f"voices/{name}.flac")
    media.write_sound(hum(400.0 + 120 * number, length_s, 22_050, 2), corpus / f"{name}.flac")
    hidden = {
        **{key: {"arousal": SECRET} for key in ("mood", "booth")},
        **{
            key: [SECRET] * 7
            for key in ("reading", "voice_reading", "picture_reading", "target", "music")
        },
        "editor": str(SECRET),
        "lines": [{"start_s": 1.0, "end_s": 5.0, "manner": {"arousal": SECRET}}],
    }
    segment = {"start_s": 0.0, "end_s": clip_s, "piece_id": name, "music_start_s": start_s}
    tables["pairs"].append(
        {
            "pair_id": f"{name}-0", "take_id": name, "split": split, "voice": f"voices/{name}.flac",
            "usable": True, "gallery": 0 if split == "test" else -1, "piece_id": name,
            "music_start_s": start_s, "segments": [segment], **hidden,
        }
    )  # fmt: skip
    n = int(clip_s)
    seconds = {"action": np.linspace(0, 1, n).tolist(), "light": [0.1 * number] * n, "kills": None}
    tables["takes"].append(
        {
            "take_id": name, "split": split, "duration_s": clip_s, "frames": f"takes/{name}.mp4",
            "game": f"takes/{name}.flac",
            "seconds": seconds, "plan": f'[[{SECRET}, "wild"]]',
        }
    )  # fmt: skip
    tables["pieces"].append(
        {"piece_id": name, "file": str(corpus / f"{name}.flac"), "duration_s": length_s,
         "split": split, "origin": "composed"}
    )  # fmt: skip
    for at in np.arange(0.0, length_s - 31.0, 8.0).tolist():
        tables["windows"].append(
            {"split": split, "piece_id": name, "start_s": at, "label": label_of(name, at),
             "measured": [0.1 * number, 100.0, 500.0, 0.0, 1.0, 2.0, 3.0], "axes": [SECRET] * 7}
        )  # fmt: skip
