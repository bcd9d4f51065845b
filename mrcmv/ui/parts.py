"""Custom components: an empty element that a script fills from the component's value.

The scripts build their elements themselves and set every text as text, so nothing that a file's
tags say is ever read as markup. They stand in the page's head, once. A part's value travels as text
(`as_text`): at every step of every event Gradio copies whatever its components hold, number by
number, and a text in one go.
"""

import json
from collections.abc import Mapping
from typing import Any

from mrcmv.settings import REPOSITORY

ASSETS = REPOSITORY / "assets"
SCRIPTS = (
    "soundtracks.js",
    "player.js",
    "lanes.js",
    "question.js",
    "asking.js",
    "matches.js",
    "stage.js",
    "why_parts.js",
    "why_figure.js",
    "why.js",
)


def head() -> str:
    """The scripts, for the page's head."""
    return "".join(f"<script>{(ASSETS / name).read_text('utf-8')}</script>" for name in SCRIPTS)


def as_text(value: Any) -> str:
    """A value as a part takes it."""
    return json.dumps(value, allow_nan=False)


def sent(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Values of components, those of parts as text."""
    import gradio as gr

    return {
        to: as_text(value) if isinstance(to, gr.HTML) else value for to, value in values.items()
    }


def part(name: str, events: tuple[str, ...] = (), **props: Any) -> Any:
    """A component whose script is `mrcmv.parts.<name>(element, props, trigger, told)`: each value
    that comes goes to what is given to `told`. Values are sent by `as_text`.

    Gradio offers an event for every name that stands quoted in the script; hence `events`.
    """
    import gradio as gr

    names = ", ".join(f'"{event}"' for event in events)
    return gr.HTML(
        value=None,
        html_template=f'<div class="part" id="{name}"></div>',
        js_on_load=(
            f'window.mrcmv.parts["{name}"]'
            f"(element.querySelector('#{name}'), props, trigger, (show) => watch('value', "
            f"() => {{ if (props.value) show(JSON.parse(props.value)); }}), [{names}])"
        ),
        apply_default_css=False,
        elem_id=f"{name}-part",
        **props,
    )
