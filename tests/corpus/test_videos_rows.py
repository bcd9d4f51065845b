"""A trainer reads the simulated corpus and one from videos by the same columns."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from mrcmv.corpus.build.dubs import DubRecord
from mrcmv.corpus.build.hearing import Shelf
from mrcmv.corpus.build.manifest import read_table
from mrcmv.corpus.build.pairs import Edited, Readings, Segment
from mrcmv.corpus.build.tables import (
    COLUMNS,
    pair_rows,
    take_row,
    window_rows,
    write_manifest,
    write_tables,
)
from mrcmv.corpus.build.takes import TakeRecord
from mrcmv.corpus.editor.choosing import REAL, Pool
from mrcmv.corpus.editor.mind import AXES, EDITORS
from mrcmv.corpus.footage.take import SECONDS
from mrcmv.corpus.music.piece import Piece
from mrcmv.corpus.videos.rows import tables_of
from mrcmv.corpus.videos.taking import Stretch, Taken
from mrcmv.dataset import LABEL_STEP_S, label_of

SPEECH = [[0.5, 4.0], [6.0, 9.25]]
WORD = {"text": "Go", "start_s": 1.0, "end_s": 1.5}
LINE = {
    "start_s": 1.0, "end_s": 2.0, "kind": "kill", "text": "Go on", "manner": {"pace": 0.5},
    "words": [WORD],
}  # fmt: skip


def video(name, *starts_s):
    """A video of 200 s with a stretch of 40 s from each start."""
    stretches = [
        Stretch(f"{name}-{n}", start, 40.0, "f", "v", None, SPEECH, [0.5] * 40,
                [start + step for step in range(9)])
        for n, start in enumerate(starts_s)
    ]  # fmt: skip
    return Taken(1, name, 200.0, 30.0, f"music/{name}.opus", -9.0, stretches)


@pytest.fixture(scope="module")
def of_videos():
    taken = [video("b", 0.0, 50.0), video("a", 10.0), video("c", 0.0, 60.0)]
    titles = {"a": "A", "b": "B", "c": "C"}
    return tables_of(taken, titles, {"a": "train", "b": "test", "c": "train"}, Path("/corpus"))


@pytest.fixture(scope="module")
def simulated():
    """One pair of the simulated corpus, as its build hands it to the tables."""
    dub = DubRecord("p", "t", "train", "s", "f", "en", "voice", 9.0, True, {"arousal": 0.1},
                    {"room_s": 0.2}, [0.0] * len(AXES), [LINE])  # fmt: skip
    zeros = np.zeros((1, len(AXES)), np.float32)
    shelf = Shelf(
        (Piece("m", Path("m.ogg"), "", "", "", "", "", "", "real", 60.0),),
        np.array([60.0], np.float32),
        zeros,
        Pool(zeros, np.array([0]), np.array([8.0], np.float32), np.array([REAL])),
    )
    readings = Readings(zeros, zeros)
    edited = Edited((dub,), readings, (next(iter(EDITORS)),), np.array([0]), np.array([-1]))
    take = TakeRecord("t", "train", "doom", "E1M1", [[0.0, "calm"]], 40.0, 3, 17.5, "f", "g",
                      None, {**{name: [0.5] for name in SECONDS}, "light": [0.5]}, [])  # fmt: skip
    segments = {"p": (Segment(0.0, 40.0, "m", 8.0),)}
    return {"train": edited}, {"t": take}, {"train": shelf}, segments


def test_every_column_is_what_the_simulated_corpus_fills(simulated):
    edited, takes, shelves, segments = simulated
    (pair,) = pair_rows(edited["train"], shelves["train"], segments, {})
    assert tuple(pair) == COLUMNS["pairs"]
    assert tuple(take_row(takes["t"])) == COLUMNS["takes"]
    assert tuple(window_rows("train", shelves["train"])[0]) == COLUMNS["windows"]
    assert (*(field.name for field in fields(Piece)), "split") == COLUMNS["pieces"]


def test_both_corpora_make_one_table(simulated, of_videos, tmp_path):
    import pyarrow
    import pyarrow.parquet

    (tmp_path / "sim").mkdir()
    (tmp_path / "videos").mkdir()
    write_manifest(tmp_path / "sim", *simulated, {})
    write_tables(tmp_path / "videos", of_videos)
    for name, columns in COLUMNS.items():
        both = [
            pyarrow.parquet.read_table(tmp_path / corpus / f"{name}.parquet")
            for corpus in ("sim", "videos")
        ]
        assert [tuple(one.column_names) for one in both] == [columns, columns]
        joined = pyarrow.concat_tables(both, promote_options="permissive")
        assert joined.num_rows == sum(one.num_rows for one in both)
    (row,) = [row for row in read_table(tmp_path / "videos/pairs.parquet") if "a" in row["pair_id"]]
    assert [(line["start_s"], line["end_s"]) for line in row["lines"]] == [(0.5, 4.0), (6.0, 9.25)]
    assert {line["text"] for line in row["lines"]} == {None}
    assert row["speech_s"] == 6.75


def test_a_column_that_no_corpus_has_is_refused(tmp_path):
    with pytest.raises(ValueError, match="windows has no columns"):
        write_tables(tmp_path, {"windows": [{"split": "train", "tempo": 1.0}]})


def test_windows_have_one_label_in_each_seven_seconds_of_their_video(of_videos):
    rows = of_videos["windows"]
    for one in rows:
        for other in rows:
            same = one["piece_id"] == other["piece_id"] and (
                one["start_s"] // LABEL_STEP_S == other["start_s"] // LABEL_STEP_S
            )
            assert (one["label"] == other["label"]) is same
    assert label_of("a", 6.99) != label_of("a", 7.0)
    assert label_of("a", 7.0) == label_of("a", 13.5)


def test_a_pair_has_the_music_of_its_own_seconds(of_videos):
    takes = {row["take_id"]: row for row in of_videos["takes"]}
    pieces = {row["piece_id"]: row for row in of_videos["pieces"]}
    assert [row["pair_id"] for row in of_videos["pairs"]] == ["a-0", "c-0", "c-1", "b-0", "b-1"]
    for row in of_videos["pairs"]:
        (segment,) = row["segments"]
        take, piece = takes[row["take_id"]], pieces[row["piece_id"]]
        assert segment["music_start_s"] == row["music_start_s"]
        assert segment["end_s"] == take["duration_s"]
        assert row["music_start_s"] + segment["end_s"] <= piece["duration_s"]
        assert row["split"] == take["split"] == piece["split"]
        assert take["place"] == row["piece_id"]
    assert [row["gallery"] for row in of_videos["pairs"]] == [-1, -1, -1, 0, -1]


def test_whose_the_music_is_nobody_claims_to_know(of_videos):
    for row in of_videos["pieces"]:
        assert (row["licence"], row["artist"], row["origin"]) == ("unknown", "", "real")
        assert row["file"] == f"/corpus/music/{row['piece_id']}.opus"
