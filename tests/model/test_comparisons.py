"""Laws that every compared network keeps: shapes, missing modalities, learning, checkpoints."""

import json
from dataclasses import asdict, replace

import pytest
import torch

from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint, comparisons
from mrcmv.model.branches import BranchConfig
from mrcmv.model.network import CONFIGS, Mrcmv, MrcmvConfig
from mrcmv.model.retriever import FeatureSizes, QueryFeatures, Retriever, distances
from mrcmv.model.slowfast import SlowFastConfig
from mrcmv.model.vggish import VggishConfig
from tests.model.planted import N_TAGS, SIZES, batch, features, only

D = 16
LIKE = MrcmvConfig(
    SlowFastConfig(depths=(1, 1), width=4, beta=2),
    VggishConfig(channels=(2, 2, 2, 2), n_hidden=4, n_features=6),
    BranchConfig(d=8, n_heads=2, d_embedding=D),
)
SMALL = {
    "cmmr": {"d": 8, "pretrain_epochs": 0},
    "cbvmr": {"picture_layers": (16,), "bgm_layers": (16, 12)},
}
NETWORKS = tuple(comparisons.LABELS)
PICTURE_ONLY = ("picture", "cmmr", "cbvmr")


def config(name: str, n: int = 6) -> comparisons.Config:
    config = comparisons.config_of(name, LIKE, n_labels=n, n_tags=N_TAGS)
    return replace(config, sizes=SIZES, **SMALL.get(name, {}))


def made(name: str) -> Retriever:
    torch.manual_seed(0)
    network = comparisons.build(config(name))
    if name == "cbvmr":  # statistics of some batch, not of none
        network.train().loss(batch(), 0)
    return network.eval()


def test_features_have_the_sizes_that_backbones_give():
    assert comparisons.sizes_of(CONFIGS["compact"]) == FeatureSizes(256, 768, 128, 128)
    network = Mrcmv(LIKE).eval()
    frames = torch.zeros(1, 3, 64, 16, 16), torch.zeros(1, 3, 8, 16, 16)
    sights, heard = (
        network.picture_features(frames),
        network.bgm_features(torch.zeros(1, 72, 96, 64)),
    )
    sizes = comparisons.sizes_of(LIKE)
    assert sights.fast.shape == (1, 64, sizes.n_fast)
    assert sights.slow.shape == (1, 8, sizes.n_slow)
    assert heard.shape == (1, 72, sizes.n_bgm)


def test_mrcmv_takes_the_heads_branches_as_they_are():
    heads = comparisons.build(comparisons.config_of("mrcmv", LIKE, 6, N_TAGS))
    whole = Mrcmv(LIKE)
    whole.query.load_state_dict(heads.query.state_dict())
    whole.bgm.load_state_dict(heads.bgm.state_dict())


@pytest.mark.parametrize("name", NETWORKS)
def test_embeddings_of_both_sides_lie_in_one_space(name):
    network, (query, bgm) = made(name), features()
    assert network.embed_query(query).shape == network.embed_bgm(bgm).shape == (6, D)
    assert network.modalities <= {"picture", "voice"}
    assert (
        distances(network.embed_query(query), network.embed_bgm(bgm), network.distance)
        .isfinite()
        .all()
    )
    loss = network.loss(batch(), 0)
    assert loss.shape == ()
    assert loss > 0


@pytest.mark.parametrize("name", NETWORKS)
def test_clips_and_music_of_a_batch_do_not_see_each_other(name):
    network, (query, bgm) = made(name), features()
    queries, music = network.embed_query(query), network.embed_bgm(bgm)
    for i in range(6):
        assert torch.allclose(network.embed_query(only(query, i))[0], queries[i], atol=1e-5)
        assert torch.allclose(network.embed_bgm(bgm[i : i + 1])[0], music[i], atol=1e-5)
    assert (queries[0] - queries[1]).abs().max() > 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_not_among_its_modalities_changes_nothing(name):
    network, query, strange = made(name), features(seed=1)[0], features(seed=2)[0]
    embedding = network.embed_query(query)
    for modality in ("picture", "voice"):
        changed = network.embed_query(replace(query, **{modality: getattr(strange, modality)}))
        assert torch.equal(changed, embedding) == (modality not in network.modalities)


@pytest.mark.parametrize("name", PICTURE_ONLY)
def test_where_only_the_picture_counts_a_missing_voice_does_not_and_a_missing_picture_is_refused(
    name,
):
    network, (query, _) = made(name), features()
    voiceless = network.embed_query(QueryFeatures(query.picture, None))
    assert torch.equal(voiceless, network.embed_query(query))
    some = torch.tensor([True, False] * 3)
    assert torch.equal(network.embed_query(replace(query, has_voice=some)), voiceless)
    for blind in (QueryFeatures(None, query.voice), replace(query, has_picture=some)):
        with pytest.raises(ValueError, match="nothing to embed"):
            network.embed_query(blind)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_few_steps_lead_queries_to_their_music(name):
    torch.manual_seed(1)
    network, pairs = comparisons.build(config(name)).train(), batch(4)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-2)
    totals = []
    for _ in range(40):
        loss = network.loss(pairs, 0)
        totals.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert totals[-1] < 0.5 * totals[0]
    network.eval()
    far = distances(
        network.embed_query(pairs.query), network.embed_bgm(pairs.bgm), network.distance
    )
    own = torch.eye(4, dtype=torch.bool)
    assert far[own].mean() < 0.7 * far[~own].mean()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_checkpoint_makes_the_same_network_again(name, tmp_path):
    network, (query, bgm) = made(name), features()
    path = tmp_path / "a.safetensors"
    comparisons.save(network, path, {"data": "none"})
    again = comparisons.load(path, comparisons.KINDS[type(network.config)])
    assert again.config == network.config
    assert type(again) is type(network)
    assert not again.training
    assert torch.allclose(again.embed_query(query), network.embed_query(query), atol=2e-2)
    network.load_state_dict(
        {
            name: tensor.half()
            for name, tensor in network.state_dict().items()
            if tensor.is_floating_point()
        },
        strict=False,
    )
    assert torch.equal(again.embed_query(query), network.embed_query(query))
    assert torch.equal(again.embed_bgm(bgm), network.embed_bgm(bgm))


@pytest.mark.parametrize("name", NETWORKS)
def test_configs_survive_json(name):
    first = config(name)
    kind = comparisons.KINDS[type(first)]
    assert comparisons._read(kind, json.loads(json.dumps(asdict(first)))) == first


def test_another_kind_and_a_config_that_builds_nothing_are_refused_in_a_sentence(tmp_path):
    network, path = made("cmmr"), tmp_path / "a"
    comparisons.save(network, path, {})
    with pytest.raises(WeightsError, match="weights of a cmmr, not of a cbvmr"):
        comparisons.load(path, "cbvmr")
    good = asdict(network.config)
    for wrong in ({}, good | {"kernel": 2}, good | {"n_noses": 1}, good | {"sizes": {"n_fast": 1}}):
        checkpoint.save(network, path, kind="cmmr", config=wrong, provenance={})
        with pytest.raises(WeightsError, match="describes no network that can be built"):
            comparisons.load(path, "cmmr")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_name_says_what_is_used_of_the_query(name):
    both, one = {"picture", "voice"}, {"voice"} if name == "voice" else {"picture"}
    assert made(name).modalities == (both if name == "mrcmv" else one)


def test_names_are_known_and_built_from_words_is_said_so():
    assert [name for name, label in comparisons.LABELS.items() if label.startswith("after ")] == [
        "cmmr",
        "cbvmr",
    ]
    with pytest.raises(ValueError, match="'mac' is none of mrcmv, voice, picture, cmmr, cbvmr"):
        comparisons.config_of("mac", LIKE, 1, 1)
