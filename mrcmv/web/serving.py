"""The studies' pages as an application of their own, or in front of another one's routes."""

import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from mrcmv.errors import SettingsError
from mrcmv.web import raters, results
from mrcmv.web.desk import Desk

LAST_WORDS_S = 5
"""How long requests may go on after the server was told to stop."""
THINKING_S = 30
"""How long a connection stays open while its rater thinks."""


def _pages(desk: Desk, *, behind_proxy: bool) -> list[BaseRoute]:
    """Every route that is served: a page's routes are added here."""
    own = (room.routes(desk, behind_proxy=behind_proxy) for room in (results, raters))
    return [route for router in own for route in router.routes]


def application(desk: Desk, *, behind_proxy: bool = False) -> FastAPI:
    """The studies alone. `behind_proxy`: believe X-Forwarded-For, since a proxy sets it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_to(app, desk, behind_proxy=behind_proxy)
    return app


def add_to(app: Starlette, desk: Desk, *, behind_proxy: bool = False) -> None:
    """Put the studies' routes in front of an application's own, which may catch every path."""
    app.router.routes[:0] = _pages(desk, behind_proxy=behind_proxy)


def links(desk: Desk, host: str, port: int) -> tuple[str, ...]:
    """Each study's link, for raters who are on this machine if no other address is known."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}.get(host, host)
    shown = f"[{shown}]" if ":" in shown else shown
    return tuple(f"http://{shown}:{port}/study?s={study}" for study in sorted(desk.bundles))


def serve(
    desk: Desk,
    *,
    host: str,
    port: int,
    behind_proxy: bool = False,
    say: Callable[[str], object] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. `say` gets each study's link (default: written out).

    Raises:
        SettingsError: the address cannot be had.
    """
    listening = _listen(host, port)
    speak = say or _write
    for link in links(desk, host, listening.getsockname()[1]):
        speak(link)
    config = uvicorn.Config(
        application(desk, behind_proxy=behind_proxy),
        log_level="warning",
        # Addresses and platforms' ids of raters are in no log.
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=LAST_WORDS_S,
        timeout_keep_alive=THINKING_S,
    )
    with listening, _quiet_end():
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio sends small answers at once (TCP_NODELAY).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        why = getattr(error, "strerror", None) or error
        raise SettingsError(
            f"Port {port} of {host} cannot be had ({why}): choose another with --port."
        ) from None
    return listening


@contextmanager
def _quiet_end() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more when it is done: here that is the end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, lambda *_: None) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
