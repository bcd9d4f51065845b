"""The commands, run as a user runs them: files, JSON, exit codes and one clear line of error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pyloudnorm
import pytest

from mrcmv import media


@pytest.fixture
def mrcmv(tmp_path: Path):
    def run(*words: object, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mrcmv", *map(str, words)],
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "MRCMV_DATA_DIR": str(tmp_path / "data"),
                "MRCMV_METHOD": "descriptors",  # by weights that ship, each find would embed
                **env,
            },
            check=False,
        )

    return run


def _packets(path: Path) -> list[bytes]:
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def _loudness_lufs(path: Path) -> float:
    with av.open(path) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return pyloudnorm.Meter(48000).integrated_loudness(np.concatenate(blocks, axis=1).T)


@pytest.mark.slow
def test_find_gives_five_matches_and_playable_mixes(mrcmv, sample_clips, tmp_path):
    clip = sample_clips[0]
    done = mrcmv("find", clip, "--mix", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["voice"]["detected"]
    assert len({match["track_id"] for match in answer["matches"]}) == 5
    source = _packets(clip)
    for match in answer["matches"]:
        mix = Path(match["mix"])
        assert _packets(mix) == source
        with av.open(mix) as container:
            assert container.streams.audio[0].codec_context.name == "aac"
        assert _loudness_lufs(mix) == pytest.approx(-14.0, abs=0.5)
        assert media.true_peak_dbtp(media.read_sound(mix)) <= -1.0


def test_separate_writes_stems_that_sum_to_the_clip(mrcmv, sample_clips, tmp_path):
    done = mrcmv("separate", sample_clips[0], "--out", tmp_path / "stems")
    assert done.returncode == 0, done.stderr
    names = ("voice", "music", "effects")
    stems = [media.read_sound(tmp_path / f"stems/{name}.wav").samples for name in names]
    mix = media.read_sound(sample_clips[0]).samples
    assert np.abs(sum(stems) - mix).max() < 1e-3 * np.abs(mix).max()


def test_what_went_in_is_never_written_over(mrcmv, sample_clips, tmp_path):
    clip = tmp_path / "game.mp4"
    clip.write_bytes(sample_clips[0].read_bytes())
    done = mrcmv("mix", clip, "Glass Lake", "--out", clip)
    assert done.returncode == 1
    assert "Choose another name" in done.stderr
    assert clip.read_bytes() == sample_clips[0].read_bytes()


def test_a_user_error_is_one_line_and_exit_code_1(mrcmv, sample_clips, make_clip, tmp_path):
    bad = tmp_path / "notes.mp4"
    bad.write_text("buy milk")
    for words in (
        ("find", bad),
        ("find", tmp_path / "missing.mp4"),
        ("mix", bad, "x", "--out", tmp_path / "o.mp4"),
        ("catalog", "add", tmp_path / "missing"),
        ("catalog", "remove", "nothing"),
        ("weights", "fetch", "nothing"),
        ("find", sample_clips[0], "--mix", sample_clips[0]),
        ("mix", sample_clips[0], "Glass Lake", "--out", tmp_path),
        ("mix", sample_clips[0], "Glass Lake", "--out", "."),
        ("mix", sample_clips[0], "Glass Lake", "--out", tmp_path / "o.mp4", "--start", "1000"),
        ("mix", sample_clips[0], "Glass Lake", "--out", tmp_path / "o.mp4", "--level", "500"),
        ("separate", make_clip("mute.mp4", tone_hz=None), "--out", tmp_path / "stems"),
    ):
        done = mrcmv(*words)
        assert done.returncode == 1, (words, done)
        assert done.stdout == "" or words[0] == "catalog"
        last = done.stderr.strip().splitlines()[-1]
        assert last.startswith("mrcmv: ")
        assert "Traceback" not in done.stderr
        assert "Reading the clip" not in done.stderr, "slow work before a look at the options"
    assert not (tmp_path / "stems").exists()


def test_a_wrong_call_is_exit_code_2(mrcmv, sample_clips, tmp_path):
    for words in (
        ("find",),
        ("find", sample_clips[0], "--top", "0"),
        ("mix", sample_clips[0], "x", "--out", "o.mp4", "--target", "loud"),
        ("mix", sample_clips[0], "x", "--out", "o.mp4", "--keep", "nothing"),
        ("nonsense",),
        ("catalog", "add"),
        ("catalog", "add", ""),
        ("find", sample_clips[0], "--tag", "calm", "--method", "random"),
    ):
        assert mrcmv(*words).returncode == 2, words


def test_a_tag_means_the_method_that_draws_among_tags(mrcmv, make_clip):
    done = mrcmv("find", make_clip(), "--tag", "calm", "--json")
    assert json.loads(done.stdout)["method"] == "tags"


def test_stopping_is_told_in_a_word():
    code = "import mrcmv.cli.commands as c, mrcmv.cli as m; c.app = lambda: exit(130); m.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "mrcmv: stopped\n")


def test_a_wrong_setting_is_named(mrcmv, sample_clips):
    done = mrcmv("catalog", "list", MRCMV_CACHE_MB="many")
    assert done.returncode == 1
    assert "MRCMV_CACHE_MB" in done.stderr


def test_the_default_catalog_starts_with_the_starter_and_any_other_empty(mrcmv, tmp_path):
    tracks = json.loads(mrcmv("catalog", "list", "--json").stdout)
    assert len(tracks) >= 32
    assert all(track["licence"] == "CC0-1.0" for track in tracks)
    other = {"MRCMV_CATALOG_DIR": str(tmp_path / "mine")}
    assert json.loads(mrcmv("catalog", "list", "--json", **other).stdout) == []
    assert "added" in mrcmv("catalog", "add", "--starter", **other).stdout
    assert len(json.loads(mrcmv("catalog", "list", "--json", **other).stdout)) == len(tracks)
    again = mrcmv("catalog", "add", "--starter", **other)
    assert again.stdout.startswith("0 added")
