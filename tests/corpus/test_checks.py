"""Checks of a corpus find what was planted, and nothing where nothing is."""

from dataclasses import replace

import numpy as np
import pytest

from mrcmv.corpus.build.sizes import SIZES
from mrcmv.corpus.checks import ambiguity, baseline, music, picture, probes, shortcuts, voice
from mrcmv.corpus.checks.facts import music_facts, query_facts
from mrcmv.corpus.checks.material import Material
from mrcmv.corpus.checks.measuring import Measured, stretches
from mrcmv.corpus.checks.retrieval import place, read
from mrcmv.corpus.checks.ridge import Standard, balanced_accuracy, by_kind, fit, spearman
from mrcmv.corpus.editor.choosing import Pool
from mrcmv.corpus.editor.mind import AXES, target

N = {"train": 300, "validation": 90, "test": 120}
N_GALLERY = 40
N_FILLERS = 100


def made(folder, seed=0, deaf=(), leak=False, told_origin=False):
    """A corpus of numbers alone: what is said and seen mixes linearly into what is measured.

    deaf: axes that neither voice nor music show. leak: a voice file is as long as its music is
    loud. told_origin: those whose music is real speak louder.
    """
    rng = np.random.default_rng(seed)
    n = sum(N.values())
    split = np.repeat(list(N), list(N.values()))
    said, seen = rng.normal(size=(2, n, len(AXES))).astype(np.float32)
    heard = (target(said, seen) + 0.3 * rng.normal(size=said.shape)).astype(np.float32)
    shows = np.ones(len(AXES), np.float32)
    shows[list(deaf)] = 0.0

    def mixed(points, names):
        turn = np.random.default_rng(len(names)).normal(size=(len(AXES), len(names)))
        return points @ turn + 0.5 * rng.normal(size=(n, len(names)))

    voices, pictures = mixed(said * shows, voice.NAMES), mixed(seen, picture.NAMES)
    sounds = mixed(heard * shows, music.NAMES)
    real = rng.random(n) < 0.4
    loud = rng.normal(size=n)
    gallery = np.full(n, -1)
    gallery[split == "test"] = np.arange(N["test"]) // N_GALLERY
    (folder / "m.ogg").write_bytes(b"nothing")
    pairs, takes, pieces, measured = [], {}, {}, ({}, {}, {})
    for at in range(n):
        name = f"{split[at]}-{at}"
        level = 3.0 * real[at] if told_origin else 0.0
        pairs.append(
            {
                "pair_id": name, "take_id": name, "split": split[at], "piece_id": f"p{at}",
                "music_start_s": 0.0, "gallery": int(gallery[at]), "speaker_id": "espeak/x",
                "voice_reading": said[at], "picture_reading": seen[at], "music": heard[at],
                "target": target(said[at], seen[at]), "family": f"f{at}", "language": "en",
                "lines": [{"text": name}], "whole": None,
            }
        )  # fmt: skip
        takes[name] = {
            "split": split[at], "source": "doom" if at % 3 else "atari", "duration_s": 40.0,
            "fps": 17.5, "pictures": None, "plan": '[[0.0, "calm"], [30.0, "wild"]]', "place": "a",
        }  # fmt: skip
        origin = "real" if real[at] else "composed"
        pieces[f"p{at}"] = {
            "file": str(folder / "m.ogg"), "origin": origin, "duration_s": 60.0, "split": split[at],
            "package": f"{split[at]}-{origin} 1.0", "album": name,
        }  # fmt: skip
        size = int(1e5 * np.exp(0.3 * (loud[at] if leak else rng.normal())))
        measured[0][name] = {
            "values": voices[at], "level_db": -23.0 + level + rng.normal(), "peak_db": -3.0,
            "bytes": size,
        }  # fmt: skip
        measured[1][name] = {
            "values": pictures[at], "level_db": -20.0 + rng.normal(), "bytes": 10**6,
            "game_bytes": 10**5,
        }  # fmt: skip
        measured[2][f"p{at}", 0.0] = {"values": sounds[at], "level_db": -20.0 + 3.0 * loud[at]}
    test = np.flatnonzero(split == "test")
    pool_rows = np.concatenate([test, np.arange(N_FILLERS)])  # fillers sound like training's music
    windows = [(f"p{at}", 0.0) for at in test]
    for at in range(N_FILLERS):
        pieces[f"filler{at}"] = {**pieces[f"p{at}"], "split": "test"}
        windows.append((f"filler{at}", 0.0))
        measured[2][windows[-1]] = measured[2][f"p{at}", 0.0]
    nothing = np.zeros(len(windows), np.float32)
    pool = Pool(heard[pool_rows], np.arange(len(windows)), nothing, real[pool_rows].astype(int))
    size = replace(SIZES["small"], n_large=len(windows))
    return (
        Material(folder, folder, size, 0, pairs, takes, pieces, pool, tuple(windows)),
        Measured(*measured, {}),
    )


def n_large(world):
    return len(world[0].large.windows)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return made(tmp_path_factory.mktemp("world"), deaf=(2,))


def test_a_ridge_finds_a_planted_line_and_shrinks_noise_away():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 8)).astype(np.float32)
    y = np.stack([x[:, 3] * 2 + 5 + 0.1 * rng.normal(size=300), rng.normal(size=300)], axis=1)
    x[5, 3] = np.nan
    told = fit(x, y, np.arange(200), np.arange(200, 300))
    assert np.corrcoef(told(x)[200:, 0], y[200:, 0])[0, 1] > 0.99
    assert told.penalties[0] < 0.1 < 1.0 < told.penalties[1]
    assert np.isfinite(told(x)).all()


def test_a_standard_ignores_what_is_not_known_and_what_does_not_vary():
    values = np.array([[1, 7], [np.nan, 7], [3, 7]], np.float32)
    scaled = Standard.of(values)(values)
    np.testing.assert_allclose(scaled, [[-1, 0], [0, 0], [1, 0]], atol=1e-6)


def test_by_kind_lets_a_ridge_learn_each_kinds_own_slope():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 1)).astype(np.float32)
    kinds = np.where(np.arange(400) % 2, "a", "b")
    y = np.where(kinds == "a", x[:, 0], -x[:, 0])[:, None]
    train, rest = np.arange(200), np.arange(200, 400)
    plain = fit(x, y, train, rest)(x)[rest]
    apart = fit(wide := by_kind(x, kinds, train), y, train, rest)(wide)[rest]
    assert abs(np.corrcoef(plain[:, 0], y[rest, 0])[0, 1]) < 0.3
    assert np.corrcoef(apart[:, 0], y[rest, 0])[0, 1] > 0.95


def test_spearman_is_that_of_scipy_and_0_for_constants():
    from scipy.stats import spearmanr

    x, y = np.random.default_rng(0).normal(size=(2, 60))
    rho, low, high = spearman(x, x + y)
    assert rho == pytest.approx(spearmanr(x, x + y).statistic)
    assert low < rho < high
    assert spearman(np.ones(60), y)[0] == 0.0


def test_balanced_accuracy_of_nothing_is_chance():
    label, own = np.arange(50) < 10, np.arange(50)
    assert balanced_accuracy(np.zeros(50), label, 0.0, own) == (50.0, 50.0, 50.0)
    assert balanced_accuracy(label.astype(float), label, 0.5, own)[0] == 100.0


def test_an_interval_over_few_groups_is_wider_than_over_many():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(30), 10)
    label = np.arange(300) % 2 == 0
    right = rng.random(30)[groups] < 0.6
    score = np.where(label == right, 1.0, -1.0)
    _, low, high = balanced_accuracy(score, label, 0.0, groups)
    _, low_alone, high_alone = balanced_accuracy(score, label, 0.0, np.arange(300))
    assert high - low > 1.5 * (high_alone - low_alone)


def test_probes_hear_what_is_there_and_are_deaf_where_nothing_is(world):
    rows = {(r["side"], r["axis"], r["group"]): r for r in probes.probe(*world)}
    for side in ("voice", "music"):
        for axis in AXES:
            row = rows[side, axis, "all"]
            assert row["n"] == N["test"]
            if axis == AXES[2]:
                assert row["interval"][0] < 0.1, (side, axis)
            else:
                assert row["rho"] > 0.7, (side, axis)
    assert rows["picture", AXES[0], "all"]["rho"] > 0.7
    assert {row["group"] for row in rows.values() if row["side"] == "picture"} >= {"atari", "doom"}


def test_axes_that_a_side_does_not_carry_are_marked(world):
    rows = [r for r in probes.probe(*world) if r["side"] == "picture" and r["axis"] == "pace"]
    assert [row["carried"] for row in rows] == [False]


def test_the_baseline_uses_both_sides(world):
    told = baseline.judge(*world)
    three = {m: told[f"{m}, galleries of {N_GALLERY}"]["recall"]["10"] for m in baseline.MODALITIES}
    assert three["both"] > three["voice"] > 25 + 10
    assert three["both"] > three["picture"] > 25 + 10
    assert told[f"both, gallery of {n_large(world)}"]["n_queries"] == N["test"]
    assert baseline.judge(*world) == told


def test_a_reader_of_noise_is_at_chance(world):
    material, measured = world
    noise = np.random.default_rng(3).normal(size=(len(material.pairs), 20)).astype(np.float32)
    train, validation = material.rows("train"), material.rows("validation")
    reader = read(noise, measured.sound(material.windows), train, validation)
    found = place(reader, noise, material.galleries, measured.sound)
    low, high = found.interval(10)
    assert low < found.chance(10) < high


def test_honest_files_tell_nothing(world):
    material, measured = world
    facts = query_facts(material, measured)
    for told in (
        shortcuts.pair_by_facts(material, measured, facts),
        shortcuts.origin(material, facts),
        shortcuts.fillers(material, measured),
    ):
        assert told["interval"][0] <= told["chance"], told


def test_truths_that_sound_other_than_fillers_are_caught(tmp_path):
    material, measured = made(tmp_path)
    for row in material.rows("test"):
        measured.music[material.windows[row]]["values"] += 5.0
    told = shortcuts.fillers(material, measured)
    assert told["interval"][0] > told["chance"] + 20


def test_a_file_size_that_names_the_music_is_caught(tmp_path):
    material, measured = made(tmp_path, leak=True)
    told = shortcuts.pair_by_facts(material, measured, query_facts(material, measured))
    assert told["interval"][0] > told["chance"] + 10


def test_voices_that_tell_the_origin_are_caught(tmp_path):
    material, measured = made(tmp_path, told_origin=True)
    told = shortcuts.origin(material, query_facts(material, measured))
    assert told["interval"][0] > told["chance"] + 20


def test_classes_in_folds_are_told_by_what_groups_share_not_by_the_group():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(40), 5)
    label = rng.random(40)[groups] < 0.5
    own = rng.normal(size=(40, 6))[groups].astype(np.float32)
    told = shortcuts.told_apart(own, label, groups)
    assert told["interval"][0] < 60
    own[:, 0] += 4 * label
    assert shortcuts.told_apart(own, label, groups)["value"] > 85


def test_facts_of_music_come_from_its_file(world):
    material, measured = world
    facts = music_facts(material, measured, material.windows[:3])
    assert np.allclose(facts[:, 0], np.log(len(b"nothing")))


def test_windows_far_apart_are_decoded_apart():
    assert stretches([0.0, 8.0, 80.0, 120.0, 200.0]) == [[0.0, 8.0], [80.0, 120.0], [200.0]]


def test_a_grouping_explains_what_it_makes_and_nothing_else():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(100), 4)
    values = np.stack([rng.normal(size=100)[groups], rng.normal(size=400)], axis=1)
    share = ambiguity.explained(values.astype(np.float32), groups)
    assert share[0] == pytest.approx(1.0)
    assert abs(share[1]) < 0.15
    spread = ambiguity.spread_within(values.astype(np.float32), groups)
    assert spread[0] == pytest.approx(0.0, abs=1e-6)
    assert spread[1] == pytest.approx(1.0, abs=0.1)


def test_the_style_of_a_take_is_what_most_of_its_window_is_played_in():
    plan = '[[0.0, "calm"], [10.0, "wild"], [31.0, "calm"]]'
    assert ambiguity.style_of({"plan": plan, "duration_s": 90.0}) == "wild"


def test_two_dubs_with_one_piece_are_counted():
    takes = np.array(["a", "a", "a", "b"])
    assert ambiguity.same_piece(takes, ["x", "x", "y", "x"]) == pytest.approx(1 / 3)
