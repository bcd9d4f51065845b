"""The loop: heads learn on kept features, a network end to end; it goes on where it stopped."""

import json
import math
from dataclasses import replace

import pytest
import torch

from mrcmv.errors import WeightsError
from mrcmv.model import comparisons, losses, network
from mrcmv.model.comparisons import config_of
from mrcmv.training.features import features_of
from mrcmv.training.loop import LOG, SCORE, STATE, WEIGHTS, Epochs, Recipe, train
from mrcmv.training.pretraining import fresh
from mrcmv.training.retrieval import DEFAULT, PAPER, EndToEnd, Retrieval, heads_of
from mrcmv.training.samples import Sample
from mrcmv.training.tags import Tags
from tests.training.tiny_dataset import TINY, make_dataset

QUICK = Recipe(epochs=12, batch=12, rate=3e-3, cut_hop_s=8.0, latest_cut_s=8.0, drop_voice=0.1)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data"), 12, 12)


@pytest.fixture(scope="module")
def features(dataset):
    return features_of(fresh(TINY, 0), dataset, QUICK)


def heads_task(dataset, features, recipe=QUICK):
    torch.manual_seed(recipe.seed)
    return Retrieval(heads_of(fresh(TINY, 0), dataset, recipe), features, dataset, recipe)


def log(out):
    return [json.loads(line) for line in (out / LOG).read_text().splitlines()]


def state(out):
    return torch.load(out / STATE, weights_only=True)


def same(one, two):
    return all(torch.equal(one[name], two[name]) for name in one)


@pytest.fixture(scope="module")
def whole(dataset, features, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    train(heads_task(dataset, features), out, QUICK)
    return out


def test_heads_learn_to_find_the_music_of_unseen_clips(whole):
    lines = log(whole)
    assert len(lines) == QUICK.epochs
    assert lines[-1]["loss"] < 0.5 * lines[0]["loss"]
    assert lines[-1]["R@1"] > 2 * 100 / 12
    assert lines[-1]["median rank"] <= 3 < 6.5  # by chance


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(whole, dataset, features, tmp_path):
    class Stopped(Exception):
        pass

    def stop(step, line=None, *, completed=None, total=None):
        if completed == 5:
            raise Stopped

    with pytest.raises(Stopped):
        train(heads_task(dataset, features), tmp_path, QUICK, hook=stop)
    assert state(tmp_path)["epoch"] == 5
    train(heads_task(dataset, features), tmp_path, QUICK)
    assert same(state(tmp_path)["network"], state(whole)["network"])
    timeless = [[{k: v for k, v in line.items() if k != "seconds"} for line in log(one)]
                for one in (tmp_path, whole)]  # fmt: skip
    assert timeless[0] == timeless[1]


def test_what_has_ended_does_nothing_more(whole, dataset, features):
    before = (whole / STATE).read_bytes(), (whole / LOG).read_bytes()
    train(heads_task(dataset, features), whole, QUICK)
    assert ((whole / STATE).read_bytes(), (whole / LOG).read_bytes()) == before


def test_the_best_on_the_validation_is_kept_with_where_it_came_from(whole, dataset, features):
    kept = comparisons.load(whole / WEIGHTS, "heads")
    told = comparisons.checkpoint.read(whole / WEIGHTS, "heads").provenance
    best = max(log(whole), key=lambda line: line[SCORE])
    assert told["checked"]["epoch"] == best["epoch"]
    assert told["recipe"]["rate"] == QUICK.rate
    again = Retrieval(kept, features, dataset, QUICK)
    with torch.inference_mode():
        assert again.check()["median rank"] == pytest.approx(best["median rank"], abs=1)


def test_another_seed_is_another_network(dataset, features, tmp_path):
    out = [tmp_path / str(seed) for seed in (0, 1)]
    for seed, folder in enumerate(out):
        recipe = replace(QUICK, epochs=1, seed=seed)
        train(heads_task(dataset, features, recipe), folder, recipe)
    assert not same(state(out[0])["network"], state(out[1])["network"])


def test_a_folder_that_was_trained_otherwise_is_refused(whole, dataset, features, tmp_path):
    other = replace(QUICK, rate=0.5)
    with pytest.raises(WeightsError, match=r"trained with rate 0\.003 and not 0\.5"):
        train(heads_task(dataset, features, other), whole, other)
    (tmp_path / STATE).write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="cannot be gone on from"):
        train(heads_task(dataset, features), tmp_path, QUICK)


def test_a_loss_that_is_not_finite_ends_it(dataset, features, tmp_path):
    task = heads_task(dataset, features)
    task.loss = lambda batch, epoch: torch.tensor(math.nan)
    with pytest.raises(WeightsError, match="lower the rate"):
        train(task, tmp_path, QUICK)


@pytest.mark.parametrize("name", ["voice", "picture", "cbvmr", "cmmr"])
def test_comparisons_learn_by_the_same_loop_on_the_same_features(name, dataset, features, tmp_path):
    recipe = replace(QUICK, epochs=5, rate=1e-2, drop_voice=0.3)
    tags = Tags(dataset, recipe) if name == "cmmr" else None
    config = config_of(name, TINY, n_labels=24, n_tags=tags.n_tags if tags else 9)
    torch.manual_seed(0)
    task = Retrieval(comparisons.build(config), features, dataset, recipe, tags=tags)
    best = train(task, tmp_path, recipe)
    assert comparisons.load(best, comparisons.KINDS[type(config)]).config == config
    assert log(tmp_path)[-1]["loss"] < 0.98 * log(tmp_path)[0]["loss"]


def test_all_learn_from_the_same_windows_in_the_same_order(dataset, features):
    recipe = replace(QUICK, drop_voice=0.5)
    tasks = {
        name: Retrieval(
            comparisons.build(config_of(name, TINY, 24, 9)), features, dataset, recipe
        ).batches(3)
        for name in ("mrcmv", "voice", "cbvmr")
    }
    places = {
        name: [[(one.pair.pair_id, one.cut_s) for one in part] for part in parts]
        for name, parts in tasks.items()
    }
    assert places["mrcmv"] == places["voice"] == places["cbvmr"]
    assert any(one.mute for part in tasks["mrcmv"] for one in part)
    assert not any(one.mute for part in tasks["voice"] for one in part)


def test_tags_are_grades_of_what_was_measured(dataset):
    tags = Tags(dataset, QUICK)
    seen, heard = tags.of([Sample(pair) for pair in dataset.of("train")])
    assert (seen == heard).float().mean() > 0.6  # one number decides both
    assert len(set(heard.tolist())) >= 3


def test_a_muted_voice_says_nothing_to_the_heads(dataset, features):
    task = heads_task(dataset, features)
    one, other = dataset.of("train")[:2]
    same_picture = replace(other, take_id=one.take_id)
    with torch.inference_mode():
        muted = [Sample(pair, 0.0, mute=True) for pair in (one, same_picture)]
        told = task.retriever.embed_query(features.query(muted))
        heard = task.retriever.embed_query(features.query([Sample(one), Sample(same_picture)]))
    assert torch.equal(told[0], told[1])
    assert not torch.equal(heard[0], heard[1])


def test_the_paper_trains_everything_by_its_own_numbers():
    assert (PAPER.optimiser, PAPER.rate, PAPER.momentum) == ("sgd", 1e-6, 0.9)
    assert [losses.margin(epoch) for epoch in (0, 79, 80, 90)] == [30, 30, 40, 50]
    assert losses.BALANCE == 0.1
    assert PAPER.share(0.0) == PAPER.share(0.99) == 1.0
    optimiser = Epochs(torch.nn.Linear(1, 1), PAPER, torch.device("cpu")).optimiser
    assert isinstance(optimiser, torch.optim.SGD)


def test_the_rate_rises_stays_and_falls():
    recipe = replace(DEFAULT, rise=0.1, fall=0.5)
    assert recipe.share(0.05) == pytest.approx(0.51)
    assert recipe.share(0.3) == 1.0
    assert recipe.share(0.75) == pytest.approx(0.5)


def test_end_to_end_every_weight_learns_but_the_means_of_normalisation_stay(dataset, tmp_path):
    small = make_dataset(tmp_path / "data", 4, 2)
    recipe = replace(QUICK, epochs=1, batch=4, rate=1e-2)
    own = fresh(TINY, 0)
    with torch.no_grad():  # blocks begin by changing nothing: let them have a say
        for name, weight in own.named_parameters():
            if name.endswith("norm_c.weight"):
                weight.fill_(0.5)
    before = {name: tensor.clone() for name, tensor in own.state_dict().items()}
    train(EndToEnd(own, small, recipe), tmp_path / "out", recipe)
    after = own.state_dict()
    still = {name for name in before if torch.equal(before[name], after[name])}
    assert {name for name in still if "running" in name or "batches" in name} == {
        name for name in before if "running" in name or "batches" in name
    }
    moved = {name.split(".")[0] for name in before if name not in still}
    assert moved >= {"slowfast", "voice_vggish", "bgm_vggish", "query", "bgm"}
    assert isinstance(network.load(tmp_path / "out" / WEIGHTS), network.Mrcmv)
