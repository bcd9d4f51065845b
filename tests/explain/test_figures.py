"""Figures show the numbers, on the clip's seconds, in both themes."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly
import pytest

from mrcmv.explain import charts, heat, plots
from mrcmv.explain.looks import LOOKS
from mrcmv.explain.scenery import N_PEAKS, scenery
from mrcmv.explain.timeline import Timeline
from mrcmv.model import grid
from mrcmv.types import Sound, Span
from tests.explain import scenes
from tests.explain.scenes import numbers

IMAGES = np.random.default_rng(0).integers(0, 255, (64, 36, 64, 3)).astype(np.uint8)
VOICE = Sound(np.sin(np.arange(32 * 8000) / 9).astype(np.float32)[None], 8000)
SPEECH = (Span(12.0, 15.0), Span(40.0, 60.0))


@pytest.fixture(scope="module")
def scene(told):
    return scenery(told.line, IMAGES, VOICE, SPEECH)


def specs(told, scene, theme):
    yield from (heat.attention(told, name, theme, scene) for name in told.maps)
    yield heat.music(told.matches[0].music, theme)
    yield charts.gate_bands(told, theme, scene)
    yield charts.gate_profile(told, theme)
    yield charts.rollout(told, theme, scene)
    yield charts.ties(told, 0, theme, scene)
    yield charts.contributions(told, theme)


@pytest.mark.parametrize("theme", LOOKS)
def test_plotly_takes_every_figure_in_both_themes(told, scene, theme):
    for spec in specs(told, scene, theme):
        drawn = json.loads(plots.as_json(spec))
        assert drawn["layout"]["paper_bgcolor"] == LOOKS[theme].ground
        assert len(plots.as_json(spec)) < 500_000


def test_every_weight_is_drawn_once_at_its_seconds(told, scene):
    """All panels of one layer together are the map, token by token."""
    drawn = json.loads(plots.as_json(heat.attention(told, "picture_to_voice", scene=scene)))
    panels = [trace for trace in drawn["data"] if trace["type"] == "heatmap"]
    assert [trace["name"] for trace in panels] == [
        name for name in ("mean of heads", "head 1", "head 2") for _ in range(2)
    ]
    own = {"mean of heads": told.means["picture_to_voice"]}
    own |= {f"head {n + 1}": told.maps["picture_to_voice"][n] for n in range(2)}
    slow = told.line.is_slow
    for fast_panel, slow_panel in zip(panels[::2], panels[1::2], strict=True):
        weights = own[fast_panel["name"]]
        assert np.array_equal(numbers(fast_panel["z"]), weights[~slow])
        assert np.array_equal(numbers(slow_panel["z"]), weights[slow])
        moments = numbers(fast_panel["customdata"])
        assert moments[:, 0, 0] == pytest.approx(told.line.picture_times_s[~slow], abs=1e-3)
        assert moments[0, :, 1] == pytest.approx(told.line.voice_times_s, abs=0.02)
        places = numbers(slow_panel["y"])
        middles = (places[1:] + places[:-1]) / 2
        assert middles + 10 == pytest.approx(told.line.picture_times_s[slow], abs=1e-3)


def test_the_head_selector_shows_one_layer_at_a_time(told):
    spec = heat.attention(told, "picture_to_picture")
    buttons = spec["layout"]["updatemenus"][0]["buttons"]
    assert [button["label"] for button in buttons] == ["mean of heads", "head 1", "head 2"]
    for button in buttons:
        seen = [
            trace["name"]
            for trace, visible in zip(spec["data"], button["args"][0]["visible"], strict=True)
            if visible
        ]
        assert seen == [button["label"]] * 4
    assert [trace["name"] for trace in spec["data"] if trace["visible"]] == ["mean of heads"] * 4


def test_one_layer_alone_is_that_of_the_whole_figure_without_a_menu(told, scene):
    whole = heat.attention(told, "picture_to_voice", scene=scene)
    buttons = whole["layout"]["updatemenus"][0]["buttons"]
    for layer, button in enumerate(buttons):
        one = heat.attention(told, "picture_to_voice", scene=scene, layer=layer)
        assert "updatemenus" not in one["layout"]
        assert one["layout"]["coloraxis"]["cmax"] == button["args"][1]["coloraxis.cmax"]
        assert all(trace.get("visible", True) for trace in one["data"])
        named = [trace for trace in whole["data"] if trace.get("name") == button["label"]]
        panels = [trace for trace in one["data"] if trace["type"] == "heatmap"]
        for trace, same in zip(panels, named, strict=True):
            assert np.array_equal(trace["z"], same["z"])
        assert len(plots.as_json(one)) < 140_000
    with pytest.raises(IndexError):
        heat.attention(told, "picture_to_voice", layer=3)


@pytest.mark.parametrize("kind", ["voice", "picture"])
def test_cells_are_even_and_lie_at_their_tokens(kind):
    """Of even cells Plotly draws a pixel each, of others a picture of the panel's size."""
    for name, tokens, edges in heat.blocks(kind):
        widths = np.diff(edges.round(3))
        assert np.abs(widths - widths.mean()).max() < widths.mean() / 100
        if name == "voice":
            middles = (edges[1:] + edges[:-1]) / 2
            assert np.abs(middles - grid.sound_token_times_s()[tokens]).max() < 0.006


def test_frames_stand_along_the_picture_and_the_voice_along_the_voice(told, scene):
    for name, n_images, n_lanes in (
        ("picture_to_picture", 2, 0),
        ("picture_to_voice", 1, 1),
        ("voice_to_picture", 1, 1),
        ("voice_to_voice", 0, 2),
    ):
        spec = heat.attention(told, name, scene=scene)
        assert len(spec["layout"]["images"]) == n_images
        assert sum(trace["type"] == "scatter" for trace in spec["data"]) == n_lanes
        assert len(spec["layout"]["shapes"]) == 2 * n_lanes
    assert heat.attention(told, "voice_to_voice")["layout"]["images"] == []


def test_speech_stands_where_it_is_spoken(scene, told):
    assert [(span.start_s, span.end_s) for span in scene.speech] == [(2.0, 5.0), (30.0, 32.0)]
    short = scenery(Timeline(0.0, 12.0), None, VOICE, (Span(1.0, 2.0),))
    assert [span.start_s for span in short.speech] == [1.0, 13.0, 25.0]
    assert short.across is None
    assert len(scene.peaks) == N_PEAKS
    assert max(scene.peaks) == 1.0


def test_a_voice_is_as_high_as_its_loudest_sample_in_any_channel():
    """Against the slow, obvious way; a clip of 12 s comes again."""
    rng, line = np.random.default_rng(1), Timeline(3.0, 12.0)
    voice = Sound(rng.normal(size=(2, 12 * 8000)).astype(np.float32), 8000)
    found = scenery(line, None, voice, ()).peaks
    slow = []
    for k in range(N_PEAKS):
        start = int(k * 0.125 % 12 * 8000)
        slow.append(max(abs(float(x)) for x in voice.samples[:, start : start + 1000].ravel()))
    assert found == pytest.approx((np.array(slow) / max(slow)) ** 0.6, abs=1e-3)


def test_marks_on_the_axes_are_the_clips_seconds():
    assert heat.ticks(Timeline(10.0, 32.0))["ticktext"] == ["10 s", "18 s", "26 s", "34 s", "42 s"]
    assert heat.ticks(Timeline(0.0, 12.0))["ticktext"] == ["0 s", "8 s", "4 s", "0 s", "8 s"]


def test_bands_bars_and_profile_equal_the_numbers(told, scene):
    voice, picture = charts.gate_bands(told, scene=scene)["data"][:2]
    assert voice["y"] == pytest.approx(told.voice_share, rel=1e-4)
    assert np.add(voice["y"], picture["y"]) == pytest.approx(np.ones(72), rel=1e-4)
    bars = charts.rollout(told)["data"]
    total = told.rollout_by_second
    assert bars[0]["y"] == pytest.approx(100 * total[0] / total.sum(), rel=1e-3)
    whole = charts.ties(told, 0)["data"][0]
    assert whole["y"] == pytest.approx(100 * told.matches[0].ties[0] / told.matches[0].lead, 1e-3)
    profile = charts.gate_profile(told)["data"][1]
    means = told.gate[1].mean(0)
    assert profile["y"] == pytest.approx(sorted(means, reverse=True), rel=1e-4)
    assert means[profile["customdata"][0]] == means.max()


def test_contributions_show_ranks_before_and_after(told):
    blind, mute = charts.contributions(told)["data"]
    for at, match in enumerate(told.matches):
        before, after = match.outcomes["both"], match.outcomes["without_voice"]
        assert mute["x"][at] == after.rank - before.rank
        assert mute["customdata"][at] == after.distance - before.distance
        ranks = [int(n) for n in re.findall(r"\d+", mute["text"][at])]
        assert ranks == [before.rank, after.rank]
    assert blind["name"] == "without the picture"


def test_a_clip_without_voice_has_no_bars_of_it():
    told = scenes.told(voice=False)
    assert [bar["name"] for bar in charts.ties(told, 0)["data"]] == ["all of it", "picture"]
    assert charts.contributions(told)["data"][0]["y"] == []


def test_a_figure_as_a_file_needs_nothing_from_elsewhere(told):
    page = plots.standalone(charts.rollout(told), "Attention <rests> here.", "rollout")
    assert "Attention &lt;rests&gt; here." in page
    library = plots.library().read_text(encoding="utf-8")
    own = page.replace(library, "")
    assert len(own) == len(page) - len(library)
    assert not re.search(r'(src|href)="?https?:', own)


def test_our_library_is_of_the_version_that_the_package_writes_for():
    package = Path(str(plotly.__file__)).parent / "package_data/plotly.min.js"
    versions = [
        re.search(r" v(\d+\.\d+\.\d+)", file.read_text("utf-8")[:200])
        for file in (plots.library(), package)
    ]
    assert versions[0]
    assert versions[1]
    assert versions[0][1] == versions[1][1]


def test_a_gate_that_is_not_there_is_not_drawn():
    with pytest.raises(ValueError, match="no gate to show"):
        charts.gate_profile(scenes.told(scenes.tiny(gate=False), n=0))


@pytest.mark.parametrize("theme", LOOKS)
def test_a_page_is_sent_what_plotly_would_write(told, scene, theme):
    def same(sent, written) -> bool:
        if isinstance(written, dict) and "bdata" in written:
            return np.array_equal(numbers(sent), numbers(written))
        if isinstance(written, dict):
            # plotly.js knows the scale by its name, which Plotly spells out.
            named = {"template", "colorscale"}
            return all(same(sent[k], value) for k, value in written.items() if k not in named)
        if isinstance(written, list):
            pairs = zip(sent, written, strict=True)
            return all(same(one, other) for one, other in pairs)
        return sent == written

    for spec in specs(told, scene, theme):
        written = json.loads(plots.as_json(spec))
        sent = json.loads(json.dumps(plots.sent(spec), allow_nan=False))
        assert same(sent, written)


def test_titles_with_markup_are_shown_as_they_are(told):
    hostile = replace(told.matches[0], title="<b>x</b> & y")
    drawn = charts.contributions(replace(told, matches=(hostile,)))["data"][0]
    assert drawn["y"] == ["1  &lt;b&gt;x&lt;/b&gt; &amp; y"]
