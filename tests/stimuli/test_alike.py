"""What the files of a bundle tell a rater: nothing but what is seen and heard."""

import json
import re
from itertools import groupby

import numpy as np
import pytest

from mrcmv import media, stimuli
from mrcmv.progress import silent
from mrcmv.stimuli.soundtracks import soundtracks
from mrcmv.study.bundle import MEDIA, SOUND
from mrcmv.study.stimulus import clips_of
from tests.stimuli.scenes import ONE, TITLES, facts


def of_each_clip(bundle):
    """The soundtracks' files by source, clip by clip."""
    ordered = sorted(bundle.stimuli, key=lambda one: one.clip)
    for _, own in groupby(ordered, key=lambda one: one.clip):
        yield {one.source: bundle.files[one.name + SOUND] for one in own}


def test_the_bundle_has_every_stimulus_that_the_study_wants(bundle):
    sources = [*bundle.study.method_names, "shifted"]
    assert clips_of(bundle.stimuli) == ("clips/first-raid.mp4", "clips/second-raid.mp4")
    assert [one.source for one in bundle.stimuli] == sources * 2
    assert {one.duration_s for one in bundle.stimuli} == {3.0}
    files = {path.name for path in (bundle.folder / MEDIA).iterdir()}
    assert files == set(bundle.files)


def test_sizes_durations_and_headers_cannot_tell_the_methods_apart(bundle):
    for files in of_each_clip(bundle):
        told = [facts(file) for file in files.values()]
        assert all(one == told[0] for one in told)
        assert told[0]["samples"] == (2, 3 * 48_000)
        assert told[0]["codec"][:3] == ("aac", 48_000, 2)


def test_all_files_were_changed_at_one_time(bundle):
    assert len({path.stat().st_mtime_ns for path in bundle.folder.rglob("*.m*")}) == 1


def test_soundtracks_of_a_clip_are_equally_loud_as_files(bundle):
    for files in of_each_clip(bundle):
        heard = [media.read_sound(file) for file in files.values()]
        lufs = [media.loudness_lufs(sound) for sound in heard]
        assert max(lufs) - min(lufs) <= 0.5
        assert max(media.true_peak_dbtp(sound) for sound in heard) <= -1.0
        for name, loudness in zip(files.values(), lufs, strict=True):
            said = bundle.made["stimuli"][name.stem]["loudness_lufs"]
            assert said == pytest.approx(loudness, abs=0.1)


def test_no_byte_that_a_rater_gets_says_what_it_is(bundle):
    names = [one.source for one in bundle.stimuli] + [
        word for title in TITLES for word in (title, *title.split())
    ]
    # As it is written in full: three bytes like CC0 come by chance, once in a few megabytes.
    names += ["raid", "tiny", "CC0-1.0", "mrcmv", "Lavf", "Lavc", "libx264", "x264", "MRCMV"]
    for name, file in bundle.files.items():
        data = file.read_bytes().lower() + name.lower().encode()
        assert [word for word in names if word.lower().encode() in data] == []


def test_pictures_are_silent_and_shared(bundle, place):
    for clip in clips_of(bundle.stimuli):
        (picture,) = {one.picture for one in bundle.stimuli if one.clip == clip}
        probed = media.probe(bundle.files[f"{picture}.mp4"], place.settings)
        assert not probed.has_sound
        assert media.browser_plays(probed)
        assert probed.duration_s == pytest.approx(3.0, abs=0.25)


def test_another_build_has_other_names_for_the_same_sounds(bundle, job, tmp_path):
    again = stimuli.build(job, tmp_path / "again")
    assert not {one.name for one in again.stimuli} & {one.name for one in bundle.stimuli}
    assert not {one.picture for one in again.stimuli} & {one.picture for one in bundle.stimuli}
    assert [one.sha256 for one in again.stimuli] == [one.sha256 for one in bundle.stimuli]
    names = {part for one in bundle.stimuli for part in (one.name, one.picture)}
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)


def test_it_is_written_down_how_each_was_made(bundle):
    assert set(bundle.made["stimuli"]) == {one.name for one in bundle.stimuli}
    for one in bundle.stimuli:
        made = bundle.made["stimuli"][one.name]
        assert (made["clip"], made["source"]) == (one.clip, one.source)
        if one.source in ("descriptors", "tags", "random"):
            assert made["track"]["title"] in TITLES
            assert made["track"]["licence"] == "CC0-1.0"
            assert made["start_s"] == 0.0
            assert (made["distance"] is None) == (one.source != "descriptors")
        assert made["gain_db"] is not None
    json.dumps(bundle.made, allow_nan=False)


def test_the_tag_search_gets_the_clips_tags(bundle):
    titles = {
        made["clip"]: made["track"]["title"]
        for made in bundle.made["stimuli"].values()
        if made["source"] == "tags"
    }
    assert titles["clips/first-raid.mp4"] in (TITLES[1], TITLES[3])
    assert titles["clips/second-raid.mp4"] in (TITLES[0], TITLES[2])


def test_shifted_is_the_first_methods_sound_half_the_clip_too_late(job):
    laid = {one.source: one.samples for one in soundtracks(job, job.clips[0], silent)}
    assert {samples.shape for samples in laid.values()} == {(2, 144_000)}
    assert np.array_equal(np.roll(laid["shifted"], 72_000, axis=1), laid["descriptors"])
    assert not np.array_equal(laid["shifted"], laid["descriptors"])


def test_two_methods_with_one_track_are_told_of(bundle):
    by_clip = {}
    for made in bundle.made["stimuli"].values():
        if "track" in made:
            by_clip.setdefault(made["clip"], {})[made["source"]] = made["track"]["id"]
    same = sum(one["tags"] == one["random"] for one in by_clip.values())
    told = [note for note in bundle.made["notes"] if "tags and random gave" in note]
    assert told == (
        [
            f"{same} of 2 clips: tags and random gave the same track, {same} of them from \
the same second on."
        ]
        if same
        else []
    )


def test_silence_is_as_large_as_sound_and_stays_silent(place, tmp_path):
    words = ONE | {"catch": {"count": 1, "broken": "silent"}}
    bundle = stimuli.build(place.gather(**words), tmp_path / "built")
    (files,) = of_each_clip(bundle)
    assert facts(files["silent"]) == facts(files["random"]) == facts(files["studio"])
    assert not media.read_sound(files["silent"]).samples.any()
    (silent,) = [made for made in bundle.made["stimuli"].values() if made["source"] == "silent"]
    assert silent["loudness_lufs"] is None
