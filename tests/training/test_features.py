"""Features on disk are what the backbones say, and are computed once for each backbone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mrcmv.dataset import KINDS
from mrcmv.inputs import square_tensors
from mrcmv.model.backbones import backbone_hash
from mrcmv.training import features as module
from mrcmv.training.features import features_of
from mrcmv.training.loop import Recipe
from mrcmv.training.pretraining import fresh
from mrcmv.training.samples import Sample
from tests.training.tiny_dataset import TINY, make_dataset

QUICK = Recipe(cut_hop_s=8.0, latest_cut_s=8.0)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data"), 3, 2)


@pytest.fixture(scope="module")
def network():
    return fresh(TINY, 0).eval()


@pytest.fixture(scope="module")
def features(network, dataset):
    return features_of(network, dataset, QUICK)


def test_they_are_what_the_backbones_say(network, dataset, features):
    train, validation = dataset.of("train"), dataset.of("validation")
    samples = [Sample(train[1], 8.0, mute=True), Sample(validation[0])]
    told = features.query(samples)
    with torch.inference_mode():
        for row, one in enumerate(samples):
            name = one.pair.pair_id
            squares = torch.from_numpy(np.array(dataset.pictures(name, one.cut_s)))[None]
            seen = network.picture_features(square_tensors(squares))
            voice = torch.from_numpy(dataset.voice(name, one.cut_s).astype(np.float32))[None]
            bgm = torch.from_numpy(dataset.music(*one.music).astype(np.float32))[None]
            pairs = [
                (told.picture.fast[row], seen.fast[0]),
                (told.picture.slow[row], seen.slow[0]),
                (told.voice[row], network.voice_features(voice)[0]),
                (features.bgm([one.music])[0], network.bgm_features(bgm)[0]),
            ]
            for ours, theirs in pairs:
                assert ours.shape == theirs.shape
                torch.testing.assert_close(ours, theirs, rtol=2e-3, atol=2e-3)
    assert told.has_voice.tolist() == [False, True]


def test_all_music_of_the_validation_is_there_for_galleries(dataset, features):
    for window in dataset.windows:
        if window.split == "validation":
            assert features.bgm([(window.piece_id, window.start_s)]).shape == (1, 72, 8)


def test_they_are_computed_once_and_anew_for_the_backbone_that_has_changed(
    dataset, features, network, monkeypatch
):
    computed = []
    real = module._worker
    monkeypatch.setattr(
        module,
        "_worker",
        lambda n, d, kind, device: (computed.append(kind), real(n, d, kind, device))[1],
    )
    features_of(network, dataset, QUICK)
    assert computed == []
    other = fresh(TINY, 0).eval()
    with torch.no_grad():
        other.voice_vggish.layers[0].weight[0, 0] += 0.1
    assert [backbone_hash(other, k) == backbone_hash(network, k) for k in KINDS] == [
        True,
        False,
        True,
    ]
    features_of(other, dataset, QUICK)
    assert computed == ["voices"]


def test_redubs_have_their_music_and_what_is_there_is_not_computed_again(
    tmp_path, network, monkeypatch
):
    own = make_dataset(tmp_path, 3, 2, rounds=1)
    told = features_of(network, own, replace(QUICK, rounds=1))
    for pair in own.rounds[0]:
        assert told.bgm([Sample(pair).music, Sample(pair, 8.0).music]).shape == (2, 72, 8)
        assert told.query([Sample(pair, 8.0)]).voice.shape == (1, 72, 8)
    monkeypatch.setattr(module, "_worker", lambda *a: pytest.fail("computed again"))
    features_of(network, own, QUICK)  # asks for less


def test_other_cuts_are_computed_anew(tmp_path, network):
    own = make_dataset(tmp_path, 2, 2)
    features_of(network, own, QUICK)
    finer = Recipe(cut_hop_s=4.0, latest_cut_s=8.0)
    told = features_of(network, own, finer)
    assert told.query([Sample(own.of("train")[0], 4.0)]).voice.shape == (1, 72, 8)
