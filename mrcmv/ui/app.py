"""Builds the page and says how it is launched. Only this module knows more than one tab."""

import logging
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from mrcmv.cache import mark
from mrcmv.errors import SettingsError, StudyError
from mrcmv.explain.plots import library
from mrcmv.services import Services
from mrcmv.settings import Settings
from mrcmv.ui import api, audition, text, why
from mrcmv.ui.audition import Place
from mrcmv.ui.parts import ASSETS, head, part
from mrcmv.ui.preference import open_preferences
from mrcmv.ui.theme import theme
from mrcmv.ui.uploads import remove_old
from mrcmv.web import serving
from mrcmv.web.desk import Desk, built_bundles, open_desk

log = logging.getLogger(__name__)

SAMPLES = ASSETS / "clips"
MOST_WAITING = 20
"""Requests that may wait; the next one is told that the page is busy."""
CLEAN_EVERY_S = 3600
KEEP_UPLOADS_S = 24 * 3600
UPLOADS = "GRADIO_TEMP_DIR"
"""Where Gradio puts uploads; another folder than the app's own is left to whoever named it."""
DEFAULT_PORT = "7860"
OTHER_PORTS = ("7861", "7862")
"""What is offered when a port is taken."""
FRAME_WORDS = {
    "title": text.TITLE,
    "theme": text.THEME_TOGGLE,
    "help": text.HELP,
    "help_title": text.HELP_TITLE,
    "keys": text.KEYS,
    "fit": text.HELP_FIT,
    "song": text.HELP_SONG,
    "api": text.HELP_API,
    "close": text.CLOSE,
}


def build(services: Services, desk: Desk | None = None) -> Any:
    """The page as a `gr.Blocks`. desk: where votes go; None: the page does not ask for any."""
    import gradio as gr
    from gradio.utils import get_upload_folder

    samples = tuple(sorted(SAMPLES.glob("*.mp4")))
    place = Place(uploads=Path(get_upload_folder()), samples=samples)
    asks = desk is not None and services.settings.audition_votes
    preferences = open_preferences(desk.store if desk and asks else None)
    blocks = gr.Blocks(
        title=text.TITLE,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(CLEAN_EVERY_S, KEEP_UPLOADS_S),
    )
    with blocks:
        part("frame", words=FRAME_WORDS, library=str(library()))
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(text.TAB, elem_id="tab-audition"):
                session = audition.build(services, place, preferences)
            with gr.Tab(text.WHY_TAB, elem_id="tab-why"):
                why.build(services, session)
        api.build(services, place.uploads)
    blocks.queue(max_size=MOST_WAITING)
    return blocks


def serve(settings: Settings) -> None:
    """Serve the page until the process is interrupted (SIGINT) or told to end (SIGTERM).

    Raises:
        SettingsError: `PORT` is no port or is taken, or another setting is unusable.
        StudyError: the last votes could not be shipped.
    """
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, signal.default_int_handler)
    own_uploads = settings.data_dir.resolve() / "uploads"
    if os.environ.setdefault(UPLOADS, str(own_uploads)) == str(own_uploads):
        remove_old(own_uploads, KEEP_UPLOADS_S)
        with suppress(OSError):  # where nothing can be written, the first upload tells
            mark(own_uploads)
    options = launch_options(settings)
    services = Services(settings)
    desk = open_studies(settings)
    page = build(services, desk)
    try:
        _launch(page, options)
        if desk is not None:
            serving.add_to(page.app, desk, behind_proxy=bool(os.environ.get("SPACE_ID")))
        threading.Thread(target=services.warm, name="mrcmv-warm", daemon=True).start()
        threading.Event().wait()
    except KeyboardInterrupt:
        page.close(verbose=False)  # removes this run's uploads
        if desk is not None:
            desk.close()  # the last votes are shipped, where they are


def open_studies(settings: Settings) -> Desk | None:
    """The desk of the studies that were built here. The app also runs without: the log says why.

    Raises:
        SettingsError: the admin's token is too short to keep anybody out.
    """
    for folders in (built_bundles(settings), ()):
        try:
            return open_desk(settings, folders)
        except StudyError as error:
            log.error("Studies are not served: %s", error)
    return None


def _launch(page: Any, options: dict[str, Any]) -> None:
    try:
        page.launch(prevent_thread_lock=True, **options)
    except OSError:
        # Gradio's words for it name settings that this app does not read.
        taken = options["server_port"]
        other = next(free for free in OTHER_PORTS if int(free) != taken)
        raise SettingsError(text.PORT_TAKEN.format(port=taken, other=other)) from None


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
        "allowed_paths": [str(settings.cache.resolve()), str(SAMPLES), str(library())],
        "theme": theme(),
        # Not `css=`: Gradio rewrites the selectors of what it is given there.
        "head": f"<style>{(ASSETS / 'style.css').read_text('utf-8')}</style>{head()}",
    }
