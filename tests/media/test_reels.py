"""Sounds on a reel are the sounds that were put on it."""

import pickle
from itertools import pairwise

import numpy as np
import pytest

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.types import Sound


def sounds(n_sounds=4, n_channels=2):
    rng = np.random.default_rng(0)
    for number in range(n_sounds):
        level = 10.0**-number
        samples = level * rng.standard_normal((n_channels, 100 + 37 * number))
        yield f"s{number}", {"kind": str(number % 2)}, Sound(samples.astype(np.float32), 8000)


@pytest.fixture
def reel(tmp_path):
    return media.write_reel(tmp_path / "all", 8000, 2, sounds())


def test_each_sound_comes_back_to_16_bits_of_its_own_peak(reel):
    for item, (name, facts, sound) in zip(reel.items, sounds(), strict=True):
        assert (item.name, item.facts) == (name, facts)
        error = np.abs(reel.read(item) - sound.samples).max()
        assert error <= 0.51 * np.abs(sound.samples).max() / 32_767
    assert reel.duration_s == sum(sound.duration_s for _, _, sound in sounds())


def test_a_stretch_is_that_part_and_ends_with_the_sound(reel):
    item = reel.items[2]
    assert np.array_equal(reel.read(item, 20, 30), reel.read(item)[:, 20:50])
    assert reel.read(item, item.n - 5, 30).shape == (2, 5)


def test_a_reel_sent_to_another_process_takes_no_samples_along(reel):
    reel.read(reel.items[0])
    sent = pickle.dumps(reel)
    assert len(sent) < 500
    assert np.array_equal(pickle.loads(sent).read(reel.items[3]), reel.read(reel.items[3]))


def test_what_does_not_fit_leaves_no_reel(tmp_path):
    with pytest.raises(MediaError, match="another rate or channels"):
        media.write_reel(tmp_path / "a", 8000, 1, sounds())
    assert not list(tmp_path.iterdir())
    with pytest.raises(MediaError, match="There is no reel"):
        media.Reel(tmp_path / "a")


def test_a_damaged_reel_says_so(reel):
    with reel.path.with_suffix(".i16").open("ab") as file:
        file.write(b"xx")
    with pytest.raises(MediaError, match="damaged"):
        media.Reel(reel.path)
    reel.path.with_suffix(".json").write_text("{")
    with pytest.raises(MediaError, match="damaged"):
        media.Reel(reel.path)


def test_a_writing_that_fails_takes_the_old_reel_away(reel, tmp_path):
    def broken():
        yield from sounds(1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        media.write_reel(tmp_path / "all", 8000, 2, broken())
    with pytest.raises(MediaError, match="There is no reel"):
        media.Reel(tmp_path / "all")
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("from_hz", "to_hz"), [(48000, 44100), (44100, 48000), (8000, 8000)])
def test_resampled_in_pieces_equals_resampled_whole(from_hz, to_hz):
    rng = np.random.default_rng(1)
    sound = Sound((0.1 * rng.standard_normal((2, 30_011))).astype(np.float32), from_hz)
    cuts = [0, 1, 5000, 5100, 20_000, 30_011]
    pieces = [sound.samples[:, a:b] for a, b in pairwise(cuts)]
    joined = np.concatenate(list(media.resample_pieces(pieces, from_hz, to_hz, 2)), axis=1)
    whole = media.resample(sound, to_hz).samples
    assert joined.shape == whole.shape
    assert np.abs(joined - whole).max() < 1e-5
