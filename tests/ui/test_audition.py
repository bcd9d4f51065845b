"""What the controls of the page offer."""

import pytest

from mrcmv.methods import METHODS, NAMES, Trained
from mrcmv.separation import BackendInfo
from mrcmv.ui import text
from mrcmv.ui.audition import backend_label, method_label


@pytest.mark.parametrize("name", NAMES)
def test_every_method_says_in_a_line_what_it_goes_by(name, tmp_path):
    told = method_label(METHODS.get(name) or Trained(name, tmp_path))
    assert told.startswith(f"{text.METHOD_NAMES[name]}: by ")
    assert told.endswith(".")
    assert len(told) < 100


def test_a_backend_is_told_by_what_it_is_good_for_and_its_licence():
    told = backend_label(BackendInfo("compact", "takes it apart", "Apache-2.0", None))
    assert told == "Compact: takes it apart (Apache-2.0)"
    assert backend_label(BackendInfo("none", "listens not", "", None)).endswith(": listens not")


def test_a_missing_backend_is_told_by_how_to_get_it_and_no_folder_of_the_server():
    missing = "`mrcmv weights fetch x` downloads 3 MB. It looked in /home/me/weights."
    told = backend_label(BackendInfo("spleeter", "paper's", "MIT", missing))
    assert told == "Spleeter: not installed here (mrcmv weights fetch x downloads 3 MB)"
