"""MRCMV's branches and loss as a retriever, and with one modality only."""

from dataclasses import replace

import pytest
import torch

from mrcmv.model import losses
from mrcmv.model.branches import BranchConfig
from mrcmv.model.heads import HeadsConfig, MrcmvHeads
from mrcmv.model.retriever import QueryFeatures
from tests.model.planted import SIZES, batch, features

TINY = HeadsConfig(SIZES, n_labels=6, branches=BranchConfig(d=8, n_heads=2, d_embedding=16))


def heads(**changes) -> MrcmvHeads:
    torch.manual_seed(0)
    return MrcmvHeads(replace(TINY, **changes))


def test_it_is_the_branches_and_the_loss_as_they_are():
    made, pairs = heads(), batch()
    query, bgm = made.embed_query(pairs.query), made.embed_bgm(pairs.bgm)
    assert torch.equal(query, made.query(pairs.query.picture, pairs.query.voice))
    assert torch.equal(bgm, made.bgm(pairs.bgm))
    for epoch, margin in ((0, 30.0), (95, 50.0)):
        expected = made.criterion(query, bgm, pairs.labels, margin).total
        assert torch.equal(made.loss(pairs, epoch), expected)
    fixed = heads(margin=5.0)
    expected = fixed.criterion(query, bgm, pairs.labels, 5.0).total
    assert torch.equal(fixed.loss(pairs, 0), fixed.loss(pairs, 95))
    assert torch.equal(fixed.loss(pairs, 0), expected)


def test_balance_zero_is_the_triplet_alone():
    made, pairs = heads(balance=0.0), batch()
    embedded = made.embed_query(pairs.query), made.embed_bgm(pairs.bgm)
    assert torch.equal(made.loss(pairs, 0), losses.triplet(*embedded, pairs.labels, 30.0))


@pytest.mark.parametrize(("used", "other"), [("voice", "picture"), ("picture", "voice")])
def test_one_modality_only_is_the_network_that_never_has_the_other(used, other):
    made = heads(modalities=(used,))
    query, strange = features(seed=1)[0], features(seed=2)[0]
    embedding = made.embed_query(query)
    given = {"picture": None, "voice": None, used: getattr(query, used)}
    assert torch.equal(embedding, made.query(**given))
    changed = replace(query, **{other: getattr(strange, other)})
    assert torch.equal(made.embed_query(changed), embedding)
    nobody = torch.zeros(6, dtype=torch.bool)
    assert torch.equal(made.embed_query(replace(query, **{f"has_{other}": nobody})), embedding)
    assert (made.embed_query(replace(query, **{used: getattr(strange, used)})) - embedding).any()
    assert (heads().embed_query(query) - embedding).abs().max() > 1e-2
    made.loss(batch(), 0).backward()
    idle = getattr(made.query, other)
    assert all(parameter.grad is None for parameter in idle.parameters())
    assert getattr(made.query, f"no_{other}").grad.any()
    assert all(parameter.grad.any() for parameter in getattr(made.query, used).parameters())


def test_a_mask_says_who_has_a_voice():
    made, (query, _) = heads(), features()
    some = torch.tensor([True, False] * 3)
    masked = made.embed_query(replace(query, has_voice=some))
    whole, voiceless = made.embed_query(query), made.embed_query(QueryFeatures(query.picture, None))
    assert torch.allclose(masked[some], whole[some], atol=1e-6)
    assert torch.allclose(masked[~some], voiceless[~some], atol=1e-6)
    assert (whole - voiceless).abs().max() > 1e-2


def test_a_clip_without_what_is_used_is_refused():
    query, _ = features()
    some = torch.tensor([True, False] * 3)
    with pytest.raises(ValueError, match="nothing to embed"):
        heads(modalities=("voice",)).embed_query(replace(query, has_voice=some))
    with pytest.raises(ValueError, match="nothing to embed"):
        heads(modalities=("picture",)).embed_query(QueryFeatures(None, query.voice))


@pytest.mark.parametrize("modalities", [(), ("smell",), ("picture", "smell")])
def test_other_modalities_are_refused(modalities):
    with pytest.raises(ValueError, match="picture, voice or both"):
        replace(TINY, modalities=modalities)
