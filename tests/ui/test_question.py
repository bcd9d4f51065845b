"""Which would you use: a click is a vote on disk, in the export, and can be changed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mrcmv.study.rows import Row
from mrcmv.study.store import Store, sqlite_url
from mrcmv.ui import text
from mrcmv.ui.app import build
from tests.ui.conftest import App, open_page, take

pytestmark = pytest.mark.browser


def rows(app: App) -> tuple[Row, ...]:
    store = Store(sqlite_url(app.data / "studies.sqlite"))
    try:
        return store.rows("audition")
    finally:
        store.close()


def drop(page: Page, clip: Path) -> None:
    page.set_input_files("#clip-file", clip)
    page.wait_for_selector(".question-answer")


@pytest.fixture
def asked(browser, app: App, sample_clips) -> Page:
    page = open_page(browser, app)
    drop(page, sample_clips[0])
    yield page
    page.close()


def test_a_vote_is_on_disk_before_the_page_thanks_and_in_the_export(asked: Page, app, tmp_path):
    before = len(rows(app))
    expect(asked.locator(".question-state")).to_contain_text("under a random name")
    asked.click(".question-answer >> nth=1")
    expect(asked.locator(".question-state")).to_contain_text("Stored as no.")
    *_, last = rows(app)
    assert len(rows(app)) == before + 1
    assert (last.slot, set(last.methods)) == (1, {"descriptors"})
    store = Store(sqlite_url(app.data / "studies.sqlite"))
    store.export("audition", tmp_path, ["jsonl"])
    store.close()
    assert last.rater in (tmp_path / "votes.jsonl").read_text()
    take(asked, "question")

    asked.click(".question-answer >> nth=0")
    expect(asked.locator('.question-answer[aria-pressed="true"]')).to_have_text("1")
    assert len(rows(app)) == before + 1
    assert rows(app)[-1].slot == 0


def test_the_next_visit_is_the_same_rater(asked: Page, app, sample_clips):
    asked.click(".question-answer >> nth=0")
    expect(asked.locator(".question-state")).to_contain_text("Stored as no.")
    asked.reload()
    asked.wait_for_selector(".drop-target")
    drop(asked, sample_clips[1])
    asked.click(f'.question-answer:has-text("{text.PREFERENCE["none"]}")')
    expect(asked.locator(".question-state")).to_contain_text("Stored as no.")
    first, last = rows(app)[-2:]
    assert first.rater == last.rater
    assert last.answer == "all-bad"


def test_where_the_setting_is_off_nothing_is_asked(tmp_path):
    from mrcmv.services import Services
    from mrcmv.settings import Settings
    from mrcmv.ui.app import open_studies

    for wanted in (True, False):
        settings = Settings(data_dir=tmp_path, audition_votes=wanted)
        page = build(Services(settings), open_studies(settings))
        (question,) = (block for block in page.blocks.values() if block.elem_id == "question-part")
        assert bool(question.props["words"]) == wanted
