"""A whole build, small and with fakes for game, speakers and music."""

import json
from dataclasses import replace

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus import footage, voices
from mrcmv.corpus.build.manifest import read_table
from mrcmv.corpus.build.plan import TakePlan
from mrcmv.corpus.build.redubs import REDUBS, ROUNDS
from mrcmv.corpus.build.run import build
from mrcmv.corpus.build.sizes import SIZES, Amount
from mrcmv.corpus.build.takes import make_take
from mrcmv.corpus.editor.mind import AXES, mismatch, target
from mrcmv.corpus.footage.take import SECONDS, Moment, Shot, Take
from mrcmv.corpus.music import splitting
from mrcmv.corpus.music.piece import Piece
from mrcmv.corpus.voices.prompts import HELD_OUT
from mrcmv.corpus.voices.speaker import Speaker, Utterance, Word
from mrcmv.errors import MrcmvError, TakeEnded
from mrcmv.types import Sound

KEPT = ("p3", "p4", "p9", "p10")
"""Pieces of the test and the validation that are left where music runs out."""
TINY = replace(
    SIZES["small"],
    name="tiny",
    amounts={"train": Amount(4, 2), "validation": Amount(2, 1), "test": Amount(6, 3)},
    clip_s=(32.0, 42.0),
    n_gallery=4,
    n_whole=3,
    n_large=20,
    picture_px=(64, 36),
)


class Game:
    """A grey picture that brightens, over a hum; `n_records` counts what it was asked to play."""

    name, fps, places, styles = "game", 20.0, tuple(f"map{n}" for n in range(12)), ("calm", "wild")
    n_records = 0

    def record(self, shot, sink):
        Game.n_records += 1
        rng = np.random.default_rng(shot.seed)
        for number in range(round(shot.duration_s * self.fps)):
            grey = (40 + shot.seed % 150 + number) % 256
            sink(np.full((shot.height, shot.width, 3), grey, np.uint8))
        n = int(shot.duration_s)
        seconds = {name: np.full(n, np.nan, np.float32) for name in SECONDS}
        seconds["action"] = rng.uniform(0, 1, n).astype(np.float32)
        times_s = np.arange(round(shot.duration_s * 44100)) / 44100
        hum = np.tile(0.05 * np.sin(2 * np.pi * 900 * times_s), (2, 1)).astype(np.float32)
        moments = (Moment(5.0, "kill", "Imp"),)
        return Take(shot, Sound(hum, 44100), seconds, moments, number + 1)


class People:
    """Speakers who hum: six families, one of them Russian and human."""

    name = "people"

    def speakers(self):
        own = [Speaker(f"s{n}", f"f{n}", "en", "synthetic", "people", "CC0") for n in range(6)]
        return (*own, Speaker("r", HELD_OUT, "ru", "human", "people", "CC0"))

    def say(self, speaker, kind, what, manner, rng, said=()):
        times_s = np.arange(48000 * 2) / 48000
        hum = (0.2 * np.sin(2 * np.pi * (150 + 20 * manner.arousal) * times_s)).astype(np.float32)
        return Utterance(kind, Sound(hum[None], 48000), (Word(kind, 0.0, 2.0),), manner)


def pieces(folder):
    """Thirty pieces, two thirds composed; what is heard in them is written down beforehand."""
    (folder / "heard").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    tone = 0.2 * np.sin(2 * np.pi * 500 * np.arange(48000 * 100) / 48000)
    media.write_sound(Sound(np.tile(tone, (2, 1)).astype(np.float32), 48000), folder / "a.opus")
    made = []
    for number in range(30):
        origin = "real" if number % 3 == 0 else "composed"
        name = f"p{number}"
        made.append(Piece(name, folder / "a.opus", name, "a", name, "x", "CC0", "", origin, 100.0))
        rows = [[start, *rng.normal(size=len(AXES)).tolist()] for start in range(0, 69, 8)]
        stamp = {"version": 1, "windows": rows}
        (folder / "heard" / f"{name}.json").write_text(json.dumps(stamp))
    return tuple(made)


def dealt(own):
    """Half of the pieces are the test's; real and composed ones in each split."""
    names = ("train", "test", "test", "validation")
    return {piece.piece_id: names[int(piece.piece_id[1:]) // 3 % 4] for piece in own}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The fakes in the places of the real sources, and a folder."""
    out = tmp_path_factory.mktemp("corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(footage, "SOURCES", {"game": Game()})
        patch.setattr(voices, "SOURCES", {"people": lambda folder: People()})
        patch.setattr(splitting, "suggest_split", dealt)
        yield out


def make(out):
    return build(
        TINY,
        0,
        out,
        jobs=1,
        voice_sources=("people",),
        gather=lambda size, folder, hook: pieces(out),
    )


@pytest.fixture(scope="module")
def built(world):
    return make(world)


def test_a_second_build_plays_nothing_and_changes_nothing(world, built):
    before = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    played = Game.n_records
    assert make(world) == built
    assert Game.n_records == played
    assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == before


def test_a_stopped_build_makes_what_is_missing_as_it_was(world, built):
    table = (built / "pairs.parquet").read_bytes()
    stamp = next((built / "takes").glob("train-*.json"))
    kept = stamp.read_bytes()
    stamp.write_text('{"half": ')
    next((built / "voices").glob("*.json")).unlink()
    make(world)
    assert stamp.read_bytes() == kept
    assert (built / "pairs.parquet").read_bytes() == table


def test_a_whole_clip_is_rendered_again_when_its_music_is_another(world, built):
    stamp = next((built / "whole").glob("*.json"))
    clip, kept = stamp.with_suffix(".mp4"), stamp.read_bytes()
    before = clip.read_bytes()
    record = json.loads(kept)
    record["segments"][0]["music_start_s"] += 1.0
    stamp.write_text(json.dumps(record))
    clip.unlink()
    make(world)
    assert (stamp.read_bytes(), clip.read_bytes()) == (kept, before)


def test_a_game_that_ends_early_is_played_with_another_seed(world, monkeypatch):
    class Deadly(Game):
        def record(self, shot, sink):
            if shot.seed < 9:
                raise TakeEnded("dead")
            return super().record(shot, sink)

    monkeypatch.setattr(footage, "SOURCES", {"game": Deadly()})
    (world / "other/takes").mkdir(parents=True)
    shot = Shot("game", "map1", ((0.0, "calm"),), 2.0, 7, 64, 36)
    assert make_take(TakePlan("t", "train", shot), world / "other", whole=False).seed == 9
    hopeless = TakePlan("u", "train", replace(shot, seed=1))
    with pytest.raises(TakeEnded):
        make_take(hopeless, world / "other", whole=False)


def test_every_pair_has_what_training_needs(built):
    rows = read_table(built / "pairs.parquet")
    takes = {row["take_id"]: row for row in read_table(built / "takes.parquet")}
    windows = {(row["piece_id"], row["start_s"]) for row in read_table(built / "windows.parquet")}
    for row in rows:
        assert (row["piece_id"], row["music_start_s"]) in windows
        assert media.sound_duration_s(built / row["voice"]) > 31.9
        with av.open(str(built / takes[row["take_id"]]["frames"])) as film:
            assert min(film.streams.video[0].width, film.streams.video[0].height) == 180
            assert film.streams.video[0].average_rate == 4


def test_each_round_of_redubs_lays_every_voice_over_another_take_with_music_that_fits(built):
    pairs = {row["pair_id"]: row for row in read_table(built / "pairs.parquet")}
    train = {name: row for name, row in pairs.items() if row["split"] == "train"}
    takes = {row["take_id"]: row for row in read_table(built / "takes.parquet")}
    windows = {
        (row["piece_id"], row["start_s"]): np.array(row["axes"])
        for row in read_table(built / "windows.parquet")
        if row["split"] == "train"
    }
    seen = {row["take_id"]: np.array(row["picture_reading"]) for row in train.values()}
    rows = read_table(built / REDUBS)
    assert {row["round"] for row in rows} == set(range(1, ROUNDS + 1))
    near, far = [], []
    for number in range(1, ROUNDS + 1):
        own = [row for row in rows if row["round"] == number]
        assert sorted(row["pair_id"] for row in own) == sorted(train)
        for row in own:
            voice, take = pairs[row["pair_id"]], takes[row["take_id"]]
            assert take["split"] == "train"
            both_s = min(take["duration_s"], takes[voice["take_id"]]["duration_s"])
            assert row["duration_s"] == both_s
            assert row["covered_s"] <= both_s
            assert row["music_start_s"] + row["covered_s"] <= 100.1
            point = target(np.array(voice["voice_reading"]), seen[row["take_id"]])
            axes = np.stack(list(windows.values()))
            apart = mismatch(point[None].astype(np.float32), axes.astype(np.float32))[0]
            far.append(np.median(apart))
            near.append(apart[list(windows).index((row["piece_id"], row["music_start_s"]))])
    assert np.mean(np.array(near) < np.array(far)) > 0.95
    assert len({(row["pair_id"], row["take_id"]) for row in rows}) > 2 * len(train)


def test_splits_share_no_piece_place_or_family(built):
    pairs, takes = read_table(built / "pairs.parquet"), read_table(built / "takes.parquet")
    of_piece, of_family, of_place = {}, {}, {}
    for row in pairs:
        of_piece.setdefault(row["piece_id"], set()).add(row["split"])
        of_family.setdefault(row["family"], set()).add(row["split"])
    for row in takes:
        of_place.setdefault(row["place"], set()).add(row["split"])
    for of in (of_piece, of_family, of_place):
        assert {len(splits) for splits in of.values()} == {1}
    assert of_family.get(HELD_OUT, {"test"}) == {"test"}


def test_segments_cover_the_clip_and_stay_inside_pieces(built):
    lasts_s = {row["take_id"]: row["duration_s"] for row in read_table(built / "takes.parquet")}
    for row in read_table(built / "pairs.parquet"):
        starts, ends = ([one[name] for one in row["segments"]] for name in ("start_s", "end_s"))
        assert starts == [0.0, *ends[:-1]]
        assert lasts_s[row["take_id"]] - ends[-1] <= 0.5
        first = row["segments"][0]
        assert (first["piece_id"], first["music_start_s"]) == (
            row["piece_id"],
            row["music_start_s"],
        )
        assert first["end_s"] >= 31.9
        for segment in row["segments"]:
            assert segment["music_start_s"] + segment["end_s"] - segment["start_s"] <= 100.1


def test_whole_clips_are_their_stems(built):
    pairs, takes = (read_table(built / f"{name}.parquet") for name in ("pairs", "takes"))
    wholes = [row["whole"] for row in pairs if row["whole"]]
    pictured = {take["take_id"] for take in takes if take["pictures"]}
    assert len(pictured) == TINY.n_whole
    assert len(wholes) == len(pictured & {row["take_id"] for row in pairs}) > 0
    for whole in wholes:
        clip = built / whole["clip"]
        stems = [
            media.read_sound(clip.with_suffix(f".{name}.flac"), 48000, 2).samples
            for name in ("voice", "music", "effects")
        ]
        mix = media.read_sound(clip, 48000, 2).samples
        n = min(mix.shape[1], stems[0].shape[1])
        apart = mix[:, :n] - sum(stem[:, :n] for stem in stems)
        assert np.sqrt(np.mean(apart**2)) < 0.1 * np.sqrt(np.mean(mix**2))
        assert whole["true_peak_dbtp"] <= -1.0
        assert media.true_peak_dbtp(Sound(mix, 48000)) <= -1.0  # after AAC, too
        with av.open(str(clip)) as film:
            pictures = sum(1 for _ in film.decode(video=0))
        assert pictures / Game.fps >= stems[0].shape[1] / 48000 - 0.01


def test_figures_say_on_how_many_and_against_what_chance(built):
    told = json.loads((built / "figures.json").read_text())
    assert told["counts"]["test"]["n_pairs"] == 12
    for figure in told["oracles"].values():
        assert figure["n_queries"] == 12
        assert figure["chance"]["1"] == pytest.approx(100 / figure["n_gallery"], abs=0.1)
        low, high = figure["interval"]["10"]
        assert low <= figure["recall"]["10"] <= high


def test_too_little_music_is_told_in_a_sentence(world, monkeypatch):
    monkeypatch.setattr(splitting, "suggest_split", lambda own: {**dealt(own), **few(own)})

    def few(own):
        return {piece.piece_id: "train" for piece in own if piece.piece_id not in KEPT}

    with pytest.raises(MrcmvError, match="not enough music"):
        make(world)


def test_a_folder_without_a_corpus_is_told(tmp_path):
    with pytest.raises(MrcmvError, match="no corpus was built"):
        read_table(tmp_path / "pairs.parquet")
