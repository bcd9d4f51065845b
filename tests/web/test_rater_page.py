"""The rater's page in a real browser: a whole session, its questions, its keys."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from mrcmv.study.store import Store, sqlite_url
from tests.web.conftest import take
from tests.web.houses import LENGTH_S
from tests.web.looks import check_access, check_width, on_disk
from tests.web.staged import Server
from tests.web.walking import Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Walk = Callable[..., Walker]


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
