"""The tab Why in a browser: figures, heads, moments, tracks and files, with the shipped weights."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from mrcmv.explain import Explanation, from_json, from_npz
from mrcmv.explain.looks import LOOKS
from mrcmv.services import Services
from mrcmv.settings import Settings
from mrcmv.ui import text
from tests.conftest import PATIENCE_MS, SCREENSHOTS
from tests.ui.conftest import App, open_page, running, take

pytestmark = pytest.mark.browser

N_TRACKS = 8
RATE_HZ = 22050
FIGURES = {"gate", "contributions", "ties", "rollout", "profile", "music", "map"} | {
    "picture_to_picture",
    "voice_to_voice",
    "picture_to_voice",
    "voice_to_picture",
}
NEAR_S = 0.4
FIRST_MS = 3 * PATIENCE_MS
"""How long the first find may take on a slow, shared machine: it loads the network."""


def write_beat(path: Path, n: int) -> Path:
    """Nine seconds of a tone that beats, each n another; the first one's title is markup."""
    title = "<b>Beat</b>" if n == 0 else f"Beat {n}"
    times_s = np.arange(9 * RATE_HZ) / RATE_HZ
    wave = np.sin(2 * np.pi * 110 * 1.5**n * times_s) * (times_s * (1 + n) % 1 < 0.5)
    noise = np.random.default_rng(n).normal(size=len(times_s)) * n / N_TRACKS
    with av.open(path, "w") as container:
        container.metadata.update({"title": title, "genre": f"kind {n % 3}"})
        stream = container.add_stream("flac", rate=RATE_HZ, layout="mono")
        samples = (6000 * (wave + 0.5 * noise)).clip(-32000, 32000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[None], "s16", "mono")
        frame.sample_rate = RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def network_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with MRCMV over eight short tracks."""
    folder = tmp_path_factory.mktemp("why")
    settings = Settings(data_dir=folder / "data", catalog_dir=folder / "catalog")
    services = Services(settings)
    services.catalog.add([write_beat(folder / f"{n}.flac", n) for n in range(N_TRACKS)])
    services.index()
    own = {"MRCMV_METHOD": "mrcmv", "MRCMV_CATALOG_DIR": str(folder / "catalog")}
    with running(folder, **own) as url:
        yield App(url, folder / "data", tuple(t.track_id for t in services.catalog.tracks))


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def drawn(page: Page) -> None:
    page.wait_for_selector(".why[data-drawn]", timeout=FIRST_MS)


@pytest.fixture(scope="module")
def why(browser, network_app: App, sample_clips: list[Path]) -> Iterator[Page]:
    """A page whose tab Why shows a sample clip's figures; tests share it."""
    page = open_page(browser, network_app)
    page.fetched = []  # type: ignore[attr-defined]
    page.on("request", lambda request: page.fetched.append(request.url))  # type: ignore[attr-defined]
    page.set_input_files("#clip-file", sample_clips[0])
    page.wait_for_selector(".card.is-mixed", timeout=FIRST_MS)
    open_tab(page, text.WHY_TAB)
    drawn(page)
    yield page
    page.close()


@pytest.fixture
def first(why: Page) -> Page:
    """With the first match chosen and the picture at its beginning."""
    why.click('.why-match[data-rank="1"]')
    expect(why.locator('.why-match[data-rank="1"]')).to_have_attribute("aria-pressed", "true")
    why.evaluate("mrcmv.player.pause(); mrcmv.player.seek(0)")
    why.wait_for_function("window.mrcmvPlayer.position < 0.1")
    return why


def figure(page: Page, name: str) -> list[dict[str, Any]]:
    """What a figure draws: the traces as plotly.js has them."""
    return page.evaluate(
        """(name) => {
            const plain = (one) => (one && typeof one === "object" ? Array.from(one, plain) : one);
            const [plot] = document.querySelectorAll(`[data-figure="${name}"] .why-plot`);
            return plot._fullData.map(({ name, type, visible, x, y, z }) =>
                ({ name, type, visible, x: plain(x), y: plain(y), z: plain(z) }));
        }""",
        name,
    )


def saved(page: Page, kind: str, within: str = ".why-numbers") -> Path:
    button = page.locator(f'{within} [data-save="{kind}"]')
    with page.expect_download() as started:
        button.click()
    path = Path(started.value.path())
    named = path.with_name(f"{path.stem}-{started.value.suggested_filename}")
    started.value.save_as(named)
    return named


@pytest.fixture(scope="module")
def told(why: Page) -> Explanation:
    """The numbers that the page hands out."""
    return from_json(saved(why, "json").read_text())


def place_of(page: Page, name: str, second: float, height: float = 0.5) -> tuple[float, float]:
    """Where a second of the window lies on a figure, in pixels of the screen."""
    page.locator(f'[data-figure="{name}"]').scroll_into_view_if_needed()
    found = page.evaluate(
        """([name, second, height]) => {
            const plot = document.querySelector(`[data-figure="${name}"] .why-plot`);
            const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
            return [box.left + xaxis._offset + (xaxis._length * second) / 32,
                    box.top + yaxis._offset + yaxis._length * height];
        }""",
        [name, second, height],
    )
    return found[0], found[1]


def test_what_figures_are_drawn_with_is_there_before_the_tab_is_opened(page: Page):
    page.wait_for_function("() => window.Plotly")
    assert page.evaluate("() => !window.mrcmv.why")


def test_every_figure_is_there_and_nothing_is_fetched_from_elsewhere(why: Page, network_app: App):
    shown = why.evaluate(
        "[...document.querySelectorAll('.why-figure')].map((one) => one.dataset.figure)"
    )
    assert set(shown) == FIGURES
    assert len(shown) == len(FIGURES)
    for name in FIGURES:
        expect(why.locator(f'[data-figure="{name}"] figcaption')).to_have_text(re.compile(r"\.$"))
        assert figure(why, name)
    fetched = why.fetched  # type: ignore[attr-defined]
    scripts = why.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert len([url for url in scripts if "plotly" in url]) == 1
    assert [url for url in fetched if not url.startswith((network_app.url, "data:", "blob:"))] == []


def test_figures_show_the_numbers(why: Page, told: Explanation):
    voice, picture = figure(why, "gate")[:2]
    assert voice["y"] == pytest.approx(told.voice_share, abs=1e-4)
    assert np.add(voice["y"], picture["y"]) == pytest.approx(np.ones(72), abs=1e-4)
    mute = next(one for one in figure(why, "contributions") if "voice" in one["name"])
    assert mute["x"] == [
        one.outcomes["without_voice"].rank - one.outcomes["both"].rank for one in told.matches
    ]
    mean = next(one for one in figure(why, "voice_to_voice") if one["visible"] is True)
    assert np.array(mean["z"]) == pytest.approx(told.means["voice_to_voice"], abs=1e-6)
    whole = figure(why, "ties")[0]
    chosen = told.matches[0]
    assert whole["y"] == pytest.approx(100 * chosen.ties[0] / chosen.lead, rel=1e-3, abs=1e-3)


def test_heads_are_switched_in_all_maps_at_once(first: Page, told: Explanation):
    heads = len(told.maps["picture_to_voice"])
    for head in (2, heads, 0):
        first.get_by_label(text.WHY["head"]).select_option(str(head))
        name = f"head {head}" if head else "mean of heads"
        for which in ("picture_to_voice", "voice_to_voice", "music"):
            first.wait_for_function(
                f"""mrcmv.why.figures.get("{which}").plot._fullData.every((one) =>
                    one.type !== "heatmap" || one.visible !== true || one.name === "{name}")"""
            )
        said = f"in head {head} of {heads}" if head else "on average"
        for which in ("picture_to_voice", "music"):
            caption = first.locator(f'[data-figure="{which}"] figcaption')
            expect(caption).to_contain_text(said)
    asked = first.evaluate("mrcmv.why.asking.n")
    first.get_by_label(text.WHY["head"]).select_option("2")
    first.wait_for_function(
        "mrcmv.why.figures.get('music').plot._fullData.every((one) => one.name === 'head 2')"
    )
    shown = next(one for one in figure(first, "voice_to_voice") if one["type"] == "heatmap")
    assert np.array(shown["z"]) == pytest.approx(told.maps["voice_to_voice"][1], abs=1e-6)
    first.get_by_label(text.WHY["head"]).select_option("0")
    first.wait_for_function(
        "mrcmv.why.figures.get('music').plot._fullData.every((one) => one.name !== 'head 2')"
    )
    panels = [one for one in figure(first, "picture_to_voice") if one["visible"] is True]
    assert {one["name"] for one in panels if one["type"] == "heatmap"} == {"mean of heads"}
    assert first.evaluate("mrcmv.why.asking.n") == asked, "a head is fetched once"


def test_a_head_stays_when_another_match_is_chosen(first: Page, told: Explanation):
    first.get_by_label(text.WHY["head"]).select_option("1")
    first.click('.why-match[data-rank="2"]')
    first.wait_for_function(
        """mrcmv.why.figures.get("music").value.track === mrcmv.why.match.track_id
            && mrcmv.why.match.rank === 2"""
    )
    for name in ("music", "picture_to_voice"):
        caption = first.locator(f'[data-figure="{name}"] figcaption')
        expect(caption).to_contain_text("in head 1 of")
    first.get_by_label(text.WHY["head"]).select_option("0")
    expect(first.locator('[data-figure="music"] figcaption')).to_contain_text("on average")
    track = first.evaluate("mrcmv.why.match.track_id")
    assert first.evaluate("mrcmv.why.figures.get('music').value.track") == track


@pytest.mark.parametrize(
    ("name", "second", "height"),
    [("gate", 20.0, 0.5), ("ties", 6.0, 0.5), ("gate", 12.0, 1.2), ("voice_to_voice", 25.0, 0.3)],
    ids=["gate", "ties", "film strip", "heat map"],
)
def test_a_click_on_a_time_moves_the_player_there(first: Page, name, second, height):
    first.mouse.click(*place_of(first, name, second, height))
    first.wait_for_function(f"Math.abs(window.mrcmvPlayer.position - {second}) < {NEAR_S}")
    assert abs(first.evaluate("mrcmv.player.video.currentTime") - second) < NEAR_S
    line = first.locator('[data-figure="gate"] .why-playhead').bounding_box()
    assert line is not None
    assert line["x"] == pytest.approx(place_of(first, "gate", second)[0], abs=10)
    video = first.locator(".player-screen video").bounding_box()
    assert video is not None, "the player is not seen where the click was made"
    assert video["y"] >= 0


def test_a_click_on_the_music_moves_nothing(first: Page):
    first.mouse.click(*place_of(first, "music", 3.0))
    first.wait_for_timeout(300)
    assert first.evaluate("window.mrcmvPlayer.position") < 0.1


def test_a_choice_in_one_tab_is_that_of_the_other(first: Page):
    first.click('.why-match[data-rank="3"]')
    said = first.evaluate("mrcmv.why.value.matches[2].said")
    expect(first.locator(".why-said")).to_have_text(said)
    expect(first.locator(".player-sources [data-source='3']")).to_have_attribute(
        "aria-pressed", "true"
    )
    first.wait_for_function(
        "mrcmv.why.figures.get('music').value.track === mrcmv.why.match.track_id"
    )
    lead = first.evaluate("mrcmv.why.value.figures.filter((one) => one.name === 'ties')[2].track")
    assert first.evaluate("mrcmv.why.figures.get('ties').value.track") == lead
    open_tab(first, text.TAB)
    expect(first.locator('.card[data-rank="3"]')).to_have_class(re.compile("is-chosen"))
    first.click('.card[data-rank="2"] .card-title')
    first.wait_for_function("window.mrcmvPlayer.source === '2' && window.mrcmvPlayer.playing")
    open_tab(first, text.WHY_TAB)
    expect(first.locator('.why-match[data-rank="2"]')).to_have_attribute("aria-pressed", "true")
    said = first.evaluate("mrcmv.why.value.matches[1].said")
    expect(first.locator(".why-said")).to_have_text(said)


def test_the_one_player_goes_along_and_plays_on(first: Page):
    first.evaluate("mrcmv.player.play()")
    first.wait_for_function("window.mrcmvPlayer.playing")
    for tab, home in ((text.TAB, "#stage"), (text.WHY_TAB, ".why-player")):
        open_tab(first, tab)
        expect(first.locator(f"{home} .player-screen video")).to_be_visible()
        expect(first.locator(".player")).to_have_count(1)
        before = first.evaluate("window.mrcmvPlayer.position")
        first.wait_for_function(f"window.mrcmvPlayer.position > {before} + 0.3")
    first.evaluate("mrcmv.player.pause()")


def dot(page: Page, track_id: str) -> None:
    """Move to a track's dot on the map, and click it."""
    page.locator('[data-figure="map"]').scroll_into_view_if_needed()
    x, y = page.evaluate(
        """(id) => {
            const plot = document.querySelector('[data-figure="map"] .why-plot');
            const [dots] = plot._fullData, at = dots.customdata.findIndex((one) => one[0] === id);
            const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
            return [box.left + xaxis._offset + xaxis.d2p(dots.x[at]),
                    box.top + yaxis._offset + yaxis.d2p(dots.y[at])];
        }""",
        track_id,
    )
    page.mouse.move(x + 30, y + 30)
    page.mouse.move(x, y)
    page.wait_for_selector('[data-figure="map"] .hoverlayer .hovertext')
    page.mouse.click(x, y)


def test_the_map_names_a_track_and_a_click_chooses_it(first: Page, network_app: App):
    matches = first.evaluate("mrcmv.why.value.matches.map((one) => one.track_id)")
    others = [one for one in network_app.track_ids if one not in matches[:5]]
    for track_id in others[:2]:
        dot(first, track_id)
        expect(first.locator(".why-match")).to_have_count(6)
        first.wait_for_function(f"mrcmv.why.match?.track_id === '{track_id}'")
        rank = first.evaluate("mrcmv.why.match.rank")
        assert rank > 5
        expect(first.locator(f'.why-match[data-rank="{rank}"]')).to_contain_text(text.WHY["picked"])
        first.wait_for_function(f"window.mrcmvPlayer.source === '{rank}'")
        expect(first.locator(".card")).to_have_count(6)
        expect(first.locator(".card.is-picked.is-chosen")).to_have_attribute("data-track", track_id)
    dot(first, matches[2])
    expect(first.locator('.why-match[data-rank="3"]')).to_have_attribute("aria-pressed", "true")
    assert not first.evaluate("window.mrcmvPlayer.playing"), "a look at the map plays nothing"
    expect(first.locator("b")).to_have_count(0)


def test_the_map_is_coloured_by_what_is_asked_for(first: Page):
    first.get_by_label(text.WHY["by"]).select_option("tag")
    first.wait_for_function("mrcmv.why.figures.get('map').plot._fullData.length > 3")
    names = {one["name"] for one in figure(first, "map")}
    assert {"kind 0", "kind 1", "kind 2"} <= names
    first.get_by_label(text.WHY["by"]).select_option("energy")
    first.wait_for_function("mrcmv.why.figures.get('map').plot._fullData.length === 3")


def test_figures_and_numbers_go_home_as_files(first: Page, told: Explanation):
    png, svg, page = (saved(first, kind, '[data-figure="gate"]') for kind in ("png", "svg", "html"))
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert svg.read_text().lstrip().startswith("<svg")
    assert "<script src=" not in page.read_text()
    assert page.name.endswith(f"{text.WHY_FIGURES['gate']}.html")
    again = from_npz(saved(first, "npz").read_bytes())
    for name, weights in told.maps.items():
        assert np.array_equal(again.maps[name], weights)


def test_figures_follow_the_theme(first: Page):
    for theme in ("light", "dark"):
        first.emulate_media(color_scheme=theme)
        first.wait_for_selector(f'.why[data-theme="{theme}"]')
        grounds = first.evaluate(
            "[...mrcmv.why.figures.values()].map((one) => one.plot.layout.paper_bgcolor)"
        )
        assert set(grounds) == {LOOKS[theme].ground}


def test_figures_are_drawn_anew_for_another_width_alone(first: Page):
    first.evaluate(
        """() => {
            window.resizes = 0;
            const { resize } = Plotly.Plots;
            Plotly.Plots.resize = (plot) => { window.resizes += 1; return resize(plot); };
        }"""
    )
    first.evaluate("document.querySelector('.why-main').style.paddingBottom = '200px'")
    first.wait_for_timeout(400)
    assert first.evaluate("window.resizes") == 0
    first.evaluate("document.querySelector('.why-main').style.paddingBottom = ''")
    for width in (1000, 1280):
        before = first.evaluate("mrcmv.why.figures.get('gate').plot._fullLayout.width")
        first.set_viewport_size({"width": width, "height": 800})
        first.wait_for_function(
            """(before) => [...mrcmv.why.figures.values()].every(({ plot }) => {
                const { width } = plot._fullLayout;
                return Math.abs(width - plot.clientWidth) < 1 && width !== before;
            })""",
            arg=before,
        )
    assert first.evaluate("window.resizes") >= 2 * len(FIGURES)


def test_nothing_scrolls_sideways_and_the_player_stays_in_sight(first: Page):
    for width, height in ((390, 844), (1280, 800)):
        first.set_viewport_size({"width": width, "height": height})
        first.wait_for_timeout(500)
        assert first.evaluate("document.documentElement.scrollWidth") <= width
        wide = first.evaluate(
            """Math.max(...[...document.querySelectorAll(".why-plot .main-svg")]
                .map((one) => one.getBoundingClientRect().right))"""
        )
        assert wide <= width
        first.locator('[data-figure="profile"]').scroll_into_view_if_needed()
        video = first.locator(".player-screen video").bounding_box()
        assert video is not None
        assert 0 <= video["y"] < height / 2
    first.evaluate("scrollTo(0, 0)")


def test_the_page_as_it_is_seen(first: Page):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for width, height in ((390, 844), (1280, 800)):
        first.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            first.emulate_media(color_scheme=theme)
            first.wait_for_selector(f'.why[data-theme="{theme}"]')
            first.wait_for_timeout(500)
            path = SCREENSHOTS / f"why-{width}-{theme}.png"
            first.screenshot(path=path, full_page=True)


def test_before_a_clip_it_says_what_to_do_and_leads_there(browser, network_app: App):
    page = open_page(browser, network_app)
    open_tab(page, text.WHY_TAB)
    expect(page.get_by_text(text.WHY["nothing"])).to_be_visible()
    page.get_by_role("button", name=text.WHY["go"]).click()
    expect(page.locator(".drop-target")).to_be_visible()
    page.close()


def test_figures_come_by_themselves_where_the_tab_is_open(browser, network_app: App, sample_clips):
    page = open_page(browser, network_app)
    page.set_input_files("#clip-file", sample_clips[1])
    open_tab(page, text.WHY_TAB)
    drawn(page)
    assert page.locator(".why-figure").count() >= 8
    assert page.evaluate("mrcmv.why.asking.n") == 1, "all of it is the answer to one question"
    open_tab(page, text.TAB)
    page.wait_for_selector(".card.is-mixed")
    page.click(".again")
    open_tab(page, text.WHY_TAB)
    expect(page.get_by_text(text.WHY["nothing"])).to_be_visible()
    expect(page.locator(".why-figure")).to_have_count(0)
    page.close()


def test_a_method_that_looks_into_nothing_shows_its_map(found: Page):
    open_tab(found, text.WHY_TAB)
    drawn(found)
    method = text.METHOD_NAMES["descriptors"]
    expect(found.locator(".why-lead")).to_have_text(text.WHY_PLAIN.format(method=method))
    shown = found.evaluate(
        "[...document.querySelectorAll('.why-figure')].map((one) => one.dataset.figure)"
    )
    assert shown == ["map"]
    expect(found.locator(".why-numbers")).to_have_count(0)
    take(found, "why-plain")
    open_tab(found, text.TAB)
    expect(found.locator("#stage .player-screen video")).to_be_visible()
