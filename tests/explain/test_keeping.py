"""Explanations come back from JSON and NPZ as they were."""

import json

import numpy as np
import pytest

from mrcmv.errors import MrcmvError
from mrcmv.explain import from_json, from_npz, to_json, to_npz
from mrcmv.explain.keeping import arrays_of, facts_of
from tests.explain import scenes


@pytest.mark.parametrize("voice", [True, False])
@pytest.mark.parametrize(("write", "read"), [(to_json, from_json), (to_npz, from_npz)])
def test_round_trip(write, read, voice):
    told = scenes.told(voice=voice)
    again = read(write(told))
    assert facts_of(again) == facts_of(told)
    before, after = arrays_of(told), arrays_of(again)
    assert before.keys() == after.keys()
    for name in before:
        assert np.array_equal(before[name], after[name], equal_nan=True), name
        assert after[name].dtype == np.float32
    assert (again.matches[0].music is None) == (told.matches[0].music is None)


def test_a_network_without_gate_comes_back_without():
    assert from_json(to_json(scenes.told(scenes.tiny(gate=False), n=0))).gate is None


def test_json_is_plain_and_says_the_seconds(told):
    plain = json.loads(to_json(told))
    assert plain["arrays"]["times/picture_s"] == pytest.approx(told.line.picture_times_s.tolist())
    assert np.shape(plain["arrays"]["attention/picture_to_voice"]) == (2, 72, 72)


def test_what_is_something_else_is_refused():
    for text in ("{}", "no", '{"format": "mrcmv-explanation-0", "arrays": {}}', "[]"):
        with pytest.raises(MrcmvError, match="This JSON is no explanation"):
            from_json(text)
    for data in (b"", b"no"):
        with pytest.raises(MrcmvError, match="This NPZ is no explanation"):
            from_npz(data)
