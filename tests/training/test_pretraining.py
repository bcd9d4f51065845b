"""Backbones learn what was measured, and nothing that was not."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mrcmv.dataset import KINDS
from mrcmv.errors import WeightsError
from mrcmv.training.augmenting import less_bands, less_features, mirrored
from mrcmv.training.loop import SCORE, Recipe, train
from mrcmv.training.measures import Measures, Stretch
from mrcmv.training.pretraining import Pretraining, correlations, fresh, take_backbone
from tests.training.tiny_dataset import TINY, make_dataset

QUICK = Recipe(name="pretraining", epochs=4, batch=6, rate=1e-2)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data"), 12, 5)


def test_targets_are_curves_at_the_tokens_and_their_mean_and_spread(dataset):
    measures = Measures(dataset, "voices")
    tokens, whole = measures.of([Stretch("train-3", 4.0), Stretch("train-9", 4.0)])
    assert tokens.shape == (2, 72, 2)
    assert whole.shape == (2, len(measures.window_names)) == (2, 4)
    steps = np.diff(tokens[0, :, 0])
    assert (steps >= 0).all()
    assert (steps > 0).sum() == 31
    assert (tokens[1, :, 0] > tokens[0, :, 0]).all()
    assert np.isnan(tokens[..., 1]).all()
    assert whole[1, 0] > whole[0, 0]


def test_targets_are_in_spreads_of_the_training_split(dataset):
    measures = Measures(dataset, "music")
    _, whole = measures.of(measures.all("train"))
    energy = whole[:, measures.window_names.index("energy")]
    assert (energy.mean(), energy.std()) == pytest.approx((0, 1), abs=1e-4)
    assert np.isnan(whole[:, measures.window_names.index("constant")]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_backbone_learns_what_was_measured(kind, dataset, tmp_path):
    network = fresh(TINY, 1)
    others = {k: t.clone() for k, t in network.state_dict().items()}
    recipe = replace(QUICK, epochs=12 if kind != "pictures" else 6)
    task = Pretraining(network, dataset, kind, recipe)
    best = train(task, tmp_path, recipe)
    with torch.inference_mode():
        task.network.eval()
        told = task.check()
    assert told[SCORE] > 0.5
    assert "unknown, tokens" not in told
    moved = {
        k.split(".")[0] for k, t in network.state_dict().items() if not torch.equal(t, others[k])
    }
    assert moved == {
        {"pictures": "slowfast", "voices": "voice_vggish", "music": "bgm_vggish"}[kind]
    }
    take_backbone(fresh(TINY, 2), kind, best)
    with pytest.raises(WeightsError, match="not of a"):
        take_backbone(fresh(TINY, 2), "music" if kind != "music" else "voices", best)


def test_correlations_leave_out_what_is_not_known():
    true = np.array([[1.0, np.nan, 5], [2, np.nan, 5], [np.nan, 1, 5], [3, 2, 5]])
    told = np.array([[1.0, 0, 0], [2, 1, 1], [-9, 2, 2], [3, 3, 3]])
    found = correlations(told, true)
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1:]).all()


def test_changes_are_small_and_hang_on_the_generator():
    squares = torch.arange(2 * 64 * 4 * 4 * 3).reshape(2, 64, 4, 4, 3).to(torch.uint8)
    seen = {
        tuple(torch.equal(a, b) for a, b in zip(mirrored(squares, rng), squares, strict=True))
        for rng in map(np.random.default_rng, range(20))
    }
    assert len(seen) == 4
    flipped = next(
        m for m in (mirrored(squares, np.random.default_rng(n)) for n in range(20))
        if not torch.equal(m[0], squares[0])
    )  # fmt: skip
    assert torch.equal(flipped[0], squares[0].flip(2))
    patches = torch.randn(8, 72, 96, 64)
    changed = less_bands(patches, np.random.default_rng(0))
    bands = (changed != patches).amax((1, 2))
    assert bands.sum(1).max() <= 6
    assert 0 < bands.sum() < 48
    assert torch.equal(changed, less_bands(patches, np.random.default_rng(0)))


def test_features_are_left_out_all_through_a_window_and_the_rest_is_raised():
    features = torch.rand(3, 72, 200) + 1.0
    thinned = less_features(features, 0.25, torch.Generator().manual_seed(1))
    gone = thinned == 0
    assert (gone.all(1) == gone.any(1)).all()
    assert gone.any(1).float().mean() == pytest.approx(0.25, abs=0.06)
    assert torch.allclose(thinned[~gone], features[~gone] / 0.75)
    assert not torch.equal(gone[0], gone[1])
    again = less_features(features, 0.25, torch.Generator().manual_seed(1))
    assert torch.equal(again, thinned)


def test_sounds_are_learnt_from_by_another_third_of_their_patches_each_time(dataset):
    task = Pretraining(fresh(TINY, 1), dataset, "voices", QUICK)
    read = []
    task.network.forward = lambda patches: (  # type: ignore[method-assign]
        read.append(patches.shape),
        (torch.zeros(len(patches), patches.shape[1], 2), torch.zeros(len(patches), 4)),
    )[1]
    phases = set()
    for epoch in range(3):
        for batch in task.batches(epoch):
            task.loss(batch, epoch)
            phases.add(batch.key[-1] % 3)
    assert {shape[1] for shape in read} == {24}
    assert phases == {0, 1, 2}
