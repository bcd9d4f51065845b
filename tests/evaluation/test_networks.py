"""Trained networks before a protocol's questions, under each condition of the voice."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mrcmv.cli import networks
from mrcmv.cli.networks import WHOLE, Points, methods_of, runs_of
from mrcmv.corpus.decoding import decode
from mrcmv.errors import WeightsError
from mrcmv.evaluation.judging import judge
from mrcmv.evaluation.protocol import CONDITIONS, UNHEARD, protocol_of
from mrcmv.model import network
from mrcmv.model.retriever import distances
from mrcmv.training.loop import Recipe
from mrcmv.training.pretraining import fresh
from mrcmv.training.variants import train_variants
from tests.tiny_corpus import make_corpus
from tests.training.tiny_dataset import TINY

NAMES = ("mrcmv", "voice", "cbvmr")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A corpus of four pairs a split, a network, variants of it, and what the test asks."""
    folder = tmp_path_factory.mktemp("made")
    corpus = make_corpus(folder, per_split=4)
    network.save(fresh(TINY, 0), folder / "n.safetensors", {"recipe": {"seed": 7}})
    whole = network.load(folder / "n.safetensors")
    dataset = decode(corpus, ("train", "validation", "test"), side_px=TINY.side_px)
    train_variants(whole, dataset, folder / "v", NAMES, [0, 1], Recipe(epochs=1, batch=4))
    own = [
        {"pair_id": one.pair_id, "take_id": one.take_id, "piece_id": one.piece_id,
         "music_start_s": one.music_start_s, "target": [float(at)]}
        for at, one in enumerate(dataset.of("test"))
    ]  # fmt: skip
    truths = tuple((one["piece_id"], one["music_start_s"]) for one in own)
    windows = tuple((one.piece_id, one.start_s) for one in dataset.windows if one.split == "test")
    gallery = SimpleNamespace(queries=np.arange(4), windows=truths, truth=np.arange(4))
    energy = {window: float(at) for at, window in enumerate(windows)}
    protocol = protocol_of(
        corpus.name, own, {"gallery of 4": [gallery]}, windows, energy, {"real music": windows}
    )
    runs = runs_of([folder / "n.safetensors"], [folder / "v"])
    points = Points(corpus, protocol, "test", 1)
    return SimpleNamespace(**locals())


def test_whole_networks_have_their_own_seed_and_variants_theirs(made):
    assert [(run.label, run.seed) for run in made.runs] == [
        (WHOLE, 7), ("MRCMV", 0), ("MRCMV", 1), ("voice only", 0), ("voice only", 1),
        ("after CBVMR [8]", 0), ("after CBVMR [8]", 1),
    ]  # fmt: skip


def test_who_hears_is_judged_under_each_condition_and_who_does_not_once(made):
    told = [(one.name, one.seed, how)
            for one, how in methods_of(made.runs, made.points, ("clean", "none"))]  # fmt: skip
    clean, none = CONDITIONS[0], CONDITIONS[3]
    assert told == [
        (WHOLE, 7, clean), (WHOLE, 7, none),
        ("MRCMV", 0, clean), ("MRCMV", 0, none), ("MRCMV", 1, clean), ("MRCMV", 1, none),
        ("voice only", 0, clean), ("voice only", 1, clean),
        ("after CBVMR [8]", 0, UNHEARD), ("after CBVMR [8]", 1, UNHEARD),
    ]  # fmt: skip


def test_a_network_is_asked_what_it_says_itself_of_the_files(made):
    """The slow twin: each clip and each window through the whole network, one by one."""
    from mrcmv.inputs import square_tensors

    gallery = made.protocol.galleries["gallery of 4"][0]
    dataset, whole = made.dataset, made.whole
    pairs = {one.pair_id: one for one in dataset.pairs}
    for voice in ("clean", "none"):
        queries, music = [], []
        with torch.inference_mode():
            for name in made.protocol.queries:
                squares = torch.from_numpy(np.array(dataset.pictures(pairs[name].take_id)))[None]
                said = torch.from_numpy(dataset.voice(name).astype(np.float32))[None]
                heard = said if voice == "clean" else None
                queries.append(whole.embed_query(square_tensors(squares), heard)[0])
            for window in gallery.windows:
                patches = torch.from_numpy(dataset.music(*window).astype(np.float32))[None]
                music.append(whole.embed_bgm(patches)[0])
        slow = distances(torch.stack(queries), torch.stack(music), "euclid").square().numpy()
        (one, _), *_ = methods_of(made.runs[:1], made.points, (voice,))
        np.testing.assert_allclose(one.distances(gallery), slow, rtol=0.02, atol=0.02)


def test_results_of_networks_know_the_energy_of_what_is_drawn_from_the_offer(made):
    one, how = next(iter(methods_of(made.runs, made.points, ("clean",))))
    told = judge(made.protocol, one.name, one.seed, one.distances, condition=how)
    assert set(told.galleries["real music"].figures) == {"arousal", "energy"}
    assert told.galleries["real music"].n_tracks[0] == 4


def test_clips_of_all_splits_have_the_points_that_the_test_gives_them(made):
    rows = [{"pair_id": pair.pair_id} for pair in made.dataset.pairs]
    queries, music = made.points.of_pairs(made.runs[1], rows)
    own = [at for at, pair in enumerate(made.dataset.pairs) if pair.split == "test"]
    assert len(queries) == len(music) == 12
    told = made.points.queries(made.runs[1], "clean")
    np.testing.assert_allclose(queries[own], told, rtol=1e-4, atol=1e-4)
    windows = made.points.music(made.runs[1])
    place = [made.protocol.windows.index(made.truths[at]) for at in range(4)]
    np.testing.assert_allclose(music[own], windows[place], rtol=1e-4, atol=1e-4)


def test_variants_of_other_backbones_are_refused(made):
    network.save(fresh(TINY, 1), made.folder / "other.safetensors", {})
    with pytest.raises(WeightsError, match="trained on other backbones than those of"):
        runs_of([made.folder / "other.safetensors"], [made.folder / "v"])
    with pytest.raises(WeightsError, match="holds no variants"):
        runs_of([made.folder / "n.safetensors"], [made.folder])


def test_embeddings_that_are_no_numbers_are_told(made, monkeypatch):
    monkeypatch.setattr(Points, "queries", lambda self, run, voice: np.full((4, 16), np.nan))
    with pytest.raises(networks.MrcmvError, match="says nothing"):
        list(methods_of(made.runs[:1], made.points, ("clean",)))
