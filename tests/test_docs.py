"""What the documents say is so: links lead somewhere, tables list every setting and command."""

import re
from pathlib import Path

import pytest
import typer.main

from mrcmv.methods import NAMES
from mrcmv.methods.trained import WEIGHTS
from mrcmv.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/**/README.md")])
PAGES = [page for page in PAGES if not set(page.parts) & {".venv", ".venv-spleeter", "data"}]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_to_files(page: Path):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_setting_stands_in_the_docs_with_its_default():
    rows = {
        cells[1].strip(" `"): cells[2].strip(" `")
        for line in (ROOT / "docs/settings.md").read_text().splitlines()
        if len(cells := line.split("|")) >= 4
    }
    for name, field in Settings.model_fields.items():
        shown = {
            "data_dir": "data",
            "catalog_dir": "catalog in the data folder",
            "method": "mrcmv where its weights are, else descriptors",
            "network": str(WEIGHTS.relative_to(ROOT)),
            "database": "studies.sqlite in the data folder",
        }.get(name, str(field.default))
        assert rows.get(f"MRCMV_{name.upper()}") == shown, name


def test_every_command_stands_in_the_docs():
    from mrcmv.cli.commands import app

    text = (ROOT / "docs/commands.md").read_text()
    group = typer.main.get_group(app)
    for name, command in group.commands.items():
        for sub in getattr(command, "commands", {"": None}):
            assert f"`mrcmv {name} {sub}".rstrip() in text, (name, sub)


def test_every_method_stands_in_the_docs():
    text = (ROOT / "docs/commands.md").read_text()
    assert "\\|".join(NAMES) in text
    assert all(f"| `{name}` |" in text for name in NAMES)


def test_every_endpoint_stands_in_the_docs():
    text = (ROOT / "docs/api.md").read_text()
    for endpoint in ("/find", "/separate", "/mix"):
        assert f"`{endpoint}`" in text


def test_the_space_runs_the_pinned_gradio():
    front = (ROOT / "README.md").read_text().split("---")[1]
    pinned = re.search(r"^gradio==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)
    assert pinned
    assert f"sdk_version: {pinned[1]}" in front


def test_every_direct_dependency_is_pinned_and_explained():
    readme = (ROOT / "docs/dependencies.md").read_text()
    pins = (ROOT / "requirements.txt").read_text().lower()
    for line in (ROOT / "requirements.in").read_text().splitlines():
        if name := re.match(r"[A-Za-z][\w-]*", line):
            assert f"`{name[0]}`" in readme, name[0]
            assert re.search(rf"^{name[0].lower()}(\[\w+\])?==", pins, re.M), name[0]


def test_changelog_has_the_current_version():
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text()
