"""The endpoints for programs, over HTTP and as plain functions."""

from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from mrcmv.errors import MediaError, MixError, SettingsError
from mrcmv.settings import REPOSITORY
from mrcmv.ui import api


@pytest.fixture
def uploads(place) -> Path:
    return place.uploads


@pytest.mark.parametrize("path", ["/etc/passwd", None, ""])
def test_only_uploads_are_opened(fake, uploads, path):
    with pytest.raises(MediaError):
        api.find(fake, uploads, path, "descriptors", 5, 0.0)
    with pytest.raises(MediaError):
        api.separate(fake, uploads, path, "none")
    with pytest.raises(MediaError):
        api.mix(fake, uploads, path, fake.catalog.tracks[0].track_id, 0, -6, 9, "-14")


@pytest.mark.parametrize(
    ("method", "top", "offset_s"),
    [("sql", 5, 0), ("descriptors", 0, 0), ("descriptors", 1e9, 0), ("descriptors", 5, -1)],
)
def test_find_refuses_values_out_of_range(fake, uploads, method, top, offset_s):
    with pytest.raises(SettingsError):
        api.find(fake, uploads, str(uploads / "clip.mp4"), method, top, offset_s)


def test_a_method_without_weights_is_asked_for_and_told_of_by_the_find(fake, uploads):
    api.find(fake, uploads, str(uploads / "clip.mp4"), "cmmr", 5, 0)
    api.find(fake, uploads, str(uploads / "clip.mp4"), None, 5, 0)
    assert [options.method for options in fake.asked] == ["cmmr", "descriptors"]


def test_find_names_files_without_the_servers_folders(fake, uploads):
    answer = api.find(fake, uploads, str(uploads / "clip.mp4"), "descriptors", 5, 0)
    assert answer["clip"] == "clip.mp4"
    assert [m["file"] for m in answer["matches"]] == [f"{rank}.flac" for rank in range(1, 6)]


def test_mix_takes_tracks_of_the_catalog_and_never_a_path(fake, uploads):
    file = uploads / "clip.mp4"
    with pytest.raises(MixError):
        api.mix(fake, uploads, str(file), str(file), 0, -6, 9, "-14")


def test_mix_refuses_a_start_past_the_end_of_the_track(fake, uploads):
    track_id = fake.catalog.tracks[0].track_id
    with pytest.raises(SettingsError):
        api.mix(fake, uploads, str(uploads / "clip.mp4"), track_id, 61, -6, 9, "-14")


def test_stems_come_under_their_own_names(fake, uploads, tmp_path):
    def sound_file(sound: object, suffix: str) -> Path:
        path = tmp_path / f"{id(sound)}{suffix}"
        path.write_bytes(b"wav")
        return path

    fake.sound_file = sound_file
    files = [Path(f) for f in api.separate(fake, uploads, str(uploads / "clip.mp4"), "none")]
    assert [file.name for file in files] == ["voice.wav", "rest.wav"]
    assert all(file.read_bytes() == b"wav" for file in files)


@pytest.fixture(scope="module")
def client(app) -> Client:
    return Client(app.url, verbose=False, download_files=True)


@pytest.mark.browser
def test_only_the_three_verbs_are_public(client):
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {
        "/find",
        "/mix",
        "/separate",
    }


@pytest.mark.browser
def test_the_documented_parameters_are_those_of_the_endpoints(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    rows = (REPOSITORY / "docs/api.md").read_text().splitlines()
    for name, endpoint in endpoints.items():
        cells = next(row for row in rows if row.startswith(f"| `{name}`")).split("|")
        documented = [word.strip(" `") for word in cells[2].split(",")]
        assert [known["parameter_name"] for known in endpoint["parameters"]] == documented


@pytest.mark.browser
def test_find_then_mix_then_separate(client, sample_clips):
    upload = handle_file(str(sample_clips[0]))
    answer = client.predict(clip=upload, top=3, api_name="/find")
    assert [m["rank"] for m in answer["matches"]] == [1, 2, 3]
    assert answer["voice"]["detected"]
    best = answer["matches"][0]
    film = client.predict(
        clip=upload,
        track_id=best["track_id"],
        start_s=best["start_s"],
        target="-16",
        api_name="/mix",
    )
    assert Path(film).read_bytes()[4:8] == b"ftyp"
    stems = client.predict(clip=upload, backend="voice-activity", api_name="/separate")
    assert sorted(Path(stem).name for stem in stems) == ["rest.wav", "voice.wav"]


@pytest.mark.browser
def test_errors_reach_the_client_in_their_own_words(client, tmp_path, sample_clips):
    (tmp_path / "notes.mp4").write_text("buy milk")
    with pytest.raises(AppError, match=r"notes\.mp4"):
        client.predict(handle_file(str(tmp_path / "notes.mp4")), api_name="/find")
    with pytest.raises(AppError, match="no track"):
        client.predict(
            handle_file(str(sample_clips[0])), "/etc/passwd", 0, -6, 9, "-14", api_name="/mix"
        )
