"""Custom components: an empty element that a script fills from the component's value.

The scripts build their elements themselves and set every text as text, so nothing that a file's
tags say is ever read as markup.
"""

from typing import Any

from mrcmv.settings import REPOSITORY

ASSETS = REPOSITORY / "assets"
SCRIPTS = (
    "soundtracks.js",
    "player.js",
    "lanes.js",
    "question.js",
    "matches.js",
    "stage.js",
    "why_figure.js",
    "why.js",
)


def head() -> str:
    """The scripts, for the page's head."""
    return "".join(f"<script>{(ASSETS / name).read_text('utf-8')}</script>" for name in SCRIPTS)


def part(name: str, events: tuple[str, ...] = (), **props: Any) -> Any:
    """A component whose value goes to `mrcmv.parts.<name>(element, props, trigger, watch)`.

    Gradio offers an event for every name that stands quoted in the script; hence `events`.
    """
    import gradio as gr

    names = ", ".join(f'"{event}"' for event in events)
    return gr.HTML(
        value=None,
        html_template=f'<div class="part" id="{name}"></div>',
        js_on_load=(
            f'window.mrcmv.parts["{name}"]'
            f"(element.querySelector('#{name}'), props, trigger, watch, [{names}])"
        ),
        head=head(),
        apply_default_css=False,
        elem_id=f"{name}-part",
        **props,
    )
