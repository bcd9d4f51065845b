"""A corpus from rendered clips whose true stems and transcripts are known."""

import ctypes.util
import json
import os
import shutil
from functools import partial
from itertools import pairwise

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus import footage
from mrcmv.corpus.build.dubs import LEAST_SPEECH_S, VOICE_HZ, speak_over
from mrcmv.corpus.build.manifest import read_table
from mrcmv.corpus.build.pairs import Segment
from mrcmv.corpus.build.plan import Dub, TakePlan
from mrcmv.corpus.build.tables import COLUMNS
from mrcmv.corpus.build.takes import make_take
from mrcmv.corpus.build.whole import Order, make_whole
from mrcmv.corpus.encode import quick
from mrcmv.corpus.footage.take import Shot
from mrcmv.corpus.videos import taking
from mrcmv.corpus.videos.run import from_videos
from mrcmv.corpus.voices.espeak import EspeakVoices
from mrcmv.errors import MrcmvError
from mrcmv.inputs import VOICE_LUFS
from mrcmv.settings import Settings
from mrcmv.types import WINDOW_S, Sound
from tests.conftest import write_clip
from tests.corpus.test_build import Game

pytestmark = pytest.mark.skipif(
    ctypes.util.find_library("espeak-ng") is None, reason="espeak-ng is not installed"
)
SPEAKERS = ("espeak/gmw/en-US+Annie/+0.0", "espeak/de+m3/+0.0", "espeak/tr+adam/+0.0")
CLIPS = {"one": (33.5, "a"), "two": (33.0, "b"), "three": (35.0, "b")}
"""Length and tune of each clip; two of them share a tune."""
TABLES = tuple(f"{name}.parquet" for name in COLUMNS)


def tune(seed, file):
    """Sixty seconds of square-wave notes, six a second."""
    rng = np.random.default_rng(ord(seed))
    notes_hz = np.repeat(220 * 2 ** (rng.integers(0, 24, 360) / 12), 8000)
    wave = 0.2 * np.sign(np.sin(2 * np.pi * np.cumsum(notes_hz) / 48000))
    wave = (wave * np.tile(np.linspace(1, 0.2, 8000), 360)).astype(np.float32)
    media.write_sound(Sound(np.stack([wave, wave]), 48000), file)
    return file


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Whole clips with FLAC stems, as the simulated corpus makes them; name → its transcript."""
    folder = tmp_path_factory.mktemp("rendered")
    for name in ("takes", "whole"):
        (folder / name).mkdir()
    source = EspeakVoices()
    known = {speaker.speaker_id: (source, speaker) for speaker in source.speakers()}
    said = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(footage, "SOURCES", {"game": Game()})
        for number, (name, (duration_s, seed)) in enumerate(CLIPS.items()):
            shot = Shot("game", "map1", ((0.0, "calm"),), duration_s, 40 * number, 320, 180)
            take = make_take(TakePlan(name, "train", shot), folder, whole=True)
            dub = Dub(name, name, "train", "espeak", SPEAKERS[number], number)
            music = (Segment(0.0, duration_s, seed, 0.0),)
            files = {seed: tune(seed, folder / f"{seed}.opus")}
            make_whole(Order(dub, take, music, files), known, folder)
            said[name] = speak_over(dub, take, known).lines
    return folder / "whole", said


@pytest.fixture(scope="module")
def videos(rendered, tmp_path_factory):
    """The clips among what else lies in a folder of videos."""
    folder = tmp_path_factory.mktemp("videos") / "games"
    for name in ("unsorted", ".hidden", "cache"):
        (folder / name).mkdir(parents=True)
    whole = rendered[0]
    for name in CLIPS:
        shutil.copy(whole / f"{name}.mp4", folder)
    shutil.copy(whole / "one.mp4", folder / "unsorted/another name.mp4")
    shutil.copy(whole / "one.mp4", folder / ".hidden/x.mp4")
    shutil.copy(whole / "one.mp4", folder / "cache/y.mp4")
    (folder / "cache/CACHEDIR.TAG").touch()
    (folder / "notes.txt").write_text("no video")
    (folder / "broken.mp4").write_bytes((whole / "one.mp4").read_bytes()[:20_000])
    (folder / os.fsdecode(b"caf\xe9.mp4")).write_text("no video either")
    write_clip(folder / "brief.mp4", 4.0)
    write_clip(folder / "mute.mp4", 21.0, tone_hz=None)
    write_clip(folder / "hum.mp4", 21.0, tone_hz=300.0)
    pictures = whole.parent / "takes/two.whole.mp4"
    quick(pictures, media.read_sound(whole / "two.voice.flac"), folder / "dry.mp4")
    return folder


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def make(videos, tmp_path_factory, told):
    out = tmp_path_factory.mktemp("out")
    settings = Settings(data_dir=out)

    def hook(step, artifact=None, *, completed=None, total=None):
        told.append(step)

    return partial(
        from_videos, videos, out, 0, jobs=1, backend="voice-activity", settings=settings, hook=hook
    )


@pytest.fixture(scope="module")
def made(make):
    return make()


def titled(made):
    """Pair rows by the name of their video."""
    titles = {row["piece_id"]: row["title"] for row in read_table(made / "pieces.parquet")}
    return {titles[row["piece_id"]]: row for row in read_table(made / "pairs.parquet")}


def tenths(spans, duration_s):
    """Which tenths of a second lie in one of the spans."""
    times_s = np.arange(0.05, duration_s, 0.1)
    return np.any([(start <= times_s) & (times_s < end) for start, end in spans], axis=0)


def si_sdr_db(found, true):
    along = (found @ true) / (true @ true) * true
    return 10 * np.log10((along @ along) / ((found - along) @ (found - along)))


def test_speech_is_found_where_the_transcript_has_it(made, rendered):
    for name, row in titled(made).items():
        start_s, (segment,) = row["music_start_s"], row["segments"]
        lines = [(line.span.start_s - start_s, line.span.end_s - start_s)
                 for line in rendered[1][name]]  # fmt: skip
        found = [(line["start_s"], line["end_s"]) for line in row["lines"]]
        true, heard = tenths(lines, segment["end_s"]), tenths(found, segment["end_s"])
        assert (true & heard).sum() / (true | heard).sum() > 0.7
        assert (true & heard).sum() / true.sum() > 0.9
        assert row["speech_s"] == pytest.approx(sum(end - start for start, end in found), abs=0.01)


def test_the_voice_is_nearer_to_the_true_stem_than_the_mix_is(made, rendered):
    for name, row in titled(made).items():
        place = {"start_s": row["music_start_s"], "duration_s": row["segments"][0]["end_s"]}
        voice = media.read_sound(made / row["voice"], VOICE_HZ, 1).samples[0]
        clip = rendered[0] / f"{name}.mp4"
        true = media.read_sound(clip.with_suffix(".voice.flac"), VOICE_HZ, 1, **place).samples[0]
        mix = media.read_sound(clip, VOICE_HZ, 1, **place).samples[0]
        n = min(map(len, (voice, true, mix)))
        assert si_sdr_db(voice[:n], true[:n]) > si_sdr_db(mix[:n], true[:n]) + 1.0
        assert media.loudness_lufs(Sound(voice[None], VOICE_HZ)) == pytest.approx(
            VOICE_LUFS, abs=0.7
        )


def test_music_and_voice_stand_on_the_videos_seconds(made, rendered):
    pieces = {row["title"]: row for row in read_table(made / "pieces.parquet")}
    for name in CLIPS:
        true = media.read_sound(rendered[0] / f"{name}.music.flac", 48000, 1).samples[0]
        found = media.read_sound(made / "music" / f"{pieces[name]['piece_id']}.opus", 48000, 1)
        n = min(len(true), found.samples.shape[1])
        size = 1 << (2 * n).bit_length()
        far = np.fft.rfft(found.samples[0, :n], size) * np.conj(np.fft.rfft(true[:n], size))
        lag = int(np.argmax(np.fft.irfft(far, size)))
        assert min(lag, size - lag) < 48
        assert pieces[name]["duration_s"] == pytest.approx(CLIPS[name][0], abs=0.1)


def test_frames_are_those_that_the_network_of_a_simulated_take_reads(made):
    for row in read_table(made / "takes.parquet"):
        with av.open(str(made / row["frames"])) as film:
            (stream,) = film.streams.video
            assert stream.average_rate == 4
            assert min(stream.width, stream.height) == 180
            grey = [frame.to_ndarray(format="gray").mean() for frame in film.decode(video=0)]
        assert len(grey) == int(4 * row["duration_s"])
        light = row["seconds"]["light"]
        assert len(light) == int(row["duration_s"])
        assert np.corrcoef(light, np.array(grey)[: 4 * len(light) : 4])[0, 1] > 0.9


def test_every_window_has_speech_and_windows_without_are_dropped(made, rendered):
    pairs = {row["piece_id"]: row for row in read_table(made / "pairs.parquet")}
    windows = read_table(made / "windows.parquet")
    assert {row["piece_id"] for row in windows} == set(pairs)
    for row in windows:
        pair = pairs[row["piece_id"]]
        start_s = row["start_s"] - pair["music_start_s"]
        inside = [
            max(0.0, min(line["end_s"], start_s + WINDOW_S) - max(line["start_s"], start_s))
            for line in pair["lines"]
        ]
        assert sum(inside) >= LEAST_SPEECH_S - 0.01
        assert 0 <= start_s <= pair["segments"][0]["end_s"] - WINDOW_S + 0.01
        assert row["label"] == f"{row['piece_id']}/{int(row['start_s'] // 7)}"


def test_what_cannot_be_used_is_told_in_a_sentence_and_counted(made, told):
    counts = json.loads((made / "figures.json").read_text())["left_out"]
    assert counts == {
        "copy": 1, "no music": 1, "no sound": 1, "no voice": 1, "short": 1, "unusable": 2,
    }  # fmt: skip
    for sentence in (
        "another name.mp4 is the same file as", "broken.mp4",
        "brief.mp4 lasts 4.0 s", "mute.mp4 has no sound", "hum.mp4 holds no voice-over",
        "dry.mp4 holds no music", "caf\\udce9.mp4 is text",
    ):  # fmt: skip
        assert sum(sentence in step or step.startswith(sentence) for step in told) == 1, sentence
    assert sum("by the backend voice-activity: less than" in step for step in told) == 1
    assert sum("holes by which a network can match" in step for step in told) == 1


def test_videos_with_the_same_music_are_in_one_split(made):
    splits = {name: row["split"] for name, row in titled(made).items()}
    assert set(splits) == set(CLIPS)
    assert splits["two"] == splits["three"]
    assert splits["one"] != splits["two"]
    of_place = {}
    for table in TABLES:
        for row in read_table(made / table):
            of_place.setdefault(row.get("piece_id", row.get("place")), set()).add(row["split"])
    assert {len(own) for own in of_place.values()} == {1}


def test_a_second_run_takes_nothing_apart_and_changes_nothing(make, made, monkeypatch):
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}

    def separate(*_, **__):
        raise AssertionError

    monkeypatch.setattr(taking, "separate", separate)
    assert make() == made
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before


def test_a_stopped_run_makes_what_is_missing_as_it_was(make, made):
    name = next(iter(titled(made).values()))["piece_id"]
    stamp, video = made / f"videos/{name}.json", made / f"takes/{name}-0.mp4"
    before = [path.read_bytes() for path in (stamp, video, *map(made.joinpath, TABLES))]
    stamp.write_text('{"half": ')
    video.unlink()
    make()
    assert [path.read_bytes() for path in (stamp, video, *map(made.joinpath, TABLES))] == before


def test_columns_are_those_of_the_simulated_corpus(made):
    import pyarrow.parquet

    for name, columns in COLUMNS.items():
        assert tuple(pyarrow.parquet.read_schema(made / f"{name}.parquet").names) == columns
    nulls = {
        "pairs": ("mood", "booth", "reading", "voice_reading", "picture_reading", "target",
                  "editor", "music", "whole", "speaker_id", "family", "language"),
        "takes": ("plan", "moments", "seed", "game", "pictures"),
        "windows": ("measured", "axes"),
    }  # fmt: skip
    for name, columns in nulls.items():
        for row in read_table(made / f"{name}.parquet"):
            assert [row[column] for column in columns] == [None] * len(columns)


def test_stretches_of_a_piece_follow_one_another(made):
    rows = sorted(read_table(made / "pairs.parquet"), key=lambda row: row["pair_id"])
    for one, other in pairwise(rows):
        if one["piece_id"] == other["piece_id"]:
            assert one["music_start_s"] + one["segments"][0]["end_s"] <= other["music_start_s"]


def test_a_folder_of_no_use_is_told_in_a_sentence(tmp_path):
    run = partial(
        from_videos, out=tmp_path / "out", seed=0, jobs=1, backend="voice-activity",
        settings=Settings(),
    )  # fmt: skip
    with pytest.raises(MrcmvError, match="is not a folder"):
        run(tmp_path / "nowhere")
    with pytest.raises(MrcmvError, match="No video lies below"):
        run(tmp_path)
    (tmp_path / "a.mp4").write_text("text")
    with pytest.raises(MrcmvError, match=r"Of the 1 videos .* not one can be used: 1 unusable"):
        run(tmp_path)
