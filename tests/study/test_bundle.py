"""A bundle comes back as it was written, and a damaged one is refused in a sentence."""

import hashlib
import json
from dataclasses import replace

import pytest

from mrcmv.errors import StudyError
from mrcmv.study.bundle import Bundle, check_hashes, read_bundle, write_bundle
from mrcmv.study.stimulus import Stimulus
from tests.study import scenes


@pytest.fixture
def bundle(tmp_path) -> Bundle:
    study = scenes.make_study(1, methods=["tags", "random"], clips=["a.mp4"])
    (tmp_path / "media").mkdir()
    stimuli = []
    for source in ("tags", "random"):
        name, content = f"name-of-{source}"[::-1], source.encode()
        (tmp_path / "media" / f"{name}.m4a").write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        stimuli.append(Stimulus(name, "a.mp4", source, 4.0, sha256, "picture0"))
    (tmp_path / "media" / "picture0.mp4").write_bytes(b"picture")
    return Bundle(tmp_path, study, tuple(stimuli), {"made": "by hand"})


def test_it_comes_back_as_it_was_written(bundle):
    write_bundle(bundle)
    found = read_bundle(bundle.folder)
    assert found == bundle
    check_hashes(found)
    assert set(found.files) == {p.name for p in (bundle.folder / "media").iterdir()}


def test_what_is_not_whole_is_refused(bundle):
    with pytest.raises(StudyError, match="holds no study"):
        read_bundle(bundle.folder)
    with pytest.raises(StudyError, match=r"a\.mp4 has no random"):
        write_bundle(replace(bundle, stimuli=bundle.stimuli[:1]))
    write_bundle(bundle)
    (bundle.folder / "media" / "picture0.mp4").unlink()
    with pytest.raises(StudyError, match=r"lacks media/picture0\.mp4"):
        read_bundle(bundle.folder)
    (bundle.folder / "stimuli.json").write_text(json.dumps([{"no": "stimulus"}]))
    with pytest.raises(StudyError, match="is damaged"):
        read_bundle(bundle.folder)


def test_another_soundtrack_under_the_same_name_is_refused(bundle):
    write_bundle(bundle)
    (bundle.folder / "media" / f"{bundle.stimuli[0].name}.m4a").write_bytes(b"other")
    with pytest.raises(StudyError, match="not the file that was built"):
        check_hashes(read_bundle(bundle.folder))
