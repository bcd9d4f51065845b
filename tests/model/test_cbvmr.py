"""CBVMR's losses against loops over pairs and triplets, and its network."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from mrcmv.model.cbvmr import (
    Cbvmr,
    CbvmrConfig,
    pooled_bgm,
    pooled_picture,
    ranking,
    structure,
)
from tests.model.planted import SIZES, batch, features

TINY = CbvmrConfig(SIZES, picture_layers=(16,), bgm_layers=(16, 12), d_embedding=8)


def made(**changes) -> Cbvmr:
    torch.manual_seed(0)
    return Cbvmr(replace(TINY, **changes))


def vectors(n: int, seed: int, d: int = 4) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator, dtype=torch.float64)


def cosines(of: np.ndarray) -> np.ndarray:
    lengths = np.sqrt((of**2).sum(axis=1))
    return (of @ of.T) / (lengths[:, np.newaxis] * lengths)


def slow_structure(embedded: np.ndarray, before: np.ndarray) -> float:
    after, was, terms = cosines(embedded), cosines(before), []
    n = len(after)
    for i in range(n):
        for j in range(n):
            for k in range(n):
                if len({i, j, k}) == 3:
                    change = after[i, j] - after[i, k]
                    order = np.sign(change) - np.sign(was[i, j] - was[i, k])
                    terms.append(order * change)
    return float(np.mean(terms))


def slow_ranking(similarity: np.ndarray, labels: list[int], margin: float, k: int) -> float:
    terms = []
    for i, row in enumerate(similarity):
        hinges = [0.0] * k
        for j, other in enumerate(row):
            if labels[i] != labels[j]:
                hinges.append(max(0.0, margin - row[i] + other))
        terms += sorted(hinges, reverse=True)[:k]
    return float(np.mean(terms))


def circle(angles: list[float]) -> torch.Tensor:
    """Points on the circle. Their order by nearness is that of the angles between them."""
    turned = torch.tensor(angles, dtype=torch.float64)
    return torch.stack([turned.cos(), turned.sin()], dim=1)


ANGLES = [0.0, 0.2, 0.5, 1.1, 1.5]


@pytest.mark.parametrize("n", [3, 7])
def test_structure_equals_its_triplets_one_by_one(n):
    embedded, before = vectors(n, 1), vectors(n, 2, d=6)
    expected = slow_structure(embedded.numpy(), before.numpy())
    assert expected > 0.01
    assert structure(embedded, before).item() == pytest.approx(expected, rel=1e-12)


def test_where_two_were_equally_near_any_order_costs_half():
    """Its sign is 0 then, so one of them nearer counts once where a reversed order counts twice."""
    before = circle([-0.3, 0.0, 0.3])  # the outer two are equally near to the middle
    after = circle([-0.2, 0.0, 0.4])
    expected = slow_structure(after.numpy(), before.numpy())
    assert expected == pytest.approx(2 * (np.cos(0.2) - np.cos(0.4)) / 6)
    assert structure(after, before).item() == pytest.approx(expected)


def test_structure_is_exactly_zero_where_every_order_is_kept():
    before = circle(ANGLES)
    kept = circle([0.7 * angle for angle in ANGLES])
    turned = 3 * circle([angle + 2 for angle in ANGLES])
    for embedded in (before, kept, turned):
        assert structure(embedded, before).item() == 0.0
    assert structure(before[:2], before[:2]).item() == 0.0  # two have no order
    assert structure(before[:1], before[:1]).item() == 0.0


def test_structure_is_positive_wherever_one_order_is_broken():
    before = circle(ANGLES)
    for one in range(5):
        for other in range(one):
            swapped = list(ANGLES)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            assert structure(circle(swapped), before).item() > 0.0
    barely = circle([0.0, 0.2, 0.39, 1.1, 1.5])  # the first's neighbour is now nearer to the third
    assert structure(barely, before).item() > 0.0
    assert structure(barely, before) < structure(circle([0.0, 0.2, 0.3, 1.1, 1.5]), before)


def test_structure_counts_no_order_of_the_batch_and_no_length():
    embedded, before = vectors(6, 1), vectors(6, 2)
    order = torch.tensor([3, 0, 5, 4, 1, 2])
    whole = structure(embedded, before)
    assert torch.allclose(structure(embedded[order], before[order]), whole)
    assert torch.allclose(structure(5 * embedded, 0.1 * before), whole)


def test_gradients_of_structure_are_those_of_small_steps_and_none_goes_back():
    embedded, before = vectors(5, 1).requires_grad_(), vectors(5, 2).requires_grad_()
    assert torch.autograd.gradcheck(lambda e: structure(e, before.detach()), (embedded,))
    structure(embedded, before).backward()
    assert before.grad is None


def test_following_the_gradient_brings_the_order_back():
    before = circle(ANGLES)
    embedded = circle([0.0, 1.1, 0.5, 0.2, 1.5]).requires_grad_()
    first = structure(embedded, before).item()
    optimiser = torch.optim.Adam([embedded], lr=0.02)
    for _ in range(60):
        optimiser.zero_grad()
        structure(embedded, before).backward()
        optimiser.step()
    assert structure(embedded, before).item() < 0.05 * first


@pytest.mark.parametrize(("hardest", "k"), [(0.01, 1), (0.4, 2), (1.0, 5)])
def test_ranking_equals_its_pairs_one_by_one(hardest, k):
    similarity, labels = vectors(6, 1, d=6), [0, 1, 1, 2, 3, 4]
    expected = slow_ranking(similarity.numpy(), labels, 0.1, k)
    assert expected > 0.1
    found = ranking(similarity, torch.tensor(labels), 0.1, hardest)
    assert found.item() == pytest.approx(expected, rel=1e-12)


def test_ranking_costs_nothing_beyond_the_margin_and_grows_below_it():
    apart = 0.5 * torch.eye(4).double()
    labels = torch.arange(4)
    assert ranking(apart, labels, 0.5, 1.0).item() == 0.0
    assert ranking(apart, labels, 0.6, 1.0).item() == pytest.approx(0.1)
    assert ranking(vectors(4, 1), torch.zeros(4), 9.0, 1.0).item() == 0.0  # one label: no negative
    assert ranking(apart[:1, :1], labels[:1], 0.6, 1.0).item() == 0.0


def test_gradients_of_ranking_are_those_of_small_steps():
    similarity = vectors(4, 1).requires_grad_()
    labels = torch.tensor([0, 1, 1, 2])
    assert torch.autograd.gradcheck(lambda s: ranking(s, labels, 0.1, 0.7), (similarity,))


def test_pooling_is_mean_of_the_picture_and_mean_variance_maximum_of_the_music():
    query, bgm = features(2)
    sights, heard = pooled_picture(query.picture).numpy(), pooled_bgm(bgm).numpy()
    for i in range(2):
        fast, slow = (path[i].numpy().mean(axis=0) for path in query.picture)
        assert np.allclose(sights[i], [*fast, *slow], atol=1e-5)
        of = bgm[i].numpy()
        assert np.allclose(heard[i], [*of.mean(0), *of.var(0), *of.max(0)], atol=1e-5)


def test_streams_are_layers_batch_statistics_and_unit_length():
    network = made().eval()
    batch_norm = network.bgm[-1]
    torch.nn.init.normal_(batch_norm.running_mean)
    batch_norm.running_var.uniform_(0.5, 2.0)
    _, bgm = features()
    x = pooled_bgm(bgm).numpy()
    layers = [layer for layer in network.bgm if isinstance(layer, torch.nn.Linear)]
    for number, layer in enumerate(layers):
        x = x @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
        x = x if number == 2 else np.maximum(x, 0)
    mean, var = batch_norm.running_mean.numpy(), batch_norm.running_var.numpy()
    x = (x - mean) / np.sqrt(var + batch_norm.eps)
    x = x / np.sqrt((x**2).sum(axis=1, keepdims=True))
    assert np.allclose(network.embed_bgm(bgm).detach().numpy(), x, atol=1e-4)


def test_the_loss_is_rankings_both_ways_and_structures_of_both_by_their_weights():
    network, pairs = made(dropout=0.0).eval(), batch()
    query, bgm = network.embed_query(pairs.query), network.embed_bgm(pairs.bgm)
    parts = {
        "query_to_bgm": ranking(query @ bgm.T, pairs.labels, 0.1, 0.1),
        "bgm_to_query": ranking(bgm @ query.T, pairs.labels, 0.1, 0.1),
        "picture_structure": structure(query, pooled_picture(pairs.query.picture)),
        "bgm_structure": structure(bgm, pooled_bgm(pairs.bgm)),
    }
    assert min(part.item() for part in parts.values()) > 0
    off = dict.fromkeys(parts, 0.0)
    for name, part in parts.items():
        weighed = made(dropout=0.0, **(off | {name: 2.0})).eval()
        assert weighed.loss(pairs, 0).item() == pytest.approx(2 * part.item(), rel=1e-5)
    weights = {"query_to_bgm": 1, "bgm_to_query": 3, "picture_structure": 0.2, "bgm_structure": 0.2}
    expected = sum(weights[name] * part.item() for name, part in parts.items())
    assert network.loss(pairs, 0).item() == pytest.approx(expected, rel=1e-5)
    assert torch.equal(network.loss(pairs, 0), network.loss(pairs, 100))


def test_at_first_the_scale_of_the_features_does_not_matter():
    """Frozen backbones promise none; in training, layers without bias and batch statistics."""
    network, (query, _) = made(dropout=0.0).train(), features()
    large = type(query.picture)(*(100 * path for path in query.picture))
    one, other = (
        functional.normalize(network.picture(pooled_picture(path)), dim=1)
        for path in (query.picture, large)
    )
    assert torch.allclose(one, other, atol=1e-3)
