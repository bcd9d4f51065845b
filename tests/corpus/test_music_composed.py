"""Laws of composed pieces: one seed each, made once, alike wherever and after whatever."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from mrcmv import media
from mrcmv.corpus.composer import PRESETS, rendering
from mrcmv.corpus.music import composed
from mrcmv.corpus.music.composed import Composer, Plan, plans
from mrcmv.errors import MrcmvError
from mrcmv.types import Sound

needs_fluidsynth = pytest.mark.skipif(
    rendering.find_soundfont() is None, reason="FluidSynth or its soundfont is not installed"
)


def test_each_piece_has_a_seed_of_its_own_and_every_mood_comes():
    chosen = plans(200)
    assert len({plan.seed for plan in chosen}) == 200
    assert {plan.preset for plan in chosen} == set(PRESETS)
    assert plans(50) == chosen[:50]


def test_a_piece_stays_near_its_preset_whatever_the_seed():
    for plan in plans(90):
        near, mood = PRESETS[plan.preset], plan.mood
        assert mood.style == near.style
        assert mood == Plan(plan.preset, plan.seed).mood
        for axis in ("energy", "valence", "tension", "pace", "brightness"):
            assert abs(getattr(mood, axis) - getattr(near, axis)) <= 0.1 + 1e-9


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Noise in place of FluidSynth; the seeds that were played."""
    seeds = []

    def play(score, rate_hz, n_voices):
        seeds.append(score.seed)
        noise = np.random.default_rng(score.seed).normal(0, 0.1, (2, 6 * rate_hz))
        return Sound(noise.astype(np.float32), rate_hz)

    monkeypatch.setattr(composed, "play", play)
    return seeds


def test_composed_pieces_look_like_the_real_ones_files(tmp_path: Path, played: list[int]):
    (piece,) = Composer(1, n_workers=1).gather(tmp_path)
    sound = media.read_sound(piece.file)
    assert piece.file.suffix == ".ogg"
    assert soundfile.info(piece.file).samplerate == 44_100
    assert piece.duration_s == pytest.approx(sound.duration_s, abs=0.05)
    assert media.read_tags(piece.file) == {}
    assert (piece.origin, piece.album) == ("composed", f"composer seed {played[0]}")


def test_composing_goes_on_where_it_stopped(tmp_path: Path, played: list[int]):
    first = Composer(2, n_workers=1).gather(tmp_path)
    first[0].file.unlink()
    more = Composer(3, n_workers=1).gather(tmp_path)
    assert more[:2] == first
    assert len(played) == 4
    assert not list(tmp_path.rglob(".making-*"))


def test_pieces_of_another_version_are_neither_taken_nor_meant(
    tmp_path: Path, played: list[int], monkeypatch: pytest.MonkeyPatch
):
    (old,) = Composer(1, 1).gather(tmp_path)
    monkeypatch.setattr(composed, "VERSION", composed.VERSION + 1)
    (new,) = Composer(1, 1).gather(tmp_path)
    assert len(played) == 2
    assert old.file != new.file
    assert old.piece_id != new.piece_id


def test_a_piece_made_again_is_the_same_file(tmp_path: Path, played: list[int]):
    (one,), (other,) = (Composer(1, 1).gather(tmp_path / name) for name in ("a", "b"))
    assert media.content_hash(one.file) == media.content_hash(other.file)


@needs_fluidsynth
def test_a_piece_is_the_same_file_whichever_process_made_it_and_after_what(tmp_path: Path):
    together = Composer(2, n_workers=2, duration_s=8.0).gather(tmp_path / "together")
    for plan in reversed(plans(2)):
        composed.make(plan, tmp_path, duration_s=8.0)
    for piece in together:
        assert media.content_hash(piece.file) == media.content_hash(tmp_path / piece.file.name)


def test_without_a_synthesiser_the_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rendering, "find_soundfont", lambda: None)
    with pytest.raises(MrcmvError, match="apt-get install fluidsynth"):
        Composer(1, 1).gather(tmp_path)


def test_without_an_encoder_no_file_is_left(tmp_path: Path):
    sound = Sound(np.zeros((2, 1000), np.float32), 44_100)
    with pytest.raises(MrcmvError, match="could not write"):
        composed.encode(sound, tmp_path / "no such folder" / "piece.ogg")
    assert not list(tmp_path.iterdir())
