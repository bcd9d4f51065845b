"""One small study, built once: most laws are read off its files."""

import shutil
from pathlib import Path

import pytest

from mrcmv import stimuli
from mrcmv.study.bundle import Bundle
from tests.stimuli.scenes import Place, make_place


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="session")
def job(place: Place) -> stimuli.Job:
    return place.gather()


@pytest.fixture(scope="session")
def bundle(place: Place, job: stimuli.Job) -> Bundle:
    return stimuli.build(job, place.folder / "built" / "tiny")


@pytest.fixture
def own(bundle: Bundle, tmp_path: Path) -> Path:
    """A copy of the bundle that a test may damage."""
    folder = tmp_path / "studies" / "tiny"
    shutil.copytree(bundle.folder, folder)
    return folder


@pytest.fixture
def own_place(place: Place, tmp_path: Path) -> Place:
    """A copy of the study's files that a test may change."""
    folder = tmp_path / "files"
    shutil.copytree(place.folder, folder, ignore=shutil.ignore_patterns("built", "data"))
    return Place(folder, place.settings.model_copy(update={"data_dir": tmp_path / "data"}))
