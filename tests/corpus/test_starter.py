"""The starter catalog is what its list, its composer and its README say."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus import starter
from mrcmv.corpus.composer import compose, describe
from mrcmv.corpus.composer.comparison import TEMPO_SHARE, TOLERANCES, differences
from mrcmv.corpus.composer.mastering import CEILING_DBTP, limit, narrow
from mrcmv.corpus.composer.rendering import SOUNDFONTS, find_soundfont
from mrcmv.settings import REPOSITORY
from mrcmv.types import Sound

FOLDER = REPOSITORY / "catalog"
TRUTH = json.loads((FOLDER / "truth.json").read_text())
HEARD = (*starter.PIECES[::6], *(p for p in starter.PIECES if p.title == "Embers"))
"""Tracks that are decoded here, the one whose peaks the codec moves most among them.

What is cheap is asked of all tracks.
"""


def test_the_table_is_the_list():
    with (FOLDER / "tracks.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows == [piece.row for piece in starter.PIECES]
    assert list(TRUTH) == [piece.file for piece in starter.PIECES]


def test_every_file_is_there_and_no_other():
    files = {path.name for path in FOLDER.glob("*.opus")}
    assert files == {piece.file for piece in starter.PIECES}
    assert sum((FOLDER / name).stat().st_size for name in files) < 25e6


def test_titles_are_unique_and_tags_come_from_the_vocabulary():
    assert len(starter.PIECES) >= 36
    assert len({piece.title for piece in starter.PIECES}) == len(starter.PIECES)
    vocabulary = {kind: set(words.split()) for kind, words in starter.TAGS.items()}
    for piece in starter.PIECES:
        tags = set(piece.tags.split())
        assert tags <= set.union(*vocabulary.values())
        assert all(tags & words for words in vocabulary.values()), piece.title


@pytest.mark.parametrize("piece", starter.PIECES, ids=lambda piece: piece.title)
def test_the_truth_is_what_the_composer_writes(piece: starter.Piece):
    truth = {**TRUTH[piece.file]}
    assert 60.0 <= truth.pop("duration_s") <= 90.0
    assert truth["mood"].pop("name") == piece.mood
    assert truth == json.loads(json.dumps(describe(compose(piece.mood, piece.seed))))


def test_the_catalog_is_varied():
    truths = TRUTH.values()
    assert len({truth["key"] for truth in truths}) == 12
    assert len({truth["style"] for truth in truths}) >= 12
    assert len({truth["beats_per_bar"] / truth["steps_per_beat"] for truth in truths}) == 3
    tempi = [truth["tempo_bpm"] for truth in truths]
    assert min(tempi) < 75
    assert max(tempi) > 150
    energies = [truth["mood"]["energy"] for truth in truths]
    assert min(sum(e < 0.4 for e in energies), sum(e > 0.6 for e in energies)) >= 12


@pytest.mark.parametrize("piece", HEARD, ids=lambda piece: piece.title)
def test_a_track_is_level_whole_and_says_whose_it_is(piece: starter.Piece):
    sound = media.read_sound(FOLDER / piece.file)
    assert media.loudness_lufs(sound) == pytest.approx(-16.0, abs=0.5)
    assert media.true_peak_dbtp(sound) <= -1.0
    assert sound.duration_s == pytest.approx(TRUTH[piece.file]["duration_s"], abs=0.05)
    left, right = (float(np.mean(channel**2)) for channel in sound.samples)
    assert abs(10 * np.log10(left / right)) < 2.0
    tenth = sound.rate_hz // 10
    assert np.abs(sound.samples[:, -tenth // 20 :]).max() < 1e-3
    tags = media.read_tags(FOLDER / piece.file)
    assert (tags["title"], tags["artist"]) == (piece.title, starter.ARTIST)
    assert tags["licence"] == starter.LICENCE


def test_the_beats_of_the_truth_are_where_the_sound_begins_anew():
    """Onsets are stronger around the truth's beats than between them."""
    piece = next(piece for piece in starter.PIECES if piece.title == "Redline")
    sound = media.resample(media.read_sound(FOLDER / piece.file), 12_000)
    frames = np.abs(sound.mono[: len(sound.mono) // 120 * 120].reshape(-1, 120)).max(axis=1)
    rises = np.maximum(0, np.diff(np.log(frames + 1e-3)))
    beats = np.array(TRUTH[piece.file]["beats_s"])[8:-16]
    at = np.round(beats * 100).astype(int)
    period = (beats[1] - beats[0]) * 100
    on_beat = np.mean([rises[n - 2 : n + 3].max() for n in at])
    between = np.mean([rises[round(n + period / 8) + 1 :][:5].max() for n in at])
    assert on_beat > 1.5 * between


def test_a_track_rendered_again_is_the_same_music():
    if find_soundfont() != SOUNDFONTS[0]:
        pytest.skip(f"FluidSynth or the starter's own soundfont {SOUNDFONTS[0]} is not installed")
    piece = next(piece for piece in starter.PIECES if piece.title == "Empty Chair")
    assert starter.check(piece, FOLDER) == []


def test_other_music_is_told_apart():
    one, two = (media.read_sound(FOLDER / HEARD[n].file) for n in (0, 2))
    assert differences(one, one) == []
    assert len(differences(one, two)) >= 2
    softer = Sound(one.samples * np.float32(0.9), one.rate_hz)
    assert any("loudness" in text for text in differences(one, softer))


def test_the_readme_states_the_tolerances():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for value in (*TOLERANCES.values(), round(100 * TEMPO_SHARE)):
        assert f"| {value:g} " in text


def test_an_unknown_title_is_a_usage_error(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as error:
        starter.main(["--only", "No Such Tune"])
    assert error.value.code == 2
    assert "No Such Tune" in capsys.readouterr().err


def test_what_cannot_be_encoded_leaves_no_file(tmp_path: Path):
    from mrcmv.errors import MrcmvError

    missing = tmp_path / "no such folder" / "track.opus"
    with pytest.raises(MrcmvError, match="could not write"):
        starter.encode(np.zeros((100, 2), np.float32), 48_000, missing, starter.PIECES[0])
    assert not missing.exists()


def test_what_the_codec_adds_to_the_peaks_is_taken_off_first(tmp_path: Path):
    """Clipped noise overshoots when it is encoded."""
    rng = np.random.default_rng(2)
    samples = np.clip(rng.normal(0, 0.4, (2, 96_000)), -0.8, 0.8).astype(np.float32)
    piece, path = starter.PIECES[0], tmp_path / "noise.opus"
    starter.encode(samples.T, 48_000, path, piece)
    assert media.true_peak_dbtp(media.read_sound(path)) > starter.MOST_DBTP
    starter.encode_under_peak(Sound(samples, 48_000), path, piece)
    assert media.true_peak_dbtp(media.read_sound(path)) <= starter.MOST_DBTP


def test_the_limiter_holds_peaks_between_samples_and_leaves_the_rest():
    times = np.arange(48_000) / 48_000
    loud = np.sin(2 * np.pi * 12_000 * times + np.pi / 4).astype(np.float32)
    samples = np.stack([loud, loud]) * np.linspace(0.1, 1.6, 48_000, dtype=np.float32)
    limited = limit(samples, 48_000)
    assert media.true_peak_dbtp(Sound(limited, 48_000)) <= CEILING_DBTP + 0.2
    quiet = slice(0, 9_000)
    np.testing.assert_array_equal(limited[:, quiet], samples[:, quiet])


def test_channels_against_each_other_survive_a_mono_sum():
    rng = np.random.default_rng(1)
    middle, side = rng.normal(0, 0.05, 48_000), rng.normal(0, 0.2, 48_000)
    wide = np.stack([middle + side, middle - side]).astype(np.float32)
    narrowed = narrow(wide, 48_000)
    np.testing.assert_allclose(narrowed.mean(axis=0), wide.mean(axis=0), atol=1e-5)
    assert np.corrcoef(narrowed)[0, 1] > 0.2 > 0 > np.corrcoef(wide)[0, 1]
