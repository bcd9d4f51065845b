"""The page's own components: one copy of their scripts, and values that Gradio copies in one go."""

import json

import gradio as gr
import pytest

from mrcmv.services import Services
from mrcmv.settings import Settings
from mrcmv.ui import app, parts


def test_the_scripts_stand_in_the_pages_head_once_and_in_no_component(tmp_path):
    """Gradio copies all that a component holds at every step of every event."""
    settings = Settings(data_dir=tmp_path)
    head = app.launch_options(settings)["head"]
    blocks = app.build(Services(settings))
    held = json.dumps(blocks.get_config_file()["components"], default=str)
    for name in parts.SCRIPTS:
        script = (parts.ASSETS / name).read_text("utf-8")
        assert head.count(script) == 1
        assert json.dumps(script)[1:-1] not in held
    assert len(held) < 60_000


def test_every_script_of_the_page_is_in_its_head():
    page = {file.name for file in parts.ASSETS.glob("*.js")}
    assert set(parts.SCRIPTS) == page


def test_values_of_parts_travel_as_text_and_others_as_they_are():
    with gr.Blocks():
        part, state, number = parts.part("lanes"), gr.State(), gr.Number()
    value = {"run": "r1", "lanes": [{"peaks": [1, 2, 3]}], "note": None}
    sent = parts.sent({part: value, state: value, number: 2.5})
    assert json.loads(sent[part]) == value
    assert sent[state] is value
    assert sent[number] == 2.5


def test_a_value_that_no_browser_reads_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        parts.as_text({"share": float("nan")})
