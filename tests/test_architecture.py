"""The house stays a house: floors, heavy libraries in their rooms, exact public names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mrcmv

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mrcmv"

FLOORS = {
    -1: {"errors"},  # of the ground floor, but below the rest of it: settings raise them
    0: {"settings", "progress", "types"},
    1: {"media", "model", "study", "cache", "weights"},
    2: {"separation", "inputs", "dataset", "catalog", "mixing", "explain"},
    3: {"methods", "corpus", "training", "evaluation"},
    4: {"find", "indexing", "stimuli", "answer", "explaining"},
    5: {"services", "web"},
    6: {"ui", "cli"},
    7: {"__main__"},
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}

ALLOWED = {
    "av": {"media"},
    "moviepy": {"media"},
    "subprocess": {"media", "separation/spleeter", "corpus"},
    "faiss": {"catalog"},
    "gradio": {"ui"},
    "huggingface_hub": {"web"},
    "fastapi": {"web"},
    "uvicorn": {"web"},
    "plotly": {"plots"},
    "matplotlib": {"corpus", "evaluation/plots"},
    "sqlalchemy": {"study/store"},
    "alembic": {"study/store"},
    "yaml": {"study"},
    "torchaudio": {"separation", "model", "methods", "inputs"},
    "vizdoom": {"corpus"},
}
"""Heavy or dangerous library → the rooms (or `room/module`, or module name) that may import it."""

FILES = sorted(PACKAGE.rglob("*.py"))


def _place(file: Path) -> str:
    """`mrcmv/media/probe.py` → `media/probe`; `mrcmv/find.py` → `find`."""
    return str(file.relative_to(PACKAGE).with_suffix("")).removesuffix("/__init__")


def _imports(file: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, with `from mrcmv import x` as `mrcmv.x`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file}: relative import"
            names |= (
                {f"mrcmv.{alias.name}" for alias in node.names}
                if node.module == "mrcmv"
                else {node.module}
            )
    return names


def _wrong_imports(file: Path) -> list[str]:
    room = _place(file).split("/")[0]
    wrong = []
    for name in _imports(file):
        parts = name.split(".")
        if parts[0] == "mrcmv" and len(parts) > 1 and parts[1] != room:
            if FLOOR_OF[parts[1]] >= FLOOR_OF[room]:
                wrong.append(f"{_place(file)} imports {name}, which is not below it")
        elif parts[0] in ALLOWED:
            parts_of = _place(file).split("/")
            homes = {"/".join(parts_of[: n + 1]) for n in range(len(parts_of))} | {file.stem}
            if not homes & ALLOWED[parts[0]]:
                wrong.append(f"{_place(file)} imports {parts[0]}, allowed in {ALLOWED[parts[0]]}")
    return wrong


@pytest.mark.parametrize("file", [f for f in FILES if _place(f) != "__init__"], ids=_place)
def test_imports_go_down_and_heavy_libraries_stay_in_their_rooms(file: Path):
    assert _place(file).split("/")[0] in FLOOR_OF, f"{file} is in no room of DESIGN's floors"
    assert _wrong_imports(file) == []


def test_the_floor_rule_sees_a_breach(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    (tmp_path / "media").mkdir()
    bad = tmp_path / "media" / "probe.py"
    bad.write_text("from mrcmv import find\nimport gradio\n")
    assert len(_wrong_imports(bad)) == 2


def test_public_names_are_exact_sorted_and_few():
    assert sorted(mrcmv.__all__) == mrcmv.__all__
    assert set(mrcmv.__all__) == set(mrcmv._HOMES)
    assert len(mrcmv.__all__) <= 12
    for name in mrcmv.__all__:
        assert getattr(mrcmv, name).__name__ == name


def test_importing_the_package_and_its_services_is_light():
    heavy = ["torch", "gradio", "faiss", "librosa", "moviepy", "plotly", "scipy", "pandas"]
    code = f"import sys, mrcmv, mrcmv.services; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("file", FILES, ids=_place)
def test_no_file_outgrows_its_room(file: Path):
    assert len(file.read_text().splitlines()) <= 300


def test_app_is_short():
    assert len((ROOT / "app.py").read_text().splitlines()) < 40


def test_no_large_file_and_a_light_repository():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    sizes = [
        path.stat().st_size
        for name in listed.stdout.decode().split("\0")
        if name and (path := ROOT / name).is_file()
    ]
    assert max(sizes) < 25e6
    assert sum(sizes) < 150e6
