"""Deleting seconds from the raw clip: what is gone, and what a check of rankings sees."""

import numpy as np
import pytest
import torch

from mrcmv.explain import deletion
from mrcmv.explain.checking import (
    Measured,
    advantages,
    check,
    evidence_of,
    mean_of,
)
from mrcmv.explain.deletion import RANDOM, SILENCE, RawClip, curves, ranked, steps, without_seconds
from mrcmv.explain.evidence import claims
from mrcmv.explain.randomisation import ATTENTION, likeness, shuffled
from mrcmv.explain.scoring import Gallery
from mrcmv.explain.table import markdown
from mrcmv.explain.timeline import Timeline
from tests.explain import scenes

LINE = Timeline.of(scenes.WINDOW)
SPECIAL = 12


def clip(seed: int = 0, voice: bool = True) -> RawClip:
    return RawClip(LINE, scenes.fast(seed), scenes.patches(seed + 50) if voice else None)


def bright_second(frames, _) -> torch.Tensor:
    """A planted network: it sees nothing but the picture of second 12."""
    fast = frames[0].mean(dim=(1, 3, 4))  # (batch, 64)
    here = torch.from_numpy(LINE.fast_seconds == SPECIAL)
    return torch.stack([fast[:, here].mean(1), torch.zeros(len(fast))], dim=1)


def planted_clip() -> RawClip:
    made = clip()
    made.fast[:, :, torch.from_numpy(LINE.fast_seconds == SPECIAL)] += 5.0
    return made


def nearness(embeddings: np.ndarray) -> np.ndarray:
    return embeddings[:, 0]


def order_with(second: int, place: int) -> np.ndarray:
    rest = [n for n in range(32) if n != second]
    return np.array([*rest[:place], second, *rest[place:]])


def test_deleted_seconds_are_the_usual_picture_and_silence_and_the_rest_stays():
    whole = clip()
    gone = np.zeros((2, 32), bool)
    gone[1, 3] = True
    (fast, slow), patches = without_seconds(whole, gone)
    assert torch.equal(fast[0], whole.fast[0])
    assert torch.equal(patches[0], whole.patches[0])
    here = LINE.fast_seconds == 3
    usual = whole.fast[0].median(1, keepdim=True).values
    assert torch.equal(fast[1][:, here], usual.expand(-1, 2, -1, -1))
    assert torch.equal(fast[1][:, ~here], whole.fast[0][:, ~here])
    assert torch.equal(slow[1], fast[1][:, 4::8])
    silent = patches[1] == SILENCE
    assert np.array_equal(silent.all(-1).numpy(), LINE.patch_seconds == 3)


def test_what_happens_once_leaves_no_trace_in_what_stands_in_for_a_second():
    """A mean would spread it over all that is deleted: seconds at random would bring it in."""
    flash = clip()
    flash.fast.zero_()[:, :, torch.from_numpy(LINE.fast_seconds == SPECIAL)] = 9.0
    gone = np.zeros((1, 32), bool)
    gone[0, [3, SPECIAL]] = True
    (fast, _), _ = without_seconds(flash, gone)
    assert fast.abs().max() == 0.0


def test_silence_is_what_the_front_end_makes_of_no_sound():
    from mrcmv.model import vggish

    assert vggish.log_mel(torch.zeros(16000)).numpy() == pytest.approx(SILENCE)


def test_steps_delete_ever_more_of_the_first():
    order = np.random.default_rng(0).permutation(32)
    gone = steps(order)
    assert gone.sum(1).tolist() == [2, 4, 8, 16]
    assert set(np.flatnonzero(gone[0])) == set(order[:2])
    assert (gone[1:] >= gone[:-1]).all()
    assert steps(np.arange(3)).sum(1).tolist() == [1, 1, 1, 2]


def test_equal_seconds_are_ranked_by_time():
    assert ranked(np.array([1.0, 3.0, 1.0, 3.0], np.float32)).tolist() == [1, 3, 0, 2]


def test_a_ranking_that_knows_the_second_that_matters_beats_chance_and_one_that_does_not_doesnt():
    orders = {"knows": order_with(SPECIAL, 0), "misses": order_with(SPECIAL, 31)}
    found = curves(bright_second, planted_clip(), orders, nearness, n_draws=40)
    assert found["knows"] == pytest.approx(np.full(4, found["knows"][0]))
    assert found["knows"][0] > 90
    assert found["misses"] == pytest.approx(np.zeros(4), abs=1e-3)
    # By chance the second is among those deleted as often as its share says.
    shares = np.array(deletion.SHARES) * found["knows"][0]
    assert found[RANDOM] == pytest.approx(shares, abs=20)


def test_nothing_is_lost_by_a_network_that_ignores_the_clip():
    def blind(frames, _) -> torch.Tensor:
        return torch.ones(len(frames[0]), 2)

    found = curves(blind, clip(), {"any": np.arange(32)}, nearness)
    assert np.concatenate(list(found.values())) == pytest.approx(np.zeros(8))


def test_a_match_without_a_lead_has_no_loss():
    found = curves(bright_second, planted_clip(), {}, lambda e: -nearness(e))
    assert np.isnan(found[RANDOM]).all()


def gated_on_bright_seconds() -> tuple[torch.nn.Module, list[RawClip]]:
    """A network whose gate opens where second 12's picture is, and clips that have one."""
    network = scenes.tiny(self_attention=False, cross_attention=False)
    clips = []
    for seed in range(4):
        one = clip(seed, voice=False)
        one.fast.mul_(0.1)[:, :, torch.from_numpy(LINE.fast_seconds == SPECIAL)] += 4.0
        clips.append(one)
    with torch.inference_mode():
        features = network.picture_features(clips[0].inputs[0])
        tokens = network.query.picture(features)[0]
    here = torch.from_numpy((LINE.picture_seconds == SPECIAL) & ~LINE.is_slow)
    quiet = tokens[~here & torch.from_numpy(~LINE.is_slow)].mean(0)
    way = tokens[here].mean(0) - quiet
    gate = network.query.gate.linear
    gate.weight.data.zero_()
    gate.weight.data[:8, :8] = way / way.norm() ** 2
    # Open by ½ at the special second and shut half-way to it.
    gate.bias.data = torch.full_like(gate.bias, 0.0)
    gate.bias.data[:8] = -(way @ quiet) / way.norm() ** 2 - 0.5
    gate.bias.data[8:] = -1.0
    # What the gate lets through moves the embedding far from where it lies without anything.
    network.query.embed.weight.data *= 40
    return network, clips


def nearest_gallery(network, clips: list[RawClip]) -> Gallery:
    with torch.inference_mode():
        queries = torch.cat([network.embed_query(*one.inputs) for one in clips]).numpy()
    return scenes.gallery(queries.mean(0), n_tracks=8)


def test_the_check_sees_that_a_gate_decides_and_that_blind_attention_does_not():
    network, clips = gated_on_bright_seconds()
    gallery = nearest_gallery(network, clips)
    found = check(network, clips, gallery, n_draws=3)
    told = advantages(found)
    assert told["gate"].low > 10  # per cent of the lead
    assert told["occlusion"].low > 10
    # Without attention rollout is even: it ranks seconds by slow frames and time, blindly.
    assert told["rollout"].high < 0
    assert all(np.isnan(one.alike_all) for one in found)


def test_checks_of_a_network_of_chance_hold_what_must_hold():
    network = scenes.tiny()
    clips = [clip(seed) for seed in range(2)]
    gallery = nearest_gallery(network, clips)
    steps_told = []
    found = check(
        network, clips, gallery, n_draws=2, hook=lambda step, **_: steps_told.append(step)
    )
    assert max(one.sum_error for one in found) < 1e-4
    assert all(one.alike_attention < 0.9 for one in found)
    assert set(found[0].losses) == {"rollout", "gate", "occlusion", RANDOM}
    assert len(steps_told) == 2
    again = check(network, clips, gallery, n_draws=2)
    assert again[1].losses[RANDOM] == pytest.approx(found[1].losses[RANDOM])


def test_shuffling_changes_maps_and_keeps_the_numbers():
    network = scenes.tiny()
    mixed = shuffled(network, 0, ATTENTION)
    for name, weights in network.state_dict().items():
        other = mixed.state_dict()[name]
        assert torch.equal(weights.flatten().sort()[0], other.flatten().sort()[0])
        if not name.startswith(ATTENTION):
            assert torch.equal(weights, other)
    own, others = scenes.told(network, n=0).maps, scenes.told(mixed, n=0).maps
    assert likeness(own, own) == pytest.approx(1.0)
    assert likeness(own, others) < 0.9
    even = {"voice_to_voice": np.full((2, 72, 72), 1 / 72)}
    assert np.isnan(likeness(even, even))


def test_one_track_is_no_catalog_to_check_against():
    network = scenes.tiny()
    alone = Gallery(np.zeros((2, 16), np.float32), ("a", "a"), (0.0, 8.0))
    with pytest.raises(ValueError, match="in a catalog of one: add music"):
        check(network, [clip()], alone)


def made(gate: float, rollout: float, n: int = 30) -> list[Measured]:
    rng = np.random.default_rng(0)

    def noisy(level: float) -> np.ndarray:
        return (level + rng.normal(0, 2, 4)).astype(np.float32)

    return [
        Measured(
            1e-7, 0.1, 0.05,
            {"rollout": noisy(rollout), "gate": noisy(gate), "occlusion": noisy(30.0),
             RANDOM: noisy(10.0)},
        )
        for _ in range(n)
    ]  # fmt: skip


def test_the_table_says_what_may_be_claimed():
    found = made(gate=20.0, rollout=10.0)
    evidence = evidence_of(found, "hash", "made up")
    told = markdown(found, claims(evidence), "made up")
    assert not evidence.rollout.proven
    assert "| deleting by gate less random, % of lead | 30 |" in told
    assert "beats random" in told
    assert "Rollout does not beat random seconds: captions claim no causes." in told
    assert "Seconds that the gate ranks highest decide more than random ones" in told
    assert "| random seconds | 30 |" in told
    few = markdown(found[:5], claims(evidence_of(found[:5], "hash", "made up")), "made up")
    assert "too few clips" in few
    assert "Fewer than 20 clips prove nothing: captions claim no causes." in few


def test_means_have_the_bootstraps_interval():
    rng = np.random.default_rng(1)
    values = rng.normal(3.0, 1.0, 100)
    told = mean_of(values.tolist())
    half = 1.96 * values.std() / 10
    assert told.mean == pytest.approx(values.mean())
    assert told.low == pytest.approx(values.mean() - half, abs=0.05)
    assert told.high == pytest.approx(values.mean() + half, abs=0.05)
    assert mean_of([float("nan"), 2.0]).n == 1
    assert np.isnan(mean_of([2.0]).low)
