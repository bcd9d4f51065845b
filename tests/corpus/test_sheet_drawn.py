"""The data sheet is drawn from a corpus's tables: figures with their labels, sheets of clips."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from mrcmv import media
from mrcmv.corpus.build.manifest import write_table
from mrcmv.corpus.editor.finishing import Levels
from mrcmv.corpus.encode import pictures_to, quick
from mrcmv.corpus.sheet import panels
from mrcmv.corpus.sheet.plots import draw_figures, licence_of, played_min, tally
from mrcmv.corpus.sheet.watching import TABLE, watch
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound

RATE_HZ = 48_000
CLIP_S = 6.0
LEVELS = Levels(-10.0, -8.0, 8.0, 0.2, 0.4, 0.2, 0.5, -16.0)
LINES = [{"start_s": 1.0, "end_s": 2.5, "kind": "kill", "text": "Got one & another <b>!"}]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A finished corpus in the smallest: 24 pairs, one of them rendered whole."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = np.random.default_rng(0)
    splits = ["train"] * 16 + ["validation"] * 4 + ["test"] * 4
    pairs = [pair_row(at, split, rng) for at, split in enumerate(splits)]
    pairs[0]["whole"] = render(folder, rng)
    seconds = {"action": rng.random(6).tolist()}
    takes = [
        {"take_id": f"t{at}", "source": ("doom", "atari")[at % 2], "place": "E1M1",
         "plan": json.dumps([[0.0, "sneak"], [3.0, "rampage"]]), "duration_s": CLIP_S,
         "seconds": seconds}
        for at in range(24)
    ]  # fmt: skip
    pieces = [
        {"piece_id": f"m{at}", "title": f"Piece {at}", "origin": ("real", "composed")[at % 2],
         "package": "noiz2sa-data 0.51a", "licence": "BSD (see copyright of noiz2sa)",
         "split": splits[at]}
        for at in range(24)
    ]  # fmt: skip
    windows = [{"piece_id": f"m{at % 24}", "axes": rng.normal(size=7).tolist()} for at in range(90)]
    tables = {"pairs": pairs, "takes": takes, "pieces": pieces, "windows": windows}
    for name, rows in tables.items():
        write_table(rows, folder / f"{name}.parquet")
    ks = ("1", "5", "10", "25")
    figure = {
        "n_queries": 48, "recall": dict(zip(ks, (40, 70, 90, 99), strict=True)),
        "interval": {k: [30, 99] for k in ks}, "chance": dict(zip(ks, (1, 3, 6, 15), strict=True)),
    }  # fmt: skip
    oracles = {f"{reader}, galleries of 162": figure for reader in ("both", "voice", "picture")}
    (folder / "figures.json").write_text(json.dumps({"oracles": oracles}))
    return folder


def pair_row(at, split, rng):
    axes = {name: rng.normal(size=7).tolist() for name in ("voice_reading", "picture_reading")}
    return {
        "pair_id": f"p{at}", "take_id": f"t{at}", "split": split, "speaker_id": "espeak/en",
        "family": f"espeak-{at % 5}", "language": ("en", "de")[at % 2], "speech_s": 2.0,
        "mood": {"arousal": 0.5}, "lines": LINES, "editor": "average", **axes,
        "target": rng.normal(size=7).tolist(), "music": rng.normal(size=7).tolist(),
        "piece_id": f"m{at}", "whole": None,
        "segments": [
            {"start_s": 0.0, "end_s": CLIP_S, "piece_id": f"m{at}", "music_start_s": 8.0}
        ],
    }  # fmt: skip


def render(folder, rng):
    """A whole clip of noise and moving pictures."""
    (folder / "whole").mkdir()
    silent = folder / "pictures.mp4"
    with pictures_to(silent, 320, 180, 17.5) as sink:
        for _ in range(round(CLIP_S * 17.5)):
            sink(rng.integers(0, 255, (180, 320, 3), dtype=np.uint8))
    clip = folder / "whole" / "p0.mp4"
    total = np.zeros((2, round(CLIP_S * RATE_HZ)), np.float32)
    for name in ("voice", "music", "effects"):
        stem = (rng.normal(size=total.shape) * 0.02).astype(np.float32)
        media.write_sound(Sound(stem, RATE_HZ), clip.with_suffix(f".{name}.flac"))
        total += stem
    quick(silent, Sound(total, RATE_HZ), clip)
    return {"clip": "whole/p0.mp4", "levels": asdict(LEVELS)}


def test_figures_are_drawn_from_the_tables_with_their_labels(corpus, tmp_path):
    drawn = draw_figures(corpus, tmp_path)
    assert {path.name for path in drawn} == {
        "clips.svg", "readings.svg", "music.svg", "oracles.svg"
    }  # fmt: skip
    written = {path.stem: path.read_text() for path in drawn}
    for words in ("length, s", "share of the clip, %", "recorded, min", "rampage", "espeak-3"):
        assert f">{words}<" in written["clips"]
    for words in ("arousal of the voice, spreads", "contour_4"):
        assert f">{words}<" in written["readings"]
    for words in ("BSD", "noiz2sa-data", "arousal, spreads"):
        assert f">{words}<" in written["music"]
    for words in ("recall at K, %", "chance", "picture"):
        assert f">{words}<" in written["oracles"]
    assert all(path.stat().st_size < 150_000 for path in drawn)


def test_the_same_tables_give_the_same_figures(corpus, tmp_path):
    first = [path.read_bytes() for path in draw_figures(corpus, tmp_path / "a")]
    assert first == [path.read_bytes() for path in draw_figures(corpus, tmp_path / "b")]


def test_a_watched_clip_has_a_sheet_and_a_row_of_numbers(corpus, tmp_path):
    (row,) = watch(corpus, 12, 0, tmp_path)
    assert Image.open(tmp_path / row["sheet"]).size == (1600, 1200)
    assert json.loads((tmp_path / TABLE).read_text()) == [row]
    assert row["duration_s"] == CLIP_S
    assert row["speech_share"] == pytest.approx(0.25)
    assert row["duck_db"] == pytest.approx(0.0, abs=0.5)
    assert "ducking" in row["wrong"]


def test_a_folder_without_a_corpus_says_so(tmp_path):
    with pytest.raises(MrcmvError, match="no corpus was built"):
        draw_figures(tmp_path, tmp_path)


def test_a_style_is_played_until_the_next_one_begins():
    take = {"plan": '[[0.0, "idle"], [12.0, "flee"]]', "duration_s": 30.0, "source": "doom"}
    assert played_min([take]) == {"idle": {"doom": 0.2}, "flee": {"doom": 0.3}}


def test_parts_keep_their_order_and_counts_add_up():
    rows = [{"a": "x", "b": "test"}, {"a": "x", "b": "train"}, {"a": "y", "b": "test"}]
    assert tally(rows, "a", "b") == {"x": {"test": 1, "train": 1}, "y": {"test": 1}}
    assert panels.ordered(["zebra", "test", "train"]) == ["train", "test", "zebra"]


def test_a_licence_is_told_without_where_it_is_written():
    assert licence_of("BSD (see copyright of noiz2sa)") == "BSD"
    assert licence_of("CC0-1.0") == "CC0-1.0"


def test_rank_correlation_follows_order_and_has_none_without_spread():
    x = np.arange(20, dtype=np.float32)
    assert panels.rho(x, np.exp(x)) == pytest.approx(1.0)
    assert np.isnan(panels.rho(x, np.zeros(20, np.float32)))
