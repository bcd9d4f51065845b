"""How the page lies on a screen: what is seen, what covers what."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from mrcmv.ui import text
from tests.ui.conftest import App, open_page, take

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LONG_TITLE = "The Slow Collapse of Everything We Built Beside the River"


def write_portrait(path: Path, codec: str = "libx264") -> Path:
    """Four silent seconds, 90×160."""
    with av.open(path, "w") as container:
        video = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = 90, 160, "yuv420p"
        for number in range(40):
            image = np.full((160, 90, 3), 60 + 4 * number, np.uint8)
            image[40:120, 20:70] = 20
            container.mux(video.encode(av.VideoFrame.from_ndarray(image)))
        container.mux(video.encode(None))
    return path


def box(page: Page, selector: str) -> dict[str, float]:
    one = page.locator(selector).first
    expect(one).to_be_visible()
    # In one step: what a redraw replaces in between has no place any more.
    found: dict[str, float] = one.evaluate("(one) => one.getBoundingClientRect().toJSON()")
    return found


def bottom(page: Page, selector: str) -> float:
    where = box(page, selector)
    return where["y"] + where["height"]


def uncovered(page: Page, selector: str) -> bool:
    """Whether the middle of an element lies on the screen, with nothing over it."""
    return page.locator(selector).evaluate(
        """(one) => {
            const { x, y, width, height } = one.getBoundingClientRect();
            return one.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }"""
    )


def style(page: Page, selector: str, name: str) -> str:
    return page.locator(selector).first.evaluate(
        "(one, name) => getComputedStyle(one).getPropertyValue(name)", name
    )


@pytest.fixture
def phone(found: Page) -> Iterator[Page]:
    found.set_viewport_size(PHONE)
    found.evaluate("scrollTo(0, 0)")
    yield found
    found.set_viewport_size(DESK)


@pytest.fixture
def options(found: Page) -> Iterator[Page]:
    """With More open."""
    found.click("#more > button")
    expect(found.locator("#method")).to_be_visible()
    yield found
    found.click("#more > button")


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_all_of_a_portrait_clip_is_seen_and_the_matches_too(browser, app: App, tmp_path, screen):
    page = open_page(browser, app, **screen)
    page.set_input_files("#clip-file", write_portrait(tmp_path / "portrait.mp4"))
    page.wait_for_selector(".card.is-chosen")
    frame, video = box(page, ".player-screen"), box(page, ".player-screen video")
    assert video == frame
    assert style(page, ".player-screen video", "object-fit") == "contain"
    assert frame["height"] <= 0.6 * screen["height"]
    assert bottom(page, ".side-title") < screen["height"]
    take(page, "portrait")
    page.close()


def hold_the_picture(page: Page) -> None:
    """From now on the page is told of no picture and of no end: a long encoding."""
    page.evaluate(
        """() => {
            const stage = mrcmv.stage.show.bind(mrcmv.stage);
            mrcmv.stage.show = (value) => (value?.video ? null : stage(value));
            const matches = mrcmv.matches.show.bind(mrcmv.matches);
            mrcmv.matches.show = (value) => (value?.state === "searching" ? matches(value) : null);
        }"""
    )


@pytest.mark.parametrize("portrait", [False, True], ids=["landscape", "portrait"])
def test_a_picture_that_is_being_encoded_has_its_place(page: Page, make_clip, tmp_path, portrait):
    hold_the_picture(page)
    old = tmp_path / "old.mp4"
    if portrait:
        write_portrait(old, "mpeg4")
    else:
        make_clip("old.mp4", duration_s=6.0, codec="mpeg4")
    page.set_input_files("#clip-file", old)
    waiting = page.locator(".player-waiting")
    expect(waiting).to_contain_text(text.STEPS["picture"])
    expect(waiting).to_contain_text(text.DROP["unplayable"])
    for hidden in (".drop", ".player-big", ".player-toggle"):
        expect(page.locator(hidden)).to_be_hidden()
    frame = box(page, ".player-screen")
    shape = frame["width"] / frame["height"]
    assert shape == pytest.approx(16 / 9, abs=0.02) or (portrait and frame["height"] < 480)
    assert box(page, ".lanes")["y"] - (frame["y"] + frame["height"]) < 80
    if not portrait:
        take(page, "encoding")
    page.click(".again")
    expect(page.locator(".drop-label")).to_be_visible()


def test_what_is_not_there_is_struck_through_and_what_comes_later_is_not(found: Page):
    drawn = "text-decoration-line"
    voice = found.locator('[data-source="voice"]')
    for state, line in (({"later": True}, "none"), ({"off": True, "later": False}, "line-through")):
        found.evaluate("(state) => mrcmv.player.put({ id: 'voice', ...state })", state)
        expect(voice).to_be_disabled()
        assert style(found, '[data-source="voice"]', drawn) == line
    found.evaluate("mrcmv.player.put({ id: 'voice', off: false })")
    expect(voice).to_be_enabled()


def test_a_long_title_moves_nothing_in_its_card(phone: Page):
    def places() -> list[Any]:
        return [box(phone, f".card {part}") for part in (".fit", ".card-by")]

    before = places()
    title = phone.evaluate("mrcmv.matches.cards[0].title")
    rename = "(title) => { mrcmv.matches.cards[0].title = title; mrcmv.matches.draw(); }"
    phone.evaluate(rename, LONG_TITLE)
    assert places() == before
    assert LONG_TITLE in (phone.get_attribute(".card .card-title", "title") or "")
    phone.evaluate(rename, title)


def test_on_a_phone_download_and_settings_are_always_in_reach(phone: Page):
    expect(phone.locator(".sheet-handle")).to_have_text("Settings")
    for _ in ("closed", "open"):
        assert uncovered(phone, ".download")
        assert uncovered(phone, ".sheet-handle")
        phone.click(".sheet-handle")
    phone.evaluate("scrollTo(0, 1e6)")
    phone.wait_for_function("scrollY > 0")
    assert uncovered(phone, ".download")
    assert bottom(phone, ".lanes") < box(phone, ".sheet-handle")["y"]


def test_on_a_phone_the_question_comes_after_what_it_asks_about(phone: Page):
    expect(phone.locator(".question-answer").first).to_be_attached()
    assert bottom(phone, ".player") < bottom(phone, ".cards") < box(phone, ".question")["y"]
    assert bottom(phone, ".question") < box(phone, ".lanes")["y"] + 1


def test_find_music_is_seen_while_its_options_are_chosen(options: Page):
    for scrolled in (0, 400):
        options.evaluate(f"scrollTo(0, {scrolled})")
        options.wait_for_timeout(200)
        assert uncovered(options, "#find")


@pytest.mark.parametrize("height", [720, 800, 900])
def test_with_closed_options_find_music_covers_no_control(found: Page, height: int):
    found.set_viewport_size({"width": 1280, "height": height})
    expect(found.locator("#more .label-wrap")).not_to_have_class(re.compile(r"\bopen\b"))
    covered = found.evaluate(
        """() => {
            const find = document.querySelector("#find").getBoundingClientRect();
            return [...document.querySelectorAll("#controls input, #controls .label-wrap")]
                .map((one) => [one.getAttribute("aria-label"), one.getBoundingClientRect()])
                .filter(([, box]) => box.height && box.bottom > find.top && box.top < find.bottom)
                .map(([name]) => name);
        }"""
    )
    found.set_viewport_size(DESK)
    assert covered == []


def test_the_player_stays_while_the_options_are_scrolled(options: Page):
    options.evaluate("scrollTo(0, 400)")
    options.wait_for_timeout(200)
    assert box(options, ".player-screen")["y"] == 8
    options.evaluate("scrollTo(0, 0)")


def test_words_in_every_field_begin_at_the_same_distance(options: Page):
    start = """(one) => {
        const field = one.closest(".wrap-inner")?.parentElement || one;
        const words = one.getBoundingClientRect().x + parseFloat(getComputedStyle(one).paddingLeft);
        return Math.round(words - field.getBoundingClientRect().x);
    }"""
    number = options.get_by_label(text.CONTROLS["fade_in"]).evaluate(start)
    chosen = options.get_by_label(text.CONTROLS["target"]).evaluate(start)
    assert abs(number - chosen) <= 1
    assert number >= 10


def test_a_field_in_focus_has_one_frame(options: Page):
    options.get_by_label(text.CONTROLS["target"]).click()
    method = f'input[aria-label="{text.CONTROLS["target"]}"]'
    assert style(options, method, "outline-style") == "none"
    assert style(options, f".wrap:has(> .wrap-inner {method})", "outline-style") == "solid"
    options.keyboard.press("Escape")


@pytest.mark.parametrize("words", [text.SONG_SUNG.format(percent=100), text.SONG_WHOLE])
def test_a_songs_badge_is_read_whole_inside_its_card(phone: Page, words: str):
    mark = "(words) => { mrcmv.matches.cards[0].badge = words; mrcmv.matches.draw(); }"
    before = box(phone, ".card")["height"]
    phone.evaluate(mark, words)
    expect(phone.locator(".card .badge").first).to_have_text(words)
    badge, main = box(phone, ".card .badge"), box(phone, ".card .card-main")
    assert badge["x"] + badge["width"] <= main["x"] + main["width"]
    assert badge["height"] < 24, "it is broken into lines"
    assert box(phone, ".card .tags")["width"] > 24, "the tags are squeezed to nothing"
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert box(phone, ".card")["height"] <= before + 24
    take(phone, f"song-{len(words)}")
    phone.set_viewport_size(PHONE)
    phone.evaluate(mark, "")
