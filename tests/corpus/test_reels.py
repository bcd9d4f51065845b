"""A finished corpus's sounds on reels: each split's own, once, and whose they are."""

import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus import voices as sources
from mrcmv.corpus.build.manifest import write_record, write_table
from mrcmv.corpus.reels import codecs, run, stretches
from mrcmv.corpus.reels import voices as spoken
from mrcmv.corpus.voices.prompts import HELD_OUT
from mrcmv.corpus.voices.speaker import Speaker, Utterance, Word
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound

HZ = {"train": 500.0, "validation": 900.0, "test": 1300.0}


def tone(hz: float, seconds: float, n_channels: int = 2, rate_hz: int = 48_000) -> Sound:
    wave = 0.2 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return Sound(np.tile(wave, (n_channels, 1)).astype(np.float32), rate_hz)


def pitch_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples[0]))
    return float(spectrum.argmax() * spoken.RATE_HZ / samples.shape[1])


class People:
    """Nine families that hum, one of them the Russian one."""

    name = "people"

    def speakers(self):
        own = [Speaker(f"s{n}", f"f{n}", "en", "synthetic", "people", "CC0") for n in range(8)]
        return (*own, Speaker("r", HELD_OUT, "ru", "human", "people", "CC0"))

    def say(self, speaker, kind, what, manner, rng, said=()):
        return Utterance(f"{kind} {len(said)}", tone(200, 0.7, 1), (Word(kind, 0.0, 0.7),), manner)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Tables and files of a build: a piece and two takes of each split, tones of its own."""
    folder = tmp_path / "opengame-1-tiny-0"
    (folder / "takes").mkdir(parents=True)
    pieces, takes = [], []
    for split, hz in HZ.items():
        media.write_sound(tone(hz, 30.0), tmp_path / f"{split}.flac")
        pieces.append(
            {"piece_id": split, "file": str(tmp_path / f"{split}.flac"), "split": split,
             "origin": "real", "album": split, "package": f"{split}-data 1.0", "duration_s": 30.0}
        )  # fmt: skip
        for number in range(2):
            media.write_sound(tone(hz + 100, 25.0), folder / "takes" / f"{split}-{number}.opus")
            takes.append(
                {"take_id": f"{split}-{number}", "split": split, "source": "game", "place": "a",
                 "game": f"takes/{split}-{number}.opus", "duration_s": 25.0}
            )  # fmt: skip
    write_table(pieces, folder / "pieces.parquet")
    write_table(takes, folder / "takes.parquet")
    monkeypatch.setattr(sources, "SOURCES", {"people": lambda folder: People()})
    monkeypatch.setattr(run, "gather_voices", lambda folder, hook: ("people",))
    monkeypatch.setattr(codecs, "CODED", 0.0)
    spoken._cast.cache_clear()
    return folder


def test_each_split_gets_its_own_music_games_and_speakers(corpus):
    reels = run.all_reels(corpus, hours=0.15)
    families: dict[str, set[str]] = {}
    for split, own in reels.items():
        assert set(own) == {"voice", "music", "effects", "short"}
        assert [item.name for item in own["music"].items] == [split]
        assert {item.name for item in own["effects"].items} <= {f"{split}-0", f"{split}-1"}
        assert pitch_hz(own["music"].read(own["music"].items[0])) == pytest.approx(HZ[split], abs=2)
        assert own["voice"].n_channels == 1
        families[split] = {item.facts["family"] for item in own["voice"].items}
    assert HELD_OUT in families["test"]
    assert not families["train"] & families["test"]
    assert not families["train"] & families["validation"]
    kinds = {item.facts["kind"] for item in reels["test"]["voice"].items}
    assert kinds == {"synthetic", "human"}


def test_reels_are_made_once_and_alike(corpus, monkeypatch):
    first = run.reels_of(corpus, "test", 0.02)
    kept = {kind: reel.path.with_suffix(".i16").read_bytes() for kind, reel in first.items()}
    monkeypatch.setattr(spoken, "speak", lambda *a, **k: pytest.fail("spoken again"))
    again = run.reels_of(corpus, "test", 0.02)
    assert [reel.items for reel in again.values()] == [reel.items for reel in first.values()]
    monkeypatch.undo()
    for file in (corpus / "reels").rglob("*.json"):
        file.unlink()
    monkeypatch.setattr(sources, "SOURCES", {"people": lambda folder: People()})
    monkeypatch.setattr(run, "gather_voices", lambda folder, hook: ("people",))
    monkeypatch.setattr(codecs, "CODED", 0.0)
    remade = run.reels_of(corpus, "test", 0.02)
    assert {k: r.path.with_suffix(".i16").read_bytes() for k, r in remade.items()} == kept


def test_voices_are_as_long_as_wanted(corpus):
    own = run.reels_of(corpus, "train", 0.05)["voice"]
    sessions = {item.facts["session"] for item in own.items}
    assert len(sessions) == round(0.05 * 3600 / spoken.SESSION_S)
    assert len(own.items) == spoken.LINES * len(sessions)


def test_recorded_speakers_speak_their_share():
    speakers = People().speakers()
    said = spoken.sessions_of("test", speakers, 400, seed=0)
    share = np.mean([session.speaker_id == "r" for session in said])
    assert share == pytest.approx(spoken.HUMAN_SHARE, abs=0.01)
    counts = [sum(s.speaker_id == f"s{n}" for s in said) for n in range(8)]
    assert min(counts) > 15


def test_all_families_take_turns_however_many_there_are():
    """Of 20, which fall in step with the recorded ones, seven were never heard."""
    human = Speaker("r", HELD_OUT, "ru", "human", "people", "CC0")
    for n in (3, 7, 20, 40):
        own = [Speaker(f"s{k}", f"f{k}", "en", "synthetic", "people", "CC0") for k in range(n)]
        said = spoken.sessions_of("train", [*own, human], 10 * n, seed=0)
        synthetic = [session.speaker_id for session in said if session.speaker_id != "r"]
        counts = [synthetic.count(one.speaker_id) for one in own]
        assert max(counts) - min(counts) <= 1
        assert min(counts) >= 6


def test_stretches_are_as_long_as_there_is_need():
    takes = [
        {"take_id": str(n), "split": "train", "source": "g", "place": "p", "game": "x",
         "duration_s": 60.0}
        for n in range(10)
    ]  # fmt: skip
    cut = stretches.games_of(takes, stretches.Path("c"), "train", 300.0, 0)
    assert len(cut) == 10
    assert {one.duration_s for one in cut} == {30.0}
    assert all(0 <= one.start_s <= 30.0 for one in cut)
    short = stretches.games_of(takes, stretches.Path("c"), "train", 45.0, 0)
    assert len(short) == 3
    assert {one.duration_s for one in short} == {20.0}


def test_short_sounds_go_with_the_music_of_their_package_and_never_speak(
    tmp_path, say_or_skip, monkeypatch
):
    home = tmp_path / "unpacked"
    files = {
        "a-data_1.0": ("fx/shot.wav", tone(900, 0.4)),
        "b-data_2.0": ("fx/bang.wav", tone(700, 0.4)),
        "c-data_1.0": ("voices/hello.wav", tone(500, 0.4)),
    }
    rows = ["package,file,duration_s,reason"]
    for folder, (name, sound) in files.items():
        (home / folder / name).parent.mkdir(parents=True)
        media.write_sound(sound, home / folder / name)
        rows.append(f"{folder.split('_')[0]},{name},0.4,shorter than 20 s")
    (home / "a-data_1.0/fx/words.wav").write_bytes(b"")
    media.write_sound(say_or_skip, home / "a-data_1.0/fx/words.wav")
    rows.append("a-data,fx/words.wav,2.0,shorter than 20 s")
    (tmp_path / "left-out.csv").write_text("\n".join(rows) + "\n")
    pieces = [{"package": "b-data 2.0", "origin": "real", "split": "test"}]
    train = stretches.short_sounds_of(pieces, tmp_path, "train", 0)
    assert {one.name for one in train} == {"a-data/fx/shot.wav", "a-data/fx/words.wav"}
    test = stretches.short_sounds_of(pieces, tmp_path, "test", 0)
    assert [one.name for one in test] == ["b-data/fx/bang.wav"]
    monkeypatch.setattr(codecs, "CODED", 0.0)
    read = {one.name: stretches.read(one) for one in train}
    assert read["a-data/fx/words.wav"] is None
    assert read["a-data/fx/shot.wav"] is not None


@pytest.fixture
def say_or_skip(tmp_path) -> Sound:
    import shutil
    import subprocess

    if (program := shutil.which("espeak-ng")) is None:
        pytest.skip("espeak-ng is not installed")
    words = "Alright, we go in now, and watch the door on the left."
    subprocess.run([program, "-w", str(tmp_path / "say.wav"), words], check=True)
    return media.read_sound(tmp_path / "say.wav")


@pytest.mark.parametrize(("n_channels", "ending"), [(1, ".m4a"), (2, ".mp3"), (1, ".opus")])
def test_a_codec_leaves_about_the_same_sound(n_channels, ending):
    rng = np.random.default_rng(0)
    noise = Sound(0.1 * rng.standard_normal((n_channels, 44_100)).astype(np.float32), 44_100)
    sound = Sound(noise.samples + 4 * tone(440, 1.0, n_channels, 44_100).samples, 44_100)
    back = codecs.coded(sound, ending, 64)
    assert back.rate_hz == 44_100
    assert back.samples.shape[0] == n_channels
    assert back.duration_s == pytest.approx(1.0, abs=0.06)
    assert pitch_hz(back.samples) == pytest.approx(440, abs=2)
    assert np.abs(back.samples).max() == pytest.approx(np.abs(sound.samples).max(), rel=0.2)


def test_codecs_are_as_likely_as_stated_whoever_speaks():
    rng = np.random.default_rng(0)
    seen = [codecs.perhaps_coded(tone(300, 0.6, 1, 44_100), rng)[1] for _ in range(60)]
    assert np.mean([bool(one) for one in seen]) == pytest.approx(codecs.CODED, abs=0.15)
    assert {one.split()[0] for one in seen if one} == {"m4a", "mp3", "opus"}


def test_a_folder_without_a_corpus_is_refused(tmp_path):
    with pytest.raises(MrcmvError, match="no corpus was built"):
        run.reels_of(tmp_path, "train")


def test_a_corpus_of_videos_is_refused(corpus):
    write_record({"version": "videos-1", "backend": "compact"}, corpus / "figures.json")
    with pytest.raises(MrcmvError, match="finished videos"):
        run.reels_of(corpus, "train")
