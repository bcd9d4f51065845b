"""The loss against eqs. 5–7, written out in loops."""

import math

import numpy as np
import pytest
import torch

from mrcmv.model.losses import TripletPseudoLabelLoss, margin, pseudo_label, softmax, triplet

LABELS = torch.tensor([0, 3, 1, 3, 2])
MARGIN = 20.0


def vectors(seed: int, n: int = 5, d: int = 8) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator, dtype=torch.float64)


def slow_triplet(joint: np.ndarray, bgm: np.ndarray, labels: list[int], margin: float) -> float:
    total = 0.0
    for i in range(len(joint)):
        for k in range(len(joint)):
            if labels[k] != labels[i]:
                near = sum((joint[i, x] - bgm[i, x]) ** 2 for x in range(joint.shape[1]))
                far = sum((joint[i, x] - bgm[k, x]) ** 2 for x in range(joint.shape[1]))
                total += max(near - far + margin, 0.0)
    return total


def slow_pseudo_label(joint, bgm, w_j, w_m, labels: list[int]) -> float:
    def surprise(embedding, w, label: int) -> float:
        logits = [float(embedding @ w[c]) for c in range(len(w))]
        return -math.log(math.exp(logits[label]) / sum(math.exp(logit) for logit in logits))

    total = 0.0
    for i in range(len(joint)):
        for k in range(len(joint)):
            if labels[k] != labels[i]:
                total += surprise(joint[i], w_j, labels[i])
                total += surprise(bgm[i], w_m, labels[i])
                total += surprise(bgm[k], w_m, labels[k])
    return total


@pytest.fixture
def loss() -> TripletPseudoLabelLoss:
    torch.manual_seed(0)
    return TripletPseudoLabelLoss(n_labels=6, d_embedding=8).double()


def test_loss_equals_equations_5_to_7_written_out(loss):
    joint, bgm = vectors(1), vectors(2)
    found = loss(joint, bgm, LABELS, MARGIN)
    labels = LABELS.tolist()
    w_j, w_m = loss.joint.weight.detach().numpy(), loss.bgm.weight.detach().numpy()
    first = slow_triplet(joint.numpy(), bgm.numpy(), labels, MARGIN)
    second = slow_pseudo_label(joint.numpy(), bgm.numpy(), w_j, w_m, labels)
    assert found.pairs.item() == pytest.approx(first, rel=1e-12)
    assert found.pseudo_label.item() == pytest.approx(second, rel=1e-12)
    assert found.total.item() == pytest.approx(first + 0.1 * second, rel=1e-12)
    free = slow_triplet(joint.numpy(), bgm.numpy(), labels, -1e9)
    everything = sum(MARGIN for i in labels for k in labels if i != k)
    assert free == 0.0 < first != pytest.approx(everything)  # some hinges are open, not all


def test_windows_of_one_label_are_not_pushed_apart():
    joint = vectors(1)[:2]
    bgm = vectors(2)[:2]
    assert float(triplet(joint, bgm, torch.tensor([4, 4]), MARGIN)) == 0.0
    assert float(pseudo_label(joint, bgm, torch.tensor([4, 4]))) == 0.0
    assert float(triplet(joint, bgm, torch.tensor([4, 5]), 100.0)) > 0.0


def test_order_within_the_batch_does_not_matter(loss):
    joint, bgm = vectors(1), vectors(2)
    order = torch.tensor([3, 0, 4, 1, 2])
    whole = loss(joint, bgm, LABELS, MARGIN).total
    assert torch.allclose(loss(joint[order], bgm[order], LABELS[order], MARGIN).total, whole)


def test_pairs_that_lie_together_and_far_from_others_cost_nothing():
    joint = 10 * torch.eye(5).double()
    assert float(triplet(joint, joint, torch.arange(5), 200.0)) == pytest.approx(0.0, abs=1e-9)
    assert float(triplet(joint, joint, torch.arange(5), 201.0)) == pytest.approx(20.0)


def test_balance_zero_leaves_the_pseudo_labels_out():
    torch.manual_seed(0)
    loss = TripletPseudoLabelLoss(6, 8, balance=0.0).double()
    joint, bgm = vectors(1).requires_grad_(), vectors(2)
    found = loss(joint, bgm, LABELS, MARGIN)
    assert torch.equal(found.total, triplet(joint, bgm, LABELS, MARGIN))
    found.total.backward()
    assert loss.joint.weight.grad is None
    assert found.pseudo_label.item() == 0.0


def test_gradients_are_those_of_small_steps(loss):
    joint, bgm = vectors(1).requires_grad_(), vectors(2).requires_grad_()

    def run(joint, bgm, *_):
        return loss(joint, bgm, LABELS, MARGIN).total

    assert torch.autograd.gradcheck(run, (joint, bgm, loss.joint.weight, loss.bgm.weight))


def test_the_margin_is_30_for_80_epochs_and_10_more_every_10_after():
    assert [margin(epoch) for epoch in (0, 79, 80, 89, 90, 109, 110)] == [
        30.0,
        30.0,
        40.0,
        40.0,
        50.0,
        60.0,
        70.0,
    ]


def slow_softmax(joint: np.ndarray, bgm: np.ndarray, labels: list[int], temperature: float):
    def near(i: int, k: int) -> float:
        return math.exp(-((joint[i] - bgm[k]) ** 2).sum() / (joint.shape[1] * temperature))

    total = 0.0
    for i in range(len(joint)):
        others = [k for k in range(len(joint)) if labels[k] != labels[i] or k == i]
        total -= math.log(near(i, i) / sum(near(i, k) for k in others))
        total -= math.log(near(i, i) / sum(near(k, i) for k in others))
    return total


def test_softmax_tells_each_pair_from_its_negatives_both_ways():
    joint, bgm = vectors(1), vectors(2)
    told = softmax(joint, bgm, LABELS, 0.7)
    expected = slow_softmax(joint.numpy(), bgm.numpy(), LABELS.tolist(), 0.7)
    assert told.item() == pytest.approx(expected, rel=1e-9)
    assert float(softmax(joint[:2], bgm[:2], torch.tensor([4, 4]), 0.7)) == 0.0
    assert softmax(bgm, bgm, LABELS, 0.1) < 0.1 < told


def test_with_a_temperature_pairs_are_learnt_by_softmax_and_labels_by_pair():
    torch.manual_seed(0)
    loss = TripletPseudoLabelLoss(n_labels=6, d_embedding=8, temperature=0.5).double()
    joint, bgm = vectors(1), vectors(2)
    found = loss(joint, bgm, LABELS, MARGIN)
    assert torch.equal(found.pairs, softmax(joint, bgm, LABELS, 0.5))
    labels = pseudo_label(loss.joint(joint), loss.bgm(bgm), LABELS) / len(LABELS)
    assert torch.equal(found.total, found.pairs + 0.1 * labels)
    assert torch.equal(found.total, loss(joint, bgm, LABELS, 0.0).total)  # no margin in it
