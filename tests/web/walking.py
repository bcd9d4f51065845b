"""A rater in a real browser, who does what the page asks for."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.conftest import PATIENCE_MS


class Walker:
    """Walks a page through a study; each method is one step and ends when the page shows it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        page.set_default_timeout(PATIENCE_MS)

    def open(self) -> None:
        self.page.goto(self.url)
        self.page.wait_for_selector("main h1, #notice:not([hidden])")

    def agree(self) -> None:
        self.page.click("main .row button.main")
        self.page.wait_for_selector("#foot:not([hidden])")

    def hear(self, n_tones: int | None = None) -> None:
        """The sound check: right unless told otherwise."""
        n_tones = n_tones or self.n_tones()
        self.page.click("main button.main")
        self.page.check(f"input[name=heard][value='{n_tones}']")
        self.page.click("main form button.main")

    def n_tones(self) -> int:
        """How many tones the page is about to play, from the server's own answer."""
        answer = self.page.request.post(
            self.url.partition("/study")[0] + "/study/api/resume",
            headers={"Authorization": f"Bearer {self.code}"},
            data={},
        )
        return int(answer.json()["session"]["n_tones"])

    @property
    def code(self) -> str:
        """The receipt code, as the page shows it."""
        return str(self.page.locator("#foot code, .block code").last.text_content())

    def await_trial(self) -> None:
        self.page.wait_for_selector(".task .question")
        self.page.wait_for_function("() => !house.player.root.inert")

    def watch_all(self) -> None:
        """Play what is missing until nothing is."""
        self.await_trial()
        missing = self.page.get_by_role("button", name=self.word("play_missing"))
        for _ in range(40):
            if not missing.is_visible():
                return
            missing.click()
            self.page.wait_for_function(
                """() => !house.player.video.paused || house.player.video.ended"""
            )
            self.page.wait_for_function("() => house.player.video.paused")
            self.page.wait_for_timeout(900)
        raise AssertionError(self.page.locator(".why").text_content())

    def choose(self, value: str = "0") -> None:
        self.page.check(f"input[name=choice][value='{value}']")

    def rate(self, *ratings: int) -> None:
        for slot, rating in enumerate(ratings):
            self.page.check(f"input[name='rating-{slot}'][value='{rating}']")

    def vote(self) -> None:
        self.page.click("button.vote")

    def voted(self) -> None:
        """Vote, and wait for what comes after."""
        form = self.page.locator("form.question").element_handle()
        self.vote()
        self.page.wait_for_function("(form) => !form.isConnected", arg=form)

    def stored(self) -> tuple[int, str]:
        """Of the last vote, as the page thanks for it: number and the hash's beginning."""
        expect(self.page.locator(".stored")).to_be_visible(timeout=PATIENCE_MS)
        words = self.page.locator(".stored span").text_content() or ""
        number = int("".join(letter for letter in words if letter.isdigit()))
        return number, self.page.locator(".stored code").get_attribute("title") or ""

    def through_practice(self) -> None:
        """The one practice trial, answered somehow."""
        self.watch_all()
        self.choose()
        self.vote()
        self.page.click(".sheet button.main")

    def await_end(self) -> None:
        self.page.wait_for_selector("main .block")

    @property
    def state(self) -> dict[str, Any]:
        """What the player says of itself."""
        found: dict[str, Any] = self.page.evaluate("house.player.state")
        return found

    def word(self, key: str) -> str:
        return str(
            self.page.evaluate(
                """async (key) => {
                    const words = await (await fetch("study/assets/words.json")).json();
                    return (words[document.documentElement.lang] || words.en)[key];
                }""",
                key,
            )
        )
