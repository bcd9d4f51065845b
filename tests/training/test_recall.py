"""What decides which weights are kept."""

import pytest
import torch

from mrcmv.training.recall import recalls


def test_it_counts_as_the_evaluation_does():
    from mrcmv.evaluation.ranking import ranks

    far = torch.randint(0, 6, (40, 30), generator=torch.Generator().manual_seed(0)).float()
    truth = torch.arange(40) % 30
    told, wanted = recalls(far, truth), ranks(far.numpy(), truth.numpy())
    assert told["R@1"] == pytest.approx(100 * wanted.hits(1).mean())
    assert told["R@10"] == pytest.approx(100 * wanted.hits(10).mean())
    assert told["chance R@10"] == pytest.approx(100 * 10 / 30)


def test_who_says_nothing_is_at_chance_and_who_knows_is_at_100():
    nothing, truth = torch.zeros(50, 50), torch.arange(50)
    assert recalls(nothing, truth)["R@10"] == pytest.approx(20.0)
    assert recalls(1.0 - torch.eye(50), truth)["R@1"] == 100.0
