"""The looks that Gradio needs to know; the rest is `assets/style.css`."""

from typing import Any

SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
MONO_FONTS = ["ui-monospace", "SFMono-Regular", "Menlo", "monospace"]


def theme() -> Any:
    """A calm dark stage and its light twin; colours follow the variables in the stylesheet."""
    import gradio as gr

    return gr.themes.Base(font=SYSTEM_FONTS, font_mono=MONO_FONTS).set(
        body_background_fill="#f6f6f4",
        body_background_fill_dark="#101214",
        body_text_color="#1b1f22",
        body_text_color_dark="#e8eaeb",
    )
