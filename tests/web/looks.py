"""What browser tests look at: the database from outside, axe-core's findings, a phone's width."""

import sqlite3
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.staged import Server

SERIOUS = {"serious", "critical"}


def on_disk(server: Server) -> list[tuple[Any, ...]]:
    """Votes and corrections as another process sees them: number, hash, kind, content."""
    with sqlite3.connect(server.data / "studies.sqlite") as connection:
        return connection.execute(
            "SELECT number, hash, kind, content, study FROM ledger "
            "WHERE kind IN ('vote', 'correction') ORDER BY study, number"
        ).fetchall()


def check_access(page: Page) -> None:
    """No serious finding of axe-core in what is shown, dark and light."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(350)
        found = Axe().run(page).response["violations"]
        told = [
            f"{one['id']}: {one['help']} ({node['html']})"
            for one in found
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]
        assert told == []


def check_width(page: Page) -> None:
    """Nothing scrolls sideways on a phone."""
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(150)
    wide = page.evaluate(
        "[document.documentElement.scrollWidth, ...[...document.querySelectorAll('main *')]"
        ".map((one) => one.getBoundingClientRect()).map((one) => Math.max(one.right, -one.left))]"
    )
    assert max(wide) <= 390.5
    if before:
        page.set_viewport_size(before)
