"""From a clip to matches: what the page is told, in which order, and what it refuses."""

import copy
import threading
from dataclasses import replace

import pytest

from mrcmv.errors import CatalogError, SettingsError
from mrcmv.methods import METHODS
from mrcmv.services import FindOptions
from mrcmv.types import Query, Stems
from mrcmv.ui import audition_find, text
from mrcmv.ui.audition import Place, answer
from mrcmv.ui.audition_find import OF_ONE_CLIP, Choices, Session


def ask(fake, place: Place, session: Session | None = None, choices=None, **asked):
    asked = {"run": "r1", "path": str(place.uploads / "clip.mp4"), **asked}
    return list(answer(fake, place, session or Session(), asked, choices or Choices()))


def last(updates, part: str):
    return [update[part] for update in updates if part in update][-1]


def test_the_picture_comes_before_the_voice_and_the_voice_before_the_matches(fake, place):
    updates = ask(fake, place)
    first_stage = next(i for i, u in enumerate(updates) if "stage" in u)
    known = [i for i, u in enumerate(updates) if "lanes" in u]
    found = next(i for i, u in enumerate(updates) if u.get("matches", {}).get("state") == "found")
    assert first_stage < known[0] < known[1] < found
    assert updates[known[0]]["lanes"]["lanes"][0]["empty"] == text.LANE_WAITING
    assert updates[known[1]]["lanes"]["lanes"][0]["spans"] == [[1.0, 3.0]]


def test_each_step_names_itself_once_and_in_order(fake, place):
    told = [u["matches"] for u in ask(fake, place) if "matches" in u]
    at = [value["at"] for value in told if value["state"] == "searching"]
    assert sorted(set(at)) == [0, 1, 2, 3]
    assert at == sorted(at)
    assert "5 tracks" in told[0]["steps"][3]["text"]


def test_a_picture_that_browsers_cannot_play_is_encoded_after_the_search(fake, place):
    fake.video_codec = "mpeg4"
    updates = ask(fake, place)
    assert fake.encoded == [1]
    videos = [u["stage"]["video"] for u in updates if "stage" in u]
    assert videos == [None, None, None, *[str(fake.folder / "playable.mp4")] * 2]
    told = [u["matches"] for u in updates if "matches" in u]
    encoding = [v for v in told if v["state"] == "searching" and v["at"] == 4]
    assert encoding[0]["steps"][4]["text"] == text.STEPS["picture"]
    assert 0.25 in [value["share"] for value in encoding]
    assert told[-1]["state"] == "found"


def test_a_picture_that_browsers_play_is_shown_at_once_and_as_it_is(fake, place):
    updates = ask(fake, place)
    assert not fake.encoded
    videos = {u["stage"]["video"] for u in updates if "stage" in u}
    assert videos == {str(place.uploads / "clip.mp4")}


def test_progress_within_a_step_is_a_share(fake, place):
    told = [u["matches"] for u in ask(fake, place) if "matches" in u]
    assert 0.5 in [value.get("share") for value in told]


def test_new_tracks_are_said_to_be_measured(fake, place):
    find = fake.find

    def measure_first(path, options, hook):
        hook("Analysing", completed=1, total=4)
        return find(path, options, hook)

    fake.find = measure_first
    told = [u["matches"] for u in ask(fake, place) if "matches" in u]
    measuring = [v for v in told if v["state"] == "searching" and v["at"] == 3 and v["share"]]
    assert measuring[0]["steps"][3]["text"] == text.MEASURING


def test_every_update_carries_the_run_that_asked(fake, place):
    updates = [u for u in ask(fake, place, run="mine") if u != OF_ONE_CLIP]
    for update in updates:
        for part in update.values():
            assert (part.run if isinstance(part, Session) else part["run"]) == "mine"


def test_five_cards_and_a_soundtrack_for_each(fake, place):
    updates = ask(fake, place)
    assert [card["rank"] for card in last(updates, "matches")["cards"]] == [1, 2, 3, 4, 5]
    sources = last(updates, "stage")["sources"]
    assert [s["id"] for s in sources] == ["original", "voice", "1", "2", "3", "4", "5"]
    assert [bool(s["path"]) for s in sources] == [True, True] + [False] * 5


def test_the_session_remembers_where_each_match_starts(fake, place):
    session = last(ask(fake, place), "session")
    assert session.starts[0] == ("000000000001", 8.0)
    assert session.clip is not None


def test_an_unusable_clip_is_told_in_the_words_of_its_error(fake, place):
    (place.uploads / "clip.mp4").write_bytes(b"broken")
    shown = last(ask(fake, place), "matches")
    assert shown["state"] == "error"
    assert shown["message"] == "This is not a video."
    assert not shown["opened"]


def test_what_nobody_expected_is_told_without_its_details(fake, place):
    def fail() -> None:
        raise RuntimeError("secret path /etc")

    fake.during = fail
    shown = last(ask(fake, place), "matches")
    assert shown["message"] == text.UNEXPECTED
    assert shown["opened"]


def test_an_empty_catalog_shows_the_clip_and_says_how_to_fill_it(fake, place):
    fake.catalog.tracks = fake.catalog.windows = ()
    updates = ask(fake, place)
    shown = last(updates, "matches")
    assert shown["state"] == "empty"
    assert "mrcmv catalog add" in shown["message"]
    assert last(updates, "lanes")["lanes"]


def test_an_unreadable_catalog_shows_the_clip_and_says_why(fake, place):
    class Unreadable:
        @property
        def tracks(self):
            raise CatalogError("tracks.csv cannot be read.")

        windows = tracks

    fake.catalog = Unreadable()
    updates = ask(fake, place)
    shown = last(updates, "matches")
    assert (shown["state"], shown["message"]) == ("error", "tracks.csv cannot be read.")
    assert shown["opened"]
    assert last(updates, "lanes")["lanes"]


def test_a_clip_without_a_voice_says_so_and_offers_no_voice(fake, place):
    fake.stems = Stems(None, rest=fake.sound, note="Nobody was heard.")
    updates = ask(fake, place)
    assert text.NO_VOICE_NOTE in last(updates, "matches")["notes"]
    voice = last(updates, "stage")["sources"][1]
    assert voice["off"]
    assert voice["hint"] == text.NO_VOICE_HINT


def test_a_clip_without_sound_says_so_and_offers_neither(fake, place):
    fake.sound, fake.stems = None, Stems(None)
    updates = ask(fake, place)
    assert last(updates, "matches")["notes"] == [text.NO_SOUND_NOTE]
    assert [s["off"] for s in last(updates, "stage")["sources"][:2]] == [True, True]
    assert [lane["peaks"] for lane in last(updates, "lanes")["lanes"]] == [None]


def test_tags_that_no_track_carries_say_what_to_do(fake, place):
    def find(path, options, hook):
        query = Query(fake.decode(fake.open(path)), None, (), options.tags)
        return METHODS[options.method].rank(query, fake.catalog)

    fake.find = find
    updates = ask(fake, place, choices=Choices(method="tags", tags=["calm"]))
    shown = last(updates, "matches")
    assert shown["state"] == "error"
    assert "calm" in shown["message"]
    assert shown["opened"]


@pytest.mark.parametrize("path", ["/etc/passwd", "", None, 7, "../clip.mp4", "clip\0.mp4", []])
def test_a_path_outside_the_upload_folder_is_refused(fake, place, path):
    shown = last(ask(fake, place, path=path), "matches")
    assert shown["message"] == text.NOT_UPLOADED


def test_a_link_out_of_the_upload_folder_is_refused(fake, place, tmp_path):
    (tmp_path / "elsewhere.mp4").write_bytes(b"clip")
    link = place.uploads / "link.mp4"
    link.symlink_to(tmp_path / "elsewhere.mp4")
    assert last(ask(fake, place, path=str(link)), "matches")["message"] == text.NOT_UPLOADED


def test_only_the_samples_can_be_asked_for_by_name(fake, place):
    assert last(ask(fake, place, sample="sample-clip.mp4"), "matches")["state"] == "found"
    shown = last(ask(fake, place, sample="../uploads/clip.mp4"), "matches")
    assert shown["message"] == text.NO_SAMPLE


def test_searching_again_takes_the_clip_of_the_session(fake, place):
    session = last(ask(fake, place), "session")
    updates = ask(fake, place, session, Choices(method="tags"), path=None, again=True)
    assert last(updates, "matches")["state"] == "found"
    assert fake.asked[-1].method == "tags"


def test_another_clip_begins_without_the_choices_of_the_one_before(fake, place):
    voice = place.uploads / "voice.wav"
    voice.write_bytes(b"voice")
    choices = Choices("tags", ["calm"], 5.0, "none", str(voice))
    updates = ask(fake, place, choices=choices)
    assert updates[0] == {"offset_s": 0.0, "voice_file": None}
    taste = FindOptions(method="tags", backend="none", tags=("calm",))
    assert fake.asked[-1] == taste
    session = last(updates, "session")
    assert session.options == taste

    updates = ask(fake, place, session, choices, path=None, again=True)
    assert not any("voice_file" in update for update in updates)
    assert fake.asked[-1] == replace(taste, offset_s=5.0, voice_file=voice)


def test_own_soundtracks_are_not_called_missing_before_they_are_known(fake, place):
    stages = [u["stage"]["sources"][:2] for u in ask(fake, place) if "stage" in u]
    assert [(s["off"], s["later"]) for s in stages[0]] == [(False, True)] * 2
    assert [(s["off"], s["later"]) for s in stages[1]] == [(False, False), (False, True)]
    assert [(s["off"], s["later"]) for s in stages[2]] == [(False, False)] * 2


def test_searching_again_for_a_clip_that_was_cleaned_away_names_no_folder(fake, place):
    session = last(ask(fake, place), "session")
    (place.uploads / "clip.mp4").unlink()
    shown = last(ask(fake, place, session, path=None, again=True), "matches")
    assert shown["message"] == text.GONE


def test_searching_again_without_a_clip_is_refused(fake, place):
    shown = last(ask(fake, place, path=None, again=True), "matches")
    assert shown["message"] == text.NOT_UPLOADED


@pytest.mark.parametrize(
    "bad",
    [
        {"method": "drop table"},
        {"backend": "../spleeter"},
        {"offset_s": -1},
        {"offset_s": float("nan")},
        {"offset_s": "3"},
        {"offset_s": 1e9},
        {"method": ["descriptors"]},
    ],
)
def test_values_that_no_control_offers_are_refused(fake, place, bad):
    with pytest.raises(SettingsError):
        audition_find.find_options(fake, Choices(**bad), place.uploads)


def test_a_voice_file_must_have_been_uploaded_here(fake, place):
    session = last(ask(fake, place), "session")
    updates = ask(fake, place, session, Choices(voice_file="/etc/passwd"), again=True)
    assert last(updates, "matches")["message"] == text.NOT_UPLOADED


def test_a_search_nobody_waits_for_stops_at_its_next_report(fake, place):
    go = threading.Event()
    fake.during = lambda: go.wait(10)
    asked = {"run": "r", "path": str(place.uploads / "clip.mp4")}
    search = answer(fake, place, Session(), asked, Choices())
    while "matches" not in next(search):
        pass
    search.close()
    go.set()
    for thread in threading.enumerate():
        if thread.name == "mrcmv-work":
            thread.join(10)
    assert not fake.asked


def test_a_session_can_be_copied(fake, place):
    session = last(ask(fake, place), "session")
    assert copy.deepcopy(session) == session
