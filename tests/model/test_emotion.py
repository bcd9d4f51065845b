"""Grades of measured values: classes of emotion."""

import pytest
import torch

from mrcmv.model.emotion import Grades
from mrcmv.model.retriever import NO_TAG


def values(n: int, seed: int) -> torch.Tensor:
    return torch.randn(n, generator=torch.Generator().manual_seed(seed)).exp()


def test_grades_are_of_equal_size_on_what_they_were_fitted_to():
    arousal, valence = values(600, 1), values(600, 2)
    grades = Grades.of(arousal, valence)
    tags = grades.tags(arousal, valence)
    assert grades.n_tags == 9
    assert torch.equal((tags // 3).bincount(), torch.tensor([200, 200, 200]))
    assert torch.equal((tags % 3).bincount(), torch.tensor([200, 200, 200]))


@pytest.mark.parametrize("n_grades", [2, 3, 4])
def test_a_class_is_both_grades_counted_one_by_one(n_grades):
    grades = Grades.of(values(50, 1), values(50, 2), n_grades)
    arousal, valence = values(30, 3), values(30, 4)
    tags = grades.tags(arousal, valence).tolist()
    assert len(set(tags)) > n_grades
    for a, v, tag in zip(arousal.tolist(), valence.tolist(), tags, strict=True):
        first = sum(cut <= a for cut in grades.arousal.tolist())
        second = sum(cut <= v for cut in grades.valence.tolist())
        assert tag == n_grades * first + second


def test_what_lies_on_a_cut_belongs_above_it():
    grades = Grades.of(torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0]), n_grades=2)
    on, below = torch.tensor([0.5]), torch.tensor([0.49])
    assert grades.tags(on, on).item() == 3
    assert grades.tags(on, below).item() == 2
    assert grades.tags(below, on).item() == 1


def test_cuts_stay_where_training_put_them():
    grades = Grades.of(values(50, 1), values(50, 2))
    whole = grades.tags(values(30, 3), values(30, 4))
    assert torch.equal(grades.tags(values(30, 3)[:5], values(30, 4)[:5]), whole[:5])
    top = grades.tags(torch.tensor([1e9]), torch.tensor([-1e9]))
    assert top.tolist() == [6]


def test_what_was_not_measured_has_no_tag_and_moves_no_cut():
    arousal, valence = values(60, 1), values(60, 2)
    whole = Grades.of(arousal, valence)
    nan = torch.tensor([float("nan")])
    holed = Grades.of(torch.cat([arousal, nan]), torch.cat([nan, valence]))
    assert torch.equal(holed.arousal, whole.arousal)
    assert torch.equal(holed.valence, whole.valence)
    tags = whole.tags(torch.cat([nan, arousal[:2]]), torch.cat([valence[:2], nan]))
    assert tags.tolist() == [NO_TAG, whole.tags(arousal[:1], valence[1:2]).item(), NO_TAG]
    with pytest.raises(ValueError, match="at least one window that was measured"):
        Grades.of(nan, valence)


def test_one_value_for_all_is_one_class():
    grades = Grades.of(torch.ones(9), values(9, 2))
    assert len((grades.tags(torch.ones(9), values(9, 2)) // 3).unique()) == 1
