"""`mrcmv explain check`, on a decoded corpus and on clips of one's own."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from mrcmv.cli import explain as command
from mrcmv.cli.commands import app
from mrcmv.explain.evidence import claims, place, read
from mrcmv.model import network
from mrcmv.types import Clip, Curve, Decoded, Frames, Sound, Span, Stems, TrackWindow
from tests.explain import scenes
from tests.training.tiny_dataset import make_dataset


@pytest.fixture
def weights(tmp_path):
    file = tmp_path / "mrcmv.safetensors"
    network.save(scenes.tiny(), file, {"corpus": "none"})
    return file


def test_a_corpus_is_checked_and_the_result_kept_beside_the_weights(tmp_path, weights, monkeypatch):
    dataset = make_dataset(tmp_path / "corpus", n_train=1, n_validation=3, clip_s=20.0)
    monkeypatch.setattr("mrcmv.corpus.decoding.decode", lambda *_, **__: dataset)
    monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path / "data"))
    words = ["explain", "check", "--corpus", tmp_path / "corpus", "--weights", weights]
    words += ["--split", "validation", "--clips", 2, "--draws", 2, "--jobs", 1]
    ran = CliRunner().invoke(app, [str(word) for word in words])
    assert ran.exit_code == 0, ran.output
    assert "Checked on 2 clips: validation split of corpus, 3 pieces of music." in ran.stdout
    assert "captions claim no causes" in ran.stdout
    evidence = read(weights)
    assert evidence.rollout.n == 2
    assert claims(evidence).rollout is False
    place(weights).unlink()
    assert CliRunner().invoke(app, [*map(str, words), "--no-keep"]).exit_code == 0
    assert not place(weights).exists()


def test_a_corpus_gives_clips_as_the_network_takes_them(tmp_path, monkeypatch):
    dataset = make_dataset(tmp_path / "corpus", n_train=1, n_validation=3, clip_s=20.0)
    monkeypatch.setattr("mrcmv.corpus.decoding.decode", lambda *_, **__: dataset)
    made = scenes.tiny()
    found = command.of_corpus(made, tmp_path, "validation", 9, 0, 1, lambda *_, **__: None)
    clips = list(found.clips)
    assert len(clips) == found.n_clips == 3
    assert (clips[0].line.length_s, clips[0].line.n_seconds) == (20.0, 20)
    with torch.inference_mode():
        assert made.embed_query(*clips[0].inputs).shape == (1, 16)
        at = found.gallery.place("validation-1", 8.0)
        patches = torch.from_numpy(dataset.music("validation-1", 8.0).astype(np.float32))[None]
        assert found.gallery.embeddings[at] == pytest.approx(made.embed_bgm(patches)[0].numpy())


def test_clips_of_ones_own_are_checked_as_a_find_takes_them(weights, tmp_path):
    rng = np.random.default_rng(0)
    window = Span(0.0, 4.0)
    frames = Frames(rng.integers(0, 255, (64, 256, 256, 3)).astype(np.uint8), np.zeros(64))
    voice = Sound(rng.normal(0, 0.1, (2, 4 * 48000)).astype(np.float32), 48000)
    clip = Clip(tmp_path, "", 0, "", 4.0, 256, 256, 0, 10.0, "", "", "aac", 2, 48000, 1)
    still = Curve(np.zeros(1, np.float32), 10.0)
    decoded = Decoded(clip, window, frames, frames, still, still, voice)
    windows = tuple(TrackWindow(f"t{n}", 0.0, 32.0, None) for n in range(3))
    own = SimpleNamespace(
        index=lambda *_: None,
        catalog=SimpleNamespace(embedded=lambda _: (windows, np.eye(3, 16, dtype=np.float32))),
        open=lambda path: clip,
        take_in=lambda *_, **__: (decoded, Stems(voice, speech=(Span(0.0, 2.0),))),
    )
    made = network.load(weights)
    found = command.of_clips(own, made, weights, [tmp_path], lambda *_, **__: None)
    (raw,) = found.clips
    assert found.name == "1 clip, 3 tracks of the catalog"
    assert raw.fast.shape == (1, 3, 64, 16, 16)
    assert raw.patches.shape == (1, 72, 96, 64)
    assert raw.line.n_seconds == 4


def test_wrong_calls_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path / "data"))
    run = CliRunner().invoke
    for words, expected in (
        (["explain", "check"], "name a --corpus"),
        (["explain", "check", "--corpus", ".", "--split", "train"], "validation or test"),
    ):
        ran = run(app, words)
        assert ran.exit_code == 2
        assert expected in ran.output
    ran = run(app, ["explain", "check", "--corpus", ".", "--weights", str(tmp_path / "none")])
    assert "has no weights here" in str(ran.exception)
