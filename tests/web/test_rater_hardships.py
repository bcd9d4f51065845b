"""The rater's page when things go wrong: lost answers, other tabs and devices, blocked storage."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.web.conftest import take
from tests.web.looks import check_access, on_disk
from tests.web.staged import Server
from tests.web.walking import Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Walk = Callable[..., Walker]


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
