"""The reference distance: means of the published VGGish's features, computed once a window."""

import numpy as np
import pytest
import torch

from mrcmv.evaluation.reference import vggish_music
from mrcmv.model import published
from mrcmv.model.vggish import Vggish, VggishConfig
from tests.training.tiny_dataset import make_dataset


@pytest.fixture
def network(monkeypatch):
    torch.manual_seed(0)
    small = Vggish(VggishConfig(channels=(2, 2, 2, 2), n_hidden=4)).eval()
    monkeypatch.setattr(published, "vggish", lambda path: small)
    return small


def test_a_window_is_the_mean_of_what_is_said_of_its_patches_and_is_kept(
    network, tmp_path, monkeypatch
):
    dataset = make_dataset(tmp_path / "data", 2, 2)
    (tmp_path / "w.pth").write_bytes(b"weights")
    windows = [("train-0", 8.0), ("train-1", 0.0)]
    music_of = vggish_music(tmp_path / "w.pth", dataset, windows)
    told = music_of(windows[::-1])
    assert told.shape == (2, 128)
    for row, one in zip(told, windows[::-1], strict=True):
        patches = torch.from_numpy(dataset.music(*one).astype(np.float32))
        with torch.inference_mode():
            each = torch.stack([network(patch[None, None])[0, 0] for patch in patches])
        np.testing.assert_allclose(row, each.mean(0).numpy(), rtol=1e-4, atol=1e-5)

    def refuse(path):
        raise AssertionError("asked again")

    monkeypatch.setattr(published, "vggish", refuse)
    again = vggish_music(tmp_path / "w.pth", dataset, windows)
    assert np.array_equal(again(windows[::-1]), told)
