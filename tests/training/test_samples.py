"""Which windows are learnt from: each pair once an epoch, the same for the same seed."""

from dataclasses import replace

import pytest

from mrcmv.dataset import Pair
from mrcmv.errors import MrcmvError
from mrcmv.training.loop import Recipe
from mrcmv.training.retrieval import PAPER
from mrcmv.training.samples import Sample, _apart, batches_of, cuts_of, gallery_of, labels_of
from tests.training.tiny_dataset import make_dataset

QUICK = Recipe(batch=5, cut_hop_s=4.0, latest_cut_s=8.0, drop_voice=0.5)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data"))


def test_an_epoch_has_each_pair_once_and_hangs_on_seed_and_epoch(dataset):
    first = batches_of(dataset, QUICK, 0)
    ids = [sample.pair.pair_id for part in first for sample in part]
    assert sorted(ids) == sorted(pair.pair_id for pair in dataset.of("train"))
    assert first == batches_of(dataset, QUICK, 0)
    assert first != batches_of(dataset, QUICK, 1)
    assert first != batches_of(dataset, replace(QUICK, seed=1), 0)
    seen = [sample for epoch in range(30) for part in batches_of(dataset, QUICK, epoch)
            for sample in part]  # fmt: skip
    assert {sample.cut_s for sample in seen} == {0.0, 4.0, 8.0}
    assert sum(sample.mute for sample in seen) / len(seen) == pytest.approx(0.5, abs=0.1)
    assert not any(s.mute for part in batches_of(dataset, PAPER, 0) for s in part)


def test_redubs_and_the_pairs_themselves_take_turns(tmp_path):
    dataset = make_dataset(tmp_path, 6, 2, rounds=2)
    plain = replace(QUICK, batch=3)
    recipe = replace(plain, rounds=2)

    def laid(recipe, epoch):
        own = [one.pair for part in batches_of(dataset, recipe, epoch) for one in part]
        return {pair.pair_id: pair.take_id for pair in own}

    names = [f"train-{number}" for number in range(6)]
    for epoch in range(7):
        by = epoch % 3
        assert laid(recipe, epoch) == {names[at]: names[(at + by) % 6] for at in range(6)}
        assert laid(plain, epoch) == {name: name for name in names}
        assert laid(replace(plain, rounds=1), 2 * epoch + 1)["train-0"] == "train-1"
    assert laid(replace(plain, rounds=9), 5) == laid(recipe, 5)  # no more than there are
    assert len(labels_of(dataset, recipe)) > len(labels_of(dataset, QUICK))
    for epoch in range(3):
        for sample in (one for part in batches_of(dataset, recipe, epoch) for one in part):
            assert sample.label in labels_of(dataset, recipe)


def test_some_pairs_keep_the_redubs_of_their_own_voices_and_takes(tmp_path):
    dataset = make_dataset(tmp_path, 6, 2, rounds=2)
    few = dataset.only(dataset.of("train")[:3])
    kept = [[(one.pair_id, one.take_id) for one in own] for own in few.learnt_from(2)[1:]]
    assert kept == [[("train-0", "train-1"), ("train-1", "train-2")], [("train-0", "train-2")]]


def pair(number, piece):
    return Pair(f"p{number}", f"t{number}", "train", piece, 0.0, 32.0, 32.0)


def test_no_batch_holds_a_piece_twice_where_pieces_are_kept_apart():
    drawn = [Sample(pair(number, f"piece{number // 3}")) for number in range(12)]
    parts = _apart(drawn, 3)
    for part in parts:
        pieces = [sample.pair.piece_id for sample in part]
        assert len(set(pieces)) == len(pieces)
    assert sorted(s.pair.pair_id for part in parts for s in part) == sorted(
        s.pair.pair_id for s in drawn
    )


def test_the_music_moves_with_the_cut_and_labels_are_steps_of_7_s(dataset):
    own = dataset.of("train")[0]
    cut = Sample(own, 4.0)
    assert cut.music == ("train-0", 12.0)
    assert cut.label == Sample(own, 0.0).label == "train-0/1"
    assert Sample(own, 8.0).label == "train-0/2"
    assert len(labels_of(dataset, QUICK)) == 24


def test_clips_that_check_start_at_their_beginning(dataset):
    assert cuts_of(dataset.of("validation")[0], QUICK) == (0.0,)
    assert {sample.cut_s for sample in gallery_of(dataset, "validation").queries} == {0.0}
    assert len(cuts_of(dataset.of("train")[0], PAPER)) == 17


def test_two_clips_of_one_window_share_their_answer(tmp_path, dataset):
    gallery = gallery_of(dataset, "validation")
    assert gallery.windows == tuple((f"validation-{n}", 8.0) for n in range(5))
    assert gallery.truth == (0, 1, 2, 3, 4)


def test_too_few_pairs_are_refused(tmp_path):
    lonely = make_dataset(tmp_path, 1, 1, clip_s=32.0)
    with pytest.raises(MrcmvError, match="1 pairs for training with 1 kinds of music"):
        labels_of(lonely, QUICK)
    with pytest.raises(MrcmvError, match="too few to see"):
        gallery_of(lonely, "validation")
