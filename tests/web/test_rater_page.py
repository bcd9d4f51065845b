"""The rater's page in a real browser, with a server that is killed under it."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from mrcmv.study.parts import KNOWN_METHODS
from mrcmv.study.store import Store, sqlite_url
from tests.web.blind import Recorder, traces
from tests.web.conftest import take
from tests.web.houses import LENGTH_S, SECRET_CLIPS, SECRET_METHODS, SECRET_TRACKS
from tests.web.staged import Server, write_tone
from tests.web.walking import Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Walk = Callable[..., Walker]
SERIOUS = {"serious", "critical"}


def on_disk(server: Server) -> list[tuple[Any, ...]]:
    """Votes and corrections as another process sees them: number, hash, kind, content."""
    with sqlite3.connect(server.data / "studies.sqlite") as connection:
        return connection.execute(
            "SELECT number, hash, kind, content, study FROM ledger "
            "WHERE kind IN ('vote', 'correction') ORDER BY study, number"
        ).fetchall()


def check_access(page: Page) -> None:
    """No serious finding of axe-core in what is shown, dark and light."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(350)
        found = Axe().run(page).response["violations"]
        told = [
            f"{one['id']}: {one['help']} ({node['html']})"
            for one in found
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]
        assert told == []


def check_width(page: Page) -> None:
    """Nothing scrolls sideways on a phone."""
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(150)
    wide = page.evaluate(
        "[document.documentElement.scrollWidth, ...[...document.querySelectorAll('main *')]"
        ".map((one) => one.getBoundingClientRect()).map((one) => Math.max(one.right, -one.left))]"
    )
    assert max(wide) <= 390.5
    if before:
        page.set_viewport_size(before)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fa", "rtl")])
def test_a_whole_session_with_a_reload_and_a_killed_server(
    walk: Walk, server: Server, tmp_path: Path, language: str, direction: str
):
    walker = walk("whole", f"&lang={language}&PROLIFIC_PID=pid-{language}&STUDY_ID=s")
    page = walker.page

    def look(name: str) -> None:
        assert page.evaluate("document.documentElement.dir") == direction
        check_access(page)
        check_width(page)
        take(page, f"{name}-{language}")

    look("consent")
    walker.agree()
    code = walker.code
    look("sound")
    walker.hear(n_tones=walker.n_tones() % 5 + 1)
    expect(page.locator("#notice")).to_be_visible()
    walker.hear()
    walker.await_trial()
    look("trial")
    walker.watch_all()
    walker.choose()
    walker.vote()
    page.wait_for_selector(".sheet h1")
    look("practice-told")
    page.click(".sheet button.main")

    walker.watch_all()
    walker.choose("1")
    page.reload()  # what was watched counts, what was not sent does not
    walker.await_trial()
    assert not page.get_by_role("button", name=walker.word("play_missing")).is_visible()
    walker.choose("2")
    page.fill("textarea", "گرم و آرام")
    walker.vote()
    first = walker.stored()
    look("stored")

    server.kill()
    walker.await_trial()
    page.get_by_role("button", name=walker.word("play_missing")).click()
    expect(page.locator("#link")).to_be_visible()
    look("lost")
    server.start()
    expect(page.locator("#link")).to_be_hidden()
    walker.watch_all()
    walker.choose("all-bad")
    look("watched")
    walker.vote()
    page.wait_for_selector("input[name=edits]")
    second = walker.stored()
    look("questions")
    page.check("input[name=edits][value='1']")
    page.click("main form button.main")
    walker.await_end()
    look("end")
    assert walker.code == code
    assert page.locator(".block code").first.text_content() == "C0FFEE42"
    assert "cc=C0FFEE42" in (page.locator("a.main").get_attribute("href") or "")

    stored = {number: digest for number, digest, *_, study in on_disk(server) if study == "whole"}
    assert stored[first[0]] == first[1]
    assert stored[second[0]] == second[1]
    store = Store(sqlite_url(server.data / "studies.sqlite"))
    rater = store.resume(code).rater
    rows = [row for row in store.rows("whole") if row.rater == rater and row.kind == "trial"]
    assert [(row.slot, row.answer) for row in rows] == [(2, None), (None, "all-bad")]
    store.export("whole", tmp_path, ["csv"])
    store.close()
    exported = "".join(one.read_text("utf-8") for one in sorted(tmp_path.glob("*.*")))
    assert exported.count(rater) >= 2
    assert "گرم و آرام" in exported
    assert first[1] in exported
    assert second[1] in exported


def test_a_vote_is_on_disk_before_the_page_thanks(walk: Walk, server: Server):
    walker = walk("quick")
    page = walker.page
    seen: list[tuple[bool, bool]] = []

    def hold(route: Route) -> None:
        answer = route.fetch()
        receipt = answer.json()["receipt"]
        is_there = (receipt["number"], receipt["hash"]) in [row[:2] for row in on_disk(server)]
        seen.append((is_there, page.locator(".stored").is_visible()))
        route.fulfill(response=answer)

    page.route("**/study/api/vote", hold)
    walker.agree()
    walker.watch_all()
    walker.choose()
    walker.vote()
    walker.stored()
    assert seen == [(True, False)]


def test_a_rater_learns_nothing_of_methods_tracks_and_files(browser: Browser, server: Server):
    context = browser.new_context()
    recorder = Recorder(context)
    walker = Walker(context.new_page(), server.page("whole"))
    page = walker.page
    walker.open()
    recorder.keep(page)
    walker.agree()
    recorder.keep(page)
    walker.hear()
    walker.through_practice()
    for answer in ("0", "none"):
        walker.watch_all()
        recorder.keep(page)
        walker.choose(answer)
        walker.vote()
        walker.stored()
        recorder.keep(page)
    page.wait_for_selector("input[name=edits]")
    page.check("input[name=edits][value='0']")
    page.click("main form button.main")
    walker.await_end()
    recorder.keep(page)
    found = recorder.everything()
    assert len(recorder.media) == 2 + 6 + 1  # pictures, results, and what practice broke
    assert sum("/api/" in place for place in found) > 40
    stems = [clip.partition(".")[0] for clip in SECRET_CLIPS]
    needles = [*SECRET_METHODS, *SECRET_TRACKS, *stems, "stimuli.json", "made/"]
    assert traces(found, [*needles, "mrcmv", "cmmr", "cbvmr"], KNOWN_METHODS) == []
    context.close()


def test_the_audit_would_find_a_name_in_any_disguise(tmp_path: Path):
    import av

    write_tone(tmp_path / "plain.m4a", 0.2, 440.0)
    with av.open(tmp_path / "plain.m4a") as source, av.open(tmp_path / "told.m4a", "w") as target:
        target.metadata["title"] = "Tapir Waltz"
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    found = {
        "media": (tmp_path / "told.m4a").read_bytes(),
        "base64": b"eFRhcGlyIFdhbHR6eA==",
        "url": b"/x/tapir%20waltz.m4a",
        "hex": b"5461706972205761 6c747a".replace(b" ", b""),
        "word": b"the tags:",
        "clean": (tmp_path / "plain.m4a").read_bytes() + b"randomly staged",
    }
    told = traces(found, ["Tapir Waltz"], ["tags", "random"])
    assert {line.rpartition(" in ")[2] for line in told} == set(found) - {"clean"}


def test_soundtracks_switch_on_the_same_frame_by_their_keys(walk: Walk):
    walker = walk("whole")
    page = walker.page
    walker.agree()
    walker.hear()
    walker.await_trial()
    page.keyboard.press("Space")
    page.wait_for_function("() => house.player.state.playing && house.player.state.drift !== null")
    before = walker.state["position"]
    page.keyboard.press("2")
    assert walker.state["source"] == "1"
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: '۳'}))")
    after = walker.state
    assert after["source"] == "2"
    assert after["position"] >= before
    assert abs(after["drift"]) < 0.1 or not after["playing"]
    page.focus("input[name=choice][value='0']")
    page.keyboard.press("1")
    assert walker.state["source"] == "0"


def test_a_session_by_keyboard_alone(walk: Walk, server: Server):
    walker = walk("quick")
    page = walker.page
    page.get_by_role("button", name=walker.word("agree")).focus()
    page.keyboard.press("Enter")
    walker.await_trial()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    for slot in "123":
        page.keyboard.press(slot)
        page.keyboard.press("Space")
        page.wait_for_function("() => !house.player.video.paused")
        page.wait_for_function("() => house.player.video.ended")
        page.wait_for_timeout(900)
    page.keyboard.press("Tab")  # from the heading to the answers
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=choice][value='1']").is_checked()
    page.keyboard.press("Enter")
    number, digest = walker.stored()
    assert (number, digest) in [row[:2] for row in on_disk(server)]


def test_the_vote_waits_for_what_is_still_to_watch(walk: Walk):
    walker = walk("quick")
    page = walker.page
    walker.agree()
    walker.await_trial()
    vote = page.locator("button.vote")
    walker.choose()
    expect(vote).to_have_attribute("aria-disabled", "true")
    why = page.locator(".why")
    for slot in (1, 2, 3):
        expect(why).to_contain_text(f"soundtrack {slot} (2 s)")
    assert vote.get_attribute("aria-describedby") == why.get_attribute("id")
    vote.click(force=True)
    assert page.locator(".stored").count() == 0
    expect(page.locator("#said")).to_contain_text("Still to watch")
    page.evaluate("house.player.seek(1.4); house.player.play()")  # the end is not the whole
    page.wait_for_function("() => house.player.video.ended")
    page.wait_for_timeout(900)
    expect(why).to_contain_text("soundtrack 1")
    walker.watch_all()
    expect(vote).to_have_attribute("aria-disabled", "false")
    expect(why).to_have_text("")


@pytest.mark.parametrize("study", ["rated", "alone", "paired"])
def test_other_questions_are_asked_and_stored(walk: Walk, server: Server, study: str):
    walker = walk(study, "&lang=fa")
    page = walker.page
    walker.agree()
    for _ in range({"rated": 1, "alone": 3, "paired": 1}[study]):
        walker.watch_all()
        if study == "paired":
            walker.choose("neutral")
        else:
            walker.rate(*((5, 3, 1) if study == "rated" else (4,)))
        check_access(page)
        check_width(page)
        take(page, study)
        walker.voted()
    walker.await_end()
    stored = [content for *_, content, name in on_disk(server) if name == study]
    expected = {"rated": '"ratings":[5,3,1]', "alone": '"ratings":[4]', "paired": '"neutral"'}
    assert len(stored) == {"rated": 1, "alone": 3, "paired": 1}[study]
    assert all(expected[study] in content for content in stored)


def test_the_last_vote_can_be_changed_by_a_new_row(walk: Walk, server: Server):
    walker = walk("quick")
    page = walker.page
    walker.agree()
    walker.watch_all()
    walker.choose("0")
    walker.vote()
    first, _ = walker.stored()
    page.click(".stored button")
    walker.await_trial()
    assert page.locator("input[name=choice][value='0']").is_checked()
    take(page, "change")
    check_access(page)
    walker.choose("2")
    walker.vote()
    expect(page.locator(".stored")).to_contain_text(walker.word("corrected").partition("{")[0])
    number, digest = walker.stored()
    (row,) = [one for one in on_disk(server) if one[:2] == (number, digest)]
    assert row[2] == "correction"
    assert f'"corrects":{first}' in row[3]
    assert '"slot":2' in row[3]
    walker.await_trial()
    assert page.locator("input[name=choice]:checked").count() == 0


def test_a_lost_connection_loses_nothing_and_stores_once(walk: Walk, server: Server):
    walker = walk("quick")
    page = walker.page
    walker.agree()
    walker.watch_all()
    walker.choose("1")
    n_before = len(on_disk(server))
    keys: list[str] = []

    def lose(route: Route) -> None:
        """The first answer is lost after the vote was stored, the next request before."""
        keys.append(route.request.post_data_json["key"])
        if len(keys) == 1:
            route.fetch()
        if len(keys) <= 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/study/api/vote", lose)
    walker.vote()
    expect(page.locator("#link")).to_have_text(walker.word("lost"))
    number, digest = walker.stored()
    expect(page.locator("#link")).to_be_hidden()
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len(on_disk(server)) == n_before + 1
    assert (number, digest) in [row[:2] for row in on_disk(server)]


def test_a_vote_on_its_way_survives_a_reload(walk: Walk, server: Server):
    walker = walk("quick")
    page = walker.page
    walker.agree()
    walker.watch_all()
    walker.choose("1")
    n_before = len(on_disk(server))
    page.route("**/study/api/vote", lambda route: route.abort())
    walker.vote()
    expect(page.locator("#link")).to_be_visible()
    page.unroute("**/study/api/vote")
    page.reload()
    walker.stored()
    assert len(on_disk(server)) == n_before + 1


def test_a_second_tab_says_so_and_can_take_over(walk: Walk):
    walker = walk("quick")
    walker.agree()
    walker.await_trial()
    second = Walker(walker.page.context.new_page(), walker.url)
    second.open()
    expect(second.page.locator("main h1")).to_have_text(walker.word("tab_title"))
    check_access(second.page)
    second.page.click("main button.main")
    second.await_trial()
    expect(walker.page.locator("main h1")).to_have_text(walker.word("tab_title"))


def test_votes_from_two_tabs_make_one(walk: Walk, server: Server):
    walker = walk("quick")
    walker.agree()
    walker.watch_all()
    walker.choose("0")
    n_before = len(on_disk(server))
    request = walker.page.request
    headers = {"Authorization": f"Bearer {walker.code}"}
    trial = request.post(server.url + "/study/api/trial", headers=headers, data={}).json()["trial"]
    body = {"token": trial["token"], "key": "another-tab", "slot": 1}
    assert request.post(server.url + "/study/api/vote", headers=headers, data=body).ok
    walker.vote()
    expect(walker.page.locator("#notice")).to_have_text(walker.word("reason-replayed"))
    walker.await_trial()
    assert len(on_disk(server)) == n_before + 1


def test_a_receipt_code_goes_on_on_another_device_and_withdraws(walk: Walk, server: Server):
    walker = walk("quick", "&lang=fa")
    walker.agree()
    walker.watch_all()
    walker.choose()
    walker.vote()
    walker.stored()
    other = walk("quick", width=390, height=844, has_touch=True, is_mobile=True)
    page = other.page
    page.click("summary")
    page.fill("input[type=text]", "0000-0000")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_have_text(other.word("reason-unknown-code"))
    page.click("summary")
    page.fill("input[type=text]", walker.code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    other.await_trial()
    assert page.evaluate("document.documentElement.lang") == "fa"
    expect(page.locator("#progress")).to_contain_text("۲ از ۲")
    page.click("#foot summary")
    page.click("#foot button.stop")
    check_access(page)
    page.click("dialog button.stop")
    expect(page.locator("main h1")).to_have_text(other.word("withdrawn_title"))
    walker.page.reload()
    expect(walker.page.locator("#notice")).to_have_text(walker.word("reason-unknown-code"))


def test_a_browser_that_keeps_nothing_shows_the_code_and_works(browser: Browser, server: Server):
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
    )
    walker = Walker(context.new_page(), server.page("quick"))
    walker.open()
    walker.agree()
    expect(walker.page.locator("#foot code")).to_be_visible()
    expect(walker.page.locator("#foot")).to_contain_text(walker.word("no_storage"))
    walker.watch_all()
    walker.choose()
    walker.vote()
    walker.stored()
    context.close()


def test_a_study_that_is_over_says_so_as_text(walk: Walk):
    walker = walk("over")
    expect(walker.page.locator(".prose")).to_have_text("It is <b>over</b>.")
    assert walker.page.get_by_role("button", name=walker.word("agree")).count() == 0
    check_access(walker.page)
    take(walker.page, "over")


def test_a_preview_cannot_begin(walk: Walk):
    walker = walk("quick", "&assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE")
    expect(walker.page.locator(".why")).to_have_text(walker.word("preview"))
    assert walker.page.get_by_role("button", name=walker.word("agree")).count() == 0


def test_who_declines_leaves_nothing(walk: Walk, server: Server):
    walker = walk("quick")
    asked: list[str] = []
    walker.page.on("request", lambda request: asked.append(request.url))
    walker.page.get_by_role("button", name=walker.word("decline")).click()
    expect(walker.page.locator("main h1")).to_have_text(walker.word("declined_title"))
    assert [url for url in asked if "/api/" in url] == []


def test_the_language_can_be_chosen(walk: Walk):
    walker = walk("quick")
    assert walker.page.evaluate("document.documentElement.lang") == "en"
    walker.page.get_by_role("button", name=re.compile("فارسی")).click()
    assert walker.page.evaluate("document.documentElement.dir") == "rtl"
    walker.page.reload()
    walker.page.wait_for_selector("main h1")
    assert walker.page.evaluate("document.documentElement.lang") == "fa"


def test_what_is_not_seen_does_not_play(walk: Walk):
    walker = walk("quick")
    walker.agree()
    walker.await_trial()
    walker.page.evaluate("house.player.play()")
    walker.page.wait_for_function("() => house.player.state.playing")
    walker.page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    walker.page.wait_for_function("() => house.player.video.paused")
    assert walker.state["position"] < LENGTH_S


def test_a_lost_consent_begins_one_session(walk: Walk, server: Server):
    walker = walk("quick", "&PROLIFIC_PID=lost-once")
    n_lost = [0]

    def lose(route: Route) -> None:
        n_lost[0] += 1
        if n_lost[0] == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    walker.page.route("**/study/api/begin", lose)
    walker.agree()
    walker.await_trial()
    assert n_lost == [2]


def test_another_person_at_the_same_computer_begins_anew(walk: Walk, server: Server):
    walker = walk("quick", "&PROLIFIC_PID=first")
    walker.agree()
    first = walker.code
    other = Walker(walker.page, server.page("quick", "&PROLIFIC_PID=second"))
    other.open()
    other.agree()
    assert other.code != first
    back = Walker(walker.page, server.page("quick", "&PROLIFIC_PID=second"))
    back.open()
    back.await_trial()
