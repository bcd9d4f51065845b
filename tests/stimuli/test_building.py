"""Building again, building halfway, and what makes a bundle another one."""

import pytest

from mrcmv import media, stimuli
from mrcmv.errors import StudyError
from mrcmv.stimuli import building
from mrcmv.stimuli.soundtracks import seed_of
from mrcmv.study.bundle import MEDIA, read_bundle
from tests.stimuli.scenes import ONE, noise


def test_the_same_inputs_know_their_bundle_again(place, bundle, own):
    assert stimuli.built(place.gather(), own).stimuli == bundle.stimuli


@pytest.mark.parametrize("suffix", [".m4a", ".mp4"])
def test_a_damaged_or_missing_file_makes_it_none(job, own, suffix):
    file = next((own / MEDIA).glob(f"*{suffix}"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert stimuli.built(job, own) is None
    file.unlink()
    assert stimuli.built(job, own) is None


def test_no_bundle_is_none(job, tmp_path):
    assert stimuli.built(job, tmp_path / "nothing") is None


def test_every_change_of_what_goes_in_is_another_identity(own_place):
    def identity(**changed):
        return own_place.gather(**changed).identity

    folder = own_place.folder
    seen = [identity(), identity(seed=1)]
    media.write_sound(noise(5.0, 0.06, 9), folder / "studio/first-raid.wav")
    seen.append(identity())
    clip = folder / "clips/first-raid.mp4"
    clip.write_bytes((folder / "clips/second-raid.mp4").read_bytes())
    seen.append(identity())
    media.write_sound(noise(8.0, 0.02, 7), folder / "tracks/new.flac")
    seen.append(identity(catalog={"folder": "tracks", "count": 5}))
    assert len(set(seen)) == 5


def test_a_broken_build_leaves_the_old_bundle_and_nothing_else(place, own, monkeypatch):
    def fail(*_):
        raise StudyError("The disk is on fire.")

    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    monkeypatch.setattr(building, "write_bundle", fail)
    with pytest.raises(StudyError, match="on fire"):
        stimuli.build(place.gather(**ONE), own)
    assert {path: path.read_bytes() for path in own.rglob("*") if path.is_file()} == before
    assert [path.name for path in own.parent.iterdir()] == ["tiny"]


def test_a_new_bundle_takes_the_place_of_the_old(place, own):
    before = read_bundle(own).stimuli
    after = stimuli.build(place.gather(**ONE), own)
    assert {one.name for one in after.stimuli}.isdisjoint(one.name for one in before)
    assert len(list((own / MEDIA).iterdir())) == len(after.files)
    assert [path.name for path in own.parent.iterdir()] == ["tiny"]


def test_a_folder_that_is_not_the_studys_is_not_touched(job, tmp_path, own, place):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.txt").write_text("all of it")
    for folder, words in (
        (tmp_path / "thesis", "holds other files"),
        (tmp_path / "thesis/chapter.txt", "is a file"),
    ):
        with pytest.raises(StudyError, match=words):
            stimuli.build(job, folder)
    with pytest.raises(StudyError, match="holds the study tiny"):
        stimuli.build(place.gather(id="other"), own)
    assert (tmp_path / "thesis/chapter.txt").read_text() == "all of it"


def test_draws_depend_on_seed_clip_and_method_alone():
    seeds = {seed_of(0, "a", "tags"), seed_of(1, "a", "tags"), seed_of(0, "b", "tags")}
    seeds.add(seed_of(0, "a", "random"))
    assert len(seeds) == 4
    assert seed_of(0, "a", "tags") == seed_of(0, "a", "tags") >= 0
