"""Checks on files: duplicates, tags, residue, and the whole of it over a small corpus."""

import json
from dataclasses import asdict

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from mrcmv import media
from mrcmv.cli.commands import app
from mrcmv.corpus.build.manifest import write_table
from mrcmv.corpus.build.run import place_of
from mrcmv.corpus.build.sizes import SIZES
from mrcmv.corpus.checks import duplicates
from mrcmv.corpus.checks.facts import tags_by_kind
from mrcmv.corpus.checks.material import read_material
from mrcmv.corpus.checks.measuring import measure
from mrcmv.corpus.checks.report import markdown
from mrcmv.corpus.checks.residue import aligned
from mrcmv.corpus.checks.run import check
from mrcmv.corpus.editor.mind import AXES
from mrcmv.corpus.encode import pictures_to
from mrcmv.corpus.music.piece import Piece
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound

SMALL = SIZES["small"]
N = {"train": 16, "validation": 8, "test": 12}


def film_hashes(seed, n=32):
    return np.random.default_rng(seed).random((n, 64)) > 0.5


def test_a_take_that_is_another_splits_later_part_is_found():
    hashes = {name: film_hashes(seed) for seed, name in enumerate(["a", "b", "c", "d", "e"])}
    splits = dict(zip("abcde", ["train", "train", "validation", "test", "test"], strict=True))
    clean = duplicates.alike(hashes, splits)
    assert clean["n_alike"] == 0
    assert clean["nearest_across"]["least"] > 0.3
    hashes["d"][:20] = hashes["a"][11:31]
    hashes["d"][:20, 7] = False  # not quite the same
    told = duplicates.alike(hashes, splits)
    assert told["n_alike"] == 1
    assert told["which"][0]["takes"] == ["d", "a"]


def test_takes_of_one_split_may_look_alike():
    hashes = {name: film_hashes(0) for name in "ab"} | {"c": film_hashes(1)}
    splits = {"a": "test", "b": "test", "c": "train"}
    told = duplicates.alike(hashes, splits)
    assert told["n_alike"] == 0
    assert told["nearest_within"]["least"] == 0.0


def test_hashes_come_back_as_they_were_kept():
    bits = film_hashes(3)
    kept = [row.tobytes().hex() for row in np.packbits(bits, axis=1)]
    np.testing.assert_array_equal(duplicates.hashes_of(kept), bits)


def test_names_in_two_splits_are_named():
    assert duplicates.shared([("train", "x"), ("train", "y"), ("test", "y")]) == ["y"]


def test_one_recording_in_two_splits_is_found():
    rng = np.random.default_rng(0)
    own = np.stack([rng.integers(0, 2**20, 400), np.sort(rng.integers(0, 900, 400))], 1)
    later = own[100:] + np.array([0, 50])
    other = np.stack([rng.integers(0, 2**20, 400), np.sort(rng.integers(0, 900, 400))], 1)
    prints = {name: p.astype(np.int32) for name, p in zip("abc", (own, later, other), strict=True)}
    (found,) = duplicates.twins(prints, {"a": "train", "b": "test", "c": "test"})
    assert found["pieces"] == ["a", "b"]
    assert duplicates.twins(prints, {"a": "test", "b": "test", "c": "train"}) == []


def test_a_tag_that_differs_between_files_is_caught(make_clip):
    clips = [make_clip(f"{n}.mp4", duration_s=1.0) for n in range(2)]
    assert tags_by_kind({"clips": clips})["clips"]["n_differing"] == 0
    with av.open(clips[0]) as source, av.open(clips[1], "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        out.metadata["title"] = "the music is p7"
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    told = tags_by_kind({"clips": clips})["clips"]
    assert any("p7" in tag for tag in told["differing"])


@pytest.mark.parametrize("lag", [-40, 0, 300])
def test_a_late_voice_is_brought_back(lag):
    clean = np.random.default_rng(0).normal(size=8000).astype(np.float32)
    late = np.roll(clean, lag)
    moved = aligned(late, clean)
    inner = slice(500, -500)
    np.testing.assert_allclose(moved[inner], clean[inner])


def corpus(out):
    """A corpus as the builder leaves it, its media short and made up. Returns its folder."""
    rng = np.random.default_rng(0)
    place = place_of(out, SMALL, 0)
    place.make()
    pieces, windows = [], []
    for split in N:
        for number in range(6):
            name = f"{split}{number}"
            file = out / f"{name}.flac"
            noise = 0.1 * rng.normal(size=(1, 66 * 8000)).astype(np.float32)
            media.write_sound(Sound(noise, 8000), file)
            origin = "real" if number % 2 else "composed"
            piece = Piece(name, file, name, "", name, f"{name}-data 1", "CC0", "", origin, 66.0)
            pieces.append({**asdict(piece), "file": str(file), "split": split})
            for start_s in (0.0, 32.0):
                row = {"split": split, "piece_id": name, "start_s": start_s}
                windows.append({**row, "axes": rng.normal(size=len(AXES)).tolist()})
    pairs, takes = [], []
    for split, n in N.items():
        own = [window for window in windows if window["split"] == split]
        for number in range(n):
            name = f"{split}-{number}"
            take = _take(place.folder, name, split, rng)
            takes.append(take)
            window = own[number % len(own)]
            pairs.append(_pair(place.folder, name, take, window, number % 3, rng))
    for name, rows in {
        "pairs": pairs,
        "takes": takes,
        "pieces": pieces,
        "windows": windows,
    }.items():
        write_table(rows, place.folder / f"{name}.parquet")
    return place.folder


def _take(folder, name, split, rng):
    film = folder / "takes" / f"{name}.mp4"
    with pictures_to(film, 64, 36, 4.0) as sink:
        for _ in range(16):
            sink(rng.integers(0, 255, (36, 64, 3), dtype=np.uint8))
    hum = Sound(0.1 * rng.normal(size=(2, 48000)).astype(np.float32), 48000)
    media.write_sound(hum, folder / "takes" / f"{name}.opus", 64)
    return {
        "take_id": name, "split": split, "source": "doom", "place": name, "fps": 17.5,
        "plan": '[[0.0, "calm"]]', "duration_s": 4.0, "frames": f"takes/{name}.mp4",
        "game": f"takes/{name}.opus", "pictures": None,
    }  # fmt: skip


def _pair(folder, name, take, window, gallery, rng):
    times_s = np.arange(4 * 16000) / 16000
    hum = np.sin(2 * np.pi * rng.uniform(100, 200) * times_s) * (times_s % 1 < 0.6)
    media.write_sound(Sound(0.1 * hum[None].astype(np.float32), 16000), folder / f"{name}.opus")
    axes = rng.normal(size=(3, len(AXES))).tolist()
    return {
        "pair_id": name, "take_id": name, "split": take["split"], "voice": f"{name}.opus",
        "speaker_id": f"espeak/{name}", "family": name, "language": "en",
        "lines": [{"text": name}], "gallery": gallery if take["split"] == "test" else -1,
        "piece_id": window["piece_id"], "music_start_s": window["start_s"], "whole": None,
        "music": window["axes"], "voice_reading": axes[0], "picture_reading": axes[1],
        "target": axes[2],
    }  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return corpus(tmp_path_factory.mktemp("corpus"))


def test_a_second_check_measures_nothing_and_says_the_same(finished):
    told = check(finished, SMALL, 0, jobs=1)
    stamps = {path: path.stat().st_mtime_ns for path in (finished / "checks").rglob("*.*")}
    assert check(finished, SMALL, 0, jobs=1) == told
    assert {path: path.stat().st_mtime_ns for path in (finished / "checks").rglob("*.*")} == stamps
    assert json.loads(json.dumps(told)) == told
    assert told["duplicates"]["names"]["speakers"]["n"] == 0
    assert told["residue"]["n_without_voice"] == 0


def test_a_file_that_changed_is_measured_again(finished):
    material = read_material(finished, SMALL, 0)
    first = measure(material, 1).voices["train-0"]["values"]
    times_s = np.arange(4 * 16000) / 16000
    higher = 0.1 * np.sin(2 * np.pi * 400 * times_s)[None].astype(np.float32)
    media.write_sound(Sound(higher, 16000), finished / "train-0.opus")
    assert measure(material, 1).voices["train-0"]["values"] != first


def test_the_report_has_a_table_for_each_section(finished):
    shown = markdown(check(finished, SMALL, 0, jobs=1))
    for title in ("Axes", "Baseline", "Shortcuts", "Residue", "In two splits", "leaves open"):
        assert title in shown
    for line in shown.splitlines():
        assert "nan" not in line.split("|")[0]


def test_the_command_writes_figures_and_prints_tables(finished, tmp_path):
    words = ["corpus", "check", "--out", str(finished.parent), "--to", str(tmp_path)]
    done = CliRunner().invoke(app, [*words, "--jobs", "1"])
    assert done.exit_code == 0, done.output
    assert "| axis |" in done.stdout
    assert set(json.loads((tmp_path / "checks.json").read_text())) >= {"probes", "shortcuts"}


def test_without_a_corpus_the_command_says_what_to_do(tmp_path):
    done = CliRunner().invoke(app, ["corpus", "check", "--out", str(tmp_path)])
    assert done.exit_code != 0
    assert "mrcmv corpus build" in str(done.exception or done.output)


@pytest.mark.parametrize("words", [["build", "--jobs", "1"], ["sheet", "--watch", "0"], ["check"]])
def test_what_cannot_be_read_or_written_is_told_in_a_sentence(tmp_path, words):
    (tmp_path / "file").write_text("")
    (tmp_path / "opengame-1-small-0").mkdir()
    for name in ("pairs", "takes", "pieces", "windows"):
        (tmp_path / f"opengame-1-small-0/{name}.parquet").write_bytes(b"junk")
    place = tmp_path / "file" / "below" if words[0] == "build" else tmp_path
    done = CliRunner().invoke(app, ["corpus", *words, "--out", str(place)])
    assert isinstance(done.exception, MrcmvError)
    assert "damaged" in str(done.exception) or "cannot be written" in str(done.exception)
