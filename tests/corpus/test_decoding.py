"""A corpus decoded: what the networks read of it is what `inputs` reads of its files."""

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from mrcmv import inputs, media
from mrcmv.corpus.build.manifest import write_table
from mrcmv.corpus.build.redubs import REDUBS
from mrcmv.corpus.checks import voice
from mrcmv.corpus.decoding import decode, files, run
from mrcmv.corpus.decoding.run import MEASURED
from mrcmv.dataset import FORBIDDEN, LOG_MEL_HZ, N_BANDS, Dataset, Pair
from mrcmv.errors import MediaError, MrcmvError
from mrcmv.model import vggish
from mrcmv.settings import Settings
from mrcmv.types import Sound, Span
from tests.tiny_corpus import SECRET, hum, make_corpus

SIDE_PX = 16


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return make_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def decoded(corpus):
    return decode(corpus, side_px=SIDE_PX)


def sound_of(path):
    return media.read_sound(path, 16_000, 1)


@pytest.mark.parametrize(("name", "start_s"), [("train-0", 0.0), ("train-0", 17.5), ("train-1", 0)])
def test_pictures_are_those_of_a_clip_that_comes_in(corpus, decoded, name, start_s):
    clip = media.probe(corpus / f"takes/{name}.mp4", Settings())
    window = inputs.clip_window(clip.duration_s, start_s)
    frames = media.read_clip(clip, window, inputs.frame_times_s(window, clip.duration_s)).frames
    fast, _ = inputs.picture_tensors(frames)
    kept = torch.from_numpy(np.array(decoded.pictures(name, start_s)))[None]
    ours_fast, ours_slow = inputs.square_tensors(kept)
    small = torch.nn.functional.adaptive_avg_pool3d(fast, (64, SIDE_PX, SIDE_PX))
    assert ours_fast.shape == (1, 3, 64, SIDE_PX, SIDE_PX)
    assert torch.allclose(ours_fast[0], small, atol=0.6 / 255 / inputs.STD)
    assert torch.equal(ours_slow[0], ours_fast[0][:, [4, 12, 20, 28, 36, 44, 52, 60]])
    assert small.std() > 0.05


@pytest.mark.parametrize(("name", "start_s"), [("test-0", 0.0), ("test-0", 12.34), ("test-1", 0.0)])
def test_voices_and_music_are_those_of_a_clip_that_comes_in(corpus, decoded, name, start_s):
    for kind, path in (("voice", f"voices/{name}.flac"), ("music", f"{name}.flac")):
        sound = sound_of(corpus / path)
        window = Span(start_s, min(start_s + 32.0, sound.duration_s))
        wanted = inputs.sound_patches(inputs.window_sound(sound, window)).numpy()
        kept = getattr(decoded, kind)(f"{name}-0" if kind == "voice" else name, start_s)
        assert kept.shape == (72, 96, 64)
        np.testing.assert_allclose(kept.astype(np.float32), wanted, atol=0.01)


def test_what_the_editor_had_in_mind_is_nowhere(corpus, decoded):
    rows = [*map(asdict, decoded.pairs), *map(asdict, decoded.windows)]
    curves = [one.facts for kind in decoded.files.values() for one in kind.entries.values()]
    text = json.dumps([rows, curves])
    assert str(SECRET) not in text
    assert len(rows) == 6 + 36
    assert not {key for row in rows for key in row} & set(FORBIDDEN)
    for file in decoded.folder.glob("*.json*"):
        assert str(SECRET) not in file.read_text()


def test_redubs_are_pairs_of_the_training_split_round_by_round(tmp_path):
    corpus = make_corpus(tmp_path)
    assert decode(corpus, side_px=SIDE_PX).rounds == ()
    row = {"pair_id": "train-0-0", "take_id": "train-1", "piece_id": "train-1",
           "music_start_s": 8.0, "duration_s": 20.5, "covered_s": 20.5}  # fmt: skip
    other = {**row, "pair_id": "train-1-0", "take_id": "train-0"}
    rows = [{"round": 2, **row}, {"round": 1, **other}, {"round": 1, **row}]
    write_table(rows, corpus / REDUBS)
    told = decode(corpus, side_px=SIDE_PX)
    assert told.rounds == (
        (Pair(split="train", **other), Pair(split="train", **row)),
        (Pair(split="train", **row),),
    )


def test_curves_are_those_of_the_window_and_come_again_where_the_clip_is_short(decoded):
    names = decoded.curve_names["pictures"]
    action = decoded.curves("pictures", "train-0", 10.0)[:, names.index("action")]
    np.testing.assert_allclose(action, np.linspace(0, 1, 50)[10:42], atol=1e-3)
    short = decoded.curves("pictures", "train-1")[:, names.index("action")]
    np.testing.assert_allclose(short[20:], short[:12])
    assert np.isnan(decoded.curves("pictures", "train-0")[:, names.index("monsters")]).all()
    level = decoded.curves("music", "train-0", 8.0)[:, 0]
    assert level.shape == (32,)
    assert level.argmax() % 7 in (0, 1, 2)


def test_what_is_measured_of_music_comes_with_its_windows(decoded):
    assert decoded.measured_names == MEASURED
    own = [window for window in decoded.windows if window.piece_id == "test-1"]
    assert [window.start_s for window in own] == [0.0, 8.0, 16.0, 24.0, 32.0, 40.0]
    assert own[0].measured is not None
    assert len(own[0].measured) == len(MEASURED)


def test_windows_of_a_clip_lie_where_its_own_piece_plays(decoded):
    long, short = decoded.of("train")
    assert long.cuts_s(4.0) == (0.0, 4.0, 8.0, 12.0, 16.0)
    assert short.cuts_s(4.0) == (0.0,)
    for cut_s in long.cuts_s(4.0):
        decoded.music(long.piece_id, long.music_start_s + cut_s)
    with pytest.raises(MediaError, match="rows"):
        decoded.pictures(long.take_id, 20.0)


def test_it_is_decoded_once_and_goes_on_where_it_stopped(tmp_path, monkeypatch):
    corpus = make_corpus(tmp_path, per_split=1)
    whole = decode(corpus, side_px=SIDE_PX)
    bytes_of = {file.name: file.read_bytes() for file in whole.folder.iterdir()}
    for name in ("take_rows", "voice_rows", "piece_rows"):
        monkeypatch.setattr(run.files, name, lambda *a, **k: pytest.fail("decoded again"))
    decode(corpus, side_px=SIDE_PX)
    monkeypatch.undo()
    for kind in ("pictures", "voices", "music"):  # as if it had been stopped in the second array
        index, rows = whole.folder / f"{kind}.jsonl", whole.folder / f"{kind}.rows"
        lines = index.read_text().splitlines(keepends=True)
        index.write_text("".join(lines[:2]) + lines[2][:20])
        first = json.loads(lines[1])
        rows.write_bytes(rows.read_bytes()[: first["n"] * whole.files[kind].layout.row_bytes + 7])
    seen = []
    real = files.voice_rows
    monkeypatch.setattr(
        run.files, "voice_rows", lambda order: (seen.append(order.name), real(order))[1]
    )
    again = decode(corpus, side_px=SIDE_PX)
    assert seen == ["validation-0-0", "test-0-0"]
    assert {file.name: file.read_bytes() for file in again.folder.iterdir()} == bytes_of


def test_a_file_that_has_changed_is_decoded_anew(tmp_path):
    corpus = make_corpus(tmp_path, per_split=1)
    before = np.array(decode(corpus, ("train",), side_px=SIDE_PX).music("train-0"))
    media.write_sound(hum(3000.0, 72.0, 22_050, 2), corpus / "train-0.flac")
    after = decode(corpus, ("train",), side_px=SIDE_PX).music("train-0")
    assert np.abs(before.astype(float) - after).mean() > 0.1


def test_only_what_a_split_needs_is_decoded(tmp_path):
    corpus = make_corpus(tmp_path, per_split=1)
    own = decode(corpus, ("validation",), side_px=SIDE_PX)
    assert [list(one.entries) for one in own.files.values()] == [
        ["validation-0"], ["validation-0-0"], ["validation-0"],
    ]  # fmt: skip


def test_a_corpus_that_is_not_finished_is_refused(tmp_path, corpus):
    with pytest.raises(MrcmvError, match="not to its end"):
        decode(tmp_path)
    with pytest.raises(MrcmvError, match="holds no decoded corpus"):
        Dataset(tmp_path)
    tiny = make_corpus(tmp_path, per_split=1)
    (tiny / "test-0.flac").unlink()
    with pytest.raises(MrcmvError, match="is gone"):
        decode(tiny, side_px=SIDE_PX)


def test_the_layout_is_that_of_the_front_end():
    assert vggish.N_BANDS == N_BANDS
    assert vggish.RATE_HZ / vggish.HOP == LOG_MEL_HZ


def test_curves_of_a_voice_say_who_speaks_when_and_how_high():
    times_s = np.arange(16_000) / 16_000
    low, high = (
        sum(np.sin(2 * np.pi * hz * n * times_s) / n for n in range(1, 12)) for hz in (110, 220)
    )
    wave = 0.1 * np.concatenate([low, 0 * low, high]).astype(np.float32)
    told = voice.curves(Sound(wave[None], 16_000))
    pitch = told[:, voice.CURVES.index("pitch_st")]
    assert told[:, 0] == pytest.approx([1, 0, 1], abs=0.1)
    assert np.isnan(pitch[1])
    assert pitch[2] - pitch[0] == pytest.approx(12, abs=0.5)
    assert np.isnan(told[1, 1:]).all()


def test_curves_of_a_voice_tell_how_far_level_and_pitch_go_in_a_second_and_how_sharp_it_is():
    times_s = np.arange(16_000) / 16_000

    def sung(hz, sharp=1.0):
        phase = 2 * np.pi * np.cumsum(np.broadcast_to(hz, 16_000)) / 16_000
        return sum(np.sin(phase * n) * n ** (sharp - 2) for n in range(1, 60))

    glides, swells = 120 * 2 ** (times_s / 2), np.where(times_s < 0.5, 0.2, 1.0)
    wave = np.concatenate([sung(120), sung(glides), swells * sung(120), sung(120, 1.8)])
    told = voice.curves(Sound((0.05 * wave).astype(np.float32)[None], 16_000))
    level, pitch, high = (
        told[:, voice.CURVES.index(name)]
        for name in ("level_spread_db", "pitch_spread_st", "high_db")
    )
    assert pitch[1] == pytest.approx(6 / 12**0.5, abs=0.3)  # half an octave, evenly
    assert pitch[[0, 2, 3]].max() < 0.8  # a frame of the glide reaches into the next second
    assert level[2] == pytest.approx(7.0, abs=0.5)  # half of the time 14 dB lower
    assert level[[0, 1, 3]].max() < 1.5
    assert high[3] > high[[0, 1, 2]].max() + 6


def test_curves_of_music_hear_level_and_brightness():
    loud, soft, bright = hum(500, 1, 16_000), hum(500, 1, 16_000), hum(4000, 1, 16_000)
    parts = [loud.samples, 0.1 * soft.samples, bright.samples, 0 * loud.samples]
    curves = files.music_curves(Sound(np.concatenate(parts, axis=1), 16_000))
    level, centroid, flux = curves.T
    assert level[0] - level[1] == pytest.approx(20, abs=0.5)
    assert centroid[2] - centroid[0] == pytest.approx(3, abs=0.1)
    assert np.isnan(centroid[3])
    assert np.isfinite(flux[:3]).all()


def test_a_beat_comes_again_after_its_period_and_silence_does_not():
    clicks = np.zeros(16_000 * 12, np.float32)
    clicks[:: round(0.48 * 16_000)] = 0.9
    frames = files.log_mel(Sound(clicks[None], 16_000))
    again = files.again_curves(frames, 12)
    assert again.shape == (12, len(files.LAGS_S))
    middle = again[3:9].mean(axis=0)
    assert files.LAGS_S[int(middle.argmax())] == 0.48
    assert middle.max() > 0.5
    assert files.LAGS_S[int(middle.argmin())] != 0.48
    silence = files.again_curves(files.log_mel(Sound(0 * clicks[None], 16_000)), 12)
    assert np.abs(silence).max() < 0.1
