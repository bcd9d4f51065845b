"""Videos that were taken apart → the rows of the manifest. What only a simulation knows is null."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mrcmv.corpus.build.manifest import Row
from mrcmv.corpus.build.sizes import SPLITS, Split
from mrcmv.corpus.build.tables import Table
from mrcmv.corpus.footage.take import SECONDS
from mrcmv.corpus.music.piece import Piece
from mrcmv.corpus.videos.taking import Stretch, Taken
from mrcmv.dataset import label_of

SOURCE = "video"
UNKNOWN = "unknown"


def tables_of(
    taken: Sequence[Taken], titles: Mapping[str, str], splits: Mapping[str, Split], folder: Path
) -> dict[Table, list[Row]]:
    """All rows, split by split and then by the videos' contents.

    titles: video id → the name of its file. Every video is a piece, every stretch a take and a
    pair. The first stretches of the test's videos are gallery 0: one music each, as in the paper.
    """
    order = sorted(taken, key=lambda one: (SPLITS.index(splits[one.video_id]), one.video_id))
    tables: dict[Table, list[Row]] = {"pairs": [], "takes": [], "pieces": [], "windows": []}
    for video in order:
        split = splits[video.video_id]
        tables["pieces"].append(piece_row(video, titles[video.video_id], split, folder))
        for number, one in enumerate(video.stretches):
            gallery = 0 if split == "test" and number == 0 else -1
            tables["pairs"].append(pair_row(video, one, split, gallery))
            tables["takes"].append(take_row(video, one, split))
            tables["windows"] += window_rows(video, one, split)
    return tables


def pair_row(video: Taken, one: Stretch, split: Split, gallery: int) -> dict[str, Any]:
    """A stretch as a voice over a take, with its own music. One pair a take, of one name."""
    end_s = one.duration_s
    nothing = dict.fromkeys(("kind", "text", "manner", "words"))
    return {
        "pair_id": one.take_id,
        "take_id": one.take_id,
        "split": split,
        "voice": one.voice,
        "speech_s": round(sum(end - start for start, end in one.speech), 3),
        "usable": True,
        "lines": [{"start_s": start, "end_s": end, **nothing} for start, end in one.speech],
        "gallery": gallery,
        "piece_id": video.video_id,
        "music_start_s": one.start_s,
        "segments": [
            {"start_s": 0.0, "end_s": end_s, "piece_id": video.video_id,
             "music_start_s": one.start_s}
        ],
    }  # fmt: skip


def take_row(video: Taken, one: Stretch, split: Split) -> dict[str, Any]:
    """A stretch as a take; of its seconds only the light is known. Its place is its video."""
    return {
        "take_id": one.take_id,
        "split": split,
        "source": SOURCE,
        "place": video.video_id,
        "duration_s": one.duration_s,
        "fps": video.fps,
        "frames": one.frames,
        "game": one.game,
        "seconds": {**dict.fromkeys(SECONDS), "light": one.light},
    }


def piece_row(video: Taken, title: str, split: Split, folder: Path) -> dict[str, Any]:
    """The music of a video as a piece; whose it is and under what licence nobody said."""
    piece = Piece(
        piece_id=video.video_id,
        file=folder / video.music,
        title=title,
        artist="",
        album=video.video_id,
        package=SOURCE,
        licence=UNKNOWN,
        licence_url="",
        origin="real",
        duration_s=video.duration_s,
    )
    return {**asdict(piece), "file": str(piece.file), "split": split}


def window_rows(video: Taken, one: Stretch, split: Split) -> list[dict[str, Any]]:
    """The windows of a stretch; they start on the piece's seconds, which are the video's."""
    return [
        {
            "split": split,
            "piece_id": video.video_id,
            "start_s": start_s,
            "label": label_of(video.video_id, start_s),
        }
        for start_s in one.starts_s
    ]
