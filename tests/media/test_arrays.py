"""Many arrays in one file, and one who writes at a time."""

import numpy as np
import pytest

from mrcmv.errors import MediaError
from mrcmv.media.arrays import Layout, append_arrays

ROWS = Layout("<f2", (3,), "test")


def array(n, value):
    return np.full((n, 3), value, np.float16)


def test_what_is_appended_lies_behind_what_was_there(tmp_path):
    append_arrays(tmp_path / "a", ROWS, [("one", {"key": 1}, array(2, 1.0))])
    file = append_arrays(tmp_path / "a", ROWS, [("two", {}, array(4, 2.0))])
    assert {name: entry.start for name, entry in file.entries.items()} == {"one": 0, "two": 2}
    assert file.entries["one"].facts == {"key": 1}
    np.testing.assert_array_equal(file.read("two", 1, 3), array(3, 2.0))
    with pytest.raises(MediaError, match="does not go into"):
        append_arrays(tmp_path / "a", ROWS, [("two", {}, array(1, 0.0))])


def test_of_two_who_write_at_once_the_second_is_told_to_wait(tmp_path):
    def made():
        with pytest.raises(MediaError, match=r"Another process is writing to .*: wait for it"):
            append_arrays(tmp_path / "a", ROWS, [("other", {}, array(1, 0.0))])
        yield "one", {}, array(2, 1.0)

    file = append_arrays(tmp_path / "a", ROWS, made())
    assert list(file.entries) == ["one"]
    append_arrays(tmp_path / "a", ROWS, [("other", {}, array(1, 0.0))])


def test_anew_drops_what_lay_there_and_not_while_another_writes(tmp_path):
    def made():
        with pytest.raises(MediaError, match="Another process is writing"):
            append_arrays(tmp_path / "a", ROWS, [], anew=True)
        yield "two", {}, array(4, 2.0)

    append_arrays(tmp_path / "a", ROWS, [("one", {}, array(2, 1.0))])
    file = append_arrays(tmp_path / "a", ROWS, made())
    assert list(file.entries) == ["one", "two"]
    file = append_arrays(tmp_path / "a", ROWS, [("two", {}, array(1, 3.0))], anew=True)
    assert {name: entry.start for name, entry in file.entries.items()} == {"two": 0}
    np.testing.assert_array_equal(file.rows, array(1, 3.0))


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MediaError, match="cannot be written"):
        append_arrays(tmp_path / "file" / "a", ROWS, [("one", {}, array(1, 0.0))])
