"""Numbers of a query against the network's own, and what tips a match."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mrcmv.explain import explain
from mrcmv.explain.explanation import MAPS
from mrcmv.explain.occlusion import PARTS, occluded, without_tokens
from mrcmv.explain.scoring import Gallery, leads, outcome
from mrcmv.explain.timeline import Timeline
from mrcmv.types import Span
from tests.explain import scenes


def test_maps_and_gate_are_the_networks_own(told):
    network = scenes.tiny()
    seen = scenes.features(network)
    with torch.inference_mode():
        inside = network.query.internals(seen.picture, seen.voice)
    for name in MAPS:
        assert np.array_equal(told.maps[name], getattr(inside, name)[0].numpy())
        assert told.maps[name].sum(-1) == pytest.approx(np.ones((2, 72)), abs=1e-5)
        assert told.means[name] == pytest.approx(told.maps[name].mean(0))
    g = inside.gate[0].numpy()
    assert np.array_equal(told.gate, np.stack([g[:, :8], g[:, 8:]]))
    halves = g[:, :8] * inside.picture[0].numpy(), g[:, 8:] * inside.voice[0].numpy()
    assert told.flow == pytest.approx(np.linalg.norm(halves, axis=-1), rel=1e-5)
    assert told.voice_share == pytest.approx(told.flow[1] / told.flow.sum(0))


def test_score_without_the_voice_is_that_of_a_clip_that_has_none(told):
    network = scenes.tiny()
    seen = scenes.features(network)
    with torch.inference_mode():
        query = network.query(seen.picture, seen.voice)[0].numpy()
        none = torch.tensor([False])
        mute = network.query(seen.picture, seen.voice, None, none).numpy()
        blind = network.query(seen.picture, seen.voice, none, None).numpy()
    gallery = scenes.gallery(query)
    for name, embedding in (("without_voice", mute), ("without_picture", blind)):
        for one in told.matches:
            expected = outcome(gallery.distances(embedding)[0], gallery.track_ids, one.track_id)
            assert one.outcomes[name].rank == expected.rank
            assert one.outcomes[name].distance == pytest.approx(expected.distance, rel=1e-5)


def test_a_tracks_rank_and_distance_are_its_best_windows(told):
    assert [one.outcomes["both"].rank for one in told.matches] == [1, 2, 3]
    assert [one.outcomes["both"].distance for one in told.matches] == pytest.approx([1, 2, 3], 1e-4)


def test_equal_tracks_share_a_rank():
    apart = np.array([2.0, 1.0, 2.0, 3.0], np.float32)
    ranks = [outcome(apart, ("a", "b", "c", "d"), name).rank for name in "abcd"]
    assert ranks == [2, 1, 2, 4]


def test_the_lead_leaves_out_the_tracks_own_windows():
    apart = np.array([[1.0, 9.0, 4.0, 6.0]], np.float32)
    assert leads(apart, ("a", "a", "b", "c"), 0) == pytest.approx([4.0])
    assert leads(apart, ("a",) * 4, 0) == pytest.approx([-1.0])


def test_occluding_nothing_changes_nothing():
    network = scenes.tiny()
    seen = scenes.features(network)
    line = Timeline.of(scenes.WINDOW)
    same = without_tokens(seen, line, np.zeros((2, 32), bool), ("picture", "voice"))
    assert torch.equal(same.picture.fast[1], seen.picture.fast[0])
    assert torch.equal(same.picture.slow[0], seen.picture.slow[0])
    assert torch.equal(same.voice[1], seen.voice[0])


def test_occluding_a_second_changes_its_tokens_and_no_others():
    network = scenes.tiny()
    seen, line = scenes.features(network), Timeline.of(scenes.WINDOW)
    gone = np.zeros((1, 32), bool)
    gone[0, 6] = True
    left = without_tokens(seen, line, gone, ("picture", "voice"))
    for before, after, seconds in (
        (seen.picture.fast, left.picture.fast, line.fast_seconds),
        (seen.picture.slow, left.picture.slow, line.slow_seconds),
        (seen.voice, left.voice, line.voice_seconds),
    ):
        changed = (before != after).any(-1)[0].numpy()
        assert np.array_equal(np.flatnonzero(changed), np.flatnonzero(seconds == 6))
        usual = before.median(1).values[0]
        assert torch.equal(after[0, changed], usual.expand(int(changed.sum()), -1))


def test_ties_equal_one_second_at_a_time(told):
    """The slow way: each second by itself, through the branch, with distances written out."""
    network = scenes.tiny()
    seen, line = scenes.features(network), Timeline.of(scenes.WINDOW)
    with torch.inference_mode():
        query = network.query(seen.picture, seen.voice)[0].numpy()
    gallery = scenes.gallery(query)

    def lead(embedding: np.ndarray, row: int, track: str) -> float:
        far = np.sqrt(((gallery.embeddings - embedding) ** 2).sum(1))
        others = [d for d, name in zip(far, gallery.track_ids, strict=True) if name != track]
        return float(np.mean(others) - far[row])

    match, row = told.matches[1], 3  # t1 at 8 s
    assert match.lead == pytest.approx(lead(query, row, "t1"), rel=1e-4)
    for part, parts in enumerate(PARTS):
        for second in (0, 6, 31):
            gone = np.eye(32, dtype=bool)[second : second + 1]
            left = without_tokens(seen, line, gone, parts)
            with torch.inference_mode():
                embedding = network.query(left.picture, left.voice)[0].numpy()
            expected = match.lead - lead(embedding, row, "t1")
            assert match.ties[part, second] == pytest.approx(expected, abs=1e-4)


def test_the_second_that_alone_is_embedded_is_the_one_that_ties():
    network = planted_readout(second=12)
    told = scenes.told(network)
    assert told.matches[0].ties[0].argmax() == 12
    others = np.delete(told.matches[0].ties[0], 12)
    assert np.abs(others).max() < 1e-3 < told.matches[0].ties[0, 12]


def planted_readout(second: int):
    """A network that passes tokens on as they come and embeds those of one second alone."""
    network = scenes.tiny(self_attention=False, cross_attention=False, gate=False)
    line = Timeline.of(scenes.WINDOW)
    weights = network.query.embed.weight.data.reshape(16, 72, 8)
    # Picture and voice of a token are added up, so one half in the second is ignored as well.
    weights[:, (line.picture_seconds != second) | (line.voice_seconds != second)] = 0.0
    return network


def test_a_clip_without_voice_is_told_as_one():
    told = scenes.told(voice=False)
    assert not told.has_voice
    assert set(told.matches[0].outcomes) == {"both"}
    assert np.isnan(told.matches[0].ties[2]).all()
    assert np.isfinite(told.matches[0].ties[:2]).all()
    assert told.matches[0].ties[0] == pytest.approx(told.matches[0].ties[1])
    assert told.rollout_by_second[1].max() == 0.0
    voices = told.maps["voice_to_voice"]
    assert voices == pytest.approx(np.full_like(voices, 1 / 72), abs=1e-5)


def test_a_short_clips_seconds_are_its_own():
    told = scenes.told(window=Span(0.0, 7.3))
    assert told.rollout_by_second.shape == (2, 8)
    assert told.matches[0].ties.shape == (3, 8)


def test_ablated_networks_can_be_explained():
    bare = scenes.told(scenes.tiny(self_attention=False, cross_attention=False, gate=False))
    assert bare.maps == {}
    assert bare.gate is None
    assert np.array_equal(bare.rolled, np.eye(144))
    assert scenes.told(scenes.tiny(gate=False)).flow.shape == (2, 72)


def test_occluded_in_batches_is_occluded_at_once(monkeypatch):
    network = scenes.tiny()
    seen, line = scenes.features(network), Timeline.of(scenes.WINDOW)
    whole = occluded(network.query, seen, line)
    monkeypatch.setattr("mrcmv.explain.occlusion.BATCH", 5)
    assert occluded(network.query, seen, line) == pytest.approx(whole, abs=1e-5)


def test_what_makes_no_sense_is_refused_in_a_sentence():
    network = scenes.tiny()
    seen = scenes.features(network)
    with torch.inference_mode():
        query = network.query(seen.picture, seen.voice)[0].numpy()
    gallery = scenes.gallery(query)
    two = replace(seen, voice=seen.voice.expand(2, -1, -1), picture=None)
    with pytest.raises(ValueError, match="one clip window is explained at a time, not 2"):
        explain(network.query, two, scenes.WINDOW, gallery, ())
    with pytest.raises(ValueError, match="track t0 has no window at 3 s"):
        explain(network.query, seen, scenes.WINDOW, gallery, [scenes.match(0, 3.0)])
    for distance in (1.1, float("nan")):
        other = replace(scenes.match(0), distance=distance)
        with pytest.raises(ValueError, match="by these features: find again by the method"):
            explain(network.query, seen, scenes.WINDOW, gallery, [other])
    with pytest.raises(ValueError, match="no track to compare with"):
        Gallery(np.zeros((0, 16), np.float32), (), ())
    with pytest.raises(ValueError, match="expected one embedding"):
        Gallery(np.zeros((3, 16), np.float32), ("a",), (0.0,))
    with pytest.raises(ValueError, match="must be finite"):
        Gallery(np.full((1, 16), np.nan, np.float32), ("a",), (0.0,))
