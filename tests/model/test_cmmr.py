"""CMMR's streams and losses against loops, and its two phases."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from mrcmv.model.cmmr import Cmmr, CmmrConfig, matching, tagging
from mrcmv.model.retriever import NO_TAG
from tests.model.planted import N_TAGS, SIZES, batch, features

TINY = CmmrConfig(SIZES, N_TAGS, d=6, d_embedding=8, pretrain_epochs=2)


def made(**changes) -> Cmmr:
    torch.manual_seed(0)
    return Cmmr(replace(TINY, **changes))


def vectors(n: int, seed: int, d: int = 4) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator, dtype=torch.float64)


def slow_stream(tokens: np.ndarray, stream) -> np.ndarray:
    """The embedding of one window's tokens, place by place. Shape: `(72, d)` → `(d_E,)`."""
    for layer in stream.convolutions:
        if not isinstance(layer, torch.nn.Conv1d):
            continue
        w, b = layer.weight.detach().numpy(), layer.bias.detach().numpy()
        reach = w.shape[2] // 2
        after = np.zeros((72, len(b)))
        for place in range(72):
            for step in range(w.shape[2]):
                other = place + step - reach
                if 0 <= other < 72:
                    after[place] += w[:, :, step] @ tokens[other]
        tokens = np.maximum(after + b, 0)
    embedding = stream.embed.weight.detach().numpy() @ tokens.mean(axis=0)
    embedding = embedding + stream.embed.bias.detach().numpy()
    return embedding / np.sqrt((embedding**2).sum())


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_streams_are_convolutions_in_time_their_mean_and_unit_length(kernel):
    network, (query, bgm) = made(kernel=kernel, d=7), features(2)
    tokens = {"picture": network.picture.tokens(query.picture), "bgm": network.bgm.tokens(bgm)}
    found = {"picture": network.embed_query(query), "bgm": network.embed_bgm(bgm)}
    for name, made_of in tokens.items():
        for i in range(2):
            expected = slow_stream(made_of[i].detach().numpy(), getattr(network, name))
            assert np.allclose(found[name][i].detach().numpy(), expected, atol=1e-5)


def test_tagging_is_the_mean_surprise_of_the_tags_that_are_known():
    logits, tags = vectors(5, 1, d=3), [2, NO_TAG, 0, 1, NO_TAG]
    surprises = [
        -math.log(math.exp(row[tag]) / sum(math.exp(one) for one in row))
        for row, tag in zip(logits.tolist(), tags, strict=True)
        if tag != NO_TAG
    ]
    expected = sum(surprises) / 3
    assert tagging(logits, torch.tensor(tags)).item() == pytest.approx(expected, rel=1e-12)
    assert tagging(logits, torch.full((5,), NO_TAG)).item() == 0.0


def test_matching_is_the_mean_hinge_of_squared_distances_to_negatives():
    query, bgm, labels = 0.5 * vectors(5, 1), 0.5 * vectors(5, 2), [0, 1, 1, 2, 3]
    hinges = []
    for i in range(5):
        for k in range(5):
            if labels[i] != labels[k]:
                near, far = (((query[i] - bgm[x]) ** 2).sum().item() for x in (i, k))
                hinges.append(max(near - far + 0.2, 0.0))
    assert 0 < sum(hinge > 0 for hinge in hinges) < len(hinges)
    found = matching(query, bgm, torch.tensor(labels), 0.2).item()
    assert found == pytest.approx(sum(hinges) / len(hinges), rel=1e-12)
    assert matching(query, bgm, torch.zeros(5), 0.2).item() == 0.0


def test_gradients_are_those_of_small_steps():
    query, bgm = 0.5 * vectors(4, 1).requires_grad_(), 0.5 * vectors(4, 2).requires_grad_()
    labels, tags = torch.arange(4), torch.tensor([0, 3, NO_TAG, 1])
    assert torch.autograd.gradcheck(
        lambda q, m: matching(q, m, labels, 0.2) + tagging(q, tags) + tagging(m, tags), (query, bgm)
    )


def test_tags_come_first_and_the_match_after_with_the_tags_still():
    network, pairs = made(), batch()
    query, bgm = network.embed_query(pairs.query), network.embed_bgm(pairs.bgm)
    told = tagging(network.picture.tags(query), pairs.query_tags)
    told = told + tagging(network.bgm.tags(bgm), pairs.bgm_tags)
    matched = matching(query, bgm, pairs.labels, 0.2)
    assert matched > 0.01
    for epoch in (0, 1):
        assert torch.allclose(network.loss(pairs, epoch), told)
    for epoch in (2, 90):
        assert torch.allclose(network.loss(pairs, epoch), matched + 0.1 * told)
    unpaired = replace(pairs, bgm=pairs.bgm.flip(0), bgm_tags=pairs.bgm_tags.flip(0))
    assert torch.allclose(network.loss(unpaired, 0), told)  # the first phase knows no pairs
    assert not torch.allclose(network.loss(unpaired, 2), matched + 0.1 * told)


@pytest.mark.parametrize("missing", ["query_tags", "bgm_tags"])
def test_without_tags_it_does_not_learn(missing):
    with pytest.raises(ValueError, match="learns from tags"):
        made().loss(replace(batch(), **{missing: None}), 5)


def test_the_first_phase_teaches_the_tags():
    network, pairs = made(), batch()
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-2)
    totals = []
    for _ in range(60):
        loss = network.loss(pairs, 0)
        totals.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert totals[0] == pytest.approx(2 * math.log(N_TAGS), abs=0.5)  # nothing known
    assert totals[-1] < 0.6 * totals[0]


def test_an_even_kernel_is_refused():
    with pytest.raises(ValueError, match="odd number of tokens, not 4"):
        replace(TINY, kernel=4)
