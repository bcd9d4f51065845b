"""Settings come from the environment; a wrong value is named, with what to do."""

from pathlib import Path

import pytest

from mrcmv.errors import SettingsError
from mrcmv.settings import Settings, load_settings


def test_environment_overrides_defaults(monkeypatch):
    monkeypatch.setenv("MRCMV_CATALOG_DIR", "/music")
    monkeypatch.setenv("MRCMV_MAX_DURATION_S", "60")
    settings = load_settings()
    assert settings.catalog == Path("/music")
    assert settings.max_duration_s == 60


def test_the_catalog_lies_in_the_data_folder_unless_named():
    assert Settings(data_dir=Path("/d")).catalog == Path("/d/catalog")


def test_a_wrong_value_names_its_variable(monkeypatch):
    monkeypatch.setenv("MRCMV_MAX_UPLOAD_MB", "many")
    with pytest.raises(SettingsError, match=r"MRCMV_MAX_UPLOAD_MB='many'.*Change or unset"):
        load_settings()


def test_every_setting_says_what_it_is():
    assert all(field.description for field in Settings.model_fields.values())
