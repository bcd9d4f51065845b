"""The loop: learns, goes on as if it had not been stopped, keeps the best."""

import json
from dataclasses import replace

import pytest
import torch

from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint
from mrcmv.model.separator import KIND, Separator, SeparatorConfig
from mrcmv.training.learner import Learner, Plan, Recipe
from mrcmv.training.separator import LEVEL, LOG, STATE, WEIGHTS, Until, _keep, train

TINY = SeparatorConfig(
    n_fft=512, runs=((16, 4), (1, 193)), n_channels=8, n_shared=3, n_hidden=16, dilations=(1, 2)
)
QUICK = Recipe(
    seed=1, batch=2, duration_s=0.3, rate=5e-3, warm_up=3, check_every=5, n_checks=1, average=0.9
)


def run(reels, out, until, recipe=QUICK, n_workers=0, **options):
    return train(
        reels, reels, out, until, recipe=recipe, config=TINY, n_workers=n_workers, **options
    )


def weights(path) -> dict[str, torch.Tensor]:
    return checkpoint.read(path, KIND).tensors


def state(out):
    return torch.load(out / STATE, weights_only=True)


def same(one, two) -> bool:
    return all(torch.equal(one[name], two[name]) for name in one)


def log(out) -> list[dict]:
    return [json.loads(line) for line in (out / LOG).read_text().splitlines()]


@pytest.fixture(scope="module")
def whole(reels, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    run(reels, out, Until(steps=30))
    return out


def test_it_learns(whole):
    lines = log(whole)
    assert [line["step"] for line in lines] == [5, 10, 15, 20, 25, 30]
    assert lines[-1]["train"] < lines[0]["train"] - 0.1
    assert lines[-1]["loss"] < lines[0]["loss"]


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(whole, reels, tmp_path):
    class Stopped(Exception):
        pass

    def stop(step, line=None, *, completed=None, total=None):
        if completed == 15:
            raise Stopped

    with pytest.raises(Stopped):
        run(reels, tmp_path, Until(steps=30), hook=stop)
    assert state(tmp_path)["step"] == 15
    run(reels, tmp_path, Until(steps=30))
    assert same(state(tmp_path)["network"], state(whole)["network"])
    assert same(weights(tmp_path / WEIGHTS), weights(whole / WEIGHTS))
    assert [line["loss"] for line in log(tmp_path)] == [line["loss"] for line in log(whole)]


def test_another_seed_is_another_network(whole, reels, tmp_path):
    run(reels, tmp_path, Until(steps=2), replace(QUICK, seed=2))
    other = Learner(TINY, QUICK, torch.device("cpu")).network.state_dict()
    assert not same(state(tmp_path)["network"], other)


def test_the_best_on_validation_is_kept_with_where_it_came_from(whole):
    kept = checkpoint.read(whole / WEIGHTS, KIND)
    best = min(log(whole), key=lambda line: line["loss"])
    assert kept.provenance["checked"]["step"] == best["step"]
    assert kept.provenance["recipe"]["seed"] == 1
    network = Separator(SeparatorConfig(**kept.config))
    checkpoint.fill(network, kept)


def test_only_a_better_check_takes_the_place_of_the_weights(tmp_path):
    learner = Learner(TINY, QUICK, torch.device("cpu"))
    for step, loss in enumerate((1.0, 0.5, 0.8)):
        _keep(learner, tmp_path, {"step": step, "loss": loss}, {})
    assert checkpoint.read(tmp_path / WEIGHTS, KIND).provenance["checked"]["step"] == 1
    assert [line["loss"] for line in log(tmp_path)] == [1.0, 0.5, 0.8]


def test_the_average_follows_the_weights_step_by_step():
    learner = Learner(TINY, replace(QUICK, average=0.5), torch.device("cpu"))
    slow = learner.network.norm.weight.detach().clone()
    stems = 0.1 * torch.randn(1, 3, 2, 2000, generator=torch.Generator().manual_seed(0))
    for step in range(12):
        learner.learn(stems)
        kept = min(0.5, (1 + step) / (10 + step))
        slow = kept * slow + (1 - kept) * learner.network.norm.weight.detach()
    assert torch.allclose(learner.average.norm.weight, slow, atol=1e-6)
    assert not torch.allclose(learner.average.norm.weight, learner.network.norm.weight, atol=1e-6)


def test_what_has_ended_does_nothing_more_and_more_steps_go_on_from_the_level_part(reels, tmp_path):
    run(reels, tmp_path, Until(steps=10))
    before = (tmp_path / STATE).read_bytes()
    run(reels, tmp_path, Until(steps=10))
    assert (tmp_path / STATE).read_bytes() == before
    assert torch.load(tmp_path / LEVEL, weights_only=True)["step"] == 8
    run(reels, tmp_path, Until(steps=20))
    assert state(tmp_path)["step"] == 20
    straight = tmp_path / "straight"
    run(reels, straight, Until(steps=20))
    assert same(state(tmp_path)["network"], state(straight)["network"])


def test_minutes_end_it_with_a_fall_of_a_fifth(reels, tmp_path):
    ticks = iter(range(10**6))
    run(reels, tmp_path, Until(minutes=1.0), clock=lambda: 4.0 * next(ticks))
    plan = state(tmp_path)["plan"]
    assert plan["falls_from"] == pytest.approx(60 * 0.8 / 4, abs=1)  # 4 s a step
    assert plan["ends_at"] == plan["falls_from"] + round(plan["falls_from"] * 0.25)
    assert state(tmp_path)["step"] == plan["ends_at"]


def test_without_a_fall_it_goes_on_from_where_it_is(reels, tmp_path):
    run(reels, tmp_path, Until(steps=6, fall=False))
    run(reels, tmp_path, Until(steps=12, fall=False))
    straight = tmp_path / "straight"
    run(reels, straight, Until(steps=12, fall=False))
    assert same(state(tmp_path)["network"], state(straight)["network"])


def test_the_rate_rises_stays_and_falls():
    plan = Plan(falls_from=80, ends_at=100)
    shares = [plan.share(step, warm_up=10) for step in range(100)]
    assert shares[:10] == pytest.approx([0.1 * (n + 1) for n in range(10)])
    assert set(shares[10:81]) == {1.0}
    assert shares[90] == pytest.approx(0.5)
    assert shares[99] == pytest.approx(0.05)
    assert Plan().share(10_000, 10) == 1.0


def test_a_folder_that_was_trained_otherwise_is_refused(whole, reels):
    with pytest.raises(WeightsError, match=r"trained with rate 0\.005 and not 0\.1"):
        run(reels, whole, Until(steps=40), replace(QUICK, rate=0.1))


def test_a_damaged_state_is_refused(reels, tmp_path):
    (tmp_path / STATE).write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="cannot be gone on from"):
        run(reels, tmp_path, Until(steps=2))


def test_mixtures_drawn_ahead_are_the_same(whole, reels, tmp_path):
    run(reels, tmp_path, Until(steps=30), n_workers=3)
    assert same(state(tmp_path)["network"], state(whole)["network"])


def test_a_run_may_begin_with_weights_that_were_trained_before(whole, reels, tmp_path):
    still = replace(QUICK, rate=1e-9)
    out = tmp_path / "on"
    run(reels, out, Until(steps=1), recipe=still, start=whole / WEIGHTS)
    begun = weights(out / WEIGHTS)
    for name, kept in weights(whole / WEIGHTS).items():
        assert torch.allclose(begun[name], kept, atol=1e-4), name
    with pytest.raises(WeightsError, match="is not there"):
        run(reels, tmp_path / "none", Until(steps=1), start=tmp_path / "none.safetensors")


def test_a_batch_in_parts_has_the_slopes_of_the_whole():
    stems = 0.1 * torch.randn(5, 3, 2, 4410, generator=torch.Generator().manual_seed(0))
    told = {}
    for n_parts in (1, 2, 3, 8):
        learner = Learner(TINY, QUICK, torch.device("cpu"))
        learner.n_parts = n_parts
        loss = learner._slopes(stems)
        slopes = [one.grad.clone() for one in learner.network.parameters()]
        told[n_parts] = (loss, torch.cat([one.flatten() for one in slopes]))
    for n_parts in (2, 3, 8):
        assert told[n_parts][0] == pytest.approx(told[1][0], rel=1e-5)
        assert torch.allclose(told[n_parts][1], told[1][1], rtol=1e-3, atol=1e-6)
    assert told[1][1].abs().max() > 0
