"""The page in a browser, with the real app behind it."""

import re
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Page, expect

from mrcmv.catalog.words import CHANCE_WORDS
from mrcmv.services import Services
from mrcmv.settings import Settings
from mrcmv.ui import text
from tests.ui.conftest import HOSTILE, HOSTILE_TAG, App, open_page, take, write_track

pytestmark = pytest.mark.browser

IN_STEP_S = 0.05
AUDIBLE = 1e-4


def state(page: Page) -> dict:
    return page.evaluate("window.mrcmvPlayer")


def wait_for(page: Page, condition: str) -> None:
    """Until an expression over the player's state `s` holds."""
    page.wait_for_function(f"() => {{ const s = window.mrcmvPlayer; return {condition}; }}")


def choose(page: Page, source: str) -> None:
    page.click(f'[data-source="{source}"]')
    wait_for(page, f's.source === "{source}"')


def play(page: Page) -> None:
    if not state(page)["playing"]:
        page.click(".player-toggle")
    wait_for(page, f"s.playing && s.drift !== null && s.rms > {AUDIBLE}")


def pause_at(page: Page, position_s: float) -> None:
    page.evaluate(f"mrcmv.player.pause(); mrcmv.player.seek({position_s})")
    wait_for(page, f"Math.abs(s.position - {position_s}) < 0.1 && !s.playing")


def loudest(page: Page, seconds: float = 1.5) -> float:
    """The highest level heard within some seconds."""
    return page.evaluate(
        """async (ms) => {
            const end = performance.now() + ms;
            let most = 0;
            while (performance.now() < end) {
                most = Math.max(most, window.mrcmvPlayer.rms);
                await new Promise((done) => setTimeout(done, 20));
            }
            return most;
        }""",
        seconds * 1000,
    )


def usual_drift_s(page: Page) -> float:
    """The median distance of sound and picture over three seconds, once they have settled."""
    page.wait_for_timeout(1500)
    drifts = []
    for _ in range(30):
        drifts.append(abs(state(page)["drift"]))
        page.wait_for_timeout(100)
    return median(drifts)


def test_a_first_visit_is_a_drop_zone_three_samples_and_a_sentence(page: Page):
    expect(page.get_by_text(text.TAGLINE)).to_be_visible()
    expect(page.locator(".sample")).to_have_count(3)
    for part in ("#side", "#lanes", ".player"):
        expect(page.locator(part)).to_be_hidden()
    take(page, "first")


def test_from_a_clip_to_its_mix(page: Page, sample_clips: list[Path]):
    # Steps are gone in a moment, so they are noted as they come.
    page.evaluate(
        """() => {
            window.steps = new Set();
            new MutationObserver(() => document.querySelectorAll(".step.is-now span:first-child")
                .forEach((step) => window.steps.add(step.textContent)))
                .observe(document.querySelector("#matches"), { childList: true, subtree: true });
        }"""
    )
    page.set_input_files("#clip-file", sample_clips[0])
    page.wait_for_selector(".lane-voice .lane-wave")
    expect(page.locator(".lane-voice .speech").first).to_be_attached()
    wait_for(page, 's.ready.includes("voice")')
    page.wait_for_selector(".card")
    expect(page.locator(".card")).to_have_count(5)
    steps = page.evaluate("[...window.steps]")
    assert any(step.startswith("Comparing with") for step in steps), steps

    choose(page, "voice")
    play(page)
    assert loudest(page) > AUDIBLE
    page.wait_for_selector(".card.is-mixed")
    choose(page, "1")
    assert state(page)["playing"]
    assert loudest(page) > AUDIBLE


def test_nothing_plays_by_itself(found: Page):
    assert found.evaluate("mrcmv.player.secondsSeen") == 0
    assert not state(found)["playing"]


def test_switching_soundtracks_keeps_the_frame(found: Page):
    pause_at(found, 3.0)
    play(found)
    for source in ("voice", "1", "original", "1"):
        jump = found.evaluate(
            """async (source) => {
                const frame = () => new Promise((done) => requestAnimationFrame(done));
                await frame();
                const before = mrcmv.player.video.currentTime, clock = performance.now();
                mrcmv.player.select(source);
                await frame();
                const went = (performance.now() - clock) / 1000;
                return mrcmv.player.video.currentTime - before - went;
            }""",
            source,
        )
        assert abs(jump) < IN_STEP_S
        wait_for(found, f's.source === "{source}" && s.playing')
    assert usual_drift_s(found) < IN_STEP_S
    pause_at(found, 3.0)
    position = state(found)["position"]
    choose(found, "original")
    assert state(found)["position"] == position


def test_another_card_is_mixed_and_plays(found: Page):
    found.click('.card[data-rank="3"] .card-title')
    wait_for(found, f's.source === "3" && s.playing && s.rms > {AUDIBLE}')
    expect(found.locator('.card[data-rank="3"]')).to_have_class(re.compile("is-chosen"))
    expect(found.locator(".lane-music .lane-curve")).to_be_visible()
    found.evaluate("mrcmv.player.pause()")


def test_the_download_is_a_film_named_after_clip_and_track(found: Page, sample_clips, tmp_path):
    choose(found, "1")
    title = found.locator(".card.is-chosen .card-title").inner_text()
    with found.expect_download() as started:
        found.click(".download")
    name = started.value.suggested_filename
    assert name.startswith(sample_clips[0].stem)
    assert name.endswith(f"{title}.mp4")
    started.value.save_as(tmp_path / "mix.mp4")
    assert (tmp_path / "mix.mp4").read_bytes()[4:8] == b"ftyp"


def test_keys_play_seek_and_switch(found: Page):
    pause_at(found, 6.0)
    found.locator("body").click(position={"x": 640, "y": 28})
    found.keyboard.press("ArrowRight")
    wait_for(found, "Math.abs(s.position - 11) < 0.1")
    found.keyboard.press("Shift+ArrowLeft")
    wait_for(found, "Math.abs(s.position - 10) < 0.1")
    for key, source in (("o", "original"), ("v", "voice"), ("1", "1")):
        found.keyboard.press(key)
        wait_for(found, f's.source === "{source}"')
    found.keyboard.press("Space")
    wait_for(found, "s.playing")
    found.keyboard.press("Space")
    wait_for(found, "!s.playing")
    found.keyboard.press("2")
    wait_for(found, 's.source === "2"')


def test_space_pauses_after_a_click_and_presses_after_a_tab(found: Page):
    found.click('.card[data-rank="1"] .card-title')
    wait_for(found, "s.playing")
    found.keyboard.press("Space")
    wait_for(found, "!s.playing")
    found.locator('[data-source="voice"]').focus()
    found.keyboard.press("Tab")
    found.keyboard.press("Space")
    wait_for(found, 's.source === "1"')
    assert not state(found)["playing"]


def test_the_help_names_the_keys(found: Page):
    found.click(".help-toggle")
    expect(found.get_by_role("dialog")).to_contain_text(text.KEYS[0][1])
    found.keyboard.press("Escape")
    expect(found.get_by_role("dialog")).to_be_hidden()


def test_keys_typed_into_a_field_stay_there(found: Page):
    choose(found, "1")
    field = found.get_by_label(f"number input for {text.CONTROLS['music_lu']}")
    field.focus()
    found.keyboard.press("o")
    assert state(found)["source"] == "1"
    field.blur()


def test_a_click_on_the_time_line_seeks(found: Page):
    box = found.locator(".lane-picture .lane-track").bounding_box()
    found.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    half = state(found)["duration"] / 2
    wait_for(found, f"Math.abs(s.position - {half}) < 0.5")


def test_a_track_plays_alone_while_the_clip_rests(found: Page):
    play(found)
    found.click('.card[data-rank="1"] .card-listen')
    found.wait_for_function("mrcmv.matches.preview.currentTime > 0.2")
    assert not state(found)["playing"]
    found.click('.card[data-rank="1"] .card-listen')
    assert found.evaluate("mrcmv.matches.preview.paused")


def test_another_level_makes_another_mix(found: Page):
    choose(found, "1")
    before = found.get_attribute(".download", "href")
    field = found.get_by_label(f"number input for {text.CONTROLS['music_lu']}")
    field.fill("-15")
    field.blur()
    found.wait_for_function(
        "(before) => { const link = document.querySelector('.download');"
        " return link.href && link.getAttribute('href') !== before; }",
        arg=before,
    )
    assert state(found)["source"] == "1"


def test_seconds_seen_are_counted_once(found: Page):
    pause_at(found, 0.0)
    found.evaluate("mrcmv.player.seen.fill(0)")
    for _ in range(2):
        pause_at(found, 0.0)
        play(found)
        wait_for(found, "s.position > 1.5")
    pause_at(found, 20.0)
    assert 1.0 <= state(found)["secondsSeen"] <= 3.0


def test_the_result_looks_right_on_every_screen(found: Page):
    choose(found, "1")
    pause_at(found, 6.0)
    take(found, "result")
    found.click(".theme-toggle")
    assert "dark" not in found.evaluate("document.body.className").split()
    found.click(".theme-toggle")
    found.evaluate("localStorage.clear()")  # later pictures follow the scheme again


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_words_can_be_read_against_what_they_stand_on(found: Page, scheme):
    found.emulate_media(color_scheme=scheme)
    found.wait_for_timeout(200)
    pairs = [
        ("--text", "--ground"),
        ("--text", "--sunk"),
        ("--quiet", "--ground"),
        ("--quiet", "--sunk"),
        ("--accent", "--ground"),
        ("--accent", "--sunk"),
        ("--on-accent", "--accent"),
        ("--heed", "--heed-soft"),
        ("--stop", "--stop-soft"),
        ("--stop", "--ground"),
    ]
    for ink, paper in pairs:
        assert contrast(*colours(found, ink, paper)) >= 4.5, (scheme, ink, paper)
    found.emulate_media(color_scheme="dark")


def colours(page: Page, *names: str) -> list[list[float]]:
    return page.evaluate(
        """(names) => names.map((name) => {
            const text = getComputedStyle(document.body).getPropertyValue(name).trim();
            return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16) / 255);
        })""",
        list(names),
    )


def contrast(one: list[float], other: list[float]) -> float:
    """Contrast ratio, WCAG 2.2."""

    def luminance(rgb: list[float]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_phone_never_scrolls_sideways(found: Page):
    for width in (390, 360):
        found.set_viewport_size({"width": width, "height": 844})
        found.wait_for_timeout(200)
        assert found.evaluate("document.documentElement.scrollWidth") <= width
    tops = found.evaluate(
        "['.player-screen', '.player-sources', '#matches', '.lanes']"
        ".map((part) => document.querySelector(part).getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)
    found.click(".sheet-handle")
    expect(found.get_by_label(text.CONTROLS["target"])).to_be_visible()
    assert found.evaluate("document.documentElement.scrollWidth") <= 360
    found.set_viewport_size({"width": 390, "height": 844})
    take(found, "sheet")
    found.set_viewport_size({"width": 390, "height": 844})
    found.click(".sheet-handle")
    found.set_viewport_size({"width": 1280, "height": 800})


def test_every_control_has_a_name(found: Page):
    nameless = found.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, a[href]")]
            .filter((one) => one.checkVisibility() && !(one.getAttribute("aria-label")
                || one.textContent.trim() || one.labels?.length || one.title))
            .map((one) => one.outerHTML.slice(0, 200))"""
    )
    assert nameless == []


def test_tags_are_offered_only_where_they_count(found: Page):
    found.click("#more > button")
    tags = found.get_by_label(text.CONTROLS["tags"], exact=True)
    expect(found.locator("#method")).to_be_visible()
    expect(tags).to_be_hidden()
    for method, shown in (("tags", True), ("random", False)):
        found.get_by_label(f"{text.METHOD_NAMES[method]}: ").check()
        expect(tags).to_be_visible(visible=shown)
    found.click("#more > button")


def test_finding_again_with_a_tag_shows_markup_as_text(found: Page):
    found.click("#more > button")
    found.get_by_label(f"{text.METHOD_NAMES['tags']}: ").check()
    found.get_by_label(text.CONTROLS["tags"], exact=True).click()
    found.get_by_role("option", name=HOSTILE_TAG).click()
    found.keyboard.press("Escape")
    found.click("#find")
    expect(found.locator(".card-title").first).to_have_text(HOSTILE)
    expect(found.locator(".card .tags").first).to_have_text(HOSTILE_TAG)
    expect(found.locator(".card.is-mixed").first).to_be_visible()
    expect(found.locator(".side-title")).to_have_text(text.MATCHES["one"])
    names = found.locator(".source").all_inner_texts()
    assert names == [text.ORIGINAL, text.VOICE, "1"]
    assert found.evaluate("window.pwned") is None
    assert found.locator("#audition img").count() == 0
    take(found, "more")


def test_an_unreadable_file_is_told_in_words(page: Page, tmp_path: Path):
    (tmp_path / "notes.mp4").write_text("buy milk\n" * 100)
    page.set_input_files("#clip-file", tmp_path / "notes.mp4")
    message = page.locator(".drop .message-error")
    expect(message).to_be_visible()
    assert "notes.mp4" in message.inner_text()
    assert "Traceback" not in page.content()
    expect(page.locator(".drop-label")).to_be_visible()
    take(page, "error")


def test_a_full_queue_says_to_wait(page: Page):
    page.evaluate("mrcmv.run = 'r'; mrcmv.busy()")
    expect(page.locator(".drop .message-error")).to_have_text(text.DROP["busy"])


def test_a_file_over_the_limit_is_refused_before_it_is_sent(page: Page, sample_clips):
    page.evaluate("mrcmv.stage.limit = 1")
    page.set_input_files("#clip-file", sample_clips[0])
    expect(page.locator(".drop .message-error")).to_contain_text("is over 1 MB")


def test_a_clip_in_which_nobody_speaks(page: Page, make_clip):
    page.set_input_files("#clip-file", make_clip("quiet.mp4", duration_s=6.0))
    page.wait_for_selector(".card.is-chosen")
    expect(page.get_by_text(text.NO_VOICE_NOTE)).to_be_visible()
    expect(page.locator(".lane-voice")).to_contain_text(text.LANE_NO_VOICE)
    expect(page.locator('[data-source="voice"]')).to_be_disabled()
    take(page, "no-voice")


def test_a_clip_without_sound(page: Page, make_clip):
    page.set_input_files("#clip-file", make_clip("mute.mp4", duration_s=6.0, tone_hz=None))
    page.wait_for_selector(".card.is-chosen")
    expect(page.get_by_text(text.NO_SOUND_NOTE)).to_be_visible()
    expect(page.locator('[data-source="original"]')).to_be_disabled()
    play(page)


def test_the_next_clip_waits_to_be_played(page: Page, make_clip):
    page.set_input_files("#clip-file", make_clip("one.mp4", duration_s=6.0))
    page.wait_for_selector(".card.is-chosen")
    play(page)
    page.click(".again")
    page.set_input_files("#clip-file", make_clip("two.mp4", duration_s=6.0))
    page.wait_for_selector(".card.is-chosen")
    assert not state(page)["playing"]
    assert page.get_attribute(".player-toggle", "aria-label") == text.PLAYER["play"]
    expect(page.locator(".player-big")).to_be_visible()


def test_the_next_clip_has_no_voice_track_and_no_offset_of_the_last(page, make_clip, tmp_path):
    page.set_input_files("#clip-file", make_clip("one.mp4", duration_s=6.0))
    page.wait_for_selector(".card.is-chosen")
    page.click("#more > button")
    page.get_by_label(text.CONTROLS["offset"]).fill("2")
    page.get_by_label(text.CONTROLS["fade_in"]).fill("3")
    page.set_input_files("#voice-file input", write_track(tmp_path / "mine.flac"))
    voice = page.locator("#voice-file").get_by_text("mine")
    expect(voice).to_be_visible()
    page.click("#find")
    expect(page.locator(".lane-voice .lane-wave")).to_be_attached()
    expect(page.locator(".card.is-chosen")).to_be_visible()
    expect(voice).to_be_visible()

    page.click(".again")
    page.set_input_files("#clip-file", make_clip("two.mp4", duration_s=6.0))
    page.wait_for_selector(".card.is-chosen")
    expect(page.locator(".lane-voice")).to_contain_text(text.LANE_NO_VOICE)
    expect(voice).to_be_hidden()
    expect(page.get_by_label(text.CONTROLS["offset"])).to_have_value("0")
    expect(page.get_by_label(text.CONTROLS["fade_in"])).to_have_value("3")
    page.set_input_files("#voice-file input", write_track(tmp_path / "mine.flac"))
    expect(voice).to_be_visible()


def test_a_picture_that_browsers_cannot_play_is_made_playable(page: Page, make_clip):
    page.set_input_files("#clip-file", make_clip("old.mp4", duration_s=6.0, codec="mpeg4"))
    page.wait_for_selector(".card.is-chosen")
    expect(page.locator(".drop")).to_be_hidden()
    play(page)
    wait_for(page, "s.position > 0.3")


def test_an_empty_catalog_says_how_to_fill_it(browser, empty_app: App, make_clip):
    page = open_page(browser, empty_app)
    page.set_input_files("#clip-file", make_clip("quiet.mp4", duration_s=6.0))
    expect(page.locator("#matches .message-empty code").first).to_have_text(
        "mrcmv catalog add FOLDER"
    )
    expect(page.locator(".lane-voice")).to_contain_text(text.LANE_NO_VOICE)
    expect(page.locator("#find")).to_be_visible()
    take(page, "empty")
    page.set_viewport_size({"width": 390, "height": 844})
    fits = """() => [...document.querySelectorAll(".lane-empty")].every((words) =>
        words.getBoundingClientRect().height <= words.parentElement.getBoundingClientRect().height)
        && [...document.querySelectorAll(".message code")].every((one) =>
            one.getBoundingClientRect().height < 30)"""
    page.wait_for_function(fits)
    page.close()


def test_a_tag_that_came_after_the_start_can_be_chosen(page: Page, app: App, make_clip, tmp_path):
    page.set_input_files("#clip-file", make_clip("quiet.mp4", duration_s=6.0))
    page.wait_for_selector(".card.is-chosen")
    catalog = Services(Settings(data_dir=app.data)).catalog
    catalog.add([write_track(tmp_path / "late.flac", "Late", "latecomer")])
    try:
        page.click("#more > button")
        page.get_by_label(f"{text.METHOD_NAMES['tags']}: ").check()
        page.get_by_label(text.CONTROLS["tags"], exact=True).click()
        page.get_by_role("option", name="latecomer").click()
        page.keyboard.press("Escape")
        page.click("#find")
        expect(page.locator(".card-title")).to_have_text(["Late"])
        expect(page.locator(".fit-word")).to_have_text([CHANCE_WORDS])
    finally:
        catalog.remove(["Late"])


def test_searching_is_shown_and_another_clip_ends_it(page: Page, sample_clips):
    page.evaluate(
        """() => {
            const show = mrcmv.matches.show.bind(mrcmv.matches);
            mrcmv.matches.show = (value) => (value?.state === "searching" ? show(value) : null);
        }"""
    )
    page.set_input_files("#clip-file", sample_clips[1])
    page.wait_for_selector(".lane-voice .lane-wave")
    page.wait_for_selector(".step.is-now")
    take(page, "searching")
    page.click(".again")
    expect(page.locator(".drop-label")).to_be_visible()
    expect(page.locator("#side")).to_be_hidden()


def test_a_long_clip_streams_its_soundtracks_and_stays_in_step(browser, app, make_clip):
    page = open_page(browser, app)
    page.set_input_files("#clip-file", make_clip("long.mp4", duration_s=110.0))
    page.wait_for_selector(".card.is-chosen")
    assert state(page)["engine"] == "elements"
    play(page)
    choose(page, "original")
    assert usual_drift_s(page) < IN_STEP_S
    page.close()
