"""The verbs over real rooms: one decode, cached results, answers as plain JSON."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mrcmv import media
from mrcmv.answer import as_json, mix_name
from mrcmv.errors import CatalogError, MediaError, MrcmvError, SettingsError, WeightsError
from mrcmv.services import FindOptions, Services
from mrcmv.types import MixOptions, Sound, Track
from tests.methods.networks import write_heads, write_network


@pytest.fixture
def services(settings) -> Services:
    return Services(settings)


def test_a_clip_is_decoded_once_for_find_and_mix(services, make_clip, monkeypatch):
    clip = make_clip()
    read, calls = media.read_clip, []
    monkeypatch.setattr(media, "read_clip", lambda *a, **k: calls.append(a) or read(*a, **k))
    found = services.find(clip)
    services.mix_found(found, found.matches[0])
    services.mix_found(found, found.matches[1])
    services.find(clip, FindOptions(top=3))
    assert len(calls) == 1


def test_the_same_content_under_another_path_is_not_decoded_again(
    services, make_clip, tmp_path, monkeypatch
):
    first = make_clip()
    services.find(first)
    second = tmp_path / "again.mp4"
    shutil.move(first, second)
    monkeypatch.setattr(media, "read_clip", lambda *a, **k: pytest.fail("decoded again"))
    found = services.find(second)
    assert found.clip.path == second
    assert services.mix_found(found, found.matches[0]).video.stat().st_size > 0


def test_a_find_tells_of_tracks_that_cannot_be_used(services, make_clip, tmp_path):
    media.write_sound(Sound(np.zeros((1, 96000), np.float32), 48000), tmp_path / "silent.wav")
    services.catalog.add([tmp_path / "silent.wav"])
    told = "One track of the catalog cannot be used: `mrcmv catalog check` says why."
    assert told in services.find(make_clip()).notes


def test_a_wrong_method_or_backend_is_told_before_the_clip_is_read(
    services, make_clip, tmp_path, monkeypatch
):
    monkeypatch.setattr(media, "read_clip", lambda *a, **k: pytest.fail("read"))
    clip = make_clip()
    for options in (
        FindOptions(method="x"),
        FindOptions(backend="x"),
        FindOptions(voice_file=tmp_path / "none.wav"),
    ):
        with pytest.raises(MrcmvError):
            services.find(clip, options)


def test_the_same_mix_is_the_same_file(services, make_clip):
    found = services.find(make_clip())
    first = services.mix_found(found, found.matches[0])
    stamp = first.video.stat().st_mtime_ns, first.video.read_bytes()
    again = services.mix_found(found, found.matches[0])
    assert again.video == first.video
    assert again.video.read_bytes() == stamp[1]
    other = services.mix_found(found, found.matches[0], MixOptions(music_lu=-12.0))
    assert other.video != first.video


def test_a_picture_that_browsers_do_not_play_is_encoded_once_for_player_and_mixes(
    services, make_clip, monkeypatch
):
    recode, calls = media.recode, []
    monkeypatch.setattr(media, "recode", lambda *a, **k: calls.append(a) or recode(*a, **k))
    found = services.find(make_clip("old.avi", codec="mpeg4", duration_s=2.0))
    played = services.open(services.video_file(found.clip))
    mixes = [services.mix_found(found, match) for match in found.matches[:3]]
    assert len(calls) == 1
    assert played.video_codec == "h264"
    assert not any(mix.picture_copied for mix in mixes)
    for mix in mixes:
        made = services.open(mix.video)
        assert made.video_codec == "h264"
        assert made.duration_s == pytest.approx(found.clip.duration_s, abs=0.1)


def test_a_clip_without_sound_is_found_by_its_picture_and_says_so(services, make_clip):
    found = services.find(make_clip(tone_hz=None))
    assert len(found.matches) == 5
    assert found.stems.voice is None
    assert any("sound" in note for note in found.notes)


def test_a_tone_is_no_voice_and_the_answer_says_so(services, make_clip):
    found = services.find(make_clip())
    assert found.stems.voice is None
    assert found.notes


def test_an_empty_catalog_says_how_to_fill_it(settings, make_clip, tmp_path):
    services = Services(settings.model_copy(update={"catalog_dir": tmp_path / "empty"}))
    with pytest.raises(CatalogError, match="mrcmv catalog add"):
        services.find(make_clip())


def test_an_unusable_clip_is_refused_before_anything_is_done(services, tmp_path):
    bad = tmp_path / "notes.mp4"
    bad.write_text("buy milk")
    with pytest.raises(MediaError):
        services.find(bad)
    assert not services.settings.data_dir.exists()


def test_the_answer_is_plain_json_with_the_promised_keys(services, make_clip):
    answer = as_json(services.find(make_clip()), {1: Path("out.mp4")})
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert set(answer) == {"clip", "window", "voice", "method", "notes", "matches"}
    first = answer["matches"][0]
    assert set(first) == {
        *("rank", "track_id", "file", "title", "artist", "licence", "song", "singing_share"),
        *("start_s", "distance", "fit", "mix"),
    }
    assert first["mix"] == "out.mp4"
    assert [match["rank"] for match in answer["matches"]] == [1, 2, 3, 4, 5]
    distances = [match["distance"] for match in answer["matches"]]
    assert distances == sorted(distances)


def test_what_was_not_measured_is_null(services, make_clip):
    found = services.find(make_clip(), FindOptions(method="random"))
    assert math.isnan(found.matches[0].distance)
    assert as_json(found)["matches"][0]["distance"] is None


@pytest.fixture
def by_network(settings, tmp_path) -> Services:
    """Services with a tiny network of their own, over three tracks of their own."""
    chance = np.random.default_rng(0)
    for name in "abc":
        noise = chance.normal(0, 0.1, (1, 5 * 22050)).astype(np.float32)
        media.write_sound(Sound(noise, 22050), tmp_path / f"{name}.wav")
    own = {"network": write_network(tmp_path), "method": None, "catalog_dir": tmp_path / "mine"}
    services = Services(settings.model_copy(update=own))
    services.catalog.add([tmp_path / f"{name}.wav" for name in "abc"])
    return services


def test_by_itself_a_find_goes_by_the_network_and_fits_are_places_in_the_catalog(
    by_network, make_clip
):
    clip = make_clip(tone_hz=None)
    found = by_network.find(clip)
    assert found.method == by_network.default_method == "mrcmv"
    assert [match.fit for match in found.matches] == [100.0, 50.0, 0.0]
    best = found.matches[0]
    assert by_network.best_start(found.decoded, found.stems, best.track) == best.window.start_s
    assert by_network.find(clip, FindOptions(method="descriptors")).method == "descriptors"


def test_a_warm_app_has_embedded_its_catalog(by_network):
    by_network.warm()
    assert by_network.index().n_analysed == 0
    assert [file.suffix for file in by_network.catalog.folder.glob("mrcmv-*")] == [".idx"]


def test_weights_that_are_missing_or_strange_are_told_before_the_clip_is_read(
    by_network, make_clip, tmp_path, monkeypatch
):
    monkeypatch.setattr(media, "read_clip", lambda *a, **k: pytest.fail("read"))
    clip = make_clip()
    with pytest.raises(WeightsError, match=r"cmmr has no weights.*cmmr\.safetensors is missing"):
        by_network.find(clip, FindOptions(method="cmmr"))
    write_heads(tmp_path, "cmmr", on=write_network(tmp_path / "foreign", seed=1))
    with pytest.raises(WeightsError, match="other backbones"):
        by_network.find(clip, FindOptions(method="cmmr"))
    assert [method.name for method in by_network.known_methods][:2] == ["mrcmv", "cmmr"]


@pytest.mark.parametrize("variable", ["method", "separation"])
def test_a_setting_that_names_nothing_is_refused_by_its_name(settings, variable):
    with pytest.raises(SettingsError, match=f"MRCMV_{variable.upper()}=foo"):
        Services(settings.model_copy(update={variable: "foo"}))


def test_a_sound_is_written_once_and_named_by_its_samples(services):
    one = Sound(np.zeros((2, 4800), np.float32), 48000)
    other = Sound(np.full((2, 4800), 0.1, np.float32), 48000)
    assert services.sound_file(one) == services.sound_file(replace(one))
    assert services.sound_file(one) != services.sound_file(other)


def test_a_track_is_found_by_id_title_or_path(services, tmp_path):
    known = services.catalog.tracks[0]
    assert services.track(known.track_id) == known
    assert services.track(known.title.upper()) == known
    copy = tmp_path / f"copy{known.file.suffix}"
    shutil.copy(known.file, copy)
    assert services.track(copy).content_hash == known.content_hash
    with pytest.raises(CatalogError, match="neither a track of the catalog nor a file"):
        services.track("nothing")


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "a/b\\c:d*?", "", "…", "x" * 500, "夜の回廊" * 40]
)
def test_the_name_of_a_mix_is_one_safe_file_name(services, make_clip, title):
    clip = services.open(make_clip())
    name = mix_name(
        replace(clip, path=Path("my clip.mov" if title else "画" * 90 + ".mov")),
        Track("id", Path("x"), title),
        2,
    )
    assert Path(name).name == name
    assert " - 2" in name
    assert name.endswith(".mp4")
    assert len(name.encode()) < 255
    assert not set(name) & set('<>:"/\\|?*')
