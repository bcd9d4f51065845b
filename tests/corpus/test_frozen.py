"""The balance of the corpus is frozen: another editor, or other galleries, need another version."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mrcmv.corpus.build import pairs, plan
from mrcmv.corpus.build.freeze import editor_hash
from mrcmv.corpus.editor import choosing, mind

SHEET = (Path(__file__).resolve().parents[2] / "docs/opengame.md").read_text()


def test_the_sheet_names_version_and_hash_of_the_editor_that_the_code_has():
    found = re.search(r"`(opengame-\d+)`,\s+editor\s+`([0-9a-f]{16})`", SHEET)
    assert found, "docs/opengame.md names no version and hash of the editor"
    assert found[1] == plan.DEAL
    assert found[2] == editor_hash(), (
        "the editor or the galleries were changed: figures can no longer be compared with the "
        "data sheet's. Undo it, or give the corpus a new version, build it and write a new sheet"
    )


@pytest.mark.parametrize(
    ("room", "name", "value"),
    [
        (mind, "WEIGHTS", 1.1 * mind.WEIGHTS),
        (mind, "VOICE_SHARE", 0.9 * mind.VOICE_SHARE),
        (mind, "EDITORS", tuple(replace(one, noise=0.2) for one in mind.EDITORS)),
        (choosing, "ALTERNATIVES", 10),
        (pairs, "REAL_SHARE", 0.5),
        (plan, "DEAL", "opengame-2"),
    ],
)
def test_the_hash_changes_with_all_that_is_frozen(monkeypatch, room, name, value):
    before = editor_hash()
    monkeypatch.setattr(room, name, value)
    assert editor_hash() != before
