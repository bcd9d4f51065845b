import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from mrcmv import media
from mrcmv.catalog import Catalog, adding, keep_beside, read_track, table
from mrcmv.errors import CatalogError


@pytest.fixture
def starter(tmp_path: Path, make_sound) -> Path:
    """A starter set of two tracks with its table."""
    make_sound("starter/dawn.wav", hz=110)
    make_sound("starter/storm.wav", hz=330)
    (tmp_path / "starter/tracks.csv").write_text(
        "file,title,artist,album,licence,licence_url,source,tags\n"
        "dawn.wav,Dawn,MRCMV,Starter,CC0,https://example.org/cc0,composer,calm;morning\n"
        "storm.wav,Storm,MRCMV,Starter,CC0,https://example.org/cc0,composer,fierce\n"
    )
    return tmp_path / "starter"


def titles(catalog: Catalog) -> list[str]:
    return [track.title for track in catalog.tracks]


def test_opening_a_catalog_writes_nothing_and_looking_only_what_was_read(
    tmp_path: Path, starter: Path
):
    catalog = Catalog(tmp_path / "mine", starter, begins_with_starter=True)
    assert not (tmp_path / "mine").exists()
    assert titles(catalog) == ["Dawn", "Storm"]
    assert catalog.windows == ()
    assert catalog.check() == ()
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["files.json"]
    assert {path.name for path in starter.iterdir()} == {"dawn.wav", "storm.wav", "tracks.csv"}


def test_a_file_is_read_once_and_not_again_by_the_next_catalog(
    tmp_path: Path, starter: Path, make_sound, monkeypatch: pytest.MonkeyPatch
):
    assert len(Catalog(tmp_path / "mine", starter, begins_with_starter=True).tracks) == 2
    remembered = tmp_path / "mine/files.json"
    before = remembered.stat().st_mtime_ns
    read: list[str] = []
    real = media.content_hash
    monkeypatch.setattr(media, "content_hash", lambda file: read.append(file.name) or real(file))
    assert len(Catalog(tmp_path / "mine", starter, begins_with_starter=True).tracks) == 2
    assert read == []
    assert remembered.stat().st_mtime_ns == before, "nothing new, so nothing was written"
    make_sound("starter/storm.wav", hz=440, duration_s=1.5)
    assert len(Catalog(tmp_path / "mine", starter, begins_with_starter=True).tracks) == 2
    assert len(Catalog(tmp_path / "mine", starter, begins_with_starter=True).tracks) == 2
    assert read == ["storm.wav"]


def test_caches_and_hidden_folders_hold_nobodys_music(tmp_path: Path, make_sound):
    make_sound("music/own.wav", hz=110)
    make_sound("music/data/cache/mix/made.wav", hz=220)
    make_sound("music/.venv/lib/example.wav", hz=330)
    (tmp_path / "music/data/cache/CACHEDIR.TAG").write_text("Signature: …")
    catalog = Catalog(tmp_path / "mine")
    catalog.add([tmp_path / "music"])
    assert titles(catalog) == ["own"]


def test_a_file_that_was_added_is_not_read_again(
    tmp_path: Path, make_sound, monkeypatch: pytest.MonkeyPatch
):
    Catalog(tmp_path / "mine").add([make_sound("a.wav")])
    monkeypatch.setattr(media, "content_hash", lambda file: pytest.fail("read again"))
    assert titles(Catalog(tmp_path / "mine")) == ["a"]


def test_a_folder_that_cannot_be_written_to_can_be_looked_at(tmp_path: Path, starter: Path):
    (tmp_path / "file").write_text("in the way")
    catalog = Catalog(tmp_path / "file" / "mine", starter, begins_with_starter=True)
    assert titles(catalog) == ["Dawn", "Storm"]


def test_a_starter_set_that_is_looked_at_itself_stays_as_it_is(starter: Path):
    assert titles(Catalog(starter, starter)) == ["Dawn", "Storm"]
    assert {path.name for path in starter.iterdir()} == {"dawn.wav", "storm.wav", "tracks.csv"}


def test_only_the_default_folder_begins_with_the_starter(tmp_path: Path, starter: Path):
    catalog = Catalog(tmp_path / "mine", starter)
    assert catalog.tracks == ()
    report = catalog.add(starter=True)
    assert titles(catalog) == ["Dawn", "Storm"]
    assert [track.tags for track in report.added] == [("calm", "morning"), ("fierce",)]
    assert all(track.starter and track.licence == "CC0" for track in catalog.tracks)


def test_the_starter_stays_when_a_track_is_added_to_it(tmp_path: Path, starter: Path, make_sound):
    catalog = Catalog(tmp_path / "mine", starter, begins_with_starter=True)
    catalog.add([make_sound("own.wav", hz=500)])
    assert titles(catalog) == ["Dawn", "Storm", "own"]
    assert [track.starter for track in catalog.tracks] == [True, True, False]


def test_a_starter_that_was_removed_does_not_come_back(tmp_path: Path, starter: Path):
    catalog = Catalog(tmp_path / "mine", starter, begins_with_starter=True)
    assert catalog.remove(["Dawn", "storm"]) == ("Dawn", "Storm")
    assert Catalog(tmp_path / "mine", starter, begins_with_starter=True).tracks == ()
    assert (starter / "dawn.wav").exists()


def test_a_folder_is_added_with_all_below_it_and_by_reference(tmp_path: Path, make_sound):
    make_sound("music/b_side.wav", hz=200)
    make_sound("music/deep/a.flac", hz=300)
    (tmp_path / "music/notes.txt").write_text("no music")
    (tmp_path / "music/._b_side.wav").write_bytes(b"resource fork")
    catalog = Catalog(tmp_path / "mine")
    report = catalog.add([tmp_path / "music"])
    assert titles(catalog) == ["b side", "a"]
    assert report.broken == ()
    rows = table.read(tmp_path / "mine/tracks.csv").rows
    assert [row["file"] for row in rows] == [
        str(tmp_path / "music/b_side.wav"),
        str(tmp_path / "music/deep/a.flac"),
    ]


def test_a_table_beside_many_files_is_read_once(
    tmp_path: Path, make_sound, monkeypatch: pytest.MonkeyPatch
):
    for at in range(5):
        make_sound(f"music/{at}.wav", hz=200 + 50 * at)
    (tmp_path / "music/tracks.csv").write_text("file,title\n3.wav,Three\n3.wav,Drei\n")
    read: list[Path] = []
    real = table.read
    monkeypatch.setattr(table, "read", lambda path: read.append(path) or real(path))
    report = Catalog(tmp_path / "mine").add([tmp_path / "music"])
    assert [track.title for track in report.added] == ["0", "1", "2", "Three", "4"]
    assert read.count(tmp_path / "music/tracks.csv") == 1


def test_copies_lie_in_the_folder_and_outlive_the_originals(tmp_path: Path, make_sound):
    make_sound("music/a.wav", hz=200)
    make_sound("music/deep/a.wav", hz=300)
    catalog = Catalog(tmp_path / "mine")
    catalog.add([tmp_path / "music"], copy=True)
    shutil.rmtree(tmp_path / "music")
    assert [track.file.name for track in catalog.tracks] == ["a.wav", "a-2.wav"]
    moved = (tmp_path / "mine").rename(tmp_path / "elsewhere")
    assert len(Catalog(moved).tracks) == 2


def test_adding_the_same_folder_twice_changes_nothing(tmp_path: Path, make_sound):
    first = make_sound("music/a.wav", hz=200)
    make_sound("music/b.wav", hz=300)
    catalog = Catalog(tmp_path / "mine")
    catalog.add([tmp_path / "music"])
    before = (tmp_path / "mine/tracks.csv").read_bytes()
    report = catalog.add([tmp_path / "music"])
    assert (tmp_path / "mine/tracks.csv").read_bytes() == before
    assert report.added == ()
    assert [(path.name, track.title) for path, track in report.duplicates] == [
        ("a.wav", "a"),
        ("b.wav", "b"),
    ]
    copy = shutil.copy(first, tmp_path / "other name.wav")
    assert [track.title for _, track in catalog.add([Path(copy)]).duplicates] == ["a"]


@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError])
def test_what_was_added_before_an_interruption_is_kept(
    tmp_path: Path, make_sound, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
):
    for name, hz in (("a", 200), ("b", 300), ("c", 400)):
        make_sound(f"music/{name}.wav", hz=hz)
    real = adding.describe

    def interrupted(file: Path, *others: object) -> table.Row:
        if file.name == "c.wav":
            raise end
        return real(file, *others)

    monkeypatch.setattr(adding, "describe", interrupted)
    with pytest.raises(end):
        Catalog(tmp_path / "mine").add([tmp_path / "music"], copy=True)
    monkeypatch.setattr(adding, "describe", real)
    again = Catalog(tmp_path / "mine")
    assert titles(again) == ["a", "b"]
    assert [track.title for track in again.add([tmp_path / "music"], copy=True).added] == ["c"]
    copies = {path.name for path in (tmp_path / "mine").glob("*.wav")}
    assert copies == {"a.wav", "b.wav", "c.wav"}


def test_a_copy_that_lies_there_already_is_not_made_again(tmp_path: Path, make_sound):
    path = make_sound("music/a.wav", hz=200)
    make_sound("mine/a.wav", hz=300)
    shutil.copy(path, tmp_path / "mine/a-2.wav")
    catalog = Catalog(tmp_path / "mine")
    assert [track.file.name for track in catalog.add([path], copy=True).added] == ["a-2.wav"]
    assert {file.name for file in (tmp_path / "mine").glob("*.wav")} == {"a.wav", "a-2.wav"}


def test_a_broken_file_is_named_and_the_others_are_added(tmp_path: Path, make_sound):
    make_sound("music/good.wav")
    (tmp_path / "music/bad.mp3").write_bytes(b"this is a text")
    (tmp_path / "music/empty.ogg").write_bytes(b"")
    catalog = Catalog(tmp_path / "mine")
    report = catalog.add([tmp_path / "music", tmp_path / "nowhere", tmp_path / "music/good.txt"])
    assert [track.title for track in report.added] == ["good"]
    assert {problem.file.name for problem in report.broken} == {
        "bad.mp3",
        "empty.ogg",
        "nowhere",
        "good.txt",
    }
    assert all(problem.message for problem in report.broken)


def test_a_name_that_is_not_utf_8_is_told_and_the_others_are_added(tmp_path: Path, make_sound):
    make_sound("music/good.wav", hz=200)
    latin = tmp_path / "music" / os.fsdecode(b"caf\xe9.wav")
    make_sound("music/other.wav", hz=300).rename(latin)
    catalog = Catalog(tmp_path / "mine")
    report = catalog.add([tmp_path / "music", latin.with_suffix(".mp3")])
    assert titles(Catalog(tmp_path / "mine")) == ["good"]
    messages = [problem.message for problem in report.broken]
    assert "no file or folder" in messages[0]
    assert "not valid UTF-8. Rename" in messages[1]
    assert all(r"caf\xe9" in f"{p.file} {p.message}" for p in report.broken)
    assert all(f"{p.file} {p.message}".encode() for p in report.broken), "they can be printed"


def test_a_catalog_may_lie_in_a_folder_whose_name_is_not_utf_8(tmp_path: Path, make_sound):
    folder = tmp_path / os.fsdecode(b"m\xfcsic")
    catalog = Catalog(folder)
    catalog.add([make_sound("a.wav")], copy=True)
    assert titles(Catalog(folder)) == ["a"]


def test_a_missing_track_is_reported_and_left_out(tmp_path: Path, make_sound, measured):
    here, gone = make_sound("here.wav", hz=200), make_sound("gone.wav", hz=300)
    catalog = Catalog(tmp_path / "mine")
    added = catalog.add([here, gone]).added
    catalog.learn({track: measured(track) for track in added})
    gone.unlink()
    assert titles(catalog) == ["here"]
    assert {window.track_id for window in catalog.windows} == {added[0].track_id}
    (problem,) = catalog.check()
    assert problem.file == gone
    assert "missing" in problem.message
    assert catalog.remove(["gone.wav"]) == ("gone",)
    assert catalog.check() == ()


def test_a_track_that_changes_on_disk_is_another_track(tmp_path: Path, make_sound, measured):
    path = make_sound("a.wav", hz=200)
    catalog = Catalog(tmp_path / "mine")
    (before,) = catalog.add([path]).added
    catalog.learn({before: measured(before)})
    make_sound("a.wav", hz=900, duration_s=1.5)
    (after,) = catalog.tracks
    assert after.track_id != before.track_id
    assert catalog.unmeasured == (after,)
    assert catalog.windows == ()


def test_a_title_of_several_tracks_must_be_made_clear(tmp_path: Path, make_sound):
    make_sound("one/song.wav", hz=200)
    make_sound("two/song.wav", hz=300)
    catalog = Catalog(tmp_path / "mine")
    first, _ = catalog.add([tmp_path / "one", tmp_path / "two"]).added
    with pytest.raises(CatalogError, match="could be any of"):
        catalog.remove(["song"])
    with pytest.raises(CatalogError, match="neither the id"):
        catalog.remove([first.track_id, "nothing"])
    assert len(catalog.tracks) == 2
    catalog.remove([first.track_id])
    assert [track.file.parent.name for track in catalog.tracks] == ["two"]


def test_edits_of_the_table_show_at_once(tmp_path: Path, make_sound):
    catalog = Catalog(tmp_path / "mine")
    catalog.add([make_sound("a.wav")])
    path = tmp_path / "mine/tracks.csv"
    row = table.read(path).rows[0]
    path.write_text(f"file;title;tags;rating\n{row['file']};Renamed;Boss;5\n", encoding="cp1252")
    (track,) = catalog.tracks
    assert (track.title, track.tags) == ("Renamed", ("boss",))
    catalog.add([make_sound("b.wav", hz=700)])
    assert [row["rating"] for row in table.read(path).rows] == ["5", ""]


def test_what_is_measured_is_known_again(tmp_path: Path, make_sound, measured):
    catalog = Catalog(tmp_path / "mine")
    (track,) = catalog.add([make_sound("a.wav")]).added
    assert catalog.unmeasured == (track,)
    catalog.learn({track: measured(track)})
    again = Catalog(tmp_path / "mine")
    assert again.unmeasured == ()
    assert again.windows == measured(track)


def test_descriptors_shipped_with_the_starter_are_known_in_every_catalog(
    tmp_path: Path, starter: Path, measured
):
    keep_beside(starter, {track: measured(track) for track in Catalog(starter, starter).tracks})
    default = Catalog(tmp_path / "mine", starter, begins_with_starter=True)
    assert default.unmeasured == ()
    assert len(default.windows) == 4
    copied = Catalog(tmp_path / "other", starter)
    copied.add([starter / "dawn.wav"], copy=True)
    assert copied.unmeasured == ()
    assert not (starter / "files.json").exists()


def test_two_catalogs_on_one_folder_see_each_others_tracks(tmp_path: Path, make_sound, measured):
    one, other = Catalog(tmp_path / "mine"), Catalog(tmp_path / "mine")
    assert other.tracks == ()
    (track,) = one.add([make_sound("a.wav")]).added
    assert titles(other) == ["a"]
    one.learn({track: measured(track)})
    assert other.unmeasured == ()


def test_a_damaged_memory_of_files_is_forgotten(tmp_path: Path, make_sound):
    Catalog(tmp_path / "mine").add([make_sound("a.wav")])
    for damage in ("", "[1", '{"a": 3}', "[]"):
        (tmp_path / "mine/files.json").write_text(damage)
        assert titles(Catalog(tmp_path / "mine")) == ["a"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, make_sound):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CatalogError, match="cannot be written to"):
        Catalog(tmp_path / "file" / "mine").add([make_sound("a.wav")])


def test_any_sound_file_is_a_track(make_sound):
    track = read_track(make_sound("Iron_Corridor.wav", duration_s=2.0))
    assert track.title == "Iron Corridor"
    assert np.isclose(track.duration_s, 2.0, atol=0.05)
    assert track.content_hash.startswith(track.track_id)
    assert len(track.track_id) == 12


def test_a_track_listed_twice_counts_once_and_is_reported(tmp_path: Path, make_sound):
    catalog = Catalog(tmp_path / "mine")
    catalog.add([make_sound("a.wav")])
    path = tmp_path / "mine/tracks.csv"
    path.write_text(path.read_text() + "\n" + path.read_text().splitlines()[1] + "\n")
    assert titles(catalog) == ["a"]
    (problem,) = catalog.check()
    assert "same sound" in problem.message
