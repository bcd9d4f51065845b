"""What a check found decides what captions claim, for these weights and no others."""

import hashlib

import pytest

from mrcmv.errors import MrcmvError
from mrcmv.explain.evidence import (
    LEAST_CLIPS,
    NONE,
    Advantage,
    Claims,
    Evidence,
    claims,
    digest,
    keep,
    place,
    read,
)


@pytest.fixture
def weights(tmp_path):
    file = tmp_path / "mrcmv-compact.safetensors"
    file.write_bytes(b"weights")
    return file


def found(weights, low: float = 1.0, n: int = LEAST_CLIPS) -> Evidence:
    return Evidence(digest(weights), "test", Advantage(3.0, low, 5.0, n), None)


def test_what_was_kept_is_read(weights):
    both = Evidence(digest(weights), "test", Advantage(3, 1, 5, 20), Advantage(0, -1, 1, 20))
    for evidence in (found(weights), both):
        keep(evidence, weights)
        assert read(weights) == evidence
    assert claims(both) == Claims(rollout=True, gate=False)


def test_other_weights_have_no_evidence(weights):
    assert read(weights) is None
    keep(found(weights), weights)
    weights.write_bytes(b"others")
    assert read(weights) is None


def test_weights_are_read_once_for_each_state_of_their_file(weights, monkeypatch):
    reads, whole = [], hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *own: reads.append(own) or whole(*own))
    keep(found(weights), weights)
    assert read(weights) is not None
    assert read(weights) is not None
    assert len(reads) == 1
    weights.write_bytes(b"others again")
    assert read(weights) is None
    assert len(reads) == 2


def test_chance_and_few_clips_prove_nothing(weights):
    assert claims(None) == NONE
    assert claims(found(weights)) == Claims(rollout=True)
    nan = float("nan")
    for low, n in ((0.0, 50), (-0.1, 50), (1.0, LEAST_CLIPS - 1), (nan, 50)):
        assert claims(found(weights, low, n)) == NONE


def test_a_damaged_file_is_told(weights):
    keep(found(weights), weights)
    place(weights).write_text("{")
    with pytest.raises(MrcmvError, match=r"explain\.json is damaged: delete it"):
        read(weights)
