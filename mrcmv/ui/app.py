"""Builds the page and says how it is launched. Only this module knows more than one tab."""

import os
from pathlib import Path
from typing import Any

from mrcmv.errors import SettingsError
from mrcmv.services import Services
from mrcmv.settings import Settings
from mrcmv.ui import api, audition, text
from mrcmv.ui.audition import Place
from mrcmv.ui.parts import ASSETS, part
from mrcmv.ui.theme import theme

SAMPLES = ASSETS / "clips"
MOST_WAITING = 20
"""Requests that may wait; the next one is told that the page is busy."""
CLEAN_EVERY_S = 3600
KEEP_UPLOADS_S = 24 * 3600
DEFAULT_PORT = "7860"
FRAME_WORDS = {
    "title": text.TITLE,
    "theme": text.THEME_TOGGLE,
    "help": text.HELP,
    "help_title": text.HELP_TITLE,
    "keys": text.KEYS,
    "fit": text.HELP_FIT,
    "api": text.HELP_API,
    "close": text.CLOSE,
}


def build(services: Services) -> Any:
    """The page as a `gr.Blocks`."""
    import gradio as gr
    from gradio.utils import get_upload_folder

    samples = tuple(sorted(SAMPLES.glob("*.mp4")))
    place = Place(uploads=Path(get_upload_folder()), samples=samples)
    blocks = gr.Blocks(
        title=text.TITLE,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(CLEAN_EVERY_S, KEEP_UPLOADS_S),
    )
    with blocks:
        part("frame", words=FRAME_WORDS)
        with gr.Tabs(elem_id="tabs"), gr.Tab(text.TAB, elem_id="tab-audition"):
            audition.build(services, place)
        api.build(services, place.uploads)
    blocks.queue(max_size=MOST_WAITING)
    return blocks


def port(value: str) -> int:
    """The port that the environment names.

    Raises:
        SettingsError: it names none.
    """
    if not (value.isascii() and value.isdigit()) or not 0 < int(value) < 65536:
        raise SettingsError(text.NOT_A_PORT.format(value=value[:40], default=DEFAULT_PORT))
    return int(value)


def launch_options(settings: Settings) -> dict[str, Any]:
    """How the page is served: to this machine only, unless a container or `HOST` says else.

    Raises:
        SettingsError: `PORT` is no port.
    """
    shared = bool(os.environ.get("SPACE_ID")) or Path("/.dockerenv").exists()
    return {
        "server_name": os.environ.get("HOST", "0.0.0.0" if shared else "127.0.0.1"),
        "server_port": port(os.environ.get("PORT", DEFAULT_PORT)),
        "share": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "enable_monitoring": False,
        "run_history": False,
        "footer_links": [],
        "max_file_size": settings.max_upload_mb * 1_000_000,
        "allowed_paths": [str(settings.cache.resolve()), str(SAMPLES)],
        "theme": theme(),
        # Not `css=`: Gradio rewrites the selectors of what it is given there.
        "head": f"<style>{(ASSETS / 'style.css').read_text('utf-8')}</style>",
    }
