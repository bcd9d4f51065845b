"""Features, batches and distances: what all retrievers share."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mrcmv.model.retriever import QueryFeatures, Retriever, distances
from tests.model.planted import features


def vectors(n: int, seed: int, d: int = 5) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator, dtype=torch.float64)


def test_distances_equal_their_definitions():
    query, bgm = vectors(3, 1), vectors(4, 2)
    euclid, cosine = (distances(query, bgm, how) for how in ("euclid", "cosine"))
    assert euclid.shape == cosine.shape == (3, 4)
    for i, q in enumerate(query.numpy()):
        for j, m in enumerate(bgm.numpy()):
            assert euclid[i, j].item() == pytest.approx(np.sqrt(((q - m) ** 2).sum()))
            similarity = (q @ m) / np.sqrt((q @ q) * (m @ m))
            assert cosine[i, j].item() == pytest.approx(1 - similarity)


def test_cosine_knows_no_length_and_euclid_does():
    query, bgm = vectors(3, 1), vectors(4, 2)
    cosine, longer = (distances(query, m, "cosine") for m in (bgm, 7 * bgm))
    assert torch.allclose(cosine, longer)
    assert not torch.allclose(distances(query, bgm, "euclid"), distances(query, 7 * bgm, "euclid"))


def test_near_points_far_out_keep_their_distance():
    far = 1000 + torch.zeros(30, 512)
    near = far.clone()
    near[:, 0] += 1
    assert torch.allclose(distances(far, near, "euclid"), torch.tensor(1.0))


def test_on_unit_length_both_rank_alike():
    query, bgm = (torch.nn.functional.normalize(vectors(6, seed), dim=1) for seed in (1, 2))
    ranks = [distances(query, bgm, how).argsort(dim=1) for how in ("euclid", "cosine")]
    assert torch.equal(*ranks)


def test_pictures_are_given_only_where_every_clip_has_one():
    query, _ = features(3)
    assert query.seen() is query.picture
    assert replace(query, has_picture=torch.ones(3, dtype=torch.bool)).seen() is query.picture
    some = torch.tensor([True, False, True])
    for blind in (replace(query, has_picture=some), QueryFeatures(None, query.voice)):
        with pytest.raises(ValueError, match="without picture has nothing to embed"):
            blind.seen()


def test_a_retriever_must_embed_both_and_learn():
    class Deaf(Retriever):
        def embed_query(self, features):
            return features.voice

    with pytest.raises(TypeError, match="embed_bgm"):
        Deaf()
